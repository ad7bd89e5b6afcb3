//! What was used, by day.

use nexa_core::storefront::model::{DayView, ServerUsageView, UsageView};

/// What was used of a subscription on each of the last days.
#[uniffi::remote(Record)]
pub struct UsageView {
    /// One entry for each day, oldest first, today the last; a day without traffic has zero.
    pub days: Vec<DayView>,
    /// All of them together, in bytes.
    pub total_bytes: u64,
}

/// One day.
#[uniffi::remote(Record)]
pub struct DayView {
    /// The date in UTC, e.g. `2026-03-01`.
    pub date: String,
    /// On all servers, in bytes.
    pub bytes: u64,
    /// The servers that were used that day.
    pub servers: Vec<ServerUsageView>,
}

/// What was used on one server.
#[uniffi::remote(Record)]
pub struct ServerUsageView {
    /// The server's name.
    pub server: String,
    /// How much, in bytes.
    pub bytes: u64,
}
