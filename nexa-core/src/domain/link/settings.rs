//! What a shop decided on its customers' links: at which hosts they live, who is counted, which client gets what.

use super::rules::{Rule, Rules};
use crate::domain::{device::DeviceRule, refusal::Refusal, shop::Shop};
use serde::{Deserialize, Serialize};

/// Most hosts of a shop's links.
pub const MOST_HOSTS: usize = 10;

/// A shop's decisions.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct LinkSettings {
    /// Whether devices are counted.
    pub devices: DeviceRule,
    /// Where links live, the first active one is what customers get. Without any, links live at the public address.
    pub hosts: Vec<LinkHost>,
    /// The table by which clients get their form; none means the standard one, also of later versions.
    pub rules: Option<Vec<Rule>>,
}

/// A host at which links live.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkHost {
    /// The host name, lower-case, without port. Links at it are `https`.
    pub host: String,
    /// Whether it is used.
    pub state: HostState,
}

/// Whether a host of links is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostState {
    /// New links are there, or it stands by as another way to the same links.
    Active,
    /// It still answers, and tells apps where the link is from now on.
    MovingAway,
    /// It only sends on to the new address.
    Moved,
}

/// What a host tells those who still ask there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// That the link lives elsewhere from now on.
    Announced,
    /// To go there.
    Done,
}

impl LinkSettings {
    /// The settings; refuses what the shop could not keep.
    pub fn checked(self, shop: &Shop) -> Result<Self, Refusal> {
        if let Some(rules) = &self.rules {
            Rules::new(rules.clone())?;
        }
        if self.hosts.len() > MOST_HOSTS {
            return Err(Refusal::bad_input("hosts", "at most 10"));
        }
        for (index, LinkHost { host, .. }) in self.hosts.iter().enumerate() {
            if !is_host(host) {
                return Err(Refusal::bad_input("hosts", "host names without scheme and port"));
            }
            if self.hosts.iter().skip(index + 1).any(|other| other.host == *host) {
                return Err(Refusal::bad_input("hosts", "each host once"));
            }
        }
        if self.active().next().is_none() && !self.hosts.is_empty() {
            return Err(Refusal::bad_input("hosts", "one must be active"));
        }
        if self.strange_to(shop) {
            return Err(Refusal::bad_input("hosts", "add them to the hosts of the shop first"));
        }
        Ok(self)
    }

    /// Whether one of the hosts would not lead to this shop.
    #[must_use]
    pub fn strange_to(&self, shop: &Shop) -> bool {
        !shop.hosts.is_empty() && self.hosts.iter().any(|h| !shop.hosts.contains(&h.host))
    }

    /// The hosts at which a link can be opened, best first.
    pub fn active(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter(|h| h.state == HostState::Active).map(|h| h.host.as_str())
    }

    /// What is told to those who ask at `host`.
    #[must_use]
    pub fn moving(&self, host: &str) -> Option<Move> {
        let here = self.hosts.iter().find(|h| h.host == host)?;
        match here.state {
            HostState::Active => None,
            HostState::MovingAway => Some(Move::Announced),
            HostState::Moved => Some(Move::Done),
        }
    }

    /// Scheme and host of what customers get: of the first active host, else of the shop's own pages.
    #[must_use]
    pub fn origin(&self, shop: &Shop, public_url: &str) -> String {
        self.active().next().map_or_else(|| self.home(shop, public_url), |host| format!("https://{host}"))
    }

