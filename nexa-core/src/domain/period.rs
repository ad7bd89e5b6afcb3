//! The period that a subscription is in: since when, what was paid for it, what packs added to it, and what its owner
//! was told. A first purchase, a renewal and a change of plan begin a new one.

use super::{measure::Traffic, money::Money, subscription::Grace, time::after};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The current period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Period {
    /// Rises with each period and whatever else changes what its rest is worth.
    pub number: u32,
    /// Since when.
    pub starts_at: Timestamp,
    /// Traffic that had been used in all before.
    pub used_before: Traffic,
    /// What was paid for it, in the shop's currency: the plan's price, and what was left of the period before. Packs do
    /// not count.
    pub paid: Money,
    /// Traffic that packs added; a part of the subscription's limit.
    pub pack_traffic: Traffic,
    /// Devices that packs added; a part of the subscription's devices.
    pub pack_devices: u32,
    /// Seconds by which operators moved its end for nothing.
    pub given_secs: u64,
    /// What was told or tried in it already.
    pub told: BTreeSet<Told>,
    /// What stood before the grace that it is in, if it is in one.
    pub grace: Option<Grace>,
    /// The price that its owner was told before it is renewed from the wallet; a higher one is never charged.
    pub announced: Option<Money>,
}

/// Something that is told or tried once in a period.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It ends in three days.
    ThreeDays,
    /// It ends in a day.
    OneDay,
    /// It ends in six hours.
    SixHours,
    /// Four fifths of its traffic are used.
    MostTraffic,
    /// Nineteen twentieths of its traffic are used.
    NearlyAllTraffic,
    /// Nothing has connected for a day.
    NotConnected,
    /// It will be renewed from the wallet.
    RenewalAnnounced,
    /// The first try to renew it failed.
    FirstTry,
    /// The second one failed.
    SecondTry,
    /// The last one failed.
    LastTry,
    /// It goes on by the shop's grace.
    Grace,
    /// It was renewed from the wallet; what follows from that is on its way.
    Charged,
}

impl Period {
    /// A period without anything but its beginning.
    #[must_use]
    pub const fn new(number: u32, starts_at: Timestamp, used_before: Traffic, paid: Money) -> Self {
        Self {
            number,
            starts_at,
            used_before,
            paid,
            pack_traffic: Traffic::ZERO,
            pack_devices: 0,
            given_secs: 0,
            told: BTreeSet::new(),
            grace: None,
            announced: None,
        }
    }

    /// The period after this one.
    #[must_use]
    pub const fn next(&self, starts_at: Timestamp, used_before: Traffic, paid: Money) -> Self {
        Self::new(self.number.saturating_add(1), starts_at, used_before, paid)
    }

    /// Until when it is paid for, of a subscription that ends then: the time that was given comes last.
    #[must_use]
    pub fn paid_until(&self, ends_at: Timestamp) -> Timestamp {
        after(ends_at, -SignedDuration::from_secs(i64::try_from(self.given_secs).unwrap_or(i64::MAX)))
    }

    /// Notes that something was told or tried; what comes before it on the same ladder is no longer worth saying.
    #[must_use]
    pub fn tell(mut self, what: Told) -> Self {
        let before: &[Told] = match what {
            Told::OneDay => &[Told::ThreeDays],
            Told::SixHours => &[Told::ThreeDays, Told::OneDay],
            Told::NearlyAllTraffic => &[Told::MostTraffic],
            Told::SecondTry => &[Told::FirstTry],
            Told::LastTry => &[Told::FirstTry, Told::SecondTry],
            _ => &[],
        };
        self.told.extend(before.iter().copied().chain([what]));
        self
    }
}
