//! Which configurations of chain gateways are refused.

use crate::{setting, utxo::KEY};
use nexa_core::{
    conformance::gateway::{KindFixture, connects_only_what_works},
    domain::gateway::Matching,
    ports::gateway::{GatewayKind, GatewaySetting},
    secret::Secret,
};
use nexa_payments::utxo::UtxoKind;
use serde_json::{Value, json};
use std::sync::Arc;

struct Kind(UtxoKind);

fn with(field: &str, value: Value) -> Value {
    let mut config = json!({ "key": KEY, "network": "regtest", "servers": ["http://127.0.0.1:3000"] });
    config[field] = value;
    config
}

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(self.0)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        with("proxy", json!("socks5h://127.0.0.1:9050"))
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("no key", json!({ "network": "regtest", "servers": ["http://127.0.0.1:1"] })),
            ("an address", with("key", json!("ltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c2rkk4wh"))),
            ("no server", with("servers", json!([]))),
            ("not a URL", with("servers", json!(["esplora"]))),
            ("not HTTP", with("servers", json!(["ftp://127.0.0.1"]))),
            ("a query", with("servers", json!(["http://127.0.0.1/?a=b"]))),
            ("unknown network", with("network", json!("signet"))),
            ("zero confirmations", with("confirmations", json!(0))),
            ("no last step", with("confirmations", json!([{ "up_to": 5, "confirmations": 1 }]))),
            (
                "falling",
                with("confirmations", json!([{ "up_to": 5, "confirmations": 2 }, { "confirmations": 1 }])),
            ),
            ("no steps", with("confirmations", json!([]))),
            ("no window", with("window_minutes", json!(0))),
            ("no watch", with("watch_days", json!(0))),
            ("much forgiven", with("tolerance_bp", json!(5_000))),
            ("a proxy that is none", with("proxy", json!("ftp://127.0.0.1"))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        let phrase = format!("{}about", "abandon ".repeat(11));
        vec![
            ("a phrase", with("key", json!(phrase))),
            (
                "xprv",
                with(
                    "key",
                    json!(
                        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
                    ),
                ),
            ),
            ("WIF", with("key", json!("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"))),
        ]
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let main = |key: &str| json!({ "key": key, "servers": ["https://esplora.example.org"] });
        vec![
            ("a published key", main(KEY)),
            ("a text to replace", with("key", json!("zpub_YOUR_KEY_HERE"))),
            ("nothing", with("key", json!(""))),
        ]
    }
}

#[test]
fn connects_only_what_can_watch() {
    connects_only_what_works(&Kind(UtxoKind::BITCOIN));
    connects_only_what_works(&Kind(UtxoKind::LITECOIN));
}

#[test]
fn two_gateways_of_one_key_draw_from_one_sequence() {
    let sequence = |kind: UtxoKind, config: Value| {
        let gateway = kind.connect(&Secret::new(config), &setting(true)).expect("usable");
        match gateway.profile().matching.clone() {
            Matching::Index { sequence } => sequence,
            other => panic!("{other:?}"),
        }
    };
    let plain = sequence(UtxoKind::LITECOIN, with("window_minutes", json!(60)));
    assert_eq!(plain, sequence(UtxoKind::LITECOIN, with("window_minutes", json!(90))));
    assert_ne!(plain, sequence(UtxoKind::BITCOIN, with("window_minutes", json!(60))));
    assert!(plain.starts_with("litecoin-regtest:"));
}
