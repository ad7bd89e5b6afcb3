//! What a shop sold on one day, from the figures of that day to what its operator is shown.

use super::{
    analytics::{Delta, Figure},
    money::{Currency, Money},
};
use crate::ids::{GatewayId, PlanId};
use std::{cmp::Reverse, collections::BTreeMap};

/// A number of orders and what they brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How many.
    pub count: u32,
    /// Their prices together.
    pub sum: Money,
}

/// One day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sales {
    /// Orders of customers that were paid: neither trials, nor what was given away, nor top-ups.
    pub orders: u32,
    /// What was sold, less what changes of plan gave back, from the books.
    pub revenue: Money,
    /// Orders taken back, and what they gave back.
    pub refunds: Tally,
    /// Top-ups of wallets; they are no revenue.
    pub top_ups: Tally,
    /// Accounts that were made.
    pub new_users: u32,
    /// Trials.
    pub trials: u32,
    /// Renewals among the orders.
    pub renewals: u32,
    /// Subscriptions that operators gave away.
    pub given: u32,
    /// The orders by plan, the greatest sum first; packs have none.
    pub by_plan: Vec<(Option<PlanId>, Tally)>,
    /// The orders by the gateway whose money was meant for them, the greatest sum first; the wallet has none.
    pub by_gateway: Vec<(Option<GatewayId>, Tally)>,
}

impl Sales {
    /// The figures that a day is made of.
    pub const FIGURES: [Figure; 8] = [
        Figure::OrdersSold,
        Figure::Sold,
        Figure::OrdersPaid,
        Figure::Revenue,
        Figure::Refunds,
        Figure::Refunded,
        Figure::ToppedUp,
        Figure::UsersNew,
    ];

    /// Adds up rows of these figures, all of one day.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Delta>, currency: Currency) -> Self {
        let mut sums: BTreeMap<(Figure, &str), i64> = BTreeMap::new();
        for Delta { figure, row } in rows {
            let sum = sums.entry((*figure, &row.slice)).or_default();
            *sum = sum.saturating_add(row.value);
        }
        let get = |figure, slice: &'static str| sums.get(&(figure, slice)).copied().unwrap_or(0);
        let count = |figure, slice| number(get(figure, slice));
        let money = |minor| Money::new(minor, currency);
        Self {
            orders: count(Figure::OrdersSold, ""),
            revenue: money(get(Figure::Revenue, "")),
            refunds: Tally { count: count(Figure::Refunds, ""), sum: money(get(Figure::Refunded, "")) },
            top_ups: Tally {
                count: count(Figure::OrdersPaid, "kind:top_up"),
                sum: money(get(Figure::ToppedUp, "")),
            },
            new_users: count(Figure::UsersNew, ""),
            trials: count(Figure::OrdersPaid, "kind:trial"),
            renewals: count(Figure::OrdersPaid, "kind:renewal"),
            given: count(Figure::OrdersPaid, "kind:given"),
            by_plan: tallies(&sums, "plan:", currency),
            by_gateway: tallies(&sums, "method:", currency),
        }
    }
}

/// A sum of ones.
fn number(of: i64) -> u32 {
    u32::try_from(of.max(0)).unwrap_or(u32::MAX)
}

/// The orders by what follows this word in a slice's name; what is no id there is none.
fn tallies<K: std::str::FromStr>(
    sums: &BTreeMap<(Figure, &str), i64>,
    by: &str,
    currency: Currency,
) -> Vec<(Option<K>, Tally)> {
    let counted = sums.iter().filter(|((figure, _), count)| *figure == Figure::OrdersSold && **count > 0);
    let mut all: Vec<_> = counted
        .filter_map(|((_, slice), count)| {
            let key = slice.strip_prefix(by)?.parse().ok();
            let minor = sums.get(&(Figure::Sold, slice)).copied().unwrap_or(0);
            Some((key, Tally { count: number(*count), sum: Money::new(minor, currency) }))
        })
        .collect();
    all.sort_by_key(|(_, tally)| Reverse(tally.sum.minor));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::analytics::Row;
    use uuid::Uuid;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    fn row(figure: Figure, slice: &str, value: i64) -> Delta {
        Delta { figure, row: Row { slice: slice.to_owned(), day: 0, value } }
    }

    #[test]
    fn a_day_is_added_up() {
        let plan = Uuid::from_u128(1);
        let gateway = Uuid::from_u128(9);
        let (of_plan, through) = (format!("plan:{plan}"), format!("method:{gateway}"));
        let rows = [
            row(Figure::OrdersSold, "", 3),
            // What was folded, and what came since.
            row(Figure::OrdersSold, "", 1),
            row(Figure::OrdersSold, &of_plan, 3),
            row(Figure::OrdersSold, "plan:none", 1),
            row(Figure::OrdersSold, &through, 3),
            row(Figure::OrdersSold, "method:wallet", 1),
            row(Figure::Sold, &of_plan, 1500),
            row(Figure::Sold, "plan:none", 2000),
            row(Figure::Sold, &through, 3000),
            row(Figure::Sold, "method:wallet", 500),
            row(Figure::OrdersPaid, "kind:renewal", 1),
            row(Figure::OrdersPaid, "kind:trial", 4),
            row(Figure::OrdersPaid, "kind:given", 1),
            row(Figure::OrdersPaid, "kind:top_up", 3),
            row(Figure::ToppedUp, "", 9000),
            row(Figure::Revenue, "", 3300),
            row(Figure::Revenue, &of_plan, 1300),
            row(Figure::Refunds, "", 1),
            row(Figure::Refunded, "", 500),
            row(Figure::UsersNew, "", 7),
        ];
        let day = Sales::of(&rows, Currency::Usd);
        assert_eq!((day.orders, day.trials, day.renewals, day.given, day.new_users), (4, 4, 1, 1, 7));
        assert_eq!(day.revenue, usd(3300));
        let tally = |count, minor| Tally { count, sum: usd(minor) };
        assert_eq!((day.refunds, day.top_ups), (tally(1, 500), tally(3, 9000)));
        assert_eq!(day.by_plan, [(None, tally(1, 2000)), (Some(plan.into()), tally(3, 1500))]);
        assert_eq!(day.by_gateway, [(Some(gateway.into()), tally(3, 3000)), (None, tally(1, 500))]);
    }

    #[test]
    fn a_day_without_anything_is_a_day() {
        let day = Sales::of([], Currency::Irr);
        assert_eq!((day.orders, day.revenue), (0, Money::zero(Currency::Irr)));
        assert!(day.by_plan.is_empty() && day.by_gateway.is_empty());
    }
}
