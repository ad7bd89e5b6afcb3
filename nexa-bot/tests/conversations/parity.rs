//! A purchase in the bot is the same purchase as one through the port that the pages and the API stand on.

use crate::{script::Chat, world::Shop};
use nexa_bot::testing::Phone;
use nexa_core::{
    domain::shop::Locale,
    storefront::{
        Storefront,
        model::{CheckoutRequest, PageRequest, Purpose},
    },
};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// What differs from purchase to purchase. Times do not: both are made at the same moment.
const OWN: [&str; 5] = ["order_id", "number", "subscription_id", "link", "links"];

fn plain(of: &impl Serialize) -> Value {
    fn clean(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !OWN.contains(&name.as_str()));
                fields.values_mut().for_each(clean);
            }
            Value::Array(items) => items.iter_mut().for_each(clean),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(of).expect("JSON");
    clean(&mut value);
    value
}

/// All that the pages and the API show of it.
async fn seen(shop: &Shop, phone: &Phone) -> Vec<Value> {
    let front: Arc<dyn Storefront> = shop.known(phone).await.1;
    let listed = shop.orders(phone).await.remove(0);
    let order = front.order(&listed.order_id).await.expect("an order");
    assert_eq!(order.state, "fulfilled");
    let id = order.subscription_id.clone().expect("a subscription");
    let subscription = front.subscription(&id).await.expect("a subscription");
    let wallet = front.wallet(PageRequest::default()).await.expect("a wallet");
    let notices = front.notices(PageRequest::default()).await.expect("notices");
    let told: Vec<&str> = notices.items.iter().map(|notice| notice.key.as_str()).collect();
    vec![plain(&order), plain(&subscription), plain(&wallet), plain(&told)]
}

async fn both(renews: bool, locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut in_bot, by_port) = (Chat::new(&shop), Chat::new(&shop));
    for chat in [&in_bot, &by_port] {
        shop.gives(&chat.phone, 1200).await;
    }
    in_bot.starts(&shop, None).await;
    let front = shop.known(&by_port.phone).await.1;
    for purpose in [Some(Purpose::New), renews.then_some(Purpose::Renewal)].into_iter().flatten() {
        let mine = front.subscriptions().await.expect("subscriptions");
        in_bot.taps(&shop, if purpose == Purpose::New { "bot-buy" } else { "bot-renew" }).await;
        in_bot.picks(&shop, "👛").await;
        let request = CheckoutRequest {
            purpose,
            method: "wallet".to_owned(),
            plan_id: Some(shop.month.clone()),
            subscription_id: mine.first().map(|mine| mine.subscription_id.clone()),
            ..CheckoutRequest::default()
        };
        front.checkout(request, Some(format!("{purpose:?}"))).await.expect("an order");
        shop.works().await;
        in_bot.taps(&shop, "bot-home").await;
    }
    assert_eq!(seen(&shop, &in_bot.phone).await, seen(&shop, &by_port.phone).await);
    shop.is_in_order().await;
}

#[tokio::test]
async fn a_month_is_the_same_month() {
    both(false, Locale::En).await;
    both(false, Locale::Fa).await;
}

#[tokio::test]
async fn a_renewal_is_the_same_renewal() {
    both(true, Locale::En).await;
}
