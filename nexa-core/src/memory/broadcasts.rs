//! Broadcasts and their recipients.

use super::{State, Unit, bulks::is_selected, cut};
use crate::{
    domain::{
        broadcast::{Broadcast, RecipientState, Segment},
        measure::Traffic,
        order::{Order, What},
        subscription::{Subscription, SubscriptionState},
        time::{after, days},
        user::{IdentityKind, Role, User},
    },
    error::Failure,
    ids::{BroadcastId, ShopId, UserId},
    ports::storage::{BroadcastReads, BroadcastWrites, Locked, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct Broadcasts {
    rows: OrdMap<BroadcastId, Broadcast>,
    recipients: OrdMap<(BroadcastId, UserId), RecipientState>,
}

/// Whether a user is in a segment.
fn is_in(state: &State, user: &User, of: Segment, now: Timestamp) -> bool {
    let own = |s: &&Subscription| s.shop_id == user.shop_id && s.user_id == user.id;
    let held: Vec<&Subscription> = state.service.subscriptions.values().filter(own).collect();
    let active = |s: &Subscription| s.state == SubscriptionState::Active;
    let ends = |s: &Subscription, from, to| s.ends_at > from && s.ends_at <= to;
    let over = |s: &Subscription| matches!(s.state, SubscriptionState::Ended | SubscriptionState::Revoked);
    let orders = || state.orders.orders.values().filter(|o| o.user_id == user.id && o.paid_at.is_some());
    let sold = |o: &Order| !matches!(o.kind.what(), What::Trial | What::Given | What::TopUp | What::Adopted);
    let bought = || orders().any(sold);
    let member = match of {
        Segment::All => true,
        Segment::TrialOnly => orders().any(|o| o.kind.what() == What::Trial) && !bought(),
        Segment::NeverBought => !bought(),
        Segment::Active => held.iter().any(|s| active(s) && s.ends_at > now),
        Segment::Expiring => held.iter().any(|s| active(s) && ends(s, now, after(now, days(3)))),
        Segment::Ended => {
            let lately = |s: &&Subscription| {
                s.state == SubscriptionState::Ended && ends(s, after(now, -days(30)), now)
            };
            held.iter().any(lately) && !held.iter().any(|s| active(s))
        }
        Segment::NoSubscription => held.iter().all(|s| over(s)),
        Segment::Lapsed { days: ago } => {
            let ended = |s: &&&Subscription| s.state == SubscriptionState::Ended;
            let last = held.iter().filter(ended).map(|s| s.ends_at).max();
            held.iter().all(|s| over(s)) && last.is_some_and(|last| last <= after(now, -days(ago)))
        }
        Segment::NeverConnected => {
            held.iter().any(|s| active(s) && s.ends_at > now) && held.iter().all(|s| s.used == Traffic::ZERO)
        }
        Segment::Plan { plan } => held.iter().any(|s| active(s) && s.plan_id == plan),
        Segment::Group { group } => held.iter().any(|s| active(s) && s.group_id == group),
        Segment::Selected { selection } => held.iter().any(|s| is_selected(state, s, selection, now)),
        Segment::Language { locale } => {
            let shop = state.people.shops.get(&user.shop_id).map(|s| s.locale);
            user.locale.or(shop) == Some(locale)
        }
    };
    let hears = state.inbox.hears_news(user);
    let written_to = user.role == Role::Customer && !user.blocked && hears;
    member && written_to && state.people.has(user, IdentityKind::Telegram)
}

#[async_trait]
impl BroadcastReads for Unit {
    async fn broadcast(&mut self, shop: ShopId, id: BroadcastId) -> Result<Option<Broadcast>, Failure> {
        Ok(self.state.broadcasts.rows.get(&id).filter(|b| b.shop_id == shop).cloned())
    }

    async fn broadcasts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Broadcast>, Failure> {
        let all = self.state.broadcasts.rows.values().rev();
        Ok(cut(all.filter(|b| b.shop_id == shop).cloned(), page, |b| b.id))
    }

    async fn count_segment(&mut self, shop: ShopId, of: Segment, now: Timestamp) -> Result<u32, Failure> {
        let users = self.state.people.users.values().filter(|u| u.shop_id == shop);
        Ok(u32::try_from(users.filter(|u| is_in(&self.state, u, of, now)).count()).unwrap_or(u32::MAX))
    }

    async fn count_recipients(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
    ) -> Result<Vec<(RecipientState, u32)>, Failure> {
        let mut counts: BTreeMap<String, (RecipientState, u32)> = BTreeMap::new();
        if self.broadcast(shop, id).await?.is_some() {
            for (_, state) in self.state.broadcasts.recipients.iter().filter(|((of, _), _)| *of == id) {
                let word = serde_json::to_string(state).unwrap_or_default();
                counts.entry(word).or_insert((*state, 0)).1 += 1;
            }
        }
        Ok(counts.into_values().collect())
    }

    async fn pending_recipients(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
        limit: u32,
    ) -> Result<Vec<UserId>, Failure> {
        if self.broadcast(shop, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = self.state.broadcasts.recipients.iter();
        let pending = all.filter(|((of, _), state)| *of == id && **state == RecipientState::Pending);
        Ok(pending.map(|((_, user), _)| *user).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }
}

#[async_trait]
impl BroadcastWrites for Unit {
    async fn save_broadcast(&mut self, broadcast: &Broadcast) -> Result<(), Failure> {
        self.require_user(broadcast.shop_id, broadcast.operator)?;
        let known = self.state.broadcasts.rows.get(&broadcast.id);
        let same = known.is_none_or(|known| known.shop_id == broadcast.shop_id);
        self.require(same, "a broadcast of another shop")?;
        self.state.broadcasts.rows.insert(broadcast.id, broadcast.clone());
        Ok(())
    }

    async fn lock_broadcast(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
    ) -> Result<Option<Locked<Broadcast>>, Failure> {
        Ok(self.broadcast(shop, id).await?.map(Locked::held_by_storage))
    }

    async fn gather_recipients(
        &mut self,
        broadcast: &Broadcast,
        now: Timestamp,
        limit: u32,
    ) -> Result<Option<UserId>, Failure> {
        let there = self.broadcast(broadcast.shop_id, broadcast.id).await?.is_some();
        self.require(there, "no such broadcast")?;
        let all = self.state.people.users.values().filter(|u| u.shop_id == broadcast.shop_id);
        let behind = all.filter(|u| broadcast.cursor.is_none_or(|cursor| u.id > cursor));
        let slice: Vec<User> = behind.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect();
        for user in &slice {
            let key = (broadcast.id, user.id);
            if is_in(&self.state, user, broadcast.segment, now)
                && !self.state.broadcasts.recipients.contains_key(&key)
            {
                self.state.broadcasts.recipients.insert(key, RecipientState::Pending);
            }
        }
        Ok(slice.last().map(|user| user.id))
    }

    async fn save_recipient(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
        user: UserId,
        state: RecipientState,
    ) -> Result<(), Failure> {
        let there = self.broadcast(shop, id).await?.is_some()
            && self.state.broadcasts.recipients.contains_key(&(id, user));
        self.require(there, "no such recipient")?;
        self.state.broadcasts.recipients.insert((id, user), state);
        Ok(())
    }

    async fn retry_recipients(&mut self, shop: ShopId, id: BroadcastId) -> Result<u64, Failure> {
        if self.broadcast(shop, id).await?.is_none() {
            return Ok(0);
        }
        let all = self.state.broadcasts.recipients.iter();
        let failed = all.filter(|((of, _), state)| *of == id && **state == RecipientState::Failed);
        let failed: Vec<_> = failed.map(|(key, _)| *key).collect();
        let count = u64::try_from(failed.len()).unwrap_or(u64::MAX);
        for key in failed {
            self.state.broadcasts.recipients.insert(key, RecipientState::Pending);
        }
        Ok(count)
    }
}
