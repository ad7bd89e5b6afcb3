//! Orders and reserved amounts.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        money::{Currency, Money},
        order::{Attention, Order, OrderKind, OrderNumber, OrderState},
        pack::PackSale,
        payment::{Payment, PaymentState, Slot},
    },
    ids::PaymentId,
    ports::storage::{AmountLease, Inserted, OrderFilter},
};

cases![
    orders_come_back_as_they_were,
    a_key_places_one_order_per_user,
    an_order_exists_once,
    orders_are_filtered_and_paged_newest_first,
    orders_of_a_subscription_come_newest_first,
    an_amount_is_reserved_for_one_payment_at_a_time,
    a_reservation_can_be_shortened_and_lengthened,
    what_was_reserved_at_a_destination_is_summed,
    orders_kept_for_the_wallet_are_found_while_they_are_open,
    orders_of_a_subscription_include_packs,
    an_order_is_found_by_its_number,
];

async fn orders_come_back_as_they_were(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let order = bench.order(&user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.order(shop.id, order.id).await.unwrap(), Some(order.clone()));
    let mut tx = bench.tx().await;
    assert!(tx.lock_order(shop.id, bench.world.id()).await.unwrap().is_none());
    let held = tx.lock_order(shop.id, order.id).await.unwrap().unwrap();
    assert_eq!(*held, order);
    let paid_at = bench.later();
    let attention = Some(Attention::ProvisionStuck);
    let aside = Money::new(7, Currency::Irr);
    let held = held.try_map(|o| o.pay(paid_at)).unwrap().map(|o| Order { attention, ..o.hold(aside) });
    tx.save_order(held).await.unwrap();
    tx.commit().await.unwrap();
    let changed = Order { state: OrderState::Paid, paid_at: Some(paid_at), attention, ..order.hold(aside) };
    assert_eq!(bench.read().await.order(shop.id, changed.id).await.unwrap(), Some(changed));
    let top_up = Order { kind: OrderKind::TopUp, key: Some("k".into()), ..bench.order(&user) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&top_up).await.unwrap(), Inserted::New);
    assert_eq!(tx.order(shop.id, top_up.id).await.unwrap(), Some(top_up));
    let missing = crate::ports::storage::Locked::held_by_storage(bench.order(&user));
    assert!(tx.save_order(missing).await.is_err());
}

async fn a_key_places_one_order_per_user(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let keyed = |user| Order { key: Some("same".into()), ..bench.order(user) };
    let (one, again, another) = (keyed(&user), keyed(&user), keyed(&other));
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    assert_eq!(tx.insert_order(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_order(&again).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_order(&another).await.unwrap(), Inserted::New);
    for _ in 0..2 {
        assert_eq!(tx.insert_order(&bench.order(&user)).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.order_by_key(shop.id, user.id, "same").await.unwrap(), Some(one));
    assert_eq!(read.order_by_key(shop.id, other.id, "same").await.unwrap(), Some(another));
    assert_eq!(read.order_by_key(shop.id, user.id, "other").await.unwrap(), None);
    assert_eq!(read.order(shop.id, again.id).await.unwrap(), None);
}

async fn an_order_exists_once(bench: Bench) {
    let stall = bench.stall().await;
    let twin = Order { key: Some("fresh".into()), ..stall.order };
    assert!(bench.tx().await.insert_order(&twin).await.is_err());
}

async fn orders_are_filtered_and_paged_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let one = Order { state: OrderState::Paid, ..bench.order(&user) };
    let two = Order { attention: Some(Attention::PaymentReview), ..bench.order(&user) };
    let three = Order { state: OrderState::Paid, ..bench.order(&other) };
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for order in [&two, &three, &one] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let mut ids = async |user, state, attention, page| {
        let filter = OrderFilter { user, state, attention };
        let found = read.orders(shop.id, filter, page).await.unwrap();
        found.into_iter().map(|o| o.id).collect::<Vec<_>>()
    };
    let paid = Some(OrderState::Paid);
    assert_eq!(ids(None, None, false, first()).await, [three.id, two.id, one.id]);
    assert_eq!(ids(None, None, false, page(NONE, 2)).await, [three.id, two.id]);
    assert_eq!(ids(None, None, false, page(Some(two.id), 2)).await, [one.id]);
    assert_eq!(ids(Some(user.id), None, false, first()).await, [two.id, one.id]);
    assert_eq!(ids(None, paid, false, first()).await, [three.id, one.id]);
    assert_eq!(ids(Some(user.id), paid, false, first()).await, [one.id]);
    assert_eq!(ids(None, None, true, first()).await, [two.id]);
    assert_eq!(ids(Some(user.id), Some(OrderState::Placed), true, first()).await, [two.id]);
    assert_eq!(ids(Some(other.id), None, true, first()).await, []);
    assert_eq!(ids(None, paid, true, first()).await, []);
}

async fn orders_of_a_subscription_come_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let one = bench.order(&user);
    let sale = one.sale().unwrap().clone();
    let subscription = sale.subscription_id;
    let two = Order { kind: OrderKind::Renewal(sale), ..bench.order(&user) };
    let mut tx = bench.tx().await;
    for order in [&one, &two, &bench.order(&user)] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.orders_of(shop.id, subscription).await.unwrap(), [two, one]);
    assert_eq!(tx.orders_of(shop.id, bench.world.id()).await.unwrap(), []);
}

fn lease(bench: &Bench, payment: PaymentId, seconds: i64) -> AmountLease {
    let amount = Money::new(1_500_010, Currency::Irr);
    AmountLease { destination: "card-1".into(), amount, payment, until: bench.in_secs(seconds) }
}

