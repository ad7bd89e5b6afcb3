//! What each of the four takes as its configuration.

use super::{API_KEY, MERCHANT, PIN, ZIBAL};
use crate::{connect, setting};
use nexa_core::{
    conformance::gateway::{KindFixture, connects_only_what_works},
    domain::refusal::Refusal,
    ports::gateway::{GatewayKind, GatewaySetting},
    secret::Secret,
};
use nexa_payments::rial::{AqayepardakhtKind, NextpayKind, ZarinpalKind, ZibalKind};
use serde_json::{Value, json};
use std::sync::Arc;

struct Kind {
    adapter: Arc<dyn GatewayKind>,
    key: &'static str,
    value: &'static str,
    least: i64,
}

impl Kind {
    fn with(&self, name: &str, value: Value) -> Value {
        let mut config = json!({ self.key: self.value });
        config[name] = value;
        config
    }
}

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::clone(&self.adapter)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        json!({ self.key: self.value, "base_url": "http://10.0.0.1/", "proxy": "socks5h://10.0.0.1:1080",
            "timeout_seconds": 15, "window_minutes": 30, "minimum": self.least * 10, "maximum": 10_000_000,
            "description": "خرید از فروشگاه" })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("no key", json!({})),
            ("a key that is no text", json!({ self.key: 7 })),
            ("a path in the key", json!({ self.key: format!("{}/../x", self.value) })),
            ("too short a key", json!({ self.key: "k3Jq9vW" })),
            ("in clear to a stranger", self.with("base_url", json!("http://gateway.zibal.ir"))),
            ("not a URL", self.with("base_url", json!("zibal"))),
            ("a query", self.with("base_url", json!("https://gateway.zibal.ir?a=b"))),
            ("a user", self.with("base_url", json!("https://a:b@gateway.zibal.ir"))),
            ("a proxy of no kind", self.with("proxy", json!("ftp://10.0.0.1"))),
            ("no time", self.with("timeout_seconds", json!(0))),
            ("longer than a page is good for", self.with("window_minutes", json!(31))),
            ("less than the gateway takes", self.with("minimum", json!(self.least - 1))),
            ("most below least", self.with("maximum", json!(self.least - 1))),
            ("an amount that is no number", self.with("minimum", json!("ten"))),
            ("a long description", self.with("description", json!("x".repeat(201)))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("empty", json!({ self.key: " " })),
            ("words", json!({ self.key: "your-merchant-id" })),
            ("of the manual", json!({ self.key: "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" })),
        ]
    }
}

fn kinds() -> [Kind; 4] {
    [
        Kind { adapter: Arc::new(ZarinpalKind), key: "merchant_id", value: MERCHANT, least: 1_000 },
        Kind { adapter: Arc::new(ZibalKind), key: "merchant", value: ZIBAL, least: 1_500 },
        Kind { adapter: Arc::new(AqayepardakhtKind), key: "pin", value: PIN, least: 1_000 },
        Kind { adapter: Arc::new(NextpayKind), key: "api_key", value: API_KEY, least: 10_000 },
    ]
}

#[test]
fn connect_only_with_what_works() {
    for kind in &kinds() {
        connects_only_what_works(kind);
    }
}

#[test]
fn play_money_is_told_from_money() {
    let kinds: [(&dyn GatewayKind, Value, bool); 7] = [
        (&ZarinpalKind, json!({ "merchant_id": MERCHANT }), false),
        (&ZarinpalKind, json!({ "merchant_id": MERCHANT, "base_url": "https://sandbox.zarinpal.com" }), true),
        (&ZibalKind, json!({ "merchant": ZIBAL }), false),
        (&ZibalKind, json!({ "merchant": "zibal" }), true),
        (&AqayepardakhtKind, json!({ "pin": PIN }), false),
        (&AqayepardakhtKind, json!({ "pin": "sandbox" }), true),
        (&NextpayKind, json!({ "api_key": API_KEY }), false),
    ];
    for (kind, config, test) in kinds {
        assert_eq!(connect(kind, config).profile().test, test, "{}", kind.name());
    }
}

#[test]
fn a_merchant_of_zeros_is_only_good_for_the_sandbox() {
    let zeros = "00000000-0000-0000-0000-000000000000";
    let connect = |config| ZarinpalKind.connect(&Secret::new(config), &setting(true)).err();
    assert_eq!(connect(json!({ "merchant_id": zeros })), Some(Refusal::PlaceholderKey));
    assert_eq!(connect(json!({ "merchant_id": zeros, "base_url": "https://sandbox.zarinpal.com" })), None);
}

#[test]
fn a_browser_needs_somewhere_to_come_back_to() {
    for callback_url in ["", "shop", "javascript:alert(1)"] {
        let setting = GatewaySetting { callback_url: callback_url.to_owned(), ..setting(false) };
        for kind in &kinds() {
            let config = Secret::new(json!({ kind.key: kind.value }));
            let refusal = kind.adapter.connect(&config, &setting).err();
            assert!(
                matches!(refusal, Some(Refusal::BadConfig { setting, .. }) if setting == "callback_url"),
                "{callback_url}"
            );
        }
    }
}
