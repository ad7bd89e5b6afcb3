//! Coupons and their uses.

use super::{
    Bench, cases,
    fixture::{Stall, first},
};
use crate::{
    domain::{
        coupon::{Benefit, Coupon, CouponUse, Limits, Redemption, UseState},
        measure::Traffic,
        money::{Currency, Money},
        order::{Order, What},
    },
    ids::ShopId,
    ports::storage::{Inserted, Page},
};

cases![
    coupons_come_back_as_they_were,
    a_shop_has_a_code_once,
    a_coupon_keeps_its_code_whatever_changes,
    uses_are_counted_until_they_are_released,
    coupons_of_ones_own_are_listed_apart,
    an_order_keeps_what_its_coupon_made_of_it,
    coupons_of_one_shop_are_not_another_shops,
];

fn coupon(bench: &Bench, shop: ShopId, code: &str) -> Coupon {
    let limits = Limits {
        total: Some(5),
        per_user: Some(1),
        first_only: true,
        from: Some(bench.later()),
        until: Some(bench.in_secs(100)),
        at_least: Some(Money::new(10, Currency::Irr)),
        plans: vec![bench.world.id()],
        kinds: vec![What::New, What::TopUp],
    };
    Coupon {
        user: None,
        id: bench.world.id(),
        shop_id: shop,
        code: code.to_owned(),
        benefit: Benefit::Traffic { traffic: Traffic::gib(7) },
        limits,
        enabled: true,
        taken: 0,
        created_at: bench.later(),
    }
}

fn a_use(bench: &Bench, of: &Coupon, order: &Order) -> CouponUse {
    CouponUse {
        order_id: order.id,
        shop_id: order.shop_id,
        coupon_id: of.id,
        user_id: order.user_id,
        state: UseState::Held,
        at: bench.later(),
    }
}

async fn with_coupon(bench: &Bench) -> (Stall, Coupon) {
    let stall = bench.stall().await;
    let one = coupon(bench, stall.shop.id, "SPRING");
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_coupon(&one).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    (stall, one)
}

async fn coupons_of_ones_own_are_listed_apart(bench: Bench) {
    let (stall, all) = with_coupon(&bench).await;
    let shop = stall.shop.id;
    let own = Coupon { user: Some(stall.user.id), ..coupon(&bench, shop, "MINE") };
    let nobodys = Coupon { user: Some(bench.world.id()), ..coupon(&bench, shop, "NOBODY") };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_coupon(&own).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.coupon_by_code(shop, "MINE").await.unwrap(), Some(own.clone()));
    assert_eq!(read.coupons(shop, Page::default()).await.unwrap(), [all]);
    assert_eq!(read.own_coupons(shop, Page::default()).await.unwrap(), [own]);
    let (other, _) = bench.open_shop().await;
    assert_eq!(bench.read().await.own_coupons(other.id, Page::default()).await.unwrap(), []);
    assert!(bench.tx().await.insert_coupon(&nobodys).await.is_err(), "nobody of this shop");
}

async fn coupons_come_back_as_they_were(bench: Bench) {
    let (stall, one) = with_coupon(&bench).await;
    let shop = stall.shop.id;
    let percent = Benefit::Percent { percent: 30 };
    let two = Coupon { limits: Limits::default(), benefit: percent, ..coupon(&bench, shop, "SUMMER") };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_coupon(&two).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.coupon(shop, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.coupon_by_code(shop, "SUMMER").await.unwrap(), Some(two.clone()));
    assert_eq!(read.coupon_by_code(shop, "AUTUMN").await.unwrap(), None);
    assert_eq!(read.coupons(shop, first()).await.unwrap(), [two.clone(), one.clone()], "newest first");
    let after = Page { before: Some(crate::ids::Id::uuid(two.id)), limit: 1 };
    assert_eq!(read.coupons(shop, after).await.unwrap(), [one]);
}

async fn a_shop_has_a_code_once(bench: Bench) {
    let (stall, one) = with_coupon(&bench).await;
    let other = bench.stall().await;
    let mut tx = bench.tx().await;
    let same = coupon(&bench, stall.shop.id, &one.code);
    assert_eq!(tx.insert_coupon(&same).await.unwrap(), Inserted::Taken);
    let elsewhere = coupon(&bench, other.shop.id, &one.code);
    assert_eq!(tx.insert_coupon(&elsewhere).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.coupon_by_code(stall.shop.id, &one.code).await.unwrap(), Some(one));
    assert_eq!(read.coupon_by_code(other.shop.id, &elsewhere.code).await.unwrap(), Some(elsewhere));
}

