//! The node against its port, against real clients, and against whoever means it ill.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod client;
mod cut;
mod far;
mod forward;
mod forward_bounds;
mod limits;
mod openssh;
mod panel;
mod relay;
mod restart;
mod ssh;
mod world;

use std::future::Future;

/// Runs a case on a runtime of its own.
fn block_on<T>(case: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(case)
}
