//! What a shop sold on one day, from grouped rows to what its operator is shown.

use super::{
    money::{Currency, Money},
    order::What,
    refusal::Refusal,
};
use crate::ids::{GatewayId, PlanId};
use serde::{Deserialize, Serialize};

/// Orders that were paid, of one kind, one plan and one way to pay, counted and summed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sold {
    /// What they were for.
    pub what: What,
    /// Of which plan; none for packs and top-ups.
    pub plan: Option<PlanId>,
    /// Through which gateway the money came last; none when it was in the wallet already.
    pub gateway: Option<GatewayId>,
    /// How many.
    pub count: u32,
    /// Their prices together.
    pub sum: Money,
}

/// Why the revenue account moved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An order was paid.
    Sale,
    /// An order was taken back.
    Refund,
    /// A change of plan was worth more than the new plan.
    Change,
}

/// How far the revenue account moved for one cause; negative when it gave back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Why.
    pub cause: Cause,
    /// How often.
    pub count: u32,
    /// How far.
    pub sum: Money,
}

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
    /// The orders by the gateway through which they were paid, the greatest sum first; the wallet has none.
    pub by_gateway: Vec<(Option<GatewayId>, Tally)>,
}

impl Sales {
    /// Adds up what storage grouped.
    pub fn of(sold: &[Sold], moved: &[Moved], new_users: u32, currency: Currency) -> Result<Self, Refusal> {
        let none = Tally { count: 0, sum: Money::zero(currency) };
        let mut day = Self {
            orders: 0,
            revenue: none.sum,
            refunds: none,
            top_ups: none,
            new_users,
            trials: 0,
            renewals: 0,
            given: 0,
            by_plan: Vec::new(),
            by_gateway: Vec::new(),
        };
        for row in sold {
            match row.what {
                What::Trial => day.trials = day.trials.saturating_add(row.count),
                What::Given => day.given = day.given.saturating_add(row.count),
                // Nothing was sold.
                What::Adopted => {}
                What::TopUp => day.top_ups = day.top_ups.plus(row)?,
                What::New | What::Renewal | What::Change | What::Pack | What::Gift => {
                    day.orders = day.orders.saturating_add(row.count);
                    if row.what == What::Renewal {
                        day.renewals = day.renewals.saturating_add(row.count);
                    }
                    add(&mut day.by_plan, row.plan, row, none)?;
                    add(&mut day.by_gateway, row.gateway, row, none)?;
                }
            }
        }
        for step in moved {
            match step.cause {
                Cause::Sale | Cause::Change => day.revenue = day.revenue.plus(step.sum)?,
                Cause::Refund => {
                    let count = day.refunds.count.saturating_add(step.count);
                    day.refunds = Tally { count, sum: day.refunds.sum.minus(step.sum)? };
                }
            }
        }
        day.by_plan.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.sum.minor));
        day.by_gateway.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.sum.minor));
        Ok(day)
    }
}

impl Tally {
    fn plus(self, row: &Sold) -> Result<Self, Refusal> {
        Ok(Self { count: self.count.saturating_add(row.count), sum: self.sum.plus(row.sum)? })
    }
}

fn add<K: PartialEq>(to: &mut Vec<(K, Tally)>, key: K, row: &Sold, none: Tally) -> Result<(), Refusal> {
    match to.iter_mut().find(|(known, _)| *known == key) {
        Some((_, tally)) => *tally = tally.plus(row)?,
        None => to.push((key, none.plus(row)?)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    fn sold(what: What, plan: Option<u128>, gateway: Option<u128>, count: u32, minor: i64) -> Sold {
        let plan = plan.map(|id| Uuid::from_u128(id).into());
        let gateway = gateway.map(|id| Uuid::from_u128(id).into());
        Sold { what, plan, gateway, count, sum: usd(minor) }
    }

    #[test]
    fn a_day_is_added_up() {
        let rows = [
            sold(What::New, Some(1), Some(9), 2, 1000),
            sold(What::Renewal, Some(1), None, 1, 500),
            sold(What::Pack, None, Some(9), 1, 2000),
            sold(What::Trial, Some(2), None, 4, 0),
            sold(What::Given, Some(1), None, 1, 0),
            sold(What::TopUp, None, Some(9), 3, 9000),
        ];
        let moved = [
            Moved { cause: Cause::Sale, count: 4, sum: usd(3500) },
            Moved { cause: Cause::Change, count: 1, sum: usd(-200) },
            Moved { cause: Cause::Refund, count: 1, sum: usd(-500) },
        ];
        let day = Sales::of(&rows, &moved, 7, Currency::Usd).unwrap();
        assert_eq!((day.orders, day.trials, day.renewals, day.given, day.new_users), (4, 4, 1, 1, 7));
        assert_eq!(day.revenue, usd(3300));
        assert_eq!(day.refunds, Tally { count: 1, sum: usd(500) });
        assert_eq!(day.top_ups, Tally { count: 3, sum: usd(9000) });
        let plan = Some(Uuid::from_u128(1).into());
        let tally = |count, minor| Tally { count, sum: usd(minor) };
        assert_eq!(day.by_plan, [(None, tally(1, 2000)), (plan, tally(3, 1500))]);
        let gateway = Some(Uuid::from_u128(9).into());
        assert_eq!(day.by_gateway, [(gateway, tally(3, 3000)), (None, tally(1, 500))]);
    }

    #[test]
    fn a_day_without_anything_is_a_day() {
        let day = Sales::of(&[], &[], 0, Currency::Irr).unwrap();
        assert_eq!((day.orders, day.revenue), (0, Money::zero(Currency::Irr)));
        assert!(day.by_plan.is_empty() && day.by_gateway.is_empty());
    }
}
