//! SIP008 (shadowsocks.org/doc/sip008.html): the Shadowsocks servers among share links as one JSON document.

use super::{is_message, uris};
use crate::domain::measure::Traffic;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Builder;

#[derive(Serialize)]
struct Document {
    version: u8,
    servers: Vec<Server>,
    bytes_used: u64,
    bytes_remaining: u64,
    /// A custom field, as the standard allows in the root: the Outline client reads this one server and no list
    /// (outline-apps, `client/go/outline/parse.go`).
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<Transport>,
}

#[derive(Serialize)]
struct Server {
    id: String,
    remarks: String,
    #[serde(rename = "server")]
    host: String,
    #[serde(rename = "server_port")]
    port: u16,
    password: String,
    method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin_opts: Option<String>,
}

#[derive(Serialize)]
struct Transport {
    server: String,
    server_port: u16,
    method: String,
    password: String,
}

/// The document of the Shadowsocks servers among merged share links; none when there is none among them.
#[must_use]
pub fn sip008(links: &str, used: Traffic, remaining: Traffic) -> Option<String> {
    let servers: Vec<Server> = links.lines().filter_map(Server::read).collect();
    let transport = servers.iter().find(|s| s.can_be_used_alone()).map(Server::transport);
    let document = Document {
        version: 1,
        bytes_used: used.as_bytes(),
        bytes_remaining: remaining.as_bytes(),
        transport,
        servers,
    };
    if document.servers.is_empty() { None } else { serde_json::to_string_pretty(&document).ok() }
}

impl Server {
    /// Reads an `ss://` link as SIP002 writes it (shadowsocks.org/doc/sip002.html): the user information is base64, or
    /// percent-encoded, as SIP022 wants it for its methods.
    fn read(line: &str) -> Option<Self> {
        let (rest, name) = line.strip_prefix("ss://")?.split_once('#')?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (packed, host, port) = uris::address(place);
        let (method, password) = credential(packed)?;
        let plugin = query.split('&').find_map(|field| field.strip_prefix("plugin=")).map(uris::unescape);
        let (plugin, plugin_opts) = match plugin.filter(|p| !p.is_empty()) {
            Some(plugin) => match plugin.split_once(';') {
                Some((name, options)) => (Some(name.to_owned()), Some(options.to_owned())),
                None => (Some(plugin), None),
            },
            None => (None, None),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let id = stable_id(&[&host, port, &method, &password, query]);
        let port = port.parse().ok().filter(|port| *port > 0)?;
        let usable = !host.is_empty() && !method.is_empty();
        usable.then(|| Self {
            id,
            remarks: uris::unescape(name),
            host,
            port,
            password,
            method,
            plugin,
            plugin_opts,
        })
    }

    fn can_be_used_alone(&self) -> bool {
        self.plugin.is_none() && !is_message(&self.host, &self.port.to_string(), &self.password)
    }

    fn transport(&self) -> Transport {
        Transport {
            server: self.host.clone(),
            server_port: self.port,
            method: self.method.clone(),
            password: self.password.clone(),
        }
    }
}

/// Method and password.
pub(super) fn credential(packed: &str) -> Option<(String, String)> {
    if let Some((method, password)) = packed.split_once(':') {
        return Some((uris::unescape(method), uris::unescape(password)));
    }
    let plain = uris::decode(&uris::unescape(packed))?;
    plain.split_once(':').map(|(method, password)| (method.to_owned(), password.to_owned()))
}

/// The same UUID for the same server at every fetch, by which apps keep what they know of it. Nothing of what it is made
/// from can be read from it.
fn stable_id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    Builder::from_sha1_bytes(bytes).into_uuid().hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::link::{Format, Part, ended, merge};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const URIS: &str = include_str!("../../../fixtures/links/hiddify-14.0.5.txt");

