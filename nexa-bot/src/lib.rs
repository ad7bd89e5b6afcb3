//! The Telegram bots of the shops: one bot per shop, all in one process.
//!
//! A bot translates. It asks the core's driving ports what a customer may see and do, and turns the answers into
//! messages with buttons; it holds no rule and no money. What it has to remember between two messages lies in the
//! core's storage, so a restart in the middle of a purchase loses no step.
//!
//! To read it: [`tree`] is the table of contents, [`action`] lists every button, `scenes/` has one file per
//! conversation, `admin/` the operators'. [`Bots`] runs them.

pub mod action;
mod admin;
mod attend;
mod bots;
mod dialogue;
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

pub use bots::{Bots, Config, Taken};
pub use roster::Roster;
