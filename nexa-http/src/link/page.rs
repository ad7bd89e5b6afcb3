//! The page behind a link: what is left, on which servers, and how to get it into an app.

use super::{headers, import};
use crate::{
    desk::Asked,
    paths,
    say::{Translation, Words},
    web::Face,
};
use askama::Template;
use jiff::Timestamp;
use nexa_core::{
    domain::{extras::ForwardAccess, shop::Locale},
    frontdesk::{LinkStatus, StatusEntry},
    qr,
    text::{self, Arg},
};
use poem::{Request, Result, error::InternalServerError};

#[derive(Template)]
#[template(path = "link.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    status: &'a LinkStatus,
    state: String,
    notice: Option<String>,
    until: String,
    used_percent: u64,
    left_bytes: u64,
    link: &'a str,
    qr: String,
    imports: Vec<import::Import>,
    extras: Vec<Given>,
    others: Vec<Translation>,
}

/// What the subscription's extras came to on one server.
struct Given {
    address: Option<String>,
    forward: Option<Forward>,
}

/// How ports of a server are opened.
struct Forward {
    command: String,
    password: String,
    ports: String,
}

impl Page<'_> {
    fn server_name(server: &StatusEntry) -> String {
        let flag = server.region.as_deref().map(flag).unwrap_or_default();
        format!("{flag} {}", server.name).trim().to_owned()
    }
}

/// The page's text.
pub fn render(status: &LinkStatus, public_url: &str, token: &str, request: &Request) -> Result<String> {
    let locale = Asked::of(request).locale.unwrap_or(status.locale);
    let words = Words(locale);
    let link = format!("{public_url}{}", paths::link(token));
    let until = Timestamp::from_second(status.ends_at).unwrap_or(Timestamp::MAX);
    let page = Page {
        words,
        face: Face::of(&status.shop),
        status,
        state: words.get(&format!("subscription-{}", status.state)),
        notice: headers::announcement(status.state).map(|key| words.get(key)),
        until: text::date(locale, until),
        used_percent: percent_used(status.used_bytes, status.limit_bytes),
        left_bytes: status.limit_bytes.saturating_sub(status.used_bytes),
        link: &link,
        qr: qr::svg(&link).unwrap_or_default(),
        imports: import::all(&link, &status.shop.name),
        extras: status.servers.iter().filter_map(|server| given(locale, server)).collect(),
        others: words.others(&paths::link_format(token, "page")),
    };
    page.render().map_err(InternalServerError)
}

fn given(locale: Locale, server: &StatusEntry) -> Option<Given> {
    let given = server.given.as_ref()?;
    let sentence = |address: std::net::IpAddr| {
        text::with(locale, "web-your-address", &[("address", Arg::Text(&address.to_string()))])
    };
    let found = Given { address: given.outgoing.map(sentence), forward: given.forward.as_ref().map(forward) };
    (found.address.is_some() || found.forward.is_some()).then_some(found)
}

fn forward(access: &ForwardAccess) -> Forward {
    Forward {
        command: access.command(access.first_port, 80),
        password: access.password.clone(),
        ports: format!("{}–{}", access.first_port, access.last_port),
    }
}

fn percent_used(used: u64, limit: u64) -> u64 {
    used.min(limit).saturating_mul(100).checked_div(limit).unwrap_or(0)
}

/// The flag of a country, from its two letters.
fn flag(region: &str) -> String {
    let letter = |b: u8| char::from_u32(0x1_F1E6 + u32::from(b.to_ascii_uppercase().checked_sub(b'A')?));
    let letters: Option<String> = region.bytes().map(letter).collect();
    letters.filter(|_| region.len() == 2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_in_their_bounds() {
        assert_eq!(percent_used(0, 0), 0);
        assert_eq!(percent_used(50, 100), 50);
        assert_eq!(percent_used(500, 100), 100);
        assert!(percent_used(u64::MAX, u64::MAX) <= 100);
    }

    #[test]
    fn flags_come_from_letters_only() {
        assert_eq!(flag("DE"), "🇩🇪");
        assert_eq!(flag("d1"), "");
        assert_eq!(flag("DEU"), "");
    }
}
