//! Deposits.

use super::{Unit, cut, cut_oldest_first};
use crate::{
    domain::{
        deposit::{Deposit, DepositState},
        money::Money,
        payment::{Payment, PaymentState},
    },
    error::Failure,
    ids::{DepositId, GatewayId, PaymentId, ShopId},
    ports::storage::{DepositReads, DepositWrites, Inserted, OrderReads as _, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

#[derive(Clone, Default)]
pub(super) struct Deposits {
    rows: OrdMap<DepositId, Deposit>,
}

#[async_trait]
impl DepositReads for Unit {
    async fn deposit(&mut self, shop: ShopId, id: DepositId) -> Result<Option<Deposit>, Failure> {
        Ok(self.state.deposits.rows.get(&id).filter(|d| d.shop_id == shop).cloned())
    }

    async fn waiting_deposits(&mut self, shop: ShopId, page: Page) -> Result<Vec<Deposit>, Failure> {
        let all = self.state.deposits.rows.values();
        let waiting = all.filter(|d| d.shop_id == shop && d.state == DepositState::Waiting).cloned();
        Ok(cut_oldest_first(waiting, page, |d| d.id))
    }

    async fn unpaid_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        page: Page,
    ) -> Result<Vec<Payment>, Failure> {
        let unpaid = |p: &&Payment| {
            let waits = p.is_open() || matches!(p.state, PaymentState::Expired);
            p.shop_id == shop && p.gateway_id == gateway && waits && p.state != PaymentState::Created
        };
        Ok(cut(self.state.orders.payments.values().rev().filter(unpaid).cloned(), page, |p| p.id))
    }

    async fn has_deposit(&mut self, shop: ShopId, payment: PaymentId) -> Result<bool, Failure> {
        let matched = |d: &&Deposit| d.state == DepositState::Matched && d.payment_id == Some(payment);
        Ok(self.state.deposits.rows.values().filter(matched).any(|d| d.shop_id == shop))
    }

    async fn reserved_for(
        &mut self,
        destination: &str,
        amount: Money,
        now: Timestamp,
    ) -> Result<Option<PaymentId>, Failure> {
        Ok(self.state.orders.lease(destination, amount).filter(|l| l.until > now).map(|l| l.payment))
    }
}

#[async_trait]
impl DepositWrites for Unit {
    async fn insert_deposit(&mut self, deposit: &Deposit) -> Result<Inserted, Failure> {
        self.require_payment(deposit).await?;
        let mut all = self.state.deposits.rows.values();
        if all.any(|d| d.family == deposit.family && d.movement == deposit.movement) {
            return Ok(Inserted::Taken);
        }
        self.state.deposits.rows.insert(deposit.id, deposit.clone());
        Ok(Inserted::New)
    }

    async fn save_deposit(&mut self, deposit: &Deposit) -> Result<(), Failure> {
        self.require_payment(deposit).await?;
        let kept = self.deposit(deposit.shop_id, deposit.id).await?;
        let Some(kept) = kept else { return Err(self.fail("no such deposit")) };
        let (state, payment_id) = (deposit.state, deposit.payment_id);
        self.state.deposits.rows.insert(deposit.id, Deposit { state, payment_id, ..kept });
        Ok(())
    }
}

impl Unit {
    async fn require_payment(&mut self, deposit: &Deposit) -> Result<(), Failure> {
        let matched = deposit.state == DepositState::Matched;
        self.require(!matched || deposit.payment_id.is_some(), "a matched deposit has a payment")?;
        let Some(payment) = deposit.payment_id else { return Ok(()) };
        let there = self.payment(deposit.shop_id, payment).await?.is_some();
        self.require(there, "no such payment in this shop")
    }
}
