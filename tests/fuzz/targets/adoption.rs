//! What somebody pastes who has a service already: a link, an identity, or anything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::adoption::identity;

fuzz_target!(|pasted: &str| {
    if let Some(found) = identity(pasted) {
        // An identity that was found is found again when it is pasted alone.
        assert_eq!(identity(&found.expose()), Some(found));
    }
});
