//! Panel adapter for Marzban 0.6 to 0.8, over its HTTP API.
//!
//! A user of ours has a name that is made of its identity and does not tell it, and the identity as its credential in every
//! protocol. So whoever reads addresses, lists or messages of the panel cannot connect with what stands there. A user that
//! somebody made by hand is ours once its identity is: it is known by its credential, keeps its name, note and protocols,
//! and gets only switch, limit and end from us. Any other user is never touched.
//!
//! The facts are those of the panel's source: the API of Gozargah/Marzban (`app/routers/user.py`, commit
//! 006ed400aef5caefa06d309d9059b8bc42727c4a; `app/db/crud.py`, commit 0426c092efa7635f883ef74d3e973d8e24bd3241), and what
//! 0.8.4 has beyond that as shelby-stuffs/marzban keeps it (`app/models/user.py`, `app/db/crud.py`, commit
//! 41cadac77779165010b220876a53c1d8834354da; `app/models/proxy.py`, commit 94d180faa63ad5ec67b8ea7c0877a9ebe1f3db42). The
//! panel itself could not be run where this was written: `tests/live` has the suite for one that is named to it.
//!
//! `PasarGuard`, Marzban's successor, and Marzban's own 1.0 line are told apart and refused: users there have
//! `proxy_settings` and belong to groups (PasarGuard/panel, `app/models/user.py`, commit
//! 07e31283394d971523bd03ebe593f9834242cb94).
//!
//! Clients speak TLS through rustls: the program installs a rustls `CryptoProvider` before it connects panels. A kind is
//! registered at the engine; `connect` looks at what was typed and calls nobody:
//!
//! ```
//! use nexa_core::ports::panel::{Panel, PanelKind};
//! use nexa_marzban::MarzbanKind;
//!
//! rustls::crypto::ring::default_provider().install_default().ok();
//! // A panel elsewhere needs no leave to be called.
//! let config = serde_json::json!({
//!     "base_url": "https://127.0.0.1:8000", "username": "shop", "password": "one of its own", "allow_private": true,
//! });
//! assert_eq!(MarzbanKind.connect(&config.into())?.profile().kind, "marzban");
//! # Ok::<(), nexa_core::domain::refusal::Refusal>(())
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `testing` | `testing::FakeMarzban`: an HTTP server that behaves, and misbehaves, as the panel's source says |

mod answer;
mod api;
mod config;
mod document;
mod ensure;
mod http;
mod names;
mod panel;
mod site;
#[cfg(feature = "testing")]
pub mod testing;
mod wanted;
mod wire;

pub use panel::{Marzban, MarzbanKind};
