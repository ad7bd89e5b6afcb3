//! A shop in one file: its owner furnishes it, a customer buys a month, and the worker delivers it. All in memory; a
//! real one takes `SqliteStorage`, `nexa_hiddify::HiddifyKind` and the gateways of `nexa_payments::kinds()` instead.
#![expect(clippy::print_stdout, reason = "it shows what happens")]

use nexa_core::prelude::*;
use serde_json::json;
use std::sync::Arc;

async fn sell_a_month() -> Result<()> {
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .panel_kind(Arc::new(FakePanelKind::default()))
        .build();
    let shop = nexa.install("Quick VPN", Currency::Usd, Locale::En, true, None).await?.shop_id;

    let office = nexa.owner(shop).await?;
    let price = Money::new(500, Currency::Usd);
    office.add_server(AddServerRequest::new("Frankfurt", "memory", json!({ "name": "frankfurt" }))).await?;
    let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;

    let account = nexa.storefront(Principal::guest(shop)).sign_up(SignUpRequest::default()).await?;
    let user = account.session.user_id;
    let customer = nexa.customer(shop, &user).await?;
    office.correct_wallet(&user, WalletCorrection { amount: price.into() }, "welcome".into()).await?;
    let order = customer.checkout(CheckoutRequest::of_plan(&plan.plan_id, "wallet"), None).await?;

    nexa.worker().tick().await?;
    println!("The order is {}.", customer.order(&order.order_id).await?.state);
    for subscription in customer.subscriptions().await? {
        println!("For any VPN app: {}", subscription.link);
    }
    Ok(())
}

fn main() -> Result<()> {
    futures::executor::block_on(sell_a_month())
}
