//! The panel's JSON, only the fields that are ours. Private keys are dropped while parsing.

use crate::gib;
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::Offset};
use nexa_core::{
    domain::{
        grant::{Grant, PanelId, Seen, SeenEnd},
        measure::Traffic,
        time::{after, days},
    },
    ports::panel::OwnerNote,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The panel takes no more days than this.
const MOST_DAYS: i64 = 10_000;
const MOST_LABEL: usize = 200;

/// A user as the panel tells of it. Fields that some version leaves out have their harmless value.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct User {
    /// Compared as text, because old versions may answer with another one than asked for.
    pub uuid: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "usage_limit_GB")]
    limit_gib: Option<f64>,
    #[serde(default, rename = "current_usage_GB")]
    used_gib: Option<f64>,
    #[serde(default)]
    package_days: Option<i64>,
    #[serde(default)]
    start_date: Option<String>,
    #[serde(default)]
    mode: Option<String>,
    #[serde(default)]
    enable: Option<bool>,
    /// A number, or nothing; what else it may be is ignored.
    #[serde(default)]
    telegram_id: Value,
}

impl User {
    /// As the core sees it; `None` for a user whose uuid is none.
    #[must_use]
    pub fn seen(&self) -> Option<Seen> {
        Some(Seen {
            panel_id: self.uuid.parse::<PanelId>().ok()?,
            enabled: self.enable.unwrap_or(true),
            limit: gib::to_traffic(self.limit_gib.unwrap_or_default()),
            counter: gib::to_traffic(self.used_gib.unwrap_or_default()),
            ends: self.ends(),
            resets_every: match self.mode.as_deref() {
                Some("daily") => Some(1),
                Some("weekly") => Some(7),
                Some("monthly") => Some(30),
                _ => None,
            },
        })
    }

    /// What the operator noted of it.
    #[must_use]
    pub fn note(&self) -> Option<OwnerNote> {
        let telegram = match &self.telegram_id {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text.clone()),
            _ => None,
        };
        let name = self.name.clone().unwrap_or_default();
        Some(OwnerNote { panel_id: self.uuid.parse().ok()?, name, telegram })
    }

    fn start(&self) -> Option<Date> {
        self.start_date.as_deref().and_then(|text| text.get(..10)?.parse().ok())
    }

    /// The panel's last day is `start + days`, inclusive, in a time zone that it does not tell: over is over everywhere
    /// on Earth (UTC−12).
    fn ends(&self) -> SeenEnd {
        let days = self.package_days.unwrap_or_default().clamp(-1, MOST_DAYS);
        let Some(start) = self.start() else {
            return SeenEnd::AfterFirstUse(SignedDuration::from_hours(24 * days.max(0)));
        };
        let midnight = start.saturating_add(days.saturating_add(1).days()).at(0, 0, 0, 0);
        let midnight = Offset::UTC.to_timestamp(midnight).unwrap_or(Timestamp::MAX);
        SeenEnd::At(after(midnight, SignedDuration::from_hours(12)))
    }

    /// Whether this looks like what a failed create leaves behind: nameless, with the panel's defaults.
    #[must_use]
    pub fn is_half_made(&self) -> bool {
        let nameless = matches!(self.name.as_deref(), None | Some("" | "unknown"));
        nameless
            || (self.limit_gib == Some(1000.0) && self.package_days == Some(90) && self.start_date.is_none())
    }
}

/// A grant in the panel's terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The identity.
    pub panel_id: PanelId,
    uuid: String,
    label: String,
    enabled: bool,
    limit: Traffic,
    start: Date,
    days: i64,
}

impl Wanted {
    /// Translates a grant, or says why no panel can hold it.
    pub fn from_grant(grant: &Grant) -> Result<Self, &'static str> {
        let label = grant.label.as_str();
        if label.is_empty() || label.chars().count() > MOST_LABEL || label.chars().any(char::is_control) {
            return Err("the label must have 1 to 200 characters");
        }
        let (start, days) = window(grant.starts_at, grant.ends_at);
        Ok(Self {
            panel_id: grant.panel_id,
            uuid: grant.panel_id.expose(),
            label: label.to_owned(),
            enabled: grant.enabled,
            limit: gib::held(grant.limit),
            start,
            days,
        })
    }

    /// Everything that we own of a user. `start_date` is ignored by panels up to 12 when `package_days` is missing, and
    /// unknown fields are refused by them, so the set is always this one.
    #[must_use]
    pub fn change(&self) -> Value {
        json!({
            "name": self.label,
            "comment": format!("nx:{}", self.label),
            "usage_limit_GB": gib::from_traffic(self.limit),
            "package_days": self.days,
            "start_date": self.start.to_string(),
            "mode": "no_reset",
            "enable": self.enabled,
        })
    }

    /// [`Wanted::change`] for a user that is not there yet.
    #[must_use]
    pub fn create(&self) -> Value {
        let mut body = self.change();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("uuid".to_owned(), Value::from(self.uuid.as_str()));
        }
        body
    }

    /// Whether `user` has our identity.
    #[must_use]
    pub fn is(&self, user: &User) -> bool {
        self.uuid == user.uuid
    }

    /// Whether `user` is exactly what we want.
    #[must_use]
    pub fn is_held_by(&self, user: &User) -> bool {
        self.is(user)
            && user.name.as_deref() == Some(self.label.as_str())
            && user.enable == Some(self.enabled)
            && gib::same(gib::to_traffic(user.limit_gib.unwrap_or_default()), self.limit)
            && user.package_days == Some(self.days)
            && user.start() == Some(self.start)
            && user.mode.as_deref() == Some("no_reset")
    }
}

