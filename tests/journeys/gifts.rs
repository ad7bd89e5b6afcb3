//! Plans that one customer pays for and another uses.

use crate::world::{Customer, GIB, Shop, days, dollars, minutes, on_every_storage, refused, wish};
use futures::future::join_all;
use nexa_core::{
    domain::order::OrderKind,
    error::Result,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose, ReferralTermsView, SignUpRequest},
};

on_every_storage!(
    a_gift_is_paid_given_and_used,
    of_sixty_four_who_claim_at_once_one_has_it,
    a_gift_cannot_be_claimed_and_taken_back,
    a_gift_is_worth_nothing_in_a_change_of_plan,
    the_operator_takes_an_unclaimed_gift_back,
    a_gift_that_could_not_be_delivered_may_be_claimed_again,
    a_gift_keeps_what_was_sold,
    a_gift_brings_a_reward_that_goes_with_it,
    what_a_buyer_wrote_is_sealed_and_goes_with_them,
    odd_gifts_are_refused,
);

fn gift(shop: &Shop, method: &str) -> CheckoutRequest {
    CheckoutRequest { gift: true, ..wish(Purpose::New, &shop.month, None, method) }
}

async fn code(of: &Customer) -> String {
    of.shop.gifts().await.expect("gifts").remove(0).code.expect("a code")
}

async fn gives(shop: &Shop, buyer: &Customer) -> (OrderView, String) {
    buyer.receives(dollars(5)).await;
    let order = buyer.shop.checkout(gift(shop, "wallet"), None).await.expect("a gift");
    (order, code(buyer).await)
}

async fn a_gift_is_paid_given_and_used(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let order = ann.shop.checkout(gift(&shop, &shop.transfer), None).await.expect("an order");
    assert!(ann.shop.gifts().await.expect("gifts").is_empty(), "not paid yet");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    assert_eq!(ann.was_told().await.first().map(String::as_str), Some("gift-ready"));
    bob.shop.claim_gift(&code(&ann).await, None).await.expect("claimed");
    shop.works().await;
    let mine = bob.subscription().await;
    assert_eq!((mine.state.as_str(), mine.limit_bytes, mine.paid_price.minor), ("active", 10 * GIB, 0));
    assert_eq!(shop.server("frankfurt").entries().len(), 1);
    assert!(ann.was_told().await.contains(&"gift-claimed".to_owned()));
    shop.is_in_order().await;
}

async fn of_sixty_four_who_claim_at_once_one_has_it(shop: Shop) {
    let ann = shop.customer().await;
    let (_, code) = gives(&shop, &ann).await;
    let mut friends = Vec::new();
    for _ in 0..64 {
        friends.push(shop.customer().await);
    }
    let all = join_all(friends.iter().map(|friend| friend.shop.claim_gift(&code, None))).await;
    let no: Vec<Result<OrderView>> = all.into_iter().filter(Result::is_err).collect();
    assert_eq!(no.len(), 63);
    for no in no {
        assert_eq!(refused(no), "gift_claimed");
    }
    shop.works().await;
    let mut held = 0;
    for friend in &friends {
        held += friend.shop.subscriptions().await.expect("subscriptions").len();
    }
    assert_eq!((held, shop.server("frankfurt").entries().len()), (1, 1));
    shop.is_in_order().await;
}

