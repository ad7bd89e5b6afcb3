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
    let welcome = welcome.map(|minor| Money::new(minor, Currency::Usd));
    ReferralTerms { on: true, reward_bp, welcome, ..ReferralTerms::default() }
}

fn paid<'a>(order: &'a Order, terms: ReferralTerms, invited: &'a User) -> Paid<'a> {
    let shares = Money::zero(Currency::Usd);
    Paid { order, terms: Some(terms), first: Some(order.id), invited, shares }
}

proptest! {
    #[test]
    fn shares_and_welcome_together_are_never_more_than_was_paid(minor in 1..i64::MAX / 2, shares in 0_i64..1 << 40, welcome in 1_i64..1000) {
        let (ann, bob) = (user(1), user(2));
        let order = order(&bob, minor);
        let shares = shares.min(minor);
        let paid = Paid { shares: Money::new(shares, Currency::Usd), ..paid(&order, terms(1000, Some(welcome)), &bob) };
        let given = payout(&referral(&bob, &ann), paid).unwrap().unwrap();
        prop_assert_eq!(given.welcome.minor, welcome.min(minor - shares));
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
        let given = payout(&referral(&bob, &ann), paid(&order, terms(5000, Some(7)), &bob)).unwrap();
        let bought = matches!(order.state, OrderState::Paid | OrderState::Fulfilled);
        prop_assert_eq!(given.is_some(), bought && minor > 0 && what == 0);
    }

    #[test]
    fn nobody_is_welcomed_by_themselves_or_twice_or_for_others(by in 1_u128..4, of in 1_u128..4, buyer in 1_u128..4) {
        let (by, of, buyer) = (user(by), user(of), user(buyer));
        let order = order(&buyer, 1000);
        let known = referral(&of, &by);
        let given = payout(&known, paid(&order, terms(1000, Some(5)), &of)).unwrap();
        let pays = given.is_some_and(|p| p.welcome.is_positive());
        prop_assert_eq!(pays, buyer.id == of.id && by.id != of.id);
        let done = Referral { payout: given, ..known };
        if given.is_some() {
            prop_assert_eq!(payout(&done, paid(&order, terms(1000, Some(5)), &of)), Ok(None));
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
fn only_the_first_order_welcomes_and_terms_that_are_off_bring_nothing() {
    let (ann, bob) = (user(1), user(2));
    let (order, known) = (order(&bob, 1000), referral(&bob, &ann));
    let some = terms(1000, Some(5));
    let second = Paid { first: Some(Uuid::from_u128(8).into()), ..paid(&order, some, &bob) };
    assert_eq!(payout(&known, second), Ok(None));
    let off = paid(&order, ReferralTerms { on: false, ..some }, &bob);
    for none in [off, Paid { terms: None, ..off }] {
        let none = payout(&known, none).unwrap().unwrap();
        assert_eq!((none.welcome.minor, none.order_id), (0, order.id), "noted all the same");
    }
    let left = User { blocked: true, ..bob.clone() };
    assert_eq!(payout(&known, paid(&order, some, &left)).unwrap().unwrap().welcome.minor, 0);
    let euros = ReferralTerms { welcome: Some(Money::new(5, Currency::Eur)), ..some };
    let given = payout(&known, paid(&order, euros, &bob)).unwrap().unwrap();
    assert_eq!(given.welcome.minor, 0, "of a currency that the shop had before");
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
    assert!(checked(ReferralTerms { second_bp: 1000, ..terms(4000, None) }));
    assert!(!checked(ReferralTerms { second_bp: 1001, ..terms(4000, None) }), "more than half together");
    assert!(!checked(ReferralTerms { hold_days: 181, ..terms(1, None) }));
    for (days, good) in [(0, false), (1, true), (3650, true), (3651, false)] {
        assert_eq!(checked(ReferralTerms { orders: Counted::Within { days }, ..terms(1, None) }), good);
    }
    let old: ReferralTerms = serde_json::from_str(r#"{"on":true,"reward_bp":700,"welcome":null}"#).unwrap();
    assert_eq!((old.orders, old.hold_days, old.second_bp), (Counted::First, 0, 0), "as it was before");
    assert_eq!(
        terms(1, Some(1)).checked(Currency::Eur),
        Err(Refusal::WrongCurrency { expected: Currency::Eur })
    );
    let campaign = |code: &str, name: &str| Campaign {
        shop_id: Uuid::nil().into(),
        code: code.to_owned(),
        name: name.to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
        postback_sealed: None,
    };
    assert!(campaign("spring_26-A", "بهار").checked().is_ok());
    let long = "x".repeat(33);
    for (code, name) in
        [("abc", "n"), (&*long, "n"), ("a b c", "n"), ("بهار", "n"), ("abcd", " "), ("abcd", "a\nb")]
    {
        assert!(campaign(code, name).checked().is_err(), "{code} {name}");
    }
}

#[test]
fn a_click_is_carried_behind_its_campaign() {
    let read = |text: &str| CameBy::read(text).map(|by| (by.code, by.click));
    assert_eq!(read("spring"), Some(("spring".to_owned(), None)));
    assert_eq!(read("spring:a1.B-2"), Some(("spring".to_owned(), Some("a1.B-2".to_owned()))));
    assert_eq!(read("spring:a b"), Some(("spring".to_owned(), None)), "a click that is none is left out");
    assert_eq!(read(&format!("spring:{}", "x".repeat(65))), Some(("spring".to_owned(), None)));
    assert_eq!(read("a b:c"), None);
}
