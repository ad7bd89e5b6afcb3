//! Panel adapter for HiddifyPanel 10.50 to 14, over its HTTP API version 2.
//!
//! One code path serves all these versions: identities are UUIDs version 4 in lower case, writes carry one exact set of
//! fields, `start_date` never goes without `package_days`, and answers are parsed tolerantly. Every write states what
//! should be, and is verified by the panel's own words. The panel's keys, paths and bodies never reach a text.
//!
//! Clients speak TLS through rustls: the program installs a rustls `CryptoProvider` before it connects panels. A kind is
//! registered at the engine; `connect` looks at what was typed and calls nobody:
//!
//! ```
//! use nexa_core::ports::panel::{Panel, PanelKind};
//! use nexa_hiddify::HiddifyKind;
//!
//! rustls::crypto::ring::default_provider().install_default().ok();
//! let link = "https://127.0.0.1/Xk3jD8aQ2mZp7TtR/5f1e9a3c-8a54-4c0b-9a55-0c5a0a3d7e11/";
//! // A panel elsewhere needs no leave to be called.
//! let config = serde_json::json!({ "admin_link": link, "allow_private": true });
//! assert_eq!(HiddifyKind.connect(&config.into())?.profile().kind, "hiddify");
//! # Ok::<(), nexa_core::domain::refusal::Refusal>(())
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `testing` | `testing::FakeHiddify`: an HTTP server that behaves, and misbehaves, like the real panel |

mod answer;
mod api;
mod config;
mod ensure;
mod gib;
mod http;
mod link;
mod panel;
#[cfg(feature = "testing")]
pub mod testing;
mod version;
mod wire;

pub use panel::{Hiddify, HiddifyKind};
