//! Resellers, their prices and their credit.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// What one plan or pack costs resellers.
    pub struct WholesalePriceRequest {
        /// Of which plan; this or `pack_id`.
        pub plan_id: Option<String>,
        /// Of which pack.
        pub pack_id: Option<String>,
        /// The price, in the shop's currency.
        pub price: MoneyView,
        /// Whether it is for nothing; a price of 0 is refused without.
        pub free: bool,
    }
    /// Prices for resellers.
    pub struct WholesaleListRequest {
        /// What the shop calls it, 1 to 60 characters.
        pub name: String,
        /// Days after a sale in which taking it back gives its wholesale price back, 0 to 90; 3 when left out.
        pub return_days: Option<u32>,
        /// At most 500, one a plan or pack. What is not on it is not sold by it.
        pub prices: Vec<WholesalePriceRequest>,
    }
    /// What is agreed with a reseller.
    pub struct ResellerTermsRequest {
        /// Which prices it pays.
        pub list_id: String,
        /// How much it may owe; left out, it pays before.
        pub limit: Option<MoneyView>,
        /// Subscriptions in use at the same time; left out, any number.
        pub quota: Option<u32>,
        /// Below this credit it is told; left out, never.
        pub low_below: Option<MoneyView>,
        /// The least retail price, in percent of the wholesale price, 0 to 1000; 0 when left out.
        pub floor_percent: Option<u32>,
        /// Whether an invoice that is unpaid after 21 days suspends it.
        pub dunning: bool,
    }
    /// To make a shop for a reseller.
    pub struct AddResellerRequest {
        /// Name of its shop, 1 to 60 characters.
        pub shop_name: String,
        /// The currency of its shop, e.g. `USD`.
        pub currency: String,
        /// The language of its shop: `fa`, `en` or `ru`.
        pub locale: String,
        /// Host names that lead to its shop, at least one, without scheme and port.
        pub hosts: Vec<String>,
        /// Which user of this shop it is, whose wallet becomes its credit; left out, a new one is made.
        pub user_id: Option<String>,
        /// What is agreed.
        pub terms: ResellerTermsRequest,
    }
    /// To sell one of the supplier's plans or packs.
    pub struct TakeRequest {
        /// Which plan of the supplier; this or `pack_id`.
        pub plan_id: Option<String>,
        /// Which pack of the supplier.
        pub pack_id: Option<String>,
        /// What it is called here, 1 to 60 characters; as there when left out.
        pub name: Option<String>,
        /// What customers pay, one price per currency.
        pub prices: Vec<MoneyView>,
        /// Whether customers see it.
        pub on_sale: bool,
    }
}

