//! What the operator asks for.

use super::{LinkHostView, LinkRuleView, RejectionReason};
use crate::{
    domain::{measure::Traffic, money::Money},
    storefront::model::MoneyView,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

request! {
    /// To change a shop; what is left out stays.
    #[derive(Default)]
    pub struct ShopRequest {
        /// Name, 1 to 60 characters.
        pub name: Option<String>,
        /// Currency code; only before the first order.
        pub currency: Option<String>,
        /// `fa`, `en` or `ru`.
        pub locale: Option<String>,
        /// The zone of its day, e.g. `Asia/Tehran`; an empty text takes the one that goes with the language.
        pub timezone: Option<String>,
        /// Host names without scheme and port.
        pub hosts: Option<Vec<String>>,
        /// An https:// or tg:// link.
        pub support_url: Option<String>,
        /// The colour of buttons and links, e.g. `#1f5fd0`.
        pub accent: Option<String>,
        /// The sentence under the name on the first page, at most 160 characters; an empty text takes it away.
        pub tagline: Option<String>,
        /// The plan that a trial gives; an empty text switches trials off.
        pub trial_plan_id: Option<String>,
        /// What an account must have proved to get a trial: `none`, `telegram`, `email`, or `verified` for one of the two.
        pub trial_needs: Option<String>,
        /// The plan that services get which customers bring along from a panel: its servers are searched for them, and it
        /// renews them. An empty text switches adoption off.
        pub adoption_plan_id: Option<String>,
        /// For how many hours, 0 to 72, a paid subscription goes on whose time or traffic is over, so that its owner can
        /// still pay; once in a period. 0 for none.
        pub grace_hours: Option<u32>,
        /// With how much traffic, 0 to 5120 MiB. 0 for no grace.
        pub grace_mib: Option<u32>,
        /// Whether exchange rates are asked for at markets, over those that are set by hand.
        pub automatic_rates: Option<bool>,
    }
    /// To change what holds for links; what is left out stays.
    pub struct LinkSettingsRequest {
        /// `off` counts no devices, `count` those that name themselves (`x-hwid`), `require` serves no others.
        pub devices: Option<String>,
        /// Where links live, all of them, at most 10; the first active one is what customers get. An empty list means the
        /// address of the installation.
        pub hosts: Option<Vec<LinkHostView>>,
    }
    /// To replace the table of forms.
    pub struct LinkRulesRequest {
        /// At most 100 rules, first match wins; left out: the standard table, also of later versions. Browsers get the
        /// page and unknown clients base64, whatever stands here.
        pub rules: Option<Vec<LinkRuleView>>,
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
        /// Which adapter: `hiddify` for a HiddifyPanel, `marzban`, `shadowsocks` for the program's own nodes.
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
    /// To sell a pack, or to change one.
    pub struct PackRequest {
        /// The pack to change, all of it; a new one when left out.
        pub pack_id: Option<String>,
        /// `traffic` or `devices`. It cannot be changed.
        pub kind: String,
        /// Name, 1 to 60 characters.
        pub name: String,
        /// How much: bytes of traffic, 1 MiB to 1,000,000 GiB, or 1 to 100 devices.
        pub amount: u64,
        /// One price per currency; the shop's currency must be among them.
        pub prices: Vec<MoneyView>,
        /// Whether customers see it.
        pub on_sale: bool,
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
        /// With the scope `manage`: what it may do in the office, by the names of permissions. When left out, whatever
        /// its maker may.
        pub permissions: Option<Vec<String>>,
        /// For how long, 1 to 3650 days.
        pub days: u32,
    }
}

impl AddServerRequest {
    /// A server of the first group, without a bound.
    #[must_use]
    pub fn new(name: &str, kind: &str, config: Value) -> Self {
        let (name, kind) = (name.to_owned(), kind.to_owned());
        Self { name, kind, group_id: None, config, region: None, capacity: None }
    }
}

impl AddPlanRequest {
    /// A plan on the servers of the first group, on sale, for one device, at one price.
    #[must_use]
    pub fn new(name: &str, days: u32, traffic: Traffic, price: Money) -> Self {
        Self {
            name: name.to_owned(),
            days,
            traffic_bytes: traffic.as_bytes(),
            devices: 1,
            extras: Vec::new(),
            group_id: None,
            prices: vec![price.into()],
            on_sale: true,
        }
    }
}
