//! Whether and when a user may be reached outside our pages: what they want to hear, their quiet hours, and whether a
//! messenger turned us away. The inbox shows every notice at once, whatever stands here.

use super::{letter::Mailbox, notice::Matter, refusal::Refusal};
use crate::ids::{ShopId, UserId};
use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The hours in which optional notices wait, from the one minute of the day until the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Quiet {
    /// They begin.
    pub from: Time,
    /// They are over; earlier than `from` when they go over midnight.
    pub until: Time,
}

impl Quiet {
    /// Quiet hours from two times of the day, `HH:MM`.
    pub fn new(from: &str, until: &str) -> Result<Self, Refusal> {
        let (from, until) = (minute("quiet_from", from)?, minute("quiet_until", until)?);
        if from == until {
            return Err(Refusal::bad_input("quiet_until", "another time than quiet_from"));
        }
        Ok(Self { from, until })
    }

    /// When the quiet hours end that this moment of a place lies in; none outside them.
    fn end(self, at: DateTime) -> Option<DateTime> {
        let time = at.time();
        let over_midnight = self.until < self.from;
        let inside = if over_midnight {
            time >= self.from || time < self.until
        } else {
            time >= self.from && time < self.until
        };
        if !inside {
            return None;
        }
        let day = if time < self.until { at.date() } else { at.date().tomorrow().ok()? };
        Some(day.to_datetime(self.until))
    }
}

/// A time of the day, `HH:MM`.
pub(crate) fn minute(field: &'static str, text: &str) -> Result<Time, Refusal> {
    let wrong = || Refusal::bad_input(field, "a time of the day, HH:MM");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |part: &str| -> Result<i8, Refusal> {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| digits).ok_or_else(wrong)
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).map_err(|_| wrong())
}

/// The zone of this name, from the data that is built in, e.g. `Asia/Tehran`.
pub fn zone(name: &str) -> Result<TimeZone, Refusal> {
    TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| Refusal::bad_input("timezone", "a name such as Asia/Tehran"))
}

/// What a user wants to hear outside our pages, and when.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NoticePreferences {
    /// What they do without. Only optional matters have an effect.
    pub without: BTreeSet<Matter>,
    /// When optional matters wait.
    pub quiet: Option<Quiet>,
    /// The zone of the quiet hours, when it is not the shop's.
    pub timezone: Option<String>,
    /// What they do not want by e-mail, while other ways stay. Only optional matters have an effect.
    #[serde(default)]
    pub unmailed: BTreeSet<Matter>,
}

/// How one user is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    /// In which shop.
    pub shop_id: ShopId,
    /// Who.
    pub user_id: UserId,
    /// What they want to hear.
    pub preferences: NoticePreferences,
    /// Since when their messenger turns us away.
    pub blocked_since: Option<Timestamp>,
    /// What becomes of mails to them.
    pub mailbox: Mailbox,
}

/// When a notice may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Now.
    Now,
    /// Not before then.
    At(Timestamp),
    /// Never: its reader does without.
    Never,
}

impl Reach {
    /// Of somebody who never chose anything.
    #[must_use]
    pub fn new(shop_id: ShopId, user_id: UserId) -> Self {
        Self {
            shop_id,
            user_id,
            preferences: NoticePreferences::default(),
            blocked_since: None,
            mailbox: Mailbox::default(),
        }
    }

    /// Whether this may be mailed at all. When is up to [`Reach::when`].
    #[must_use]
    pub fn mails(&self, matter: Matter) -> bool {
        let wanted = !matter.is_optional() || !self.preferences.unmailed.contains(&matter);
        wanted && self.mailbox.failing_since.is_none()
    }

    /// Whether news may be sent at all. When is up to who sends them.
    #[must_use]
    pub fn hears_news(&self) -> bool {
        self.blocked_since.is_none() && !self.preferences.without.contains(&Matter::News)
    }

