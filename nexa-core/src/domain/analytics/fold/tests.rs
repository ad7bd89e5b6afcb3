//! Histories by chance, folded in one go and in pieces.

use super::*;
use crate::domain::{
    extras::Extras,
    measure::Traffic,
    money::Money,
    order::{OrderState, Sale},
    plan::Terms,
    time::from_millis,
};
use proptest::prelude::*;
use uuid::Uuid;

/// Days of UTC, and months of thirty days.
struct Plain;

impl Calendar for Plain {
    fn day(&self, at: Timestamp) -> i64 {
        at.as_second().div_euclid(86_400)
    }
    fn month(&self, day: i64) -> i64 {
        day.div_euclid(30) * 30
    }
}

fn id<T: From<Uuid>>(of: u128) -> T {
    Uuid::from_u128(of).into()
}

/// Order 10 · user + n: the user's n-th, of the user's only subscription.
fn order(user: u128, n: u128) -> Order {
    let terms = Terms { days: 30, traffic: Traffic::gib(1), devices: 1, extras: Extras::NONE };
    let sale = Sale {
        plan_id: id(7),
        plan_name: String::new(),
        terms,
        group_id: id(0),
        subscription_id: id(user),
        region: None,
    };
    let kind = match n {
        0 => OrderKind::Trial(sale),
        1 => OrderKind::New(sale),
        2 => OrderKind::TopUp,
        _ => OrderKind::Renewal(sale),
    };
    let at = from_millis(0);
    Order {
        id: id(10 * user + n),
        shop_id: id(0),
        user_id: id(user),
        kind,
        price: Money::new(if n == 0 { 0 } else { 500 }, Currency::Usd),
        coupon: None,
        state: OrderState::Paid,
        attention: None,
        key: None,
        from_wallet: false,
        held: Money::zero(Currency::Usd),
        holds: 0,
        created_at: at,
        expires_at: at,
        // Else every event of it would fall on this day.
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    }
}

fn event(what: u8, user: u128, n: u128) -> Event {
    let (of, subscription, order) = (id(user), id(user), id(10 * user + n));
    match what {
        0 => Event::UserSignedUp { user: of },
        1 => Event::OrderPlaced { order, expires_at: from_millis(0) },
        2 => Event::OrderPaid { order, user: of, subscription: Some(subscription) },
        3 => Event::SubscriptionEnded { subscription, user: of },
        4 => Event::SubscriptionReady { subscription, user: of, ends_at: from_millis(0), renewed: true },
        5 => Event::OrderRefunded { order, user: of },
        6 => Event::TicketOpened { ticket: id(user), user: of },
        _ => Event::TicketAnswered { ticket: id(user), user: of },
    }
}

fn begun(past: BTreeMap<Subject, Past>) -> Fold<'static> {
    let mut fold = Fold::new(&Plain, Currency::Usd);
    let all = (0..4).flat_map(|user| (0..5).map(move |n| order(user, n)));
    fold.orders = all.map(|order| (order.id, order)).collect();
    fold.past = past;
    fold
}

