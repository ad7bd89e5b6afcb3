//! The adapter against a push service of our own, alone and in a shop.
#![expect(clippy::unwrap_used, reason = "a test may stop where it finds a fault")]

mod port;
mod receiver;
mod shop;
