//! What a fresh demo sells.

use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{
            AddGatewayRequest, AddPlanRequest, AddServerRequest, PackRequest, ShopRequest,
            UpdateGatewayRequest,
        },
    },
    domain::{money::Currency, shop::Locale},
    error::{Failure, Result},
    ids::{GatewayId, ShopId},
    storefront::model::MoneyView,
};
use serde_json::json;
use std::sync::Arc;

const GIB: u64 = 1 << 30;

/// The panels by their names, and where their servers stand.
pub(super) const PANELS: [&str; 2] = ["Frankfurt", "Helsinki"];
const REGIONS: [&str; 2] = ["DE", "FI"];

/// A name in each language.
type Named = [&'static str; 3];

const SHOP: Named = ["فروشگاه آزمایشی", "Demo shop", "Тестовый магазин"];
const GATEWAY: Named = ["پرداخت آزمایشی", "Play money", "Тестовые деньги"];
const SERVERS: [Named; 2] = [["فرانکفورت", "Frankfurt", "Франкфурт"], ["هلسینکی", "Helsinki", "Хельсинки"]];
const MONTH: Named = ["یک‌ماهه، ۵۰ گیگابایت", "1 month, 50 GiB", "1 месяц, 50 ГБ"];
const QUARTER: Named = ["سه‌ماهه، ۱۵۰ گیگابایت", "3 months, 150 GiB", "3 месяца, 150 ГБ"];
const TRIAL: Named = ["آزمایشی، ۱ گیگابایت", "Trial, 1 GiB", "Пробный, 1 ГБ"];
const MORE: Named = ["۲۰ گیگابایت بیشتر", "20 GiB more", "Ещё 20 ГиБ"];

/// A shop that sells.
pub(super) struct Stocked {
    pub(super) shop: ShopId,
    pub(super) office: Arc<dyn Backoffice>,
    pub(super) gateway: GatewayId,
    /// The secret last part of the address that the gateway calls.
    pub(super) endpoint: String,
    pub(super) locale: Locale,
}

const fn named(locale: Locale, [fa, en, ru]: Named) -> &'static str {
    match locale {
        Locale::Fa => fa,
        Locale::En => en,
        Locale::Ru => ru,
    }
}

fn dollars(cents: i64) -> Vec<MoneyView> {
    vec![MoneyView { minor: cents, currency: "USD".to_owned() }]
}

/// Sets a fresh shop up.
pub(super) async fn fill(nexa: &Nexa, locale: Locale) -> Result<Stocked> {
    let installed = nexa.install(named(locale, SHOP), Currency::Usd, locale, true, None).await?;
    let (shop, desk) = (installed.shop_id, nexa.frontdesk());
    let claim = installed.claim.ok_or_else(|| Failure::core("a fresh shop has an operator"))?;
    let key = desk.claim(&claim).await?.api_key;
    let office = nexa.backoffice(desk.principal(shop, &key).await?);
    for ((name, panel), region) in SERVERS.into_iter().zip(PANELS).zip(REGIONS) {
        let server = AddServerRequest {
            name: named(locale, name).to_owned(),
            kind: "memory".to_owned(),
            group_id: None,
            config: json!({ "name": panel }),
            region: Some(region.to_owned()),
            capacity: None,
        };
        office.add_server(server).await?;
    }
    shelves(office.as_ref(), locale).await?;
    let gateway = AddGatewayRequest {
        kind: "fake".to_owned(),
        name: named(locale, GATEWAY).to_owned(),
        config: json!({ "signed": true }),
    };
    let made = office.add_gateway(gateway).await?;
    let endpoint = made.callback_url.rsplit('/').next().unwrap_or_default().to_owned();
    let gateway = made.gateway_id;
    let enabled = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
    office.update_gateway(&gateway, enabled).await?;
    let gateway = gateway.parse().map_err(|_| Failure::core("an id of our own"))?;
    Ok(Stocked { shop, office, gateway, endpoint, locale })
}

/// Plans, a trial and a pack.
async fn shelves(office: &dyn Backoffice, locale: Locale) -> Result<()> {
    let plan = |name: Named, days: u32, gib: u64, devices: u32, cents: i64| AddPlanRequest {
        name: named(locale, name).to_owned(),
        days,
        traffic_bytes: gib * GIB,
        devices,
        extras: vec![],
        group_id: None,
        prices: dollars(cents),
        on_sale: true,
    };
    office.add_plan(plan(MONTH, 30, 50, 2, 499)).await?;
    office.add_plan(plan(QUARTER, 90, 150, 3, 1299)).await?;
    let trial = AddPlanRequest { on_sale: false, ..plan(TRIAL, 1, 1, 1, 1) };
    let trial_plan_id = Some(office.add_plan(trial).await?.plan_id);
    office.update_shop(ShopRequest { trial_plan_id, ..ShopRequest::default() }).await?;
    let more = PackRequest {
        pack_id: None,
        kind: "traffic".to_owned(),
        name: named(locale, MORE).to_owned(),
        amount: 20 * GIB,
        prices: dollars(199),
        on_sale: true,
    };
    office.save_pack(more).await?;
    Ok(())
}
