//! The operator's port: what it takes to run a shop.

mod affiliates;
mod alerts;
mod analytics;
mod audit;
mod bot;
mod broadcasts;
mod bulks;
mod care;
mod coupons;
mod deposits;
mod exports;
mod freshness;
mod gateways;
mod growth;
mod hand_outs;
mod histories;
mod imports;
mod keys;
mod links;
mod local;
pub mod model;
mod request;
mod resellers;
mod returns;
mod reviews;
mod sales;
mod servers;
mod setup;
mod staff;
mod stuck;
mod support;
mod takings;
mod tickets;
mod view;
mod webhooks;
mod wording;

pub use bot::BotOffice;
pub use coupons::CouponBook;
pub use growth::Growth;
pub(crate) use local::LocalBackoffice;

pub use affiliates::Affiliates;
pub use alerts::Alerts;
pub use analytics::Analytics;
pub use audit::Audit;
pub use broadcasts::Broadcasts;
pub use bulks::Bulks;
pub use care::Care;
pub use deposits::Deposits;
pub use exports::Exports;
pub use freshness::Freshness;
pub use gateways::Gateways;
pub use hand_outs::HandOuts;
pub use histories::Histories;
pub use imports::Imports;
pub use keys::ApiKeys;
pub use resellers::Resellers;
pub use returns::Returns;
pub use reviews::Reviews;
pub use sales::Sales;
pub use servers::Servers;
pub use setup::Setup;
pub use staff::Staff;
pub use stuck::StuckJobs;
pub use support::SupportDesk;
pub use takings::Takings;
pub use tickets::Tickets;
pub use webhooks::Webhooks;
pub use wording::Wording;

use crate::{
    error::Result,
    storefront::model::{MoneyView, OrderView, PageRequest},
};
use async_trait::async_trait;
use model::{
    AcceptRequest, AddGatewayRequest, AddPlanRequest, AddServerRequest, BooksView, CheckView, GatewayView,
    GroupRequest, GroupView, LinkRulesRequest, LinkRulesView, LinkSettingsRequest, LinkSettingsView,
    OperatorOrderFilter, OperatorOrderPage, OperatorPackView, OperatorPlanView, OperatorReceiptView,
    OperatorServerView, OperatorSubscriptionPage, OperatorSubscriptionView, PackRequest, RateRequest,
    RateView, RejectRequest, ShopRequest, ShopView, TelegramRequest, UpdateGatewayRequest, UpdatePlanRequest,
    UpdateServerRequest, UserPage, UserView, WalletCorrection,
};