    fn read(links: &str) -> Value {
        let text = sip008(links, Traffic::gib(3), Traffic::gib(7)).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn both_ways_to_write_a_credential_are_read() {
        let base64 =
            "ss://Y2hhY2hhMjAtaWV0Zi1wb2x5MTMwNTpzZTpjcmV0@a.example:8388/?plugin=obfs-local%3Bobfs%3Dhttp#A";
        let percent =
            "ss://2022-blake3-aes-128-gcm:AAECAwQFBgcICQoLDA0ODw%3D%3D@[2001:db8::1]:443#Berlin%20%C2%B7%20B";
        let two_keys = "ss://2022-blake3-aes-128-gcm:QQ%3D%3D%3AQg%3D%3D@c.example:1024#C";
        let document = read(&[base64, percent, two_keys].join("\n"));
        assert_eq!((&document["version"], document["servers"].as_array().unwrap().len()), (&json!(1), 3));
        assert_eq!(document["bytes_used"], json!(3_u64 << 30));
        assert_eq!(document["bytes_remaining"], json!(7_u64 << 30));
        let mut first = document["servers"][0].clone();
        assert_eq!(first["id"].as_str().map(str::len), Some(36));
        first["id"] = json!("");
        assert_eq!(
            first,
            json!({"id": "", "remarks": "A", "server": "a.example", "server_port": 8388, "password": "se:cret",
                   "method": "chacha20-ietf-poly1305", "plugin": "obfs-local", "plugin_opts": "obfs=http"})
        );
        let second = &document["servers"][1];
        assert_eq!((&second["server"], &second["server_port"]), (&json!("2001:db8::1"), &json!(443)));
        assert_eq!(second["password"], "AAECAwQFBgcICQoLDA0ODw==");
        assert_eq!(
            (&second["method"], &second["remarks"]),
            (&json!("2022-blake3-aes-128-gcm"), &json!("Berlin · B"))
        );
        assert!(second.get("plugin").is_none() && second.get("plugin_opts").is_none());
        assert_eq!(document["servers"][2]["password"], "QQ==:Qg==");
        assert_eq!(document["transport"]["server"], "2001:db8::1", "the first that needs no plugin");
    }

    #[test]
    fn a_server_keeps_its_id_whatever_it_is_called() {
        let link = |host: &str, name: &str| format!("ss://aes-256-gcm:p@{host}:1234#{name}");
        let id = |link: String| read(&link)["servers"][0]["id"].clone();
        assert_eq!(id(link("a.example", "one")), id(link("a.example", "two")));
        assert_ne!(id(link("a.example", "one")), id(link("b.example", "one")));
    }

    #[test]
    fn what_is_no_shadowsocks_server_is_left_out() {
        let odd = "vless://u@a.example:443#A\nss://x#B\nss://aes-128-gcm:p@a.example:0#C\nss://aes-128-gcm:p@a.example#D\n\
                   ss://QQ@a.example:1#E\nss://aes-128-gcm:p@:99#F\nss://:p@a.example:99#G\nss://aes-128-gcm:p@a.example:99\n";
        assert_eq!(sip008(odd, Traffic::ZERO, Traffic::ZERO), None);
        assert_eq!(sip008("", Traffic::ZERO, Traffic::ZERO), None);
    }

    #[test]
    fn the_servers_of_several_panels_are_told_apart() {
        let one = format!("{URIS}\nss://aes-256-gcm:p@a.example:1234#Quick");
        let two = "ss://aes-256-gcm:p@a.example:1234#Same\nss://aes-256-gcm:q@b.example:1234#Quick";
        let parts = [Part { server: "Berlin", body: &one }, Part { server: "Paris", body: two }];
        let document = read(&merge(Format::Uris, &parts, None).text);
        let servers = document["servers"].as_array().unwrap().iter();
        let named: Vec<_> =
            servers.map(|s| (s["remarks"].as_str().unwrap(), s["server"].as_str().unwrap())).collect();
        assert_eq!(named, [("Berlin · Quick", "a.example"), ("Paris · Quick", "b.example")]);
    }

    #[test]
    fn an_ended_subscription_is_one_dead_entry() {
        let document = read(&ended(Format::Uris, "Ended"));
        let servers = document["servers"].as_array().unwrap();
        assert_eq!((servers.len(), &servers[0]["remarks"]), (1, &json!("Ended")));
        assert_eq!((&servers[0]["server"], &servers[0]["server_port"]), (&json!("127.0.0.1"), &json!(1)));
        assert!(document.get("transport").is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(ss://[a-zA-Z0-9%:@\\[\\]/?=&#.]{0,40}\n){0,5}.{0,40}") {
            if let Some(document) = sip008(&text, Traffic::ZERO, Traffic::ZERO) {
                let document: Value = serde_json::from_str(&document).unwrap();
                prop_assert!(!document["servers"].as_array().unwrap().is_empty());
            }
        }
    }
}
