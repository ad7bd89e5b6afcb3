//! Figures by day, what they are folded from, and what their fold remembers.

use super::{Bench, cases, fixture::Stall};
use crate::{
    domain::{
        analytics::{Delta, Figure, Marks, Past, Row, ServerTraffic, Subject, UserPast, monthly},
        event::Event,
        ledger::{Account, Journal},
        money::{Currency, Money},
        subscription::{Subscription, SubscriptionState},
        time::from_millis,
    },
    ids::EventId,
    ports::storage::{Inserted, Posted},
};

cases![
    events_and_journals_come_onward_from_a_mark,
    many_orders_and_payments_are_found_at_once,
    figures_are_added_to_and_replaced_by_day_and_slice,
    marks_and_pasts_are_kept_by_shop_and_forgotten_together,
    what_stands_is_counted_by_plan,
    old_hours_of_traffic_become_days,
];

fn delta(figure: Figure, slice: &str, day: i64, value: i64) -> Delta {
    Delta { figure, row: Row { slice: slice.to_owned(), day, value } }
}

fn row(slice: &str, day: i64, value: i64) -> Row {
    Row { slice: slice.to_owned(), day, value }
}

async fn events_and_journals_come_onward_from_a_mark(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, user) = (stall.shop.id, stall.user.id);
    let mut tx = bench.tx().await;
    let known = tx.events_after(shop, None, 100).await.unwrap().last().map(|(id, _, _)| *id);
    let mut written = Vec::new();
    for of in [shop, shop, other.shop.id, shop] {
        let (id, at): (EventId, _) = (bench.world.id(), bench.later());
        let event = Event::WalletFilled { user };
        tx.insert_event(id, of, &event, at).await.unwrap();
        if of == shop {
            written.push((id, Some(event), at));
        }
    }
    let before = tx.journals_after(shop, None, 100).await.unwrap().last().map(|journal| journal.id);
    for (at, of) in (0..).zip([shop, other.shop.id, shop]) {
        let journal = Journal::new(bench.world.id(), of, format!("test:{at}"), bench.later());
        let amount = Money::new(5 + at, Currency::Irr);
        let journal = journal.transfer(Account::Adjustment, Account::Wallet(user), amount).unwrap();
        assert_eq!(tx.post(&journal).await.unwrap(), Posted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.events_after(shop, known, 100).await.unwrap(), written);
    assert_eq!(read.events_after(shop, known, 2).await.unwrap(), written[..2]);
    assert_eq!(read.events_after(shop, Some(written[1].0), 9).await.unwrap(), written[2..]);
    let booked = read.journals_after(shop, before, 100).await.unwrap();
    let causes: Vec<_> = booked.iter().map(|journal| journal.cause.as_str()).collect();
    assert_eq!(causes, ["test:0", "test:2"]);
    let lines: Vec<_> = booked[1].entries.iter().map(|entry| (entry.account, entry.amount.minor)).collect();
    assert_eq!(lines, [(Account::Adjustment, -7), (Account::Wallet(user), 7)]);
    assert_eq!(read.journals_after(shop, Some(booked[0].id), 1).await.unwrap(), booked[1..]);
}

