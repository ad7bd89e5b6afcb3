//! `NexaVPN`'s engine: everything a shop needs to sell VPN access, without a frontend.
//!
//! ```text
//! Storefront  Backoffice  Frontdesk      driving ports: what frontends call
//!          engine/                       one file per use case
//!          domain/                       pure rules
//! Storage  Panel  Gateway  Notifier      driven ports: what adapters implement
//! ```

pub mod backoffice;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod domain;
pub mod engine;
pub mod error;
pub mod frontdesk;
pub mod ids;
#[cfg(feature = "testing")]
pub mod memory;
pub mod picture;
pub mod ports;
pub mod qr;
pub mod secret;
#[cfg(feature = "testing")]
pub mod sim;
#[cfg(feature = "sqlite")]
pub mod sql;
pub mod storefront;
pub mod text;
pub mod world;

pub use engine::{Builder, CheckLine, Installed, Nexa, worker::Worker};
