//! Where the share links of a subscription lead: only what is needed to knock there.

use super::Reached;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::HashSet;
use url::Url;

/// What stands between a server's name and its entry's own in a link of several servers.
const BETWEEN: &str = " · ";

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) server: String,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) port: u16,
    /// Whether it listens on TCP.
    pub(super) tcp: bool,
}

impl Entry {
    pub(super) fn reached(self, millis: Option<u32>) -> Reached {
        let Self { server, name: entry, host, port, .. } = self;
        Reached { server, entry, host, port, millis }
    }
}

/// The entries of share links, one for each address, in their order. Lines that lead nowhere are left out: what cannot
/// be read, and messages (they stand at a port that nobody has).
pub(super) fn of(links: &str, servers: &[String]) -> Vec<Entry> {
    let mut known = HashSet::new();
    let read = links.lines().filter_map(|line| entry(line.trim(), servers));
    read.filter(|entry| known.insert((entry.host.clone(), entry.port, entry.tcp))).collect()
}

fn entry(line: &str, servers: &[String]) -> Option<Entry> {
    let (scheme, rest) = line.split_once("://")?;
    let (name, host, port) = match scheme {
        "vmess" => vmess(rest)?,
        "ss" if !rest.contains('@') => old_shadowsocks(rest)?,
        _ => address(line)?,
    };
    let message = port <= 1 || matches!(host.as_str(), "" | "0.0.0.0");
    let tcp = !matches!(scheme, "hysteria" | "hysteria2" | "hy2" | "tuic" | "wg" | "wireguard");
    (!message).then(|| Entry { server: server(&name, servers), name, host, port, tcp })
}

/// `scheme://credential@host:port…#name`, the form of nearly all.
fn address(line: &str) -> Option<(String, String, u16)> {
    let url = Url::parse(line).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let name = percent_decode_str(url.fragment().unwrap_or_default()).decode_utf8_lossy().into_owned();
    Some((name, host, url.port().unwrap_or(443)))
}

/// JSON in base64 with the fields `ps`, `add` and `port`, a number or a text.
fn vmess(rest: &str) -> Option<(String, String, u16)> {
    let told: Value = serde_json::from_slice(&decode(rest)?).ok()?;
    let text = |field: &str| told.get(field).and_then(Value::as_str).map(str::to_owned);
    let port = told.get("port")?;
    let port = port.as_u64().and_then(|port| u16::try_from(port).ok());
    let port = port.or_else(|| text("port")?.parse().ok())?;
    Some((text("ps").unwrap_or_default(), text("add")?, port))
}

/// `method:password@host:port`, all of it in base64.
fn old_shadowsocks(rest: &str) -> Option<(String, String, u16)> {
    let (body, name) = rest.split_once('#').unwrap_or((rest, ""));
    let plain = String::from_utf8(decode(body)?).ok()?;
    let (_, place) = plain.rsplit_once('@')?;
    let (host, port) = place.rsplit_once(':')?;
    let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
    Some((name, host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?))
}

/// Base64 in any of the alphabets that programs write.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().as_bytes();
    [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD].iter().find_map(|form| form.decode(text).ok())
}

/// Which server an entry belongs to: the longest name that it begins with, else the only server, else its own name.
fn server(name: &str, servers: &[String]) -> String {
    let begins = |server: &&String| {
        name.strip_prefix(server.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(BETWEEN))
    };
    let named = servers.iter().filter(begins).max_by_key(|server| server.len());
    let only = if let [only] = servers { Some(only) } else { None };
    named.or(only).cloned().unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Entry, of};
    use data_encoding::BASE64;

    fn entry(server: &str, name: &str, host: &str, port: u16, tcp: bool) -> Entry {
        Entry { server: server.to_owned(), name: name.to_owned(), host: host.to_owned(), port, tcp }
    }

    #[test]
    fn share_links_of_every_kind_lead_somewhere() {
        let vmess = BASE64.encode(r#"{"ps":"B · old","add":"b.example.org","port":"8443"}"#.as_bytes());
        let old = BASE64.encode(b"aes-256-gcm:secret@192.0.2.7:8388");
        let links = format!(
            "vless://id@a.example.org:2053?type=ws&path=%2F#A%20%C2%B7%20one\n\
             trojan://pw@[2001:db8::1]#A\n\
             vmess://{vmess}\nss://{old}#B%20%C2%B7%20ss\n\
             hysteria2://pw@a.example.org:2053#A%20%C2%B7%20two\n"
        );
        let found = of(&links, &["A".to_owned(), "B".to_owned()]);
        assert_eq!(
            found,
            [
                entry("A", "A · one", "a.example.org", 2053, true),
                entry("A", "A", "2001:db8::1", 443, true),
                entry("B", "B · old", "b.example.org", 8443, true),
                entry("B", "B · ss", "192.0.2.7", 8388, true),
                entry("A", "A · two", "a.example.org", 2053, false),
            ]
        );
    }

    #[test]
    fn messages_repeats_and_rubbish_are_left_out() {
        let links = "socks5://127.0.0.1:1#12%20GB%20left\nvless://id@h:443#x\nvless://other@h:443#y\n\
             vless://\nvmess://%%%\nss://####\nnothing\nvless://id@0.0.0.0:443#z\nvless://id@h:99999#z\n\u{0}://\u{0}";
        let found = of(links, &["Only".to_owned()]);
        assert_eq!(found, [entry("Only", "x", "h", 443, true)]);
    }
}
