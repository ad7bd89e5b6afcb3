use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

const URIS: &str = include_str!("../../../fixtures/links/hiddify-14.0.5.txt");
const URIS_OFF: &str = include_str!("../../../fixtures/links/hiddify-14.0.5-disabled.txt");
const SINGBOX: &str = include_str!("../../../fixtures/links/hiddify-14.0.5.json");
const SINGBOX_OFF: &str = include_str!("../../../fixtures/links/hiddify-14.0.5-disabled.json");
const CLASH: &str = include_str!("../../../fixtures/links/hiddify-14.0.5.yaml");
const STATUS: StatusLine<'static> =
    StatusLine { text: "۵۰ گیگابایت باقی‌مانده · ۳۰ روز" };
const FORMATS: [Format; 3] = [Format::Uris, Format::SingBox, Format::Clash];

fn part<'a>(server: &'a str, body: &'a str) -> Part<'a> {
    Part { server, body }
}

fn document(format: Format) -> &'static str {
    match format {
        Format::Uris | Format::Xray => URIS,
        Format::SingBox => SINGBOX,
        Format::Clash => CLASH,
        Format::Extras => "{}",
    }
}

/// The same panel's document as another server would give it.
fn elsewhere(format: Format) -> String {
    let body = document(format).replace("none.sslip.io", "de.example").replace("yahoo.com", "fr.example");
    // vmess links hide their host in base64.
    let lines: Vec<&str> = body.lines().filter(|line| !line.starts_with("vmess://")).collect();
    lines.join("\n")
}

/// The names of all entries, in order; our dead line included.
fn entry_names(format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Uris => text
            .lines()
            .map(|line| match line.strip_prefix("vmess://").and_then(|rest| rest.split('#').next()) {
                Some(packed) if !line.contains('@') => vmess_name(packed),
                _ => line.split_once('#').unwrap().1.to_owned(),
            })
            .collect(),
        Format::SingBox => {
            proxies_of_singbox(text).iter().map(|o| o["tag"].as_str().unwrap().to_owned()).collect()
        }
        Format::Clash => {
            let document: serde_yaml_ng::Value = serde_yaml_ng::from_str(text).unwrap();
            let proxies = document["proxies"].as_sequence().unwrap();
            proxies.iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect()
        }
        Format::Xray | Format::Extras => Vec::new(),
    }
}

fn vmess_name(packed: &str) -> String {
    let bytes = data_encoding::BASE64.decode(packed.as_bytes()).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    value["ps"].as_str().unwrap().to_owned()
}

fn proxies_of_singbox(text: &str) -> Vec<serde_json::Value> {
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    let all = document["outbounds"].as_array().unwrap().iter();
    all.filter(|o| !["selector", "urltest", "direct", "block", "dns"].contains(&o["type"].as_str().unwrap()))
        .cloned()
        .collect()
}

fn all_different(names: &[String]) -> bool {
    names.iter().collect::<HashSet<_>>().len() == names.len()
}

#[test]
fn one_panel_keeps_every_entry_and_loses_its_own_line() {
    for (format, expected) in FORMATS.into_iter().zip([30, 24, 18]) {
        let merged = merge(format, &[part("Berlin", document(format))], Some(&STATUS));
        let names = entry_names(format, &merged.text);
        assert_eq!(merged.entries, names.len() - 1);
        assert_eq!(merged.entries, expected, "{format:?}");
        assert!(merged.dropped.is_empty() && all_different(&names));
        assert!(!merged.text.contains(FAKE) && !merged.text.contains("Berlin"));
    }
}

#[test]
fn the_status_line_is_first_and_cannot_be_connected_to() {
    for format in FORMATS {
        let merged = merge(format, &[part("Berlin", document(format))], Some(&STATUS));
        let first = entry_names(format, &merged.text).remove(0);
        if format == Format::Uris {
            assert!(merged.text.starts_with("ss://YWVzLTEyOC1nY206LQ@127.0.0.1:1#%DB%B5%DB%B0"));
            assert!(first.starts_with("%DB%B5%DB%B0%20"));
        } else {
            assert_eq!(first, STATUS.text);
            assert!(merged.text.contains("127.0.0.1"));
        }
        let without = merge(format, &[part("Berlin", document(format))], None);
        assert_eq!(without.entries, merged.entries);
        assert!(!without.text.contains("127.0.0.1:1#"));
    }
}

