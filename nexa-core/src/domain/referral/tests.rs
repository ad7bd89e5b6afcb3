use super::*;
use crate::domain::{extras::Extras, measure::Traffic, plan::Terms, user::Role};
use proptest::prelude::*;
use uuid::Uuid;

const STATES: [OrderState; 8] = [
    OrderState::Placed,
    OrderState::AwaitingPayment,
    OrderState::Paid,
    OrderState::Fulfilled,
    OrderState::Cancelled,
    OrderState::Expired,
    OrderState::Refunding,
    OrderState::Refunded,
];

fn user(id: u128) -> User {
    User {
        id: Uuid::from_u128(id).into(),
        shop_id: Uuid::nil().into(),
        role: Role::Customer,
        blocked: false,
        locale: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn pack() -> OrderKind {
    OrderKind::Pack(crate::domain::pack::PackSale {
        pack_id: Uuid::nil().into(),
        pack_name: "More".to_owned(),
        what: crate::domain::pack::PackKind::Traffic,
        amount: 1,
        subscription_id: Uuid::nil().into(),
    })
}

fn order(of: &User, minor: i64) -> Order {
    let kind = OrderKind::Renewal(crate::domain::order::Sale {
        plan_id: Uuid::nil().into(),
        plan_name: "Month".to_owned(),
        terms: Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE },
        group_id: Uuid::nil().into(),
        subscription_id: Uuid::nil().into(),
        region: None,
    });
    Order {
        id: Uuid::from_u128(9).into(),
        shop_id: of.shop_id,
        user_id: of.id,
        kind,
        price: Money::new(minor, Currency::Usd),
        coupon: None,
        state: OrderState::Paid,
        attention: None,
        key: None,
        from_wallet: false,
        held: Money::zero(Currency::Usd),
        holds: 0,
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    }
}

fn referral(of: &User, by: &User) -> Referral {
    Referral {
        shop_id: of.shop_id,
        user_id: of.id,
        referrer_id: by.id,
        accepted_at: Timestamp::UNIX_EPOCH,
        payout: None,
    }
}

fn terms(reward_bp: u32, welcome: Option<i64>) -> ReferralTerms {
    ReferralTerms { on: true, reward_bp, welcome: welcome.map(|minor| Money::new(minor, Currency::Usd)) }
}

fn paid<'a>(order: &'a Order, referrer: &'a User, invited: &'a User) -> Paid<'a> {
    Paid { order, first: Some(order.id), referrer, invited }
}

proptest! {
    #[test]
    fn a_reward_is_the_share_rounded_down(bp in 1..=MOST_REWARD_BP, minor in 1..i64::MAX / 2, welcome in 1_i64..1000) {
        let (ann, bob) = (user(1), user(2));
        let order = order(&bob, minor);
        let given = payout(terms(bp, Some(welcome)), &referral(&bob, &ann), paid(&order, &ann, &bob));
        let given = given.unwrap().unwrap();
        let exact = i128::from(minor) * i128::from(bp);
        let reward = i128::from(given.reward.minor);
        prop_assert!(reward * 10_000 <= exact && exact < (reward + 1) * 10_000);
        prop_assert!(given.reward.minor <= minor / 2, "never more than half");
        prop_assert_eq!(given.welcome.minor, welcome.min(minor - given.reward.minor), "together never more than was paid");
    }

    #[test]
    fn only_money_for_something_counts(state in 0..STATES.len(), minor in -5_i64..5, what in 0..3) {
        let (ann, bob) = (user(1), user(2));
        let mut order = Order { state: STATES[state], ..order(&bob, minor) };
        match what {
            1 => order.kind = OrderKind::TopUp,
            2 => order.kind = pack(),
            _ => {}
        }
        let given = payout(terms(5000, Some(7)), &referral(&bob, &ann), paid(&order, &ann, &bob)).unwrap();
        let bought = matches!(order.state, OrderState::Paid | OrderState::Fulfilled);
        prop_assert_eq!(given.is_some(), bought && minor > 0 && what == 0);
    }

    #[test]
    fn nobody_is_paid_for_themselves_or_twice_or_for_others(by in 1_u128..4, of in 1_u128..4, buyer in 1_u128..4) {
        let (by, of, buyer) = (user(by), user(of), user(buyer));
        let order = order(&buyer, 1000);
        let known = referral(&of, &by);
        let given = payout(terms(1000, Some(5)), &known, paid(&order, &by, &of)).unwrap();
        let pays = given.is_some_and(|p| p.reward.is_positive() || p.welcome.is_positive());
        prop_assert_eq!(pays, buyer.id == of.id && by.id != of.id);
        let done = Referral { payout: given, ..known };
        if given.is_some() {
            prop_assert_eq!(payout(terms(1000, Some(5)), &done, paid(&order, &by, &of)), Ok(None));
        }
    }

    #[test]
    fn what_is_taken_back_was_given_and_is_there(given in 0_i64..1000, taken in 0_i64..1000, held in -10_i64..1000) {
        let usd = |minor| Money::new(minor, Currency::Usd);
        let back = take_back(usd(given), usd(taken), usd(held)).minor;
        prop_assert!(back >= 0 && back <= held.max(0) && back <= (given - taken).max(0));
        prop_assert!(back == held.max(0) || back == (given - taken).max(0), "as much as there is");
    }

    #[test]
    fn any_text_is_read(text in ".{0,60}") {
        if let Some(read) = code(&text) {
            prop_assert_eq!(code(&format!(" {}\n", read.to_uppercase())), Some(read.clone()));
            prop_assert_eq!(read.len(), CODE_LENGTH);
        }
    }
}

