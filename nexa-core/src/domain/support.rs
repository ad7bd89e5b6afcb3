//! How a shop looks after those who ask: when an answer is due, where mails go, answers that are kept for the next who asks,
//! and what all that comes to.

use super::{letter, refusal::Refusal, shop::Locale, ticket::Ticket};
use crate::{
    ids::{SavedAnswerId, ShopId},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Minutes until an answer is due where nobody said otherwise.
const TARGET: u32 = 60;
/// Letters of a local part, so that a tag still fits beside it (RFC 5321: 64).
const LOCAL: usize = 15;
/// Saved answers of one shop.
const ANSWERS: usize = 200;

/// What a shop promises those who ask, and by what mails reach it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupportTerms {
    /// The address that customers write to; none where mails are not read.
    pub address: Option<String>,
    /// Digest of the secret in the address that mails are handed over at.
    pub hook: Option<Fingerprint>,
    /// Minutes of support hours until an answer is due.
    pub target_minutes: u32,
    /// When somebody is there; none: always.
    pub hours: Option<SupportHours>,
}

impl Default for SupportTerms {
    fn default() -> Self {
        Self { address: None, hook: None, target_minutes: TARGET, hours: None }
    }
}

/// When somebody is there to answer, by the shop's clock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupportHours {
    /// Days of the week, Monday is 1.
    pub days: Vec<i8>,
    /// From when.
    pub from: Time,
    /// Until when, on the same day.
    pub until: Time,
}

impl SupportTerms {
    /// Refuses terms that could not be kept.
    pub fn checked(self) -> Result<Self, Refusal> {
        if !(5..=10_080).contains(&self.target_minutes) {
            return Err(Refusal::bad_input("target_minutes", "5 to 10080"));
        }
        let mut address = self.address;
        if let Some(given) = &mut address {
            let wrong =
                || Refusal::bad_input("address", "an address with a name of at most 15 letters, without +");
            *given = super::user::email(given).map_err(|_| wrong())?;
            let (local, _) = letter::parts(given).ok_or_else(wrong)?;
            if local.len() > LOCAL || local.contains('+') || !given.is_ascii() {
                return Err(wrong());
            }
        }
        if let Some(hours) = &self.hours {
            if hours.until <= hours.from {
                return Err(Refusal::bad_input("until", "later than from"));
            }
            if hours.days.is_empty() || hours.days.iter().any(|day| !(1..=7).contains(day)) {
                return Err(Refusal::bad_input("days", "1 (Monday) to 7"));
            }
        }
        Ok(Self { address, ..self })
    }

    /// When an answer is due to what was asked at this moment, in the zone of the shop.
    #[must_use]
    pub fn due(&self, asked: Timestamp, zone: &TimeZone) -> Timestamp {
        let target = SignedDuration::from_mins(i64::from(self.target_minutes));
        let plain = super::time::after(asked, target);
        let Some(hours) = &self.hours else { return plain };
        let (mut at, mut left) = (asked, target);
        // Two months hold every target there may be: 10,080 minutes, a quarter of an hour on one day of the week apart.
        for _ in 0..800 {
            let day = zone.to_datetime(at).date();
            let moment = |time: Time| zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok();
            let (Some(opens), Some(closes)) = (moment(hours.from), moment(hours.until)) else { return plain };
            if hours.days.contains(&day.weekday().to_monday_one_offset()) && at < closes {
                let begin = at.max(opens);
                let open = closes.duration_since(begin);
                if left <= open {
                    return super::time::after(begin, left);
                }
                left = left.saturating_sub(open);
            }
            let next = day.checked_add(1.day()).ok().and_then(|day| {
                zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().ok()
            });
            let Some(next) = next.filter(|next| *next > at) else { return plain };
            at = next;
        }
        at
    }
}

/// An answer kept for the next who asks the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedAnswer {
    /// Its id.
    pub id: SavedAnswerId,
    /// Whose.
    pub shop_id: ShopId,
    /// What those who answer know it by.
    pub name: String,
    /// In which language; none: for all.
    pub locale: Option<Locale>,
    /// What it says.
    pub text: String,
}

impl SavedAnswer {
    /// Refuses one that could not be chosen or sent.
    pub fn checked(self, there: usize) -> Result<Self, Refusal> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(1..=60).contains(&name.chars().count()) {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        if there >= ANSWERS {
            return Err(Refusal::bad_input("name", "at most 200"));
        }
        Ok(Self { name, text: super::ticket::text(&self.text, false)?, ..self })
    }
}

