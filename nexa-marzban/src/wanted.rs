//! A grant in the panel's terms.

use crate::{
    names,
    site::Plan,
    wire::{Protocol, User},
};
use jiff::Timestamp;
use nexa_core::domain::grant::{Grant, PanelId};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::Arc};

const MOST_LABEL: usize = 200;

/// What a user shall be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The identity.
    pub panel_id: PanelId,
    /// The name that it has when it is made by us.
    pub username: String,
    note: String,
    enabled: bool,
    limit: i64,
    expire: i64,
    plan: Arc<Plan>,
}

impl Wanted {
    /// Translates a grant, or says why no panel can hold it.
    pub fn from_grant(grant: &Grant, plan: Arc<Plan>) -> Result<Self, &'static str> {
        let label = grant.label.as_str();
        // The panel takes notes of 500 characters (`app/models/user.py`, `validate_note`).
        if label.is_empty() || label.chars().count() > MOST_LABEL || label.chars().any(char::is_control) {
            return Err("the label must have 1 to 200 characters");
        }
        Ok(Self {
            panel_id: grant.panel_id,
            username: names::username(grant.panel_id),
            note: format!("nx:{label}"),
            enabled: grant.enabled,
            // 0 stands for no limit there.
            limit: grant.limit.to_sql().max(1),
            expire: expire(grant.ends_at),
            plan,
        })
    }

    /// Whether the user was made by us: then all of it is ours. Nobody else comes upon such a name.
    #[must_use]
    pub fn made(&self, user: &User) -> bool {
        user.username == self.username
    }

    fn status(&self) -> &'static str {
        if self.enabled { "active" } else { "disabled" }
    }

    /// What is ours of every user. `next_plan` is not told, which takes it away: with it a user would go on by itself, with
    /// its counter set back.
    fn window(&self) -> Map<String, Value> {
        let fields = json!({
            "data_limit": self.limit,
            "data_limit_reset_strategy": "no_reset",
            "expire": self.expire,
        });
        fields.as_object().cloned().unwrap_or_default()
    }

    /// What is ours of a user that we made. The panel deletes who was over or used up for some days, its counter with it,
    /// unless `auto_delete_in_days` is negative; it takes that of new users only.
    fn whole(&self) -> Map<String, Value> {
        let credential = self.panel_id.expose();
        let mut proxies = Map::new();
        for protocol in self.plan.inbounds.keys() {
            let mut settings = json!({ protocol.credential(): credential });
            if *protocol == Protocol::Vless {
                settings["flow"] = self.plan.flow.into();
            }
            proxies.insert(protocol.name().to_owned(), settings);
        }
        let mut fields = self.window();
        fields.insert("proxies".to_owned(), Value::Object(proxies));
        fields.insert("note".to_owned(), self.note.as_str().into());
        if self.plan.chosen {
            let tags = |(protocol, tags): (&Protocol, &Vec<String>)| {
                (protocol.name().to_owned(), Value::from(tags.clone()))
            };
            fields.insert("inbounds".to_owned(), self.plan.inbounds.iter().map(tags).collect());
        }
        fields
    }

    /// A user that is not there yet. The panel makes none that is switched off.
    #[must_use]
    pub fn create(&self) -> Value {
        let mut fields = self.whole();
        fields.insert("username".to_owned(), self.username.as_str().into());
        fields.insert("status".to_owned(), "active".into());
        fields.insert("auto_delete_in_days".to_owned(), (-1).into());
        Value::Object(fields)
    }

    /// The change of a user that is there.
    #[must_use]
    pub fn change(&self, user: &User) -> Value {
        let mut fields = if self.made(user) { self.whole() } else { self.window() };
        fields.insert("status".to_owned(), self.status().into());
        Value::Object(fields)
    }

    /// Whether `user` is exactly what we want.
    #[must_use]
    pub fn is_held_by(&self, user: &User) -> bool {
        user.carries(self.panel_id)
            && self.is_switched_right(user)
            && user.data_limit == Some(self.limit)
            && user.expire.unwrap_or(0) == self.expire
            && user.data_limit_reset_strategy.as_deref().unwrap_or("no_reset") == "no_reset"
            && user.next_plan.is_null()
            && (!self.made(user) || self.is_whole(user))
    }

    /// The panel switches by itself to `limited` and `expired`. Whoever is limited with traffic left must be switched again.
    fn is_switched_right(&self, user: &User) -> bool {
        match user.status.as_str() {
            "disabled" => !self.enabled,
            "limited" => self.enabled && i64::try_from(user.used()).unwrap_or(i64::MAX) >= self.limit,
            "on_hold" => false,
            _ => self.enabled,
        }
    }

    fn is_whole(&self, user: &User) -> bool {
        let same_tags = |protocol: &Protocol, tags: &Vec<String>| {
            let there = user.inbounds.get(protocol.name()).into_iter().flatten().collect::<BTreeSet<_>>();
            there == tags.iter().collect()
        };
        let right = |protocol: &Protocol| match self.plan.inbounds.get(protocol) {
            None => !user.has(*protocol),
            Some(tags) => {
                user.credential(*protocol) == Some(self.panel_id)
                    && (!self.plan.chosen || same_tags(protocol, tags))
                    && (*protocol != Protocol::Vless || user.flow() == self.plan.flow)
            }
        };
        user.note.as_deref() == Some(self.note.as_str()) && Protocol::ALL.iter().all(right)
    }
}

/// The panel's end: whole seconds, rounded up, 0 for none. Its databases keep it in 32 bits; what is later has no end there,
/// and the core's own end holds.
fn expire(ends_at: Timestamp) -> i64 {
    let second = ends_at.as_second() + i64::from(ends_at.subsec_nanosecond() > 0);
    if second > i64::from(i32::MAX) { 0 } else { second.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_end_is_cut_short() {
        let at = |text: &str| expire(text.parse().unwrap());
        assert_eq!(at("2026-11-28T12:00:00Z"), 1_795_867_200);
        assert_eq!(at("2026-11-28T12:00:00.001Z"), 1_795_867_201);
        assert_eq!(at("2038-01-19T03:14:07Z"), i64::from(i32::MAX));
        assert_eq!(at("2038-01-19T03:14:08Z"), 0);
        assert_eq!(at("1960-01-01T00:00:00Z"), 1);
        assert_eq!((expire(Timestamp::MIN), expire(Timestamp::MAX)), (1, 0));
    }
}
