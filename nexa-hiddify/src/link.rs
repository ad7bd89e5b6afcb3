//! The documents that the panel gives to customers' apps.

use crate::{answer::judge, api::Api};
use nexa_core::{
    domain::{grant::PanelId, link::Format},
    ports::outcome::Outcome,
};
use nexa_panel_http::{answer::Answer, call::Reply};

/// One document of one user.
pub async fn document(api: &Api, client_path: &str, panel_id: PanelId, format: Format) -> Outcome<String> {
    let name = match format {
        Format::Uris => "all.txt",
        Format::SingBox => "singbox/",
        Format::Clash => "clashmeta/",
        Format::Xray => "xray/",
        // Not among the formats of its profile: the panel has no extras.
        Format::Extras => return Outcome::Rejected("the panel has no such document".into()),
    };
    let path = format!("/{client_path}/{}/{name}", panel_id.expose());
    let reply = match api.document(&path).await {
        Ok(Reply { status: 200, body, .. }) => Ok(body),
        Ok(reply) => Err(Ok(reply)),
        Err(silence) => Err(Err(silence)),
    };
    match reply {
        Ok(body) => match String::from_utf8(body) {
            Ok(text) if text.trim_start().starts_with("<!") => wrong_path(),
            Ok(text) if format == Format::Uris => Outcome::Done(links(&text)),
            Ok(text) => Outcome::Done(text),
            Err(_) => Outcome::Ambiguous("the panel's document is not text".into()),
        },
        // An unknown user and a wrong path look alike here (a redirect, a decoy), so the admin's side is asked.
        Err(Ok(reply)) if reply.status < 500 && reply.status != 429 => match api.find(panel_id).await {
            Answer::Absent => Outcome::NotFound,
            Answer::Fine(_) => wrong_path(),
            other => other.and_then(|_| Answer::Absent).outcome(),
        },
        Err(failure) => judge(failure).and_then(|_| Answer::Absent).outcome(),
    }
}

fn wrong_path() -> Outcome<String> {
    Outcome::Rejected("the customers' path is wrong: check client_proxy_path and client_base_url".into())
}

/// The share links of `all.txt`. Comments go, and the links that are none: the panel writes a status line as a link to
/// nowhere (`sni=fake_ip_for_sub_link`), and for an ended user a second one to 1.1.1.1 without a port.
fn links(text: &str) -> String {
    let is_link = |line: &&str| {
        line.contains("://")
            && !line.starts_with('#')
            && !line.contains("sni=fake_ip_for_sub_link")
            && !line.starts_with("trojan://1@1.1.1.1#")
    };
    text.lines().map(str::trim).filter(is_link).fold(String::new(), |all, line| all + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_links_stay() {
        let text = "#Ali 0.0/10GB\ntrojan://1@03.12--2026?sni=fake_ip_for_sub_link&security=tls#Ali\n\n\n\
                    vless://a@host:443?x=1#one\n  vmess://abc  \n#vless://commented\n\
                    trojan://1@1.1.1.1#%E2%9C%96%20Package%20Ended";
        assert_eq!(links(text), "vless://a@host:443?x=1#one\nvmess://abc\n");
    }
}
