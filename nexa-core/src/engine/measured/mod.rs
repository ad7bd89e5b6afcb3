//! Adapters as those who watch the shop see them: in front of each stands one of its own port that counts every call by
//! its outcome and takes its time. No use case counts anything for itself.

mod gateway;
mod panel;
mod people;

pub(super) use gateway::gateway;
pub(super) use panel::panel;
pub(super) use people::{caller, mailer, notifier, pusher, source};

use crate::{metric::Metric, world::World};
use jiff::Timestamp;
use std::time::Duration;

/// The outcome of a call that nobody waits for any more.
const GIVEN_UP: &str = "no_answer";

/// The time from one moment to the other; none when the clock went back.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or_default()
}

/// What is known of everything behind one adapter.
struct Measured {
    world: World,
    calls: Metric,
    times: Metric,
    kind: &'static str,
}

/// A call that is under way.
struct UnderWay<'a> {
    of: &'a Measured,
    call: &'static str,
    began: Timestamp,
    outcome: &'static str,
}

impl Measured {
    /// Makes the call and counts what became of it.
    async fn count<T>(
        &self,
        call: &'static str,
        answer: impl Future<Output = T>,
        outcome: impl FnOnce(&T) -> &'static str,
    ) -> T {
        let mut counted = UnderWay { of: self, call, began: self.world.now(), outcome: GIVEN_UP };
        let answer = answer.await;
        counted.outcome = outcome(&answer);
        answer
    }
}

/// Also when the call is dropped: a time-out is an outcome like any other.
impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Measured { world, calls, times, kind } = self.of;
        let took = between(self.began, world.now());
        metrics::counter!(calls.name, "kind" => *kind, "call" => self.call, "outcome" => self.outcome)
            .increment(1);
        metrics::histogram!(times.name, "kind" => *kind, "call" => self.call).record(took);
    }
}
