//! What a configuration must look like. Nothing here calls anything.

use nexa_core::{
    domain::{refusal::Refusal, shop::Locale},
    ports::panel::PanelKind,
    text::{get, setting_key},
};
use nexa_marzban::MarzbanKind;
use serde_json::{Value, json};

fn with(changes: Value) -> Value {
    let mut config =
        json!({"base_url": "https://vpn.nexa.tel:8000", "username": "shop", "password": "hunter2hunter2"});
    for (field, value) in changes.as_object().unwrap() {
        config[field] = value.clone();
    }
    config
}

fn refusal(config: Value) -> Option<Refusal> {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    MarzbanKind.connect(&config.into()).err()
}

fn refused_setting(changes: Value) -> String {
    match refusal(with(changes)) {
        Some(Refusal::BadConfig { setting, .. }) => setting.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_people_copy_is_taken() {
    for base in
        ["https://vpn.nexa.tel", "https://vpn.nexa.tel:8000/", "https://vpn.nexa.tel/dashboard/#/login"]
    {
        assert_eq!(refusal(with(json!({"base_url": base}))), None, "{base}");
    }
    let all = json!({
        "inbounds": ["VLESS TCP REALITY"], "flow": "xtls-rprx-vision", "deadline_seconds": 30,
        "client_base_url": "https://sub.nexa.tel/",
    });
    assert_eq!(refusal(with(all)), None);
}

#[test]
fn what_cannot_work_is_refused_by_its_name() {
    for (changes, setting) in [
        (json!({"base_url": null}), "base_url"),
        (json!({"base_url": "vpn.nexa.tel"}), "base_url"),
        (json!({"base_url": "http://vpn.nexa.tel"}), "base_url"),
        (json!({"base_url": "https://a:b@vpn.nexa.tel"}), "base_url"),
        (json!({"base_url": "https://vpn.nexa.tel/secret/"}), "base_url"),
        (json!({"client_base_url": "https://10.0.0.7"}), "client_base_url"),
        (json!({"username": " "}), "username"),
        (json!({"password": ""}), "password"),
        (json!({"flow": "xtls-rprx-direct"}), "flow"),
        (json!({"inbounds": [""]}), "inbounds"),
        (json!({"inbounds": "VLESS"}), "config"),
        (json!({"colour": "red"}), "config"),
        (json!({"deadline_seconds": 0}), "deadline_seconds"),
    ] {
        assert_eq!(refused_setting(changes.clone()), setting, "{changes}");
    }
}

#[test]
fn placeholders_are_refused() {
    for changes in [
        json!({"username": "admin", "password": "admin"}),
        json!({"base_url": "https://panel.example.com"}),
        json!({"base_url": "https://your-domain.com:8000"}),
    ] {
        assert_eq!(refusal(with(changes)), Some(Refusal::PlaceholderKey));
    }
}

#[test]
fn private_addresses_need_to_be_allowed() {
    for host in ["127.0.0.1:8000", "localhost", "10.0.0.5", "[::1]", "169.254.169.254", "0x7f.1", "nas.local"]
    {
        let base = format!("https://{host}");
        assert_eq!(refused_setting(json!({"base_url": base})), "base_url", "{host}");
        assert_eq!(refusal(with(json!({"base_url": base, "allow_private": true}))), None, "{host}");
    }
    let clear = json!({"base_url": "http://10.0.0.5:8000", "allow_private": true});
    assert_eq!(refused_setting(clear), "base_url", "without TLS only to this very machine");
    assert_eq!(refusal(with(json!({"base_url": "http://127.0.0.1:8000", "allow_private": true}))), None);
}

#[test]
fn one_panel_is_known_whatever_else_is_set() {
    let same = |one: Value, other: Value| MarzbanKind.is_same(&with(one).into(), &with(other).into());
    assert!(same(
        json!({}),
        json!({"deadline_seconds": 20, "base_url": "https://VPN.nexa.tel:8000/dashboard/"})
    ));
    assert!(!same(json!({}), json!({"username": "other"})), "each admin has users of its own");
    assert!(!same(json!({}), json!({"base_url": "https://vpn.nexa.tel"})));
}

#[test]
fn no_refusal_shows_the_password() {
    let text = format!("{:?}", refusal(with(json!({"flow": "hunter2hunter2"}))));
    assert!(!text.contains("hunter2hunter2"), "{text}");
}

#[test]
fn every_setting_has_a_name_in_every_language_and_is_one_that_is_read() {
    let fields = MarzbanKind.fields();
    for locale in Locale::ALL {
        let keys = fields.iter().map(|field| setting_key(field.name));
        let about = ["office-kind-marzban".to_owned(), "office-kind-marzban-hint".to_owned()];
        for key in keys.chain(about) {
            assert_ne!(get(locale, &key), key, "{locale:?}");
        }
    }
    let all = json!({
        "inbounds": ["a"], "flow": "", "client_base_url": "https://sub.nexa.tel", "deadline_seconds": 9,
        "allow_private": false,
    });
    assert_eq!(refusal(with(all.clone())), None);
    let read = with(all);
    assert!(fields.iter().all(|field| read.get(field.name).is_some()), "each was given");
}
