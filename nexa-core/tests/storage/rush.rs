//! Many at once, through two processes on a server, for what only a few may have: whoever loses is told what is true.
#![expect(clippy::disallowed_methods, reason = "those who race need tasks of their own")]

use super::{cluster, market::Market};
use futures::future::{BoxFuture, FutureExt as _, join_all};
use nexa_core::{
    backoffice::model::{AddCouponRequest, WalletCorrection},
    domain::money::{Currency, Money},
    error::{Error, Result},
    ports::storage::Storage,
    sql::PostgresStorage,
    storefront::model::{CheckoutRequest, OrderView},
};
use std::sync::Arc;
use tokio::sync::Barrier;

const ROUNDS: usize = 4;

async fn market(test: &str) -> Option<(cluster::Database, Arc<Market>)> {
    let database = cluster::found(test)?.database().await;
    let mut storages: Vec<Arc<dyn Storage>> = Vec::new();
    for _ in 0..2 {
        storages.push(Arc::new(PostgresStorage::open(&database.url).await.unwrap()));
    }
    Some((database, Arc::new(Market::open(storages).await)))
}

/// Those who won; everybody else must have been told this.
async fn won(tries: Vec<BoxFuture<'static, Result<OrderView>>>, no: &str) -> Vec<OrderView> {
    let barrier = Arc::new(Barrier::new(tries.len()));
    let started = tries.into_iter().map(|one| {
        let barrier = Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            one.await
        })
    });
    let mut won = Vec::new();
    for tried in join_all(started).await {
        match tried.unwrap() {
            Ok(order) => won.push(order),
            Err(Error::Refused(refusal)) => assert_eq!(refusal.code(), no),
            Err(other) => panic!("{other}"),
        }
    }
    won
}

fn checkouts(
    market: &Market,
    who: &[usize],
    wish: &CheckoutRequest,
) -> Vec<BoxFuture<'static, Result<OrderView>>> {
    let one = |of: &usize| {
        let (front, wish) = (Arc::clone(&market.buyers[*of]), wish.clone());
        async move { front.checkout(wish, None).await }.boxed()
    };
    who.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_coupon_for_five_of_all() {
    let Some((_database, market)) = market("a_coupon_for_five_of_all").await else { return };
    let terms = serde_json::from_value(serde_json::json!({ "percent": 10, "total": 5 })).unwrap();
    let coupon = AddCouponRequest { code: "FIVE".to_owned(), terms, enabled: true };
    market.operator.add_coupon(coupon).await.unwrap();
    let wish = CheckoutRequest { coupon: Some("five".to_owned()), ..market.wish() };
    let all: Vec<usize> = (0..market.buyers.len()).collect();
    for _ in 0..ROUNDS {
        let placed = won(checkouts(&market, &all, &wish), "coupon_used_up").await;
        assert_eq!(placed.len(), 5);
        for order in placed {
            for buyer in &market.buyers {
                drop(buyer.cancel_order(&order.order_id).await);
            }
        }
    }
    market.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_wallet_for_one_of_many_orders() {
    let Some((_database, market)) = market("one_wallet_for_one_of_many_orders").await else { return };
    let wish = CheckoutRequest { method: "wallet".to_owned(), ..market.wish() };
    let user = market.buyers[0].me().await.unwrap().user_id;
    for round in 0..ROUNDS {
        let amount = Money::new(500, Currency::Usd).into();
        market.operator.correct_wallet(&user, WalletCorrection { amount }, format!("{round}")).await.unwrap();
        let bought = won(checkouts(&market, &[0; 32], &wish), "not_enough_funds").await;
        assert_eq!(bought.len(), 1);
        assert_eq!(market.buyers[0].me().await.unwrap().wallet.minor, 0);
    }
    market.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_unpaid_orders_of_one_customer() {
    let Some((_database, market)) = market("ten_unpaid_orders_of_one_customer").await else { return };
    let placed = won(checkouts(&market, &[0; 32], &market.wish()), "too_many_open_orders").await;
    assert_eq!(placed.len(), 10);
    market.closes().await;
}
