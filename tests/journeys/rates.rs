//! Prices in coins: what an operator sets, and what markets say.

use crate::world::{Shop, cents, hours, minutes, on_every_storage, payment_of, refused};
use nexa_core::{
    backoffice::model::{RateRequest, RateView, ShopRequest},
    domain::money::Currency,
};
use serde_json::json;

on_every_storage!(
    markets_price_coins_while_the_operator_wants_it,
    markets_that_are_in_doubt_sell_nothing,
    a_rate_set_by_hand_stays_unless_markets_are_asked,
    rates_stay_fresh_after_a_restart,
);

/// A way to pay in Litecoin.
async fn takes_litecoin(shop: &Shop) -> String {
    shop.adds_gateway("fake", json!({ "asset": "LTC", "wallet": "coins" })).await
}

async fn asks_markets(shop: &Shop, automatic: bool) {
    let request = ShopRequest { automatic_rates: Some(automatic), ..ShopRequest::default() };
    let shown = shop.operator.update_shop(request).await.expect("the shop");
    assert_eq!(shown.automatic_rates, automatic);
}

fn both_say(shop: &Shop, price: &str) {
    for market in &shop.markets {
        market.says(Currency::Ltc, Currency::Usd, price);
    }
}

async fn litecoin(shop: &Shop) -> Option<RateView> {
    shop.operator.rates().await.expect("rates").into_iter().find(|rate| rate.asset == "LTC")
}

async fn markets_price_coins_while_the_operator_wants_it(shop: Shop) {
    let method = takes_litecoin(&shop).await;
    both_say(&shop, "80");
    shop.after(minutes(5)).await;
    assert_eq!(litecoin(&shop).await, None, "nobody wanted it");
    let customer = shop.customer().await;
    assert_eq!(refused(customer.orders(&method).await), "no_fresh_rate");

    asks_markets(&shop, true).await;
    shop.works().await;
    let rate = litecoin(&shop).await.expect("a rate");
    assert_eq!(
        (rate.price, rate.source.as_str(), rate.sources),
        (cents(7_920), "market", 2),
        "less one percent"
    );
    let order = customer.orders(&method).await.expect("an order");
    assert_eq!(payment_of(&order).due_text, "0.06313132", "five dollars, rounded up");
    // The market moves, and what was promised holds.
    both_say(&shop, "84");
    shop.after(minutes(1)).await;
    assert_eq!(litecoin(&shop).await.expect("a rate").price, cents(8_316));
    assert_eq!(payment_of(&customer.looks_at(&order).await).due_text, "0.06313132");
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn markets_that_are_in_doubt_sell_nothing(shop: Shop) {
    let method = takes_litecoin(&shop).await;
    both_say(&shop, "80");
    asks_markets(&shop, true).await;
    shop.works().await;
    let customer = shop.customer().await;
    let before = customer.orders(&method).await.expect("an order");
    // One is away: the other alone is not believed, and what it said before grows old.
    shop.markets[0].is_away(true);
    shop.after(minutes(2)).await;
    assert!(customer.orders(&method).await.is_ok(), "two minutes old");
    for _ in 0..3 {
        shop.after(minutes(1)).await;
    }
    assert_eq!(refused(shop.customer().await.orders(&method).await), "no_fresh_rate");
    // It comes back with nonsense, then with the truth.
    shop.markets[0].is_away(false);
    shop.markets[0].says(Currency::Ltc, Currency::Usd, "8");
    shop.after(minutes(1)).await;
    assert_eq!(refused(shop.customer().await.orders(&method).await), "no_fresh_rate");
    both_say(&shop, "8");
    shop.after(minutes(1)).await;
    assert_eq!(refused(shop.customer().await.orders(&method).await), "no_fresh_rate", "too far from before");
    both_say(&shop, "81");
    shop.after(minutes(1)).await;
    assert!(shop.customer().await.orders(&method).await.is_ok());
    // What was ordered meanwhile holds at its rate.
    shop.bank.pays(&before);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&before).await.state, "fulfilled");
}

async fn a_rate_set_by_hand_stays_unless_markets_are_asked(shop: Shop) {
    takes_litecoin(&shop).await;
    both_say(&shop, "80");
    let by_hand = || RateRequest { asset: "LTC".to_owned(), price: cents(7_500), valid_hours: 24 };
    let set = shop.operator.set_rate(by_hand()).await.expect("a rate");
    assert_eq!((set.source.as_str(), set.sources), ("operator", 0));
    shop.after(hours(1)).await;
    assert_eq!(litecoin(&shop).await.expect("a rate").price, cents(7_500));
    asks_markets(&shop, true).await;
    shop.works().await;
    assert_eq!(litecoin(&shop).await.expect("a rate").price, cents(7_920));
    asks_markets(&shop, false).await;
    shop.operator.set_rate(by_hand()).await.expect("a rate");
    shop.after(hours(1)).await;
    assert_eq!(litecoin(&shop).await.expect("a rate").price, cents(7_500));
}

async fn rates_stay_fresh_after_a_restart(shop: Shop) {
    let method = takes_litecoin(&shop).await;
    both_say(&shop, "80");
    asks_markets(&shop, true).await;
    shop.works().await;
    shop.nexa.worker().prepare().await.expect("prepared");
    shop.after(hours(10)).await;
    let customer = shop.customer().await;
    assert!(customer.orders(&method).await.is_ok());
    shop.is_in_order().await;
}
