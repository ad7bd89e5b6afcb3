//! A mail that somebody writes to a shop.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::{
    domain::{
        letter::{own_words, tag, tagged},
        user::email,
    },
    letter::read,
};

fuzz_target!(|data: &[u8]| {
    let Some(letter) = read(data) else { return };
    let words = own_words(&letter.text);
    assert!(words.len() <= letter.text.len(), "own words are part of what was written");
    for to in &letter.to {
        drop(tag("support@shop.example", to));
        if let Some(address) = tagged(to, "TOKEN") {
            assert_eq!(tag(to, &address), Some("TOKEN"), "what was tagged is recognised");
        }
    }
    drop(letter.from.as_deref().map(email));
    assert!(letter.pictures.len() <= 4 && letter.others.len() <= 10);
});
