//! The shop of a simulation: three servers, five ways to pay, three plans.

use super::{panel::NAMES, run::Outside};
use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{
            AddGatewayRequest, AddPlanRequest, AddServerRequest, PackRequest, RateRequest, ShopRequest,
            UpdateGatewayRequest,
        },
    },
    domain::{money::Currency, server::Group, shop::Locale, user::Principal},
    ids::{GatewayId, ShopId},
    ports::storage::Storage as _,
    storefront::model::{MoneyView, Purpose, ReferralTermsView},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where the servers stand. They are two.
pub const REGIONS: [&str; 2] = ["DE", "FI"];

/// A way to pay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// We look at a chain, in the shop's currency.
    Chain,
    /// We look at a chain whose coin has a rate.
    Coin,
    /// A chain's book is read onward, for all payments at once.
    Book,
    /// Signed messages.
    Signed,
    /// A person looks at the bank account.
    Card,
}

/// One configured gateway.
#[derive(Clone, Debug)]
pub struct Till {
    pub way: Way,
    pub id: GatewayId,
    pub method: String,
    pub endpoint: String,
    pub currency: Currency,
}

/// What everybody knows of the shop.
pub struct Shop {
    pub id: ShopId,
    pub operator: Principal,
    pub tills: Vec<Till>,
    pub plans: Vec<String>,
    /// A pack of traffic and one of devices.
    pub packs: Vec<(Purpose, String)>,
    /// On how many servers a subscription is placed; 0 means all. Where it is one, customers move.
    pub spread: u32,
    /// For how many hours customers go on after the end.
    pub grace: u32,
}

pub fn dollars(minor: i64) -> MoneyView {
    MoneyView { minor, currency: "USD".into() }
}

/// Opens the shop.
pub async fn open(outside: &Outside) -> Shop {
    let nexa = outside.engine();
    let installed = nexa.install("Simulated", Currency::Usd, Locale::En, true, None).await.unwrap();
    let desk = nexa.frontdesk();
    let claimed = desk.claim(&installed.claim.unwrap()).await.unwrap();
    let operator = desk.principal(installed.shop_id, &claimed.api_key).await.unwrap();
    let office = nexa.backoffice(operator.clone());
    let spread = spread(outside, installed.shop_id).await;
    servers(&office).await;
    let tills = tills(&office).await;
    let plans = plans(&office).await;
    let packs = packs(&office).await;
    let terms = ReferralTermsView {
        on: true,
        reward_bp: 1250,
        second_bp: Some(250),
        orders: Some("every".to_owned()),
        hold_days: Some(1),
        welcome: Some(dollars(35)),
        ..ReferralTermsView::default()
    };
    office.set_referral_terms(terms).await.unwrap();
    let grace = grace(outside, &office).await;
    outside.env.promises().shop = Some(installed.shop_id);
    set_rates(&nexa, &operator).await;
    Shop { id: installed.shop_id, operator, tills, plans, packs, spread, grace }
}

/// Rates are good for two days; the operator renews them each day.
pub async fn set_rates(nexa: &Nexa, operator: &Principal) {
    for (asset, minor) in [("LTC", 8_000), ("USDT", 100), ("IRR", 1)] {
        let rate = RateRequest { asset: asset.into(), price: dollars(minor), valid_hours: 160 };
        drop(nexa.backoffice(operator.clone()).set_rate(rate).await);
    }
}

/// In some seeds customers go on for a little after the end.
async fn grace(outside: &Outside, office: &Arc<dyn Backoffice>) -> u32 {
    let hours = if outside.env.dice.hit(500) { 6 } else { 0 };
    let request = ShopRequest { grace_hours: Some(hours), grace_mib: Some(50), ..ShopRequest::default() };
    office.update_shop(request).await.unwrap();
    hours
}

