use super::*;
use proptest::prelude::*;
use uuid::Uuid;

/// A subscription in use: 50 GiB for 30 days from 1970.
pub(crate) fn example() -> Subscription {
    let nil = Uuid::nil();
    Subscription {
        id: nil.into(),
        shop_id: nil.into(),
        user_id: nil.into(),
        plan_id: nil.into(),
        plan_name: "Gold".to_owned(),
        name: None,
        group_id: nil.into(),
        state: SubscriptionState::Active,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: after(Timestamp::UNIX_EPOCH, days(30)),
        limit: Traffic::gib(50),
        used: Traffic::ZERO,
        devices: 2,
        extras: Extras::NONE,
        period: Period::new(
            1,
            Timestamp::UNIX_EPOCH,
            Traffic::ZERO,
            Money::new(500, crate::domain::money::Currency::Usd),
        ),
        auto_renew: false,
        panel_id: PanelId::new(nil),
        generation: 1,
        link_lookup: Fingerprint(String::new()),
        link_sealed: String::new(),
        resets: Vec::new(),
        moves: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

const STATES: [SubscriptionState; 6] = [
    SubscriptionState::Pending,
    SubscriptionState::Active,
    SubscriptionState::Exhausted,
    SubscriptionState::Ended,
    SubscriptionState::Suspended,
    SubscriptionState::Revoked,
];

fn day(number: u32) -> Timestamp {
    after(Timestamp::UNIX_EPOCH, days(number))
}

fn terms() -> impl Strategy<Value = Terms> {
    (1_u32..=3650, 1_u64 << 20..1 << 45, 1_u32..=100).prop_map(|(days, bytes, devices)| Terms {
        days,
        traffic: Traffic::bytes(bytes),
        devices,
        extras: Extras::NONE,
    })
}

fn five() -> Money {
    Money::new(500, crate::domain::money::Currency::Usd)
}

fn revoked() -> Subscription {
    example().revoke()
}

proptest! {
    #[test]
    fn a_renewal_keeps_what_is_left(terms in terms(), used in 0_u64..60 << 30, now in 0_u32..90) {
        let now = day(now);
        let before = example().consume(Traffic::bytes(used), now);
        let renewed = before.clone().renew(terms, five(), now).unwrap();
        prop_assert_eq!(renewed.remaining(), before.remaining().plus(terms.traffic));
        prop_assert_eq!(renewed.ends_at, after(before.ends_at.max(now), days(terms.days)));
        prop_assert_eq!(renewed.state, SubscriptionState::Active);
        prop_assert_eq!(renewed.used, before.used);
        prop_assert!(renewed.devices >= before.devices && renewed.generation > before.generation);
        prop_assert_eq!(renewed.clone().enforce(now), renewed, "a renewed subscription can be used");
    }

    #[test]
    fn undoing_an_unused_renewal_gives_the_old_terms_back(terms in terms(), used in 0_u64..49 << 30, now in 0_u32..29) {
        let now = day(now);
        let before = example().consume(Traffic::bytes(used), now);
        let undone = before.clone().renew(terms, five(), now).unwrap().undo_renewal(terms, five(), &[], now).unwrap();
        prop_assert_eq!((undone.ends_at, undone.limit, undone.used), (before.ends_at, before.limit, before.used));
        prop_assert_eq!(undone.state, before.state);
    }

    #[test]
    fn what_was_used_of_a_renewal_stays_used(terms in terms(), used in 0_u64..1 << 46) {
        let undone = example().renew(terms, five(), day(1)).unwrap()
            .consume(Traffic::bytes(used), day(2)).undo_renewal(terms, five(), &[], day(2)).unwrap();
        prop_assert_eq!(undone.used.as_bytes(), used);
        prop_assert!(undone.limit >= Traffic::bytes(1));
        prop_assert_eq!(undone.is_enabled(), used < 50 << 30);
    }

    #[test]
    fn packs_end_with_the_period(
        terms in terms(), used in 0_u64..70 << 30, pack in 1_u64 << 20..20 << 30, devices in 1_u64..9, now in 0_u32..29,
    ) {
        let now = day(now);
        let before = example().consume(Traffic::bytes(used), now);
        let more = before.clone().add(PackKind::Traffic, pack).add(PackKind::Devices, devices);
        prop_assert_eq!(more.remaining(), before.remaining().plus(Traffic::bytes(pack)));
        prop_assert_eq!((more.state, more.ends_at), (SubscriptionState::Active, before.ends_at));
        prop_assert_eq!(u64::from(more.devices), u64::from(before.devices) + devices);
        prop_assert_eq!(more.credit(now), before.credit(now), "packs are neither credited nor a loss");
        let plain = before.clone().renew(terms, five(), now).unwrap();
        let renewed = more.clone().renew(terms, five(), now).unwrap();
        prop_assert_eq!((renewed.remaining(), renewed.devices), (plain.remaining(), plain.devices));
        let taken = more.take(PackKind::Traffic, pack, now).take(PackKind::Devices, devices, now);
        prop_assert_eq!((taken.devices, taken.state), (before.devices, before.state));
        prop_assert_eq!(taken.remaining(), before.remaining());
    }

    #[test]
    fn what_is_credited_was_paid(
        terms in terms(), used in 0_u64..60 << 30, now in 0_u32..40, renewals in 0_usize..4,
    ) {
        let mut of = example();
        for _ in 0..renewals {
            of = of.renew(terms, five(), day(now / 2)).unwrap();
        }
        let paid = i64::try_from(500 * (renewals + 1)).unwrap();
        let of = of.consume(Traffic::bytes(used), day(now));
        let credit = of.credit(day(now)).unwrap();
        prop_assert!((0..=paid).contains(&credit.minor), "{}", credit);
        let changed = of.clone().change(terms, five(), Traffic::ZERO, day(now)).unwrap();
        prop_assert_eq!(changed.credit(day(now)), Ok(five()), "a new period is worth what was paid for it");
        prop_assert_eq!((changed.remaining(), changed.devices), (terms.traffic, terms.devices));
        prop_assert_eq!(changed.ends_at, after(day(now), days(terms.days)));
        prop_assert_eq!((changed.used, changed.state), (of.used, SubscriptionState::Active));
    }

    #[test]
    fn usage_adds_up_in_any_portions(portions in prop::collection::vec(0_u64..10 << 30, 0..12)) {
        let total: u64 = portions.iter().sum();
        let used = portions.into_iter().fold(example(), |s, p| s.consume(Traffic::bytes(p), day(1)));
        prop_assert_eq!(used.used.as_bytes(), total);
        let full = total >= 50 << 30;
        prop_assert_eq!(used.state, if full { SubscriptionState::Exhausted } else { SubscriptionState::Active });
        prop_assert_eq!(used.generation, 1 + u32::from(full), "the panels hear of it once");
    }

    #[test]
    fn enforcing_twice_is_enforcing_once(used in 0_u64..100 << 30, now in 0_u32..60, state in prop::sample::select(STATES.to_vec())) {
        let once = Subscription { state, used: Traffic::bytes(used), ..example() }.enforce(day(now));
        prop_assert_eq!(once.clone().enforce(day(now)), once);
    }
}

#[test]
fn undoing_a_renewal_leaves_the_devices_and_the_plan_of_what_stays() {
    let sale = |name: &str, devices| Sale {
        plan_id: Uuid::from_u128(u128::from(devices)).into(),
        plan_name: name.to_owned(),
        terms: Terms { days: 30, traffic: Traffic::gib(50), devices, extras: Extras::NONE },
        group_id: example().group_id,
        subscription_id: example().id,
        region: None,
    };
    let terms = Terms { days: 30, traffic: Traffic::gib(50), devices: 9, extras: Extras::NONE };
    let renewed = example().renew(terms, five(), day(1)).unwrap();
    let undone = renewed.undo_renewal(terms, five(), &[sale("Silver", 1), sale("Gold", 3)], day(1)).unwrap();
    assert_eq!((undone.devices, undone.plan_name.as_str()), (3, "Silver"));
    assert_eq!(undone.plan_id, Uuid::from_u128(1).into());
}

#[test]
fn time_ends_at_its_very_moment() {
    let end = example().ends_at;
    let before = end.saturating_sub(jiff::SignedDuration::from_millis(1)).unwrap();
    assert_eq!(example().enforce(before).state, SubscriptionState::Active);
    assert_eq!(example().enforce(end).state, SubscriptionState::Ended);
}

#[test]
fn a_revoked_one_is_closed_for_ever() {
    let terms = Terms { days: 1, traffic: Traffic::gib(1), devices: 1, extras: Extras::NONE };
    let closed = Err(Refusal::SubscriptionClosed);
    assert_eq!(revoked().activate(), closed);
    assert_eq!(revoked().renew(terms, five(), day(1)), closed);
    assert_eq!(revoked().undo_renewal(terms, five(), &[], day(1)), closed);
    assert_eq!(revoked().suspend(), closed);
    assert_eq!(revoked().resume(day(1)), closed);
    assert_eq!(revoked().reset_link(example().panel_id, Fingerprint(String::new()), String::new()), closed);
    assert_eq!(revoked().revoke(), revoked(), "and revoking again changes nothing");
    assert_eq!(revoked().consume(Traffic::gib(1), day(99)).state, SubscriptionState::Revoked);
}

#[test]
fn only_a_plan_of_the_same_servers_and_extras_renews() {
    let plan = Plan {
        id: Uuid::nil().into(),
        shop_id: Uuid::nil().into(),
        name: "Gold".to_owned(),
        terms: Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE },
        group_id: example().group_id,
        prices: Vec::new(),
        on_sale: true,
        created_at: day(0),
    };
    let extras = Extras { dedicated_ip: true, ..Extras::NONE };
    let dear = Plan { terms: Terms { extras, ..plan.terms }, ..plan.clone() };
    let elsewhere = Plan { group_id: Uuid::from_u128(7).into(), ..plan.clone() };
    let with_address = Subscription { extras, ..example() };
    assert_eq!(example().renewable_by(&plan), Ok(()));
    assert_eq!(with_address.renewable_by(&dear), Ok(()));
    assert_eq!(with_address.renewable_by(&plan), Err(Refusal::ExtrasDiffer));
    assert_eq!(example().renewable_by(&dear), Err(Refusal::ExtrasDiffer));
    assert_eq!(example().renewable_by(&elsewhere), Err(Refusal::SubscriptionClosed));
    assert_eq!(revoked().renewable_by(&plan), Err(Refusal::SubscriptionClosed));
}

#[test]
fn a_stopped_one_waits_for_the_operator() {
    let stopped = example().suspend().unwrap();
    assert_eq!(stopped.clone().suspend(), Ok(stopped.clone()));
    let terms = Terms { days: 30, traffic: Traffic::gib(1), devices: 1, extras: Extras::NONE };
    assert_eq!(stopped.clone().renew(terms, five(), day(1)).unwrap().state, SubscriptionState::Suspended);
    assert_eq!(stopped.clone().resume(day(1)).unwrap().state, SubscriptionState::Active);
    assert_eq!(stopped.resume(day(31)).unwrap().state, SubscriptionState::Ended);
    assert_eq!(example().resume(day(1)), Err(Refusal::SubscriptionClosed));
}

#[test]
fn only_pending_and_active_ones_are_let_in() {
    for state in STATES {
        let enabled = Subscription { state, ..example() }.is_enabled();
        assert_eq!(enabled, matches!(state, SubscriptionState::Pending | SubscriptionState::Active));
        let activated = Subscription { state, ..example() }.activate();
        match state {
            SubscriptionState::Pending => assert_eq!(activated.unwrap().state, SubscriptionState::Active),
            SubscriptionState::Revoked => assert!(activated.is_err()),
            other => assert_eq!(activated.unwrap().state, other),
        }
    }
}

#[test]
fn half_of_a_month_is_worth_half_of_its_price_unless_more_traffic_is_gone() {
    assert_eq!(example().credit(day(15)).unwrap().minor, 250);
    assert_eq!(example().consume(Traffic::gib(40), day(15)).credit(day(15)).unwrap().minor, 100);
    assert_eq!(example().consume(Traffic::gib(10), day(15)).credit(day(15)).unwrap().minor, 250);
    assert_eq!(example().credit(day(30)).unwrap().minor, 0);
    assert_eq!(example().credit(day(0)).unwrap().minor, 500);
    let undone = example().renew(terms_of_a_month(), five(), day(15)).unwrap();
    assert_eq!(undone.period.paid.minor, 750, "half of the first, and all of the second");
    let undone = undone.undo_renewal(terms_of_a_month(), five(), &[], day(15)).unwrap();
    assert_eq!(undone.credit(day(15)).unwrap().minor, 250);
}

fn terms_of_a_month() -> Terms {
    Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE }
}

