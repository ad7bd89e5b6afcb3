//! A whole shop in one file: the operator furnishes it, a customer signs up and buys a month, the worker delivers it,
//! and the link answers.
//!
//! Everything lives in memory here, so nothing needs to run beside it: `cargo run -p nexa-examples --example quickstart`.
//! For a real shop, replace `MemoryStorage` by `SqliteStorage`, the panel in memory by `nexa_hiddify::HiddifyKind`, and
//! the gift of the operator by the gateways of `nexa_payments::kinds()`; what is below stays as it is.

use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{AddPlanRequest, AddServerRequest, WalletCorrection},
    },
    domain::{money::Currency, shop::Locale, user::Principal},
    error::Result,
    frontdesk::{LinkAsk, LinkForm},
    memory::MemoryStorage,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    storefront::model::{CheckoutRequest, MoneyView, Purpose, SignUpRequest},
};
use serde_json::json;
use std::{io::Write as _, sync::Arc};

fn main() -> Result<()> {
    futures::executor::block_on(run())
}

async fn run() -> Result<()> {
    // The engine: a storage, the master key that seals its secrets, and the kinds of adapters that it may use.
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .public_url("https://vpn.example.org")
        .panel_kind(Arc::new(FakePanelKind::default()))
        .build();

    // The first start makes the shop, and a link with which one person becomes its operator.
    let installed = nexa.install("Quick VPN", Currency::Usd, Locale::En, true, None).await?;
    let door = nexa.frontdesk();
    let claim = installed.claim.unwrap_or_default();
    let key = door.claim(&claim).await?.api_key;
    let operator = nexa.backoffice(door.principal(installed.shop_id, &key).await?);
    let plan = furnish(operator.as_ref()).await?;

    // A customer signs up without a name; whoever has the number owns the account.
    let guest = nexa.storefront(Principal::guest(installed.shop_id));
    let account = guest.sign_up(SignUpRequest::default()).await?;
    say(&format!("account number: {}", account.account_number.unwrap_or_default()));
    let shop = nexa.storefront(door.principal(installed.shop_id, &account.session.token).await?);

    // The operator fills the wallet, and the customer buys from it.
    let gift = WalletCorrection { amount: dollars(5) };
    operator.correct_wallet(&account.session.user_id, gift, "welcome".to_owned()).await?;
    let wish = CheckoutRequest {
        purpose: Purpose::New,
        method: "wallet".to_owned(),
        plan_id: Some(plan),
        ..CheckoutRequest::default()
    };
    let order = shop.checkout(wish, Some("my first order".to_owned())).await?;
    say(&format!("order: {}", order.state));

    // Delivery is the worker's: `run` in a server, `tick` wherever it is stepped.
    nexa.worker().tick().await?;
    say(&format!("order: {}", shop.order(&order.order_id).await?.state));

    // The one link that goes into the customer's app, and what stands behind it.
    for subscription in shop.subscriptions().await? {
        say(&format!("link: {}", subscription.link));
        let token = subscription.link.rsplit('/').next().unwrap_or_default();
        let answer = door.link(token, LinkAsk::of(LinkForm::Plain)).await?;
        say(&answer.body);
    }
    Ok(())
}

/// Adds a server, and a month of 10 GiB for 5 dollars; gives the plan's id.
async fn furnish(operator: &dyn Backoffice) -> Result<String> {
    let server = AddServerRequest {
        name: "Frankfurt".to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": "frankfurt" }),
        region: Some("DE".to_owned()),
        capacity: None,
    };
    operator.add_server(server).await?;
    let plan = AddPlanRequest {
        name: "Month".to_owned(),
        days: 30,
        traffic_bytes: 10 << 30,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices: vec![dollars(5)],
        on_sale: true,
    };
    Ok(operator.add_plan(plan).await?.plan_id)
}

fn dollars(whole: i64) -> MoneyView {
    MoneyView { minor: whole * 100, currency: "USD".to_owned() }
}

/// A closed pipe is no reason to fail.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}
