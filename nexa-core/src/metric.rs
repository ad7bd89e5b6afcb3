//! What is counted while the engine works, for those who watch it: every name once, and nothing about anybody.
//!
//! Counters and times go to the `metrics` facade where outcomes pass; without a recorder that does nothing. What stands at
//! a moment (jobs that wait, the sum of the books) is read by [`Gauges`](crate::engine::Gauges) when somebody asks. A label
//! is always one of a few words of ours: no id of a person, no address, no text from outside.

use std::time::Duration;

/// How a metric is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetricKind {
    /// Only rises, until the process ends.
    Counter,
    /// Rises and falls.
    Gauge,
    /// How often something took how long.
    Histogram,
}

/// A metric by the name that dashboards and alerts know it by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metric {
    /// Its name; ends with its unit, as Prometheus advises (<https://prometheus.io/docs/practices/naming/>).
    pub name: &'static str,
    /// How it is read.
    pub kind: MetricKind,
    /// What it says, in a sentence.
    pub help: &'static str,
}

/// The value of a metric at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Of which metric.
    pub metric: Metric,
    /// Names and words, in the order in which they are shown.
    pub labels: Vec<(&'static str, String)>,
    /// How much.
    pub value: Amount,
}

/// How much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    /// A whole number.
    Count(i64),
    /// A time, shown in seconds.
    Time(Duration),
}

impl Metric {
    /// Its value, without labels.
    #[must_use]
    pub const fn sample(self, value: Amount) -> Sample {
        Sample { metric: self, labels: Vec::new(), value }
    }
}

impl Sample {
    /// With a label more.
    #[must_use]
    pub fn of(mut self, name: &'static str, word: impl Into<String>) -> Self {
        self.labels.push((name, word.into()));
        self
    }
}

/// Declares metrics and the list of all of them.
macro_rules! metrics {
    ($($(#[$about:meta])* $constant:ident: $kind:ident $name:literal $help:literal;)+) => {
        $($(#[$about])* pub(crate) const $constant: Metric =
            Metric { name: $name, kind: MetricKind::$kind, help: $help };)+
        /// Every metric of the engine.
        pub const METRICS: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    EVENTS: Counter "nexa_events_total" "What happened in the shops, by event.";
    JOBS: Counter "nexa_jobs_total" "Jobs worked on, by job and outcome (done, again, failed, given_up, lost).";
    JOB_TIME: Histogram "nexa_job_seconds" "How long a job took.";
    PANEL_CALLS: Counter "nexa_panel_calls_total" "Calls to panels, by kind of panel, call and outcome.";
    PANEL_TIME: Histogram "nexa_panel_call_seconds" "How long a call to a panel took.";
    GATEWAY_CALLS: Counter "nexa_gateway_calls_total" "Calls to gateways, by kind of gateway, call and outcome.";
    GATEWAY_TIME: Histogram "nexa_gateway_call_seconds" "How long a call to a gateway took.";
    MESSAGES: Counter "nexa_messages_total" "Messages to people, by channel, call and outcome.";
    WEBHOOK_CALLS: Counter "nexa_webhook_calls_total" "Calls to programs of the shops, by call and outcome.";
    RATE_SOURCE_CALLS: Counter "nexa_rate_source_calls_total" "Questions to sources of exchange rates, by source and outcome.";
    RATES: Counter "nexa_rates_total" "Exchange rates that were asked for, by asset and outcome.";
    REPAIRS: Counter "nexa_repairs_total" "What had to be mended on panels; 0 in a run without faults.";
    LINKS: Counter "nexa_links_total" "Links that were answered, by form and outcome.";
    LINK_DOCUMENTS: Counter "nexa_link_documents_total" "Documents for links, by where they came from (kept, panel, old, none).";
    LINK_MEMORY: Counter "nexa_link_memory_total" "Looks into the memory of links, by what was looked for and outcome (hit, miss).";
    LINK_MEMORY_ENTRIES: Gauge "nexa_link_memory_entries" "What the memory of links holds.";
    STORAGE_UP: Gauge "nexa_storage_up" "Whether the database could be read for these metrics.";
    STORAGE_READ: Gauge "nexa_storage_gauges_read_seconds" "How long the database took to be read for these metrics.";
    STORAGE_TRANSACTIONS: Counter "nexa_storage_transactions_total" "Transactions committed.";
    STORAGE_COMMITS: Counter "nexa_storage_commits_total" "Commits of the database; fewer than transactions when they are grouped.";
    STORAGE_HELD: Counter "nexa_storage_held_seconds_total" "All time that transactions were open.";
    STORAGE_REPLAYS: Counter "nexa_storage_replays_total" "Transactions that were run again.";
    STORAGE_OVERTAKEN: Counter "nexa_storage_overtaken_total" "Transactions given up because another one was faster.";
    STORAGE_WAITING: Gauge "nexa_storage_waiting" "Transactions that wait for the writer of a database in a file.";
    LEDGER_SUM: Gauge "nexa_ledger_sum_minor" "By how many minor units the books are off, by currency. Anything but 0 is an alarm.";
    JOBS_DUE: Gauge "nexa_jobs_due" "Jobs that are due and not done, by job; counted up to 10000 in all.";
    JOBS_OLDEST: Gauge "nexa_jobs_oldest_seconds" "For how long the oldest due job waits, by job.";
    JOBS_GIVEN_UP: Gauge "nexa_jobs_given_up" "Jobs that wait for an operator, by job; counted up to 10000 in all.";
    PAYMENTS: Gauge "nexa_payments_unresolved" "Payments that are not settled one way or the other, by state; counted up to 10000 in all.";
    PAYMENTS_OLDEST: Gauge "nexa_payments_unresolved_oldest_seconds" "How old the oldest of them is, by state.";
    ORDERS: Gauge "nexa_orders_unresolved" "Orders that are paid and not delivered, or being taken back, by state; counted up to 10000 in all.";
    ORDERS_OLDEST: Gauge "nexa_orders_unresolved_oldest_seconds" "For how long the oldest of them waits, by state.";
    ORDERS_FLAGGED: Gauge "nexa_orders_flagged" "Orders that a person must look at, by reason; counted up to 10000 in all.";
    RATE_AGE: Gauge "nexa_rate_age_seconds" "How old the newest exchange rate of an asset is, among shops with automatic rates.";
    SERVERS: Gauge "nexa_servers" "Servers, by kind of panel, state and whether they answer (yes, no, down: five times in a row they did not).";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_end_as_prometheus_advises() {
        for (place, metric) in METRICS.iter().enumerate() {
            assert!(METRICS[..place].iter().all(|other| other.name != metric.name), "{}", metric.name);
            assert!(metric.name.starts_with("nexa_") && metric.help.ends_with('.'), "{}", metric.name);
            assert_eq!(
                metric.name.ends_with("_total"),
                metric.kind == MetricKind::Counter,
                "{}",
                metric.name
            );
            assert!(
                metric.kind != MetricKind::Histogram || metric.name.ends_with("_seconds"),
                "{}",
                metric.name
            );
        }
    }
}
