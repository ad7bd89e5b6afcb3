//! What is looked after because it may be abuse, and what a server earns.

/// Today beside the days before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signal {
    /// How often today.
    pub today: i64,
    /// How often on a day of the last [`Signal::DAYS`], on average, rounded down.
    pub usual: i64,
}

impl Signal {
    /// The days that say what is usual.
    pub const DAYS: i64 = 14;

    /// From the count of today and that of the days before it.
    #[must_use]
    pub const fn of(today: i64, before: i64) -> Self {
        Self { today, usual: before.div_euclid(Self::DAYS) }
    }

    /// More than three times the usual, and ten: a small shop is not alarmed by its second trial of a day.
    #[must_use]
    pub const fn is_high(self) -> bool {
        self.today > self.usual.saturating_mul(3).saturating_add(10)
    }
}

/// What a server costs and carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// What it costs in a month, in minor units of the shop's currency.
    pub monthly: i64,
    /// Subscriptions placed on it.
    pub load: i64,
}

impl Cost {
    /// Its share of what the shop's subscriptions bring in a month, by the load of all servers, less what it costs; rounded
    /// down.
    #[must_use]
    pub fn profit(self, mrr: i64, load_of_all: i64) -> i64 {
        let earned = i128::from(mrr) * i128::from(self.load);
        let earned = earned.checked_div(i128::from(load_of_all)).unwrap_or(0);
        i64::try_from(earned - i128::from(self.monthly)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_more_than_usual_are_no_alarm() {
        assert!(!Signal::of(10, 0).is_high() && Signal::of(11, 0).is_high());
        assert!(!Signal::of(40, 140).is_high() && Signal::of(41, 140).is_high());
    }

    #[test]
    fn a_server_earns_its_share() {
        assert_eq!(Cost { monthly: 300, load: 10 }.profit(5000, 40), 950);
        assert_eq!(Cost { monthly: 300, load: 0 }.profit(5000, 0), -300);
    }
}
