//! How things were arranged, what servers cost, and what was taken away.

use super::Unit;
use crate::{
    domain::{
        payment::PaymentState, rent::Rent, server::Server, server::ServerState, shelf::Shelf,
        subscription::SubscriptionState,
    },
    error::Failure,
    ids::{GroupId, ServerId, ShopId},
    ports::storage::{ShelfReads, ShelfWrites},
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

#[derive(Clone, Default)]
pub(super) struct Shelved {
    orders: OrdMap<(ShopId, Shelf), Vec<Uuid>>,
    rents: OrdMap<ServerId, Rent>,
    gone_servers: OrdSet<ServerId>,
    gone_groups: OrdSet<GroupId>,
}

impl Shelved {
    /// Whether it is still there.
    pub(super) fn has_server(&self, server: ServerId) -> bool {
        !self.gone_servers.contains(&server)
    }

    /// Whether it is still there.
    pub(super) fn has_group(&self, group: GroupId) -> bool {
        !self.gone_groups.contains(&group)
    }
}

#[async_trait]
impl ShelfReads for Unit {
    async fn shelf(&mut self, shop: ShopId, which: Shelf) -> Result<Vec<Uuid>, Failure> {
        Ok(self.state.shelf.orders.get(&(shop, which)).cloned().unwrap_or_default())
    }

    async fn rents(&mut self, shop: ShopId) -> Result<Vec<(ServerId, Rent)>, Failure> {
        let (servers, kept) = (&self.state.catalogue.servers, &self.state.shelf);
        let here = |id: &ServerId| {
            kept.has_server(*id) && servers.get(id).is_some_and(|server| server.shop_id == shop)
        };
        let all = kept.rents.iter().filter(|(id, _)| here(id));
        Ok(all.map(|(id, rent)| (*id, rent.clone())).collect())
    }

    async fn group_in_use(&mut self, shop: ShopId, group: GroupId) -> Result<bool, Failure> {
        let state = &self.state;
        let mut servers = state.catalogue.servers.values();
        let mut held = state.service.subscriptions.values();
        let sold = |state| !matches!(state, SubscriptionState::Revoked);
        Ok(state.catalogue.has_plan_in(shop, group)
            || servers.any(|s| s.shop_id == shop && s.group_id == group && state.shelf.has_server(s.id))
            || held.any(|s| s.shop_id == shop && s.group_id == group && sold(s.state)))
    }

    async fn was_paid(&mut self, shop: ShopId) -> Result<bool, Failure> {
        let mut payments = self.state.orders.payments.values();
        let paid = |state| matches!(state, PaymentState::Paid | PaymentState::Overpaid);
        Ok(payments.any(|p| p.shop_id == shop && paid(p.state)))
    }
}

#[async_trait]
impl ShelfWrites for Unit {
    async fn arrange(&mut self, shop: ShopId, which: Shelf, order: &[Uuid]) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.shelf.orders.insert((shop, which), order.to_vec());
        Ok(())
    }

    async fn save_rent(&mut self, shop: ShopId, server: ServerId, rent: &Rent) -> Result<(), Failure> {
        let ours = self.state.catalogue.servers.get(&server).is_some_and(|s| s.shop_id == shop);
        self.require(ours, "no such server in this shop")?;
        self.state.shelf.rents.insert(server, rent.clone());
        Ok(())
    }

    async fn retire_server(&mut self, shop: ShopId, server: ServerId) -> Result<(), Failure> {
        let known = self.state.catalogue.servers.get(&server).filter(|s| s.shop_id == shop).cloned();
        let Some(known) = known.filter(|s| self.state.shelf.has_server(s.id)) else {
            return Err(self.fail("no such server in this shop"));
        };
        let emptied = Server { state: ServerState::Off, config_sealed: String::new(), ..known };
        self.state.catalogue.servers.insert(server, emptied);
        self.state.shelf.gone_servers.insert(server);
        Ok(())
    }

    async fn retire_group(&mut self, shop: ShopId, group: GroupId) -> Result<(), Failure> {
        let ours = self.state.catalogue.has_group_in(shop, group) && self.state.shelf.has_group(group);
        self.require(ours, "no such group in this shop")?;
        self.state.shelf.gone_groups.insert(group);
        Ok(())
    }
}
