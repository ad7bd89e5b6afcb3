//! What a bank writes into a text message, handed on by the operator's telephone with its signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::ports::gateway::Signal;
use nexa_fuzz::{listeners, now, signed};

fuzz_target!(|message: (&str, &str)| {
    let (card, text) = message;
    let listener = listeners().iter().find(|listener| listener.name == "card").expect("the kind");
    for card in [card, "", "9007", "6129"] {
        let body = serde_json::json!({ "card": card, "text": text }).to_string();
        if body.len() > 16 * 1024 {
            return; // Longer than any message, and not read.
        }
        let heard = listener.gateway.read(&signed("card", "POST", body.as_bytes()), now());
        assert_ne!(heard.signal, Signal::Forged, "it is signed");
        if text.contains("برداشت") {
            assert_eq!(heard.signal, Signal::Nothing, "money that went away is no deposit");
        }
    }
});
