//! The demo's shop: servers, plans, a gateway of play money and a customer, and how to try them with curl.

use super::{Stop, say};
use nexa_core::{
    backoffice::{
        Backoffice,
        model::{
            AddGatewayRequest, AddPlanRequest, AddServerRequest, OperatorPlanView, PackRequest, ShopRequest,
            UpdateGatewayRequest, WalletCorrection,
        },
    },
    domain::{money::Currency, shop::Locale, user::Principal},
    engine::Nexa,
    error::{Error, Failure, Result},
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, Purpose, SignUpRequest, SubscriptionView},
    },
};
use nexa_http::paths;
use serde_json::json;
use std::{sync::Arc, time::Duration};

const GIB: u64 = 1 << 30;

/// What the walk-through needs.
struct Made {
    api_key: String,
    gateway: String,
    plan: OperatorPlanView,
    number: String,
    session: String,
    bought: SubscriptionView,
}

/// Fills the shop and prints the walk-through.
pub async fn prepare(nexa: Nexa, locale: Locale, url: String) -> Result<(), Stop> {
    let made = fill(&nexa, locale).await.map_err(|error| match error {
        Error::Refused(refusal) => Stop::broken(format!("the demo could not be made: {refusal:?}")),
        failure => Stop::broken(failure),
    })?;
    tell(&made, &url);
    Ok(())
}

async fn fill(nexa: &Nexa, locale: Locale) -> Result<Made> {
    let name = ["فروشگاه آزمایشی", "Demo shop", "Тестовый магазин"];
    let installed = nexa.install(named(locale, name), Currency::Usd, locale, true, None).await?;
    let desk = nexa.frontdesk();
    let claim = installed.claim.ok_or_else(|| Failure::core("a fresh shop has an operator"))?;
    let api_key = desk.claim(&claim).await?.api_key;
    let office = nexa.backoffice(desk.principal(installed.shop_id, &api_key).await?);
    servers(&office, locale).await?;
    let plan = plans(&office, locale).await?;
    let gateway = office
        .add_gateway(AddGatewayRequest {
            kind: "sandbox".to_owned(),
            name: named(locale, ["پرداخت آزمایشی", "Play money", "Тестовые деньги"]).to_owned(),
            config: json!({ "secret": data_encoding::HEXLOWER.encode(&super::compose::world().bytes::<16>()) }),
        })
        .await?;
    let enabled = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
    office.update_gateway(&gateway.gateway_id, enabled).await?;

    let guest = nexa.storefront(Principal::guest(installed.shop_id));
    let account = guest.sign_up(SignUpRequest::default()).await?;
    let money = MoneyView { minor: 2000, currency: "USD".to_owned() };
    office
        .correct_wallet(
            &account.session.user_id,
            WalletCorrection { amount: money },
            "demo-wallet".to_owned(),
        )
        .await?;
    let store = nexa.storefront(desk.principal(installed.shop_id, &account.session.token).await?);
    let bought = buy(&store, &plan.plan_id).await?;
    Ok(Made {
        api_key,
        gateway: gateway.gateway_id,
        plan,
        number: account.account_number.unwrap_or_default(),
        session: account.session.token,
        bought,
    })
}

