//! A picture that somebody uploads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::picture::taken;

fuzz_target!(|data: &[u8]| {
    if let Ok((jpeg, _)) = taken(data) {
        assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]), "what is kept is a JPEG of our own");
        assert!(taken(&jpeg).is_ok(), "and can be read again");
    }
});
