//! Where servers are and how they are reached, as the operator set it.

use crate::config::{bad, within};
use nexa_core::{
    address::outbound::{Place, place},
    domain::refusal::Refusal,
};
use std::time::Duration;
use url::{Host, Url};

/// A base address.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Without a slash at the end.
    pub(crate) url: String,
    /// Host and port, fit for messages.
    pub(crate) host: String,
    /// Whether it is this machine.
    pub(crate) loopback: bool,
}

impl Base {
    /// Reads `setting`: https, or http to a server of the operator's own network, or where the money is play money.
    /// Requests hold keys, and whoever can change an answer on the way can invent a payment.
    pub(crate) fn parse(setting: &'static str, text: &str, play_money: bool) -> Result<Self, Refusal> {
        let url = Url::parse(text.trim()).map_err(|_| bad(setting, "not a URL"))?;
        let host = url.host().ok_or(bad(setting, "a server needs a host"))?;
        let user = !url.username().is_empty() || url.password().is_some();
        if url.query().is_some() || url.fragment().is_some() || user {
            return Err(bad(setting, "a base address has no query and no user"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_local(&host) || play_money => {}
            _ => return Err(bad(setting, "https, or http to a server of your own network")),
        }
        let loopback = place(&host) == Place::Loopback;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            host: format!("{host}{port}"),
            loopback,
        })
    }
}

/// Whether a host is inside a network of the operator's own.
pub(crate) fn is_local(host: &Host<&str>) -> bool {
    matches!(place(host), Place::Loopback | Place::Own)
}

/// The setting `proxy`.
pub(crate) fn proxy(text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text.trim()).map_err(|_| bad("proxy", "not a URL"))?;
    match url.scheme() {
        "http" | "https" | "socks5" | "socks5h" if url.has_host() => Ok(url),
        _ => Err(bad("proxy", "http, https, socks5 or socks5h")),
    }
}

/// The way to a provider.
pub(crate) struct Route {
    pub(crate) base: Base,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

impl Route {
    /// Checks the address in `setting`, and the settings `proxy` and `timeout_seconds` (1 to 15, default 10).
    pub(crate) fn read(
        setting: &'static str,
        address: &str,
        via: Option<&str>,
        seconds: Option<u64>,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            base: Base::parse(setting, address, false)?,
            proxy: via.map(proxy).transpose()?,
            timeout: Duration::from_secs(within("timeout_seconds", seconds.unwrap_or(10), 1..=15)?),
        })
    }
}

/// One of several servers, and how often it may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) base: Base,
    /// Between two calls to one host; none to this machine, as a rule.
    pub(crate) gap: Duration,
}

impl Link {
    /// What public servers of chains let pass, in milliseconds between two calls.
    pub(crate) const USUAL_GAP: u64 = 250;

    /// With a gap in milliseconds: that which was set, or the usual one.
    pub(crate) fn new(base: Base, set: Option<u64>, usual: u64) -> Self {
        let gap = set.unwrap_or(if base.loopback { 0 } else { usual });
        Self { base, gap: Duration::from_millis(gap) }
    }

    /// Those of the setting `servers`, one to eight.
    pub(crate) fn all(servers: &[String], play_money: bool, gap: Option<u64>) -> Result<Vec<Self>, Refusal> {
        within("servers", servers.len(), 1..=8)?;
        let gap = gap.map(|gap| within("gap_millis", gap, 0..=60_000)).transpose()?;
        let link = |server: &String| {
            Ok(Self::new(Base::parse("servers", server, play_money)?, gap, Self::USUAL_GAP))
        };
        servers.iter().map(link).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_in_clear_only_inside_the_own_network() {
        for base in [
            "http://api.example.com",
            "ftp://127.0.0.1",
            "https://",
            "https://u:p@a.example",
            "https://:p@a.example",
            "https://a.example/?k=1",
        ] {
            assert!(Route::read("base_url", base, None, None).is_err(), "{base}");
        }
        let route = Route::read("base_url", "http://127.0.0.1:8080/v1/", None, Some(3)).unwrap();
        assert_eq!(
            (route.base.url.as_str(), route.base.host.as_str()),
            ("http://127.0.0.1:8080/v1", "127.0.0.1:8080")
        );
        assert!(Base::parse("servers", "http://api.example.com", true).is_ok(), "play money");
    }
}
