//! Web Push: messages to browsers through the push services of their makers, behind the core's `Pusher` port.
//!
//! A message is encrypted for one browser (RFC 8291) and sent with a signature that says which shop it comes from
//! (RFC 8292). The push service learns neither what it says nor for whom it is, only when and how much.
//!
//! Addresses come from browsers, that is from strangers. Only hosts of push services that are known are ever called.
//!
//! ```
//! use nexa_core::{secret::Keys, world::{OsEntropy, SystemClock, World}};
//! use nexa_push::{Hosts, WebPush};
//! use std::sync::Arc;
//!
//! rustls::crypto::ring::default_provider().install_default().ok();
//! let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
//! let keys = Keys::new(world.bytes());
//! // What browsers know the shop by: the same seed at every start. It goes into `Builder::pusher`.
//! let pusher = WebPush::new(&keys.seed("push"), "https://shop.example.org", Hosts::default(), world)?;
//! # drop(pusher);
//! # Ok::<(), nexa_core::domain::refusal::Refusal>(())
//! ```

mod encrypt;
mod hosts;
mod key;
mod vapid;
mod web_push;

pub use hosts::Hosts;
pub use web_push::WebPush;