async fn an_amount_is_reserved_for_one_payment_at_a_time(bench: Bench) {
    let (mine, yours) = (bench.world.id(), bench.world.id());
    let mut tx = bench.tx().await;
    let now = bench.now();
    assert_eq!(tx.lease_amount(&lease(&bench, mine, 10), now).await.unwrap(), Inserted::New);
    assert_eq!(tx.lease_amount(&lease(&bench, yours, 10), now).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.lease_amount(&lease(&bench, mine, 20), now).await.unwrap(), Inserted::New);
    let elsewhere = AmountLease { destination: "card-2".into(), ..lease(&bench, yours, 10) };
    assert_eq!(tx.lease_amount(&elsewhere, now).await.unwrap(), Inserted::New);
    let other = AmountLease { amount: Money::new(1_500_000, Currency::Irr), ..lease(&bench, yours, 10) };
    assert_eq!(tx.lease_amount(&other, now).await.unwrap(), Inserted::New);
    let early = bench.in_secs(19);
    assert_eq!(tx.lease_amount(&lease(&bench, yours, 60), early).await.unwrap(), Inserted::Taken);
    let over = bench.in_secs(20);
    assert_eq!(tx.lease_amount(&lease(&bench, yours, 60), over).await.unwrap(), Inserted::New);
}

async fn a_reservation_can_be_shortened_and_lengthened(bench: Bench) {
    let (mine, yours) = (bench.world.id(), bench.world.id());
    let mut tx = bench.tx().await;
    assert_eq!(tx.lease_amount(&lease(&bench, mine, 10), bench.now()).await.unwrap(), Inserted::New);
    tx.keep_amount(mine, bench.in_secs(100)).await.unwrap();
    let late = bench.in_secs(50);
    assert_eq!(tx.lease_amount(&lease(&bench, yours, 99), late).await.unwrap(), Inserted::Taken);
    tx.keep_amount(yours, bench.in_secs(5)).await.unwrap();
    tx.keep_amount(mine, bench.in_secs(5)).await.unwrap();
    assert_eq!(tx.lease_amount(&lease(&bench, yours, 99), late).await.unwrap(), Inserted::New);
}

async fn what_was_reserved_at_a_destination_is_summed(bench: Bench) {
    let stall = bench.stall().await;
    let mut tx = bench.tx().await;
    let mut add = async |state, key: &str, minor| {
        let slot = Some(Slot::Destination(key.into()));
        let due = Money::new(minor, Currency::Irr);
        let payment = Payment { state, due, slot, ..bench.payment(&stall.order) };
        tx.insert_payment(&payment).await.unwrap();
        payment.created_at
    };
    add(PaymentState::Paid, "card-1", 1).await;
    let since = add(PaymentState::Paid, "card-1", 10).await;
    add(PaymentState::Open, "card-1", 100).await;
    add(PaymentState::Overpaid, "card-1", 1_000).await;
    add(PaymentState::Expired, "card-1", 10_000).await;
    add(PaymentState::Failed, "card-1", 100_000).await;
    add(PaymentState::Open, "card-2", 1_000_000).await;
    assert_eq!(tx.leased_sum("card-1", since).await.unwrap(), 1_110);
    assert_eq!(tx.leased_sum("card-3", since).await.unwrap(), 0);
}

async fn orders_kept_for_the_wallet_are_found_while_they_are_open(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let until = bench.in_secs(60);
    let (one, two) = (bench.order(&user).keep(until), bench.order(&user).keep(until));
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for order in [&two, &one, &bench.order(&user), &bench.order(&other).keep(until)] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.kept_orders(shop.id, user.id).await.unwrap(), [one.clone(), two.clone()], "oldest first");
    let held = tx.lock_order(shop.id, one.id).await.unwrap().unwrap();
    tx.save_order(held.try_map(Order::cancel).unwrap()).await.unwrap();
    assert_eq!(tx.kept_orders(shop.id, user.id).await.unwrap(), [two]);
    assert_eq!(tx.kept_orders(shop.id, bench.world.id()).await.unwrap(), []);
}

async fn orders_of_a_subscription_include_packs(bench: Bench) {
    let stall = bench.stall().await;
    let pack = bench.pack(stall.shop.id);
    let sale = PackSale {
        pack_id: pack.id,
        pack_name: pack.name,
        what: pack.kind,
        amount: pack.amount,
        subscription_id: stall.subscription.id,
    };
    let order = Order { kind: OrderKind::Pack(sale), ..bench.order(&stall.user) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    assert_eq!(tx.order(stall.shop.id, order.id).await.unwrap(), Some(order.clone()));
    assert_eq!(tx.orders_of(stall.shop.id, stall.subscription.id).await.unwrap(), [order]);
}

async fn an_order_is_found_by_its_number(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let (one, two) = (bench.order(&user), bench.order(&user));
    let mut tx = bench.tx().await;
    for order in [&one, &two] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    for order in [&one, &two] {
        let found = read.numbered_order(shop.id, OrderNumber::of(order.id)).await.unwrap();
        assert_eq!(found.as_ref(), Some(order));
    }
    let foreign = OrderNumber::of(theirs.order.id);
    assert_eq!(read.numbered_order(shop.id, foreign).await.unwrap(), None, "of another shop");
    assert_eq!(read.numbered_order(shop.id, OrderNumber::of(bench.world.id())).await.unwrap(), None);
}
