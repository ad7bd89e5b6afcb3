//! Servers for tests: an Esplora-compatible HTTP server and an EVM chain's JSON-RPC server over chains that a test controls,
//! `TronGrid` over an EVM chain, Telegram's Bot API as far as Stars go, the gateways that lead
//! to a page of theirs, toncenter's API, and a Monero wallet program.
//!
//! Must never be compiled into a shop: it exists under the feature `testing` only, listens on loopback only and
//! speaks the public protocol, so an adapter under test runs unchanged.

mod chain;
mod epay;
mod esplora;
mod evm;
mod memory;
mod node;
mod render;
pub mod rial;
mod scripted;
mod serve;
mod stripe;
mod telegram;
mod toncenter;
mod tron;
mod wallet_rpc;

pub use chain::{Block, Chain, ChainError, Input, Output, Place, Tx, View};
pub use epay::EpayScript;
pub use esplora::{EsploraServer, Fault};
pub use evm::{EvmChain, EvmFault, EvmServer};
pub use memory::MemoryChain;
pub use node::NodeChain;
pub use scripted::{Asked, Fault as ServerFault, Said, Script, ScriptedServer};
pub use stripe::StripeScript;
pub use telegram::{TelegramFault, TelegramServer};
pub use toncenter::{TonFault, TonServer};
pub use tron::{TronFault, TronServer, evm_of};
pub use wallet_rpc::{WalletFault, WalletRpc, wallet_address};
