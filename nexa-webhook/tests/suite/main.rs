//! The adapter against a real server.
#![expect(clippy::unwrap_used, reason = "a test may stop where it finds a fault")]

mod port;
mod rebinding;
mod receiver;
