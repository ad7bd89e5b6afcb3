//! What another panel's API says of its users, saved to a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::import::marzban::{found, users};
use nexa_fuzz::now;

fuzz_target!(|data: &[u8]| {
    for (number, user) in (1..).zip(users(data).unwrap_or_default()) {
        drop(found(number, &user, now()));
    }
});
