//! The free trial.

use crate::world::{GIB, Shop, days, dollars, on_every_storage, refused};
use nexa_core::storefront::model::Purpose;

on_every_storage!(
    a_trial_is_given_once,
    a_shop_without_trials_gives_none,
    a_trial_cannot_be_refunded,
    a_trial_needs_somebody_to_remember
);

async fn a_trial_is_given_once(shop: Shop) {
    let plan = shop.adds_plan("Taste", 1, GIB, dollars(1)).await;
    shop.gives_trials_of(&plan).await;
    let customer = shop.customer().await;
    let order = customer.shop.trial().await.expect("a trial");
    assert_eq!((order.purpose, order.state.as_str(), order.price.minor), (Purpose::Trial, "paid", 0));
    shop.works().await;
    assert!(shop.server("frankfurt").lets_in());
    assert_eq!(customer.subscription().await.limit_bytes, GIB);
    assert_eq!(refused(customer.shop.trial().await), "trial_used");
    shop.after(days(2)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert_eq!(refused(customer.shop.trial().await), "trial_used", "never again");
    shop.customer().await.shop.trial().await.expect("somebody else's trial");
    shop.is_in_order().await;
}

async fn a_shop_without_trials_gives_none(shop: Shop) {
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.trial().await), "no_trial");
    shop.gives_trials_of(&shop.month).await;
    shop.gives_trials_of("").await;
    assert_eq!(refused(customer.shop.trial().await), "no_trial", "switched off again");
}

async fn a_trial_cannot_be_refunded(shop: Shop) {
    shop.gives_trials_of(&shop.month).await;
    let customer = shop.customer().await;
    let order = customer.shop.trial().await.expect("a trial");
    shop.works().await;
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "order_not_refundable");
}

async fn a_trial_needs_somebody_to_remember(shop: Shop) {
    let other = shop.next_door().await;
    other.gives_trials_of(&other.month).await;
    let operator = other.operator_as_customer();
    assert_eq!(refused(operator.shop.trial().await), "not_allowed", "has nothing to sign in with yet");
}