#[test]
fn only_a_running_one_takes_packs() {
    let takes = |state, now| Subscription { state, ..example() }.takes_packs(day(now)).is_ok();
    for state in STATES {
        let running = matches!(state, SubscriptionState::Active | SubscriptionState::Exhausted);
        assert_eq!((takes(state, 29), takes(state, 30)), (running, false), "{state:?}");
    }
    let elsewhere = example().take(PackKind::Devices, 9, day(1)).take(PackKind::Traffic, 9 << 30, day(1));
    assert_eq!((elsewhere.devices, elsewhere.limit), (2, Traffic::gib(50)), "nothing that no pack added");
    for state in [SubscriptionState::Pending, SubscriptionState::Revoked] {
        let closed =
            Subscription { state, ..example() }.change(terms_of_a_month(), five(), Traffic::ZERO, day(1));
        assert_eq!(closed, Err(Refusal::SubscriptionClosed));
    }
}

#[test]
fn a_name_is_short_and_turns_nothing() {
    let named = |name: &str| example().rename(name).map(|s| s.name.unwrap());
    assert_eq!(named(" گوشی\u{200c}من "), Ok("گوشی\u{200c}من".to_owned()));
    assert_eq!(named(&"x".repeat(40)).map(|n| n.len()), Ok(40));
    for wrong in ["", "  ", &"x".repeat(41), "a\nb", "a\u{202e}b", "a\u{2066}b", "a\u{7f}b", "a\u{2028}b"] {
        assert_eq!(named(wrong).unwrap_err().code(), "bad_input", "{wrong:?}");
    }
}
