//! Money that was credited and is gone, because whoever paid got it back from their bank: what becomes of the wallet, of
//! what was bought with it, and of those who look.

use crate::world::{Customer, Shop, dollars, hours, minutes, on_every_storage, payment_of, refused, wish};
use nexa_core::{
    backoffice::model::DismissRequest,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose},
};

on_every_storage!(
    what_is_lost_leaves_the_wallet_and_comes_back_with_the_money,
    what_was_spent_stays_spent,
    another_payment_of_the_order_hides_no_dispute,
    nothing_is_added_to_what_stands_still,
    a_contested_order_is_not_taken_back_and_a_lost_one_brings_nothing,
    what_was_given_up_stays_given_up,
    what_is_lost_can_be_seen_and_set_aside,
    what_was_set_aside_before_is_no_contested_money,
    what_a_reseller_spent_and_lost_is_owed_to_its_supplier,
);

/// Nine dollars that came by transfer, and the transfer.
async fn filled(shop: &Shop) -> (Customer, OrderView, String) {
    let ann = shop.customer().await;
    let order = ann.tops_up(dollars(9), &shop.transfer).await.expect("an order");
    let transfer = comes(shop, &order).await;
    assert_eq!(ann.wallet().await, 900);
    (ann, order, transfer)
}

async fn comes(shop: &Shop, order: &OrderView) -> String {
    let due = payment_of(order).due.clone();
    let transfer = shop.bank.begins(order, &due);
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    transfer
}

async fn is_contested(shop: &Shop, transfer: &str) {
    shop.bank.gateway().contest(transfer);
    shop.after(hours(2)).await;
}

async fn is_lost(shop: &Shop, transfer: &str) {
    is_contested(shop, transfer).await;
    shop.bank.gateway().drop_transfer(transfer);
    shop.after(hours(2)).await;
}

async fn what_is_lost_leaves_the_wallet_and_comes_back_with_the_money(shop: Shop) {
    let (ann, order, transfer) = filled(&shop).await;
    let dear = shop.adds_plan("Year", 365, 1 << 40, dollars(12)).await;
    let kept = CheckoutRequest { keep: true, ..wish(Purpose::New, &dear, None, "wallet") };
    ann.shop.checkout(kept, None).await.expect("an order that waits");
    is_lost(&shop, &transfer).await;
    assert_eq!(ann.wallet().await, 0, "it was never theirs");
    assert!(ann.looks_at(&order).await.attention);
    ann.receives(dollars(12)).await;
    shop.works().await;
    assert_eq!(ann.wallet().await, 0, "the order that waited was paid with what came since");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!((ann.wallet().await, ann.looks_at(&order).await.attention), (900, false));
    shop.is_in_order().await;
}

async fn what_was_spent_stays_spent(shop: Shop) {
    let (ann, order, transfer) = filled(&shop).await;
    ann.orders("wallet").await.expect("a month");
    shop.works().await;
    is_lost(&shop, &transfer).await;
    assert_eq!(ann.wallet().await, 0, "what was left of it");
    assert_eq!(ann.subscription().await.state, "active", "another order's");
    assert!(ann.looks_at(&order).await.attention, "so a person decides");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(ann.wallet().await, 400, "what was taken, and not what was spent");
    shop.is_in_order().await;
}

async fn another_payment_of_the_order_hides_no_dispute(shop: Shop) {
    let other = shop.adds_gateway("fake", serde_json::json!({})).await;
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    ann.shop.pay(&order.order_id, &other, false).await.expect("another way");
    let order = ann.looks_at(&order).await;
    let transfer = comes(&shop, &order).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    shop.bank.gateway().contest(&transfer);
    for _ in 0..6 {
        // The first payment is looked at all the while.
        shop.after(minutes(30)).await;
    }
    assert_eq!(ann.subscription().await.state, "frozen");
    assert!(ann.looks_at(&order).await.attention);
    shop.bank.confirms(&transfer);
    for _ in 0..6 {
        shop.after(minutes(30)).await;
    }
    assert_eq!(ann.subscription().await.state, "active");
    assert!(!ann.looks_at(&order).await.attention);
    let told = ann.was_told().await;
    assert_eq!(told.iter().filter(|key| *key == "frozen").count(), 1, "{told:?}");
    shop.is_in_order().await;
}

