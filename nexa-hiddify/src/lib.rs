//! Panel adapter for HiddifyPanel 10.50 to 14, over its HTTP API version 2.
//!
//! One code path serves all these versions: identities are UUIDs version 4 in lower case, writes carry one exact set of
//! fields, `start_date` never goes without `package_days`, and answers are parsed tolerantly. Every write states what
//! should be, and is verified by the panel's own words. The panel's keys, paths and bodies never reach a text.
//!
//! Clients speak TLS through rustls: the program installs a rustls `CryptoProvider` before it connects panels.

mod answer;
mod api;
mod config;
mod ensure;
mod gib;
mod guard;
mod http;
mod link;
mod panel;
#[cfg(feature = "testing")]
pub mod testing;
mod version;
mod wire;

pub use panel::{Hiddify, HiddifyKind};
