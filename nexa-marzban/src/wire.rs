//! The panel's users as it tells of them, only the fields that matter here.

use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        grant::{PanelId, Seen, SeenEnd},
        measure::Traffic,
    },
    ports::panel::OwnerNote,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a user without a limit has: no panel takes a greater one.
const NO_LIMIT: Traffic = Traffic::gib(1_000_000);
/// When a user without an end ends: 2100-01-01.
const NO_END: i64 = 4_102_444_800;

/// A protocol of the panel whose users have a credential that we can choose (`app/models/proxy.py`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Protocol {
    /// With a UUID.
    Vless,
    /// With a UUID.
    Vmess,
    /// With a password.
    Trojan,
    /// With a password.
    Shadowsocks,
}

impl Protocol {
    /// All, in the order in which an identity is looked for in them.
    pub const ALL: [Self; 4] = [Self::Vless, Self::Vmess, Self::Trojan, Self::Shadowsocks];

    /// As the panel writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vless => "vless",
            Self::Vmess => "vmess",
            Self::Trojan => "trojan",
            Self::Shadowsocks => "shadowsocks",
        }
    }

    /// The field with the credential.
    #[must_use]
    pub const fn credential(self) -> &'static str {
        match self {
            Self::Vless | Self::Vmess => "id",
            Self::Trojan | Self::Shadowsocks => "password",
        }
    }
}

/// A user. It holds credentials, so it cannot be printed.
#[derive(Clone, Deserialize)]
pub struct User {
    /// Its name, unique on the panel.
    pub username: String,
    /// `active`, `disabled`, `limited`, `expired` or `on_hold`.
    pub status: String,
    /// Bytes used since the last reset.
    #[serde(default)]
    used_traffic: Option<i64>,
    /// Bytes allowed; none for no limit.
    #[serde(default)]
    pub data_limit: Option<i64>,
    /// Seconds since 1970; none or 0 for no end.
    #[serde(default)]
    pub expire: Option<i64>,
    /// `no_reset`, `day`, `week`, `month` or `year`.
    #[serde(default)]
    pub data_limit_reset_strategy: Option<String>,
    /// Seconds from the first use on, for one that is on hold.
    #[serde(default)]
    on_hold_expire_duration: Option<i64>,
    /// The operator's note.
    #[serde(default)]
    pub note: Option<String>,
    /// With what it goes on when it is over.
    #[serde(default)]
    pub next_plan: Value,
    #[serde(default)]
    proxies: BTreeMap<String, Proxy>,
    /// The tags of its inbounds, by protocol.
    #[serde(default)]
    pub inbounds: BTreeMap<String, Vec<String>>,
    /// Its share links.
    #[serde(default)]
    pub links: Vec<String>,
    /// Where its documents are.
    #[serde(default)]
    pub subscription_url: String,
}

#[derive(Clone, Deserialize)]
struct Proxy {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    flow: Option<String>,
}

/// One page of the list.
#[derive(Deserialize)]
pub struct Page {
    /// The users of it.
    pub users: Vec<User>,
}

/// The identity, as the panel writes UUIDs. Passwords that somebody chose are none, even of 32 hexadecimal digits.
fn identity(text: &str) -> Option<PanelId> {
    text.parse().ok().filter(|_| text.len() == 36)
}

impl User {
    /// Whether the identity is one of its credentials.
    #[must_use]
    pub fn carries(&self, panel_id: PanelId) -> bool {
        Protocol::ALL.iter().any(|protocol| self.credential(*protocol) == Some(panel_id))
    }

    /// The identity in this protocol, if it is one.
    #[must_use]
    pub fn credential(&self, protocol: Protocol) -> Option<PanelId> {
        let proxy = self.proxies.get(protocol.name())?;
        identity(match protocol {
            Protocol::Vless | Protocol::Vmess => proxy.id.as_deref()?,
            Protocol::Trojan | Protocol::Shadowsocks => proxy.password.as_deref()?,
        })
    }

    /// Whether it has this protocol.
    #[must_use]
    pub fn has(&self, protocol: Protocol) -> bool {
        self.proxies.contains_key(protocol.name())
    }

    /// The flow of VLESS.
    #[must_use]
    pub fn flow(&self) -> &str {
        self.proxies.get(Protocol::Vless.name()).and_then(|proxy| proxy.flow.as_deref()).unwrap_or_default()
    }

