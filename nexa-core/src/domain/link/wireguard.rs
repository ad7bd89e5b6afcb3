//! WireGuard configurations (`wg-quick`'s form), made from share links.
//!
//! HiddifyPanel writes `wg://host:port/?pk=…&local_address=…&peer_pk=…&pre_shared_key=…`; other panels
//! `wireguard://private@host:port?publickey=…&address=…` as v2rayN reads it.

use super::uris;
use data_encoding::BASE64;
use std::collections::BTreeMap;

/// The configuration of the first WireGuard server among share links; none when there is none that can be used.
#[must_use]
pub fn first(links: &str) -> Option<String> {
    links.lines().find_map(read)
}

/// A configuration that leads nowhere and says `text`. Nothing gets past it, so that nobody takes it for protection.
#[must_use]
pub fn dead(text: &str) -> String {
    let key = BASE64.encode(&[1; 32]);
    written(text, &key, "192.0.2.2/32", &[("PublicKey", key.as_str())], "127.0.0.1:1", None)
}

fn read(line: &str) -> Option<String> {
    let rest = line.strip_prefix("wg://").or_else(|| line.strip_prefix("wireguard://"))?;
    let (rest, name) = rest.split_once('#').unwrap_or((rest, ""));
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (credential, host, port) = uris::address(place);
    let pairs = query.split('&').filter_map(|field| field.split_once('='));
    let fields: BTreeMap<String, String> =
        pairs.map(|(key, value)| (key.to_ascii_lowercase(), uris::unescape(value))).collect();
    let of = |names: [&str; 2]| names.iter().find_map(|name| fields.get(*name)).cloned();
    let private = of(["pk", "privatekey"]).unwrap_or_else(|| uris::unescape(credential));
    let public = of(["peer_pk", "publickey"])?;
    let shared = of(["pre_shared_key", "presharedkey"]).filter(|key| !key.is_empty());
    let address = of(["local_address", "address"])?;
    let keys = [Some(&private), Some(&public), shared.as_ref()];
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    if !keys.into_iter().flatten().all(|key| is_key(key)) || !is_address(&address) || !is_host(host) {
        return None;
    }
    let mtu = of(["mtu", "mtu"]).and_then(|mtu| mtu.parse::<u16>().ok()).filter(|mtu| *mtu >= 576);
    let mut peer = vec![("PublicKey", public.as_str())];
    peer.extend(shared.as_deref().map(|key| ("PresharedKey", key)));
    Some(written(&uris::unescape(name), &private, &address, &peer, &format!("{host}:{port}"), mtu))
}

fn written(
    name: &str,
    private: &str,
    address: &str,
    peer: &[(&str, &str)],
    endpoint: &str,
    mtu: Option<u16>,
) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mtu = mtu.map(|mtu| format!("MTU = {mtu}\n")).unwrap_or_default();
    let keys: Vec<String> = peer.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let keys = keys.concat();
    format!(
        "# {}\n[Interface]\nPrivateKey = {private}\nAddress = {address}\nDNS = 1.1.1.1, 8.8.8.8\n{mtu}\n\
         [Peer]\n{keys}AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = {endpoint}\nPersistentKeepalive = 25\n",
        name.trim()
    )
}

/// 32 bytes in base64; nothing else may get into a file of lines.
fn is_key(text: &str) -> bool {
    BASE64.decode(text.as_bytes()).is_ok_and(|bytes| bytes.len() == 32)
}

fn is_address(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit() || b".:/, ".contains(&b))
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(byte: u8) -> String {
        BASE64.encode(&[byte; 32])
    }

    #[test]
    fn both_ways_to_write_a_link_are_read() {
        let (own, peer, shared) = (key(1), key(2), key(3));
        let panel = format!(
            "wg://w.example:51820/?pk={own}&local_address=10.90.0.2/32&peer_pk={peer}&pre_shared_key={shared}&\
             workers=4&mtu=1380&reserved=0,0,0#Berlin%20WG"
        );
        let text = first(&format!("vless://u@a.example:443#A\n{panel}\n")).unwrap();
        assert!(
            text.starts_with(&format!(
                "# Berlin WG\n[Interface]\nPrivateKey = {own}\nAddress = 10.90.0.2/32\n"
            ))
        );
        assert!(text.contains(&format!("PublicKey = {peer}\nPresharedKey = {shared}\n")), "{text}");
        assert!(text.contains("MTU = 1380\n") && text.contains("Endpoint = w.example:51820\n"), "{text}");
        let own = own.replace('=', "%3D");
        let other = format!(
            "wireguard://{own}@[2001:db8::1]:443?publickey={peer}&address=10.0.0.2%2F32%2Cfd00%3A%3A2%2F128#B"
        );
        let text = first(&other).unwrap();
        assert!(text.contains("Endpoint = [2001:db8::1]:443\n") && text.contains("fd00::2/128"), "{text}");
        assert!(!text.contains("MTU") && !text.contains("PresharedKey"), "{text}");
    }

    #[test]
    fn a_link_cannot_write_lines_of_its_own() {
        let (own, peer) = (key(1), key(2));
        for (address, name, fits) in [
            ("10.0.0.2/32%0APostUp%20=%20reboot", "A", false),
            ("", "A", false),
            ("10.0.0.2/32", "A%0APostUp%20=%20reboot", true),
        ] {
            let link = format!("wg://w.example:1234/?pk={own}&local_address={address}&peer_pk={peer}#{name}");
            let text = first(&link);
            assert_eq!(text.is_some(), fits, "{link}");
            assert!(text.is_none_or(|text| !text.lines().any(|line| line.starts_with("PostUp"))));
        }
        assert_eq!(
            first(&format!("wg://w.example:1234/?pk=short&local_address=10.0.0.2/32&peer_pk={peer}#A")),
            None
        );
        assert_eq!(first("wg://w.example:0/?pk=a"), None);
    }

    #[test]
    fn a_dead_one_says_why_and_lets_nothing_past() {
        let text = dead("Ended.\nPostUp = x");
        assert!(text.starts_with("# Ended. PostUp = x\n[Interface]\n"), "{text}");
        assert!(text.contains("AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 127.0.0.1:1\n"), "{text}");
    }

    proptest! {
        #[test]
        fn any_link_is_read_without_panic(text in "(wg|wireguard)://[a-zA-Z0-9%:@\\[\\]/?=&#._]{0,80}") {
            prop_assert!(first(&text).is_none_or(|found| found.contains("[Peer]")));
        }
    }
}
