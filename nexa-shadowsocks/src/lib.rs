//! Panel adapter of NexaVPN with a data plane of its own: Shadowsocks servers in this process, or on nodes elsewhere.
//!
//! A [`Node`] holds identities, each with a port and a key of its own, counts what moves through them, and stops them
//! by itself at their limit and their end. [`ShadowsocksKind`] makes panels of it: of the node in this process, or of
//! one on another machine that is steered over mutual TLS.

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
