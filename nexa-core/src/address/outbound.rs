//! Whom the shop may call when somebody typed the address: one judge for webhooks, panels and gateways.
//!
//! Who types an address may be a reseller, or somebody who took over an account; what they type must not make the shop
//! knock at doors that only it can reach (server-side request forgery). An address is judged twice: its text when it is
//! typed, and what its name leads to at the moment of the call. The call then goes to what was judged, not to what a
//! second question to the DNS would answer.
//!
//! Host names are read as browsers read them (<https://url.spec.whatwg.org/#host-parsing>), so that `0x7f.1`,
//! `2130706433` and `127。0。0。1` are the address that they stand for.

use super::is_public;
use crate::domain::refusal::Refusal;
use std::net::{IpAddr, SocketAddr};
use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 2048;

/// How far calls may go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Range {
    /// Into the public Internet only.
    Public,
    /// Into the operator's own network and this machine, too.
    Anywhere,
}

impl Range {
    /// Everywhere if that is allowed.
    #[must_use]
    pub const fn allowing_private(allowed: bool) -> Self {
        if allowed { Self::Anywhere } else { Self::Public }
    }
}

/// Where a host is, as far as its text says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// This machine.
    Loopback,
    /// A network of the operator's own, or an onion service, which is encrypted on its way.
    Own,
    /// In no network that anybody should call: documentation, multicast, reserved, tunnels.
    Nowhere,
    /// The public Internet; of a name, only what it leads to can tell.
    Public,
}

/// Zones of names that can only lead inside (RFC 6761, 6762, 7686, 8375; `internal` by ICANN's resolution of 2024-07-29), and
/// those that home routers make up.
const INNER: [&str; 9] =
    ["local", "internal", "lan", "home.arpa", "onion", "intranet", "corp", "home", "localdomain"];

/// Ports at which something else than a web server listens, so that a request could be read as an order there: those that
/// browsers refuse (<https://fetch.spec.whatwg.org/#port-blocking>).
const BLOCKED: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Where an address of the network is.
#[must_use]
pub fn place_of(address: IpAddr) -> Place {
    let address = address.to_canonical();
    let own = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if address.is_loopback() {
        Place::Loopback
    } else if own {
        Place::Own
    } else if is_public(address) {
        Place::Public
    } else {
        Place::Nowhere
    }
}

/// Where a host is, as far as its text says.
#[must_use]
pub fn place(host: &Host<&str>) -> Place {
    match host {
        Host::Ipv4(v4) => place_of((*v4).into()),
        Host::Ipv6(v6) => place_of((*v6).into()),
        Host::Domain(name) => place_of_name(name),
    }
}

fn place_of_name(name: &str) -> Place {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let below =
        |zone: &str| name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if below("localhost") {
        Place::Loopback
    } else if !name.contains('.') || INNER.into_iter().any(below) {
        Place::Own
    } else {
        Place::Public
    }
}

/// The addresses that a name led to, if every one of them may be called. One that may not is no mistake of whoever runs a
/// public service; so then none is.
pub fn judged(found: Vec<SocketAddr>, range: Range) -> Result<Vec<SocketAddr>, &'static str> {
    if found.is_empty() {
        return Err("the name leads nowhere");
    }
    let inside = found.iter().any(|address| !is_public(address.ip()));
    if inside && range == Range::Public {
        return Err("the name leads to an address that is not public");
    }
    Ok(found)
}

/// Reads an address of a web service that somebody typed. `setting` is what the refusal calls it.
pub fn web_address(setting: &'static str, text: &str, range: Range) -> Result<Url, Refusal> {
    let bad = |reason| Refusal::bad_config(setting, reason);
    let text = text.trim();
    if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(bad("at most 2048 characters, and no spaces"));
    }
    let url = Url::parse(text).map_err(|_| bad("not an absolute address"))?;
    let host = url.host().ok_or(bad("has no host"))?;
    let place = place(&host);
    if place != Place::Public && range == Range::Public {
        return Err(bad("an address that is not public"));
    }
    match url.scheme() {
        "https" => {}
        "http" if matches!(place, Place::Loopback | Place::Own) => {}
        _ => return Err(bad("must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("must not contain a user or password"));
    }
    if url.port().is_some_and(|port| BLOCKED.contains(&port)) {
        return Err(bad("a port that is not for the web"));
    }
    Ok(url)
}

/// Refuses a configuration that names an address which is not public, wherever in it.
pub fn without_inner(config: &serde_json::Value) -> Result<(), Refusal> {
    use serde_json::Value;
    match config {
        Value::Array(all) => all.iter().try_for_each(without_inner),
        Value::Object(all) => all.values().try_for_each(without_inner),
        Value::String(text) if leads_inside(text) => {
            Err(Refusal::bad_config("config", "names an address that is not public"))
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// Whether a text is an address with a host that is not public. It is read as it is when it is called, so the slashes may be
/// missing (`https:10.0.0.1`); and as if its scheme were one of the web, because others keep their hosts as they are written.
fn leads_inside(text: &str) -> bool {
    // Whoever reads an address leaves these out, wherever they stand.
    let text: String = text.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let outside = |url: &Url| url.host().is_some_and(|host| place(&host) == Place::Public);
    if Url::parse(&text).is_ok_and(|url| url.has_host() && !outside(&url)) {
        return true;
    }
    let Some((_, rest)) = text.split_once("://") else { return false };
    !Url::parse(&format!("http://{rest}")).is_ok_and(|url| outside(&url))
}

#[cfg(test)]
mod tests;
