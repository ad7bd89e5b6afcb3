use super::*;
use crate::domain::{
    extras::Extras,
    measure::Traffic,
    money::Currency,
    order::{OrderKind, OrderState, Sale},
    plan::Terms,
    referral::DayTerms,
};
use proptest::prelude::*;
use uuid::Uuid;

fn user(id: u128) -> UserId {
    Uuid::from_u128(id).into()
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::Usd)
}

fn order(of: UserId, minor: i64) -> Order {
    let kind = OrderKind::Renewal(Sale {
        plan_id: Uuid::nil().into(),
        plan_name: "Month".to_owned(),
        terms: Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE },
        group_id: Uuid::nil().into(),
        subscription_id: Uuid::nil().into(),
        region: None,
    });
    Order {
        id: Uuid::from_u128(9).into(),
        shop_id: Uuid::nil().into(),
        user_id: of,
        kind,
        price: usd(minor),
        coupon: None,
        state: OrderState::Paid,
        attention: None,
        key: None,
        from_wallet: false,
        held: usd(0),
        holds: 0,
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        paid_at: Some(Timestamp::UNIX_EPOCH),
        applied_at: None,
        fulfilled_at: None,
    }
}

fn pinned(of: &Order, terms: ReferralTerms, base: i64) -> Pinned {
    Pinned { shop_id: of.shop_id, order_id: of.id, terms, base: Some(usd(base)) }
}

fn referral(of: UserId, by: UserId) -> Referral {
    let accepted_at = Timestamp::UNIX_EPOCH;
    Referral { shop_id: Uuid::nil().into(), user_id: of, referrer_id: by, accepted_at, payout: None }
}

fn terms(reward_bp: u32, second_bp: u32) -> ReferralTerms {
    ReferralTerms { on: true, reward_bp, second_bp, ..ReferralTerms::default() }
}

fn commission(amount: i64) -> Commission {
    Commission {
        id: Uuid::nil().into(),
        shop_id: Uuid::nil().into(),
        order_id: Uuid::nil().into(),
        level: Level::First,
        user_id: user(1),
        invited_id: user(2),
        base: usd(amount.saturating_mul(2)),
        amount: usd(amount),
        reversed: usd(0),
        paid: usd(0),
        back: usd(0),
        days: None,
        state: CommissionState::Pending,
        signs: Vec::new(),
        reason: None,
        made_at: Timestamp::UNIX_EPOCH,
        matures_at: Timestamp::UNIX_EPOCH,
    }
}

proptest! {
    #[test]
    fn shares_are_rounded_down_and_never_more_than_half(bp in 1..=MOST_REWARD_BP, second in 0..=MOST_REWARD_BP, base in 0..i64::MAX / 2) {
        let order = order(user(3), base.max(1));
        let (known, above) = (referral(user(3), user(2)), referral(user(2), user(1)));
        let pinned = pinned(&order, terms(bp, second), base);
        let of = Sold { order: &order, pinned: &pinned, known: &known, above: Some(&above), is_first: true };
        let found = shares(of).unwrap();
        for share in &found {
            let bp = if share.level == Level::First { bp } else { second.min(MOST_REWARD_BP - bp) };
            let (exact, minor) = (i128::from(base) * i128::from(bp), i128::from(share.amount.minor));
            prop_assert!(minor * 10_000 <= exact && exact < (minor + 1) * 10_000);
            prop_assert_eq!(share.user, if share.level == Level::First { user(2) } else { user(1) });
        }
        let sum: i128 = found.iter().map(|s| i128::from(s.amount.minor)).sum();
        prop_assert!(sum * 2 <= i128::from(base));
    }

    #[test]
    fn nobody_gets_a_share_of_what_they_pay_themselves(by in 1_u128..4, over in 1_u128..4, buyer in 1_u128..4) {
        let order = order(user(buyer), 1000);
        let (known, above) = (referral(user(buyer), user(by)), referral(user(by), user(over)));
        let pinned = pinned(&order, terms(1000, 1000), 1000);
        let of = Sold { order: &order, pinned: &pinned, known: &known, above: Some(&above), is_first: true };
        prop_assert!(shares(of).unwrap().iter().all(|share| share.user != user(buyer)));
    }

    #[test]
    fn what_is_void_is_never_more_than_the_share_and_what_stays_is_rounded_down(
        amount in 0_i64..10_000, price in 1_i64..10_000, lost in prop::collection::vec(0_i64..10_000, 1..4), paid: bool,
    ) {
        let mut of = commission(amount);
        if paid {
            of = of.mature(Timestamp::UNIX_EPOCH).unwrap();
        }
        let mut gone = 0_i64;
        for part in lost {
            gone += part;
            of = of.lose(usd(part), usd(price)).unwrap();
            let due = of.due().unwrap().minor;
            prop_assert!((0..=amount).contains(&due));
            prop_assert!(i128::from(due) * i128::from(price) <= i128::from(amount) * i128::from((price - gone).max(0)));
            let back = of.to_take_back().unwrap();
            prop_assert_eq!(back.minor, if paid { amount - due } else { 0 });
        }
        if gone >= price && amount > 0 {
            prop_assert_eq!(of.state, CommissionState::Reversed);
        }
    }

    #[test]
    fn any_address_is_read(text in ".{0,60}") {
        let one = mailbox(&text);
        prop_assert_eq!(mailbox(&one), one.clone());
    }
}