#[test]
fn several_servers_are_told_apart_and_shared_entries_stand_once() {
    for format in FORMATS {
        let other = elsewhere(format);
        let one = merge(format, &[part("Berlin", document(format))], None).entries;
        let parts = [part("Berlin", document(format)), part("Paris", &other)];
        let merged = merge(format, &parts, Some(&STATUS));
        let names = entry_names(format, &merged.text);
        assert!(merged.entries > one && merged.entries < 2 * one, "{format:?}: {} {one}", merged.entries);
        assert!(all_different(&names));
        let servers: Vec<bool> = names.iter().skip(1).map(|name| name.starts_with("Berlin")).collect();
        assert!(servers[..one].iter().all(|&berlin| berlin) && servers[one..].iter().all(|&berlin| !berlin));
        assert_eq!(merge(format, &[parts[0], parts[0]], None).entries, one);
    }
}

#[test]
fn groups_name_exactly_what_is_there() {
    let other = elsewhere(Format::SingBox);
    let parts = [part("Off", SINGBOX_OFF), part("Berlin", SINGBOX), part("Paris", &other)];
    let merged = merge(Format::SingBox, &parts, Some(&STATUS));
    assert_eq!(merged.dropped, ["Off"]);
    let document: serde_json::Value = serde_json::from_str(&merged.text).unwrap();
    let outbounds = document["outbounds"].as_array().unwrap();
    let of = |tag: &str| {
        let group = outbounds.iter().find(|o| o["tag"] == tag).unwrap();
        group["outbounds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let tags: Vec<String> =
        proxies_of_singbox(&merged.text).iter().map(|o| o["tag"].as_str().unwrap().to_owned()).collect();
    assert_eq!(of("Auto"), tags[1..], "the dead line is not tried");
    assert_eq!(of("Select")[0], "Auto");
    assert_eq!(of("Select")[1..], tags);
    let select = outbounds.iter().find(|o| o["tag"] == "Select").unwrap();
    assert_eq!(select["default"], "Auto");
    let all: Vec<String> = outbounds.iter().map(|o| o["tag"].as_str().unwrap().to_owned()).collect();
    assert!(all_different(&all));
}

#[test]
fn clash_groups_begin_with_a_living_entry() {
    let merged = merge(Format::Clash, &[part("Berlin", CLASH)], Some(&STATUS));
    let document: serde_yaml_ng::Value = serde_yaml_ng::from_str(&merged.text).unwrap();
    for group in document["proxy-groups"].as_sequence().unwrap() {
        let members: Vec<&str> =
            group["proxies"].as_sequence().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
        let names = entry_names(Format::Clash, &merged.text);
        assert_eq!(members[..merged.entries], names[1..]);
        assert_eq!(members.contains(&STATUS.text), group["type"] == "select");
        assert!(group.get("include-all").is_none() && group.get("filter").is_none());
    }
    assert_eq!(document["mixed-port"], 7890, "the rest of the first document stays");
    assert_eq!(document["rules"][0], "MATCH,PROXY");
}

#[test]
fn references_follow_the_new_names() {
    let one = r#"{"outbounds":[{"type":"vless","tag":"a","server":"x","server_port":2,"detour":"b"},
        {"type":"vless","tag":"b","server":"y","server_port":2,"detour":"gone"}],
        "route":{"final":"a","rules":[{"outbound":"b"}]},"dns":{"servers":[{"detour":"a"}]}}"#;
    let merged = merge(Format::SingBox, &[part("S", one), part("T", "{}")], None);
    let value: serde_json::Value = serde_json::from_str(&merged.text).unwrap();
    assert_eq!(value["outbounds"][0]["detour"], "S · b");
    assert_eq!(value["route"]["final"], "S · a");
    assert_eq!(value["route"]["rules"][0]["outbound"], "S · b");
    assert_eq!(value["dns"]["servers"][0]["detour"], "S · a");
    assert_eq!(merged.dropped, ["T"]);
}

