//! What panels give as a customer's configuration, merged into the document that apps fetch.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::{
    extras::ExtrasGiven,
    link::{Format, Part, StatusLine, ended, merge, sip008, wireguard},
    measure::Traffic,
};

const FORMATS: [Format; 4] = [Format::Uris, Format::SingBox, Format::Clash, Format::Xray];

fuzz_target!(|data: (u8, &str, &str, &str)| {
    let (which, one, two, line) = data;
    let format = FORMATS[usize::from(which) % FORMATS.len()];
    let parts = [Part { server: "one", body: one }, Part { server: line, body: two }];
    let status = StatusLine { text: line };
    for parts in [&parts[..1], &parts[..]] {
        let merged = merge(format, parts, Some(&status));
        let again = merge(format, &[Part { server: "one", body: &merged.text }], None);
        assert!(again.entries <= merged.entries + 1, "nothing comes out of nothing");
        if format == Format::Uris {
            drop(sip008(&merged.text, Traffic::ZERO, Traffic::gib(1)));
            drop(wireguard::first(&merged.text));
        }
    }
    drop((ended(format, line), ExtrasGiven::read(one)));
});