/// How well a shop answered those who asked in some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SupportFigures {
    /// Tickets that were opened.
    pub opened: u32,
    /// Of those: answered at least once.
    pub answered: u32,
    /// Of those that were answered, or should have been by now: in time, in hundredths. None without any.
    pub in_time_percent: Option<u32>,
    /// Half were answered first within this many seconds.
    pub first_median: Option<i64>,
    /// Nine in ten were.
    pub first_p90: Option<i64>,
    /// Half were closed within this many seconds.
    pub solved_median: Option<i64>,
}

impl SupportFigures {
    /// Of these tickets, at this moment.
    #[must_use]
    pub fn of(tickets: &[Ticket], now: Timestamp) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let took = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        // Those that the shop wrote first in wait for nobody.
        let judged = tickets.iter().filter(|t| t.answered_at.is_some() || t.due_at <= now);
        let judged: Vec<&Ticket> =
            judged.filter(|t| t.answered_at.is_some() || t.solved_at.is_none()).collect();
        let in_time = judged.iter().filter(|t| t.answered_at.is_some_and(|at| at <= t.due_at)).count();
        let mut first: Vec<i64> =
            tickets.iter().filter_map(|t| t.answered_at.map(|at| took(t.opened_at, at))).collect();
        let mut solved: Vec<i64> =
            tickets.iter().filter_map(|t| t.solved_at.map(|at| took(t.opened_at, at))).collect();
        first.sort_unstable();
        solved.sort_unstable();
        Self {
            opened: count(tickets.len()),
            answered: count(first.len()),
            in_time_percent: (!judged.is_empty()).then(|| count(in_time * 100 / judged.len().max(1))),
            first_median: at_share(&first, 50),
            first_p90: at_share(&first, 90),
            solved_median: at_share(&solved, 50),
        }
    }
}

/// The least value within which this share of them lies; `sorted` rises.
fn at_share(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hours(days: &[i8], from: &str, until: &str) -> SupportTerms {
        let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
        SupportTerms {
            hours: Some(SupportHours { days: days.to_vec(), from, until }),
            ..SupportTerms::default()
        }
    }

    #[test]
    fn an_answer_is_due_within_the_hours_in_which_somebody_is_there() {
        let utc = TimeZone::UTC;
        let always = SupportTerms::default();
        assert_eq!(always.due(at("2026-03-02T23:30:00Z"), &utc), at("2026-03-03T00:30:00Z"));
        // The second of March 2026 is a Monday.
        let week = hours(&[1, 2, 3, 4, 5], "09:00", "17:00");
        let cases = [
            ("2026-03-02T08:00:00Z", "2026-03-02T10:00:00Z"),
            ("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"),
            ("2026-03-02T16:00:00Z", "2026-03-02T17:00:00Z"),
            ("2026-03-02T16:30:00Z", "2026-03-03T09:30:00Z"),
            ("2026-03-06T16:59:00Z", "2026-03-09T09:59:00Z"),
            ("2026-03-07T12:00:00Z", "2026-03-09T10:00:00Z"),
        ];
        for (asked, due) in cases {
            assert_eq!(week.due(at(asked), &utc), at(due), "{asked}");
        }
        let tehran = super::super::reach::zone("Asia/Tehran").unwrap();
        assert_eq!(week.due(at("2026-03-02T05:00:00Z"), &tehran), at("2026-03-02T06:30:00Z"));
        let rare = SupportTerms { target_minutes: 10_080, ..hours(&[7], "09:00", "10:00") };
        assert!(rare.due(at("2026-03-02T05:00:00Z"), &utc) > at("2027-01-01T00:00:00Z"));
    }

    #[test]
    fn odd_terms_are_refused() {
        let good =
            SupportTerms { address: Some("support@shop.example".into()), ..hours(&[1], "09:00", "17:00") };
        assert!(good.clone().checked().is_ok());
        for address in ["support", "a+b@shop.example", "averyverylongname@shop.example", ""] {
            assert!(
                SupportTerms { address: Some(address.into()), ..good.clone() }.checked().is_err(),
                "{address}"
            );
        }
        for minutes in [0, 4, 10_081] {
            assert!(SupportTerms { target_minutes: minutes, ..good.clone() }.checked().is_err());
        }
        for (days, from, until) in
            [(&[][..], "09:00", "17:00"), (&[8], "09:00", "17:00"), (&[1], "17:00", "09:00")]
        {
            assert!(hours(days, from, until).checked().is_err());
        }
    }

    #[test]
    fn shares_are_counted_as_people_say_them() {
        assert_eq!(at_share(&[], 50), None);
        assert_eq!(at_share(&[7], 90), Some(7));
        assert_eq!(at_share(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(at_share(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), Some(9));
    }
}