    /// When something about this may be sent, in a shop of that zone.
    #[must_use]
    pub fn when(&self, matter: Matter, shop: &TimeZone, now: Timestamp) -> When {
        let wishes = &self.preferences;
        if !matter.is_optional() {
            return When::Now;
        }
        if wishes.without.contains(&matter) {
            return When::Never;
        }
        let own = wishes.timezone.as_deref().and_then(|name| zone(name).ok());
        let zone = own.as_ref().unwrap_or(shop);
        let end = wishes.quiet.and_then(|quiet| quiet.end(zone.to_datetime(now)));
        let end = end.and_then(|end| zone.to_ambiguous_timestamp(end).compatible().ok());
        // Where the clock is set back, the end may come twice; the message must not wait for ever.
        end.filter(|end| *end > now).map_or(When::Now, When::At)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reach(quiet: Option<Quiet>) -> Reach {
        let nil = uuid::Uuid::nil();
        let mut reach = Reach::new(nil.into(), nil.into());
        reach.preferences.quiet = quiet;
        reach
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn at_night_only_what_is_optional_waits() {
        let night = reach(Some(Quiet::new("22:30", "08:00").unwrap()));
        let tehran = zone("Asia/Tehran").unwrap();
        // Half past ten in Tehran is seven in the evening in UTC.
        let cases = [
            ("2026-11-27T18:59:59Z", When::Now),
            ("2026-11-27T19:00:00Z", When::At(at("2026-11-28T04:30:00Z"))),
            ("2026-11-28T00:00:00Z", When::At(at("2026-11-28T04:30:00Z"))),
            ("2026-11-28T04:29:59Z", When::At(at("2026-11-28T04:30:00Z"))),
            ("2026-11-28T04:30:00Z", When::Now),
        ];
        for (now, expected) in cases {
            assert_eq!(night.when(Matter::Reminder, &tehran, at(now)), expected, "{now}");
            assert_eq!(night.when(Matter::Payment, &tehran, at(now)), When::Now, "{now}");
            assert_eq!(night.when(Matter::Subscription, &tehran, at(now)), When::Now, "{now}");
        }
        let mut abroad = night;
        abroad.preferences.timezone = Some("UTC".to_owned());
        assert_eq!(abroad.when(Matter::News, &tehran, at("2026-11-27T19:00:00Z")), When::Now);
    }

    #[test]
    fn quiet_hours_may_lie_within_a_day() {
        let noon = reach(Some(Quiet::new("12:00", "14:00").unwrap()));
        let then = When::At(at("2026-11-27T14:00:00Z"));
        assert_eq!(noon.when(Matter::Support, &TimeZone::UTC, at("2026-11-27T12:00:00Z")), then);
        assert_eq!(noon.when(Matter::Support, &TimeZone::UTC, at("2026-11-27T14:00:00Z")), When::Now);
        assert_eq!(noon.when(Matter::Support, &TimeZone::UTC, at("2026-11-27T23:00:00Z")), When::Now);
    }

    #[test]
    fn who_does_without_is_not_told_but_of_money_everybody_is() {
        let mut reach = reach(None);
        reach.preferences.without = Matter::ALL.into();
        for matter in Matter::ALL {
            let expected = if matter.is_optional() { When::Never } else { When::Now };
            assert_eq!(reach.when(matter, &TimeZone::UTC, Timestamp::UNIX_EPOCH), expected);
        }
    }

    #[test]
    fn what_is_not_wanted_by_mail_may_come_another_way() {
        let mut reach = reach(None);
        reach.preferences.unmailed = Matter::ALL.into();
        for matter in Matter::ALL {
            assert_eq!(reach.mails(matter), !matter.is_optional());
            assert_eq!(reach.when(matter, &TimeZone::UTC, Timestamp::UNIX_EPOCH), When::Now);
        }
        reach.mailbox = reach.mailbox.bounced(crate::domain::letter::Bounce::Hard, Timestamp::UNIX_EPOCH);
        assert!(!reach.mails(Matter::Payment), "nobody is there");
    }

    proptest! {
        #[test]
        fn nothing_waits_for_more_than_a_day_or_twice(
            second in 0_i64..4_000_000_000, from in 0_u16..1440, until in 0_u16..1440, far in any::<bool>(),
        ) {
            let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
            if let Ok(quiet) = Quiet::new(&clock(from), &clock(until)) {
                let zone = zone(if far { "Europe/Berlin" } else { "Asia/Tehran" }).unwrap();
                let now = Timestamp::from_second(second).unwrap();
                if let When::At(end) = reach(Some(quiet)).when(Matter::News, &zone, now) {
                    prop_assert!(end > now && end.duration_since(now).as_hours() <= 25);
                    prop_assert_eq!(reach(Some(quiet)).when(Matter::News, &zone, end), When::Now);
                }
            }
        }

        #[test]
        fn any_time_is_answered(from in ".{0,6}", until in ".{0,6}") {
            if let Ok(quiet) = Quiet::new(&from, &until) {
                prop_assert!(quiet.from != quiet.until);
            }
        }
    }

    #[test]
    fn odd_times_and_zones_are_refused() {
        for (from, until) in
            [("8:00", "09:00"), ("24:00", "09:00"), ("08:60", "09:00"), ("+8:00", "09:00"), ("", "")]
        {
            assert!(Quiet::new(from, until).is_err(), "{from}");
        }
        assert!(Quiet::new("09:00", "09:00").is_err());
        assert!(zone("Nowhere/Land").is_err() && zone("").is_err());
    }
}
