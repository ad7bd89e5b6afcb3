//! The documents that the panel gives to customers' apps.

use crate::{answer::judge, api::Api, wire::User};
use nexa_core::{domain::link::Format, ports::outcome::Outcome};
use nexa_panel_http::{answer::Answer, call::Reply};
use url::Url;

/// One document of a user.
pub async fn document(api: &Api, user: &User, format: Format) -> Outcome<String> {
    // The words for it in the last part of the address (`app/routers/subscription.py`).
    let name = match format {
        Format::Uris => return links(user),
        Format::SingBox => "sing-box",
        Format::Clash => "clash-meta",
        Format::Xray => "v2ray-json",
        // Not among the formats of its profile: the panel has no extras.
        Format::Extras => return Outcome::Rejected("the panel has no such document".into()),
    };
    let Some(path) = place(&user.subscription_url) else { return misplaced() };
    match api.document(&format!("{path}/{name}")).await {
        Ok(Reply { status: 200, body, .. }) => match String::from_utf8(body) {
            Ok(text) if text.trim_start().starts_with("<!") => misplaced(),
            Ok(text) => Outcome::Done(text),
            Err(_) => Outcome::Ambiguous("the panel's document is not text".into()),
        },
        Ok(reply) if reply.status < 500 && reply.status != 429 => misplaced(),
        failure => judge(failure).and_then(|_| Answer::Absent).outcome(),
    }
}

fn misplaced() -> Outcome<String> {
    Outcome::Rejected("the panel does not give customers' documents here: check client_base_url".into())
}

/// Where a user's documents are, on whatever host: the panel may tell an address of a host in front of it
/// (`XRAY_SUBSCRIPTION_URL_PREFIX`), and calls go only to those that the operator set.
fn place(told: &str) -> Option<String> {
    let base = Url::parse("https://panel.invalid/").ok()?;
    let url = base.join(told).ok()?;
    let path = url.path().trim_end_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

fn links(user: &User) -> Outcome<String> {
    let is_link = |line: &&str| line.contains("://") && !line.contains(char::is_whitespace);
    let lines = user.links.iter().map(|line| line.trim()).filter(is_link);
    let all = lines.fold(String::new(), |all, line| all + line + "\n");
    if all.is_empty() {
        return Outcome::Rejected("the panel gives no share link: set hosts for its inbounds there".into());
    }
    Outcome::Done(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_fetched_where_the_operator_said() {
        assert_eq!(place("/sub/abc").as_deref(), Some("/sub/abc"));
        assert_eq!(place("https://cdn.other/sub/abc/").as_deref(), Some("/sub/abc"));
        assert_eq!(place("//169.254.169.254/sub/abc").as_deref(), Some("/sub/abc"));
        assert_eq!(place(""), None);
    }
}
