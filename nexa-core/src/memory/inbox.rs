//! Callbacks, answers, events, notices.

use super::{Unit, cut};
use crate::{
    domain::{event::Event, notice::NoticeRecord, push::PushTarget, reach::Reach, user::User},
    error::Failure,
    ids::{CallbackId, EventId, GatewayId, NoticeId, PushTargetId, ShopId, UserId},
    ports::storage::{Answer, CallbackRecord, InboxReads, InboxWrites, Inserted, Page},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;
use std::ops::Bound;

#[derive(Clone, Default)]
pub(super) struct Inbox {
    callbacks: OrdMap<CallbackId, CallbackRecord>,
    digests: OrdSet<(GatewayId, String)>,
    answers: OrdMap<(ShopId, String, String), Answer>,
    events: OrdMap<EventId, (ShopId, Event, Timestamp)>,
    notices: OrdMap<NoticeId, NoticeRecord>,
    push_targets: OrdMap<PushTargetId, PushTarget>,
    reaches: OrdMap<(ShopId, UserId), Reach>,
}

impl Inbox {
    /// Whether news may be sent to a user.
    pub(super) fn hears_news(&self, user: &User) -> bool {
        self.reaches.get(&(user.shop_id, user.id)).is_none_or(Reach::hears_news)
    }
}

impl Inbox {
    /// Events of a shop after this one, oldest first.
    pub(super) fn events_of(
        &self,
        shop: ShopId,
        after: Option<EventId>,
    ) -> impl Iterator<Item = (EventId, Event, Timestamp)> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let newer = self.events.range((start, Bound::Unbounded)).filter(move |(_, (of, _, _))| *of == shop);
        newer.map(|(id, (_, event, at))| (*id, event.clone(), *at))
    }
}

#[async_trait]
impl InboxReads for Unit {
    async fn callback(&mut self, id: CallbackId) -> Result<Option<CallbackRecord>, Failure> {
        Ok(self.state.inbox.callbacks.get(&id).cloned())
    }

    async fn answer(&mut self, shop: ShopId, owner: &str, key: &str) -> Result<Option<Answer>, Failure> {
        Ok(self.state.inbox.answers.get(&(shop, owner.to_owned(), key.to_owned())).cloned())
    }

    async fn notices(
        &mut self,
        shop: ShopId,
        user: UserId,
        page: Page,
    ) -> Result<Vec<NoticeRecord>, Failure> {
        let all = self.state.inbox.notices.values().rev();
        let own = all.filter(|n| n.shop_id == shop && n.user_id == user);
        Ok(cut(own.cloned(), page, |n| n.id))
    }

    async fn notice(&mut self, shop: ShopId, id: NoticeId) -> Result<Option<NoticeRecord>, Failure> {
        Ok(self.state.inbox.notices.get(&id).filter(|n| n.shop_id == shop).cloned())
    }

    async fn push_targets(&mut self, shop: ShopId, user: UserId) -> Result<Vec<PushTarget>, Failure> {
        let all = self.state.inbox.push_targets.values();
        Ok(all.filter(|t| t.shop_id == shop && t.user_id == user).cloned().collect())
    }

    async fn reach(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reach>, Failure> {
        Ok(self.state.inbox.reaches.get(&(shop, user)).cloned())
    }

    async fn events(
        &mut self,
        shop: ShopId,
        page: Page,
    ) -> Result<Vec<(EventId, Event, Timestamp)>, Failure> {
        let all = self.state.inbox.events.iter().rev().filter(|(_, (of, _, _))| *of == shop);
        Ok(cut(all.map(|(id, (_, event, at))| (*id, event.clone(), *at)), page, |row| row.0))
    }
}

#[async_trait]
impl InboxWrites for Unit {
    async fn insert_callback(&mut self, callback: &CallbackRecord) -> Result<Inserted, Failure> {
        self.require_shop(callback.shop_id)?;
        let key = (callback.gateway_id, callback.digest.clone());
        if self.state.inbox.digests.contains(&key) {
            return Ok(Inserted::Taken);
        }
        let new = !self.state.inbox.callbacks.contains_key(&callback.id);
        self.require(new, "this callback exists")?;
        self.state.inbox.digests.insert(key);
        self.state.inbox.callbacks.insert(callback.id, callback.clone());
        Ok(Inserted::New)
    }

