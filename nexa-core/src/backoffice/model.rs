//! The operator's contract, defined once. The same conventions as in [`crate::storefront::model`].

use crate::storefront::model::{MoneyView, OrderView};
#[cfg(feature = "openapi")]
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! request {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(Object))]
        #[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
    )*};
}

macro_rules! view {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(Object))]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
    )*};
}

view! {
    /// A shop.
    pub struct ShopView {
        /// Its id.
        pub shop_id: String,
        /// Name shown to customers.
        pub name: String,
        /// Currency of prices, wallets and revenue.
        pub currency: String,
        /// Language of texts for users who chose none.
        pub locale: String,
        /// Host names that lead here.
        pub hosts: Vec<String>,
        /// Where customers find help.
        pub support_url: Option<String>,
        /// The plan that a trial gives.
        pub trial_plan_id: Option<String>,
        /// Whether it deals in play money.
        pub test: bool,
    }
    /// A server group.
    pub struct GroupView {
        /// Its id.
        pub group_id: String,
        /// Its name.
        pub name: String,
        /// How many of its servers one subscription is placed on; 0 means all.
        pub spread: u32,
    }
    /// A server.
    pub struct OperatorServerView {
        /// Its id.
        pub server_id: String,
        /// Its group.
        pub group_id: String,
        /// Name shown to customers.
        pub name: String,
        /// Which adapter speaks to it.
        pub kind: String,
        /// ISO 3166-1 alpha-2.
        pub region: Option<String>,
        /// Subscriptions it can take; 0 means no bound.
        pub capacity: u32,
        /// Subscriptions it holds.
        pub load: u32,
        /// `open`, `draining` or `off`.
        pub state: String,
        /// Whether it answered last time.
        pub up: bool,
        /// When it was last spoken to.
        pub checked_at: Option<String>,
        /// When its usage was last read.
        pub usage_at: Option<String>,
    }
    /// What a check showed.
    pub struct CheckView {
        /// Whether it can be used.
        pub ok: bool,
        /// What to know or to compare, a line each.
        pub lines: Vec<String>,
    }
    /// A plan.
    pub struct OperatorPlanView {
        /// Its id.
        pub plan_id: String,
        /// Its name.
        pub name: String,
        /// Days of 24 hours.
        pub days: u32,
        /// Traffic in bytes.
        pub traffic_bytes: u64,
        /// Devices at the same time.
        pub devices: u32,
        /// Its servers.
        pub group_id: String,
        /// One price per currency.
        pub prices: Vec<MoneyView>,
        /// Whether customers see it.
        pub on_sale: bool,
    }
    /// A way to be paid.
    pub struct GatewayView {
        /// Its id; the `method` of a checkout.
        pub gateway_id: String,
        /// Which adapter.
        pub kind: String,
        /// Name shown to customers.
        pub name: String,
        /// What it is paid in.
        pub currency: String,
        /// Whether new payments may be opened.
        pub enabled: bool,
        /// Where the gateway sends its callbacks. A secret between you and the gateway.
        pub callback_url: String,
    }
    /// A rate.
    pub struct RateView {
        /// What is priced.
        pub asset: String,
        /// The price of one whole unit.
        pub price: MoneyView,
        /// Not used for new invoices from then on.
        pub fresh_until: String,
    }
    /// A user.
    pub struct UserView {
        /// Its id.
        pub user_id: String,
        /// `customer` or `operator`.
        pub role: String,
        /// Whether it is blocked.
        pub blocked: bool,
        /// Its e-mail address, if it has one.
        pub email: Option<String>,
        /// Its Telegram id, if it has one.
        pub telegram: Option<String>,
        /// Money in the wallet.
        pub wallet: MoneyView,
        /// When it signed up.
        pub created_at: String,
    }
    /// A slice of users.
    pub struct UserPage {
        /// Newest first.
        pub items: Vec<UserView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
    /// An order and whose it is.
    pub struct OperatorOrderView {
        /// The order.
        pub order: OrderView,
        /// Whose.
        pub user_id: String,
        /// Why a person must look: `payment_review`, `payment_reversed`, `provision_rejected`, `provision_stuck`.
        pub attention: Option<String>,
    }
    /// A slice of orders.
    pub struct OperatorOrderPage {
        /// Newest first.
        pub items: Vec<OperatorOrderView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
    /// A receipt to decide on.
    pub struct OperatorReceiptView {
        /// Its id.
        pub receipt_id: String,
        /// For which payment.
        pub payment_id: String,
        /// For which order.
        pub order_id: String,
        /// Whose.
        pub user_id: String,
        /// What should have arrived.
        pub due: MoneyView,
        /// The card that it should be on.
        pub card: Option<String>,
        /// What the customer wrote.
        pub note: String,
        /// The same picture came for another payment before.
        pub seen_before: bool,
        /// `waiting`, `accepted` or `rejected`.
        pub decision: String,
        /// To be given back with the decision.
        pub version: u32,
        /// When it was handed in.
        pub created_at: String,
    }
    /// A subscription and whose it is.
    pub struct OperatorSubscriptionView {
        /// Its id.
        pub subscription_id: String,
        /// Whose.
        pub user_id: String,
        /// The plan bought last.
        pub plan_name: String,
        /// Its state.
        pub state: String,
        /// Until when.
        pub ends_at: String,
        /// Traffic allowed in bytes.
        pub limit_bytes: u64,
        /// Traffic used in bytes.
        pub used_bytes: u64,
        /// On which servers, and whether each holds what it should.
        pub grants: Vec<GrantView>,
    }
    /// A subscription on one server.
    pub struct GrantView {
        /// Which server.
        pub server_id: String,
        /// `wanted`, `placed`, `unwanted` or `removed`.
        pub state: String,
        /// Whether the server was verified to hold the newest wish.
        pub current: bool,
        /// Used there in bytes.
        pub used_bytes: u64,
    }
    /// A slice of subscriptions.
    pub struct OperatorSubscriptionPage {
        /// Newest first.
        pub items: Vec<OperatorSubscriptionView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
    /// The books.
    pub struct BooksView {
        /// Every account.
        pub accounts: Vec<AccountView>,
        /// Whether every currency sums to zero and every balance is the sum of its entries.
        pub balanced: bool,
    }
    /// An account.
    pub struct AccountView {
        /// Its name; wallets are summed into one line `wallets`.
        pub account: String,
        /// What is in it.
        pub balance: MoneyView,
    }
    /// A job that failed too often.
    pub struct JobView {
        /// Its id.
        pub job_id: String,
        /// What.
        pub name: String,
        /// Failed tries.
        pub attempts: u32,
        /// Why.
        pub last_error: Option<String>,
    }
    /// A key for programs.
    pub struct ApiKeyView {
        /// Its id.
        pub key_id: String,
        /// What its owner calls it.
        pub label: String,
        /// What it allows.
        pub scopes: Vec<String>,
        /// When it ends.
        pub expires_at: String,
        /// The key itself; only in the answer that made it.
        pub token: Option<String>,
    }
}

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
        /// Which adapter, e.g. `hiddify`.
        pub kind: String,
        /// Its group; the first group when left out.
        pub group_id: Option<String>,
        /// The adapter's settings, e.g. `{"admin_link": "https://panel.example.org/path/uuid/"}`.
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
        /// The adapter's settings, all of them.
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

/// Why a receipt is rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(Enum))]
#[cfg_attr(feature = "openapi", oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The money did not arrive.
    NotReceived,
    /// The picture cannot be read.
    Unreadable,
    /// The receipt belongs to another payment.
    UsedBefore,
    /// The receipt looks forged.
    Forged,
}

/// Which orders are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OperatorOrderFilter {
    /// Of this user only.
    pub user_id: Option<String>,
    /// In this state only.
    pub state: Option<String>,
    /// Only those that a person must look at.
    pub attention: bool,
}
