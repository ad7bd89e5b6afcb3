//! Paying in rial on a bank's page, at a gateway that plays Zibal: who comes back, who does not, and who cheats.

use crate::world::{Customer, Shop, dollars, hours, minutes, on_every_storage, payment_of, refused};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::UpdatePlanRequest,
    error::Result,
    frontdesk::ReplyView,
    ids::GatewayId,
    ports::gateway::Callback,
    storefront::model::{MoneyView, OrderView, Purpose},
};
use nexa_payments::testing::{
    ScriptedServer, ServerFault,
    rial::{Bank, Stage, ZibalScript},
};
use serde_json::json;

on_every_storage!(
    who_comes_back_from_the_bank_goes_on_to_the_order,
    who_closes_the_page_has_paid_too,
    who_pays_last_is_still_in_time,
    a_gateway_that_forgets_pays_once,
    an_amount_that_differs_is_looked_at_by_a_person,
    a_cheap_page_does_not_pay_for_a_dear_order,
    an_answer_that_is_lost_is_asked_for_again,
    an_outage_ends_in_time,
);

const MERCHANT: &str = "5f3a1c9be7d24d0012ab34cd";
/// What a month costs.
const RIALS: i64 = 5_000_000;

struct Zibal {
    server: ScriptedServer<ZibalScript>,
    method: String,
}

impl Zibal {
    /// The shop takes rials for its month.
    async fn at(shop: &Shop) -> Self {
        let server = ScriptedServer::start(ZibalScript::new(MERCHANT)).await.expect("a port");
        let config = json!({ "merchant": MERCHANT, "base_url": server.base_url(), "timeout_seconds": 1 });
        let method = shop.adds_gateway("zibal", config).await;
        let rials = MoneyView { minor: RIALS, currency: "IRR".to_owned() };
        let priced = UpdatePlanRequest {
            name: None,
            days: None,
            traffic_bytes: None,
            devices: None,
            prices: Some(vec![dollars(5), rials]),
            extras: None,
            on_sale: None,
        };
        shop.operator.update_plan(&shop.month, priced).await.expect("a price in rials");
        Self { server, method }
    }

    async fn sells_to(&self, customer: &Customer) -> OrderView {
        customer.orders(&self.method).await.expect("an order")
    }

    fn pays(&self, order: &OrderView) {
        assert!(self.server.with(|bank| bank.desk().pay(&track(order))), "an open page");
    }

    /// The browser comes back with what the bank gave it, or with anything else.
    async fn sends_back(&self, shop: &Shop, query: &str) -> Result<ReplyView> {
        let gateways = shop.operator.gateways().await.expect("gateways");
        let account = gateways.iter().find(|g| g.gateway_id == self.method).expect("ours");
        let endpoint = account.callback_url.rsplit('/').next().expect("an endpoint");
        let gateway: GatewayId = self.method.parse().expect("an id");
        let (method, query) = ("GET".to_owned(), query.to_owned());
        let callback = Callback { method, query, headers: Vec::new(), body: Vec::new() };
        shop.door.receive(gateway, endpoint, callback).await
    }
}

/// Zibal's number of the page that an order leads to.
fn track(order: &OrderView) -> String {
    let url = payment_of(order).redirect_url.clone().expect("a page");
    url.rsplit('/').next().expect("a number").to_owned()
}

