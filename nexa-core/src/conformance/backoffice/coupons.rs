//! Coupons, one function per sentence of [`crate::backoffice::CouponBook`].

use super::{Codes, Fixture, refused, some};
use crate::{
    backoffice::{
        Backoffice,
        model::{AddCouponRequest, CouponTerms, UpdateCouponRequest},
    },
    storefront::model::{MoneyView, PageRequest, Purpose},
};

fn percent(percent: u32) -> CouponTerms {
    CouponTerms {
        percent: Some(percent),
        amount: None,
        days: None,
        traffic_bytes: None,
        total: None,
        per_user: None,
        first_only: false,
        from: None,
        until: None,
        at_least: None,
        plan_ids: vec![],
        purposes: vec![],
    }
}

fn new(code: &str, terms: CouponTerms) -> AddCouponRequest {
    AddCouponRequest { code: code.to_owned(), terms, enabled: true }
}

/// The codes of everything about it, for one who may not.
pub(super) async fn codes(shop: &dyn Backoffice) -> Codes {
    let change = UpdateCouponRequest { terms: percent(0), enabled: true };
    vec![
        ("coupons", refused(shop.coupons(PageRequest::default()).await)),
        ("add_coupon", refused(shop.add_coupon(new("?", percent(0))).await)),
        ("update_coupon", refused(shop.update_coupon("x", change).await)),
        ("coupon", refused(shop.coupon("x").await)),
        ("coupon_uses", refused(shop.coupon_uses("x", PageRequest::default()).await)),
    ]
}

/// `add_coupon` takes each code once, and refuses what could never work or would pay customers.
pub async fn keeps_coupons_in_bounds(world: &dyn Fixture) {
    let shop = world.operator();
    let good = CouponTerms {
        total: Some(10),
        per_user: Some(1),
        first_only: true,
        from: Some("2026-01-01T00:00:00Z".to_owned()),
        until: Some("2027-01-01T00:00:00Z".to_owned()),
        at_least: Some(some(100)),
        purposes: vec![Purpose::New, Purpose::TrafficPack, Purpose::DevicePack],
        ..percent(30)
    };
    let made = shop.add_coupon(new("spring", good.clone())).await.expect("added");
    assert_eq!((made.code.as_str(), &made.terms, made.taken), ("SPRING", &good, 0));
    assert!(made.web_link.contains("coupon=SPRING"));
    assert_eq!(refused(shop.add_coupon(new("Spring ", good.clone())).await), "name_taken");
    let euros = MoneyView { minor: 1, currency: "EUR".to_owned() };
    for (terms, code) in [
        (percent(0), "bad_input"),
        (percent(101), "bad_input"),
        (CouponTerms { days: Some(3), ..percent(3) }, "bad_input"),
        (CouponTerms { percent: None, ..percent(3) }, "bad_input"),
        (CouponTerms { percent: None, amount: Some(some(-5)), ..percent(3) }, "amount_out_of_range"),
        (CouponTerms { percent: None, amount: Some(euros), ..percent(3) }, "wrong_currency"),
        (CouponTerms { total: Some(0), ..percent(3) }, "bad_input"),
        (CouponTerms { from: Some("soon".to_owned()), ..percent(3) }, "bad_input"),
        (CouponTerms { purposes: vec![Purpose::Trial], ..percent(3) }, "bad_input"),
        (CouponTerms { purposes: vec![Purpose::DevicePack], ..percent(3) }, "bad_input"),
        (
            CouponTerms { percent: None, days: Some(3), purposes: vec![Purpose::TopUp], ..percent(3) },
            "bad_input",
        ),
        (
            CouponTerms { plan_ids: vec!["00000000-0000-7000-8000-000000000000".to_owned()], ..percent(3) },
            "not_found",
        ),
    ] {
        assert_eq!(refused(shop.add_coupon(new("other", terms)).await), code);
    }
    assert_eq!(shop.coupons(PageRequest::default()).await.expect("coupons").items, [made]);
}

/// `update_coupon` changes nothing about orders that were placed before.
/// A coupon that is not enabled is unknown to customers.
/// `coupon_uses` shows every order that was placed with a coupon, and whether its use is held, spent or free again.
pub async fn changes_coupons_for_what_is_ordered_later(world: &dyn Fixture) {
    let shop = world.operator();
    let made = shop.add_coupon(new("spring", percent(10))).await.expect("added");
    let first = world.order_with("spring").await.expect("an order");
    let half = UpdateCouponRequest { terms: percent(50), enabled: true };
    let changed = shop.update_coupon(&made.coupon_id, half).await.expect("changed");
    assert_eq!((changed.code, changed.terms, changed.taken), (made.code, percent(50), 1));
    let second = world.order_with("spring").await.expect("an order");
    assert_eq!(shop.order(&first.order_id).await.expect("the order").price, first.price);
    assert!(second.price.minor < first.price.minor);
    let off = UpdateCouponRequest { terms: percent(50), enabled: false };
    shop.update_coupon(&made.coupon_id, off).await.expect("changed");
    assert_eq!(refused(world.order_with("spring").await), "coupon_unknown");
    let uses = shop.coupon_uses(&made.coupon_id, PageRequest::default()).await.expect("uses").items;
    let shown: Vec<_> = uses.iter().map(|of| (of.order_id.as_str(), of.state.as_str(), &of.price)).collect();
    assert_eq!(
        shown,
        [(second.order_id.as_str(), "held", &second.price), (first.order_id.as_str(), "held", &first.price)]
    );
}
