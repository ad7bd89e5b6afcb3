//! Coupons, one function per sentence of [`crate::storefront::Coupons`].

use super::{Belongings, Fixture, customer, plan, refused, wish};
use crate::storefront::{
    Storefront,
    model::{CheckoutRequest, CouponRequest, Purpose, QuoteRequest},
};
use futures::future::join_all;

fn with(code: &str, purchase: CheckoutRequest) -> CheckoutRequest {
    CheckoutRequest { coupon: Some(code.to_owned()), ..purchase }
}

/// The codes of everything about coupons, for a guest.
pub(super) async fn codes(shop: &dyn Storefront, of: &Belongings) -> Vec<(&'static str, String)> {
    let purchase = with("x", wish(Purpose::New, &of.plan, None, "wallet"));
    vec![("coupon_quote", refused(shop.coupon_quote(CouponRequest::about(&purchase)).await))]
}

/// What `coupon_quote` and `quote` show with a code is what `checkout` charges with it.
/// A code is the same in any case, and with the digits of any language.
pub async fn charges_what_a_coupon_was_said_to_make(world: &dyn Fixture) {
    let customer = customer(world).await;
    world.make_coupon("SPRING20", 20, 9).await;
    let shop = customer.shop.as_ref();
    let plan = plan(shop).await;
    for typed in ["SPRING20", " spring ۲۰"] {
        let purchase = with(typed, wish(Purpose::New, &plan, None, &world.gateway()));
        let shown = shop.coupon_quote(CouponRequest::about(&purchase)).await.expect("a quote");
        let asked = QuoteRequest {
            plan_id: plan.clone(),
            method: Some(world.gateway()),
            coupon: Some(typed.to_owned()),
            ..QuoteRequest::default()
        };
        let quote = shop.quote(asked).await.expect("a quote");
        let order = shop.checkout(purchase, None).await.expect("an order");
        assert_eq!((&shown.price, &quote.price), (&order.price, &order.price));
        assert_eq!((&shown.price_before, Some(&shown.coupon)), (&quote.price_before, quote.coupon.as_ref()));
        assert_eq!(order.coupon, Some(shown.coupon.clone()));
        assert_eq!(shown.coupon.saving.minor, shown.price_before.minor / 5);
        assert_eq!(order.lines.iter().map(|line| line.amount.minor).sum::<i64>(), order.price.minor);
        assert_eq!(order.payment.expect("a payment").due, quote.due);
    }
}

/// Codes that open nothing answer `coupon_unknown`, and after five of them `too_many_attempts`.
pub async fn slows_guessing_of_coupons_down(world: &dyn Fixture) {
    let customer = customer(world).await;
    world.make_coupon("SPRING20", 20, 9).await;
    let shop = customer.shop.as_ref();
    let plan = plan(shop).await;
    let ask = |code: &str| {
        let purchase = with(code, wish(Purpose::New, &plan, None, "wallet"));
        (shop.coupon_quote(CouponRequest::about(&purchase)), shop.checkout(purchase, None))
    };
    for guess in ["", "x", "SPRING21", "SPRING 2", "ß"] {
        assert_eq!(refused(ask(guess).0.await), "coupon_unknown");
    }
    assert_eq!(refused(ask("SPRING20").0.await), "too_many_attempts");
    assert_eq!(refused(ask("SPRING20").1.await), "too_many_attempts");
}

/// A coupon is used as often as it may be and never more, however many come at once, and its use is free again when
/// the order is given up or expires.
pub async fn uses_a_coupon_as_often_as_it_may_be(world: &dyn Fixture) {
    let mut customers = Vec::new();
    for _ in 0..8 {
        customers.push(customer(world).await);
    }
    world.make_coupon("THREE", 20, 3).await;
    let plan = plan(customers[0].shop.as_ref()).await;
    let purchase = || with("THREE", wish(Purpose::New, &plan, None, &world.gateway()));
    let placed = join_all(customers.iter().map(|of| of.shop.checkout(purchase(), None))).await;
    let (got, late): (Vec<_>, Vec<_>) = customers.iter().zip(placed).partition(|(_, order)| order.is_ok());
    assert_eq!(got.len(), 3);
    for (_, no) in late {
        assert_eq!(refused(no), "coupon_used_up");
    }
    let (of, order) = got.into_iter().next().expect("an order");
    of.shop.cancel_order(&order.expect("an order").order_id).await.expect("given up");
    let again = join_all(customers.iter().map(|of| of.shop.checkout(purchase(), None))).await;
    assert_eq!(again.iter().filter(|order| order.is_ok()).count(), 1, "one is free again");
}

/// An order that costs nothing with its coupon is paid when `checkout` returns, whatever its method.
pub async fn gives_at_no_price_by_a_coupon(world: &dyn Fixture) {
    let customer = customer(world).await;
    world.make_coupon("FREE", 100, 1).await;
    let shop = customer.shop.as_ref();
    let purchase = with("free", wish(Purpose::New, &plan(shop).await, None, &world.gateway()));
    let order = shop.checkout(purchase, None).await.expect("an order");
    assert!(order.paid_at.is_some() && order.payment.is_none() && order.price.minor == 0);
    world.work().await;
    assert_eq!(shop.subscriptions().await.expect("subscriptions").len(), 1);
}
