//! Servers for tests: an Esplora-compatible HTTP server over a chain that a test controls, Telegram's Bot API as far as
//! Stars go, toncenter's API, and a Monero wallet program.
//!
//! Must never be compiled into a shop: it exists under the feature `testing` only, listens on loopback only and
//! speaks the public protocol, so an adapter under test runs unchanged.

mod chain;
mod esplora;
mod memory;
mod node;
mod render;
mod telegram;
mod toncenter;
mod wallet_rpc;

pub use chain::{Block, Chain, ChainError, Input, Output, Place, Tx, View};
pub use esplora::{EsploraServer, Fault};
pub use memory::MemoryChain;
pub use node::NodeChain;
pub use telegram::{TelegramFault, TelegramServer};
pub use toncenter::{TonFault, TonServer};
pub use wallet_rpc::{WalletFault, WalletRpc, wallet_address};
