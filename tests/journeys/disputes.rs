//! Payments that whoever paid, their bank or the processor contests.

use crate::world::{Customer, Shop, days, dollars, hours, minutes, on_every_storage, payment_of, refused};
use nexa_core::{
    backoffice::model::{AcceptPaymentRequest, DismissRequest},
    storefront::model::{OrderView, PageRequest},
};

on_every_storage!(
    while_it_is_contested_the_subscription_stands_still,
    what_is_lost_stays_stopped_until_the_operator_decides,
    what_was_locked_before_it_was_credited_pays_when_it_is_released,
    nothing_is_paid_from_a_wallet_while_a_payment_is_contested,
    what_the_operator_stopped_stays_stopped,
    a_contested_payment_can_be_given_up,
    a_dispute_may_take_long,
);

/// A month that was paid by transfer, and the transfer.
async fn bought(shop: &Shop) -> (Customer, OrderView, String) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    (ann, order, transfer)
}

async fn contested(shop: &Shop) -> (Customer, OrderView, String) {
    let (ann, order, transfer) = bought(shop).await;
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("disputed", true));
    (ann, order, transfer)
}

async fn while_it_is_contested_the_subscription_stands_still(shop: Shop) {
    let (ann, order, transfer) = contested(&shop).await;
    assert_eq!(ann.subscription().await.state, "frozen");
    let resume = nexa_core::backoffice::model::BulkRequest {
        step: "resume".to_owned(),
        count: Some(1),
        reason: Some("an outage".to_owned()),
        ..Default::default()
    };
    let begun = shop.operator.begin_bulk(resume, "all".to_owned()).await.expect("begun");
    shop.works().await;
    let done = shop.operator.bulk(&begun.bulk_id).await.expect("it");
    assert_eq!((done.changed, done.left_out), (0, 1), "not by a change of many");
    assert_eq!(ann.subscription().await.state, "frozen");
    assert!(!shop.server("frankfurt").lets_in());
    assert!(ann.was_told().await.contains(&"frozen".to_owned()));
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!(
        (payment_of(&now).state.as_str(), now.attention, now.state.as_str()),
        ("paid", false, "fulfilled")
    );
    assert_eq!((ann.subscription().await.state.as_str(), ann.wallet().await), ("active", 0));
    assert!(shop.server("frankfurt").lets_in());
    let told = ann.was_told().await;
    assert_eq!(told.first().map(String::as_str), Some("thawed"), "{told:?}");
    assert_eq!(told.iter().filter(|key| *key == "money-in-wallet").count(), 0, "nothing came a second time");
    shop.is_in_order().await;
}

async fn what_is_lost_stays_stopped_until_the_operator_decides(shop: Shop) {
    let (ann, order, transfer) = contested(&shop).await;
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!(
        (payment_of(&now).state.as_str(), now.attention),
        ("expired", true),
        "reversed, and a person looks"
    );
    let mine = ann.subscription().await;
    assert_eq!((mine.state.as_str(), shop.server("frankfurt").lets_in()), ("frozen", false));
    shop.operator.resume(&mine.subscription_id).await.expect("let go on");
    shop.works().await;
    assert!(shop.server("frankfurt").lets_in());
    shop.is_in_order().await;
}

async fn what_was_locked_before_it_was_credited_pays_when_it_is_released(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.bank.gateway().contest(&transfer);
    shop.after(minutes(1)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.state.as_str()), ("disputed", "awaiting_payment"));
    assert_eq!(ann.wallet().await, 0, "nothing is credited");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((now.state.as_str(), now.attention), ("fulfilled", false));
    assert!(shop.server("frankfurt").lets_in());
    shop.is_in_order().await;
}

async fn nothing_is_paid_from_a_wallet_while_a_payment_is_contested(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.tops_up(dollars(9), &shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &dollars(9));
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(ann.wallet().await, 900, "it is not taken");
    assert_eq!(refused(ann.orders("wallet").await), "payment_disputed", "nor can it be spent");
    let other = ann.orders(&shop.card).await.expect("another way to pay");
    assert_eq!(refused(ann.shop.pay(&other.order_id, &shop.transfer, true).await), "payment_disputed");
    assert_eq!(refused(ann.shop.pay(&other.order_id, "wallet", false).await), "payment_disputed");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(ann.wallet().await, 900);
    ann.orders("wallet").await.expect("free again");
    shop.works().await;
    assert_eq!(ann.wallet().await, 400);
    shop.is_in_order().await;
}

async fn what_the_operator_stopped_stays_stopped(shop: Shop) {
    let (ann, _, transfer) = contested(&shop).await;
    let mine = ann.subscription().await;
    shop.operator.suspend(&mine.subscription_id).await.expect("stopped");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(ann.subscription().await.state, "suspended");
    shop.is_in_order().await;
}

async fn a_contested_payment_can_be_given_up(shop: Shop) {
    let (ann, order, _) = contested(&shop).await;
    let seen = shop.operator.reviews(PageRequest::default()).await.expect("reviews").items.remove(0);
    assert_eq!((seen.order_id.as_str(), seen.state.as_str()), (order.order_id.as_str(), "disputed"));
    assert_eq!(seen.transfers[0].finality, "contested");
    let stale = DismissRequest { version: seen.version + 1, reason: "won".to_owned() };
    assert_eq!(refused(shop.operator.dismiss_payment(&seen.payment_id, stale).await), "already_decided");
    let yes = AcceptPaymentRequest { received: dollars(5), version: seen.version, reason: "ours".to_owned() };
    assert_eq!(refused(shop.operator.accept_payment(&seen.payment_id, yes).await), "already_decided");
    let no = DismissRequest { version: seen.version, reason: "lost".to_owned() };
    shop.operator.dismiss_payment(&seen.payment_id, no).await.expect("given up");
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("expired", true));
    assert_eq!(ann.subscription().await.state, "frozen");
    shop.is_in_order().await;
}

async fn a_dispute_may_take_long(shop: Shop) {
    let (ann, order, transfer) = contested(&shop).await;
    for _ in 0..20 {
        shop.after(days(1)).await;
    }
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(payment_of(&ann.looks_at(&order).await).state, "paid", "it was looked at all the while");
    assert_eq!(ann.subscription().await.state, "active");
    shop.is_in_order().await;
}
