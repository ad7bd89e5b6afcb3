//! What was sold in a span of time.

use super::Unit;
use crate::{
    domain::{
        ledger::Account,
        payment::PaymentState,
        sales::{Cause, Moved, Sold},
        user::Role,
    },
    error::Failure,
    ids::ShopId,
    ports::storage::SalesReads,
};
use async_trait::async_trait;
use jiff::Timestamp;

impl Unit {
    fn total(
        &mut self,
        sum: Result<crate::domain::money::Money, crate::domain::refusal::Refusal>,
    ) -> Result<crate::domain::money::Money, Failure> {
        sum.map_err(|_| self.fail("a sum is too large"))
    }
}

#[async_trait]
impl SalesReads for Unit {
    async fn sold(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Sold>, Failure> {
        let desk = self.state.orders.clone();
        let within = |at: Timestamp| from <= at && at < to;
        let paid = desk.orders.values().filter(|o| o.shop_id == shop && o.paid_at.is_some_and(within));
        let mut groups: Vec<Sold> = Vec::new();
        for order in paid {
            let full = |state| matches!(state, PaymentState::Paid | PaymentState::Overpaid);
            let mut payments = desk.payments.values().rev();
            let gateway = payments.find(|p| p.order_id == order.id && full(p.state)).map(|p| p.gateway_id);
            let (what, plan) = (order.kind.what(), order.plan_id());
            let one = Sold { what, plan, gateway, count: 1, sum: order.price };
            let same = |g: &&mut Sold| (g.what, g.plan, g.gateway) == (what, plan, gateway);
            match groups.iter_mut().find(same) {
                Some(group) => {
                    *group = Sold {
                        count: group.count.saturating_add(1),
                        sum: self.total(group.sum.plus(one.sum))?,
                        ..one
                    };
                }
                None => groups.push(one),
            }
        }
        let word = |of: &Sold| serde_json::to_string(&of.what).unwrap_or_default();
        groups.sort_by_key(|g| (word(g), g.plan, g.gateway));
        Ok(groups)
    }

    async fn revenue(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Moved>, Failure> {
        let books = self.state.books.clone();
        let within = |at: Timestamp| from <= at && at < to;
        let mut groups: Vec<Moved> = Vec::new();
        for journal in books.journals.values().filter(|j| j.shop_id == shop && within(j.at)) {
            let cause = match journal.cause.split(':').next() {
                Some("refund" | "wholesale-back") => Cause::Refund,
                Some("change") => Cause::Change,
                _ => Cause::Sale,
            };
            for entry in journal.entries().iter().filter(|e| e.account == Account::Revenue) {
                let same = |g: &&mut Moved| g.cause == cause && g.sum.currency == entry.amount.currency;
                match groups.iter_mut().find(same) {
                    Some(group) => {
                        let sum = self.total(group.sum.plus(entry.amount))?;
                        *group = Moved { cause, count: group.count.saturating_add(1), sum };
                    }
                    None => groups.push(Moved { cause, count: 1, sum: entry.amount }),
                }
            }
        }
        let word = |of: &Moved| serde_json::to_string(&of.cause).unwrap_or_default();
        groups.sort_by_key(word);
        Ok(groups)
    }

    async fn count_new_users(
        &mut self,
        shop: ShopId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u32, Failure> {
        let all = self.state.people.users.values().filter(|u| u.shop_id == shop && u.role == Role::Customer);
        let new = all.filter(|u| from <= u.created_at && u.created_at < to);
        Ok(u32::try_from(new.count()).unwrap_or(u32::MAX))
    }
}