/// The panel's days for a moment-exact window. Its last day is `start + days`, inclusive, in a time zone that it does not
/// tell: the first day is rounded down and the last up by the widest offsets on Earth (UTC−12, UTC+14).
fn window(starts_at: Timestamp, ends_at: Timestamp) -> (Date, i64) {
    let day = |moment: Timestamp| Offset::UTC.to_datetime(moment).date();
    let hours = jiff::SignedDuration::from_hours;
    let last_moment = after(ends_at, hours(14));
    let oldest = after(last_moment, -days(9_998));
    let start = day(after(starts_at, -hours(12)).max(oldest));
    let seconds = day(last_moment).duration_since(start).as_secs();
    (start, (seconds / 86_400).clamp(0, MOST_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_rounded_so_that_no_zone_cuts_off_early() {
        let (start, days) = window(at("2026-11-24T09:00:00Z"), at("2026-12-24T09:00:00Z"));
        assert_eq!((start.to_string().as_str(), days), ("2026-11-23", 31));
        let (start, days) = window(at("2026-11-24T13:00:00Z"), at("2026-12-24T13:00:00Z"));
        assert_eq!((start.to_string().as_str(), days), ("2026-11-24", 31));
    }

    fn user(start: Option<&str>, days: Option<i64>, mode: &str) -> Seen {
        let told = json!({
            "uuid": "0badc0de-0000-4000-8000-000000000000", "usage_limit_GB": 10, "current_usage_GB": 2.5,
            "package_days": days, "start_date": start, "mode": mode, "enable": false,
        });
        serde_json::from_value::<User>(told).unwrap().seen().unwrap()
    }

    #[test]
    fn the_last_day_is_over_when_it_is_over_everywhere() {
        let seen = user(Some("2026-11-24"), Some(1), "no_reset");
        assert_eq!(seen.ends, SeenEnd::At(at("2026-11-26T12:00:00Z")), "the 25th, wherever the panel stands");
        assert_eq!((seen.limit, seen.counter), (Traffic::gib(10), Traffic::bytes(5 << 29)));
        assert_eq!((seen.enabled, seen.resets_every), (false, None));
        let unused = user(None, Some(30), "monthly");
        assert_eq!(unused.ends, SeenEnd::AfterFirstUse(SignedDuration::from_hours(720)));
        assert_eq!((unused.resets_every, user(None, None, "weekly").resets_every), (Some(30), Some(7)));
        for days in [None, Some(0), Some(-1), Some(i64::MIN)] {
            assert_eq!(user(None, days, "daily").ends, SeenEnd::AfterFirstUse(SignedDuration::ZERO));
            let SeenEnd::At(end) = user(Some("2026-11-24"), days, "daily").ends else { panic!("begun") };
            assert!(end <= at("2026-11-25T12:00:00Z"));
        }
        user(Some("9999-12-31"), Some(i64::MAX), "no_reset");
        assert_eq!(
            user(Some("soon"), Some(1), "no_reset").ends,
            SeenEnd::AfterFirstUse(SignedDuration::from_hours(24))
        );
    }

    #[test]
    fn odd_windows_stay_within_what_the_panel_takes() {
        assert_eq!(window(at("2026-11-24T13:00:00Z"), at("2026-10-24T13:00:00Z")).1, 0);
        assert!(window(at("1990-01-01T00:00:00Z"), at("2026-10-24T13:00:00Z")).1 <= MOST_DAYS);
        assert!(window(Timestamp::MIN, Timestamp::MAX).1 <= MOST_DAYS);
    }

    #[test]
    fn what_the_operator_noted_is_read() {
        let note = |telegram: Value| {
            let told = json!({
                "uuid": "a59e4807-8100-45d7-83b6-f2248e3475f8", "name": "Ali", "telegram_id": telegram,
            });
            serde_json::from_value::<User>(told).unwrap().note().unwrap()
        };
        assert_eq!(note(json!(123)).telegram.as_deref(), Some("123"));
        assert_eq!(note(json!("123")).telegram.as_deref(), Some("123"));
        assert_eq!((note(Value::Null).telegram, note(json!([])).telegram), (None, None));
        assert_eq!(note(Value::Null).name, "Ali");
    }

    #[test]
    fn a_user_of_any_version_is_read() {
        let user: User = serde_json::from_str(
            r#"{"uuid":"a59e4807-8100-45d7-83b6-f2248e3475f8","enable":true,"usage_limit_GB":15.700000000186265,
                "current_usage_GB":0.5,"last_online":"0001-01-01 00:00:00","wg_pk":"private","start_date":null}"#,
        )
        .unwrap();
        let seen = user.seen().unwrap();
        assert_eq!(seen.limit, Traffic::bytes(16_857_746_637));
        assert_eq!(seen.counter, Traffic::bytes(1 << 29));
        assert!(!format!("{user:?}").contains("private"));
    }
}
