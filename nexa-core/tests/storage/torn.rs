//! Callers that go away in the middle.
#![expect(clippy::disallowed_methods, reason = "callers that run at the same time need tasks of their own")]

use super::{cluster, fixture::Bench};
use nexa_core::{
    domain::ledger::Account,
    ports::storage::{Posted, Storage},
};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Polls a future so many times, then gives it up.
pub struct GivenUpAfter<F: ?Sized> {
    pub inner: Pin<Box<F>>,
    pub polls: u64,
}

impl<F: Future + ?Sized> Future for GivenUpAfter<F> {
    type Output = Option<F::Output>;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

/// One transaction: a payment in and the same amount on to the shop, so the wallet is empty before and after.
pub async fn sale<S: Storage>(bench: &Bench<S>, n: u64) {
    let wallet = bench.world.id();
    let mut tx = bench.storage.begin().await.unwrap();
    let bought = bench.journal(&format!("in:{n}"), wallet, 10);
    assert_eq!(tx.post(&bought).await.unwrap(), Posted::New);
    let sale = bench.journal(&format!("out:{n}"), wallet, -10);
    assert_eq!(tx.post(&sale).await.unwrap(), Posted::New);
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_cancelled_transactions_are_whole_or_not_there() {
    cancelled_sales(Arc::new(Bench::new().await), 50).await;
}

/// Twenty sales in each round, given up wherever they are.
pub async fn cancelled_sales<S: Storage + 'static>(bench: Arc<Bench<S>>, rounds: u64) {
    let mut acknowledged = 0;
    for round in 0..rounds {
        let tasks = (0..20).map(|n| {
            let bench = Arc::clone(&bench);
            let number = round * 20 + n;
            let polls = 1 + bench.world.below(20);
            tokio::spawn(async move {
                let inner = Box::pin(sale(&bench, number));
                GivenUpAfter { inner, polls }.await.is_some()
            })
        });
        let ended = futures::future::join_all(tasks).await;
        acknowledged += ended.into_iter().filter(|end| *end.as_ref().unwrap()).count();
    }
    // One more goes through behind all of them.
    sale(&bench, 1_000_000).await;
    bench.require_sound_books().await;
    let mut read = bench.storage.read().await.unwrap();
    let lines = read.trial_balance(bench.shop).await.unwrap();
    let wallets: Vec<_> =
        lines.iter().filter(|(account, _, _)| matches!(account, Account::Wallet(_))).collect();
    assert!(wallets.iter().all(|(_, balance, _)| balance.is_zero()), "a sale was torn");
    assert!(wallets.len() > acknowledged, "an acknowledged sale is missing");
    assert!(
        acknowledged > 0 && wallets.len() <= usize::try_from(rounds * 20).unwrap(),
        "{acknowledged} acknowledged, {} there",
        wallets.len()
    );
}

/// In a file a call runs where it is made, and nobody can give it up half-way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_given_up_half_way_cannot_be_committed() {
    let Some(cluster) = cluster::found("a_call_given_up_half_way_cannot_be_committed") else { return };
    let database = cluster.database().await;
    let bench = Bench::on_server(&database).await;
    let mut abandoned = 0;
    for polls in 1..12 {
        let wallet = bench.world.id();
        let mut tx = bench.storage.begin().await.unwrap();
        let journal = bench.journal(&format!("{polls}"), wallet, 10);
        let done = GivenUpAfter { inner: Box::pin(async { tx.post(&journal).await.is_ok() }), polls }.await;
        let committed = tx.commit().await.is_ok();
        assert_eq!(done.is_some(), committed);
        abandoned += u32::from(!committed);
    }
    assert!(abandoned > 0);
    bench.require_sound_books().await;
}