async fn a_gift_cannot_be_claimed_and_taken_back(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    for _ in 0..8 {
        let before = ann.wallet().await;
        let (order, code) = gives(&shop, &ann).await;
        let (claimed, back) =
            futures::join!(bob.shop.claim_gift(&code, None), ann.shop.take_gift_back(&order.order_id));
        assert_ne!(claimed.is_ok(), back.is_ok());
        let returned = if back.is_ok() { 500 } else { 0 };
        assert_eq!(ann.wallet().await, before + returned);
    }
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_gift_is_worth_nothing_in_a_change_of_plan(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let (_, code) = gives(&shop, &ann).await;
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    shop.works().await;
    let mine = bob.subscription().await;
    let quote = bob.shop.change_quote(&mine.subscription_id, &family).await.expect("a quote");
    assert_eq!((quote.credit.minor, quote.to_wallet.minor), (0, 0));
    let order = bob.shop.orders(PageRequest::default()).await.expect("orders");
    let claim = &order.items[0].order_id;
    assert_eq!(refused(shop.operator.refund_order(claim).await), "order_not_refundable", "nothing was paid");
}

async fn the_operator_takes_an_unclaimed_gift_back(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let (order, code) = gives(&shop, &ann).await;
    assert_eq!(shop.operator.refund_order(&order.order_id).await.expect("refunded").state, "refunded");
    assert_eq!(ann.wallet().await, 500);
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items.remove(0);
    assert_eq!((noted.deed.as_str(), noted.order_id.as_ref()), ("refunded", Some(&order.order_id)));
    assert_eq!(refused(bob.shop.claim_gift(&code, None).await), "gift_unknown");
    assert!(ann.was_told().await.contains(&"refunded".to_owned()));
    let (order, code) = gives(&shop, &ann).await;
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "gift_claimed");
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_gift_that_could_not_be_delivered_may_be_claimed_again(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let mine = bob.has_a_month(&shop).await;
    let (_, code) = gives(&shop, &ann).await;
    let order = bob.shop.claim_gift(&code, Some(mine.subscription_id.clone())).await.expect("claimed");
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    shop.works().await;
    assert_eq!(bob.looks_at(&order).await.state, "cancelled", "there is nothing left to renew");
    bob.shop.claim_gift(&code, None).await.expect("claimed again");
    shop.works().await;
    let held = bob.shop.subscriptions().await.expect("subscriptions");
    assert_eq!(held.iter().filter(|s| s.state == "active").count(), 1);
    shop.is_in_order().await;
}

async fn a_gift_keeps_what_was_sold(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let (_, code) = gives(&shop, &ann).await;
    let change = nexa_core::backoffice::model::UpdatePlanRequest {
        name: Some("Week".to_owned()),
        days: Some(7),
        traffic_bytes: Some(GIB),
        devices: None,
        prices: None,
        extras: None,
        on_sale: Some(false),
    };
    shop.operator.update_plan(&shop.month, change).await.expect("changed");
    shop.after(days(400)).await;
    let seen = bob.shop.gift(&code).await.expect("a gift");
    assert_eq!((seen.plan_name.as_str(), seen.days), ("Month", 30));
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    shop.works().await;
    assert_eq!(bob.subscription().await.limit_bytes, 10 * GIB);
}

async fn a_gift_brings_a_reward_that_goes_with_it(shop: Shop) {
    let terms = ReferralTermsView { on: true, reward_bp: 1000, hold_days: Some(0), ..Default::default() };
    shop.operator.set_referral_terms(terms).await.expect("terms");
    let eve = shop.customer().await;
    let invitation = Some(eve.shop.invitation().await.expect("an invitation").code);
    let ann = Customer::comes(&shop, SignUpRequest { invitation, ..SignUpRequest::default() }).await;
    let (order, _) = gives(&shop, &ann).await;
    shop.works().await;
    assert_eq!(eve.wallet().await, 50);
    ann.shop.take_gift_back(&order.order_id).await.expect("taken back");
    assert_eq!((ann.wallet().await, eve.wallet().await), (500, 0));
    shop.is_in_order().await;
}

async fn what_a_buyer_wrote_is_sealed_and_goes_with_them(shop: Shop) {
    let (ann, bob) = (shop.customer_with(dollars(5)).await, shop.customer().await);
    let words = CheckoutRequest { note: Some("For Bob, with love".to_owned()), ..gift(&shop, "wallet") };
    let order = ann.shop.checkout(words, None).await.expect("a gift");
    let code = code(&ann).await;
    let kept = async || {
        let mut read = shop.storage.read().await.expect("storage");
        let order = read.order(shop.id, order.order_id.parse().expect("an id")).await.expect("read");
        order.expect("there").kind
    };
    assert!(!format!("{:?}", kept().await).contains("love"), "sealed");
    assert_eq!(bob.shop.gift(&code).await.expect("a gift").note.as_deref(), Some("For Bob, with love"));
    bob.shop.claim_gift(&code, None).await.expect("claimed");
    ann.shop.delete_account(false).await.expect("gone");
    let OrderKind::Gift(sale) = kept().await else { panic!("it was a gift") };
    assert_eq!(sale.note_sealed, None);
    assert_eq!(bob.shop.gift(&code).await.expect("a gift").note, None);
    shop.works().await;
    shop.is_in_order().await;
}

async fn odd_gifts_are_refused(shop: Shop) {
    let ann = shop.customer_with(dollars(20)).await;
    let plain = gift(&shop, "wallet");
    let mine = ann.has_a_month(&shop).await;
    for wrong in [
        CheckoutRequest { note: Some("x".repeat(201)), ..plain.clone() },
        CheckoutRequest { note: Some("\u{1b}[0m".to_owned()), ..plain.clone() },
        CheckoutRequest { gift: false, note: Some("For you".to_owned()), ..plain.clone() },
        CheckoutRequest { purpose: Purpose::Gift, ..plain.clone() },
        CheckoutRequest {
            purpose: Purpose::Renewal,
            subscription_id: Some(mine.subscription_id),
            ..plain.clone()
        },
        CheckoutRequest { purpose: Purpose::TopUp, amount: Some(dollars(1)), ..plain.clone() },
    ] {
        assert_eq!(refused(ann.shop.checkout(wrong, None).await), "bad_input");
    }
    let key = Some("present".to_owned());
    let first = ann.shop.checkout(plain.clone(), key.clone()).await.expect("a gift");
    assert_eq!(
        ann.shop.checkout(plain.clone(), key.clone()).await.expect("the same").order_id,
        first.order_id
    );
    let other = CheckoutRequest { note: Some("other".to_owned()), ..plain.clone() };
    assert_eq!(refused(ann.shop.checkout(other, key.clone()).await), "key_reused");
    assert_eq!(refused(ann.shop.checkout(CheckoutRequest { gift: false, ..plain }, key).await), "key_reused");
    let bob = shop.customer().await;
    let code = code(&ann).await;
    for wrong in ["", "x", "00000000-0000-7000-8000-000000000000"] {
        assert_eq!(refused(bob.shop.claim_gift(&code, Some(wrong.to_owned())).await), "not_found");
    }
    let export = ann.shop.export().await.expect("an export");
    assert!(export.contains("\"gifts\"") && !export.contains(&code), "a copy is worth nothing");
    shop.is_in_order().await;
}
