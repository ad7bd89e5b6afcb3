//! Xray configurations: a list of whole documents, each with one server and its name in `remarks`, as v2rayNG 1.8.17
//! and later take it. A panel's own documents are taken as they are; others are made from share links.
//!
//! Fields as in Xray's documentation (xtls.github.io/en/config/outbounds, /transport); parameters of share links as in
//! XTLS/Xray-core discussion 716 and v2rayN's description of `vmess://`.

use super::{
    FAKE, MAX_BYTES, Merged, Names, Part, Room, is_message,
    uris::{self, Entry},
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};

type Object = Map<String, Value>;
type Fields = BTreeMap<String, String>;

pub(super) fn merge(parts: &[Part<'_>], status: Option<&str>, mut names: Names) -> Merged {
    let mut all: Vec<Value> = status.map(dead).into_iter().collect();
    let (mut seen, mut room) = (HashSet::new(), Room::new());
    let (mut entries, mut dropped) = (0, Vec::new());
    for part in parts {
        let own = read(part.body);
        if own.is_empty() {
            dropped.push(part.server.to_owned());
        }
        for (wanted, mut document) in own {
            let identity = Value::Object(document.clone()).to_string();
            if seen.contains(&identity) || !room.take(identity.len() + 3 * wanted.len()) {
                continue;
            }
            seen.insert(identity);
            document.insert("remarks".to_owned(), names.entry(part.server, &wanted).into());
            all.push(Value::Object(document));
            entries += 1;
        }
    }
    let mut text = serde_json::to_string_pretty(&Value::Array(all)).unwrap_or_default();
    text.push('\n');
    Merged { text, entries, dropped }
}

/// Nothing listens at port 1 of the own device.
fn dead(name: &str) -> Value {
    let server = json!({ "address": "127.0.0.1", "port": 1 });
    let mut document =
        around(&json!({ "protocol": "socks", "tag": "proxy", "settings": { "servers": [server] } }));
    document.insert("remarks".to_owned(), name.into());
    Value::Object(document)
}

/// The documents of one panel without their names, each with the name that its panel gave it.
fn read(body: &str) -> Vec<(String, Object)> {
    if body.len() > MAX_BYTES {
        return Vec::new();
    }
    let text = body.trim_start();
    if !text.starts_with(['[', '{']) {
        return uris::read(body).iter().filter_map(|entry| Some((entry.name(), made_of(entry)?))).collect();
    }
    let list = match serde_json::from_str(text) {
        Ok(Value::Array(list)) => list,
        Ok(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    };
    list.into_iter().filter_map(given).collect()
}

/// A document that a panel wrote.
fn given(value: Value) -> Option<(String, Object)> {
    let Value::Object(mut document) = value else { return None };
    let name = document.remove("remarks");
    let first = document.get("outbounds")?.as_array()?.first()?;
    let settings = first.get("settings")?;
    let place = settings.pointer("/vnext/0").or_else(|| settings.pointer("/servers/0"));
    let field = |key: &str| place.and_then(|p| p.get(key)).map(plain).unwrap_or_default();
    let message = place.is_some() && is_message(&field("address"), &field("port"), &field("password"));
    if message || first.to_string().contains(FAKE) {
        return None;
    }
    Some((name.as_ref().map(plain).unwrap_or_default(), document))
}

/// A document with the server of a share link; none for what Xray does not speak.
fn made_of(entry: &Entry) -> Option<Object> {
    let outbound = match entry {
        Entry::Vmess(map) => vmess(map),
        Entry::Uri { scheme, rest, .. } => match scheme.as_str() {
            "vless" => vless(rest),
            "trojan" => trojan(rest),
            "ss" => shadowsocks(rest),
            _ => None,
        },
    };
    outbound.as_ref().map(around)
}

/// What stands around a server: ports for the app, private addresses past the tunnel, and names asked through it.
fn around(proxy: &Value) -> Object {
    let sniffing = json!({ "enabled": true, "destOverride": ["http", "tls"] });
    let document = json!({
        "log": { "loglevel": "warning" },
        "dns": { "servers": ["1.1.1.1", "8.8.8.8"] },
        "inbounds": [
            { "tag": "socks", "protocol": "socks", "listen": "127.0.0.1", "port": 10808,
              "settings": { "auth": "noauth", "udp": true }, "sniffing": sniffing },
            { "tag": "http", "protocol": "http", "listen": "127.0.0.1", "port": 10809, "settings": {} },
        ],
        "outbounds": [
            proxy,
            { "tag": "direct", "protocol": "freedom", "settings": {} },
            { "tag": "block", "protocol": "blackhole", "settings": {} },
        ],
        "routing": {
            "domainStrategy": "AsIs",
            "rules": [{ "type": "field", "ip": ["geoip:private"], "outboundTag": "direct" }],
        },
    });
    document.as_object().cloned().unwrap_or_default()
}

fn vless(rest: &str) -> Option<Value> {
    let (id, host, port, fields) = taken_apart(rest)?;
    let mut user = json!({ "id": id, "encryption": field(&fields, "encryption", "none") });
    if let Some(flow) = fields.get("flow").filter(|flow| !flow.is_empty()) {
        user["flow"] = flow.as_str().into();
    }
    let settings = json!({ "vnext": [{ "address": host, "port": port, "users": [user] }] });
    with_stream("vless", &settings, &fields)
}

fn trojan(rest: &str) -> Option<Value> {
    let (password, host, port, mut fields) = taken_apart(rest)?;
    fields.entry("security".to_owned()).or_insert_with(|| "tls".to_owned());
    let settings = json!({ "servers": [{ "address": host, "port": port, "password": password }] });
    with_stream("trojan", &settings, &fields)
}

/// Without a plugin, which Xray does not run.
fn shadowsocks(rest: &str) -> Option<Value> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (packed, host, port) = uris::address(place);
    let (method, password) = super::sip008::credential(packed)?;
    let port: u16 = port.parse().ok()?;
    if query.split('&').any(|f| f.strip_prefix("plugin=").is_some_and(|p| !p.is_empty())) {
        return None;
    }
    let host = host.trim_matches(['[', ']']);
    let server = json!({ "address": host, "port": port, "method": method, "password": password });
    Some(json!({ "tag": "proxy", "protocol": "shadowsocks", "settings": { "servers": [server] } }))
}

/// v2rayN's JSON, its fields under the names that other links use.
fn vmess(map: &Object) -> Option<Value> {
    let word = |key: &str| map.get(key).map(plain).unwrap_or_default();
    let port: u16 = word("port").parse().ok()?;
    let security = if word("scy").is_empty() { "auto".to_owned() } else { word("scy") };
    let alter: u32 = word("aid").parse().unwrap_or(0);
    let user = json!({ "id": word("id"), "alterId": alter, "security": security });
    let settings = json!({ "vnext": [{ "address": word("add"), "port": port, "users": [user] }] });
    let network = word("net");
    let path = if network == "grpc" { "serviceName" } else { "path" };
    let fields = [
        ("type", network.clone()),
        ("security", word("tls")),
        ("headerType", word("type")),
        ("mode", word("type")),
        ("host", word("host")),
        (path, word("path")),
        ("sni", word("sni")),
        ("alpn", word("alpn")),
        ("fp", word("fp")),
        ("allowInsecure", word("allowInsecure")),
    ];
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    with_stream("vmess", &settings, &fields.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn with_stream(protocol: &str, settings: &Value, fields: &Fields) -> Option<Value> {
    let network = field(fields, "type", "tcp");
    let mut stream = json!({ "network": network });
    let (path, host) = (field(fields, "path", "/"), field(fields, "host", ""));
    match network {
        "tcp" | "raw" if field(fields, "headerType", "none") == "http" => {
            let request = json!({ "path": [path], "headers": { "Host": [host] } });
            stream["tcpSettings"] = json!({ "header": { "type": "http", "request": request } });
        }
        "tcp" | "raw" => {}
        "ws" => stream["wsSettings"] = json!({ "path": path, "host": host }),
        "httpupgrade" => stream["httpupgradeSettings"] = json!({ "path": path, "host": host }),
        "xhttp" | "splithttp" => {
            let mode = field(fields, "mode", "auto");
            stream["xhttpSettings"] = json!({ "path": path, "host": host, "mode": mode });
        }
        "grpc" => {
            let multi = field(fields, "mode", "gun") == "multi";
            stream["grpcSettings"] =
                json!({ "serviceName": field(fields, "serviceName", ""), "multiMode": multi });
        }
        _ => return None,
    }
    match field(fields, "security", "none") {
        "none" | "" => stream["security"] = "none".into(),
        "tls" => {
            stream["security"] = "tls".into();
            stream["tlsSettings"] = tls(fields);
        }
        "reality" => {
            stream["security"] = "reality".into();
            stream["realitySettings"] = json!({
                "serverName": field(fields, "sni", ""), "fingerprint": field(fields, "fp", "chrome"),
                "publicKey": field(fields, "pbk", ""), "shortId": field(fields, "sid", ""),
                "spiderX": field(fields, "spx", ""),
            });
        }
        _ => return None,
    }
    Some(json!({ "tag": "proxy", "protocol": protocol, "settings": settings, "streamSettings": stream }))
}

fn tls(fields: &Fields) -> Value {
    let lax = ["allowInsecure", "insecure"].iter().any(|key| matches!(field(fields, key, ""), "1" | "true"));
    let name = field(fields, "sni", field(fields, "host", ""));
    let mut tls = json!({ "serverName": name, "allowInsecure": lax });
    if let Some(fingerprint) = fields.get("fp").filter(|fp| !fp.is_empty()) {
        tls["fingerprint"] = fingerprint.as_str().into();
    }
    let alpn: Vec<&str> = field(fields, "alpn", "").split(',').filter(|a| !a.is_empty()).collect();
    if !alpn.is_empty() {
        tls["alpn"] = alpn.into();
    }
    tls
}

/// Credential, host, port and parameters of what stands behind `scheme://`.
fn taken_apart(rest: &str) -> Option<(String, String, u16, Fields)> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (credential, host, port) = uris::address(place);
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    let host = host.trim_matches(['[', ']']);
    if credential.is_empty() || host.is_empty() {
        return None;
    }
    let pair = |f: &str| f.split_once('=').map(|(key, value)| (key.to_owned(), uris::unescape(value)));
    Some((uris::unescape(credential), host.to_owned(), port, query.split('&').filter_map(pair).collect()))
}

fn field<'a>(fields: &'a Fields, key: &str, otherwise: &'a str) -> &'a str {
    fields.get(key).map(String::as_str).filter(|value| !value.is_empty()).unwrap_or(otherwise)
}

/// A field as text, whether it is a string or a number.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::link::{Format, StatusLine, ended, merge};
    use proptest::prelude::*;

    const URIS: &str = include_str!("../../../fixtures/links/hiddify-14.0.5.txt");

    fn documents(parts: &[Part<'_>], status: Option<&str>) -> Vec<Value> {
        let line = status.map(|text| StatusLine { text });
        let text = merge(Format::Xray, parts, line.as_ref()).text;
        serde_json::from_str(&text).unwrap()
    }

    fn one(link: &str) -> Value {
        documents(&[Part { server: "Berlin", body: link }], None)[0].clone()
    }

    #[test]
    fn every_link_that_xray_speaks_becomes_a_document() {
        let all = documents(&[Part { server: "Berlin", body: URIS }], Some("10 GiB left"));
        assert_eq!(all.len(), 1 + 8 + 6, "the line, vless and vmess; the only trojan is the panel's message");
        assert_eq!(all[0]["remarks"], "10 GiB left");
        assert_eq!(all[0]["outbounds"][0]["settings"]["servers"][0]["port"], 1);
        let mut names = HashSet::new();
        for document in &all {
            assert!(names.insert(document["remarks"].as_str().unwrap().to_owned()));
            assert!(document["inbounds"].is_array() && document["outbounds"].as_array().unwrap().len() == 3);
        }
    }

    #[test]
    fn links_keep_all_that_matters() {
        let vless = one(
            "vless://u-1@[2001:db8::1]:443?type=grpc&serviceName=a%2Fb&mode=multi&security=reality&pbk=K&sid=01&\
             sni=s.example&fp=firefox&flow=xtls-rprx-vision#A",
        );
        let out = &vless["outbounds"][0];
        assert_eq!(out["settings"]["vnext"][0]["address"], "2001:db8::1");
        assert_eq!(out["settings"]["vnext"][0]["users"][0]["flow"], "xtls-rprx-vision");
        assert_eq!(out["streamSettings"]["grpcSettings"], json!({ "serviceName": "a/b", "multiMode": true }));
        assert_eq!(out["streamSettings"]["realitySettings"]["publicKey"], "K");
        let trojan = one("trojan://p%40ss@t.example:8443?type=ws&path=%2Fw&host=h&alpn=h2%2Chttp%2F1.1#T");
        let out = &trojan["outbounds"][0];
        assert_eq!(out["settings"]["servers"][0]["password"], "p@ss");
        assert_eq!(out["streamSettings"]["security"], "tls", "trojan is TLS unless it says otherwise");
        assert_eq!(out["streamSettings"]["tlsSettings"]["alpn"], json!(["h2", "http/1.1"]));
        assert_eq!(out["streamSettings"]["wsSettings"], json!({ "path": "/w", "host": "h" }));
        let ss = one("ss://aes-256-gcm:p@s.example:8388#S");
        assert_eq!(ss["outbounds"][0]["settings"]["servers"][0]["method"], "aes-256-gcm");
        assert_eq!(ss["remarks"], "S");
    }

    #[test]
    fn what_xray_does_not_speak_is_left_out() {
        let odd = "hy2://p@a.example:443#A\nss://aes-256-gcm:p@s.example:1234/?plugin=obfs-local#B\n\
                   vless://u@a.example:443?type=quic#C\nvless://@a.example:443#D\nvless://u@a.example#E";
        assert_eq!(documents(&[Part { server: "S", body: odd }], None), Vec::<Value>::new());
    }

    #[test]
    fn a_panels_own_documents_are_taken_and_told_apart() {
        let own = json!([
            { "remarks": "one", "outbounds": [{ "protocol": "vless", "settings": { "vnext": [
                { "address": "a.example", "port": 443, "users": [{ "id": "u" }] }] } }] },
            { "remarks": "info", "outbounds": [{ "protocol": "trojan", "settings": { "servers": [
                { "address": "1.1.1.1", "port": 443, "password": "1" }] } }] },
            { "remarks": "broken" }, 7,
        ]);
        let own = own.to_string();
        let parts = [
            Part { server: "Berlin", body: &own },
            Part { server: "Paris", body: "ss://aes-256-gcm:p@b.example:99#two" },
        ];
        let all = documents(&parts, None);
        let names: Vec<_> = all.iter().map(|d| d["remarks"].as_str().unwrap()).collect();
        assert_eq!(names, ["Berlin · one", "Paris · two"]);
        let twice = documents(&[Part { server: "A", body: &own }, Part { server: "B", body: &own }], None);
        assert_eq!(twice.len(), 1);
    }

    #[test]
    fn an_ended_subscription_is_one_dead_document() {
        let all: Vec<Value> = serde_json::from_str(&ended(Format::Xray, "Ended")).unwrap();
        assert_eq!((all.len(), &all[0]["remarks"]), (1, &json!("Ended")));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(
            text in "(vless|trojan|ss|vmess)://[a-zA-Z0-9%:@\\[\\]/?=&#.]{0,60}", json in "[\\[{].{0,60}",
        ) {
            for body in [&text, &json] {
                let merged = merge(Format::Xray, &[Part { server: "S", body }], None);
                prop_assert!(serde_json::from_str::<Vec<Value>>(&merged.text).is_ok());
            }
        }
    }
}