async fn nothing_is_added_to_what_stands_still(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    let transfer = comes(&shop, &order).await;
    let mine = ann.subscription().await;
    // Ordered before, paid after.
    let renewal = ann.renews(&mine, &shop.transfer).await.expect("a renewal");
    is_contested(&shop, &transfer).await;
    let dear = shop.adds_plan("Year", 365, 1 << 40, dollars(12)).await;
    assert_eq!(refused(ann.renews(&mine, &shop.card).await), "payment_disputed");
    let change = wish(Purpose::Change, &dear, Some(mine.subscription_id.clone()), &shop.card);
    assert_eq!(refused(ann.shop.checkout(change, None).await), "payment_disputed");
    comes(&shop, &renewal).await;
    shop.after(hours(1)).await;
    assert_eq!(ann.looks_at(&renewal).await.state, "refunded");
    assert_eq!((ann.wallet().await, ann.subscription().await.state.as_str()), (500, "frozen"));
    shop.is_in_order().await;
}

async fn a_contested_order_is_not_taken_back_and_a_lost_one_brings_nothing(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    let transfer = comes(&shop, &order).await;
    is_contested(&shop, &transfer).await;
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "payment_disputed");
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(2)).await;
    shop.operator.refund_order(&order.order_id).await.expect("taken back");
    shop.after(minutes(5)).await;
    assert_eq!(ann.looks_at(&order).await.state, "refunded");
    assert_eq!(ann.wallet().await, 0, "they have their money already");
    shop.is_in_order().await;
}

async fn what_was_given_up_stays_given_up(shop: Shop) {
    let (ann, order, transfer) = filled(&shop).await;
    is_contested(&shop, &transfer).await;
    let seen = shop.operator.reviews(PageRequest::default()).await.expect("reviews").items.remove(0);
    let no = DismissRequest { version: seen.version, reason: "the bank says no".to_owned() };
    shop.operator.dismiss_payment(&seen.payment_id, no).await.expect("given up");
    assert_eq!(ann.wallet().await, 0);
    for _ in 0..4 {
        shop.after(hours(1)).await;
        assert_eq!(
            payment_of(&ann.looks_at(&order).await).state,
            "expired",
            "it is still said to be contested"
        );
    }
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(ann.wallet().await, 900, "the gateway knows better");
    shop.is_in_order().await;
}

async fn what_is_lost_can_be_seen_and_set_aside(shop: Shop) {
    let (ann, order, transfer) = filled(&shop).await;
    is_lost(&shop, &transfer).await;
    let seen = shop.operator.reviews(PageRequest::default()).await.expect("reviews").items.remove(0);
    assert_eq!(seen.order_id, order.order_id);
    let known = DismissRequest { version: seen.version, reason: "charged back".to_owned() };
    shop.operator.dismiss_payment(&seen.payment_id, known).await.expect("seen");
    shop.after(hours(2)).await;
    assert!(!ann.looks_at(&order).await.attention);
    assert!(shop.operator.reviews(PageRequest::default()).await.expect("reviews").items.is_empty());
    assert_eq!(ann.wallet().await, 0);
    shop.is_in_order().await;
}

async fn what_was_set_aside_before_is_no_contested_money(shop: Shop) {
    let ann = shop.customer().await;
    ann.receives(dollars(2)).await;
    let split = CheckoutRequest { use_wallet: true, ..wish(Purpose::New, &shop.month, None, &shop.transfer) };
    let order = ann.shop.checkout(split, None).await.expect("an order");
    let top_up = ann.tops_up(dollars(9), &shop.transfer).await.expect("an order");
    let transfer = comes(&shop, &top_up).await;
    shop.bank.gateway().contest(&transfer);
    shop.after(minutes(70)).await;
    assert_eq!(payment_of(&ann.looks_at(&top_up).await).state, "disputed");
    comes(&shop, &order).await;
    shop.after(minutes(15)).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    assert_eq!(ann.wallet().await, 900);
    shop.is_in_order().await;
}

async fn what_a_reseller_spent_and_lost_is_owed_to_its_supplier(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let account = shop.as_customer(&branch.account);
    let order = account.tops_up(dollars(9), &shop.transfer).await.expect("an order");
    let transfer = comes(&shop, &order).await;
    branch.sells().await;
    assert_eq!(branch.wallet().await, 600);
    is_lost(&shop, &transfer).await;
    let seen = branch.seen().await;
    assert_eq!((seen.wallet, seen.owed, seen.room), (dollars(0), dollars(3), dollars(0)));
    branch.tops_up(dollars(4)).await;
    let seen = branch.seen().await;
    assert_eq!((seen.wallet, seen.owed), (dollars(1), dollars(0)), "what is owed first");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(branch.wallet().await, 1000, "the money came in the end");
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}