fn sums(folds: &[&Fold<'_>]) -> BTreeMap<(Figure, String, i64), i64> {
    let mut sums = BTreeMap::new();
    for delta in folds.iter().flat_map(|fold| fold.deltas()) {
        *sums.entry((delta.figure, delta.row.slice, delta.row.day)).or_insert(0) += delta.row.value;
    }
    sums.retain(|_, value| *value != 0);
    sums
}

proptest! {
    #[test]
    fn what_is_folded_in_pieces_is_what_is_folded_at_once(
        steps in prop::collection::vec((0_u8..8, 0_u128..4, 0_u128..5, 0_i64..20), 0..60),
        cut in 0_usize..60,
    ) {
        let mut at = 0;
        let history: Vec<_> = steps
            .into_iter()
            .map(|(what, user, n, days)| {
                at += days * 86_400_000;
                (event(what, user, n), from_millis(at))
            })
            .collect();
        let mut whole = begun(BTreeMap::new());
        for (event, at) in &history {
            whole.event(event, *at);
        }
        let (early, late) = history.split_at(cut.min(history.len()));
        let mut first = begun(BTreeMap::new());
        for (event, at) in early {
            first.event(event, *at);
        }
        let mut second = begun(first.past.clone());
        for (event, at) in late {
            second.event(event, *at);
        }
        prop_assert_eq!(sums(&[&whole]), sums(&[&first, &second]));
        prop_assert_eq!(&whole.past, &second.past);
        // Nobody takes a step of the funnel that fewer took before, and nobody comes back who was not gone.
        let total = |figure| -> i64 {
            sums(&[&whole]).iter().filter(|((of, ..), _)| *of == figure).map(|(_, value)| value).sum()
        };
        prop_assert!(total(Figure::FunnelSecond) <= total(Figure::FunnelPaid));
        prop_assert!(total(Figure::FunnelPaid) <= total(Figure::FunnelPlaced));
        prop_assert!(total(Figure::Returned) + total(Figure::WonBack) <= total(Figure::Ended));
        prop_assert!(total(Figure::TrialsPaid) <= total(Figure::Trials));
        prop_assert!(total(Figure::PayersNew) <= 4);
    }
}

fn folded(history: &[(Event, i64)]) -> BTreeMap<(Figure, String, i64), i64> {
    let mut fold = begun(BTreeMap::new());
    for (event, day) in history {
        fold.event(event, from_millis(day * 86_400_000));
    }
    sums(&[&fold])
}

#[test]
fn who_comes_back_within_a_week_was_not_lost() {
    let (paid, over, ready) = (event(2, 1, 1), event(3, 1, 0), event(4, 1, 0));
    let get = |history: &[(Event, i64)], figure, day| {
        folded(history).get(&(figure, String::new(), day)).copied().unwrap_or(0)
    };
    let early = [(paid.clone(), 0), (over.clone(), 30), (over.clone(), 31), (ready.clone(), 37)];
    assert_eq!((get(&early, Figure::Ended, 30), get(&early, Figure::Returned, 30)), (1, 1));
    let late = [(paid, 0), (over.clone(), 30), (ready.clone(), 38)];
    assert_eq!((get(&late, Figure::Returned, 30), get(&late, Figure::WonBack, 38)), (0, 1));
    let free = [(event(2, 1, 0), 0), (over, 30), (ready, 31)];
    assert_eq!((get(&free, Figure::Ended, 30), get(&free, Figure::Returned, 30)), (0, 0), "a trial");
}

#[test]
fn a_sale_is_of_the_gateway_whose_money_was_meant_for_it() {
    let (user, gateway) = (1_u128, 9_u128);
    let wallet = Account::Wallet(id(user));
    let entry =
        |account, minor| crate::domain::ledger::Entry { account, amount: Money::new(minor, Currency::Usd) };
    let booked = |cause: String, entries| Booked { id: id(0), cause, at: from_millis(0), entries };
    let mut fold = begun(BTreeMap::new());
    let payment: PaymentId = id(77);
    fold.payments.insert(payment, (id(11), id(gateway)));
    fold.journal(&booked(
        format!("payment:{payment}:1"),
        vec![entry(Account::Clearing(id(gateway)), -500), entry(wallet, 500)],
    ));
    for n in [1_u128, 3] {
        let order: OrderId = id(10 * user + n);
        fold.journal(&booked(
            format!("sale:{order}"),
            vec![entry(wallet, -500), entry(Account::Revenue, 500)],
        ));
    }
    let order: OrderId = id(13);
    fold.journal(&booked(format!("refund:{order}"), vec![entry(Account::Revenue, -500), entry(wallet, 500)]));
    let sums = sums(&[&fold]);
    let get = |figure, slice: &str| sums.get(&(figure, slice.to_owned(), 0)).copied().unwrap_or(0);
    let by_gateway = format!("method:{}", Uuid::from_u128(gateway));
    assert_eq!((get(Figure::Revenue, &by_gateway), get(Figure::Revenue, "method:wallet")), (500, 500));
    assert_eq!((get(Figure::Revenue, ""), get(Figure::Refunded, "")), (1000, 500));
    assert_eq!((get(Figure::Books, "revenue"), get(Figure::Books, "wallet")), (500, 0));
    assert_eq!(get(Figure::Refunded, &format!("plan:{}", Uuid::from_u128(7))), 500);
}

#[test]
fn only_what_is_in_use_again_has_come_back() {
    let subscription = id(1);
    let more =
        |runs| Event::SubscriptionExtended { subscription, user: id(1), ends_at: from_millis(0), runs };
    let (paid, over) = (event(2, 1, 1), event(3, 1, 0));
    let returned = (Figure::Returned, String::new(), 30);
    let history = [(paid, 0), (over, 30), (more(false), 31), (more(true), 33)];
    assert_eq!(folded(&history[..3]).get(&returned), None, "days for one without traffic");
    assert_eq!(folded(&history).get(&returned), Some(&1));
}

#[test]
fn the_first_payment_for_a_trial_renews_nothing_that_was_paid() {
    let renewed = event(2, 1, 3);
    let sums = folded(&[(event(2, 1, 0), 0), (renewed.clone(), 1), (renewed, 2)]);
    let on = |day| sums.get(&(Figure::RenewedBefore, String::new(), day)).copied();
    assert_eq!((on(1), on(2)), (None, Some(1)));
}

#[test]
fn what_cost_nothing_was_not_sold_and_money_for_the_wallet_neither() {
    let mut fold = begun(BTreeMap::new());
    let free = Order { price: Money::zero(Currency::Usd), ..order(1, 1) };
    fold.orders.insert(free.id, free);
    let mut happens = |events: &[Event]| {
        for event in events {
            fold.event(event, from_millis(0));
        }
        let sums = sums(&[&fold]);
        let get = |figure, slice: &str| sums.get(&(figure, slice.to_owned(), 0)).copied().unwrap_or(0);
        (
            get(Figure::OrdersPaid, ""),
            get(Figure::OrdersPaid, "sold"),
            get(Figure::FunnelPlaced, ""),
            get(Figure::FunnelPaid, ""),
        )
    };
    let unsold = [event(0, 1, 0), event(1, 1, 1), event(2, 1, 1), event(1, 1, 2), event(2, 1, 2)];
    assert_eq!(happens(&unsold), (2, 0, 0, 0));
    assert_eq!(happens(&[event(1, 1, 3)]), (2, 0, 1, 0));
    assert_eq!(happens(&[event(2, 1, 3)]), (3, 1, 1, 1));
}

#[test]
fn an_order_is_sold_on_the_day_on_which_it_was_paid() {
    let midnight = 86_400_000;
    let mut fold = begun(BTreeMap::new());
    let of = order(1, 1);
    fold.orders.insert(of.id, Order { paid_at: Some(from_millis(midnight - 1)), ..of.clone() });
    fold.event(&event(1, 1, 1), from_millis(0));
    fold.event(&event(2, 1, 1), from_millis(midnight));
    fold.event(&event(5, 1, 1), from_millis(midnight));
    let wallet = Account::Wallet(id(1));
    let sale = booked("sale", wallet, Account::Revenue);
    fold.journal(&Booked { at: from_millis(midnight - 1), cause: format!("sale:{}", of.id), ..sale });
    let days: Vec<_> =
        [Figure::OrdersPaid, Figure::OrdersSold, Figure::Sold, Figure::PayersNew, Figure::Revenue]
            .into_iter()
            .flat_map(|figure| fold.deltas().into_iter().filter(move |delta| delta.figure == figure))
            .map(|delta| delta.row.day)
            .collect();
    assert!(days.len() >= 5 && days.iter().all(|day| *day == 0), "as the order and the books say: {days:?}");
}

fn booked(why: &str, from: Account, to: Account) -> Booked {
    let line =
        |account, minor| crate::domain::ledger::Entry { account, amount: Money::new(minor, Currency::Usd) };
    let cause = format!("{why}:{}", Uuid::from_u128(5));
    Booked { id: id(0), cause, at: from_millis(0), entries: vec![line(from, -300), line(to, 300)] }
}

#[test]
fn what_resellers_buy_is_theirs_and_what_goes_back_to_them_is_a_refund() {
    let wallet = Account::Wallet(id(1));
    let mut fold = begun(BTreeMap::new());
    let shop = Uuid::from_u128(7).into();
    fold.resellers.insert(id(1), shop);
    fold.journal(&booked("wholesale", wallet, Account::Revenue));
    fold.journal(&booked("wholesale-back", Account::Revenue, wallet));
    let sums = sums(&[&fold]);
    let get = |figure, slice: &str| sums.get(&(figure, slice.to_owned(), 0)).copied().unwrap_or(0);
    assert_eq!((get(Figure::Revenue, ""), get(Figure::Revenue, "method:resellers")), (300, 300));
    assert_eq!((get(Figure::Refunded, ""), get(Figure::Refunds, "")), (300, 1));
    let theirs = format!("reseller:{shop}");
    assert_eq!((get(Figure::Revenue, &theirs), get(Figure::Refunded, &theirs)), (300, 300));
    assert_eq!((get(Figure::Revenue, "method:wallet"), get(Figure::Books, "revenue")), (0, 0));
}

#[test]
fn what_a_reseller_owes_is_of_it_and_what_it_bought_for_itself_is_not() {
    let (wallet, shop) = (Account::Wallet(id(1)), Uuid::from_u128(7).into());
    let mut fold = begun(BTreeMap::new());
    fold.resellers.insert(id(1), shop);
    fold.journal(&booked("wholesale", Account::Owed(shop), Account::Revenue));
    fold.journal(&booked("sale", wallet, Account::Revenue));
    let sums = sums(&[&fold]);
    let of = |slice: String| sums.get(&(Figure::Revenue, slice, 0)).copied();
    assert_eq!((of(format!("reseller:{shop}")), of(String::new())), (Some(300), Some(600)));
}
