//! Gifts, one function per sentence of [`crate::storefront::Gifts`].

use super::{Belongings, Customer, Fixture, customer, plan, refused, subscribed, wish};
use crate::{
    domain::referral::CODE_LENGTH,
    storefront::{
        Storefront,
        model::{CheckoutRequest, OrderView, Purpose},
    },
};

/// The codes of everything about gifts, for a guest.
pub(super) async fn codes(shop: &dyn Storefront, of: &Belongings) -> Vec<(&'static str, String)> {
    vec![
        ("gifts", refused(shop.gifts().await)),
        ("gift", refused(shop.gift("x").await)),
        ("claim_gift", refused(shop.claim_gift("x", Some(of.subscription.clone())).await)),
        ("take_gift_back", refused(shop.take_gift_back(&of.order).await)),
    ]
}

async fn buys(world: &dyn Fixture, buyer: &Customer) -> (OrderView, String) {
    world.fill_wallet(&buyer.id).await;
    let shop = buyer.shop.as_ref();
    let note = Some("For you".to_owned());
    let plain = wish(Purpose::New, &plan(shop).await, None, "wallet");
    let order = shop.checkout(CheckoutRequest { gift: true, note, ..plain }, None).await.expect("a gift");
    let code = shop.gifts().await.expect("gifts").remove(0).code.expect("a code");
    (order, code)
}

async fn held(of: &Customer) -> usize {
    of.shop.subscriptions().await.expect("subscriptions").len()
}

/// A gift that was paid for has a code, which only its buyer is shown, and only until it is claimed.
pub async fn shows_a_gifts_code_to_its_buyer(world: &dyn Fixture) {
    let (ann, bob) = (customer(world).await, customer(world).await);
    let (order, code) = buys(world, &ann).await;
    assert_eq!(
        (order.purpose, order.state.as_str(), order.subscription_id),
        (Purpose::Gift, "fulfilled", None)
    );
    assert_eq!((code.len(), held(&ann).await), (CODE_LENGTH, 0));
    let seen = bob.shop.gift(&code).await.expect("a gift");
    assert_eq!((seen.state.as_str(), seen.note.as_deref()), ("ready", Some("For you")));
    assert!(seen.days > 0 && seen.code.is_none() && seen.order_id.is_none() && seen.price.is_none());
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    let own = ann.shop.gifts().await.expect("gifts").remove(0);
    assert_eq!((own.state.as_str(), own.code, own.web_link), ("claimed", None, None));
    assert_eq!(own.order_id, Some(order.order_id));
}

/// `claim_gift` gives what the gift holds once, whoever tries at the same moment; the same claimer gets the same order.
pub async fn gives_a_gift_once(world: &dyn Fixture) {
    let (ann, bob, eve) = (customer(world).await, customer(world).await, customer(world).await);
    let (_, code) = buys(world, &ann).await;
    let tries = (0..4).flat_map(|_| [bob.shop.claim_gift(&code, None), eve.shop.claim_gift(&code, None)]);
    let mut orders: Vec<String> = Vec::new();
    for claimed in futures::future::join_all(tries).await {
        match claimed {
            Ok(order) => orders.push(order.order_id),
            Err(no) => assert_eq!(refused::<()>(Err(no)), "gift_claimed"),
        }
    }
    assert_eq!(orders.len(), 4, "all of the winner's tries");
    orders.dedup();
    assert_eq!(orders.len(), 1);
    world.work().await;
    assert_eq!((held(&ann).await, held(&bob).await + held(&eve).await), (0, 1));
}

/// With a subscription, `claim_gift` renews that one; it must be the claimer's and have the gift's plan.
pub async fn renews_by_a_gift(world: &dyn Fixture) {
    let (ann, bob) = (customer(world).await, customer(world).await);
    let mine = subscribed(world, &bob).await;
    let theirs = subscribed(world, &ann).await;
    let (_, code) = buys(world, &ann).await;
    let claim = |of: &str| bob.shop.claim_gift(&code, Some(of.to_owned()));
    assert_eq!(refused(claim(&theirs.subscription_id).await), "not_found");
    let order = claim(&mine.subscription_id).await.expect("claimed");
    assert_eq!((order.purpose, order.price.minor), (Purpose::Renewal, 0));
    world.work().await;
    let renewed = bob.shop.subscription(&mine.subscription_id).await.expect("a subscription");
    assert!(renewed.ends_at > mine.ends_at && renewed.limit_bytes == 2 * mine.limit_bytes);
    assert_eq!(held(&bob).await, 1);
}

/// `take_gift_back` gives the price to the buyer's wallet, once, and only while nobody has claimed it; the code is dead.
pub async fn takes_an_unclaimed_gift_back(world: &dyn Fixture) {
    let (ann, bob) = (customer(world).await, customer(world).await);
    let (order, code) = buys(world, &ann).await;
    let wallet = async || ann.shop.me().await.expect("me").wallet.minor;
    let before = wallet().await;
    assert_eq!(refused(bob.shop.take_gift_back(&order.order_id).await), "not_found", "not his");
    let back = ann.shop.take_gift_back(&order.order_id).await.expect("taken back");
    assert_eq!((back.state.as_str(), wallet().await), ("refunded", before + order.price.minor));
    assert_eq!(refused(ann.shop.take_gift_back(&order.order_id).await), "order_not_refundable");
    assert_eq!(refused(bob.shop.claim_gift(&code, None).await), "gift_unknown");
    let (order, code) = buys(world, &ann).await;
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    assert_eq!(refused(ann.shop.take_gift_back(&order.order_id).await), "gift_claimed");
}

/// Codes that open nothing answer `gift_unknown`, and after five of them `too_many_attempts`.
pub async fn slows_guessing_of_gifts_down(world: &dyn Fixture) {
    let (ann, bob) = (customer(world).await, customer(world).await);
    let (_, code) = buys(world, &ann).await;
    for guess in ["", "x", "a", "b", "c"] {
        assert_eq!(refused(bob.shop.gift(&guess.repeat(26)).await), "gift_unknown");
    }
    assert_eq!(refused(bob.shop.claim_gift(&code, None).await), "too_many_attempts");
}
