//! Commissions in days of subscription.

use crate::world::{Customer, Shop, days, hours, on_every_storage, refused};
use nexa_core::storefront::model::{PageRequest, ReferralTermsView, SignUpRequest};

on_every_storage!(
    days_are_added_to_the_newest_subscription_when_their_hold_is_over,
    without_a_subscription_they_wait_for_the_next,
    a_refund_before_the_hold_is_over_leaves_no_days,
    days_that_were_given_stay,
    terms_in_days_are_kept_in_bounds,
);

/// Seven days for whoever invited, three for whoever invited them, of every order, after two days.
fn terms() -> ReferralTermsView {
    ReferralTermsView {
        on: true,
        reward_bp: 1000,
        reward_days: Some(7),
        second_days: Some(3),
        orders: Some("every".to_owned()),
        hold_days: Some(2),
        ..ReferralTermsView::default()
    }
}

async fn invited_by(shop: &Shop, friend: &Customer) -> Customer {
    let invitation = Some(friend.shop.invitation().await.expect("an invitation").code);
    Customer::comes(shop, SignUpRequest { invitation, ..SignUpRequest::default() }).await
}

/// Ann, who invited Bob, who invited Eve.
async fn chain(shop: &Shop) -> (Customer, Customer, Customer) {
    shop.operator.set_referral_terms(terms()).await.expect("terms");
    let ann = shop.customer().await;
    let bob = invited_by(shop, &ann).await;
    let eve = invited_by(shop, &bob).await;
    (ann, bob, eve)
}

/// Days that wait, days that were given, and money, which there is never any of.
async fn earned(who: &Customer) -> (u32, u32, i64) {
    let own = who.shop.invitation().await.expect("an invitation");
    (own.days_pending, own.days_earned, own.pending.minor + own.earned.minor)
}

async fn ends(who: &Customer) -> jiff::Timestamp {
    who.subscription().await.ends_at.parse().expect("a moment")
}

async fn days_are_added_to_the_newest_subscription_when_their_hold_is_over(shop: Shop) {
    let (ann, bob, eve) = chain(&shop).await;
    ann.has_a_month(&shop).await;
    bob.has_a_month(&shop).await;
    shop.after(days(2)).await;
    assert_eq!((earned(&ann).await, earned(&bob).await), ((0, 7, 0), (0, 0, 0)), "Bob has paid");
    let before = (ends(&ann).await, ends(&bob).await);
    eve.has_a_month(&shop).await;
    assert_eq!((earned(&ann).await, earned(&bob).await), ((3, 7, 0), (7, 0, 0)));
    shop.after(hours(47)).await;
    assert_eq!((ends(&ann).await, ends(&bob).await), before, "nothing before its time");
    shop.after(hours(1)).await;
    assert_eq!((ends(&ann).await, ends(&bob).await), (before.0 + days(3), before.1 + days(7)));
    assert_eq!((earned(&ann).await, earned(&bob).await), ((0, 10, 0), (0, 7, 0)));
    assert!(bob.was_told().await.contains(&"extended".to_owned()));
    let shown = bob.shop.commissions(PageRequest::default()).await.expect("commissions").items.remove(0);
    assert_eq!((shown.state.as_str(), shown.days, shown.amount.minor), ("matured", Some(7), 0));
    let all = shop.operator.affiliates().await.expect("affiliates");
    let mut given: Vec<u32> = all.iter().map(|of| of.days_given).collect();
    given.sort_unstable();
    assert_eq!(given, [7, 10]);
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0));
    shop.is_in_order().await;
}

async fn without_a_subscription_they_wait_for_the_next(shop: Shop) {
    let (_, bob, eve) = chain(&shop).await;
    eve.has_a_month(&shop).await;
    shop.after(days(5)).await;
    assert_eq!(earned(&bob).await, (7, 0, 0));
    bob.has_a_month(&shop).await;
    let before = ends(&bob).await;
    shop.after(days(1)).await;
    assert_eq!((earned(&bob).await, ends(&bob).await), ((0, 7, 0), before + days(7)));
    shop.after(days(3)).await;
    assert_eq!(ends(&bob).await, before + days(7), "once");
    shop.is_in_order().await;
}

async fn a_refund_before_the_hold_is_over_leaves_no_days(shop: Shop) {
    let (_, bob, eve) = chain(&shop).await;
    bob.has_a_month(&shop).await;
    let before = ends(&bob).await;
    let subscription = eve.has_a_month(&shop).await;
    let order = eve.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    assert_eq!(order.subscription_id.as_deref(), Some(subscription.subscription_id.as_str()));
    shop.operator.refund_order(&order.order_id).await.expect("taken back");
    shop.after(days(4)).await;
    assert_eq!((earned(&bob).await, ends(&bob).await), ((0, 0, 0), before));
    let shown = bob.shop.commissions(PageRequest::default()).await.expect("commissions").items.remove(0);
    assert_eq!((shown.state.as_str(), shown.days), ("reversed", Some(0)));
    shop.is_in_order().await;
}

async fn days_that_were_given_stay(shop: Shop) {
    let (_, bob, eve) = chain(&shop).await;
    bob.has_a_month(&shop).await;
    eve.has_a_month(&shop).await;
    shop.after(days(2)).await;
    let given = ends(&bob).await;
    let order = eve.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    shop.operator.refund_order(&order.order_id).await.expect("taken back");
    shop.after(days(1)).await;
    assert_eq!((earned(&bob).await, ends(&bob).await), ((0, 7, 0), given));
    shop.is_in_order().await;
}

async fn terms_in_days_are_kept_in_bounds(shop: Shop) {
    for (reward_days, second_days) in
        [(Some(0), None), (Some(91), None), (Some(7), Some(91)), (None, Some(1))]
    {
        let wrong = ReferralTermsView { reward_days, second_days, ..terms() };
        assert_eq!(refused(shop.operator.set_referral_terms(wrong).await), "bad_input");
    }
    let good = shop.operator.set_referral_terms(terms()).await.expect("terms");
    assert_eq!((good.reward_days, good.second_days), (Some(7), Some(3)));
}
