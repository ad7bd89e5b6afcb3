//! What was used, by day.

use serde::{Deserialize, Serialize};

/// What was used of a subscription on each of the last days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct UsageView {
    /// One entry for each day, oldest first, today the last; a day without traffic has zero.
    pub days: Vec<DayView>,
    /// All of them together, in bytes.
    pub total_bytes: u64,
}

/// One day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct DayView {
    /// The date in UTC, e.g. `2026-03-01`.
    pub date: String,
    /// On all servers, in bytes.
    pub bytes: u64,
    /// The servers that were used that day.
    pub servers: Vec<ServerUsageView>,
}

/// What was used on one server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ServerUsageView {
    /// The server's name.
    pub server: String,
    /// How much, in bytes.
    pub bytes: u64,
}
