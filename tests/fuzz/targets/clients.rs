//! What an app says of itself when it fetches a link: its name, its device, its language.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::{
    device::{Claim, family},
    link::rules::{Form, Rules},
    shop::Locale,
};

const NAMES: [&str; 7] =
    ["user-agent", "accept", "x-hwid", "x-device-model", "x-device-os", "x-ver-os", "accept-language"];

fuzz_target!(|text: &str| {
    let headers: Vec<(String, String)> = NAMES
        .iter()
        .zip(text.split('\n'))
        .map(|(name, value)| ((*name).to_owned(), value.to_owned()))
        .collect();
    let shown = |text: &str| !text.chars().any(char::is_control) && text.chars().count() <= 128;
    if let Some(claim) = Claim::read(&headers) {
        assert!(shown(&claim.name) && !claim.name.is_empty());
        assert!(claim.os.is_none_or(|os| shown(&os)) && claim.hwid.is_ascii());
    }
    assert!(shown(&family(text)));
    let rules = Rules::standard();
    let (form, _) = rules.choose(&headers);
    assert_eq!(Form::named(form.name()), Some(form));
    std::hint::black_box(Locale::accepted(text));
});
