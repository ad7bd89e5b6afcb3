//! Commissions and withdrawals, handed on like the rest.

use super::*;
use nexa_core::{
    domain::{
        commission::{Affiliate, Commission, CommissionCount, Crowd, Pinned},
        withdrawal::Withdrawal,
    },
    ids::{CommissionId, WithdrawalId},
    ports::storage::{AffiliateReads, AffiliateWrites, CommissionFilter, WithdrawalFilter},
};

delegate! { AffiliateReads {
    fn pinned(shop: ShopId, order: OrderId) -> Option<Pinned>;
    fn commission(shop: ShopId, id: CommissionId) -> Option<Commission>;
    fn commissions_of(shop: ShopId, order: OrderId) -> Vec<Commission>;
    fn commissions(shop: ShopId, filter: CommissionFilter, page: Page) -> Vec<Commission>;
    fn overpaid(shop: ShopId, user: UserId) -> Vec<Commission>;
    fn commission_count(shop: ShopId, user: UserId) -> CommissionCount;
    fn crowd(shop: ShopId, user: UserId, since: Timestamp) -> Crowd;
    fn earnings(shop: ShopId, user: UserId, currency: Currency) -> Money;
    fn affiliates(shop: ShopId, most: u32) -> Vec<Affiliate>;
    fn withdrawal(shop: ShopId, id: WithdrawalId) -> Option<Withdrawal>;
    fn withdrawals(shop: ShopId, filter: WithdrawalFilter, page: Page) -> Vec<Withdrawal>;
} {
} }
delegate! { AffiliateWrites {
    fn save_pinned(pinned: &Pinned) -> ();
    fn insert_commission(commission: &Commission) -> Inserted;
    fn lock_commission(shop: ShopId, id: CommissionId) -> Option<Locked<Commission>>;
    fn save_commission(commission: Locked<Commission>) -> ();
    fn save_earnings(shop: ShopId, user: UserId, earned: Money) -> ();
    fn insert_withdrawal(withdrawal: &Withdrawal) -> ();
    fn lock_withdrawal(shop: ShopId, id: WithdrawalId) -> Option<Locked<Withdrawal>>;
    fn save_withdrawal(withdrawal: Locked<Withdrawal>) -> ();
} {
} }
