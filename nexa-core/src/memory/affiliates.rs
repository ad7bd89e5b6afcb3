//! Commissions and withdrawals.

use super::{Unit, cut};
use crate::{
    domain::{
        commission::{
            Affiliate, Commission, CommissionCount, CommissionState, Crowd, Level, Pinned, RewardDays,
        },
        money::{Currency, Money},
        withdrawal::Withdrawal,
    },
    error::Failure,
    ids::{CommissionId, OrderId, ShopId, UserId, WithdrawalId},
    ports::storage::{
        AffiliateReads, AffiliateWrites, CommissionFilter, Inserted, Locked, Page, WithdrawalFilter,
    },
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

#[derive(Clone, Default)]
pub(super) struct Affiliates {
    pinned: OrdMap<(ShopId, OrderId), Pinned>,
    commissions: OrdMap<CommissionId, Commission>,
    earnings: OrdMap<(ShopId, UserId, Currency), i64>,
    withdrawals: OrdMap<WithdrawalId, Withdrawal>,
}

impl Affiliates {
    fn of(&self, shop: ShopId) -> impl DoubleEndedIterator<Item = &Commission> {
        self.commissions.values().filter(move |c| c.shop_id == shop)
    }

    /// What others get for these users.
    pub(super) fn brought_by(&self, shop: ShopId, users: &BTreeSet<UserId>) -> i64 {
        let all = self.of(shop).filter(|c| c.state != CommissionState::Refused);
        let theirs = all.filter(|c| users.contains(&c.invited_id));
        theirs.map(|c| c.amount.minor - c.reversed.minor).sum()
    }

    fn has(&self, shop: ShopId, order: OrderId, level: Level) -> bool {
        self.of(shop).any(|c| c.order_id == order && c.level == level)
    }
}

fn add(to: &mut CommissionCount, of: &Commission) {
    let days = of.days.map_or(0, RewardDays::due);
    match of.state {
        CommissionState::Pending | CommissionState::Held => {
            to.pending += of.amount.minor - of.reversed.minor;
            to.days_pending += days;
        }
        CommissionState::Matured => to.days_given += days,
        CommissionState::Refused | CommissionState::Reversed => {}
    }
    to.matured += of.paid.minor - of.back.minor;
    to.reversed += if of.state == CommissionState::Refused { of.amount.minor } else { of.reversed.minor };
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[async_trait]
impl AffiliateReads for Unit {
    async fn pinned(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Pinned>, Failure> {
        Ok(self.state.affiliates.pinned.get(&(shop, order)).cloned())
    }

    async fn commission(&mut self, shop: ShopId, id: CommissionId) -> Result<Option<Commission>, Failure> {
        Ok(self.state.affiliates.commissions.get(&id).filter(|c| c.shop_id == shop).cloned())
    }

    async fn commissions_of(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Commission>, Failure> {
        let all = self.state.affiliates.of(shop).filter(|c| c.order_id == order);
        let mut found: Vec<Commission> = all.cloned().collect();
        found.sort_by_key(|c| c.level);
        Ok(found)
    }

    async fn commissions(
        &mut self,
        shop: ShopId,
        filter: CommissionFilter,
        page: Page,
    ) -> Result<Vec<Commission>, Failure> {
        let all = self.state.affiliates.of(shop).rev().filter(|c| {
            filter.user.is_none_or(|user| c.user_id == user)
                && filter.state.is_none_or(|state| c.state == state)
        });
        Ok(cut(all.cloned(), page, |c| c.id))
    }

    async fn overpaid(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Commission>, Failure> {
        let lacks = |c: &&Commission| {
            c.user_id == user && c.paid.minor - c.back.minor > c.amount.minor - c.reversed.minor
        };
        let most = usize::try_from(Page::MOST).unwrap_or(usize::MAX);
        Ok(self.state.affiliates.of(shop).filter(lacks).take(most).cloned().collect())
    }

    async fn commission_count(&mut self, shop: ShopId, user: UserId) -> Result<CommissionCount, Failure> {
        let mut count = CommissionCount::default();
        for of in self.state.affiliates.of(shop).filter(|c| c.user_id == user) {
            add(&mut count, of);
        }
        Ok(count)
    }

    async fn crowd(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<Crowd, Failure> {
        let own = self.state.affiliates.of(shop).filter(|c| c.user_id == user && c.level == Level::First);
        let lately = small(own.filter(|c| c.made_at >= since).count());
        let brought = self.state.invites.referrals.values();
        let brought = brought.filter(|r| r.shop_id == shop && r.referrer_id == user && r.payout.is_some());
        let users = &self.state.people.users;
        let gone = brought.filter(|r| users.get(&(shop, r.user_id)).is_some_and(|u| u.blocked));
        Ok(Crowd { lately, gone: small(gone.count()) })
    }

    async fn earnings(&mut self, shop: ShopId, user: UserId, currency: Currency) -> Result<Money, Failure> {
        self.locks.earnings(user)?;
        let minor = self.state.affiliates.earnings.get(&(shop, user, currency)).copied().unwrap_or(0);
        Ok(Money::new(minor, currency))
    }

    async fn affiliates(&mut self, shop: ShopId, most: u32) -> Result<Vec<Affiliate>, Failure> {
        let mut found: BTreeMap<UserId, Affiliate> = BTreeMap::new();
        let fresh = |user_id| Affiliate { user_id, invited: 0, paying: 0, count: CommissionCount::default() };
        for of in self.state.invites.referrals.values().filter(|r| r.shop_id == shop) {
            let one = found.entry(of.referrer_id).or_insert_with(|| fresh(of.referrer_id));
            one.invited += 1;
            one.paying += u32::from(of.payout.is_some());
        }
        for of in self.state.affiliates.of(shop) {
            add(&mut found.entry(of.user_id).or_insert_with(|| fresh(of.user_id)).count, of);
        }
        let mut all: Vec<Affiliate> = found.into_values().collect();
        all.sort_by_key(|a| {
            let count = &a.count;
            (Reverse(count.matured), Reverse(count.days_given), Reverse(a.invited), a.user_id)
        });
        all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(all)
    }

    async fn withdrawal(&mut self, shop: ShopId, id: WithdrawalId) -> Result<Option<Withdrawal>, Failure> {
        Ok(self.state.affiliates.withdrawals.get(&id).filter(|w| w.shop_id == shop).cloned())
    }

    async fn withdrawals(
        &mut self,
        shop: ShopId,
        filter: WithdrawalFilter,
        page: Page,
    ) -> Result<Vec<Withdrawal>, Failure> {
        let all = self.state.affiliates.withdrawals.values().rev().filter(|w| {
            w.shop_id == shop
                && filter.user.is_none_or(|user| w.user_id == user)
                && filter.state.is_none_or(|state| w.state == state)
        });
        Ok(cut(all.cloned(), page, |w| w.id))
    }
}

#[async_trait]
impl AffiliateWrites for Unit {
    async fn save_pinned(&mut self, pinned: &Pinned) -> Result<(), Failure> {
        let key = (pinned.shop_id, pinned.order_id);
        let there = self.state.orders.all().any(|o| (o.shop_id, o.id) == key);
        self.require(there, "no such order in this shop")?;
        let terms = self.state.affiliates.pinned.get(&key).map_or(pinned.terms, |kept| kept.terms);
        self.state.affiliates.pinned.insert(key, Pinned { terms, ..pinned.clone() });
        Ok(())
    }

    async fn insert_commission(&mut self, of: &Commission) -> Result<Inserted, Failure> {
        self.require_user(of.shop_id, of.user_id)?;
        self.require_user(of.shop_id, of.invited_id)?;
        self.require(of.user_id != of.invited_id, "nobody earns by themselves")?;
        let there = self.state.orders.all().any(|o| (o.shop_id, o.id) == (of.shop_id, of.order_id));
        self.require(there, "no such order in this shop")?;
        if self.state.affiliates.has(of.shop_id, of.order_id, of.level) {
            return Ok(Inserted::Taken);
        }
        self.state.affiliates.commissions.insert(of.id, of.clone());
        Ok(Inserted::New)
    }

    async fn lock_commission(
        &mut self,
        shop: ShopId,
        id: CommissionId,
    ) -> Result<Option<Locked<Commission>>, Failure> {
        Ok(self.commission(shop, id).await?.map(Locked::held_by_storage))
    }

    async fn save_commission(&mut self, of: Locked<Commission>) -> Result<(), Failure> {
        let Some(kept) = self.commission(of.shop_id, of.id).await? else {
            return Err(self.fail("no such commission"));
        };
        let of = of.into_inner();
        let (reversed, paid, back) = (of.reversed, of.paid, of.back);
        let (state, reason, signs) = (of.state, of.reason, of.signs);
        let days = kept.days.zip(of.days).map(|(kept, of)| RewardDays { days: kept.days, ..of });
        let now = Commission { reversed, paid, back, days, state, signs, reason, ..kept };
        let bounded = |part: Money, of: Money| (0..=of.minor).contains(&part.minor);
        let sound = bounded(reversed, now.amount) && bounded(paid, now.amount) && bounded(back, paid);
        self.require(sound, "a commission out of bounds")?;
        let given = now.days.is_none_or(|days| {
            days.void <= days.days && days.to.is_some() == (state == CommissionState::Matured)
        });
        self.require(given, "days that nobody got, or more than there were")?;
        self.state.affiliates.commissions.insert(now.id, now);
        Ok(())
    }

    async fn save_earnings(&mut self, shop: ShopId, user: UserId, earned: Money) -> Result<(), Failure> {
        self.require_user(shop, user)?;
        self.require(earned.minor >= 0, "earnings below zero")?;
        self.state.affiliates.earnings.insert((shop, user, earned.currency), earned.minor);
        Ok(())
    }

    async fn insert_withdrawal(&mut self, of: &Withdrawal) -> Result<(), Failure> {
        self.require_user(of.shop_id, of.user_id)?;
        let new = !self.state.affiliates.withdrawals.contains_key(&of.id);
        self.require(new && of.amount.is_positive(), "this withdrawal exists, or is of nothing")?;
        self.state.affiliates.withdrawals.insert(of.id, of.clone());
        Ok(())
    }

    async fn lock_withdrawal(
        &mut self,
        shop: ShopId,
        id: WithdrawalId,
    ) -> Result<Option<Locked<Withdrawal>>, Failure> {
        Ok(self.withdrawal(shop, id).await?.map(Locked::held_by_storage))
    }

    async fn save_withdrawal(&mut self, of: Locked<Withdrawal>) -> Result<(), Failure> {
        let Some(kept) = self.withdrawal(of.shop_id, of.id).await? else {
            return Err(self.fail("no such withdrawal"));
        };
        let of = of.into_inner();
        let (state, note, decided_at) = (of.state, of.note, of.decided_at);
        let now = Withdrawal { destination_sealed: of.destination_sealed, state, note, decided_at, ..kept };
        self.state.affiliates.withdrawals.insert(now.id, now);
        Ok(())
    }
}
