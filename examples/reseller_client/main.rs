//! A reseller's back end: looks at wholesale prices, makes a customer, sells a plan, hears by a signed webhook that it was
//! paid and delivered, and looks at its credit.
//!
//! ```text
//! NEXA_URL=https://branch.example.org NEXA_KEY=nxk_live_… cargo run -p nexa-examples --example reseller_client
//! ```
//!
//! The key is one of the reseller's own shop with the scopes `read`, `buy` and `manage`; it stays on the server. `NEXA_HOST`
//! names the shop's host where the address is another, `NEXA_LISTEN` says where webhooks are received (127.0.0.1:0). The
//! shop calls back there, so it must be reachable for it.

mod api;
mod receiver;

use api::{Account, Money, Order, Plan, Shop, Stop, Subscription, Supply, Webhook};
use serde_json::{Value, json};
use std::{env, io::Write as _, time::Duration};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

/// What the program waits for before it gives up.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::main]
async fn main() -> Result<(), Stop> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let url = setting("NEXA_URL").unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let key = setting("NEXA_KEY").ok_or("NEXA_KEY is not set")?;
    let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
    let office = Shop::new(http, &url, setting("NEXA_HOST"), &key);

    let supply: Supply = office.get("/admin/supply").await?;
    say(&format!("{} sells us:", supply.supplier));
    for ware in supply.wares.iter().filter(|ware| ware.plan_id.is_some()) {
        say(&format!("  {}: {}", ware.name, ware.price));
    }
    say(&format!("credit before: {}, room: {}", supply.wallet, supply.room));

    let listen = setting("NEXA_LISTEN").unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen).await?;
    let wish = json!({
        "url": format!("http://{}/nexa", listener.local_addr()?),
        "kinds": ["order.paid", "subscription.started"],
    });
    let webhook: Webhook = office.post("/admin/webhooks", None, wish).await?;
    // Shown this once. Without it anybody could sign.
    let secret = webhook.secret.filter(|secret| !secret.is_empty()).ok_or("the webhook has no secret")?;
    let (told, mut heard) = mpsc::channel(16);
    let receiving = receiver::receive(listener, secret, told);
    let sold = tokio::select! {
        sold = sell(&office, &mut heard) => sold,
        () = receiving => Err("the receiver ended".into()),
    };
    // A real back end keeps its webhook.
    office.delete(&format!("/admin/webhooks/{}", webhook.webhook_id)).await?;
    sold?;

    let after: Supply = office.get("/admin/supply").await?;
    say(&format!("credit after: {}, room: {}", after.wallet, after.room));
    Ok(())
}

/// Sells the first plan to a new customer, and waits until the shop said that it was paid and delivered.
async fn sell(office: &Shop, heard: &mut mpsc::Receiver<Value>) -> Result<(), Stop> {
    let plans: Vec<Plan> = office.get("/plans").await?;
    let plan = plans.into_iter().next().ok_or("nothing is on sale: take a ware first")?;
    let customer: Account = office.with("").post("/accounts", None, json!({})).await?;
    let digits = customer.account_number.as_deref().unwrap_or_default().chars().filter(char::is_ascii_digit);
    say(&format!("customer {}: an account number of {} digits", customer.session.user_id, digits.count()));

    // The customer paid in our own till; that money goes into the wallet, and the wallet pays the order. A program that
    // may be killed at any moment keeps these keys with the sale and sends them again.
    let sale = format!("sale-{}", customer.session.user_id);
    let Money { minor, currency } = &plan.price;
    let amount = json!({ "amount": { "minor": minor, "currency": currency } });
    let wallet = format!("/admin/users/{}/wallet/corrections", customer.session.user_id);
    let _corrected: Value = office.post(&wallet, Some(&format!("{sale}-money")), amount).await?;
    let buyer = office.with(&customer.session.token);
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": plan.plan_id });
    let order: Order = buyer.post("/orders", Some(&sale), wish).await?;
    say(&format!("sold {} for {}: order {} is {}", plan.name, plan.price, order.order_id, order.state));

    let mut waiting = vec!["order.paid", "subscription.started"];
    while !waiting.is_empty() {
        let message = timeout(PATIENCE, heard.recv()).await?.ok_or("the receiver ended")?;
        let kind = message["type"].as_str().unwrap_or_default();
        say(&format!("signed webhook: {kind} of {}", message["data"]["user_id"]));
        // Other customers buy at the same time.
        if message["data"]["user_id"] == customer.session.user_id {
            waiting.retain(|wanted| *wanted != kind);
        }
    }
    let order: Order = buyer.get(&format!("/orders/{}", order.order_id)).await?;
    let id = order.subscription_id.ok_or("a paid order has a subscription")?;
    let bought: Subscription = buyer.get(&format!("/subscriptions/{id}")).await?;
    say(&format!("the customer's link: {}", bought.link));
    Ok(())
}

fn setting(name: &str) -> Option<String> {
    env::var_os(name)?.into_string().ok()
}

/// A closed pipe is no reason to fail.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}
