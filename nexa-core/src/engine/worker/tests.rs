//! What the worker does while it waits.

use super::*;
use futures::{executor::block_on, future::poll_fn, lock::Mutex};
use std::task::Poll;

#[test]
fn a_running_job_that_holds_what_the_worker_waits_for_goes_on() {
    let writer = Mutex::new(());
    let held = writer.try_lock().unwrap();
    let mut first = true;
    let mut job = FuturesUnordered::new();
    job.push(async {
        // One statement of its transaction, then the commit.
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        drop(held);
    });
    block_on(async { drop(beside(&mut job, writer.lock()).await) });
}
