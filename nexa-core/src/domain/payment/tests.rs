use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const STATES: [PaymentState; 12] = [
    PaymentState::Created,
    PaymentState::Open,
    PaymentState::Seen,
    PaymentState::Underpaid,
    PaymentState::Paid,
    PaymentState::Overpaid,
    PaymentState::Expired,
    PaymentState::Failed,
    PaymentState::Disputed,
    PaymentState::Refunding,
    PaymentState::Refunded,
    PaymentState::NeedsReview,
];

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(number).unwrap()
}

/// An open payment that expires at second 1000.
pub(crate) fn example(due: Money, value: Money) -> Payment {
    let nil = Uuid::nil();
    Payment {
        id: nil.into(),
        shop_id: nil.into(),
        user_id: nil.into(),
        order_id: nil.into(),
        gateway_id: nil.into(),
        state: PaymentState::Open,
        due,
        value,
        reference: Some("address".to_owned()),
        slot: None,
        step: None,
        tolerance: Money::zero(due.currency),
        received: Money::zero(due.currency),
        booked: Money::zero(due.currency),
        credited: Money::zero(value.currency),
        test: false,
        version: 0,
        created_at: second(0),
        expires_at: second(1000),
        watch_until: second(9000),
        chosen_at: second(0),
    }
}

fn ltc(minor: i64) -> Money {
    Money::new(minor, Currency::Ltc)
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::Usd)
}

fn movement(number: usize, amount: Money, finality: Finality) -> Movement {
    Movement {
        family: "litecoin".to_owned(),
        id: number.to_string(),
        payment_id: Uuid::nil().into(),
        amount,
        raw: amount.decimal(),
        finality,
        anchor: None,
        seen_at: second(1),
    }
}

fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let finality = prop::sample::select(vec![Finality::Dropped, Finality::Seen, Finality::Confirmed]);
    prop::collection::vec((1_i64..700, finality), 0..6).prop_map(|list| {
        list.into_iter()
            .enumerate()
            .map(|(n, (amount, finality))| movement(n, ltc(amount), finality))
            .collect()
    })
}

/// Payments in another asset, in the same, and with a due amount made unique a little beside the value.
fn payment() -> impl Strategy<Value = Payment> {
    (1_i64..1_000_000, 1_i64..1_000_000, prop_oneof![Just(0_u32), 0_u32..500], 0_u8..3, 0_i64..50).prop_map(
        |(due, value, tolerance, kind, beside)| {
            let due = match kind {
                0 => ltc(due),
                1 => usd(value),
                _ => usd(value + beside),
            };
            let policy = Policy {
                tolerance_bp: tolerance,
                window: SignedDuration::from_secs(1),
                watch: SignedDuration::from_secs(1),
            };
            Payment { tolerance: policy.tolerance(due).unwrap(), ..example(due, usd(value)) }
        },
    )
}

proptest! {
    #[test]
    fn worth_grows_with_the_money_and_is_the_value_at_the_due_amount(payment in payment(),
        (part, beside) in prop_oneof![(0_i64..2000, Just(0_i64)), (Just(1000_i64), -60_i64..60)], more in prop_oneof![0_i64..60, 0_i64..5000]) {
        let asset = payment.due.currency;
        let less = Money::new((payment.due.minor * part / 1000 + beside).max(0), asset);
        let greater = Money::new(less.minor + more, asset);
        let (worth, worth_more) = (payment.worth(less).unwrap(), payment.worth(greater).unwrap());
        prop_assert!(worth.minor <= worth_more.minor, "{worth} for {less}, {worth_more} for {greater}");
        prop_assert_eq!(payment.worth(payment.due), Ok(payment.value));
        prop_assert_eq!(payment.worth(Money::zero(asset)).unwrap().minor, 0);
        prop_assert_eq!(worth.currency, payment.value.currency);
        if less.minor <= payment.due.minor {
            prop_assert!(worth.minor <= payment.value.minor);
        } else {
            prop_assert!(worth.minor >= payment.value.minor, "more money is never worth less than the price");
        }
    }

    #[test]
    fn a_forgiven_shortfall_is_worth_the_whole(payment in payment(), short in 0_i64..100_000) {
        prop_assume!(short < payment.due.minor);
        let received = Money::new(payment.due.minor - short, payment.due.currency);
        let whole = payment.worth(received) == Ok(payment.value);
        let paid = Payment { ..payment.clone() }.assess(&[movement(0, received, Finality::Confirmed)], &[], second(1)).unwrap();
        prop_assert_eq!(paid.is_paid(), short <= payment.tolerance.minor);
        if paid.is_paid() {
            prop_assert!(whole, "what counts as paid must pay the order");
        }
    }

    #[test]
    fn the_state_does_not_depend_on_the_order_of_news(
        (one, two) in movements().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        state in prop::sample::select(STATES.to_vec()),
        tolerance in 0_i64..50,
        now in 0_i64..2000,
    ) {
        let payment = Payment { state, tolerance: ltc(tolerance), ..example(ltc(1000), usd(500)) };
        let first = payment.clone().assess(&one, &[], second(now)).unwrap();
        let other = payment.assess(&two, &[], second(now)).unwrap();
        prop_assert_eq!(&first, &other);
        prop_assert_eq!(first.clone().assess(&one, &[], second(now)).unwrap(), first, "looking again changes nothing");
    }

    #[test]
    fn money_decides_over_time_and_opinion(list in movements(), state in prop::sample::select(STATES.to_vec()), now in 0_i64..2000) {
        let payment = Payment { state, ..example(ltc(1000), usd(500)) }.assess(&list, &[], second(now)).unwrap();
        let confirmed: i64 = list.iter().filter(|m| m.finality == Finality::Confirmed).map(|m| m.amount.minor).sum();
        prop_assert_eq!(payment.received, ltc(confirmed));
        prop_assert_eq!(payment.is_paid(), confirmed >= 1000);
        prop_assert_eq!(payment.state == PaymentState::Overpaid, confirmed > 1000);
        if payment.state == PaymentState::Expired {
            prop_assert!(now >= 1000 && confirmed == 0);
        }
    }
}

