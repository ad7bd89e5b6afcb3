//! Panel adapter of NexaVPN with a data plane of its own: Shadowsocks servers in this process, or on nodes elsewhere.
//!
//! A [`Node`] holds identities, each with a port and a key of its own, counts what moves through them, and stops them
//! by itself at their limit and their end. [`ShadowsocksKind`] makes panels of it: of the node in this process, or of
//! one on another machine that is steered over mutual TLS.
//!
//! ```
//! use nexa_core::{ports::panel::PanelKind, secret::Keys, world::{OsEntropy, SystemClock, World}};
//! use nexa_shadowsocks::{Node, Settings, ShadowsocksKind};
//! use std::sync::Arc;
//!
//! let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
//! let keys = Keys::new(world.bytes());
//! // `Node::open` keeps what it knows in a folder; this one forgets. `Node::run` serves until it is told to stop.
//! let node = Node::in_memory(Settings::default(), world.clone())?;
//! let kind = ShadowsocksKind::new(Some(node), &keys.seed("nodes"), world)?;
//! assert_eq!(kind.name(), "shadowsocks");
//! # Ok::<(), nexa_core::error::Failure>(())
//! ```

mod channel;
mod clock;
mod forward;
mod node;
mod panel;
mod plane;
mod pool;
mod ports;
mod proxy;
mod settings;
mod store;

pub use channel::JoinToken;
pub use node::{FILE, Node};
pub use panel::ShadowsocksKind;
pub use proxy::Proxy;
pub use settings::{NAMES, Settings};
