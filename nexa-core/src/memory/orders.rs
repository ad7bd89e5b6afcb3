//! Orders, payments, movements, receipts, reserved amounts.

use super::{Unit, cut, limit};
use crate::{
    domain::{
        likeness::Likeness,
        money::{Currency, Money},
        order::{Order, OrderNumber},
        payment::{Movement, Payment, PaymentState, Slot},
        receipt::{Decision, Receipt},
    },
    error::Failure,
    ids::{GatewayId, Id, OrderId, PaymentId, ReceiptId, ShopId, SubscriptionId, UserId},
    ports::storage::{AmountLease, Inserted, Locked, OrderFilter, OrderReads, OrderWrites, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

/// Everything on the way from a wish to money.
#[derive(Clone, Default)]
pub(super) struct Desk {
    pub(super) orders: OrdMap<OrderId, Order>,
    keys: OrdMap<(ShopId, UserId, String), OrderId>,
    pub(super) payments: OrdMap<PaymentId, Payment>,
    references: OrdMap<(GatewayId, String), PaymentId>,
    pub(super) movements: OrdMap<(String, String), Movement>,
    pub(super) receipts: OrdMap<ReceiptId, Receipt>,
    leases: OrdMap<(String, Currency, i64), AmountLease>,
}

impl Desk {
    pub(super) fn all(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    pub(super) fn order(&self, shop: ShopId, id: OrderId) -> Option<&Order> {
        self.orders.get(&id).filter(|o| o.shop_id == shop)
    }

    pub(super) fn payment(&self, shop: ShopId, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id).filter(|p| p.shop_id == shop)
    }
}

impl Desk {
    /// Who holds an amount at a destination.
    pub(super) fn lease(&self, destination: &str, amount: Money) -> Option<&AmountLease> {
        self.leases.get(&(destination.to_owned(), amount.currency, amount.minor))
    }
}

#[async_trait]
impl OrderReads for Unit {
    async fn order(&mut self, shop: ShopId, id: OrderId) -> Result<Option<Order>, Failure> {
        Ok(self.state.orders.order(shop, id).cloned())
    }

    async fn order_by_key(
        &mut self,
        shop: ShopId,
        user: UserId,
        key: &str,
    ) -> Result<Option<Order>, Failure> {
        let orders = &self.state.orders;
        let id = orders.keys.get(&(shop, user, key.to_owned()));
        Ok(id.and_then(|id| orders.orders.get(id)).cloned())
    }

    async fn orders(&mut self, shop: ShopId, filter: OrderFilter, page: Page) -> Result<Vec<Order>, Failure> {
        let wanted = |o: &&Order| {
            o.shop_id == shop
                && filter.user.is_none_or(|user| o.user_id == user)
                && filter.state.is_none_or(|state| o.state == state)
                && (!filter.attention || o.attention.is_some())
        };
        Ok(cut(self.state.orders.orders.values().rev().filter(wanted).cloned(), page, |o| o.id))
    }

    async fn orders_of(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Order>, Failure> {
        let all = self.state.orders.orders.values().rev().filter(|o| o.shop_id == shop);
        let wanted = all.filter(|o| o.subscription_id() == Some(subscription));
        Ok(wanted.cloned().collect())
    }

    async fn kept_orders(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Order>, Failure> {
        let all = self.state.orders.orders.values();
        let kept = all.filter(|o| o.shop_id == shop && o.user_id == user && o.from_wallet && o.is_open());
        Ok(kept.cloned().collect())
    }

    async fn numbered_order(&mut self, shop: ShopId, number: OrderNumber) -> Result<Option<Order>, Failure> {
        let all = self.state.orders.orders.values().rev();
        Ok(all.filter(|o| o.shop_id == shop).find(|o| OrderNumber::of(o.id) == number).cloned())
    }

    async fn payment(&mut self, shop: ShopId, id: PaymentId) -> Result<Option<Payment>, Failure> {
        Ok(self.state.orders.payment(shop, id).cloned())
    }

    async fn payments(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Payment>, Failure> {
        let all = self.state.orders.payments.values().rev();
        Ok(all.filter(|p| p.shop_id == shop && p.order_id == order).cloned().collect())
    }

    async fn payment_by_reference(
        &mut self,
        gateway: GatewayId,
        reference: &str,
    ) -> Result<Option<Payment>, Failure> {
        let orders = &self.state.orders;
        let id = orders.references.get(&(gateway, reference.to_owned()));
        Ok(id.and_then(|id| orders.payments.get(id)).cloned())
    }

    async fn watched_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        now: Timestamp,
        page: Page,
    ) -> Result<Vec<Payment>, Failure> {
        let all = self.state.orders.payments.values();
        let ours = all.filter(|p| p.shop_id == shop && p.gateway_id == gateway);
        let watched = ours.filter(|p| p.watch_until >= now && p.state != PaymentState::Failed);
        let after = watched.filter(|p| page.before.is_none_or(|last| p.id.uuid() > last));
        Ok(after.take(limit(page)).cloned().collect())
    }

    async fn movements(&mut self, payment: PaymentId) -> Result<Vec<Movement>, Failure> {
        let all = self.state.orders.movements.values();
        let mut found: Vec<Movement> = all.filter(|m| m.payment_id == payment).cloned().collect();
        found.sort_by(|a, b| (a.seen_at, &a.family, &a.id).cmp(&(b.seen_at, &b.family, &b.id)));
        Ok(found)
    }

    async fn movement(&mut self, family: &str, id: &str) -> Result<Option<Movement>, Failure> {
        Ok(self.state.orders.movements.get(&(family.to_owned(), id.to_owned())).cloned())
    }

    async fn waiting_receipts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Receipt>, Failure> {
        let all = self.state.orders.receipts.values();
        let waiting = all.filter(|r| r.shop_id == shop && r.decision == Decision::Waiting);
        let after = waiting.filter(|r| page.before.is_none_or(|last| r.id.uuid() > last));
        Ok(after.take(limit(page)).cloned().collect())
    }

    async fn receipts(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Receipt>, Failure> {
        let all = self.state.orders.receipts.values().rev();
        Ok(all.filter(|r| r.shop_id == shop && r.payment_id == payment).cloned().collect())
    }

    async fn receipt(&mut self, shop: ShopId, id: ReceiptId) -> Result<Option<Receipt>, Failure> {
        Ok(self.state.orders.receipts.get(&id).filter(|r| r.shop_id == shop).cloned())
    }

    async fn count_receipts(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<u32, Failure> {
        let orders = &self.state.orders;
        let all = orders.receipts.values().filter(|r| r.shop_id == shop && r.created_at >= since);
        let by_user = all.filter(|r| orders.payment(shop, r.payment_id).is_some_and(|p| p.user_id == user));
        Ok(u32::try_from(by_user.count()).unwrap_or(u32::MAX))
    }

    async fn receipt_seen(&mut self, shop: ShopId, digest: &str, not: PaymentId) -> Result<bool, Failure> {
        let mut all = self.state.orders.receipts.values();
        Ok(all.any(|r| r.shop_id == shop && r.digest == digest && r.payment_id != not))
    }

    async fn likenesses(
        &mut self,
        shop: ShopId,
        not: PaymentId,
        limit: u32,
    ) -> Result<Vec<Likeness>, Failure> {
        let all = self.state.orders.receipts.values().rev();
        let others = all.filter(|r| r.shop_id == shop && r.payment_id != not);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(others.take(most).map(|r| r.likeness.clone()).collect())
    }

    async fn decided_receipts(&mut self, shop: ShopId, user: UserId) -> Result<(u32, u32), Failure> {
        let desk = &self.state.orders;
        let own = |r: &&Receipt| desk.payment(shop, r.payment_id).is_some_and(|p| p.user_id == user);
        let mut counts = (0, 0);
        for receipt in desk.receipts.values().filter(own) {
            match receipt.decision {
                Decision::Waiting => {}
                Decision::Accepted => counts.0 += 1,
                Decision::Rejected(_) => counts.1 += 1,
            }
        }
        Ok(counts)
    }

    async fn leased_sum(&mut self, destination: &str, since: Timestamp) -> Result<i64, Failure> {
        let all = self.state.orders.payments.values();
        let here = all.filter(|p| matches!(&p.slot, Some(Slot::Destination(key)) if key == destination));
        let counted = here.filter(|p| p.created_at >= since && (p.is_open() || p.is_paid()));
        let sum: i128 = counted.map(|p| i128::from(p.due.minor)).sum();
        i64::try_from(sum).map_err(|_| self.fail("a sum is too large"))
    }
}

#[async_trait]
impl OrderWrites for Unit {
    async fn insert_order(&mut self, order: &Order) -> Result<Inserted, Failure> {
        self.require_user(order.shop_id, order.user_id)?;
        if let Some(key) = &order.key {
            let key = (order.shop_id, order.user_id, key.clone());
            if self.state.orders.keys.contains_key(&key) {
                return Ok(Inserted::Taken);
            }
            self.state.orders.keys.insert(key, order.id);
        }
        let new = !self.state.orders.orders.contains_key(&order.id);
        self.require(new, "this order exists")?;
        self.state.orders.orders.insert(order.id, order.clone());
        Ok(Inserted::New)
    }

    async fn lock_order(&mut self, shop: ShopId, id: OrderId) -> Result<Option<Locked<Order>>, Failure> {
        self.locks.order(id)?;
        Ok(self.state.orders.order(shop, id).cloned().map(Locked::held_by_storage))
    }

    async fn save_order(&mut self, order: Locked<Order>) -> Result<(), Failure> {
        let order = order.into_inner();
        let there = self.state.orders.order(order.shop_id, order.id).is_some();
        self.require(there, "no such order")?;
        self.state.orders.orders.insert(order.id, order);
        Ok(())
    }

    async fn insert_payment(&mut self, payment: &Payment) -> Result<(), Failure> {
        let orders = &self.state.orders;
        let order_ok = orders.order(payment.shop_id, payment.order_id).is_some();
        let new = !orders.payments.contains_key(&payment.id);
        self.require(order_ok, "no such order in this shop")?;
        self.require(new, "this payment exists")?;
        self.put_payment(payment.clone())
    }

    async fn lock_payment(
        &mut self,
        shop: ShopId,
        id: PaymentId,
    ) -> Result<Option<Locked<Payment>>, Failure> {
        self.locks.payment();
        Ok(self.state.orders.payment(shop, id).cloned().map(Locked::held_by_storage))
    }

    async fn save_payment(&mut self, payment: Locked<Payment>) -> Result<(), Failure> {
        let there = self.state.orders.payment(payment.shop_id, payment.id).is_some();
        self.require(there, "no such payment")?;
        self.put_payment(payment.into_inner())
    }

    async fn save_movement(&mut self, movement: &Movement) -> Result<Inserted, Failure> {
        let orders = &self.state.orders;
        let there = orders.payments.contains_key(&movement.payment_id);
        let key = (movement.family.clone(), movement.id.clone());
        let other = orders.movements.get(&key).is_some_and(|m| m.payment_id != movement.payment_id);
        self.require(there, "no such payment")?;
        if other {
            return Ok(Inserted::Taken);
        }
        self.state.orders.movements.insert(key, movement.clone());
        Ok(Inserted::New)
    }

    async fn lease_amount(&mut self, lease: &AmountLease, now: Timestamp) -> Result<Inserted, Failure> {
        let key = (lease.destination.clone(), lease.amount.currency, lease.amount.minor);
        let leases = &mut self.state.orders.leases;
        if leases.get(&key).is_some_and(|held| held.until > now && held.payment != lease.payment) {
            return Ok(Inserted::Taken);
        }
        leases.insert(key, lease.clone());
        Ok(Inserted::New)
    }

    async fn keep_amount(&mut self, payment: PaymentId, until: Timestamp) -> Result<(), Failure> {
        let leases = &mut self.state.orders.leases;
        let held: Vec<_> = leases
            .iter()
            .filter(|(_, l)| l.payment == payment)
            .map(|(k, l)| (k.clone(), l.clone()))
            .collect();
        for (key, lease) in held {
            leases.insert(key, AmountLease { until, ..lease });
        }
        Ok(())
    }

    async fn insert_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure> {
        let there = self.state.orders.payment(receipt.shop_id, receipt.payment_id).is_some();
        let new = !self.state.orders.receipts.contains_key(&receipt.id);
        self.require(there, "no such payment in this shop")?;
        self.require(new, "this receipt exists")?;
        self.state.orders.receipts.insert(receipt.id, receipt.clone());
        Ok(())
    }

    async fn blank_receipts(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let desk = &self.state.orders;
        let own = |r: &&Receipt| desk.payment(shop, r.payment_id).is_some_and(|p| p.user_id == user);
        let own: Vec<Receipt> = desk.receipts.values().filter(own).cloned().collect();
        let count = u64::try_from(own.len()).unwrap_or(u64::MAX);
        for receipt in own {
            let blank = Receipt { picture_sealed: String::new(), note: String::new(), ..receipt };
            self.state.orders.receipts.insert(blank.id, blank);
        }
        Ok(count)
    }

    async fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure> {
        let kept = self.state.orders.receipts.get(&receipt.id).filter(|r| r.shop_id == receipt.shop_id);
        let Some(kept) = kept.cloned() else { return Err(self.fail("no such receipt")) };
        let decided = Receipt { decision: receipt.decision, ..kept };
        self.state.orders.receipts.insert(receipt.id, decided);
        Ok(())
    }
}

impl Unit {
    fn put_payment(&mut self, payment: Payment) -> Result<(), Failure> {
        if let Some(reference) = &payment.reference {
            let key = (payment.gateway_id, reference.clone());
            let free = self.state.orders.references.get(&key).is_none_or(|id| *id == payment.id);
            self.require(free, "another payment has this reference")?;
            self.state.orders.references.insert(key, payment.id);
        }
        self.state.orders.payments.insert(payment.id, payment);
        Ok(())
    }
}