    /// The identity that it is known by: that of VLESS, else `VMess`, and so on, as in an import.
    #[must_use]
    pub fn panel_id(&self) -> Option<PanelId> {
        Protocol::ALL.iter().find_map(|protocol| self.credential(*protocol))
    }

    /// Bytes used.
    #[must_use]
    pub fn used(&self) -> u64 {
        u64::try_from(self.used_traffic.unwrap_or_default()).unwrap_or(0)
    }

    /// Whether the panel's switch is on. One that is used up or over is not switched off.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.status != "disabled"
    }

    /// As the core sees it under this identity.
    #[must_use]
    pub fn seen(&self, panel_id: PanelId) -> Seen {
        let limit = self.data_limit.and_then(|limit| u64::try_from(limit).ok()).filter(|limit| *limit > 0);
        Seen {
            panel_id,
            enabled: self.is_on(),
            limit: limit.map_or(NO_LIMIT, Traffic::bytes),
            counter: Traffic::bytes(self.used()),
            ends: self.ends(),
            resets_every: match self.data_limit_reset_strategy.as_deref() {
                Some("day") => Some(1),
                Some("week") => Some(7),
                Some("month") => Some(30),
                Some("year") => Some(365),
                _ => None,
            },
        }
    }

    fn ends(&self) -> SeenEnd {
        if self.status == "on_hold" {
            let lasts = self.on_hold_expire_duration.unwrap_or_default().max(0);
            return SeenEnd::AfterFirstUse(SignedDuration::from_secs(lasts));
        }
        let end = self.expire.filter(|end| *end != 0).unwrap_or(NO_END);
        SeenEnd::At(Timestamp::from_second(end).unwrap_or(Timestamp::MAX))
    }

    /// What the operator noted of whose it is: nothing but its name. Notes there are free text.
    #[must_use]
    pub fn owner(&self) -> Option<OwnerNote> {
        Some(OwnerNote { panel_id: self.panel_id()?, name: self.username.clone(), telegram: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

    fn user(more: &Value) -> User {
        let mut told = json!({"username": "ali", "status": "active", "proxies": {"vmess": {"id": ID}}});
        for (field, value) in more.as_object().unwrap() {
            told[field] = value.clone();
        }
        serde_json::from_value(told).unwrap()
    }

    #[test]
    fn a_user_is_seen_as_the_panel_means_it() {
        let id: PanelId = ID.parse().unwrap();
        let all = user(&json!({
            "used_traffic": 5, "data_limit": 70, "expire": 1000, "data_limit_reset_strategy": "month",
            "status": "limited", "unknown": [1],
        }));
        let seen = all.seen(id);
        assert_eq!((seen.counter, seen.limit), (Traffic::bytes(5), Traffic::bytes(70)));
        assert_eq!(seen.ends, SeenEnd::At(Timestamp::from_second(1000).unwrap()));
        assert_eq!((seen.enabled, seen.resets_every), (true, Some(30)));
        let none = user(&json!({"data_limit": null, "expire": null, "status": "disabled"})).seen(id);
        assert_eq!((none.enabled, none.limit), (false, NO_LIMIT));
        assert_eq!(none.ends, SeenEnd::At("2100-01-01T00:00:00Z".parse().unwrap()));
        let held = user(&json!({"status": "on_hold", "on_hold_expire_duration": 60})).seen(id);
        assert_eq!(held.ends, SeenEnd::AfterFirstUse(SignedDuration::from_secs(60)));
        for odd in [i64::MIN, -1, i64::MAX] {
            let seen = user(&json!({"used_traffic": odd, "data_limit": odd, "expire": odd})).seen(id);
            assert_eq!(seen.counter == Traffic::bytes(0), odd < 0, "{odd}");
        }
    }

    #[test]
    fn the_identity_is_that_of_vless_first() {
        let other = "0badc0de-0000-4000-8000-000000000000";
        let two = user(&json!({"proxies": {
            "trojan": {"password": "not one"}, "vmess": {"id": other}, "vless": {"id": ID, "flow": ""},
        }}));
        assert_eq!(two.panel_id(), ID.parse().ok());
        assert!(two.carries(other.parse().unwrap()) && two.carries(ID.parse().unwrap()));
        assert_eq!(user(&json!({"proxies": {"trojan": {"password": "not one"}}})).panel_id(), None);
        let trojan = user(&json!({"proxies": {"trojan": {"password": ID}, "hysteria": {"auth": other}}}));
        assert_eq!(trojan.panel_id(), ID.parse().ok());
    }
}
