//! What operators do for one customer or one order at a time.

use crate::world::{Shop, on_every_storage, refused};
use nexa_core::{
    backoffice::model::GiftCodesRequest,
    domain::{
        order::{Attention, Order},
        permission::{Permission, Permissions},
    },
    ids::OrderId,
    storefront::model::PageRequest,
};

on_every_storage!(
    gifts_are_made_all_or_none_and_claimed,
    a_customers_link_is_renewed,
    an_order_that_could_not_be_delivered_is_resolved,
);

fn gifts(shop: &Shop, count: u32) -> GiftCodesRequest {
    GiftCodesRequest { plan_id: shop.month.clone(), count, reason: "a fair".to_owned() }
}

async fn gifts_are_made_all_or_none_and_claimed(shop: Shop) {
    for wrong in [0, 201] {
        let made = shop.operator.make_gifts(gifts(&shop, wrong), "a".to_owned()).await;
        assert_eq!(refused(made), "bad_input");
    }
    let made = shop.operator.make_gifts(gifts(&shop, 5), "a".to_owned()).await.expect("made");
    let distinct: std::collections::BTreeSet<_> = made.codes.iter().collect();
    assert_eq!((distinct.len(), made.links.len()), (5, 5));
    let again = shop.operator.make_gifts(gifts(&shop, 5), "a".to_owned()).await;
    assert_eq!(refused(again), "already_decided");
    let own = shop.operator_as_customer();
    let standing = own.shop.gifts().await.expect("gifts");
    assert_eq!(standing.len(), 5, "they can be looked up again");
    let bob = shop.customer().await;
    bob.shop.claim_gift(&made.codes[0], None).await.expect("claimed");
    shop.works().await;
    assert_eq!(bob.subscription().await.state, "active");
    let unclaimed = standing.iter().find(|gift| gift.code.as_ref() == Some(&made.codes[1])).expect("it");
    let order = unclaimed.order_id.clone().expect("an order");
    own.shop.take_gift_back(&order).await.expect("what cost nothing is taken back, too");
    assert_eq!(refused(bob.shop.claim_gift(&made.codes[1], None).await), "gift_unknown");
    let deed = shop.operator.actions(PageRequest::default()).await.expect("deeds").items.remove(0);
    assert_eq!((&*deed.deed, deed.count, deed.plan_id), ("gifts_made", Some(5), Some(shop.month.clone())));
    shop.is_in_order().await;
}

async fn a_customers_link_is_renewed(shop: Shop) {
    let customer = shop.customer().await;
    let before = customer.has_a_month(&shop).await;
    shop.operator.renew_link(&before.subscription_id).await.expect("renewed");
    shop.works().await;
    let now = customer.subscription().await;
    assert_ne!(now.link, before.link);
    assert_eq!(refused(shop.opens(&before.link).await), "not_found");
    shop.opens(&now.link).await.expect("the new one opens");
    assert_eq!(customer.was_told().await.first().map(String::as_str), Some("link-reset"));
    let mut who = shop.operator_is.clone();
    who.permissions = Permission::ALL.into_iter().filter(|one| *one != Permission::ServeCustomers).collect();
    let office = shop.nexa.backoffice(who.clone());
    assert_eq!(refused(office.renew_link(&now.subscription_id).await), "not_allowed");
    assert_eq!(refused(office.make_gifts(gifts(&shop, 1), "b".to_owned()).await), "not_allowed");
    assert_eq!(refused(office.resolve_order("x", "y").await), "not_allowed");
    who.permissions = Permissions::all();
    let theirs = shop.next_door().await;
    assert_eq!(refused(theirs.operator.renew_link(&now.subscription_id).await), "not_found");
}

async fn an_order_that_could_not_be_delivered_is_resolved(shop: Shop) {
    let customer = shop.customer().await;
    customer.has_a_month(&shop).await;
    let order = customer.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    let id: OrderId = order.order_id.parse().expect("an id");
    let resolve = async |why: &str| shop.operator.resolve_order(&order.order_id, why).await;
    assert_eq!(refused(resolve("seen").await), "already_decided", "there is nothing to look at");
    for (attention, answer) in
        [(Attention::PaymentReversed, Some("bad_input")), (Attention::ProvisionStuck, None)]
    {
        let mut tx = shop.storage.begin().await.expect("a transaction");
        let held = tx.lock_order(shop.id, id).await.expect("a row").expect("the order");
        tx.save_order(held.map(|held| Order { attention: Some(attention), ..held })).await.expect("flagged");
        tx.commit().await.expect("committed");
        let done = resolve("the panel was set up anew").await;
        match answer {
            Some(code) => assert_eq!(refused(done), code),
            None => drop(done.expect("resolved")),
        }
    }
    let story = shop.operator.order_story(&order.order_id).await.expect("the story");
    assert_eq!(story.order.attention, None);
    let deed = shop.operator.actions(PageRequest::default()).await.expect("deeds").items.remove(0);
    assert_eq!((&*deed.deed, &*deed.reason), ("order_resolved", "the panel was set up anew"));
}
