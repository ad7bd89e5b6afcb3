//! How long backups are kept.

use super::{ArchiveName, Error};
use jiff::Timestamp;
use std::collections::BTreeSet;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Which backups are kept: of each span of age one per period, the newest of it. The newest of all is always kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keep(Vec<Span>);

/// Up to an age, one backup per period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Span {
    /// Seconds.
    age: i64,
    /// Seconds; 1 keeps all.
    period: i64,
}

impl Default for Keep {
    /// All of a day, one a day of a week, one a week of 90 days.
    fn default() -> Self {
        let span = |age, period| Span { age, period };
        Self(vec![span(DAY, 1), span(7 * DAY, DAY), span(90 * DAY, 7 * DAY)])
    }
}

impl Keep {
    /// Reads `24h:all,7d:daily,90d:weekly`, the shortest age first.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::Setting(
                "ages and how many of each, the shortest first, such as 24h:all,7d:daily,90d:weekly"
                    .to_owned(),
            )
        };
        let mut spans = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (age, word) = part.split_once(':').ok_or_else(wrong)?;
            let age = seconds(age).ok_or_else(wrong)?;
            let period = match word.trim() {
                "all" => 1,
                "hourly" => HOUR,
                "daily" => DAY,
                "weekly" => 7 * DAY,
                "monthly" => 30 * DAY,
                _ => return Err(wrong()),
            };
            if spans.last().is_some_and(|last: &Span| last.age >= age) {
                return Err(wrong());
            }
            spans.push(Span { age, period });
        }
        if spans.is_empty() { Err(wrong()) } else { Ok(Self(spans)) }
    }

    /// Those of `names` that need not be kept any more. All of them must be of one installation.
    #[must_use]
    pub fn doomed(&self, names: &[ArchiveName], now: Timestamp) -> Vec<ArchiveName> {
        let mut sorted: Vec<&ArchiveName> = names.iter().collect();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        let mut kept = BTreeSet::new();
        // The newest is passed over, so it is never among them; what takes its place in its period is spared with it.
        let rest = sorted.into_iter().skip(1);
        rest.filter(|name| {
            let made = name.made_at.as_second();
            let age = now.as_second().saturating_sub(made);
            let span = self.0.iter().enumerate().find(|(_, span)| age <= span.age);
            !span.is_some_and(|(at, span)| kept.insert((at, made.div_euclid(span.period.max(1)))))
        })
        .cloned()
        .collect()
    }
}

/// The seconds of `6h`, `30m` or `7d`.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 60,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    number.parse::<i64>().ok().filter(|n| *n > 0)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(hours: i64, count: i64, now: Timestamp) -> Vec<ArchiveName> {
        let at = |n: i64| Timestamp::from_second(now.as_second() - n * hours * HOUR).unwrap();
        (0..count).map(|n| ArchiveName::new("00000000", at(n))).collect()
    }

    #[test]
    fn a_year_of_backups_shrinks_to_what_was_asked() {
        let now = Timestamp::from_second(1_795_845_600).unwrap();
        let all = every(6, 4 * 365, now);
        let doomed = Keep::default().doomed(&all, now);
        let left: Vec<_> = all.iter().filter(|name| !doomed.contains(name)).collect();
        // Five of the last day with both ends, six or seven of a week, twelve or thirteen of 90 days.
        assert!((22..=27).contains(&left.len()), "{}", left.len());
        assert_eq!(left.first(), all.first().as_ref());
        assert!(left.iter().all(|name| now.as_second() - name.made_at.as_second() <= 90 * DAY));
        // What is left stays when it is asked again.
        let left: Vec<_> = left.into_iter().cloned().collect();
        assert_eq!(Keep::default().doomed(&left, now), []);
    }

    #[test]
    fn the_last_one_stays_however_old() {
        let now = Timestamp::from_second(1_795_845_600).unwrap();
        let old = vec![ArchiveName::new("00000000", Timestamp::from_second(5).unwrap())];
        assert_eq!(Keep::default().doomed(&old, now), []);
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Keep::parse("24h:all, 7d:daily,90d:weekly").unwrap(), Keep::default());
        for wrong in ["", "24h", "7d:daily,24h:all", "1y:all", "0d:all", "7d:often", "-7d:all"] {
            assert!(Keep::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            (seconds("6h"), seconds("30m"), seconds("2"), seconds("")),
            (Some(21_600), Some(1_800), None, None)
        );
    }
}
