//! What every back office must do, one function per sentence of [`crate::backoffice::Backoffice`].
//!
//! The shop around it is given by a [`Fixture`]. It must never look behind the port.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a suite fails by panicking")]

mod analytics;
mod coupons;
mod growth;
mod money;
mod setting_up;
mod suite;

pub use coupons::{changes_coupons_for_what_is_ordered_later, keeps_coupons_in_bounds};
pub use growth::{counts_what_campaigns_brought, keeps_terms_in_bounds};
pub use money::{decides_once, refunds_once_and_after_the_service_is_gone};
pub use setting_up::{
    arranges_what_it_shows, keeps_groups_that_are_used, keeps_servers_until_nobody_is_on_them,
    shows_settings_without_their_secrets,
};

use super::refused;
use crate::{
    backoffice::{
        Backoffice,
        model::{
            AcceptRequest, AddGatewayRequest, AddPlanRequest, AddServerRequest, ApiKeyRequest,
            BroadcastRequest, ExtendRequest, GrantRequest, GroupRequest, LinkHostView, LinkRulesRequest,
            LinkSettingsRequest, MaintenanceRequest, OperatorOrderFilter, PackRequest, RateRequest,
            RejectRequest, RejectionReason, SendBackRequest, ShopRequest, TextsView, UpdateGatewayRequest,
            UpdatePlanRequest, UpdateServerRequest, WalletCorrection,
        },
    },
    error::Result,
    storefront::model::{MoneyView, OrderView, PageRequest},
};
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

/// A shop with an operator, and the power over what happens around it.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The shop for its operator.
    fn operator(&self) -> Arc<dyn Backoffice>;
    /// The shop for callers without the scope `manage`: at least a guest and a customer.
    async fn outsiders(&self) -> Vec<Arc<dyn Backoffice>>;
    /// Things of another shop, one of each.
    async fn foreign(&self) -> Belongings;
    /// Texts that were given in configurations and must stay secret, each long enough to be told from all else.
    async fn secrets(&self) -> Vec<String>;
    /// A server that cannot work.
    fn broken_server(&self) -> AddServerRequest;
    /// A gateway that cannot work.
    fn broken_gateway(&self) -> AddGatewayRequest;
    /// A customer pays by card and hands in a receipt.
    async fn hand_in_a_receipt(&self);
    /// A customer buys something that is delivered; the order's id.
    async fn sell(&self) -> String;
    /// A new customer orders something with this coupon and does not pay; the order, or why not.
    async fn order_with(&self, coupon: &str) -> Result<OrderView>;
    /// A new customer who came by this campaign does; the order's id.
    async fn sell_by(&self, campaign: &str) -> String;
    /// Whether the servers hold anything for anybody.
    async fn serves_somebody(&self) -> bool;
    /// Has everything done that is due.
    async fn work(&self);
}

/// Ids of a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each field is the id of what it is named after")]
pub struct Belongings {
    pub user: String,
    pub order: String,
    pub receipt: String,
    pub subscription: String,
    pub server: String,
    pub group: String,
    pub plan: String,
    pub pack: String,
    pub gateway: String,
    pub key: String,
    pub job: String,
    pub broadcast: String,
}

impl Belongings {
    /// Ids of nothing.
    fn nowhere() -> Self {
        let id = || "00000000-0000-7000-8000-000000000000".to_owned();
        Self {
            user: id(),
            order: id(),
            receipt: id(),
            subscription: "x".to_owned(),
            server: id(),
            group: id(),
            plan: id(),
            pack: id(),
            gateway: id(),
            key: id(),
            job: id(),
            broadcast: id(),
        }
    }
}

