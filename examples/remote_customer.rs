//! A customer over HTTP: looks at the plans, signs up, tops the wallet up, buys a month from it and shows the link.
//!
//! In one terminal `cargo run --bin nexa -- demo`, in another
//! `cargo run -p nexa-examples --example remote_customer -- http://127.0.0.1:8080`. The payment page that it prints is the
//! demo's play money. With a folder as the second argument, views and the keys of purchases are kept there. Each run signs up
//! anew: a program that keeps the session, too, is not charged twice for what it asks again after a crash.

use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Failure, Result},
    secret::Secret,
    storefront::{
        Storefront,
        model::{CheckoutRequest, OrderView, Purpose, SignUpRequest},
    },
};
use nexa_http::client::{FolderCache, Remote, RemoteSettings, ViewCache};
use std::{io::Write as _, sync::Arc, time::Duration};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let base = arguments.next().unwrap_or("http://127.0.0.1:8080".to_owned());
    let folder = arguments.next().map(FolderCache::new).transpose().map_err(|e| Failure::storage(&e))?;
    let cache = folder.map(|folder| -> Arc<dyn ViewCache> { Arc::new(folder) });
    let locale = Some("en".to_owned());
    let guest = Remote::new(RemoteSettings { cache, locale, ..RemoteSettings::new([base]) })?;

    let plans = guest.plans().await?;
    for plan in &plans {
        say(&format!("{}: {} days for {} {}", plan.name, plan.days, plan.price.minor, plan.price.currency));
    }
    let Some(plan) = plans.into_iter().next() else { return Err(Refusal::PlanNotOnSale.into()) };

    let account = guest.sign_up(SignUpRequest::default()).await?;
    say(&format!("your account number: {}", account.account_number.unwrap_or_default()));
    let shop = guest.signed_in(Secret::new(account.session.token));

    let wish =
        CheckoutRequest { method: "wallet".to_owned(), plan_id: Some(plan.plan_id), ..Default::default() };
    let order = match shop.checkout(wish.clone(), None).await {
        Err(Error::Refused(Refusal::NotEnoughFunds { missing })) => {
            say(&format!("the wallet lacks {missing}"));
            top_up(&shop, plan.price).await?;
            shop.checkout(wish, None).await?
        }
        other => other?,
    };
    until(&shop, order, "fulfilled").await?;
    for subscription in shop.subscriptions().await? {
        say(&format!("{}: {}", subscription.plan_name, subscription.link));
    }
    Ok(())
}

async fn top_up(shop: &Remote, amount: nexa_core::storefront::model::MoneyView) -> Result<()> {
    let methods = shop.methods().await?;
    let by = methods.into_iter().find(|way| way.kind == "sandbox").ok_or(Refusal::GatewayUnavailable)?;
    let (purpose, method, amount) = (Purpose::TopUp, by.method, Some(amount));
    let order =
        shop.checkout(CheckoutRequest { purpose, method, amount, ..Default::default() }, None).await?;
    let page = order.payment.as_ref().and_then(|payment| payment.redirect_url.clone());
    say(&format!("pay here: {}", page.unwrap_or_default()));
    until(shop, order, "fulfilled").await
}

async fn until(shop: &Remote, mut order: OrderView, state: &str) -> Result<()> {
    while order.state != state {
        if ["cancelled", "expired", "refunded"].contains(&order.state.as_str()) {
            say(&format!("the order is {}", order.state));
            return Err(Refusal::OrderNotOpen.into());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        order = shop.order(&order.order_id).await?;
    }
    Ok(())
}

fn say(line: &str) {
    // Nobody reads what is said into a closed pipe.
    drop(writeln!(std::io::stdout(), "{line}"));
}