/// A shop as its staff sees it. Made for one caller, who must hold the scope `manage` and, for each method, a permission.
///
/// # Behaviour
/// - Without the scope `manage` every method answers `not_signed_in` or `not_allowed`.
/// - Without the permission that a method needs it answers `not_allowed`, whatever it is asked about.
/// - Somebody of the staff who has to set a second factor up first is answered `second_factor_required`.
/// - Everything of another shop is `not_found`, exactly as if it did not exist.
/// - Secrets go in and never come out again.
/// - `add_server` and `add_gateway` refuse a configuration that cannot work, before anything is stored.
/// - `accept_receipt` and `reject_receipt` decide once; a second decision answers `already_decided`.
/// - `set_link_rules` cannot take the page from browsers, nor base64 from clients that no rule knows.
/// - `update_link_settings` refuses hosts that do not lead to the shop, and hosts of which none is active.
/// - `refund_order` gives the price back to the wallet once, after the service is undone.
#[async_trait]
pub trait Backoffice:
    Broadcasts
    + Deposits
    + Freshness
    + Alerts
    + Tickets
    + SupportDesk
    + Wording
    + HandOuts
    + Histories
    + Sales
    + Exports
    + Imports
    + Bulks
    + Care
    + Analytics
    + Takings
    + Growth
    + Affiliates
    + CouponBook
    + Resellers
    + Reviews
    + Returns
    + BotOffice
    + Servers
    + Gateways
    + Setup
    + ApiKeys
    + StuckJobs
    + Staff
    + Audit
    + Webhooks
    + Send
    + Sync
{
    /// The shop.
    async fn shop(&self) -> Result<ShopView>;
    /// Changes the shop. The currency is fixed once there are orders.
    async fn update_shop(&self, request: ShopRequest) -> Result<ShopView>;

    /// Whether devices are counted, and where links live.
    async fn link_settings(&self) -> Result<LinkSettingsView>;
    /// Changes them.
    async fn update_link_settings(&self, request: LinkSettingsRequest) -> Result<LinkSettingsView>;
    /// The table by which clients of links get their form.
    async fn link_rules(&self) -> Result<LinkRulesView>;
    /// Replaces it.
    async fn set_link_rules(&self, request: LinkRulesRequest) -> Result<LinkRulesView>;
    /// Lets customers sign in with this bot, in place of the one before. Only for owners: whoever holds the token can come in
    /// as anybody.
    async fn set_telegram(&self, request: TelegramRequest) -> Result<ShopView>;
    /// Lets nobody sign in with Telegram any more. Only for owners.
    async fn clear_telegram(&self) -> Result<ShopView>;

    /// Server groups.
    async fn groups(&self) -> Result<Vec<GroupView>>;
    /// Adds a group.
    async fn add_group(&self, request: GroupRequest) -> Result<GroupView>;
    /// Servers.
    async fn servers(&self) -> Result<Vec<OperatorServerView>>;
    /// Adds a server after talking to it.
    async fn add_server(&self, request: AddServerRequest) -> Result<OperatorServerView>;
    /// Changes a server.
    async fn update_server(
        &self,
        server_id: &str,
        request: UpdateServerRequest,
    ) -> Result<OperatorServerView>;
    /// Talks to a server.
    async fn check_server(&self, server_id: &str) -> Result<CheckView>;

    /// Plans, on sale or not.
    async fn plans(&self) -> Result<Vec<OperatorPlanView>>;
    /// Adds a plan.
    async fn add_plan(&self, request: AddPlanRequest) -> Result<OperatorPlanView>;
    /// Changes a plan. What was sold stays as it was.
    async fn update_plan(&self, plan_id: &str, request: UpdatePlanRequest) -> Result<OperatorPlanView>;

    /// Packs, on sale or not.
    async fn packs(&self) -> Result<Vec<OperatorPackView>>;
    /// Adds a pack, or changes the one that is named. What was sold stays as it was.
    async fn save_pack(&self, request: PackRequest) -> Result<OperatorPackView>;

    /// Gateways.
    async fn gateways(&self) -> Result<Vec<GatewayView>>;
    /// Adds a gateway, disabled until it was looked at with `check_gateway` and enabled.
    async fn add_gateway(&self, request: AddGatewayRequest) -> Result<GatewayView>;
    /// Changes a gateway.
    async fn update_gateway(&self, gateway_id: &str, request: UpdateGatewayRequest) -> Result<GatewayView>;
    /// Tries a gateway, and gives what to compare with one's own wallet.
    async fn check_gateway(&self, gateway_id: &str) -> Result<CheckView>;
    /// Exchange rates.
    async fn rates(&self) -> Result<Vec<RateView>>;
    /// Sets what one whole unit of an asset is worth.
    async fn set_rate(&self, request: RateRequest) -> Result<RateView>;

    /// Users, newest first.
    async fn users(&self, page: PageRequest) -> Result<UserPage>;
    /// The user with this e-mail, account number, Telegram id, link or id.
    async fn find_user(&self, query: &str) -> Result<UserView>;
    /// One user.
    async fn user(&self, user_id: &str) -> Result<UserView>;
    /// Blocks or unblocks a user.
    async fn block_user(&self, user_id: &str, blocked: bool) -> Result<UserView>;
    /// Puts money into a wallet or takes it out, with a reason. `key` makes a repeat harmless.
    async fn correct_wallet(
        &self,
        user_id: &str,
        request: WalletCorrection,
        key: String,
    ) -> Result<MoneyView>;

    /// Orders, newest first.
    async fn orders(&self, filter: OperatorOrderFilter, page: PageRequest) -> Result<OperatorOrderPage>;
    /// One order.
    async fn order(&self, order_id: &str) -> Result<OrderView>;
    /// Takes an order back: undoes its service, then gives the price to the wallet.
    async fn refund_order(&self, order_id: &str) -> Result<OrderView>;
    /// Receipts that await a decision, oldest first.
    async fn receipts(&self, page: PageRequest) -> Result<Vec<OperatorReceiptView>>;
    /// The picture of a receipt: JPEG.
    async fn receipt_picture(&self, receipt_id: &str) -> Result<Vec<u8>>;
    /// The money is there: settles the payment with the amount really received.
    async fn accept_receipt(&self, receipt_id: &str, request: AcceptRequest) -> Result<OrderView>;
    /// It is not.
    async fn reject_receipt(&self, receipt_id: &str, request: RejectRequest) -> Result<OperatorReceiptView>;

    /// Subscriptions, newest first, of one user or of all.
    async fn subscriptions(
        &self,
        user_id: Option<String>,
        page: PageRequest,
    ) -> Result<OperatorSubscriptionPage>;
    /// One subscription.
    async fn subscription(&self, subscription_id: &str) -> Result<OperatorSubscriptionView>;
    /// Stops it.
    async fn suspend(&self, subscription_id: &str) -> Result<OperatorSubscriptionView>;
    /// Lets it go on.
    async fn resume(&self, subscription_id: &str) -> Result<OperatorSubscriptionView>;
    /// Takes it back for ever.
    async fn revoke(&self, subscription_id: &str) -> Result<OperatorSubscriptionView>;

    /// The books: every account's balance and whether they agree.
    async fn books(&self) -> Result<BooksView>;
}
