//! What the operator asks for.

use super::RejectionReason;
use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};
use serde_json::Value;

request! {
    /// To change a shop; what is left out stays.
    pub struct ShopRequest {
        /// Name, 1 to 60 characters.
        pub name: Option<String>,
        /// Currency code; only before the first order.
        pub currency: Option<String>,
        /// `fa` or `en`.
        pub locale: Option<String>,
        /// Host names without scheme and port.
        pub hosts: Option<Vec<String>>,
        /// An https:// or tg:// link.
        pub support_url: Option<String>,
        /// The plan that a trial gives; an empty text switches trials off.
        pub trial_plan_id: Option<String>,
        /// What an account must have proved to get a trial: `none`, `telegram`, `email`, or `verified` for one of the two.
        pub trial_needs: Option<String>,
    }
    /// To add a group.
    pub struct GroupRequest {
        /// Name, 1 to 40 characters.
        pub name: String,
        /// How many of its servers one subscription is placed on; 0 means all.
        pub spread: u32,
    }
    /// To add a server.
    pub struct AddServerRequest {
        /// Name shown to customers, 1 to 40 characters.
        pub name: String,
        /// Which adapter: `hiddify` for a HiddifyPanel, `shadowsocks` for the program's own nodes.
        pub kind: String,
        /// Its group; the first group when left out.
        pub group_id: Option<String>,
        /// The adapter's settings, e.g. `{"admin_link": "https://panel.example.org/path/uuid/"}` for a HiddifyPanel,
        /// `{"join": "nxj_…"}` for a node elsewhere, `{}` for the node in this very process.
        pub config: Value,
        /// ISO 3166-1 alpha-2.
        pub region: Option<String>,
        /// Subscriptions it can take; 0 or nothing means no bound.
        pub capacity: Option<u32>,
    }
    /// To change a server; what is left out stays.
    pub struct UpdateServerRequest {
        /// Name shown to customers.
        pub name: Option<String>,
        /// `open`, `draining` or `off`.
        pub state: Option<String>,
        /// The adapter's settings, all of them; for a node that was set up anew, its new join token.
        pub config: Option<Value>,
        /// ISO 3166-1 alpha-2.
        pub region: Option<String>,
        /// Subscriptions it can take.
        pub capacity: Option<u32>,
    }
    /// To add a plan.
    pub struct AddPlanRequest {
        /// Name, 1 to 60 characters.
        pub name: String,
        /// Days of 24 hours, 1 to 3650.
        pub days: u32,
        /// Traffic in bytes, 1 MiB to 1,000,000 GiB.
        pub traffic_bytes: u64,
        /// Devices at the same time, 1 to 100.
        pub devices: u32,
        /// What it has beyond that, of `dedicated_ip`, `multi_hop`, `port_forward`. A server of the group must offer all.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", oai(default))]
        pub extras: Vec<String>,
        /// Its servers; the first group when left out.
        pub group_id: Option<String>,
        /// One price per currency; the shop's currency must be among them unless the plan is only for trials.
        pub prices: Vec<MoneyView>,
        /// Whether customers see it.
        pub on_sale: bool,
    }
    /// To change a plan; what is left out stays.
    pub struct UpdatePlanRequest {
        /// Name.
        pub name: Option<String>,
        /// Days.
        pub days: Option<u32>,
        /// Traffic in bytes.
        pub traffic_bytes: Option<u64>,
        /// Devices.
        pub devices: Option<u32>,
        /// What it has beyond that, all of it.
        pub extras: Option<Vec<String>>,
        /// Prices, all of them.
        pub prices: Option<Vec<MoneyView>>,
        /// Whether customers see it.
        pub on_sale: Option<bool>,
    }
    /// To add a gateway.
    pub struct AddGatewayRequest {
        /// Which adapter, e.g. `card`, `litecoin`, `bitcoin`.
        pub kind: String,
        /// Name shown to customers, 1 to 40 characters.
        pub name: String,
        /// The adapter's settings.
        pub config: Value,
    }
    /// To change a gateway; what is left out stays.
    pub struct UpdateGatewayRequest {
        /// Name shown to customers.
        pub name: Option<String>,
        /// The adapter's settings, all of them.
        pub config: Option<Value>,
        /// Whether new payments may be opened.
        pub enabled: Option<bool>,
    }
    /// To set a rate.
    pub struct RateRequest {
        /// What is priced, e.g. `LTC`.
        pub asset: String,
        /// The price of one whole unit in the shop's currency.
        pub price: MoneyView,
        /// For how long it is good, 1 to 168 hours.
        pub valid_hours: u32,
    }
    /// To correct a wallet.
    pub struct WalletCorrection {
        /// How much; negative takes out.
        pub amount: MoneyView,
    }
    /// To accept a receipt.
    pub struct AcceptRequest {
        /// What really arrived.
        pub received: MoneyView,
        /// The version that was looked at.
        pub version: u32,
    }
    /// To reject a receipt.
    pub struct RejectRequest {
        /// Why.
        pub reason: RejectionReason,
        /// The version that was looked at.
        pub version: u32,
    }
    /// To make a key.
    pub struct ApiKeyRequest {
        /// What to call it, 1 to 60 characters.
        pub label: String,
        /// `read`, `buy`, `manage`.
        pub scopes: Vec<String>,
        /// For how long, 1 to 3650 days.
        pub days: u32,
    }
}