#[test]
fn only_the_first_order_brings_something_and_terms_that_are_off_bring_nothing() {
    let (ann, bob) = (user(1), user(2));
    let (order, known) = (order(&bob, 1000), referral(&bob, &ann));
    let second = Paid { first: Some(Uuid::from_u128(8).into()), ..paid(&order, &ann, &bob) };
    assert_eq!(payout(terms(1000, None), &known, second), Ok(None));
    let off = ReferralTerms { on: false, ..terms(1000, Some(5)) };
    let none = payout(off, &known, paid(&order, &ann, &bob)).unwrap().unwrap();
    assert_eq!(
        (none.reward.minor, none.welcome.minor, none.order_id),
        (0, 0, order.id),
        "noted all the same"
    );
    let (gone, left) = (User { blocked: true, ..ann.clone() }, User { blocked: true, ..bob.clone() });
    let given = payout(terms(1000, Some(5)), &known, paid(&order, &gone, &left)).unwrap().unwrap();
    assert_eq!((given.reward.minor, given.welcome.minor), (0, 0));
    let euros = ReferralTerms { welcome: Some(Money::new(5, Currency::Eur)), ..terms(1000, None) };
    let given = payout(euros, &known, paid(&order, &ann, &bob)).unwrap().unwrap();
    assert_eq!((given.reward.minor, given.welcome.minor), (100, 0), "of a currency that the shop had before");
}

#[test]
fn who_may_accept_what() {
    let (ann, bob, eve) = (user(1), user(2), user(3));
    let asked = Asked { user: bob.id, referrer: &ann, before: None, above: None, has_paid: false };
    assert_eq!(accept(asked), Ok(true));
    let (by_ann, by_eve) = (referral(&bob, &ann), referral(&bob, &eve));
    assert_eq!(
        accept(Asked { before: Some(&by_ann), has_paid: true, ..asked }),
        Ok(false),
        "it is so already"
    );
    assert_eq!(accept(Asked { before: Some(&by_eve), ..asked }), Err(Refusal::AlreadyInvited));
    assert_eq!(accept(Asked { has_paid: true, ..asked }), Err(Refusal::InvitationTooLate));
    assert_eq!(accept(Asked { referrer: &bob, ..asked }), Err(Refusal::OwnInvitation));
    let circle = referral(&ann, &bob);
    assert_eq!(accept(Asked { above: Some(&circle), ..asked }), Err(Refusal::OwnInvitation));
    assert_eq!(accept(Asked { above: Some(&referral(&ann, &eve)), ..asked }), Ok(true));
    let gone = User { blocked: true, ..ann };
    assert_eq!(accept(Asked { referrer: &gone, ..asked }), Err(Refusal::InvitationUnknown));
}

#[test]
fn terms_and_campaigns_are_bounded() {
    let checked = |terms: ReferralTerms| terms.checked(Currency::Usd).is_ok();
    assert!(checked(terms(1, None)) && checked(terms(5000, Some(1))) && checked(ReferralTerms::default()));
    assert!(!checked(terms(0, None)) && !checked(terms(5001, None)) && !checked(terms(1, Some(0))));
    assert!(!checked(terms(1, Some(MOST_WELCOME + 1))));
    assert_eq!(
        terms(1, Some(1)).checked(Currency::Eur),
        Err(Refusal::WrongCurrency { expected: Currency::Eur })
    );
    let campaign = |code: &str, name: &str| Campaign {
        shop_id: Uuid::nil().into(),
        code: code.to_owned(),
        name: name.to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
    };
    assert!(campaign("spring_26-A", "بهار").checked().is_ok());
    let long = "x".repeat(33);
    for (code, name) in
        [("abc", "n"), (&*long, "n"), ("a b c", "n"), ("بهار", "n"), ("abcd", " "), ("abcd", "a\nb")]
    {
        assert!(campaign(code, name).checked().is_err(), "{code} {name}");
    }
}
