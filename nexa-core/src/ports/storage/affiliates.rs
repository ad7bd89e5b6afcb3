//! Commissions and withdrawals.

use super::{
    Inserted, Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        commission::{Affiliate, Commission, CommissionCount, CommissionState, Crowd, Pinned},
        money::{Currency, Money},
        withdrawal::{Withdrawal, WithdrawalState},
    },
    error::Failure,
    ids::{CommissionId, OrderId, ShopId, UserId, WithdrawalId},
};
use jiff::Timestamp;

/// Which commissions.
#[derive(Clone, Copy, Default, Debug)]
pub struct CommissionFilter {
    /// Of this user only.
    pub user: Option<UserId>,
    /// In this state only.
    pub state: Option<CommissionState>,
}

/// Which withdrawals.
#[derive(Clone, Copy, Default, Debug)]
pub struct WithdrawalFilter {
    /// Of this user only.
    pub user: Option<UserId>,
    /// In this state only.
    pub state: Option<WithdrawalState>,
}

reads! {
/// Reads of commissions and withdrawals.
pub trait AffiliateReads {
    /// What an order pays to those who brought its user; none when nothing was given when it was placed.
    async fn pinned(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Pinned>, Failure>;
    /// One commission.
    async fn commission(&mut self, shop: ShopId, id: CommissionId) -> Result<Option<Commission>, Failure>;
    /// What an order brought, the first level first.
    async fn commissions_of(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Commission>, Failure>;
    /// Commissions, newest first.
    async fn commissions(
        &mut self,
        shop: ShopId,
        filter: CommissionFilter,
        page: Page,
    ) -> Result<Vec<Commission>, Failure>;
    /// Commissions of a user of which more was paid than is not void, and not all of that taken back; the oldest first, at
    /// most [`Page::MOST`].
    async fn overpaid(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Commission>, Failure>;
    /// What a user's commissions come to.
    async fn commission_count(&mut self, shop: ShopId, user: UserId) -> Result<CommissionCount, Failure>;
    /// What is known about those whom a user brought; `lately` is since then.
    async fn crowd(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<Crowd, Failure>;
    /// How much of a user's wallet is commission money.
    async fn earnings(&mut self, shop: ShopId, user: UserId, currency: Currency) -> Result<Money, Failure>;
    /// Whoever brings customers: those first who earned most money, then most days, then who brought most; at most so many.
    async fn affiliates(&mut self, shop: ShopId, most: u32) -> Result<Vec<Affiliate>, Failure>;
    /// One withdrawal.
    async fn withdrawal(&mut self, shop: ShopId, id: WithdrawalId) -> Result<Option<Withdrawal>, Failure>;
    /// Withdrawals, newest first.
    async fn withdrawals(
        &mut self,
        shop: ShopId,
        filter: WithdrawalFilter,
        page: Page,
    ) -> Result<Vec<Withdrawal>, Failure>;
}
}

writes! {
/// Writes of commissions and withdrawals.
pub trait AffiliateWrites {
    /// Notes what an order pays, and then what it is counted from.
    async fn save_pinned(&mut self, pinned: &Pinned) -> Result<(), Failure>;
    /// Adds a commission; `Taken` when its order has one of its level.
    async fn insert_commission(&mut self, commission: &Commission) -> Result<Inserted, Failure>;
    /// Holds a commission.
    async fn lock_commission(
        &mut self,
        shop: ShopId,
        id: CommissionId,
    ) -> Result<Option<Locked<Commission>>, Failure>;
    /// Replaces what became of it; whose it is, of what and how much stays.
    async fn save_commission(&mut self, commission: Locked<Commission>) -> Result<(), Failure>;
    /// Notes how much of a user's wallet is commission money.
    async fn save_earnings(&mut self, shop: ShopId, user: UserId, earned: Money) -> Result<(), Failure>;
    /// Adds a withdrawal.
    async fn insert_withdrawal(&mut self, withdrawal: &Withdrawal) -> Result<(), Failure>;
    /// Holds a withdrawal.
    async fn lock_withdrawal(
        &mut self,
        shop: ShopId,
        id: WithdrawalId,
    ) -> Result<Option<Locked<Withdrawal>>, Failure>;
    /// Replaces its destination, its state, its note and when it was decided on; nothing else of it changes.
    async fn save_withdrawal(&mut self, withdrawal: Locked<Withdrawal>) -> Result<(), Failure>;
}
}
