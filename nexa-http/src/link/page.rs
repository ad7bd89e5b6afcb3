//! The page behind a link: what is left, on which servers, and how to get it into an app.

use super::{client, headers};
use crate::{
    desk::Asked,
    say::{self, Translation, Words},
    web::{Face, cookie},
};
use askama::Template;
use jiff::Timestamp;
use nexa_core::{
    apps,
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
    left_permille: u64,
    left_bytes: u64,
    link: &'a str,
    qr: String,
    other_links: &'a [String],
    groups: Vec<apps::Group>,
    /// Whether the first group is the system at hand.
    known: bool,
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
        let flag = server.region.as_deref().map(say::flag).unwrap_or_default();
        format!("{flag} {}", server.name).trim().to_owned()
    }
}

/// The page's text.
pub fn render(status: &LinkStatus, request: &Request) -> Result<String> {
    let asked = Asked::of(request);
    let locale = asked.locale.unwrap_or(status.locale);
    let words = Words(locale);
    let link = headers::link(status);
    let system = client::system(&client::told(request));
    let until = Timestamp::from_second(status.ends_at).unwrap_or(Timestamp::MAX);
    let page = Page {
        words,
        face: Face { theme: cookie::theme(request), ..Face::of(&status.shop) },
        status,
        state: words.get(&format!("subscription-{}", status.state)),
        notice: headers::announcement(status.state)
            .or(status.in_grace.then_some("link-grace"))
            .map(|key| words.get(key)),
        until: text::date(locale, until),
        left_permille: shown_left(status.used_bytes, status.limit_bytes),
        left_bytes: status.limit_bytes.saturating_sub(status.used_bytes),
        link,
        other_links: status.links.get(1..).unwrap_or_default(),
        qr: qr::svg(link).unwrap_or_default(),
        groups: apps::by_system(link, &status.shop.name, system),
        known: system.is_some(),
        extras: status.servers.iter().filter_map(|server| given(locale, server)).collect(),
        others: words.others(&asked.path),
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

/// How much of the bar is full, in thousandths. Whatever is left shows: below 2 % a bar looks empty.
fn shown_left(used: u64, limit: u64) -> u64 {
    let left = limit.saturating_sub(used);
    let share = left.saturating_mul(1000).checked_div(limit).unwrap_or(0);
    if left == 0 { 0 } else { share.clamp(20, 1000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_in_their_bounds() {
        assert_eq!((shown_left(0, 0), shown_left(5, 0), shown_left(100, 100)), (0, 0, 0));
        assert_eq!((shown_left(50, 100), shown_left(0, 100), shown_left(500, 100)), (500, 1000, 0));
        assert_eq!(shown_left((1 << 40) - 1, 1 << 40), 20, "a little is something");
        assert!(shown_left(0, 1 << 50) <= 1000);
    }
}