    async fn insert_answer(&mut self, answer: &Answer) -> Result<Inserted, Failure> {
        self.require_shop(answer.shop_id)?;
        let key = (answer.shop_id, answer.owner.clone(), answer.key.clone());
        if self.state.inbox.answers.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.inbox.answers.insert(key, answer.clone());
        Ok(Inserted::New)
    }

    async fn save_answer(&mut self, answer: &Answer) -> Result<(), Failure> {
        self.require_shop(answer.shop_id)?;
        let key = (answer.shop_id, answer.owner.clone(), answer.key.clone());
        self.state.inbox.answers.insert(key, answer.clone());
        Ok(())
    }

    async fn delete_unanswered(&mut self) -> Result<(), Failure> {
        let answers = &mut self.state.inbox.answers;
        *answers = answers
            .iter()
            .filter(|(_, a)| a.response_sealed.is_some())
            .map(|(k, a)| (k.clone(), a.clone()))
            .collect();
        Ok(())
    }

    async fn delete_answers(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let answers = &mut self.state.inbox.answers;
        let old = answers.iter().filter(|(_, a)| a.created_at < before).map(|(key, _)| key.clone());
        let mut count = 0;
        for key in old.collect::<Vec<_>>() {
            answers.remove(&key);
            count += 1;
        }
        Ok(count)
    }

    async fn insert_event(
        &mut self,
        id: EventId,
        shop: ShopId,
        event: &Event,
        at: Timestamp,
    ) -> Result<(), Failure> {
        self.require_shop(shop)?;
        let new = !self.state.inbox.events.contains_key(&id);
        self.require(new, "this event exists")?;
        self.state.inbox.events.insert(id, (shop, event.clone(), at));
        Ok(())
    }

    async fn delete_notices(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let notices = &mut self.state.inbox.notices;
        let own = notices.values().filter(|n| n.shop_id == shop && n.user_id == user);
        let own: Vec<NoticeId> = own.map(|n| n.id).collect();
        for id in &own {
            notices.remove(id);
        }
        Ok(u64::try_from(own.len()).unwrap_or(u64::MAX))
    }

    async fn save_notice(&mut self, notice: &NoticeRecord) -> Result<(), Failure> {
        self.require_user(notice.shop_id, notice.user_id)?;
        let notices = &self.state.inbox.notices;
        let ours = notices.get(&notice.id).is_none_or(|n| n.shop_id == notice.shop_id);
        self.require(ours, "a notice of another shop")?;
        self.state.inbox.notices.insert(notice.id, notice.clone());
        Ok(())
    }

    async fn save_reach(&mut self, reach: &Reach) -> Result<(), Failure> {
        self.require_user(reach.shop_id, reach.user_id)?;
        self.state.inbox.reaches.insert((reach.shop_id, reach.user_id), reach.clone());
        Ok(())
    }

    async fn delete_reach(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        self.state.inbox.reaches.remove(&(shop, user));
        Ok(())
    }

    async fn save_push_target(&mut self, target: &PushTarget) -> Result<(), Failure> {
        self.require_user(target.shop_id, target.user_id)?;
        let held = &self.state.inbox.push_targets;
        let same = |t: &&PushTarget| t.shop_id == target.shop_id && t.lookup == target.lookup;
        let new = held.values().find(same).is_none_or(|t| t.id == target.id);
        let own = held.get(&target.id).is_none_or(|t| {
            (t.shop_id, t.user_id, &t.lookup) == (target.shop_id, target.user_id, &target.lookup)
        });
        self.require(new && own, "this browser is another one's")?;
        let kept = self.state.inbox.push_targets.get(&target.id).cloned();
        let changed = kept.map(|kept| PushTarget { failures: target.failures, ..kept });
        self.state.inbox.push_targets.insert(target.id, changed.unwrap_or_else(|| target.clone()));
        Ok(())
    }

    async fn delete_push_target(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        lookup: &Fingerprint,
    ) -> Result<(), Failure> {
        let goes = |t: &PushTarget| {
            t.shop_id == shop && t.lookup == *lookup && user.is_none_or(|user| t.user_id == user)
        };
        let held = &mut self.state.inbox.push_targets;
        let gone: Vec<PushTargetId> = held.values().filter(|t| goes(t)).map(|t| t.id).collect();
        for id in gone {
            held.remove(&id);
        }
        Ok(())
    }
}
