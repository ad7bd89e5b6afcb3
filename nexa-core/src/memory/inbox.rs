//! Callbacks, answers, events, notices.

use super::{Unit, cut};
use crate::{
    domain::{event::Event, notice::NoticeRecord},
    error::Failure,
    ids::{CallbackId, EventId, GatewayId, NoticeId, ShopId, UserId},
    ports::storage::{Answer, CallbackRecord, InboxReads, InboxWrites, Inserted, Page},
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;

#[derive(Clone, Default)]
pub(super) struct Inbox {
    callbacks: OrdMap<CallbackId, CallbackRecord>,
    digests: OrdSet<(GatewayId, String)>,
    answers: OrdMap<(ShopId, String, String), Answer>,
    events: OrdMap<EventId, (ShopId, Event, Timestamp)>,
    notices: OrdMap<NoticeId, NoticeRecord>,
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
}
