//! What the operator is shown.

use crate::storefront::model::{MoneyView, OrderView, Purpose};
use serde::{Deserialize, Serialize};

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
        /// The zone of its day; none for the one that goes with the language.
        pub timezone: Option<String>,
        /// Host names that lead here.
        pub hosts: Vec<String>,
        /// Where customers find help.
        pub support_url: Option<String>,
        /// The colour of buttons and links, `#rrggbb`.
        pub accent: String,
        /// The sentence under the name on the first page.
        pub tagline: Option<String>,
        /// The plan that a trial gives.
        pub trial_plan_id: Option<String>,
        /// What an account must have proved to get a trial: `none`, `telegram`, `email` or `verified`.
        pub trial_needs: String,
        /// The plan that services get which customers bring along from a panel; none: nothing is adopted.
        pub adoption_plan_id: Option<String>,
        /// The bot by which customers can sign in.
        pub telegram: Option<TelegramView>,
        /// Set while customers can buy nothing: what they are told about it, which may be nothing.
        pub maintenance: Option<String>,
        /// For how many hours a paid subscription goes on whose time or traffic is over; with none there is no grace.
        pub grace_hours: u32,
        /// With how much traffic, in MiB.
        pub grace_mib: u32,
        /// Whether exchange rates are asked for at markets.
        pub automatic_rates: bool,
        /// Whether it deals in play money.
        pub test: bool,
    }
    /// What holds for links.
    pub struct LinkSettingsView {
        /// `off`, `count` or `require`.
        pub devices: String,
        /// Where links live.
        pub hosts: Vec<LinkHostView>,
    }
    /// A host at which links live.
    pub struct LinkHostView {
        /// Its name, without scheme and port. It must be among the hosts of the shop if that has any.
        pub host: String,
        /// `active`; `moving_away` still answers and tells apps the new address; `moved` only sends on to it.
        pub state: String,
    }
    /// The table by which clients of links get their form.
    pub struct LinkRulesView {
        /// Whether it is the standard one.
        pub standard: bool,
        /// First match wins. Behind it browsers get the page, and all others base64.
        pub rules: Vec<LinkRuleView>,
    }
    /// One rule.
    pub struct LinkRuleView {
        /// The request header that is looked at, e.g. `user-agent`.
        pub header: String,
        /// `contains`, `equals`, `starts_with`, or `version_at_least` for a value like `v2rayng/1.8.29`.
        pub operator: String,
        /// With what it is compared, 1 to 200 bytes; upper and lower case are the same.
        pub value: String,
        /// `base64`, `plain`, `sing-box`, `clash`, `sip008`, `xray`, `wireguard` or `page`.
        pub form: String,
        /// Response headers that such clients get besides.
        pub headers: Vec<LinkHeaderView>,
    }
    /// A response header.
    pub struct LinkHeaderView {
        /// One that client apps read, e.g. `routing` or `announce`.
        pub name: String,
        /// Printable ASCII, at most 200 bytes.
        pub value: String,
    }
    /// A shop's Telegram bot.
    pub struct TelegramView {
        /// Its id.
        pub bot_id: i64,
        /// Its name without `@`.
        pub bot_username: String,
        /// Whether it answers customers.
        pub answers: bool,
        /// Where the Bot API is, if not at Telegram.
        pub api_url: Option<String>,
        /// Whether it goes through a proxy.
        pub has_proxy: bool,
        /// The channel that customers must have joined.
        pub channel: Option<String>,
        /// The terms that customers must have accepted.
        pub terms_url: Option<String>,
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
        /// The extras that it said it can give: `dedicated_ip`, `multi_hop`, `port_forward`.
        pub offers: Vec<String>,
        /// Those of them that it has none left of just now; plans that need them are not sold on it.
        pub sold_out: Vec<String>,
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
        /// What it has beyond that: `dedicated_ip`, `multi_hop`, `port_forward`.
        pub extras: Vec<String>,
        /// Its servers.
        pub group_id: String,
        /// One price per currency.
        pub prices: Vec<MoneyView>,
        /// Whether customers see it.
        pub on_sale: bool,
    }
    /// A pack: more traffic or devices until the current period ends.
    pub struct OperatorPackView {
        /// Its id.
        pub pack_id: String,
        /// `traffic` or `devices`.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// How much: bytes of traffic, or a number of devices.
        pub amount: u64,
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
        /// `operator`, or `market` when it was asked for automatically.
        pub source: String,
        /// How many markets agreed on it.
        pub sources: u32,
        /// Since when it holds.
        pub set_at: String,
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
        /// Since when mails to that do not arrive, and are not sent any more.
        pub mail_failing_since: Option<String>,
        /// Its Telegram id, if it has one.
        pub telegram: Option<String>,
        /// Money in the wallet that can be spent.
        pub wallet: MoneyView,
        /// What is set aside of it for unpaid orders.
        pub held: MoneyView,
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
        /// Why a person must look: `payment_review`, `payment_disputed`, `payment_reversed`, `return_refused`,
        /// `provision_rejected`, `provision_stuck`.
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
        /// An e-mail address or a Telegram id of theirs, most of it hidden; none when they have neither.
        pub customer: Option<String>,
        /// Receipts of theirs that were accepted before.
        pub accepted_before: u32,
        /// Receipts of theirs that were rejected before.
        pub rejected_before: u32,
        /// What the order is for.
        pub purpose: Purpose,
        /// The plan, if it is for one.
        pub plan_name: Option<String>,
        /// When the order was placed.
        pub ordered_at: String,
        /// What should have arrived, with all that arrived before.
        pub due: MoneyView,
        /// What of it has not arrived yet: all of it, unless less than was due came before.
        pub missing: MoneyView,
        /// The card that it should be on.
        pub card: Option<String>,
        /// What the customer wrote.
        pub note: String,
        /// The same picture came for another payment before.
        pub seen_before: bool,
        /// A picture that looks like this one came for another payment lately.
        pub like_before: bool,
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
        /// What it may do in the office; nothing here: whatever its maker may.
        pub permissions: Option<Vec<String>>,
        /// When it ends.
        pub expires_at: String,
        /// The key itself; only in the answer that made it.
        pub token: Option<String>,
    }
}