#[test]
fn days_take_the_place_of_money_and_are_at_most_half_of_those_bought() {
    let order = order(user(3), 1000);
    let (known, above) = (referral(user(3), user(2)), referral(user(2), user(1)));
    for ((first, second), base, given) in [
        ((7, 3), 1000, vec![7, 3]),
        ((14, 3), 1000, vec![14, 1]),
        ((90, 90), 1000, vec![15]),
        ((7, 0), 1000, vec![7]),
        ((7, 3), 500, vec![3, 1]),
        ((7, 3), 0, vec![]),
    ] {
        let terms = ReferralTerms { days: Some(DayTerms { first, second }), ..terms(1000, 1000) };
        let pinned = pinned(&order, terms, base);
        let of = Sold { order: &order, pinned: &pinned, known: &known, above: Some(&above), is_first: true };
        let found = shares(of).unwrap();
        assert!(found.iter().all(|share| share.amount == usd(0)), "no money beside them");
        let days: Vec<u32> = found.iter().filter_map(|share| share.days).collect();
        assert_eq!(days, given, "{first} and {second} of {base}");
    }
}

#[test]
fn days_are_void_with_the_money_until_they_are_given() {
    let (now, to) = (Timestamp::UNIX_EPOCH, Uuid::from_u128(5).into());
    let waits = Commission { days: Some(RewardDays { days: 7, void: 0, to: None }), ..commission(0) };
    let due = |of: &Commission| of.days.unwrap().due();
    let less = waits.clone().lose(usd(500), usd(1000)).unwrap();
    assert_eq!((less.state, due(&less)), (CommissionState::Pending, 3));
    let none = less.clone().lose(usd(500), usd(1000)).unwrap();
    assert_eq!((none.state, due(&none)), (CommissionState::Reversed, 0));
    assert_eq!(none.give(to, now), Err(Refusal::AlreadyDecided));
    let given = less.give(to, now).unwrap();
    assert_eq!((given.state, given.days.unwrap().to), (CommissionState::Matured, Some(to)));
    assert_eq!(given.clone().lose(usd(1000), usd(1000)).unwrap(), given, "what was given stays");
    assert_eq!(given.clone().give(to, now), Err(Refusal::AlreadyDecided));
    let early = Commission { matures_at: Timestamp::MAX, ..waits };
    assert_eq!(early.give(to, now), Err(Refusal::AlreadyDecided));
    assert_eq!(commission(5).give(to, now), Err(Refusal::AlreadyDecided), "money is not days");
}

#[test]
fn which_orders_count() {
    let order = order(user(2), 1000);
    let known = referral(user(2), user(1));
    let day = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
    for (orders, is_first, paid_at, counts) in [
        (Counted::First, true, day(400), true),
        (Counted::First, false, day(0), false),
        (Counted::Every, false, day(400), true),
        (Counted::Within { days: 30 }, false, day(29), true),
        (Counted::Within { days: 30 }, true, day(30), false),
    ] {
        let order = Order { paid_at: Some(paid_at), ..order.clone() };
        let pinned = pinned(&order, ReferralTerms { orders, ..terms(1000, 0) }, 1000);
        let of = Sold { order: &order, pinned: &pinned, known: &known, above: None, is_first };
        assert_eq!(!shares(of).unwrap().is_empty(), counts, "{orders:?} {paid_at}");
    }
    let off = pinned(&order, ReferralTerms { on: false, ..terms(1000, 0) }, 1000);
    let unpaid = Pinned { base: None, ..pinned(&order, terms(1000, 0), 1000) };
    let nothing = pinned(&order, terms(1000, 0), 0);
    for pinned in [off, unpaid, nothing] {
        let of = Sold { order: &order, pinned: &pinned, known: &known, above: None, is_first: true };
        assert_eq!(shares(of), Ok(Vec::new()));
    }
}

