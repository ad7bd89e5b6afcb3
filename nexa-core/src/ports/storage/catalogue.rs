//! What the operator set up: plans, server groups, servers, gateways, rates.

use super::layer::{reads, writes};
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
    ids::{GatewayId, GroupId, PackId, PlanId, ServerId, ShopId},
};

reads! {
/// Reads of what is on offer.
pub trait CatalogueReads {
    /// All plans, oldest first.
    async fn plans(&mut self, shop: ShopId) -> Result<Vec<Plan>, Failure>;
    /// One plan.
    async fn plan(&mut self, shop: ShopId, id: PlanId) -> Result<Option<Plan>, Failure>;
    /// All packs, oldest first.
    async fn packs(&mut self, shop: ShopId) -> Result<Vec<Pack>, Failure>;
    /// One pack.
    async fn pack(&mut self, shop: ShopId, id: PackId) -> Result<Option<Pack>, Failure>;
    /// All groups, oldest first.
    async fn groups(&mut self, shop: ShopId) -> Result<Vec<Group>, Failure>;
    /// One group.
    async fn group(&mut self, shop: ShopId, id: GroupId) -> Result<Option<Group>, Failure>;
    /// All servers of a shop, oldest first.
    async fn servers(&mut self, shop: ShopId) -> Result<Vec<Server>, Failure>;
    /// All servers of all shops, for the worker's rounds.
    async fn all_servers(&mut self) -> Result<Vec<Server>, Failure>;
    /// One server.
    async fn server(&mut self, shop: ShopId, id: ServerId) -> Result<Option<Server>, Failure>;
    /// How many subscriptions each server of a group holds: grants wanted or placed, by server.
    async fn loads(&mut self, shop: ShopId, group: GroupId) -> Result<Vec<(ServerId, u32)>, Failure>;
    /// All gateways of a shop, oldest first.
    async fn gateways(&mut self, shop: ShopId) -> Result<Vec<GatewayAccount>, Failure>;
    /// One gateway.
    async fn gateway(&mut self, shop: ShopId, id: GatewayId) -> Result<Option<GatewayAccount>, Failure>;
    /// One gateway of whichever shop, for callbacks.
    async fn gateway_anywhere(&mut self, id: GatewayId) -> Result<Option<GatewayAccount>, Failure>;
    /// How far a gateway's book was read; none when it was not, or was forgotten.
    async fn scan_mark(&mut self, shop: ShopId, gateway: GatewayId) -> Result<Option<ScanMark>, Failure>;
    /// The rate of an asset that the operator set.
    async fn rate(&mut self, shop: ShopId, asset: Currency) -> Result<Option<Rate>, Failure>;
    /// All rates, by asset.
    async fn rates(&mut self, shop: ShopId) -> Result<Vec<Rate>, Failure>;
}
}

writes! {
/// Writes of what is on offer.
pub trait CatalogueWrites {
    /// Inserts or replaces a plan.
    async fn save_plan(&mut self, plan: &Plan) -> Result<(), Failure>;
    /// Inserts or replaces a pack.
    async fn save_pack(&mut self, pack: &Pack) -> Result<(), Failure>;
    /// Inserts or replaces a group.
    async fn save_group(&mut self, group: &Group) -> Result<(), Failure>;
    /// Nobody else chooses servers of a group until this unit of work ends, so its loads stay as they are read.
    async fn hold_group(&mut self, shop: ShopId, group: GroupId) -> Result<(), Failure>;
    /// Inserts or replaces a server.
    async fn save_server(&mut self, server: &Server) -> Result<(), Failure>;
    /// Inserts or replaces a gateway.
    async fn save_gateway(&mut self, gateway: &GatewayAccount) -> Result<(), Failure>;
    /// Keeps how far a gateway's book was read, in place of what was kept before; forgets it for none.
    async fn save_scan_mark(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        mark: Option<&ScanMark>,
    ) -> Result<(), Failure>;
    /// Inserts or replaces a rate.
    async fn save_rate(&mut self, shop: ShopId, rate: &Rate) -> Result<(), Failure>;
    /// The next number of a sequence, from 0; never given twice once committed. Sequences are named by the engine,
    /// e.g. after the public key that addresses are derived from, so that two gateways never share an address.
    async fn next_index(&mut self, sequence: &str) -> Result<u32, Failure>;
}
}
