//! The suites that every adapter must pass: one case for each sentence of a port's "Behaviour" block, and one or more
//! for each of its methods. Run them from the adapter's own tests.

pub mod backoffice;
pub mod frontdesk;
pub mod gateway;
pub mod limiter;
pub mod notifier;
pub mod panel;
pub mod rates;
pub mod stash;
pub mod storage;
pub mod storefront;

use crate::error::{Error, Result};

/// The code of a refusal; anything else fails the test.
#[expect(clippy::panic, reason = "a suite fails by panicking")]
fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Refused(refusal)) => refusal.code().to_owned(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}
