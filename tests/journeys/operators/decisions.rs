//! What an operator must see and be sure of to decide on a receipt with one tap.

use crate::world::{Customer, Shop, minutes, on_every_storage};
use nexa_core::{
    backoffice::model::{AcceptRequest, OperatorReceiptView, RejectRequest, RejectionReason},
    error::Error,
    storefront::model::{OrderView, PageRequest, Purpose, SignInRequest},
};

on_every_storage!(a_receipt_tells_what_a_decision_needs, of_two_operators_one_decides);

async fn hands_in(shop: &Shop, customer: &Customer, picture: &str) -> (OrderView, OperatorReceiptView) {
    let order = customer.orders(&shop.card).await.expect("an order");
    shop.after(minutes(1)).await;
    customer.hands_in(&order, picture).await.expect("taken");
    let mut all = shop.operator.receipts(PageRequest::default()).await.expect("receipts");
    (order, all.pop().expect("a receipt"))
}

fn accept(receipt: &OperatorReceiptView) -> AcceptRequest {
    AcceptRequest { received: receipt.due.clone(), version: receipt.version }
}

async fn a_receipt_tells_what_a_decision_needs(shop: Shop) {
    let customer = shop.customer().await;
    let (order, first) = hands_in(&shop, &customer, "one").await;
    assert_eq!((first.purpose, first.plan_name.as_deref()), (Purpose::New, Some("Month")));
    assert_eq!(first.ordered_at, order.created_at);
    assert!(first.created_at > first.ordered_at);
    assert_eq!((first.customer.as_ref(), first.accepted_before, first.rejected_before), (None, 0, 0));
    assert!(!first.seen_before && !first.like_before);
    shop.operator.accept_receipt(&first.receipt_id, accept(&first)).await.expect("accepted");
    let (_, second) = hands_in(&shop, &customer, "two").await;
    assert_eq!((second.accepted_before, second.rejected_before), (1, 0));
    assert!(!second.seen_before && !second.like_before, "another picture");
    let no = RejectRequest { reason: RejectionReason::NotReceived, version: second.version };
    let decided = shop.operator.reject_receipt(&second.receipt_id, no).await.expect("rejected");
    assert_eq!((decided.accepted_before, decided.rejected_before), (1, 0), "before this one");
    let (_, third) = hands_in(&shop, &customer, "two").await;
    assert_eq!((third.accepted_before, third.rejected_before), (1, 1));
    assert!(third.seen_before && third.like_before, "the same picture");

    shop.guest().request_code("sara@example.org", None).await.expect("a code");
    let code = shop.mail.code("sara@example.org");
    let sign_in = SignInRequest {
        email: Some("sara@example.org".to_owned()),
        code: Some(code),
        ..SignInRequest::default()
    };
    let token = shop.guest().sign_in(sign_in).await.expect("an account").token;
    let who = shop.door.principal(shop.id, &token).await.expect("a session");
    let (_, known) = hands_in(&shop, &Customer::with(&shop, who), "three").await;
    assert_eq!(known.customer.as_deref(), Some("s***@example.org"), "enough to know them by");
}

async fn of_two_operators_one_decides(shop: Shop) {
    let second = shop.nexa.backoffice(shop.operator_is.clone());
    for also_accepts in [true, false] {
        let customer = shop.customer().await;
        let (order, receipt) = hands_in(&shop, &customer, &format!("receipt {also_accepts}")).await;
        let id = receipt.receipt_id.as_str();
        let one = async { shop.operator.accept_receipt(id, accept(&receipt)).await.map(drop) };
        let two = async {
            if also_accepts {
                return second.accept_receipt(id, accept(&receipt)).await.map(drop);
            }
            let reason = RejectionReason::NotReceived;
            second.reject_receipt(id, RejectRequest { reason, version: receipt.version }).await.map(drop)
        };
        let (one, two) = futures::join!(one, two);
        let decided = |done: &nexa_core::error::Result<()>| match done {
            Ok(()) => true,
            Err(Error::Refused(why)) => {
                assert_eq!(why.code(), "already_decided");
                false
            }
            Err(failure) => panic!("{failure}"),
        };
        assert!(decided(&one) ^ decided(&two), "one of the two");
        let paid = customer.looks_at(&order).await.paid_at.is_some();
        assert_eq!(paid, also_accepts || one.is_ok());
        assert_eq!(customer.wallet().await, 0, "never twice");
    }
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items;
    assert_eq!(noted.iter().filter(|a| a.deed.starts_with("receipt")).count(), 2);
    shop.is_in_order().await;
}