async fn who_comes_back_from_the_bank_goes_on_to_the_order(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    assert_eq!(payment_of(&order).due.minor, RIALS);
    let back = format!("success=1&trackId={}&orderId=7&status=2", track(&order));
    // Before anything was paid, it is a lie.
    let reply = zibal.sends_back(&shop, &back).await.expect("taken");
    assert_eq!(reply.order.map(|id| id.to_string()), Some(order.order_id.clone()), "led on to the order");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    zibal.pays(&order);
    let again = format!("{back}&again=1");
    let twice = futures::join!(zibal.sends_back(&shop, &again), zibal.sends_back(&shop, &again));
    assert_eq!(twice.0.expect("taken"), twice.1.expect("taken"));
    // Whoever sends back and back again has the bank asked every two seconds and no more.
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    shop.after(SignedDuration::from_secs(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0);
    assert_eq!(refused(zibal.sends_back(&shop, "success=1&trackId=x").await), "bad_signature");
    shop.is_in_order().await;
}

async fn who_closes_the_page_has_paid_too(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let [closed, lied, left] =
        [zibal.sells_to(&customer).await, zibal.sells_to(&customer).await, zibal.sells_to(&customer).await];
    zibal.pays(&closed);
    zibal.pays(&lied);
    let not_ok = format!("success=0&trackId={}&orderId=7&status=3", track(&lied));
    zibal.sends_back(&shop, &not_ok).await.expect("taken");
    zibal.server.with(|bank| bank.desk().cancel(&track(&left)));
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&closed).await.state, "fulfilled");
    assert_eq!(customer.looks_at(&lied).await.state, "fulfilled");
    assert_eq!(customer.looks_at(&left).await.state, "awaiting_payment");
    shop.is_in_order().await;
}

async fn who_pays_last_is_still_in_time(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    // Our window is over, the bank's page is not, and nobody comes back.
    for _ in 0..29 {
        shop.after(minutes(1)).await;
    }
    zibal.server.with(|bank| bank.desk().pass(29));
    zibal.pays(&order);
    shop.after(minutes(1)).await;
    let stage = zibal.server.with(|bank| bank.desk().attempts()[0].stage);
    assert_eq!(stage, Stage::Verified, "within a minute, before the bank gives it back");
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn a_gateway_that_forgets_pays_once(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    zibal.pays(&order);
    zibal.server.with(|bank| bank.desk().forgets_what_it_verified());
    for n in 0..5 {
        let back = format!("success=1&trackId={}&orderId=7&status=2&n={n}", track(&order));
        zibal.sends_back(&shop, &back).await.expect("taken");
        shop.after(minutes(1)).await;
    }
    shop.after(hours(3)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0, "once");
    shop.is_in_order().await;
}

async fn an_amount_that_differs_is_looked_at_by_a_person(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    zibal.pays(&order);
    zibal.server.with(|bank| bank.desk().mistakes(&track(&order), RIALS / 10));
    shop.after(minutes(1)).await;
    let now = customer.looks_at(&order).await;
    assert_eq!((now.state.as_str(), now.attention), ("awaiting_payment", true));
    assert_eq!(zibal.server.with(|bank| bank.desk().attempts()[0].stage), Stage::Paid, "it is not taken");
    assert_eq!(customer.wallet().await, 0);
}

async fn a_cheap_page_does_not_pay_for_a_dear_order(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let (thief, other) = (shop.customer().await, shop.customer().await);
    let dear = zibal.sells_to(&thief).await;
    let cheap = zibal.sells_to(&other).await;
    zibal.pays(&cheap);
    let back =
        format!("success=1&trackId={}&orderId={}&status=2", track(&cheap), payment_of(&dear).payment_id);
    zibal.sends_back(&shop, &back).await.expect("taken");
    shop.after(minutes(1)).await;
    assert_eq!(thief.looks_at(&dear).await.state, "awaiting_payment");
    assert_eq!(other.looks_at(&cheap).await.state, "fulfilled", "whose page it is");
    assert_eq!(dear.purpose, Purpose::New);
    shop.is_in_order().await;
}

async fn an_answer_that_is_lost_is_asked_for_again(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    zibal.pays(&order);
    zibal.server.fail(Some(ServerFault::DoneThenHang));
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment", "nothing is known");
    zibal.server.fail(None);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0);
    shop.is_in_order().await;
}

async fn an_outage_ends_in_time(shop: Shop) {
    let zibal = Zibal::at(&shop).await;
    let customer = shop.customer().await;
    let order = zibal.sells_to(&customer).await;
    zibal.pays(&order);
    zibal.server.fail(Some(ServerFault::TooManyRequests));
    for _ in 0..25 {
        shop.after(minutes(1)).await;
        zibal.server.with(|bank| bank.desk().pass(1));
    }
    zibal.server.fail(None);
    shop.after(minutes(2)).await;
    let stage = zibal.server.with(|bank| bank.desk().attempts()[0].stage);
    assert_eq!(stage, Stage::Verified, "asked again before the bank gives it back");
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}
