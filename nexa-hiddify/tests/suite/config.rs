//! What a configuration must look like. Nothing here calls anything.

use nexa_core::{domain::refusal::Refusal, ports::panel::PanelKind};
use nexa_hiddify::HiddifyKind;
use serde_json::{Value, json};

const KEY: &str = "58b4cd88-d97e-4071-ab2c-68c2d65a48ef";

fn refusal(config: Value) -> Option<Refusal> {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    HiddifyKind.connect(&config.into()).err()
}

fn refused_setting(config: Value) -> String {
    match refusal(config) {
        Some(Refusal::BadConfig { setting, .. }) => setting.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_or_its_parts_are_taken() {
    assert_eq!(
        refusal(json!({"admin_link": format!("https://vpn.nexa.tel/RRpzddQKtw8oVynG/{KEY}/#Owner")})),
        None
    );
    assert_eq!(
        refusal(
            json!({"base_url": "https://vpn.nexa.tel:8443", "admin_proxy_path": "RRpz", "admin_key": KEY,
            "client_proxy_path": "abc", "client_base_url": "https://sub.nexa.tel/", "deadline_seconds": 30})
        ),
        None
    );
}

#[test]
fn what_cannot_work_is_refused_by_its_name() {
    let parts = |base: &str| json!({"base_url": base, "admin_proxy_path": "RRpz", "admin_key": KEY});
    assert_eq!(refused_setting(json!({})), "admin_link");
    assert_eq!(refused_setting(json!({"admin_link": "https://vpn.nexa.tel/"})), "admin_link");
    assert_eq!(refused_setting(json!({"admin_link": "https://vpn.nexa.tel/path/not-a-uuid/"})), "admin_key");
    assert_eq!(refused_setting(json!({"admin_link": 7})), "config");
    assert_eq!(refused_setting(parts("vpn.nexa.tel")), "base_url");
    assert_eq!(refused_setting(parts("http://vpn.nexa.tel")), "base_url");
    assert_eq!(refused_setting(parts("https://user:word@vpn.nexa.tel")), "base_url");
    assert_eq!(refused_setting(parts("https://vpn.nexa.tel/path/")), "base_url");
    let mut unknown = parts("https://vpn.nexa.tel");
    unknown["colour"] = "red".into();
    assert_eq!(refused_setting(unknown), "config");
    let mut both = parts("https://vpn.nexa.tel");
    both["admin_link"] = "https://vpn.nexa.tel/a/b/".into();
    assert_eq!(refused_setting(both), "admin_link");
    let mut path = parts("https://vpn.nexa.tel");
    path["admin_proxy_path"] = "../secret".into();
    assert_eq!(refused_setting(path), "admin_proxy_path");
    let mut hasty = parts("https://vpn.nexa.tel");
    hasty["deadline_seconds"] = 0.into();
    assert_eq!(refused_setting(hasty), "deadline_seconds");
}

#[test]
fn placeholders_are_refused() {
    for link in [
        format!("https://panel.example.com/path/{KEY}/"),
        format!("https://your-domain.com/path/{KEY}/"),
        "https://vpn.nexa.tel/path/00000000-0000-0000-0000-000000000000/".into(),
        "https://vpn.nexa.tel/path/11111111-1111-1111-1111-111111111111/".into(),
    ] {
        assert_eq!(refusal(json!({"admin_link": link})), Some(Refusal::PlaceholderKey));
    }
}

#[test]
fn private_addresses_need_to_be_allowed() {
    for host in [
        "127.0.0.1",
        "localhost",
        "10.0.0.5",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "2130706433",
        "0x7f.1",
        "router",
        "metadata.google.internal",
        "nas.local",
    ] {
        let link = format!("https://{host}/path/{KEY}/");
        assert_eq!(refused_setting(json!({"admin_link": link})), "admin_link", "{host}");
        assert_eq!(refusal(json!({"admin_link": link, "allow_private": true})), None, "{host}");
    }
    // Without TLS only to this very machine.
    let link = format!("http://10.0.0.5/path/{KEY}/");
    assert_eq!(refused_setting(json!({"admin_link": link, "allow_private": true})), "admin_link");
    let link = format!("http://127.0.0.1:80/path/{KEY}/");
    assert_eq!(refusal(json!({"admin_link": link, "allow_private": true})), None);
}

#[test]
fn no_refusal_shows_the_key() {
    let link = format!("https://u:p@vpn.nexa.tel/secretpath/{KEY}/");
    let text = format!("{:?}", refusal(json!({"admin_link": link})));
    assert!(!text.contains(KEY) && !text.contains("secretpath"), "{text}");
}
