//! The suite of the storage port.
#![expect(clippy::unwrap_used, reason = "a suite says no by panicking, like every test")]

mod actions;
mod affiliates;
mod broadcasts;
mod bulks;
mod catalogue;
mod coupons;
mod deposits;
mod dialogues;
mod exports;
mod figures;
mod fixture;
mod gauges;
mod gifts;
mod inbox;
mod invites;
mod ledger;
mod links;
mod orders;
mod passkeys;
mod payments;
mod people;
mod proofs;
mod queue;
mod resellers;
mod returns;
mod rules;
mod shelf;
mod staff;
mod subscriptions;
mod support;
mod takings;
mod tenants;
mod tickets;
mod webhooks;
mod wording;

pub use fixture::Bench;

use crate::ports::storage::Storage;
use futures::{FutureExt as _, future::BoxFuture};
use std::{panic::AssertUnwindSafe, sync::Arc};

/// One sentence that a storage must keep.
#[derive(Clone, Copy)]
pub struct Case {
    /// The sentence.
    pub name: &'static str,
    /// Panics when it is not kept.
    pub run: fn(Bench) -> BoxFuture<'static, ()>,
}

/// Makes the list of a file's cases.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[super::Case] =
            &[$(super::Case { name: stringify!($name), run: |bench| Box::pin($name(bench)) }),+];
    };
}
use cases;

/// Every case.
#[must_use]
pub fn every() -> Vec<Case> {
    [
        rules::CASES,
        people::CASES,
        proofs::CASES,
        passkeys::CASES,
        catalogue::CASES,
        shelf::CASES,
        orders::CASES,
        payments::CASES,
        deposits::CASES,
        resellers::CASES,
        returns::CASES,
        subscriptions::CASES,
        links::CASES,
        invites::CASES,
        affiliates::CASES,
        gifts::CASES,
        coupons::CASES,
        ledger::CASES,
        queue::CASES,
        inbox::CASES,
        dialogues::CASES,
        figures::CASES,
        gauges::CASES,
        actions::CASES,
        staff::CASES,
        tickets::CASES,
        support::CASES,
        wording::CASES,
        broadcasts::CASES,
        takings::CASES,
        exports::CASES,
        bulks::CASES,
        webhooks::CASES,
        tenants::CASES,
    ]
    .concat()
}

/// Runs every case on an empty storage of its own, and returns how many there were.
///
/// # Panics
/// When a case is not kept; the message names all that were not.
pub async fn all<S: Storage + 'static>(make: impl AsyncFn() -> S) -> usize {
    let cases = every();
    let mut failed = Vec::new();
    for case in &cases {
        let bench = Bench::new(Arc::new(make().await));
        if AssertUnwindSafe((case.run)(bench)).catch_unwind().await.is_err() {
            failed.push(case.name);
        }
    }
    assert!(failed.is_empty(), "{} of {} cases failed: {failed:#?}", failed.len(), cases.len());
    cases.len()
}
