//! What waits in all shops together.

use super::Unit;
use crate::{
    domain::{
        gauge::Pile, job::JobState, money::Currency, order::OrderState, payment::PaymentState, rate::Origin,
    },
    error::Failure,
    ids::ShopId,
    ports::storage::GaugeReads,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// An enum's one word, as rows hold it.
fn word(of: impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn piles(rows: impl Iterator<Item = (String, Timestamp)>, most: u32) -> Vec<Pile> {
    let mut piles: BTreeMap<String, Pile> = BTreeMap::new();
    for (of, since) in rows.take(usize::try_from(most).unwrap_or(usize::MAX)) {
        let pile = piles.entry(of.clone()).or_insert(Pile { of, count: 0, since });
        pile.count += 1;
        pile.since = pile.since.min(since);
    }
    piles.into_values().collect()
}

impl Unit {
    fn jobs_in(&self, state: JobState) -> Vec<(String, Timestamp)> {
        let all = self.state.queue.every().filter(|job| job.state == state);
        let mut all: Vec<_> = all.map(|job| (job.run_at, job.id, job.job.name())).collect();
        all.sort();
        all.into_iter().map(|(at, _, name)| (name.to_owned(), at)).collect()
    }
}

#[async_trait]
impl GaugeReads for Unit {
    async fn due_jobs(&mut self, now: Timestamp, most: u32) -> Result<Vec<Pile>, Failure> {
        let ready = self.jobs_in(JobState::Ready).into_iter();
        Ok(piles(ready.filter(|(_, at)| *at <= now), most))
    }

    async fn given_up_jobs(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        Ok(piles(self.jobs_in(JobState::Poison).into_iter(), most))
    }

    async fn piled_payments(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let waits = |state: PaymentState| {
            matches!(
                state,
                PaymentState::Created
                    | PaymentState::Seen
                    | PaymentState::Underpaid
                    | PaymentState::Disputed
                    | PaymentState::Refunding
                    | PaymentState::NeedsReview
            )
        };
        let all = self.state.orders.payments.values().filter(|payment| waits(payment.state));
        Ok(piles(all.map(|payment| (word(payment.state), payment.created_at)), most))
    }

    async fn piled_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let waits = |state: OrderState| matches!(state, OrderState::Paid | OrderState::Refunding);
        let all = self.state.orders.all().filter(|order| waits(order.state));
        Ok(piles(all.map(|order| (word(order.state), order.paid_at.unwrap_or(order.created_at))), most))
    }

    async fn flagged_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let all =
            self.state.orders.all().filter_map(|order| Some((word(order.attention?), order.created_at)));
        Ok(piles(all, most))
    }

    async fn newest_rates(&mut self) -> Result<Vec<(Currency, Timestamp)>, Failure> {
        let mut newest: BTreeMap<&'static str, (Currency, Timestamp)> = BTreeMap::new();
        for ((shop, code), rate) in &self.state.catalogue.rates {
            let automatic = self.state.people.shops.get(shop).is_some_and(|shop| shop.automatic_rates);
            if automatic && matches!(rate.origin, Origin::Market { .. }) {
                let known = newest.entry(code).or_insert((rate.asset, rate.set_at));
                known.1 = known.1.max(rate.set_at);
            }
        }
        Ok(newest.into_values().collect())
    }

    async fn ledger_sums(&mut self) -> Result<Vec<(Currency, i64)>, Failure> {
        let mut sums: BTreeMap<(&'static str, ShopId), (Currency, i64)> = BTreeMap::new();
        for ((shop, _, currency), minor) in &self.state.books.balances {
            let sum = sums.entry((currency.code(), *shop)).or_insert((*currency, 0));
            sum.1 = sum.1.saturating_add(*minor);
        }
        let mut off: BTreeMap<&'static str, (Currency, i64)> = BTreeMap::new();
        for ((code, _), (currency, sum)) in sums {
            let of = off.entry(code).or_insert((currency, 0));
            of.1 = of.1.saturating_add(sum.abs());
        }
        Ok(off.into_values().collect())
    }
}
