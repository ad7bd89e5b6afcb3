use super::*;
use crate::domain::{
    extras::Extras,
    gift::GiftSale,
    order::Sale,
    pack::{PackKind, PackSale},
    plan::Terms,
};
use proptest::prelude::*;
use uuid::Uuid;

const USD: Currency = Currency::Usd;

fn usd(minor: i64) -> Money {
    Money::new(minor, USD)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn coupon(benefit: Benefit) -> Coupon {
    Coupon {
        user: None,
        id: Uuid::nil().into(),
        shop_id: Uuid::nil().into(),
        code: "SPRING".to_owned(),
        benefit,
        limits: Limits::default(),
        enabled: true,
        taken: 0,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn asked() -> Asked {
    Asked { now: at(100), uses: 0, uses_of_any: 0, has_paid: false }
}

const TERMS: Terms = Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE };

fn sale() -> Sale {
    let nil = Uuid::nil();
    let (plan_id, group_id, subscription_id) = (nil.into(), nil.into(), nil.into());
    Sale { plan_id, plan_name: "Gold".to_owned(), terms: TERMS, group_id, subscription_id, region: None }
}

fn gift() -> OrderKind {
    let nil = Uuid::nil();
    let (plan_id, group_id) = (nil.into(), nil.into());
    let plan_name = "Gold".to_owned();
    OrderKind::Gift(GiftSale { plan_id, plan_name, terms: TERMS, group_id, note_sealed: None })
}

fn pack() -> OrderKind {
    let nil = Uuid::nil();
    let (pack_id, subscription_id, what) = (nil.into(), nil.into(), PackKind::Traffic);
    OrderKind::Pack(PackSale {
        pack_id,
        pack_name: "More".to_owned(),
        what,
        amount: 1 << 30,
        subscription_id,
    })
}

#[test]
fn a_code_is_the_same_however_it_is_typed() {
    for same in ["NOWRUZ1405", " nowruz 1405 ", "Nowruz۱۴۰۵", "nowruz١٤٠٥", "no\u{200c}wruz\u{200f}1405"]
    {
        assert_eq!(code(same).as_deref(), Some("NOWRUZ1405"), "{same:?}");
    }
    for none in ["", "ab", "a b", "نوروز۱۴۰۵", "A+B+C", &"x".repeat(33), "a\u{7}bc"] {
        assert_eq!(code(none), None, "{none:?}");
    }
}

#[test]
fn who_it_is_not_for_is_told_why() {
    let limits = |limits: Limits| Coupon { limits, ..coupon(Benefit::Percent { percent: 10 }) };
    let none = Limits::default();
    let no = |of: &Coupon, asked: Asked| of.allows(asked).unwrap_err();
    let window = limits(Limits { from: Some(at(100)), until: Some(at(200)), ..none.clone() });
    assert_eq!(no(&window, Asked { now: at(99), ..asked() }), Refusal::CouponUnknown);
    assert_eq!(window.allows(asked()), Ok(()));
    assert_eq!(window.allows(Asked { now: at(199), ..asked() }), Ok(()));
    assert_eq!(no(&window, Asked { now: at(200), ..asked() }), Refusal::CouponExpired);
    assert_eq!(no(&Coupon { enabled: false, ..window }, asked()), Refusal::CouponUnknown);
    let total = limits(Limits { total: Some(2), ..none.clone() });
    assert_eq!(Coupon { taken: 1, ..total.clone() }.allows(asked()), Ok(()));
    assert_eq!(no(&Coupon { taken: 2, ..total }, asked()), Refusal::CouponUsedUp);
    let once = limits(Limits { per_user: Some(1), ..none.clone() });
    assert_eq!(no(&once, Asked { uses: 1, uses_of_any: 1, ..asked() }), Refusal::CouponUsedUp);
    assert_eq!(once.allows(Asked { uses_of_any: 1, has_paid: true, ..asked() }), Ok(()));
    let first = limits(Limits { first_only: true, ..none });
    assert_eq!(no(&first, Asked { has_paid: true, ..asked() }), Refusal::CouponNotForThis);
    assert_eq!(no(&first, Asked { uses_of_any: 1, ..asked() }), Refusal::CouponNotForThis, "two at once");
    assert_eq!(first.allows(asked()), Ok(()));
}

#[test]
fn a_price_is_lowered_and_never_below_nothing() {
    let due = |benefit, price| coupon(benefit).redeem(OrderKind::New(sale()), usd(price)).map(|r| r.1.minor);
    let percent = |percent| Benefit::Percent { percent };
    let amount = |minor| Benefit::Amount { amount: usd(minor) };
    assert_eq!((due(percent(10), 500), due(percent(100), 500)), (Ok(450), Ok(0)));
    assert_eq!(due(percent(33), 101), Ok(67), "33.33 off, rounded up");
    assert_eq!(
        (due(amount(120), 500), due(amount(500), 500), due(amount(900), 500)),
        (Ok(380), Ok(0), Ok(0))
    );
    assert_eq!(due(amount(120), 0), Err(Refusal::CouponNotForThis), "there is nothing to take off");
    let euros = Benefit::Amount { amount: Money::new(1, Currency::Eur) };
    assert!(due(euros, 500).is_err());
}

#[test]
fn days_and_traffic_are_part_of_what_is_sold() {
    let (kind, due, made) =
        coupon(Benefit::Days { days: 7 }).redeem(OrderKind::Renewal(sale()), usd(500)).unwrap();
    assert_eq!((due, made.days, made.saving), (usd(500), 7, usd(0)));
    assert_eq!(kind, OrderKind::Renewal(Sale { terms: Terms { days: 37, ..TERMS }, ..sale() }));
    let more = coupon(Benefit::Traffic { traffic: Traffic::gib(5) });
    let OrderKind::Gift(gift) = more.redeem(gift(), usd(500)).unwrap().0 else { panic!("a gift") };
    assert_eq!(gift.terms.traffic, Traffic::gib(55));
    assert_eq!(more.redeem(pack(), usd(500)).map(|r| r.1), Err(Refusal::CouponNotForThis));
    let long = Sale { terms: Terms { days: 3650, ..TERMS }, ..sale() };
    let refused = coupon(Benefit::Days { days: 1 }).redeem(OrderKind::New(long), usd(500));
    assert_eq!(refused.map(|r| r.1), Err(Refusal::CouponNotForThis));
}

#[test]
fn it_works_only_for_what_it_is_for() {
    let ten = Benefit::Percent { percent: 10 };
    let with = |limits: Limits| Coupon { limits, ..coupon(ten) };
    let fits = |of: &Coupon, kind: OrderKind| of.redeem(kind, usd(500)).is_ok();
    let any = coupon(ten);
    assert!(fits(&any, OrderKind::New(sale())) && fits(&any, pack()) && fits(&any, gift()));
    assert!(!fits(&any, OrderKind::TopUp), "only when it says so");
    let other = with(Limits { plans: vec![Uuid::max().into()], ..Limits::default() });
    assert!(!fits(&other, OrderKind::New(sale())) && !fits(&other, pack()) && !fits(&other, gift()));
    let renewals = with(Limits { kinds: vec![What::Renewal], ..Limits::default() });
    assert!(fits(&renewals, OrderKind::Renewal(sale())) && !fits(&renewals, OrderKind::New(sale())));
    let dear = with(Limits { at_least: Some(usd(501)), ..Limits::default() });
    assert!(!fits(&dear, OrderKind::New(sale())));
    assert!(dear.redeem(OrderKind::New(sale()), usd(501)).is_ok());
    let all = coupon(Benefit::Percent { percent: 100 });
    assert!(fits(&all, OrderKind::New(sale())) && !fits(&all, gift()), "no gift for nothing");
}

#[test]
fn money_for_the_wallet_becomes_more_and_costs_the_same() {
    let limits = Limits { kinds: vec![What::TopUp], ..Limits::default() };
    let of = Coupon { limits, ..coupon(Benefit::Amount { amount: usd(300) }) };
    let (_, due, made) = of.redeem(OrderKind::TopUp, usd(1000)).unwrap();
    assert_eq!((due, made.saving, made.bonus), (usd(1000), usd(0), usd(300)));
    let (_, _, made) = of.redeem(OrderKind::TopUp, usd(100)).unwrap();
    assert_eq!(made.bonus, usd(100), "never more than what is paid");
    let days = Coupon { benefit: Benefit::Days { days: 3 }, ..of };
    assert!(days.checked(USD).is_err());
}

#[test]
fn a_coupon_that_makes_no_sense_is_refused() {
    let good = |benefit| coupon(benefit).checked(USD).is_ok();
    let euros = Money::new(100, Currency::Eur);
    assert!(good(Benefit::Percent { percent: 100 }) && good(Benefit::Days { days: 365 }));
    for wrong in [
        Benefit::Percent { percent: 0 },
        Benefit::Percent { percent: 101 },
        Benefit::Amount { amount: usd(0) },
        Benefit::Amount { amount: euros },
        Benefit::Days { days: 0 },
        Benefit::Days { days: 366 },
        Benefit::Traffic { traffic: Traffic::ZERO },
    ] {
        assert!(!good(wrong), "{wrong:?}");
    }
    let none = Limits::default();
    for wrong in [
        Limits { total: Some(0), ..none.clone() },
        Limits { per_user: Some(0), ..none.clone() },
        Limits { from: Some(at(5)), until: Some(at(5)), ..none.clone() },
        Limits { at_least: Some(euros), ..none.clone() },
        Limits { kinds: vec![What::Trial], ..none.clone() },
        Limits { plans: vec![Uuid::nil().into(); 51], ..none },
    ] {
        assert!(Coupon { limits: wrong, ..coupon(Benefit::Days { days: 1 }) }.checked(USD).is_err());
    }
    let typed = Coupon { code: " spring ".to_owned(), ..coupon(Benefit::Days { days: 1 }) };
    assert_eq!(typed.checked(USD).unwrap().code, "SPRING");
}

proptest! {
    #[test]
    fn the_saving_is_what_was_promised_and_less_than_a_unit_more(price in 1_i64..1_000_000_000_000, percent in 1_u32..=100) {
        let (_, due, made) = coupon(Benefit::Percent { percent }).redeem(OrderKind::New(sale()), usd(price)).unwrap();
        prop_assert_eq!(due.plus(made.saving).unwrap(), usd(price));
        prop_assert!(due.minor >= 0);
        let (saved, promised) = (i128::from(made.saving.minor) * 100, i128::from(price) * i128::from(percent));
        prop_assert!(saved >= promised && saved < promised + 100);
    }

    #[test]
    fn a_code_that_was_read_is_read_the_same(text in "(?s).{0,60}") {
        if let Some(read) = code(&text) {
            prop_assert_eq!(code(&read), Some(read));
        }
    }
}