/// In some seeds a subscription is on one server instead of on all of them.
async fn spread(outside: &Outside, shop: ShopId) -> u32 {
    let spread = u32::from(outside.env.dice.hit(350));
    let mut tx = outside.env.storage.begin().await.unwrap();
    for group in tx.groups(shop).await.unwrap() {
        tx.save_group(&Group { spread, ..group }).await.unwrap();
    }
    tx.commit().await.unwrap();
    spread
}

async fn servers(office: &Arc<dyn Backoffice>) {
    for (name, region) in NAMES.iter().zip(REGIONS) {
        let request = AddServerRequest {
            name: (*name).into(),
            kind: "memory".into(),
            group_id: None,
            config: json!({ "name": name }),
            region: Some(region.into()),
            capacity: None,
        };
        office.add_server(request).await.unwrap();
    }
}

async fn tills(office: &Arc<dyn Backoffice>) -> Vec<Till> {
    let card = json!({ "number": "6219861034529007", "holder": "Sara Ahmadi", "bank": "Melli" });
    let settings: [(Way, &str, Currency, Value); 5] = [
        (Way::Chain, "fake", Currency::Usd, json!({ "wallet": "usd", "window_minutes": 3, "refunds": true })),
        (
            Way::Coin,
            "fake",
            Currency::Ltc,
            json!({ "asset": "LTC", "wallet": "ltc", "window_minutes": 3, "tolerance_bp": 50 }),
        ),
        (
            Way::Book,
            "fake",
            Currency::Usdt,
            json!({ "asset": "USDT", "wallet": "usdt", "window_minutes": 3, "scanned": true, "refunds": true }),
        ),
        (Way::Signed, "fake", Currency::Usd, json!({ "signed": true, "window_minutes": 3 })),
        (
            Way::Card,
            "card",
            Currency::Irr,
            json!({ "cards": [card], "step": 1, "steps": 40, "window_minutes": 10, "cool_down_hours": 3 }),
        ),
    ];
    let mut tills = Vec::new();
    for (way, kind, currency, config) in settings {
        let request = AddGatewayRequest { kind: kind.into(), name: format!("{way:?}"), config };
        let view = office.add_gateway(request).await.unwrap();
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        office.update_gateway(&view.gateway_id, enable).await.unwrap();
        let endpoint = view.callback_url.rsplit('/').next().unwrap_or_default().to_owned();
        let id = view.gateway_id.parse().unwrap();
        tills.push(Till { way, id, method: view.gateway_id, endpoint, currency });
    }
    tills
}

async fn packs(office: &Arc<dyn Backoffice>) -> Vec<(Purpose, String)> {
    let mut packs = Vec::new();
    for (purpose, kind, amount) in
        [(Purpose::TrafficPack, "traffic", 300 << 20), (Purpose::DevicePack, "devices", 3)]
    {
        let (kind, name) = (kind.to_owned(), kind.to_owned());
        let request =
            PackRequest { pack_id: None, kind, name, amount, prices: vec![dollars(120)], on_sale: true };
        packs.push((purpose, office.save_pack(request).await.unwrap().pack_id));
    }
    packs
}

async fn plans(office: &Arc<dyn Backoffice>) -> Vec<String> {
    let plan = |name: &str, days, mib: u64, prices, on_sale| AddPlanRequest {
        name: name.into(),
        days,
        traffic_bytes: mib << 20,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices,
        on_sale,
    };
    let mut plans = Vec::new();
    for request in [
        plan("day", 1, 1000, vec![dollars(300)], true),
        plan("two days", 2, 2000, vec![dollars(500)], true),
        plan("three days", 3, 500, vec![dollars(450)], true),
    ] {
        plans.push(office.add_plan(request).await.unwrap().plan_id);
    }
    let trial = office.add_plan(plan("trial", 1, 100, Vec::new(), false)).await.unwrap();
    let set = ShopRequest { trial_plan_id: Some(trial.plan_id), ..ShopRequest::default() };
    office.update_shop(set).await.unwrap();
    plans
}
