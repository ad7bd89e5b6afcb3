//! What came in, and what still has to be looked at.

use super::{
    deposit::Deposit,
    money::{Currency, Money},
    order::Order,
    payment::{Movement, Observation, Payment},
    receipt::Receipt,
    refusal::Refusal,
};
use crate::ids::GatewayId;
use std::collections::BTreeMap;

/// A confirmed transfer, and through which gateway it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Through which gateway.
    pub gateway_id: GatewayId,
    /// The transfer.
    pub movement: Movement,
}

/// So many transfers, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Total {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub sum: Money,
}

/// What came through one gateway in a span of time, beside what the provider lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// What we hold.
    pub ours: Total,
    /// What the provider lists.
    pub theirs: Total,
    /// Transfers that only we know.
    pub only_ours: Vec<String>,
    /// Transfers that only the provider knows.
    pub only_theirs: Vec<String>,
    /// Transfers that both know, with different amounts.
    pub differ: Vec<String>,
}

/// What transfers of one asset come to.
pub fn total<'a>(asset: Currency, amounts: impl IntoIterator<Item = &'a Money>) -> Result<Total, Refusal> {
    let none = Total { count: 0, sum: Money::zero(asset) };
    amounts.into_iter().try_fold(none, |all, amount| {
        Ok(Total { count: all.count.saturating_add(1), sum: all.sum.plus(*amount)? })
    })
}

/// Our transfers beside the provider's.
pub fn compare(asset: Currency, ours: &[Movement], theirs: &[Observation]) -> Result<Comparison, Refusal> {
    let held: BTreeMap<&str, &Money> = ours.iter().map(|m| (m.id.as_str(), &m.amount)).collect();
    let listed: BTreeMap<&str, &Money> = theirs.iter().map(|o| (o.movement.as_str(), &o.amount)).collect();
    let missing = |of: &BTreeMap<&str, &Money>, from: &BTreeMap<&str, &Money>| {
        of.keys().filter(|id| !from.contains_key(**id)).map(|id| (*id).to_owned()).collect()
    };
    let differ = held.iter().filter(|(id, amount)| listed.get(**id).is_some_and(|other| other != *amount));
    Ok(Comparison {
        ours: total(asset, held.values().copied())?,
        theirs: total(asset, listed.values().copied())?,
        only_ours: missing(&held, &listed),
        only_theirs: missing(&listed, &held),
        differ: differ.map(|(id, _)| (*id).to_owned()).collect(),
    })
}

/// Something that has not come to an end by itself, and should have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unresolved {
    /// A payment that was never opened, is short, on its way for long, or in doubt.
    Payment(Payment),
    /// An order that was paid and not fulfilled, is being taken back for long, or needs attention.
    Order(Order),
    /// A receipt that nobody has decided on.
    Receipt(Receipt),
    /// A deposit that nobody has given to a payment.
    Deposit(Deposit),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::payment::Finality;
    use jiff::Timestamp;
    use uuid::Uuid;

    fn ours(id: &str, minor: i64) -> Movement {
        Movement {
            family: "stars".into(),
            id: id.into(),
            payment_id: Uuid::nil().into(),
            amount: Money::new(minor, Currency::Xtr),
            raw: minor.to_string(),
            finality: Finality::Confirmed,
            anchor: None,
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn theirs(id: &str, minor: i64) -> Observation {
        Observation {
            reference: "r".into(),
            family: "stars".into(),
            movement: id.into(),
            amount: Money::new(minor, Currency::Xtr),
            raw: minor.to_string(),
            finality: Finality::Confirmed,
            anchor: None,
            occurred_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_differs_is_named() {
        let held = [ours("a", 1), ours("b", 2), ours("c", 3)];
        let listed = [theirs("a", 1), theirs("b", 5), theirs("d", 7)];
        let seen = compare(Currency::Xtr, &held, &listed).unwrap();
        let sum = |count, minor| Total { count, sum: Money::new(minor, Currency::Xtr) };
        assert_eq!((seen.ours, seen.theirs), (sum(3, 6), sum(3, 13)));
        assert_eq!(
            (seen.only_ours, seen.only_theirs, seen.differ),
            (vec!["c".to_owned()], vec!["d".to_owned()], vec!["b".to_owned()])
        );
        let same = compare(Currency::Xtr, &held, &[theirs("c", 3), theirs("b", 2), theirs("a", 1)]).unwrap();
        assert_eq!(same.ours, same.theirs);
        assert!(same.only_ours.is_empty() && same.only_theirs.is_empty() && same.differ.is_empty());
    }

    #[test]
    fn what_is_listed_twice_counts_once() {
        let seen = compare(Currency::Xtr, &[ours("a", 1)], &[theirs("a", 1), theirs("a", 1)]).unwrap();
        assert_eq!(seen.ours, seen.theirs);
    }

    #[test]
    fn assets_do_not_mix() {
        assert!(compare(Currency::Btc, &[ours("a", 1)], &[]).is_err());
    }
}