async fn many_orders_and_payments_are_found_at_once(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (mut orders, mut payments) = (vec![stall.order.clone()], vec![stall.payment.clone()]);
    let mut tx = bench.tx().await;
    for _ in 0..40 {
        let order = bench.order(&stall.user);
        assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
        let payment = bench.payment(&order);
        tx.insert_payment(&payment).await.unwrap();
        orders.push(order);
        payments.push(payment);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    // Of another shop, and nobody's.
    let mut ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    ids.extend([other.order.id, bench.world.id()]);
    let mut found = read.orders_among(stall.shop.id, &ids).await.unwrap();
    found.sort_by_key(|order| order.id);
    orders.sort_by_key(|order| order.id);
    assert_eq!(found, orders);
    let mut ids: Vec<_> = payments.iter().map(|payment| payment.id).collect();
    ids.extend([other.payment.id, bench.world.id()]);
    let mut found = read.payments_among(stall.shop.id, &ids).await.unwrap();
    found.sort_by_key(|payment| payment.id);
    payments.sort_by_key(|payment| payment.id);
    assert_eq!(found, payments);
    assert!(read.orders_among(stall.shop.id, &[]).await.unwrap().is_empty());
}

async fn figures_are_added_to_and_replaced_by_day_and_slice(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let shop = stall.shop.id;
    let mut tx = bench.tx().await;
    let some = [
        delta(Figure::Revenue, "", 10, 5),
        delta(Figure::Revenue, "plan:x", 10, 5),
        delta(Figure::Revenue, "", 12, -2),
        delta(Figure::Refunds, "", 10, 1),
    ];
    tx.add_figures(shop, &some).await.unwrap();
    tx.add_figures(shop, &some[..1]).await.unwrap();
    tx.add_figures(other.shop.id, &some).await.unwrap();
    tx.set_figures(shop, &[delta(Figure::Active, "", 10, 7)]).await.unwrap();
    tx.set_figures(shop, &[delta(Figure::Active, "", 10, 8), delta(Figure::Active, "", 14, 9)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let revenue = read.figures(shop, Figure::Revenue, 10, 12).await.unwrap();
    assert_eq!(revenue, [row("", 10, 10), row("", 12, -2), row("plan:x", 10, 5)]);
    assert_eq!(read.figures(shop, Figure::Revenue, 11, 12).await.unwrap(), [row("", 12, -2)]);
    assert_eq!(read.figure_days(shop, Figure::Revenue, "", 10, 12).await.unwrap(), revenue[..2]);
    assert_eq!(read.figure_days(shop, Figure::Revenue, "", 11, 12).await.unwrap(), revenue[1..2]);
    assert_eq!(read.figure_days(shop, Figure::Revenue, "plan:x", 0, 11).await.unwrap(), revenue[2..]);
    assert!(read.figure_days(shop, Figure::Revenue, "plan", 0, 99).await.unwrap().is_empty());
    assert_eq!(read.figures_by(shop, Figure::Revenue, "plan", 10, 12).await.unwrap(), revenue[2..]);
    for (by, from) in [("plan", 11), ("method", 10), ("pla", 10)] {
        assert!(read.figures_by(shop, Figure::Revenue, by, from, 12).await.unwrap().is_empty(), "{by}");
    }
    assert_eq!(read.figure_sum(shop, Figure::Revenue, "", i64::MIN, 11).await.unwrap(), 10);
    assert_eq!(read.figure_sum(shop, Figure::Revenue, "", i64::MIN, 12).await.unwrap(), 8);
    assert_eq!(read.figure_sum(shop, Figure::Revenue, "", 11, 12).await.unwrap(), -2);
    let slices = read.figure_slices(shop, Figure::Revenue, 10, 12).await.unwrap();
    assert_eq!(slices, [row("", 12, 8), row("plan:x", 12, 5)]);
    assert_eq!(read.figure_slices(shop, Figure::Revenue, 11, 12).await.unwrap(), [row("", 12, -2)]);
    assert_eq!(read.figure_sum(shop, Figure::Revenue, "plan:y", i64::MIN, 12).await.unwrap(), 0);
    assert_eq!(read.last_figure(shop, Figure::Active, "", 13).await.unwrap(), Some(row("", 10, 8)));
    assert_eq!(read.last_figure(shop, Figure::Active, "", 14).await.unwrap(), Some(row("", 14, 9)));
    assert_eq!(read.last_figure(shop, Figure::Active, "", 9).await.unwrap(), None);
}

async fn marks_and_pasts_are_kept_by_shop_and_forgotten_together(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, of) = (stall.shop.id, Subject::User(stall.user.id));
    let marks = Marks { event: Some(bench.world.id()), journal: None };
    let past = Past::User(UserPast { signed: Some(20_000), paid: 3, ..UserPast::default() });
    let mut tx = bench.tx().await;
    for owner in [shop, other.shop.id] {
        assert_eq!(tx.figure_marks(owner).await.unwrap(), Marks::default());
        tx.save_figure_marks(owner, marks).await.unwrap();
        tx.save_past(owner, of, &past).await.unwrap();
        tx.add_figures(owner, &[delta(Figure::UsersNew, "", 1, 1), delta(Figure::Mrr, "", 1, 9)])
            .await
            .unwrap();
    }
    let later = Marks { journal: Some(bench.world.id()), ..marks };
    tx.save_figure_marks(shop, later).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.figure_marks(shop).await.unwrap(), later);
    let strange = Subject::Subscription(stall.subscription.id);
    assert_eq!(tx.pasts(shop, &[strange, of]).await.unwrap(), [(of, past.clone())]);
    assert_eq!(tx.pasts(shop, &[strange]).await.unwrap(), []);
    tx.clear_figures(shop).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.figure_marks(shop).await.unwrap(), Marks::default());
    assert_eq!(read.pasts(shop, &[of]).await.unwrap(), []);
    assert_eq!(read.figure_sum(shop, Figure::UsersNew, "", i64::MIN, 9).await.unwrap(), 0);
    assert_eq!(read.figure_sum(shop, Figure::Mrr, "", i64::MIN, 9).await.unwrap(), 9, "it was counted");
    assert_eq!(read.figure_marks(other.shop.id).await.unwrap(), marks);
    assert_eq!(read.pasts(other.shop.id, &[of]).await.unwrap(), [(of, past)]);
    assert_eq!(read.figure_sum(other.shop.id, Figure::UsersNew, "", i64::MIN, 9).await.unwrap(), 1);
}