view! {
    /// What one plan or pack costs resellers.
    pub struct WholesalePriceView {
        /// Of which plan.
        pub plan_id: Option<String>,
        /// Of which pack.
        pub pack_id: Option<String>,
        /// The price.
        pub price: MoneyView,
    }
    /// Prices for resellers.
    pub struct WholesaleListView {
        /// Its id.
        pub list_id: String,
        /// What the shop calls it.
        pub name: String,
        /// Days after a sale in which taking it back gives its wholesale price back.
        pub return_days: u32,
        /// What is on it.
        pub prices: Vec<WholesalePriceView>,
        /// When it was made.
        pub created_at: String,
    }
    /// What was supplied of one plan or pack.
    pub struct SupplyLineView {
        /// Which plan of the supplier.
        pub plan_id: Option<String>,
        /// Which pack of the supplier.
        pub pack_id: Option<String>,
        /// What it is called now.
        pub name: String,
        /// How often, without what was given back.
        pub count: u32,
        /// For how much together.
        pub sum: MoneyView,
    }
    /// What is agreed with a reseller.
    pub struct ResellerTermsView {
        /// Which prices it pays.
        pub list_id: String,
        /// How much it may owe; none: it pays before.
        pub limit: Option<MoneyView>,
        /// Subscriptions in use at the same time; none: any number.
        pub quota: Option<u32>,
        /// Below this credit it is told; 0: never.
        pub low_below: MoneyView,
        /// The least retail price, in percent of the wholesale price.
        pub floor_percent: u32,
        /// Whether an invoice that is unpaid after 21 days suspends it.
        pub dunning: bool,
    }
    /// A reseller, as its supplier sees it.
    pub struct ResellerView {
        /// Its id: that of its shop.
        pub reseller_id: String,
        /// Name of its shop.
        pub shop_name: String,
        /// Hosts of its shop.
        pub hosts: Vec<String>,
        /// Whether somebody runs its shop; until then its link can be made anew.
        pub claimed: bool,
        /// Which user of this shop it is; that wallet is its credit.
        pub user_id: String,
        /// `active` or `suspended`.
        pub state: String,
        /// Since when it is suspended.
        pub suspended_at: Option<String>,
        /// What is agreed.
        pub terms: ResellerTermsView,
        /// What is in its wallet.
        pub wallet: MoneyView,
        /// What it owes.
        pub owed: MoneyView,
        /// For how much it can still sell, wholesale.
        pub room: MoneyView,
        /// Subscriptions of its customers that run.
        pub running: u32,
        /// How much was supplied to it, ever.
        pub sales: u32,
        /// For how much.
        pub turnover: MoneyView,
        /// The same by plan and pack.
        pub lines: Vec<SupplyLineView>,
        /// Since when it is one.
        pub created_at: String,
    }
    /// A reseller, and the way into its shop. What stands beside it is shown this once.
    pub struct NewResellerView {
        /// The reseller.
        pub reseller: ResellerView,
        /// Where whoever runs its shop comes in, once, within 7 days.
        pub claim_link: String,
        /// The account number of its account here, if that is new.
        pub account_number: Option<String>,
    }
    /// A month of a reseller, as its supplier wrote it down.
    pub struct InvoiceView {
        /// Its id.
        pub invoice_id: String,
        /// Counts up in the supplier's shop.
        pub number: u32,
        /// Name of the supplier's shop.
        pub supplier: String,
        /// Name of the reseller's shop.
        pub reseller: String,
        /// The first moment that it is about.
        pub from: String,
        /// The first moment that it is not about any more.
        pub until: String,
        /// What was supplied meanwhile.
        pub lines: Vec<SupplyLineView>,
        /// The sum of the lines.
        pub sum: MoneyView,
        /// What was owed when it was issued, beside what earlier invoices ask for.
        pub due: MoneyView,
        /// What of that has come.
        pub paid: MoneyView,
        /// `open` or `paid`.
        pub state: String,
        /// When it was issued.
        pub issued_at: String,
    }
    /// A plan or pack that the supplier sells.
    pub struct WareView {
        /// Which plan of the supplier.
        pub plan_id: Option<String>,
        /// Which pack of the supplier.
        pub pack_id: Option<String>,
        /// What it is called there.
        pub name: String,
        /// Days that a plan gives.
        pub days: Option<u32>,
        /// Traffic that it gives, in bytes.
        pub traffic_bytes: Option<u64>,
        /// Devices that it gives.
        pub devices: Option<u32>,
        /// What it costs.
        pub price: MoneyView,
        /// The least that customers have to pay for it; 0: nothing is said.
        pub floor: MoneyView,
        /// Plans or packs that were made of it here and are on sale.
        pub made: Vec<String>,
    }
    /// What the shop has of its supplier.
    pub struct SupplyView {
        /// Name of the supplier's shop.
        pub supplier: String,
        /// Whether this shop may sell: `active` or `suspended`.
        pub state: String,
        /// Since when it may not.
        pub suspended_at: Option<String>,
        /// What is in its wallet there.
        pub wallet: MoneyView,
        /// What it owes there.
        pub owed: MoneyView,
        /// For how much it can still sell, wholesale.
        pub room: MoneyView,
        /// What the supplier sells it.
        pub wares: Vec<WareView>,
    }
}
