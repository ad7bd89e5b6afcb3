//! Resellers, what they pay, and what was supplied to them.

use super::{
    Inserted, Locked,
    layer::{reads, writes},
};
use crate::{
    domain::reseller::{Invoice, Reseller, Source, Supply, SupplyCount, Ware, WholesaleList},
    error::Failure,
    ids::{InvoiceId, OrderId, ShopId, UserId, WholesaleListId},
};
use jiff::Timestamp;

reads! {
/// Reads of resellers.
pub trait ResellerReads {
    /// The resellers of a shop, oldest first.
    async fn resellers(&mut self, shop: ShopId) -> Result<Vec<Reseller>, Failure>;
    /// One reseller of a shop.
    async fn reseller(&mut self, shop: ShopId, reseller: ShopId) -> Result<Option<Reseller>, Failure>;
    /// A shop as its supplier's reseller; none for a shop that nobody supplies.
    async fn reseller_of(&mut self, reseller: ShopId) -> Result<Option<Reseller>, Failure>;
    /// The reseller of a shop whose credit is the wallet of this user of it.
    async fn reseller_by_account(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reseller>, Failure>;
    /// How many subscriptions of a shop are pending or active.
    async fn count_running(&mut self, shop: ShopId) -> Result<u32, Failure>;
    /// The wholesale lists of a shop, oldest first.
    async fn wholesale_lists(&mut self, shop: ShopId) -> Result<Vec<WholesaleList>, Failure>;
    /// One of them.
    async fn wholesale_list(
        &mut self,
        shop: ShopId,
        id: WholesaleListId,
    ) -> Result<Option<WholesaleList>, Failure>;
    /// Where a ware of a shop comes from.
    async fn source(&mut self, shop: ShopId, ware: Ware) -> Result<Option<Source>, Failure>;
    /// What resellers made of a ware of their supplier's.
    async fn made_from(&mut self, supplier: ShopId, ware: Ware) -> Result<Vec<Source>, Failure>;
    /// What an order cost the reseller of this supplier, in whose shop or below it was placed.
    async fn supply(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Supply>, Failure>;
    /// What was supplied to a reseller from one moment until before another and not given back, by ware.
    async fn supplied(
        &mut self,
        shop: ShopId,
        reseller: ShopId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SupplyCount>, Failure>;
    /// A reseller's invoices, oldest first.
    async fn invoices(&mut self, shop: ShopId, reseller: ShopId) -> Result<Vec<Invoice>, Failure>;
    /// One invoice.
    async fn invoice(&mut self, shop: ShopId, id: InvoiceId) -> Result<Option<Invoice>, Failure>;
    /// The greatest number of an invoice of the shop; 0 without any.
    async fn last_invoice_number(&mut self, shop: ShopId) -> Result<u32, Failure>;
}
}

writes! {
/// Writes of resellers.
pub trait ResellerWrites {
    /// Adds a reseller; `Taken` when the shop is somebody's already, or the user is another reseller's account.
    async fn insert_reseller(&mut self, reseller: &Reseller) -> Result<Inserted, Failure>;
    /// A reseller that nobody else changes until the end of this transaction, and whose credit nobody else takes from by
    /// a sale.
    async fn lock_reseller(
        &mut self,
        shop: ShopId,
        reseller: ShopId,
    ) -> Result<Option<Locked<Reseller>>, Failure>;
    /// Replaces terms, standing and what it was told; whose it is stays.
    async fn save_reseller(&mut self, reseller: Locked<Reseller>) -> Result<(), Failure>;
    /// Inserts or replaces a list; whose it is and when it was made stay.
    async fn save_wholesale_list(&mut self, list: &WholesaleList) -> Result<(), Failure>;
    /// Notes where a ware comes from, once: its supplier must supply the shop.
    async fn insert_source(&mut self, source: &Source) -> Result<Inserted, Failure>;
    /// Notes what an order cost, once per supplier.
    async fn insert_supply(&mut self, supply: &Supply) -> Result<Inserted, Failure>;
    /// Notes that it was given back; once.
    async fn return_supply(&mut self, shop: ShopId, order: OrderId, at: Timestamp) -> Result<(), Failure>;
    /// Adds an invoice; `Taken` when the reseller has one from this moment on, or the shop one of this number.
    async fn insert_invoice(&mut self, invoice: &Invoice) -> Result<Inserted, Failure>;
    /// Replaces what of an invoice has come.
    async fn save_invoice(&mut self, invoice: &Invoice) -> Result<(), Failure>;
}
}