#[test]
fn vmess_is_compared_and_named_inside_its_base64() {
    let pack = |text: &str| format!("vmess://{}", data_encoding::BASE64.encode(text.as_bytes()));
    let first = pack(r#"{"v":"2","ps":"one","add":"h.example","port":443,"id":"u","net":"ws","path":"/a"}"#);
    let same = pack(r#"{"add":"h.example","port":"443","id":"u","net":"ws","path":"/a","ps":"two"}"#);
    let other = pack(r#"{"add":"h.example","port":443,"id":"u","net":"ws","path":"/b","ps":"one"}"#);
    let body = [first, same, other].join("\n");
    let merged = merge(Format::Uris, &[part("S", &body)], None);
    assert_eq!(entry_names(Format::Uris, &merged.text), ["one", "one 2"]);
}

#[test]
fn messages_comments_and_web_addresses_are_not_entries() {
    let merged = merge(Format::Uris, &[part("S", URIS_OFF)], None);
    assert_eq!((merged.text.as_str(), merged.entries), ("", 0));
    assert_eq!(merged.dropped, ["S"]);
    let body = "# note\nhttps://evil.example/more\nSCHEME\ntrojan://p@h.example:443?sni=a#A\nTROJAN://p@H.example:443?sni=a#B\n";
    let merged = merge(Format::Uris, &[part("S", body)], None);
    assert_eq!(merged.text, "trojan://p@h.example:443?sni=a#A\n");
    let packed = data_encoding::BASE64.encode(body.as_bytes());
    assert_eq!(
        merge(Format::Uris, &[part("S", &packed)], None).text,
        merged.text,
        "the base64 form is read too"
    );
}

#[test]
fn one_broken_document_costs_only_its_own_entries() {
    for format in FORMATS {
        let huge = "x".repeat(MAX_BYTES + 1);
        for broken in ["", "}{", "[1, 2]", "a: [", "<html>502 Bad Gateway</html>", "null", huge.as_str()] {
            let parts = [part("Broken", broken), part("Berlin", document(format))];
            let merged = merge(format, &parts, None);
            assert_eq!(merged.dropped, ["Broken"]);
            assert_eq!(merged.entries, merge(format, &parts[1..], None).entries);
        }
    }
}

#[test]
fn a_document_has_an_end() {
    let lines: Vec<String> = (0..3000).map(|n| format!("trojan://p{n}@h.example:443#{n}")).collect();
    let body = lines.join("\n");
    assert_eq!(merge(Format::Uris, &[part("S", &body)], Some(&STATUS)).entries, MAX_ENTRIES);
}

#[test]
fn shadowsocks_of_2022_goes_through_as_it_is() {
    let link = "ss://2022-blake3-aes-128-gcm:AAECAwQFBgcICQoLDA0ODw%3D%3D@a.example:443#Quick";
    let other = link.replace("a.example", "b.example").replace("AAEC", "Af%2B%2F");
    let merged = merge(Format::Uris, &[part("Berlin", link), part("Paris", &other)], None);
    let lines: Vec<_> = merged.text.lines().collect();
    assert_eq!(
        lines,
        [
            link.replace("#Quick", "#Berlin%20%C2%B7%20Quick"),
            other.replace("#Quick", "#Paris%20%C2%B7%20Quick")
        ]
    );
    assert_eq!(merge(Format::Uris, &[part("Berlin", link), part("Paris", link)], None).entries, 1);

    let outbound = |server: &str| {
        let entry = serde_json::json!({
            "type": "shadowsocks", "tag": "Quick", "server": server, "server_port": 443,
            "method": "2022-blake3-aes-128-gcm", "password": "AAECAwQFBgcICQoLDA0ODw==",
        });
        serde_json::json!({"outbounds": [entry, {"type": "urltest", "tag": "Best", "outbounds": ["Quick"]}]})
            .to_string()
    };
    let (one, two) = (outbound("a.example"), outbound("b.example"));
    let merged = merge(Format::SingBox, &[part("Berlin", &one), part("Paris", &two)], Some(&STATUS));
    let document: serde_json::Value = serde_json::from_str(&merged.text).unwrap();
    assert_eq!(merged.entries, 2);
    assert_eq!(document["outbounds"][0]["outbounds"], serde_json::json!(["Berlin · Quick", "Paris · Quick"]));
    let berlin = proxies_of_singbox(&merged.text).remove(1);
    assert_eq!((&berlin["type"], &berlin["server"]), (&"shadowsocks".into(), &"a.example".into()));
    assert_eq!(berlin["password"], "AAECAwQFBgcICQoLDA0ODw==");

    let proxy = |server: &str| {
        format!(
            "proxies:\n  - {{name: Quick, type: ss, server: {server}, port: 443, cipher: 2022-blake3-aes-128-gcm, \
             password: AAECAwQFBgcICQoLDA0ODw==, udp: true}}\nproxy-groups:\n  - {{name: Select, type: select, \
             proxies: [Quick]}}\nrules:\n  - MATCH,Select\n"
        )
    };
    let (one, two) = (proxy("a.example"), proxy("b.example"));
    let merged = merge(Format::Clash, &[part("Berlin", &one), part("Paris", &two)], Some(&STATUS));
    assert_eq!(entry_names(Format::Clash, &merged.text)[1..], ["Berlin · Quick", "Paris · Quick"]);
    let document: serde_yaml_ng::Value = serde_yaml_ng::from_str(&merged.text).unwrap();
    assert_eq!(document["proxies"][1]["password"], "AAECAwQFBgcICQoLDA0ODw==");
    assert_eq!(document["proxies"][2]["cipher"], "2022-blake3-aes-128-gcm");
}

#[test]
fn what_extras_came_to_is_never_merged() {
    let merged = merge(Format::Extras, &[part("S", "{}"), part("T", "}{")], Some(&STATUS));
    assert_eq!((merged.text.as_str(), merged.entries, merged.dropped.len()), ("", 0, 0));
}

#[test]
fn an_ended_subscription_says_so_in_every_format() {
    assert_eq!(ended(Format::Uris, "Ended"), "ss://YWVzLTEyOC1nY206LQ@127.0.0.1:1#Ended\n");
    for format in FORMATS {
        assert_eq!(entry_names(format, &ended(format, "Ended")), ["Ended"]);
    }
}

fn odd_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        ".{0,40}",
        "(vless|trojan|ss|hy2)://[a-c]{1,2}@[a-b]\\.(example|EXAMPLE):[0-9]{1,3}(\\?(sni|path)=[a-b%]{1,2})?(#[a-c %]{0,3})?",
        "vmess://[A-Za-z0-9+/=]{0,40}",
        "- \\{name: [a-c]{0,2}, type: [a-b]{0,1}, server: [a-b]\\}",
        Just("proxies:".to_owned()),
        Just("{\"outbounds\":[{\"type\":\"vless\",\"tag\":\"a\",\"server\":\"a\"}]}".to_owned()),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

/// Small documents of every format, with repeated names, repeated entries and references into nothing.
fn odd_document(format: Format) -> BoxedStrategy<String> {
    let entry = (
        "[a-c]{0,2}",
        "[a-b]",
        0_u32..4,
        prop::sample::select(vec!["vless", "trojan", "urltest", "selector"]),
    );
    let entries = prop::collection::vec(entry, 0..10);
    match format {
        Format::Uris => odd_text().boxed(),
        Format::Xray | Format::Extras => Just(String::new()).boxed(),
        Format::SingBox => entries
            .prop_map(|list| {
                let all: Vec<_> = list
                    .into_iter()
                    .map(|(tag, server, port, kind)| match kind {
                        "urltest" | "selector" => {
                            serde_json::json!({"type": kind, "tag": format!("g{tag}"), "outbounds": [server, "gone", format!("g{server}")]})
                        }
                        _ => serde_json::json!({"type": kind, "tag": tag, "server": server, "server_port": port}),
                    })
                    .collect();
                serde_json::json!({"outbounds": all}).to_string()
            })
            .boxed(),
        Format::Clash => entries
            .prop_map(|list| {
                let (groups, proxies): (Vec<_>, Vec<_>) = list.into_iter().partition(|e| e.3.contains('e'));
                let proxies: Vec<_> = proxies
                    .into_iter()
                    .map(|(name, server, port, kind)| {
                        serde_json::json!({"name": name, "type": kind, "server": server, "port": port})
                    })
                    .collect();
                let groups: Vec<_> = groups
                    .into_iter()
                    .map(|(name, server, ..)| {
                        serde_json::json!({"name": format!("g{name}"), "type": "select", "proxies": [server, "DIRECT"]})
                    })
                    .collect();
                serde_json::json!({"proxies": proxies, "proxy-groups": groups}).to_string()
            })
            .boxed(),
    }
}

proptest! {
    #[test]
    fn any_text_is_merged_without_panic(one in odd_text(), two in odd_text(), status: bool) {
        for format in FORMATS {
            let merged = merge(format, &[part("A", &one), part("B", &two)], status.then_some(&STATUS));
            prop_assert!(merged.dropped.len() <= 2);
        }
    }

    #[test]
    fn merging_is_idempotent_and_names_are_unique(
        (format, one, two) in prop::sample::select(FORMATS.to_vec())
            .prop_flat_map(|format| (Just(format), odd_document(format), odd_document(format))),
        status: bool,
    ) {
        let status = status.then_some(&STATUS);
        let merged = merge(format, &[part("A", &one), part("B", &two)], status);
        let names = entry_names(format, &merged.text);
        prop_assert!(all_different(&names), "{}", merged.text);
        prop_assert_eq!(names.len(), merged.entries + usize::from(status.is_some()));
        let again = merge(format, &[part("A", &merged.text)], status);
        prop_assert_eq!(&again.text, &merged.text);
        prop_assert_eq!(again.entries, merged.entries);
    }
}
