//! What happens between shops and their suppliers, handed on like the rest.

use super::*;
use nexa_core::{
    domain::reseller::{Invoice, Reseller, Source, Supply, SupplyCount, Ware, WholesaleList},
    ids::{InvoiceId, WholesaleListId},
    ports::storage::{ResellerReads, ResellerWrites},
};

delegate! { ResellerReads {
    fn resellers(shop: ShopId) -> Vec<Reseller>;
    fn reseller(shop: ShopId, reseller: ShopId) -> Option<Reseller>;
    fn reseller_of(reseller: ShopId) -> Option<Reseller>;
    fn reseller_by_account(shop: ShopId, user: UserId) -> Option<Reseller>;
    fn count_running(shop: ShopId) -> u32;
    fn wholesale_lists(shop: ShopId) -> Vec<WholesaleList>;
    fn wholesale_list(shop: ShopId, id: WholesaleListId) -> Option<WholesaleList>;
    fn source(shop: ShopId, ware: Ware) -> Option<Source>;
    fn made_from(supplier: ShopId, ware: Ware) -> Vec<Source>;
    fn supply(shop: ShopId, order: OrderId) -> Option<Supply>;
    fn supplied(shop: ShopId, reseller: ShopId, from: Timestamp, until: Timestamp) -> Vec<SupplyCount>;
    fn invoices(shop: ShopId, reseller: ShopId) -> Vec<Invoice>;
    fn invoice(shop: ShopId, id: InvoiceId) -> Option<Invoice>;
    fn last_invoice_number(shop: ShopId) -> u32;
} {
} }
delegate! { ResellerWrites {
    fn insert_reseller(reseller: &Reseller) -> Inserted;
    fn lock_reseller(shop: ShopId, reseller: ShopId) -> Option<Locked<Reseller>>;
    fn save_reseller(reseller: Locked<Reseller>) -> ();
    fn save_wholesale_list(list: &WholesaleList) -> ();
    fn insert_source(source: &Source) -> Inserted;
    fn insert_supply(supply: &Supply) -> Inserted;
    fn return_supply(shop: ShopId, order: OrderId, at: Timestamp) -> ();
    fn insert_invoice(invoice: &Invoice) -> Inserted;
    fn save_invoice(invoice: &Invoice) -> ();
} {
} }
