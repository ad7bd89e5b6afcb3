//! What waits in all shops together, and whether the books are right.

use super::{Bench, cases};
use crate::{
    domain::{
        gauge::Pile,
        job::{Job, JobState},
        money::{Currency, Money},
        order::{Attention, Order, OrderState},
        payment::{Payment, PaymentState},
        rate::{Origin, Rate},
        shop::Shop,
    },
    ports::storage::{Inserted, Posted},
};
use jiff::Timestamp;

cases![
    jobs_that_wait_are_counted_by_name_over_all_shops,
    payments_and_orders_that_wait_are_counted_by_state_over_all_shops,
    the_newest_rate_of_an_asset_is_told,
    books_that_are_right_sum_up_to_zero_in_every_currency,
];

fn pile(of: &str, count: i64, since: Timestamp) -> Pile {
    Pile { of: of.to_owned(), count, since }
}

async fn jobs_that_wait_are_counted_by_name_over_all_shops(bench: Bench) {
    let (one, two) = (bench.stall().await, bench.stall().await);
    let expire =
        |stall: &super::fixture::Stall| bench.job(stall.shop.id, Job::ExpireOrder { order: stall.order.id });
    let (first, second) = (expire(&one), expire(&two));
    let usage = bench.job(two.shop.id, Job::SyncUsage { server: two.server.id });
    let mut poison = bench.job(one.shop.id, Job::Reconcile { server: one.server.id });
    poison.state = JobState::Poison;
    let now = bench.later();
    let later = expire(&one);
    let mut tx = bench.tx().await;
    for job in [&first, &second, &usage, &poison, &later] {
        tx.add_job(job).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let due = read.due_jobs(now, 100).await.unwrap();
    assert_eq!(due, [pile("expire_order", 2, first.run_at), pile("sync_usage", 1, usage.run_at)]);
    assert_eq!(
        read.due_jobs(now, 1).await.unwrap(),
        [pile("expire_order", 1, first.run_at)],
        "the oldest first"
    );
    assert_eq!(read.given_up_jobs(100).await.unwrap(), [pile("reconcile", 1, poison.run_at)]);
}

async fn payments_and_orders_that_wait_are_counted_by_state_over_all_shops(bench: Bench) {
    let (one, two) = (bench.stall().await, bench.stall().await);
    let seen = |stall: &super::fixture::Stall, state| Payment { state, ..bench.payment(&stall.order) };
    let (early, late) = (seen(&one, PaymentState::Seen), seen(&two, PaymentState::Seen));
    let open = seen(&one, PaymentState::Open);
    let paid_at = bench.later();
    let paid = Order { state: OrderState::Paid, paid_at: Some(paid_at), ..bench.order(&two.user) };
    let attention = Some(Attention::ProvisionStuck);
    let flagged = Order { state: OrderState::Fulfilled, attention, ..bench.order(&one.user) };
    let mut tx = bench.tx().await;
    for payment in [&early, &late, &open] {
        tx.insert_payment(payment).await.unwrap();
    }
    for order in [&paid, &flagged] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    // The stalls' own payments were never opened.
    let expected = [pile("created", 2, one.payment.created_at), pile("seen", 2, early.created_at)];
    assert_eq!(read.piled_payments(100).await.unwrap(), expected);
    assert_eq!(read.piled_orders(100).await.unwrap(), [pile("paid", 1, paid_at)]);
    assert_eq!(read.flagged_orders(100).await.unwrap(), [pile("provision_stuck", 1, flagged.created_at)]);
}

async fn the_newest_rate_of_an_asset_is_told(bench: Bench) {
    let (one, two, manual) = (bench.stall().await, bench.stall().await, bench.stall().await);
    let rate = |asset, origin| {
        let set_at = bench.later();
        Rate {
            asset,
            price: Money::new(5_000_000, Currency::Irr),
            fresh_until: bench.in_secs(60),
            origin,
            set_at,
        }
    };
    let market = Origin::Market { sources: 2 };
    let (old, new) = (rate(Currency::Ltc, market), rate(Currency::Ltc, market));
    let typed = rate(Currency::Xtr, Origin::Operator);
    let mut tx = bench.tx().await;
    for stall in [&one, &two] {
        tx.save_shop(&Shop { automatic_rates: true, ..stall.shop.clone() }).await.unwrap();
    }
    tx.save_shop(&Shop { automatic_rates: false, ..manual.shop.clone() }).await.unwrap();
    tx.save_rate(one.shop.id, &new).await.unwrap();
    tx.save_rate(one.shop.id, &typed).await.unwrap();
    tx.save_rate(two.shop.id, &old).await.unwrap();
    tx.save_rate(manual.shop.id, &rate(Currency::Ltc, market)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.newest_rates().await.unwrap(), [(Currency::Ltc, new.set_at)]);
}

async fn books_that_are_right_sum_up_to_zero_in_every_currency(bench: Bench) {
    let (one, two) = (bench.stall().await, bench.stall().await);
    let mut tx = bench.tx().await;
    for (stall, minor) in [(&one, 700), (&two, 900)] {
        let journal = bench.journal(stall.shop.id, "gift", stall.user.id, minor);
        assert_eq!(tx.post(&journal).await.unwrap(), Posted::New);
    }
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.ledger_sums().await.unwrap(), [(Currency::Irr, 0)]);
}
