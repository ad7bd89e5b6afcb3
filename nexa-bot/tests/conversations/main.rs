//! Customers and operators talk to a shop's bot, over a Telegram that keeps Telegram's rules.
//!
//! What the phone shows is kept in `tests/snapshots/`, in Persian, English and Russian; `NEXA_UPDATE_SNAPSHOTS=1` writes it anew.
//! Read the difference as a customer before it is committed.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, owns its tasks, and asks its environment whether to keep what it saw"
)]

mod adopting;
mod asking;
mod beside;
mod broken;
mod buying;
mod calls;
mod card;
mod giving;
mod helping;
mod money;
mod office;
mod parity;
mod rules;
mod script;
mod services;
mod stars;
mod storms;
mod strangers;
mod told;
mod welcome;
mod world;
