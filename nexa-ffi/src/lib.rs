//! `NexaVPN`'s shop for phones and scripts: the customer's port, [`Storefront`], as one object for Kotlin, Swift and Python.
//!
//! [`Shop::connect`] speaks to a shop over HTTP; `Shop::demo` is a whole shop in memory, with play money, so that an app
//! is built and tried before there is a server. Both answer alike.
//!
//! - Ids and moments are texts, money is whole minor units. A malformed id is refused, it never breaks anything.
//! - Every call may be made from any thread, and several at once.
//! - A call that waits long is a handle ([`OrderWatch`], [`Probe`]): `cancel` ends it, and dropping it does too.
//! - What goes wrong is a [`ShopError`]. No panic is meant to cross, and none is known to.
//!
//! | feature   | what it adds                                                         |
//! |-----------|----------------------------------------------------------------------|
//! | `demo`    | `Shop::demo`; on by default, and left out of an app that ships       |
//! | `bindgen` | the program `uniffi-bindgen`, which writes the bindings of a library |
//!
//! [`Storefront`]: nexa_core::storefront::Storefront

mod cancel;
mod counter;
#[cfg(feature = "demo")]
mod demo;
mod error;
mod model;
mod probe;
mod remote;
mod secrets;
mod settings;
mod shop;
mod watch;

#[cfg(feature = "demo")]
pub use demo::DemoControls;
pub use error::ShopError;
pub use probe::{Probe, Reached, fastest_server};
pub use secrets::{SecretStore, SecretStoreError};
pub use settings::ShopSettings;
pub use shop::{LinkFormat, Shop, SignedIn, SignedUp};
pub use watch::OrderWatch;

uniffi::setup_scaffolding!("nexa");