#[test]
fn a_unique_amount_is_never_worth_more_than_its_price() {
    let payment = example(usd(1007), usd(1000));
    assert_eq!(payment.worth(usd(999)), Ok(usd(999)));
    assert_eq!(payment.worth(usd(1006)), Ok(usd(1000)));
    assert_eq!(payment.worth(usd(1007)), Ok(usd(1000)));
    assert_eq!(payment.worth(usd(1010)), Ok(usd(1003)));
}

#[test]
fn foreign_money_is_refused() {
    let payment = example(ltc(1000), usd(500));
    assert!(payment.worth(usd(1)).is_err());
    assert!(payment.assess(&[movement(0, usd(1000), Finality::Confirmed)], &[], second(1)).is_err());
}

#[test]
fn a_payment_is_opened_once() {
    let step = PayStep::Redirect { url: "https://pay.example".to_owned() };
    let created = Payment { state: PaymentState::Created, ..example(ltc(1), usd(1)) };
    let open = created.opened("ref".to_owned(), step.clone()).unwrap();
    assert_eq!((open.state, open.reference.as_deref()), (PaymentState::Open, Some("ref")));
    assert_eq!(open.opened("other".to_owned(), step), Err(Refusal::OrderNotOpen));
}

#[test]
fn a_payment_expires_at_its_very_moment_and_late_money_still_counts() {
    let payment = example(ltc(1000), usd(500));
    assert_eq!(payment.clone().assess(&[], &[], second(999)).unwrap().state, PaymentState::Open);
    let expired = payment.assess(&[], &[], second(1000)).unwrap();
    assert_eq!(expired.state, PaymentState::Expired);
    let late = [movement(0, ltc(1000), Finality::Confirmed)];
    assert_eq!(expired.assess(&late, &[], second(5000)).unwrap().state, PaymentState::Paid);
}

#[test]
fn every_attempt_of_the_last_hour_is_looked_at_at_least_once_a_minute() {
    use crate::domain::schedule::next_check;
    let payment = example(usd(500), usd(500));
    for state in STATES {
        let payment = Payment { state, ..payment.clone() };
        for at in [0, 999, 1000, 1001, 3599] {
            let wait = next_check(&payment, second(at)).map(|wait| wait.as_secs());
            match state {
                PaymentState::Failed => assert_eq!(wait, None),
                PaymentState::Paid
                | PaymentState::Overpaid
                | PaymentState::Refunding
                | PaymentState::Refunded => assert_eq!(wait, Some(3600)),
                _ => assert!(wait.is_some_and(|wait| wait <= 60), "{state:?} at {at}: {wait:?}"),
            }
        }
    }
    let expired = Payment { state: PaymentState::Expired, ..payment };
    assert_eq!(next_check(&expired, second(3600)).map(|wait| wait.as_secs()), Some(600));
    assert_eq!(next_check(&expired, second(9000)), None);
    let contested = Payment { state: PaymentState::Disputed, ..expired };
    assert_eq!(
        next_check(&contested, second(9000)).map(|wait| wait.as_secs()),
        Some(3600),
        "however long it takes"
    );
}