async fn what_stands_is_counted_by_plan(bench: Bench) {
    let (stall, _other) = (bench.stall().await, bench.stall().await);
    let Stall { shop, user, .. } = &stall;
    let held = |state, paid: i64| {
        let mut of = Subscription { state, ..bench.subscription(user) };
        of.plan_id = stall.subscription.plan_id;
        of.period.paid = Money::new(paid, Currency::Irr);
        of
    };
    let mut tx = bench.tx().await;
    let was = tx.standing(shop.id).await.unwrap();
    let (active, free) = (held(SubscriptionState::Active, 900), held(SubscriptionState::Active, 0));
    let over = held(SubscriptionState::Ended, 900);
    for one in [&active, &free, &over] {
        tx.insert_subscription(one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (plans, payers) = bench.read().await.standing(shop.id).await.unwrap();
    let sum = |of: &[crate::domain::analytics::Standing]| {
        of.iter().fold((0, 0, 0), |sum, p| (sum.0 + p.subscriptions, sum.1 + p.paid, sum.2 + p.monthly))
    };
    let (before, after) = (sum(&was.0), sum(&plans));
    let paid = i64::from(monthly(&active) > 0);
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (2, paid, monthly(&active)));
    assert!(monthly(&active) > 0 && payers == 1);
}

async fn old_hours_of_traffic_become_days(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, server) = (stall.shop.id, stall.server.id);
    let hour = 3_600_000_i64;
    let day = 20_000 * 24 * hour;
    let at = |hours: i64| from_millis(day + hours * hour + 60_000);
    let mut tx = bench.tx().await;
    for (hours, bytes) in [(0, 1), (5, 10), (5, 100), (23, 1000), (24, 7), (50, 9)] {
        tx.add_server_traffic(shop, server, at(hours), bytes).await.unwrap();
    }
    tx.add_server_traffic(other.shop.id, other.server.id, at(5), 5).await.unwrap();
    tx.commit().await.unwrap();
    let row = |hours: i64, bytes| ServerTraffic { server, since: from_millis(day + hours * hour), bytes };
    let all = bench.read().await.server_traffic(shop, from_millis(day)).await.unwrap();
    assert_eq!(all, [row(0, 1), row(5, 110), row(23, 1000), row(24, 7), row(50, 9)]);
    let mut read = bench.read().await;
    assert_eq!(read.server_bytes(shop, from_millis(day)).await.unwrap(), [(server, 1127)]);
    assert_eq!(read.server_bytes(shop, from_millis(day + 23 * hour)).await.unwrap(), [(server, 1016)]);
    assert!(read.server_bytes(shop, from_millis(day + 51 * hour)).await.unwrap().is_empty());
    let by_day = [(20_000, 1111), (20_001, 7), (20_002, 9)];
    for (most, of) in [(0, None), (1, Some(server)), (8, Some(server))] {
        let told = by_day.map(|(day, bytes)| (of, day, bytes));
        assert_eq!(read.server_days(shop, from_millis(day), most).await.unwrap(), told);
        assert_eq!(read.server_days(shop, from_millis(day + 48 * hour), most).await.unwrap(), told[2..]);
    }
    drop(read);
    for _ in 0..2 {
        let mut tx = bench.tx().await;
        tx.thin_server_traffic(shop, from_millis(day + 48 * hour)).await.unwrap();
        tx.commit().await.unwrap();
        let all = bench.read().await.server_traffic(shop, from_millis(day)).await.unwrap();
        assert_eq!(all, [row(0, 1111), row(24, 7), row(50, 9)]);
    }
    let theirs = bench.read().await.server_traffic(other.shop.id, from_millis(0)).await.unwrap();
    assert_eq!((theirs.len(), theirs[0].bytes), (1, 5));
    assert!(bench.read().await.server_traffic(shop, from_millis(day + 51 * hour)).await.unwrap().is_empty());
}
