//! Subscriptions, grants, documents.

use super::{Unit, cut};
use crate::{
    domain::{
        grant::{GrantRecord, GrantState, PanelId},
        link::Format,
        measure::Traffic,
        subscription::Subscription,
        usage::{Day, DayUsage},
    },
    error::Failure,
    ids::{ServerId, ShopId, SubscriptionId, UserId},
    ports::storage::{Document, Locked, Page, SubscriptionReads, SubscriptionWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use std::ops::Bound;
use uuid::Uuid;

#[derive(Clone, Default)]
pub(super) struct Sold {
    pub(super) subscriptions: OrdMap<SubscriptionId, Subscription>,
    links: OrdMap<Fingerprint, SubscriptionId>,
    identities: OrdMap<PanelId, SubscriptionId>,
    pub(super) grants: OrdMap<(ServerId, PanelId), GrantRecord>,
    placed: OrdSet<(SubscriptionId, ServerId, PanelId)>,
    documents: OrdMap<(PanelId, ServerId, Format), Document>,
    days: OrdMap<(SubscriptionId, Day, ServerId), Traffic>,
}

const LEAST: PanelId = PanelId::new(Uuid::nil());
const MOST: PanelId = PanelId::new(Uuid::max());

impl Sold {
    pub(super) fn on_server(&self, server: ServerId) -> impl Iterator<Item = &GrantRecord> {
        self.grants.range((server, LEAST)..=(server, MOST)).map(|(_, grant)| grant)
    }

    fn of(&self, shop: ShopId, id: SubscriptionId) -> Option<&Subscription> {
        self.subscriptions.get(&id).filter(|s| s.shop_id == shop)
    }
}

impl Unit {
    pub(super) fn subscription_is_here(&self, shop: ShopId, id: SubscriptionId) -> bool {
        self.state.service.of(shop, id).is_some()
    }

    fn may_serve(&self, shop: ShopId, server: ServerId) -> bool {
        let owner = self.state.catalogue.servers.get(&server).map(|s| s.shop_id);
        owner.is_some_and(|owner| self.state.resellers.may_use(shop, owner))
    }
}

#[async_trait]
impl SubscriptionReads for Unit {
    async fn subscription(
        &mut self,
        shop: ShopId,
        id: SubscriptionId,
    ) -> Result<Option<Subscription>, Failure> {
        Ok(self.state.service.of(shop, id).cloned())
    }

    async fn subscriptions(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Vec<Subscription>, Failure> {
        let all = self.state.service.subscriptions.values().rev();
        let wanted = all.filter(|s| s.shop_id == shop && user.is_none_or(|user| s.user_id == user));
        Ok(cut(wanted.cloned(), page, |s| s.id))
    }

    async fn subscription_by_link(&mut self, lookup: &Fingerprint) -> Result<Option<Subscription>, Failure> {
        let sold = &self.state.service;
        Ok(sold.links.get(lookup).and_then(|id| sold.subscriptions.get(id)).cloned())
    }

    async fn subscription_by_identity(&mut self, panel_id: PanelId) -> Result<Option<Subscription>, Failure> {
        let sold = &self.state.service;
        let granted = || sold.grants.values().find(|g| g.panel_id == panel_id).map(|g| g.subscription_id);
        let owner = sold.identities.get(&panel_id).copied().or_else(granted);
        Ok(owner.and_then(|id| sold.subscriptions.get(&id)).cloned())
    }

    async fn grants(&mut self, subscription: SubscriptionId) -> Result<Vec<GrantRecord>, Failure> {
        let least = (subscription, ServerId::from(Uuid::nil()), LEAST);
        let most = (subscription, ServerId::from(Uuid::max()), MOST);
        let sold = &self.state.service;
        let keys = sold.placed.range(least..=most);
        Ok(keys.filter_map(|(_, server, panel)| sold.grants.get(&(*server, *panel)).cloned()).collect())
    }

    async fn grants_on(
        &mut self,
        server: ServerId,
        after: Option<PanelId>,
        limit: u32,
    ) -> Result<Vec<(GrantRecord, Subscription)>, Failure> {
        let start = after.map_or(Bound::Included((server, LEAST)), |last| Bound::Excluded((server, last)));
        let sold = &self.state.service;
        let slice = sold.grants.range((start, Bound::Included((server, MOST))));
        let there = slice.map(|(_, grant)| grant).filter(|g| g.state != GrantState::Removed);
        let paired = there.filter_map(|g| {
            sold.of(g.shop_id, g.subscription_id).map(|subscription| (g.clone(), subscription.clone()))
        });
        Ok(paired.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    async fn removed_on(&mut self, server: ServerId) -> Result<Vec<PanelId>, Failure> {
        let all = self.state.service.grants.values();
        let gone = all.filter(|g| g.server_id == server && g.state == GrantState::Removed);
        Ok(gone.map(|g| g.panel_id).collect())
    }

    async fn grant_owner(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
    ) -> Result<Option<SubscriptionId>, Failure> {
        let mut all = self.state.service.grants.values();
        Ok(all.find(|g| g.server_id == server && g.panel_id == panel_id).map(|g| g.subscription_id))
    }

    async fn document(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
        format: Format,
    ) -> Result<Option<Document>, Failure> {
        Ok(self.state.service.documents.get(&(panel_id, server, format)).cloned())
    }

    async fn usage_days(
        &mut self,
        shop: ShopId,
        of: SubscriptionId,
        from: Day,
    ) -> Result<Vec<DayUsage>, Failure> {
        let sold = &self.state.service;
        if sold.of(shop, of).is_none() {
            return Ok(Vec::new());
        }
        let least = (of, from, ServerId::from(Uuid::nil()));
        let most = (of, Day::from_number(u32::MAX), ServerId::from(Uuid::max()));
        let days = sold.days.range(least..=most);
        Ok(days
            .map(|((_, day, server), traffic)| DayUsage { day: *day, server: *server, traffic: *traffic })
            .collect())
    }
}

#[async_trait]
impl SubscriptionWrites for Unit {
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), Failure> {
        self.require_user(subscription.shop_id, subscription.user_id)?;
        let sold = &self.state.service;
        let new = !sold.subscriptions.contains_key(&subscription.id)
            && !sold.links.contains_key(&subscription.link_lookup)
            && !sold.identities.contains_key(&subscription.panel_id);
        self.require(new, "this subscription, link or identity exists")?;
        self.state.service.identities.insert(subscription.panel_id, subscription.id);
        self.state.service.links.insert(subscription.link_lookup.clone(), subscription.id);
        self.state.service.subscriptions.insert(subscription.id, subscription.clone());
        Ok(())
    }

    async fn lock_subscription(
        &mut self,
        shop: ShopId,
        id: SubscriptionId,
    ) -> Result<Option<Locked<Subscription>>, Failure> {
        Ok(self.state.service.of(shop, id).cloned().map(Locked::held_by_storage))
    }

    async fn save_subscription(&mut self, subscription: Locked<Subscription>) -> Result<(), Failure> {
        let subscription = subscription.into_inner();
        let Some(old) = self.state.service.of(subscription.shop_id, subscription.id).cloned() else {
            return Err(self.fail("no such subscription"));
        };
        let links = &self.state.service.links;
        let free = links.get(&subscription.link_lookup).is_none_or(|id| *id == subscription.id);
        self.require(free, "this link exists")?;
        let identities = &self.state.service.identities;
        let own = identities.get(&subscription.panel_id).is_none_or(|id| *id == subscription.id);
        self.require(own, "this identity belongs to another subscription")?;
        let sold = &mut self.state.service;
        sold.identities.remove(&old.panel_id);
        sold.identities.insert(subscription.panel_id, subscription.id);
        sold.links.remove(&old.link_lookup);
        sold.links.insert(subscription.link_lookup.clone(), subscription.id);
        sold.subscriptions.insert(subscription.id, subscription);
        Ok(())
    }

    async fn save_grant(&mut self, grant: &GrantRecord) -> Result<(), Failure> {
        let sold = &self.state.service;
        let sold_ok = sold.of(grant.shop_id, grant.subscription_id).is_some();
        let server_ok = self.may_serve(grant.shop_id, grant.server_id);
        let key = (grant.server_id, grant.panel_id);
        let same = sold.grants.get(&key).is_none_or(|g| g.subscription_id == grant.subscription_id);
        self.require(sold_ok && server_ok, "no such subscription or server in this shop")?;
        self.require(same, "this identity belongs to another subscription")?;
        let sold = &mut self.state.service;
        sold.grants.insert(key, grant.clone());
        sold.placed.insert((grant.subscription_id, grant.server_id, grant.panel_id));
        Ok(())
    }

    async fn save_document(&mut self, document: &Document) -> Result<(), Failure> {
        let there = self.state.catalogue.servers.contains_key(&document.server_id);
        self.require(there, "no such server")?;
        let key = (document.panel_id, document.server_id, document.format);
        self.state.service.documents.insert(key, document.clone());
        Ok(())
    }

    async fn delete_documents(&mut self, panel_id: PanelId) -> Result<(), Failure> {
        let documents = &mut self.state.service.documents;
        let keys: Vec<_> = documents.keys().filter(|(panel, _, _)| *panel == panel_id).copied().collect();
        for key in keys {
            documents.remove(&key);
        }
        Ok(())
    }

    async fn add_usage(&mut self, shop: ShopId, of: SubscriptionId, usage: DayUsage) -> Result<(), Failure> {
        let sold_ok = self.state.service.of(shop, of).is_some();
        let server_ok = self.may_serve(shop, usage.server);
        self.require(sold_ok && server_ok, "no such subscription or server in this shop")?;
        let sum = self.state.service.days.entry((of, usage.day, usage.server)).or_default();
        *sum = sum.plus(usage.traffic);
        Ok(())
    }

    async fn delete_usage_before(&mut self, day: Day) -> Result<u64, Failure> {
        let days = &mut self.state.service.days;
        let old: Vec<_> = days.keys().filter(|(_, of, _)| *of < day).copied().collect();
        for key in &old {
            days.remove(key);
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }

    async fn delete_usage(&mut self, shop: ShopId, of: SubscriptionId) -> Result<u64, Failure> {
        if self.state.service.of(shop, of).is_none() {
            return Ok(0);
        }
        let days = &mut self.state.service.days;
        let gone: Vec<_> = days.keys().filter(|(one, _, _)| *one == of).copied().collect();
        for key in &gone {
            days.remove(key);
        }
        Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
    }
}
