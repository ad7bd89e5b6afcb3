use super::*;
use proptest::prelude::*;

fn asked(agent: &str, accept: &str) -> Vec<(String, String)> {
    vec![("user-agent".to_owned(), agent.to_owned()), ("accept".to_owned(), accept.to_owned())]
}

fn chosen(agent: &str, accept: &str) -> Form {
    Rules::standard().choose(&asked(agent, accept)).0
}

#[test]
fn every_client_gets_its_own_form() {
    for (agent, form) in [
        ("HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box", Form::SingBox),
        ("HiddifyNextX/2.0 (android)", Form::SingBox),
        ("Dart/3.2 (dart:io)", Form::SingBox),
        ("SFI/1.10.0 (Build 1; sing-box 1.10.0)", Form::SingBox),
        ("SFA/1.10.0 (Build 1; sing-box 1.10.0)", Form::SingBox),
        ("SFM/1.10.0", Form::SingBox),
        ("SFT/1.10.0", Form::SingBox),
        ("Karing/1.0.20", Form::SingBox),
        ("sing-box 1.11", Form::SingBox),
        ("clash-verge/v2.0.0", Form::Clash),
        ("Clash.Meta/1.18", Form::Clash),
        ("ClashMetaForAndroid/2.11", Form::Clash),
        ("ClashX Meta/1.3", Form::Clash),
        ("FlClash/0.8.60", Form::Clash),
        ("mihomo/1.18.5", Form::Clash),
        ("NekoBox/Android/1.3.4", Form::Clash),
        ("NekoRay/3.26", Form::Clash),
        ("Pharos/1.2", Form::Clash),
        ("koala-clash/1.0", Form::Clash),
        ("Stash/2.7.1 Clash/1.9.0", Form::Clash),
        ("ClashForWindows/0.20.39", Form::Clash),
        ("v2rayNG/1.9.5", Form::Base64),
        ("v2rayN/7.0", Form::Base64),
        ("Shadowrocket/2070 CFNetwork/1490", Form::Base64),
        ("V2Box/1.4", Form::Base64),
        ("FoXray/1.0", Form::Base64),
        ("Fair/1.0", Form::Base64),
        ("Loon/762", Form::Base64),
        ("Streisand/1.6", Form::Base64),
        ("SagerNet/0.8", Form::Base64),
        ("Happ/1.0", Form::Base64),
        ("Shadowsocks/5.3.3 (Android 14)", Form::Sip008),
        ("ShadowsocksWindows/4.4.1", Form::Sip008),
        ("Mozilla/5.0 Outline-Client/1.15 Electron/32", Form::Sip008),
        ("curl/8", Form::Base64),
        ("", Form::Base64),
    ] {
        assert_eq!(chosen(agent, "*/*"), form, "{agent}");
    }
}

#[test]
fn browsers_get_the_page_whatever_the_operator_wrote() {
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
    assert_eq!(chosen(agent, "text/html,application/xhtml+xml"), Form::Page);
    assert_eq!(chosen(agent, "*/*"), Form::Page);
    assert_eq!(chosen("v2rayNG/1.9", "text/html"), Form::Base64, "an app is an app whatever it accepts");
    let none = Rules::new(Vec::new()).unwrap();
    assert_eq!(none.choose(&asked(agent, "*/*")).0, Form::Page);
    assert_eq!(none.choose(&asked("x", "*/*")).0, Form::Base64);
}

fn rule(operator: Operator, value: &str) -> Rule {
    let header = "User-Agent".to_owned();
    Rule { header, operator, value: value.to_owned(), form: Form::Xray, headers: Vec::new() }
}

#[test]
fn operators_compare_as_they_say() {
    let fits = |operator, value, agent: &str| {
        let rules = Rules::new(vec![rule(operator, value)]).unwrap();
        rules.choose(&asked(agent, "")).0 == Form::Xray
    };
    assert!(fits(Operator::Equals, "App/1", "app/1") && !fits(Operator::Equals, "App/1", "app/1.0"));
    assert!(fits(Operator::StartsWith, "App", "APP/1") && !fits(Operator::StartsWith, "App", "My App"));
    let least = |agent| fits(Operator::VersionAtLeast, "v2rayNG/1.8.29", agent);
    assert!(least("v2rayNG/1.8.29") && least("v2rayNG/1.10") && least("x v2rayNG/2 y"));
    assert!(!least("v2rayNG/1.8.17") && !least("v2rayNG/") && !least("v2rayNG") && !least("v2rayN/7.0"));
}

#[test]
fn a_rule_may_add_harmless_headers_only() {
    let with = |name: &str, value: &str| {
        let headers = vec![(name.to_owned(), value.to_owned())];
        Rules::new(vec![Rule { headers, ..rule(Operator::Contains, "x") }])
    };
    let rules = with("Routing-Enable", "true").unwrap();
    assert_eq!(rules.choose(&asked("x", "")).1, [("routing-enable".to_owned(), "true".to_owned())]);
    for (name, value) in [("set-cookie", "a"), ("location", "b"), ("announce", "a\r\nb"), ("announce", "é")]
    {
        assert!(with(name, value).is_err(), "{name}");
    }
}

#[test]
fn tables_are_bounded() {
    let many = |n| vec![rule(Operator::Contains, "x"); n];
    assert!(Rules::new(many(100)).is_ok() && Rules::new(many(101)).is_err());
    assert!(Rules::new(vec![rule(Operator::Contains, "")]).is_err());
    assert!(Rules::new(vec![rule(Operator::Contains, &"x".repeat(201))]).is_err());
    assert!(Rules::new(vec![rule(Operator::VersionAtLeast, "v2rayng")]).is_err());
    for header in ["", "authorization", "a b", "x-hwid"] {
        let odd = Rule { header: header.to_owned(), ..rule(Operator::Contains, "x") };
        assert!(Rules::new(vec![odd]).is_err(), "{header}");
    }
}

#[test]
fn suffixes_are_exact() {
    for form in Form::ALL {
        assert_eq!(Form::named(form.name()), Some(form));
        assert_eq!(serde_json::to_value(form).unwrap(), form.name());
    }
    assert_eq!((Form::named("Clash"), Form::named("")), (None, None));
}

proptest! {
    #[test]
    fn any_header_is_read_without_panic(agent in ".{0,80}", value in ".{1,20}") {
        let rules = vec![rule(Operator::VersionAtLeast, "é/1"), rule(Operator::Contains, &value)];
        if let Ok(rules) = Rules::new(rules) {
            prop_assert!(Form::ALL.contains(&rules.choose(&asked(&agent, &agent)).0));
        }
    }
}