    /// Scheme and host of the shop's own pages, for addresses that are sent out: at `public_url` where that leads to the
    /// shop, else at the first of its hosts. None that customers are led away from, while there is another.
    #[must_use]
    pub fn home(&self, shop: &Shop, public_url: &str) -> String {
        let stays = |host: &str| self.moving(host).is_none();
        let (_, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
        let known = rest.split([':', '/']).next().unwrap_or_default();
        let leads_here = shop.hosts.is_empty() || shop.hosts.iter().any(|host| host == known);
        if leads_here && stays(known) {
            return public_url.to_owned();
        }
        let own = shop.hosts.iter().map(String::as_str).find(|host| stays(host));
        let links = || self.active().next().map(|host| format!("https://{host}"));
        own.map(|host| beside(public_url, host)).or_else(links).unwrap_or_else(|| public_url.to_owned())
    }

    /// The addresses of a link, best first: at the active hosts, else at the shop's own pages. There is always one.
    #[must_use]
    pub fn addresses(&self, shop: &Shop, public_url: &str, token: &str) -> Vec<String> {
        let first = std::iter::once(self.origin(shop, public_url));
        let others = self.active().skip(1).map(|host| format!("https://{host}"));
        first.chain(others).map(|origin| format!("{origin}/s/{token}")).collect()
    }
}

/// The same address with another host: other shops are reached by the same way, and at the same port.
#[must_use]
pub fn beside(url: &str, host: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let place = rest.split('/').next().unwrap_or_default();
    let port = place.rsplit_once(':').map(|(_, port)| port);
    match port.filter(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

/// A DNS name in lower case (RFC 1035, section 2.3.1, and digits at the front as RFC 1123 allows).
fn is_host(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{money::Currency, shop::Locale};
    use jiff::Timestamp;

    fn shop(hosts: &[&str]) -> Shop {
        Shop {
            id: uuid::Uuid::nil().into(),
            name: "Shop".to_owned(),
            currency: Currency::Usd,
            locale: Locale::En,
            hosts: hosts.iter().map(|h| (*h).to_owned()).collect(),
            support_url: None,
            look: crate::domain::look::Look::default(),
            trial_plan: None,
            trial_needs: crate::domain::shop::TrialNeeds::None,
            adoption_plan: None,
            timezone: None,
            telegram: None,
            maintenance: None,
            grace: crate::domain::subscription::GraceTerms::NONE,
            automatic_rates: false,
            test: false,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn at(hosts: &[(&str, HostState)]) -> LinkSettings {
        let host = |(host, state): &(&str, HostState)| LinkHost { host: (*host).to_owned(), state: *state };
        LinkSettings { hosts: hosts.iter().map(host).collect(), ..LinkSettings::default() }
    }

    #[test]
    fn a_shop_beside_another_is_at_the_same_port() {
        for (url, there) in [
            ("https://shop.example.org", "https://branch.example.org"),
            ("http://127.0.0.1:8080/", "http://branch.example.org:8080"),
            ("https://[::1]", "https://branch.example.org"),
        ] {
            assert_eq!(beside(url, "branch.example.org"), there);
            assert_eq!(LinkSettings::default().home(&shop(&["branch.example.org"]), url), there);
        }
    }

    #[test]
    fn links_live_at_the_first_active_host() {
        let url = "https://shop.example.org";
        assert_eq!(LinkSettings::default().addresses(&shop(&[]), url, "t"), ["https://shop.example.org/s/t"]);
        let branded = shop(&["brand.example.net"]);
        assert_eq!(LinkSettings::default().addresses(&branded, url, "t"), ["https://brand.example.net/s/t"]);
        let moving = at(&[
            ("old.example.org", HostState::MovingAway),
            ("a.example.org", HostState::Active),
            ("b.example.org", HostState::Active),
        ]);
        assert_eq!(
            moving.addresses(&shop(&[]), url, "t"),
            ["https://a.example.org/s/t", "https://b.example.org/s/t"]
        );
        assert_eq!(moving.moving("old.example.org"), Some(Move::Announced));
        assert_eq!((moving.moving("a.example.org"), moving.moving("else")), (None, None));
        let done = at(&[("old.example.org", HostState::Moved), ("a.example.org", HostState::Active)]);
        assert_eq!(done.moving("old.example.org"), Some(Move::Done));
    }

    #[test]
    fn mails_lead_to_a_host_that_stays() {
        let url = "https://a.example:8443";
        let none = LinkSettings::default();
        assert_eq!(none.home(&shop(&[]), url), url);
        assert_eq!(none.home(&shop(&["b.example", "a.example"]), url), url, "it leads to the shop");
        assert_eq!(none.home(&shop(&["b.example", "c.example"]), url), "https://b.example:8443");
        for gone in [HostState::MovingAway, HostState::Moved] {
            let left = at(&[("b.example", gone), ("c.example", HostState::Active)]);
            assert_eq!(left.home(&shop(&["b.example", "c.example"]), url), "https://c.example:8443");
            let left = at(&[("a.example", gone), ("c.example", HostState::Active)]);
            assert_eq!(left.home(&shop(&["a.example", "c.example"]), url), "https://c.example:8443");
            assert_eq!(left.home(&shop(&[]), url), "https://c.example");
        }
    }

    #[test]
    fn hosts_that_lead_nowhere_are_refused() {
        let one = at(&[("a.example.org", HostState::Active)]);
        assert!(one.clone().checked(&shop(&[])).is_ok());
        assert!(one.clone().checked(&shop(&["a.example.org"])).is_ok());
        assert!(one.checked(&shop(&["b.example.org"])).is_err(), "not a host of the shop");
        assert!(at(&[("a.example.org", HostState::Moved)]).checked(&shop(&[])).is_err(), "none is active");
        let twice = at(&[("a.example.org", HostState::Active), ("a.example.org", HostState::Moved)]);
        assert!(twice.checked(&shop(&[])).is_err());
        for odd in [
            "",
            "localhost",
            "A.example",
            "a b.example",
            "https://a.example",
            "a.example:1",
            "-a.example",
            "a..b",
        ] {
            assert!(at(&[(odd, HostState::Active)]).checked(&shop(&[])).is_err(), "{odd}");
        }
    }
}
