//! The Telegram bots of the shops: one bot per shop, all in one process.
//!
//! A bot translates. It asks the core's driving ports what a customer may see and do, and turns the answers into
//! messages with buttons; it holds no rule and no money. What it has to remember between two messages lies in the
//! core's storage, so a restart in the middle of a purchase loses no step.
//!
//! To read it: [`tree`] is the table of contents, [`action`] lists every button, `scenes/` has one file per
//! conversation, `admin/` the operators'. [`Bots`] runs them:
//!
//! ```no_run
//! use nexa_bot::{Bots, Config, Roster};
//! use nexa_core::{Builder, secret::Keys};
//!
//! async fn run(builder: Builder, keys: Keys, stop: impl Future<Output = ()>) {
//!     let roster = Roster::default();
//!     let config = Config {
//!         public_url: "https://shop.example.org".to_owned(),
//!         webhook: false,
//!         asks: true,
//!         seed: keys.seed("telegram"),
//!         api_url: None,
//!     };
//!     // The same roster sends the shops' messages.
//!     let nexa = builder.notifier(roster.notifier()).build();
//!     Bots::new(nexa, roster, config).run(stop).await;
//! }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `testing` | `testing`: a Bot API server that keeps state and enforces Telegram's limits |

pub mod action;
mod admin;
mod attend;
mod bots;
mod dialogue;
mod guard;
mod input;
mod keyboard;
mod listen;
mod notifier;
mod pace;
mod post;
mod queue;
mod roster;
mod scenes;
mod screen;
mod talk;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tree;

pub use bots::{Bots, Config, METRICS, Taken};
pub use roster::Roster;