type Codes = Vec<(&'static str, String)>;

fn some(amount: i64) -> MoneyView {
    MoneyView { minor: amount, currency: "USD".to_owned() }
}

fn new_plan(group: &str) -> AddPlanRequest {
    AddPlanRequest {
        name: "Plan".to_owned(),
        days: 1,
        traffic_bytes: 1 << 30,
        devices: 1,
        extras: vec![],
        group_id: Some(group.to_owned()),
        prices: vec![some(1)],
        on_sale: true,
    }
}

fn some_pack(pack_id: Option<String>) -> PackRequest {
    let (kind, name) = ("traffic".to_owned(), "More".to_owned());
    PackRequest { pack_id, kind, name, amount: 1 << 30, prices: vec![some(1)], on_sale: true }
}

const UNCHANGED_PLAN: UpdatePlanRequest = UpdatePlanRequest {
    name: None,
    days: None,
    traffic_bytes: None,
    devices: None,
    prices: None,
    extras: None,
    on_sale: None,
};
const UNCHANGED_SERVER: UpdateServerRequest =
    UpdateServerRequest { name: None, state: None, config: None, region: None, capacity: None };
const UNCHANGED_GATEWAY: UpdateGatewayRequest =
    UpdateGatewayRequest { name: None, config: None, enabled: None };

fn trials_of(plan: &str) -> ShopRequest {
    ShopRequest { trial_plan_id: Some(plan.to_owned()), ..ShopRequest::default() }
}

fn gift_of(plan: &str) -> GrantRequest {
    GrantRequest { plan_id: plan.to_owned(), reason: "a gift".to_owned() }
}

/// To those who have this plan, or nobody knows which.
fn news(plan_id: Option<String>) -> BroadcastRequest {
    BroadcastRequest {
        segment: "plan".to_owned(),
        plan_id,
        group_id: None,
        locale: None,
        days: None,
        selection: None,
        texts: TextsView { en: Some("News".to_owned()), ..TextsView::default() },
        buttons: None,
    }
}

fn some_transfer() -> SendBackRequest {
    SendBackRequest { network: "x".to_owned(), name: "x".to_owned() }
}

fn more() -> ExtendRequest {
    ExtendRequest { days: Some(1), traffic_bytes: None, reason: "a gift".to_owned() }
}

/// A note that is too long.
fn closed() -> MaintenanceRequest {
    MaintenanceRequest { on: true, note: Some("x".repeat(301)) }
}

/// Links at a host that is none.
fn nowhere() -> LinkSettingsRequest {
    let host = LinkHostView { host: "nowhere".to_owned(), state: "active".to_owned() };
    LinkSettingsRequest { devices: None, hosts: Some(vec![host]) }
}

/// The codes of every method that takes an id.
async fn by_id(shop: &dyn Backoffice, of: &Belongings) -> Codes {
    let accept = AcceptRequest { received: some(1), version: 0 };
    let reject = RejectRequest { reason: RejectionReason::Forged, version: 0 };
    let gift = WalletCorrection { amount: some(1) };
    vec![
        ("update_shop", refused(shop.update_shop(trials_of(&of.plan)).await)),
        ("update_server", refused(shop.update_server(&of.server, UNCHANGED_SERVER).await)),
        ("check_server", refused(shop.check_server(&of.server).await)),
        ("add_plan", refused(shop.add_plan(new_plan(&of.group)).await)),
        ("update_plan", refused(shop.update_plan(&of.plan, UNCHANGED_PLAN).await)),
        ("save_pack", refused(shop.save_pack(some_pack(Some(of.pack.clone()))).await)),
        ("update_gateway", refused(shop.update_gateway(&of.gateway, UNCHANGED_GATEWAY).await)),
        ("check_gateway", refused(shop.check_gateway(&of.gateway).await)),
        ("find_user", refused(shop.find_user(&of.user).await)),
        ("user", refused(shop.user(&of.user).await)),
        ("block_user", refused(shop.block_user(&of.user, true).await)),
        ("correct_wallet", refused(shop.correct_wallet(&of.user, gift, "key".to_owned()).await)),
        ("order", refused(shop.order(&of.order).await)),
        ("order_story", refused(shop.order_story(&of.order).await)),
        ("user_wallet", refused(shop.user_wallet(&of.user, PageRequest::default()).await)),
        ("user_tickets", refused(shop.user_tickets(&of.user, PageRequest::default()).await)),
        ("assign_deposit_to_order", refused(shop.assign_deposit_to_order(&of.order, "0000-0000").await)),
        ("refund_order", refused(shop.refund_order(&of.order).await)),
        ("refund_order_to_payer", refused(shop.refund_order_to_payer(&of.order).await)),
        ("transfers", refused(shop.transfers(&of.order).await)),
        ("send_back", refused(shop.send_back(&of.order, some_transfer()).await)),
        ("receipt_picture", refused(shop.receipt_picture(&of.receipt).await)),
        ("accept_receipt", refused(shop.accept_receipt(&of.receipt, accept).await)),
        ("reject_receipt", refused(shop.reject_receipt(&of.receipt, reject).await)),
        ("subscription", refused(shop.subscription(&of.subscription).await)),
        ("suspend", refused(shop.suspend(&of.subscription).await)),
        ("resume", refused(shop.resume(&of.subscription).await)),
        ("revoke", refused(shop.revoke(&of.subscription).await)),
        (
            "grant_subscription",
            refused(shop.grant_subscription(&of.user, gift_of(&of.plan), "a".to_owned()).await),
        ),
        ("extend", refused(shop.extend_subscription(&of.subscription, more(), "b".to_owned()).await)),
        ("preview_broadcast", refused(shop.preview_broadcast(&of.broadcast).await)),
        ("send_broadcast", refused(shop.send_broadcast(&of.broadcast, "c".to_owned()).await)),
        ("stop_broadcast", refused(shop.stop_broadcast(&of.broadcast).await)),
        ("resend_failed", refused(shop.resend_failed(&of.broadcast).await)),
        ("broadcast", refused(shop.broadcast(&of.broadcast).await)),
        ("draft_broadcast", refused(shop.draft_broadcast(news(Some(of.plan.clone()))).await)),
        ("retry_job", refused(shop.retry_job(&of.job).await)),
        ("remove_api_key", refused(shop.remove_api_key(&of.key).await)),
    ]
}

/// The codes of every other method, asked for nonsense.
async fn without_id(shop: &dyn Backoffice, broken: &dyn Fixture) -> Codes {
    let page = || PageRequest { cursor: Some("x".to_owned()), limit: Some(0) };
    let nonsense = || "x".to_owned();
    let filter = OperatorOrderFilter { user_id: Some(nonsense()), state: Some(nonsense()), attention: true };
    let rate = RateRequest { asset: nonsense(), price: some(-1), valid_hours: 0 };
    let key = ApiKeyRequest { label: String::new(), scopes: vec![nonsense()], permissions: None, days: 0 };
    vec![
        ("shop", refused(shop.shop().await)),
        ("proved_lately", refused(shop.proved_lately().await)),
        ("link_settings", refused(shop.link_settings().await)),
        ("update_link_settings", refused(shop.update_link_settings(nowhere()).await)),
        ("link_rules", refused(shop.link_rules().await)),
        ("set_link_rules", refused(shop.set_link_rules(LinkRulesRequest { rules: None }).await)),
        ("groups", refused(shop.groups().await)),
        ("add_group", refused(shop.add_group(GroupRequest { name: String::new(), spread: 0 }).await)),
        ("servers", refused(shop.servers().await)),
        ("add_server", refused(shop.add_server(broken.broken_server()).await)),
        ("plans", refused(shop.plans().await)),
        ("packs", refused(shop.packs().await)),
        ("save_pack", refused(shop.save_pack(some_pack(None)).await)),
        ("gateways", refused(shop.gateways().await)),
        ("add_gateway", refused(shop.add_gateway(broken.broken_gateway()).await)),
        ("rates", refused(shop.rates().await)),
        ("set_rate", refused(shop.set_rate(rate).await)),
        ("users", refused(shop.users(page()).await)),
        ("orders", refused(shop.orders(filter, page()).await)),
        ("unpaid_payments", refused(shop.unpaid_payments("x", page()).await)),
        ("receipts", refused(shop.receipts(page()).await)),
        ("subscriptions", refused(shop.subscriptions(Some(nonsense()), page()).await)),
        ("sales", refused(shop.sales(Some(nonsense())).await)),
        ("actions", refused(shop.actions(page()).await)),
        ("broadcasts", refused(shop.broadcasts(page()).await)),
        ("draft_broadcast", refused(shop.draft_broadcast(news(None)).await)),
        ("set_maintenance", refused(shop.set_maintenance(closed()).await)),
        ("books", refused(shop.books().await)),
        ("poison_jobs", refused(shop.poison_jobs().await)),
        ("api_keys", refused(shop.api_keys().await)),
        ("add_api_key", refused(shop.add_api_key(key).await)),
    ]
}

/// Without the scope `manage` every method answers `not_signed_in` or `not_allowed`.
pub async fn lets_nobody_in_without_the_scope(world: &dyn Fixture) {
    for outsider in world.outsiders().await {
        let mut all = by_id(outsider.as_ref(), &Belongings::nowhere()).await;
        all.extend(without_id(outsider.as_ref(), world).await);
        all.extend(growth::codes(outsider.as_ref()).await);
        all.extend(analytics::codes(outsider.as_ref()).await);
        all.extend(coupons::codes(outsider.as_ref()).await);
        all.extend(setting_up::by_id(outsider.as_ref(), &Belongings::nowhere()).await);
        all.extend(setting_up::without_id(outsider.as_ref(), world).await);
        for (name, code) in all {
            assert!(matches!(code.as_str(), "not_signed_in" | "not_allowed"), "{name}: {code}");
        }
    }
}

/// Everything of another shop is `not_found`, exactly as if it did not exist.
pub async fn hides_what_belongs_to_other_shops(world: &dyn Fixture) {
    let shop = world.operator();
    let foreign = world.foreign().await;
    for of in [&foreign, &Belongings::nowhere()] {
        let mut all = by_id(shop.as_ref(), of).await;
        all.extend(setting_up::by_id(shop.as_ref(), of).await);
        for (name, code) in all {
            assert_eq!(code, "not_found", "{name}");
        }
    }
    let filter =
        OperatorOrderFilter { user_id: Some(foreign.user.clone()), ..OperatorOrderFilter::default() };
    assert!(shop.orders(filter, PageRequest::default()).await.expect("orders").items.is_empty());
    let held = shop.subscriptions(Some(foreign.user), PageRequest::default()).await.expect("subscriptions");
    assert!(held.items.is_empty());
}

/// Secrets go in and never come out again.
pub async fn keeps_secrets(world: &dyn Fixture) {
    let shop = world.operator();
    let secrets = world.secrets().await;
    assert!(!secrets.is_empty(), "there is something to keep");
    let key = ApiKeyRequest {
        label: "key".to_owned(),
        scopes: vec!["read".to_owned()],
        permissions: None,
        days: 1,
    };
    let token = shop.add_api_key(key).await.expect("a key").token.expect("shown this once");
    let shown: Vec<Value> = vec![
        serde_json::to_value(shop.servers().await.expect("servers")).expect("JSON"),
        serde_json::to_value(shop.gateways().await.expect("gateways")).expect("JSON"),
        serde_json::to_value(shop.api_keys().await.expect("keys")).expect("JSON"),
        serde_json::to_value(shop.shop().await.expect("the shop")).expect("JSON"),
        serde_json::to_value(shop.poison_jobs().await.expect("jobs")).expect("JSON"),
    ];
    for secret in secrets.iter().chain([&token]) {
        assert!(shown.iter().all(|view| !view.to_string().contains(secret.as_str())), "a secret came out");
    }
}

/// `add_server` and `add_gateway` refuse a configuration that cannot work, before anything is stored.
pub async fn stores_nothing_that_cannot_work(world: &dyn Fixture) {
    let shop = world.operator();
    let known = shop.servers().await.expect("servers").len();
    refused(shop.add_server(world.broken_server()).await);
    assert_eq!(shop.servers().await.expect("servers").len(), known);
    let known = shop.gateways().await.expect("gateways").len();
    refused(shop.add_gateway(world.broken_gateway()).await);
    assert_eq!(shop.gateways().await.expect("gateways").len(), known);
}

/// `set_link_rules` cannot take the page from browsers, nor base64 from clients that no rule knows.
/// `update_link_settings` refuses hosts that do not lead to the shop, and hosts of which none is active.
pub async fn keeps_links_in_reach(world: &dyn Fixture) {
    let shop = world.operator();
    let none = shop.set_link_rules(LinkRulesRequest { rules: Some(vec![]) }).await.expect("no rules");
    assert!(!none.standard && none.rules.is_empty(), "what stands behind them is no rule");
    let back = shop.set_link_rules(LinkRulesRequest { rules: None }).await.expect("the standard");
    assert!(back.standard && !back.rules.is_empty());
    let before = shop.link_settings().await.expect("settings");
    assert_eq!(refused(shop.update_link_settings(nowhere()).await), "bad_input");
    let host = LinkHostView { host: "a.example.org".to_owned(), state: "moved".to_owned() };
    let gone = LinkSettingsRequest { devices: None, hosts: Some(vec![host]) };
    assert_eq!(refused(shop.update_link_settings(gone).await), "bad_input");
    assert_eq!(shop.link_settings().await.expect("settings"), before);
}
