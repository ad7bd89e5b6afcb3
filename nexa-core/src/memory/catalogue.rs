//! Plans, groups, servers, gateways, rates, sequences.

use super::Unit;
use crate::{
    domain::{
        gateway::{GatewayAccount, ScanMark},
        money::Currency,
        pack::Pack,
        plan::Plan,
        rate::Rate,
        server::{Group, Server},
    },
    error::Failure,
    ids::{GatewayId, GroupId, PackId, PlanId, ServerId, ShopId, SubscriptionId},
    ports::storage::{CatalogueReads, CatalogueWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use std::collections::BTreeSet;

#[derive(Clone, Default)]
pub(super) struct Catalogue {
    plans: OrdMap<PlanId, Plan>,
    packs: OrdMap<PackId, Pack>,
    groups: OrdMap<GroupId, Group>,
    pub(super) servers: OrdMap<ServerId, Server>,
    gateways: OrdMap<GatewayId, GatewayAccount>,
    scan_marks: OrdMap<GatewayId, ScanMark>,
    pub(super) rates: OrdMap<(ShopId, &'static str), Rate>,
    sequences: OrdMap<String, u32>,
}

impl Catalogue {
    pub(super) fn has_plan_in(&self, shop: ShopId, group: GroupId) -> bool {
        self.plans.values().any(|plan| plan.shop_id == shop && plan.group_id == group)
    }

    pub(super) fn has_group_in(&self, shop: ShopId, group: GroupId) -> bool {
        self.groups.get(&group).is_some_and(|known| known.shop_id == shop)
    }
}

#[async_trait]
impl CatalogueReads for Unit {
    async fn plans(&mut self, shop: ShopId) -> Result<Vec<Plan>, Failure> {
        Ok(self.state.catalogue.plans.values().filter(|p| p.shop_id == shop).cloned().collect())
    }

    async fn plan(&mut self, shop: ShopId, id: PlanId) -> Result<Option<Plan>, Failure> {
        Ok(self.state.catalogue.plans.get(&id).filter(|p| p.shop_id == shop).cloned())
    }

    async fn packs(&mut self, shop: ShopId) -> Result<Vec<Pack>, Failure> {
        Ok(self.state.catalogue.packs.values().filter(|p| p.shop_id == shop).cloned().collect())
    }

    async fn pack(&mut self, shop: ShopId, id: PackId) -> Result<Option<Pack>, Failure> {
        Ok(self.state.catalogue.packs.get(&id).filter(|p| p.shop_id == shop).cloned())
    }

    async fn groups(&mut self, shop: ShopId) -> Result<Vec<Group>, Failure> {
        let kept = &self.state.shelf;
        let all = self.state.catalogue.groups.values().filter(|g| g.shop_id == shop);
        Ok(all.filter(|g| kept.has_group(g.id)).cloned().collect())
    }

    async fn group(&mut self, shop: ShopId, id: GroupId) -> Result<Option<Group>, Failure> {
        let here = self.state.shelf.has_group(id);
        Ok(self.state.catalogue.groups.get(&id).filter(|g| here && g.shop_id == shop).cloned())
    }

    async fn servers(&mut self, shop: ShopId) -> Result<Vec<Server>, Failure> {
        let kept = &self.state.shelf;
        let all = self.state.catalogue.servers.values().filter(|s| s.shop_id == shop);
        Ok(all.filter(|s| kept.has_server(s.id)).cloned().collect())
    }

    async fn all_servers(&mut self) -> Result<Vec<Server>, Failure> {
        let kept = &self.state.shelf;
        Ok(self.state.catalogue.servers.values().filter(|s| kept.has_server(s.id)).cloned().collect())
    }

    async fn server(&mut self, shop: ShopId, id: ServerId) -> Result<Option<Server>, Failure> {
        let here = self.state.shelf.has_server(id);
        Ok(self.state.catalogue.servers.get(&id).filter(|s| here && s.shop_id == shop).cloned())
    }

    async fn loads(&mut self, shop: ShopId, group: GroupId) -> Result<Vec<(ServerId, u32)>, Failure> {
        let servers = self.state.catalogue.servers.values();
        let kept = &self.state.shelf;
        let of_group = servers.filter(|s| s.shop_id == shop && s.group_id == group && kept.has_server(s.id));
        let load = |server: ServerId| {
            let grants = self.state.service.on_server(server);
            let counted = grants.filter(|g| g.state.is_held());
            let subscriptions: BTreeSet<SubscriptionId> = counted.map(|g| g.subscription_id).collect();
            u32::try_from(subscriptions.len()).unwrap_or(u32::MAX)
        };
        Ok(of_group.map(|s| (s.id, load(s.id))).collect())
    }

    async fn gateways(&mut self, shop: ShopId) -> Result<Vec<GatewayAccount>, Failure> {
        Ok(self.state.catalogue.gateways.values().filter(|g| g.shop_id == shop).cloned().collect())
    }

    async fn gateway(&mut self, shop: ShopId, id: GatewayId) -> Result<Option<GatewayAccount>, Failure> {
        Ok(self.state.catalogue.gateways.get(&id).filter(|g| g.shop_id == shop).cloned())
    }

    async fn gateway_anywhere(&mut self, id: GatewayId) -> Result<Option<GatewayAccount>, Failure> {
        Ok(self.state.catalogue.gateways.get(&id).cloned())
    }

    async fn scan_mark(&mut self, shop: ShopId, gateway: GatewayId) -> Result<Option<ScanMark>, Failure> {
        let catalogue = &self.state.catalogue;
        let ours = catalogue.gateways.get(&gateway).is_some_and(|g| g.shop_id == shop);
        Ok(catalogue.scan_marks.get(&gateway).filter(|_| ours).cloned())
    }

    async fn rate(&mut self, shop: ShopId, asset: Currency) -> Result<Option<Rate>, Failure> {
        Ok(self.state.catalogue.rates.get(&(shop, asset.code())).copied())
    }

    async fn rates(&mut self, shop: ShopId) -> Result<Vec<Rate>, Failure> {
        let all = self.state.catalogue.rates.iter();
        Ok(all.filter(|((of, _), _)| *of == shop).map(|(_, rate)| *rate).collect())
    }
}

#[async_trait]
impl CatalogueWrites for Unit {
    async fn save_plan(&mut self, plan: &Plan) -> Result<(), Failure> {
        self.require_shop(plan.shop_id)?;
        let groups = &self.state.catalogue.groups;
        let owner = groups.get(&plan.group_id).map(|g| g.shop_id);
        let group_ok = owner.is_some_and(|owner| self.state.resellers.may_use(plan.shop_id, owner));
        self.require(group_ok, "no such group in this shop")?;
        let plans = &self.state.catalogue.plans;
        let ours = plans.get(&plan.id).is_none_or(|p| p.shop_id == plan.shop_id);
        self.require(ours, "a plan of another shop")?;
        self.state.catalogue.plans.insert(plan.id, plan.clone());
        Ok(())
    }

    async fn save_pack(&mut self, pack: &Pack) -> Result<(), Failure> {
        self.require_shop(pack.shop_id)?;
        let ours = self.state.catalogue.packs.get(&pack.id).is_none_or(|p| p.shop_id == pack.shop_id);
        self.require(ours, "a pack of another shop")?;
        self.state.catalogue.packs.insert(pack.id, pack.clone());
        Ok(())
    }

    async fn save_group(&mut self, group: &Group) -> Result<(), Failure> {
        self.require_shop(group.shop_id)?;
        let ours = self.state.catalogue.groups.get(&group.id).is_none_or(|g| g.shop_id == group.shop_id);
        self.require(ours, "a group of another shop")?;
        self.state.catalogue.groups.insert(group.id, group.clone());
        Ok(())
    }

    async fn hold_group(&mut self, _: ShopId, _: GroupId) -> Result<(), Failure> {
        // Whoever writes holds everything here.
        Ok(())
    }

    async fn save_server(&mut self, server: &Server) -> Result<(), Failure> {
        self.require_shop(server.shop_id)?;
        let groups = &self.state.catalogue.groups;
        let group_ok = groups.get(&server.group_id).is_some_and(|g| g.shop_id == server.shop_id);
        self.require(group_ok, "no such group in this shop")?;
        let servers = &self.state.catalogue.servers;
        let ours = servers.get(&server.id).is_none_or(|s| s.shop_id == server.shop_id);
        self.require(ours, "a server of another shop")?;
        self.state.catalogue.servers.insert(server.id, server.clone());
        Ok(())
    }

    async fn save_gateway(&mut self, gateway: &GatewayAccount) -> Result<(), Failure> {
        self.require_shop(gateway.shop_id)?;
        let gateways = &self.state.catalogue.gateways;
        let ours = gateways.get(&gateway.id).is_none_or(|g| g.shop_id == gateway.shop_id);
        self.require(ours, "a gateway of another shop")?;
        self.state.catalogue.gateways.insert(gateway.id, gateway.clone());
        Ok(())
    }

    async fn save_scan_mark(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        mark: Option<&ScanMark>,
    ) -> Result<(), Failure> {
        let ours = self.state.catalogue.gateways.get(&gateway).is_some_and(|g| g.shop_id == shop);
        self.require(ours, "no such gateway in this shop")?;
        match mark {
            Some(mark) => self.state.catalogue.scan_marks.insert(gateway, mark.clone()),
            None => self.state.catalogue.scan_marks.remove(&gateway),
        };
        Ok(())
    }

    async fn save_rate(&mut self, shop: ShopId, rate: &Rate) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.catalogue.rates.insert((shop, rate.asset.code()), *rate);
        Ok(())
    }

    async fn next_index(&mut self, sequence: &str) -> Result<u32, Failure> {
        let index = self.state.catalogue.sequences.get(sequence).copied().unwrap_or(0);
        let Some(next) = index.checked_add(1) else { return Err(self.fail("a sequence ran out")) };
        self.state.catalogue.sequences.insert(sequence.to_owned(), next);
        Ok(index)
    }
}
