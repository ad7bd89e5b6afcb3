//! The wallet's part of a split payment, raced for.

use super::{AT_ONCE, at_once, told, won};
use crate::world::{Customer, Shop, cents, dollars, hours, minutes, wish};
use futures::future::FutureExt as _;
use nexa_core::storefront::model::{CheckoutRequest, PageRequest, Purpose};
use std::sync::Arc;

/// What is in the wallet, and what is set aside.
async fn stands(of: &Customer) -> (i64, i64) {
    let wallet = of.shop.wallet(PageRequest::default()).await.expect("a wallet");
    (wallet.balance.minor, wallet.held.minor)
}

/// An order for a month, the wallet first and the rest by a transfer.
fn split(shop: &Shop) -> CheckoutRequest {
    CheckoutRequest { use_wallet: true, ..wish(Purpose::New, &shop.month, None, &shop.transfer) }
}

pub(super) async fn splitting_one_wallet(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    ann.receives(dollars(3)).await;
    let mut wins = 0;
    for _ in 0..rounds {
        let tries = (0..AT_ONCE).map(|_| {
            let (front, month) = (Arc::clone(&ann.shop), split(&shop));
            async move { front.checkout(month, None).await }.boxed()
        });
        let placed = won(at_once(tries.collect()).await, &["too_many_open_orders"]);
        let held: i64 = placed.iter().map(|order| order.held.minor).sum();
        assert_eq!((stands(&ann).await, held), ((0, 300), 300), "as much as there is, once");
        assert!(placed.iter().all(|o| o.payment.as_ref().is_some_and(|p| p.due.minor + o.held.minor == 500)));
        wins += placed.len();
        let tries = placed.iter().flat_map(|order| [order, order]).map(|order| {
            let (front, id) = (Arc::clone(&ann.shop), order.order_id.clone());
            async move { front.cancel_order(&id).await }.boxed()
        });
        let given_up = won(at_once(tries.collect()).await, &["order_not_open"]);
        assert_eq!((given_up.len(), stands(&ann).await), (placed.len(), (300, 0)), "back, once");
    }
    told("splitting one wallet", rounds, wins);
    shop.is_in_order().await;
}

pub(super) async fn the_rest_and_giving_up(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    let mut wins = 0;
    for _ in 0..rounds {
        let (before, _) = stands(&ann).await;
        ann.receives(cents(200 - before)).await;
        let order = ann.shop.checkout(split(&shop), None).await.expect("an order");
        shop.bank.pays(&order);
        shop.clock.advance(minutes(1));
        let tries = (0..AT_ONCE).map(|n| {
            let (front, worker, id) = (Arc::clone(&ann.shop), shop.nexa.worker(), order.order_id.clone());
            async move {
                if n % 2 == 0 {
                    worker.tick().await.map(drop).expect("the queue");
                } else {
                    // A look at a payment begins with the queue; giving up does not, and would always be first.
                    for _ in 0..n {
                        tokio::task::yield_now().await;
                    }
                    drop(front.cancel_order(&id).await);
                }
            }
            .boxed()
        });
        at_once(tries.collect()).await;
        shop.works().await;
        let paid = ann.looks_at(&order).await.paid_at.is_some();
        assert_eq!(stands(&ann).await, if paid { (0, 0) } else { (500, 0) }, "paid {paid}");
        wins += usize::from(paid);
    }
    told("the rest and giving up", rounds, wins);
    shop.is_in_order().await;
}

pub(super) async fn the_rest_and_the_end(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    for _ in 0..rounds {
        ann.receives(dollars(2)).await;
        let order = ann.shop.checkout(split(&shop), None).await.expect("an order");
        shop.bank.pays(&order);
        // Both are due now: the look at the payment, and the end of the order.
        shop.clock.advance(hours(3));
        let tries = (0..AT_ONCE).map(|_| {
            let worker = shop.nexa.worker();
            async move { worker.tick().await.map(drop).expect("the queue") }.boxed()
        });
        at_once(tries.collect()).await;
        shop.works().await;
        assert!(ann.looks_at(&order).await.paid_at.is_some(), "late money is honoured");
        assert_eq!(stands(&ann).await, (0, 0));
    }
    told("the rest and the end", rounds, rounds);
    shop.is_in_order().await;
}
