//! What the panel is: its version, and the protocols and inbounds that our users get there.

use crate::wire::Protocol;
use nexa_panel_http::version::Version;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Why this version cannot be used, if it cannot.
#[must_use]
pub const fn refusal(version: &Version) -> Option<&'static str> {
    match (version.major, version.minor) {
        (0, 0..6) => Some("Marzban before 0.6 is not supported: update it"),
        (0, _) => None,
        _ => Some("PasarGuard, or Marzban from 1.0 on: users there belong to groups, which is not supported"),
    }
}

/// What the operator should know of this version.
#[must_use]
pub fn warning(version: &Version) -> Option<String> {
    let newer = "this Marzban is newer than what NexaVPN knows (0.6 to 0.8)";
    (version.minor > 8).then(|| newer.to_owned())
}

/// One inbound of the panel.
#[derive(Deserialize)]
pub struct Inbound {
    tag: String,
}

/// The inbounds of each protocol, or why this is no Marzban: its successor lists bare tags.
pub fn inbounds(told: Value) -> Result<BTreeMap<String, Vec<Inbound>>, &'static str> {
    if told.is_array() {
        return Err("PasarGuard: users there belong to groups, which is not supported");
    }
    serde_json::from_value(told).map_err(|_| "the panel does not tell its inbounds")
}

/// What each user of ours gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The protocols, and of each the tags of its inbounds.
    pub inbounds: BTreeMap<Protocol, Vec<String>>,
    /// Whether the operator chose the inbounds. If not, a user has all there are, those of tomorrow included, and those that
    /// an operator takes from a user by hand stay away.
    pub chosen: bool,
    /// The flow of VLESS.
    pub flow: &'static str,
}

impl Plan {
    /// Of what there is and what was chosen; `Err` says what is missing.
    pub fn of(
        there: &BTreeMap<String, Vec<Inbound>>,
        chosen: &[String],
        flow: &'static str,
    ) -> Result<Self, String> {
        let mut inbounds = BTreeMap::new();
        for protocol in Protocol::ALL {
            let all = there.get(protocol.name()).into_iter().flatten().map(|inbound| &inbound.tag);
            let tags: Vec<String> =
                all.filter(|tag| chosen.is_empty() || chosen.contains(tag)).cloned().collect();
            if !tags.is_empty() {
                inbounds.insert(protocol, tags);
            }
        }
        let has = |tag: &&String| inbounds.values().flatten().any(|there| there == *tag);
        if let Some(missing) = chosen.iter().find(|tag| !has(tag)) {
            return Err(format!("the panel has no inbound {missing} that its users can have"));
        }
        if inbounds.is_empty() {
            return Err("the panel has no inbound for VLESS, VMess, Trojan or Shadowsocks".to_owned());
        }
        Ok(Self { inbounds, chosen: !chosen.is_empty(), flow })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn there() -> BTreeMap<String, Vec<Inbound>> {
        inbounds(json!({
            "vless": [{"tag": "a", "protocol": "vless", "port": 443}, {"tag": "b", "port": "1-2"}],
            "trojan": [{"tag": "c"}], "hysteria": [{"tag": "d"}],
        }))
        .unwrap()
    }

    #[test]
    fn versions_that_work_are_told_from_those_that_do_not() {
        let of = |text| Version::parse(text).unwrap();
        for (text, bad) in [("0.8.4", false), ("0.6.0", false), ("0.5.2", true)] {
            assert_eq!(refusal(&of(text)).is_some(), bad, "{text}");
        }
        for text in ["1.0.0-alpha-3", "3.2.1", "1.4"] {
            assert!(refusal(&of(text)).is_some_and(|why| why.contains("PasarGuard")), "{text}");
        }
        assert!(warning(&of("0.9.1")).is_some());
        assert_eq!(warning(&of("0.8.4")), None);
    }

    #[test]
    fn users_get_what_was_chosen_or_all_there_is() {
        let tags = |plan: &Plan| plan.inbounds.values().flatten().cloned().collect::<String>();
        let all = Plan::of(&there(), &[], "").unwrap();
        assert_eq!((tags(&all).as_str(), all.chosen), ("abc", false));
        let some = Plan::of(&there(), &["b".into()], "").unwrap();
        assert_eq!((tags(&some).as_str(), some.chosen), ("b", true));
        assert!(Plan::of(&there(), &["d".into()], "").is_err(), "of a protocol that we do not know");
        assert!(Plan::of(&BTreeMap::new(), &[], "").is_err());
        assert!(inbounds(json!(["a", "b"])).is_err_and(|why| why.contains("PasarGuard")));
    }
}