async fn a_coupon_keeps_its_code_whatever_changes(bench: Bench) {
    let (stall, one) = with_coupon(&bench).await;
    let mut tx = bench.tx().await;
    let held = tx.lock_coupon(stall.shop.id, one.id).await.unwrap().unwrap();
    let changed = Coupon {
        benefit: Benefit::Days { days: 3 },
        limits: Limits::default(),
        enabled: false,
        taken: 4,
        ..one.clone()
    };
    let other = Coupon { code: "OTHER".into(), created_at: bench.in_secs(9), ..changed.clone() };
    tx.save_coupon(held.map(|_| other)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.coupon(stall.shop.id, one.id).await.unwrap(), Some(changed));
}

async fn uses_are_counted_until_they_are_released(bench: Bench) {
    let (stall, one) = with_coupon(&bench).await;
    let (shop, user) = (stall.shop.id, stall.user.id);
    let (two, other) = (coupon(&bench, shop, "SUMMER"), bench.order(&stall.user));
    let (first_use, second) = (a_use(&bench, &one, &stall.order), a_use(&bench, &two, &other));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&other).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_coupon(&two).await.unwrap(), Inserted::New);
    tx.save_coupon_use(&first_use).await.unwrap();
    tx.save_coupon_use(&second).await.unwrap();
    assert_eq!(tx.count_coupon_uses(shop, one.id, user).await.unwrap(), (2, 1));
    let later = CouponUse { state: UseState::Used, at: bench.in_secs(50), ..first_use.clone() };
    tx.save_coupon_use(&later).await.unwrap();
    assert_eq!(tx.count_coupon_uses(shop, one.id, user).await.unwrap(), (2, 1));
    tx.save_coupon_use(&CouponUse { state: UseState::Released, ..second }).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.count_coupon_uses(shop, one.id, user).await.unwrap(), (1, 1));
    assert_eq!(read.count_coupon_uses(shop, two.id, user).await.unwrap(), (1, 0));
    assert_eq!(read.count_coupon_uses(shop, one.id, bench.world.id()).await.unwrap(), (0, 0));
    let kept = CouponUse { state: UseState::Used, ..first_use };
    assert_eq!(read.coupon_use(shop, stall.order.id).await.unwrap(), Some(kept.clone()), "only its state");
    assert_eq!(read.coupon_uses(shop, one.id, first()).await.unwrap(), [kept]);
    assert_eq!(read.coupon_use(shop, bench.world.id()).await.unwrap(), None);
}

async fn an_order_keeps_what_its_coupon_made_of_it(bench: Bench) {
    let (stall, one) = with_coupon(&bench).await;
    let irr = |minor| Money::new(minor, Currency::Irr);
    let made = Redemption {
        coupon_id: one.id,
        code: one.code.clone(),
        saving: irr(5),
        days: 1,
        traffic: Traffic::gib(2),
        bonus: irr(3),
    };
    let order = Order { coupon: Some(made), ..bench.order(&stall.user) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    let held = tx.lock_order(stall.shop.id, order.id).await.unwrap().unwrap();
    tx.save_order(held).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.order(stall.shop.id, order.id).await.unwrap(), Some(order));
}

async fn coupons_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let (theirs, one) = with_coupon(&bench).await;
    let (shop, order) = (theirs.shop.id, theirs.order.id);
    let used = a_use(&bench, &one, &theirs.order);
    let mut tx = bench.tx().await;
    tx.save_coupon_use(&used).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.coupon(mine.id, one.id).await.unwrap(), None);
    assert_eq!(tx.coupon_by_code(mine.id, &one.code).await.unwrap(), None);
    assert_eq!(tx.coupons(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.coupon_use(mine.id, order).await.unwrap(), None);
    assert_eq!(tx.coupon_uses(mine.id, one.id, first()).await.unwrap(), []);
    assert_eq!(tx.count_coupon_uses(mine.id, one.id, theirs.user.id).await.unwrap(), (0, 0));
    assert!(tx.lock_coupon(mine.id, one.id).await.unwrap().is_none());
    let held = tx.lock_coupon(shop, one.id).await.unwrap().unwrap();
    assert!(tx.save_coupon(held.map(|c| Coupon { shop_id: mine.id, ..c })).await.is_err());
    drop(tx);
    let mut tx = bench.tx().await;
    let stolen = CouponUse { shop_id: mine.id, state: UseState::Released, ..used };
    assert!(tx.save_coupon_use(&stolen).await.is_err());
}