/// The name in the shop's language, of one in each language of [`Locale::ALL`].
const fn named(locale: Locale, [fa, en, ru]: [&'static str; 3]) -> &'static str {
    match locale {
        Locale::Fa => fa,
        Locale::En => en,
        Locale::Ru => ru,
    }
}

async fn servers(office: &Arc<dyn Backoffice>, locale: Locale) -> Result<()> {
    let places =
        [(["فرانکفورت", "Frankfurt", "Франкфурт"], "DE"), (["هلسینکی", "Helsinki", "Хельсинки"], "FI")];
    for (name, region) in places {
        office
            .add_server(AddServerRequest {
                name: named(locale, name).to_owned(),
                kind: "memory".to_owned(),
                group_id: None,
                config: json!({ "name": named(Locale::En, name) }),
                region: Some(region.to_owned()),
                capacity: None,
            })
            .await?;
    }
    let own = AddServerRequest {
        name: named(locale, ["این دستگاه", "This machine", "Этот компьютер"]).to_owned(),
        kind: "shadowsocks".to_owned(),
        group_id: None,
        config: json!({}),
        region: None,
        capacity: None,
    };
    office.add_server(own).await?;
    Ok(())
}

/// Adds the plans and gives the one that is bought first.
async fn plans(office: &Arc<dyn Backoffice>, locale: Locale) -> Result<OperatorPlanView> {
    let plan = |name: [&'static str; 3], days: u32, gib: u64, devices: u32, cents: i64| AddPlanRequest {
        name: named(locale, name).to_owned(),
        days,
        traffic_bytes: gib * GIB,
        devices,
        extras: vec![],
        group_id: None,
        prices: vec![MoneyView { minor: cents, currency: "USD".to_owned() }],
        on_sale: true,
    };
    let month = office
        .add_plan(plan(["یک‌ماهه، ۵۰ گیگابایت", "1 month, 50 GiB", "1 месяц, 50 ГБ"], 30, 50, 2, 499))
        .await?;
    office
        .add_plan(plan(["سه‌ماهه، ۱۵۰ گیگابایت", "3 months, 150 GiB", "3 месяца, 150 ГБ"], 90, 150, 3, 1299))
        .await?;
    office
        .add_plan(plan(["یک‌ساله، ۱۰۰۰ گیگابایت", "1 year, 1000 GiB", "1 год, 1000 ГБ"], 365, 1000, 5, 3999))
        .await?;
    let mut trial = plan(["آزمایشی، ۱ گیگابایت", "Trial, 1 GiB", "Пробный, 1 ГБ"], 1, 1, 1, 1);
    trial.on_sale = false;
    let trial = office.add_plan(trial).await?;
    packs(office, locale).await?;
    let shop = ShopRequest { trial_plan_id: Some(trial.plan_id), ..ShopRequest::default() };
    office.update_shop(shop).await?;
    Ok(month)
}

async fn packs(office: &Arc<dyn Backoffice>, locale: Locale) -> Result<()> {
    let more = [
        ("traffic", ["20 GiB more", "۲۰ گیگابایت بیشتر", "Ещё 20 ГиБ"], 20 * GIB, 199),
        ("devices", ["One device more", "یک دستگاه بیشتر", "Ещё одно устройство"], 1, 99),
    ];
    for (kind, [english, persian, russian], amount, cents) in more {
        let pack = PackRequest {
            pack_id: None,
            kind: kind.to_owned(),
            name: named(locale, [persian, english, russian]).to_owned(),
            amount,
            prices: vec![MoneyView { minor: cents, currency: "USD".to_owned() }],
            on_sale: true,
        };
        office.save_pack(pack).await?;
    }
    Ok(())
}

/// Buys from the wallet and waits until the worker has delivered.
async fn buy(store: &Arc<dyn Storefront>, plan: &str) -> Result<SubscriptionView> {
    let request = CheckoutRequest {
        purpose: Purpose::New,
        method: "wallet".to_owned(),
        plan_id: Some(plan.to_owned()),
        ..CheckoutRequest::default()
    };
    let mut order = store.checkout(request, Some("demo-order".to_owned())).await?;
    for _ in 0..100 {
        if order.state == "fulfilled" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        order = store.order(&order.order_id).await?;
    }
    let id = order.subscription_id.ok_or_else(|| Failure::core("a paid order has a subscription"))?;
    store.subscription(&id).await
}

fn tell(made: &Made, url: &str) {
    let Made { api_key, gateway, plan, number, session, bought } = made;
    let (plan, link, api) = (&plan.plan_id, &bought.link, format!("{url}{}", paths::API));
    say(&format!(
        "
DEMO: play money, everything in memory. Frankfurt and Helsinki lead nowhere; \"This machine\" is a real Shadowsocks
server that serves this machine only.

  Shop            {url}/
  API reference   {url}{docs}
  A customer's page, already paid and delivered (open it in a browser):
                  {link}

Paste this to be a customer:

  API={api}
  # a new anonymous account
  TOKEN=$(curl -s -X POST $API/accounts -H 'Content-Type: application/json' -d '{{}}' | sed 's/.*\"token\":\"\\([^\"]*\\).*/\\1/')
  curl -s $API/plans
  # buy a month with play money; the answer holds payment.redirect_url: open it and press the button
  curl -s -X POST $API/orders -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\
    -H \"Idempotency-Key: order-1\" \\
    -d '{{\"purpose\":\"new\",\"method\":\"{gateway}\",\"plan_id\":\"{plan}\"}}'
  # then
  curl -s $API/subscriptions -H \"Authorization: Bearer $TOKEN\"
  # in a second terminal: a proxy through the server of this machine, and what it reaches
  curl -s {link}/plain | nexa proxy -
  curl --proxy socks5h://127.0.0.1:1080 https://example.com

The customer who was made already has 15.01 USD left:

  account number  {number}
  session         {session}

You are the operator with this key:

  curl -s $API/admin/books -H 'Authorization: Bearer {api_key}'

Stop with Ctrl-C; everything is forgotten.",
        docs = paths::DOCS,
    ));
}
