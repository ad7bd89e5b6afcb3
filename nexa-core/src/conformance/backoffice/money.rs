//! Decisions on money that came, and on money that goes back.

use super::{Fixture, refused};
use crate::{
    backoffice::model::{AcceptRequest, OperatorOrderFilter, RejectRequest, RejectionReason},
    storefront::model::PageRequest,
};

/// `accept_receipt` and `reject_receipt` decide once; a second decision answers `already_decided`.
pub async fn decides_once(world: &dyn Fixture) {
    let shop = world.operator();
    for accepts in [true, false] {
        world.hand_in_a_receipt().await;
        let receipt = shop.receipts(PageRequest::default()).await.expect("receipts").remove(0);
        let id = receipt.receipt_id.as_str();
        let accept = || AcceptRequest { received: receipt.due.clone(), version: receipt.version };
        let reject = || RejectRequest { reason: RejectionReason::NotReceived, version: receipt.version };
        let stale = AcceptRequest { version: receipt.version + 1, ..accept() };
        assert_eq!(refused(shop.accept_receipt(id, stale).await), "already_decided", "it changed meanwhile");
        if accepts {
            let paid = shop.accept_receipt(id, accept()).await.expect("accepted");
            assert!(paid.paid_at.is_some());
        } else {
            let no = shop.reject_receipt(id, reject()).await.expect("rejected");
            assert_eq!(no.decision, "rejected");
        }
        assert_eq!(refused(shop.accept_receipt(id, accept()).await), "already_decided");
        assert_eq!(refused(shop.reject_receipt(id, reject()).await), "already_decided");
        assert!(shop.receipts(PageRequest::default()).await.expect("receipts").is_empty());
    }
}

/// `refund_order` gives the price back to the wallet once, after the service is undone.
pub async fn refunds_once_and_after_the_service_is_gone(world: &dyn Fixture) {
    let shop = world.operator();
    let order = world.sell().await;
    let listed = shop.orders(OperatorOrderFilter::default(), PageRequest::default()).await.expect("orders");
    let sold = listed.items.into_iter().find(|o| o.order.order_id == order).expect("the order");
    let wallet = async || shop.user(&sold.user_id).await.expect("the customer").wallet.minor;
    let before = wallet().await;
    assert!(world.serves_somebody().await);
    assert_eq!(shop.refund_order(&order).await.expect("begun").state, "refunding");
    assert_eq!(wallet().await, before, "not yet");
    world.work().await;
    assert!(!world.serves_somebody().await);
    assert_eq!(shop.order(&order).await.expect("the order").state, "refunded");
    assert_eq!(wallet().await, before + sold.order.price.minor);
    assert_eq!(refused(shop.refund_order(&order).await), "order_not_refundable");
    world.work().await;
    assert_eq!(wallet().await, before + sold.order.price.minor, "once");
}
