//! A Bot API server that keeps state and enforces the limits that Telegram documents.
//!
//! Written from core.telegram.org/bots/api and from nothing of the bot's own code, so that a mistake of the bot is not
//! made here again. [`FakeTelegram`] is the server; a [`Phone`] is what one person holds in hand: it sends what people
//! send, and shows the chat as people see it.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answer;
mod api;
mod deliver;
mod flood;
mod html;
mod keys;
mod params;
mod people;
mod phone;
mod send;
mod server;
mod show;
mod stars;
mod state;
mod updates;

pub use phone::Phone;
pub use server::FakeTelegram;