#[test]
fn what_is_lost_before_it_was_shared_counts_for_nothing() {
    let order = order(user(2), 1000);
    let paid = pinned(&order, terms(1000, 0), 900);
    for (lost, base) in [(0, 900), (-5, 900), (500, 450), (333, 600), (1000, 0), (2000, 0)] {
        assert_eq!(paid.clone().lose(usd(lost), usd(1000)).unwrap().base, Some(usd(base)), "{lost}");
    }
    let unpaid = Pinned { base: None, ..paid };
    assert_eq!(unpaid.clone().lose(usd(5), usd(1000)), Ok(unpaid));
}

#[test]
fn a_commission_is_paid_after_its_hold_and_once() {
    let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let waits = Commission { matures_at: later, ..commission(100) };
    assert_eq!(waits.clone().mature(Timestamp::UNIX_EPOCH), Err(Refusal::AlreadyDecided));
    let paid = waits.mature(later).unwrap();
    assert_eq!((paid.paid, paid.state), (usd(100), CommissionState::Matured));
    assert_eq!(paid.mature(later), Err(Refusal::AlreadyDecided));
    let half = commission(101).lose(usd(1), usd(2)).unwrap().mature(later).unwrap();
    assert_eq!((half.paid, half.reversed), (usd(50), usd(51)));
}

#[test]
fn what_is_held_is_decided_on_once() {
    let held = Commission { state: CommissionState::Held, ..commission(100) };
    assert_eq!(held.clone().mature(Timestamp::UNIX_EPOCH), Err(Refusal::AlreadyDecided));
    assert_eq!(held.clone().approve().unwrap().state, CommissionState::Pending);
    assert!(held.clone().refuse(" ").is_err());
    let refused = held.refuse(" one person ").unwrap();
    assert_eq!((refused.state, refused.reason.as_deref()), (CommissionState::Refused, Some("one person")));
    assert_eq!(refused.clone().approve(), Err(Refusal::AlreadyDecided));
    assert_eq!(refused.refuse("again"), Err(Refusal::AlreadyDecided));
    let paid = commission(1).mature(Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(paid.refuse("too late"), Err(Refusal::AlreadyDecided));
}

#[test]
fn what_turns_out_odd_is_held_once() {
    let held = commission(100).doubt(Sign::LostMoney);
    assert_eq!((held.state, &held.signs[..]), (CommissionState::Held, &[Sign::LostMoney][..]));
    let approved = held.approve().unwrap();
    assert_eq!(approved.clone().doubt(Sign::LostMoney), approved, "a person has said yes");
    let paid = commission(1).mature(Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(paid.clone().doubt(Sign::LostMoney), paid);
}

#[test]
fn what_is_odd() {
    let address = |text: &str| vec![text.to_owned()];
    let calm = Looked { mail: &[], their_mail: &[], circle: false, crowd: Crowd::default() };
    assert_eq!(signs(calm), []);
    let (own, theirs) = (address("An.N+x@gmail.com"), address("ann@googlemail.com"));
    assert_eq!(signs(Looked { mail: &own, their_mail: &theirs, ..calm }), [Sign::SameMailbox]);
    let (own, theirs) = (address("a.nn@example.org"), address("ann@example.org"));
    assert_eq!(signs(Looked { mail: &own, their_mail: &theirs, ..calm }), [], "points count elsewhere");
    assert_eq!(signs(Looked { circle: true, ..calm }), [Sign::Circle]);
    let crowd = |lately, gone| signs(Looked { crowd: Crowd { lately, gone }, ..calm });
    assert_eq!(crowd(CROWD - 2, GONE - 1), []);
    assert_eq!(crowd(CROWD - 1, GONE), [Sign::Crowd, Sign::Gone]);
}

#[test]
fn levels_have_numbers() {
    for level in [Level::First, Level::Second] {
        assert_eq!(Level::from_number(level.number()), Ok(level));
    }
    assert!(Level::from_number(0).is_err() && Level::from_number(3).is_err());
}
