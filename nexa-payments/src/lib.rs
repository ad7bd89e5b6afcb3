//! Gateways of NexaVPN: ways to be paid, each behind the core's `Gateway` port.
//!
//! | kind | feature | whose word counts |
//! |---|---|---|
//! | `card` | `card` | a person looks at the bank account |
//! | `bitcoin`, `litecoin` | `utxo` | the chain, watched over Esplora-compatible servers |
//! | `usdt-bsc`, `usdt-polygon`, `usdc-polygon`, `usdt-arbitrum`, `usdc-base` | `evm` | the chain, scanned over JSON-RPC servers |
//! | `usdt-tron` | `tron` | the chain, scanned over `TronGrid` |
//! | `stars` | `stars` | Telegram, asked for the bot's transactions |
//! | `sandbox` | always | a signed message; play money for test shops |
//!
//! An adapter reports facts and never decides what they mean for an order. It holds no spending key: a configuration
//! with a private key or a seed phrase is refused. It never tells a secret in an error.

mod config;

#[cfg(feature = "card")]
pub mod card;
#[cfg(any(feature = "evm", feature = "tron", feature = "utxo"))]
mod chain;
#[cfg(feature = "evm")]
pub mod evm;
pub mod sandbox;
#[cfg(feature = "stars")]
pub mod stars;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tron")]
pub mod tron;
#[cfg(feature = "utxo")]
pub mod utxo;
#[cfg(any(feature = "evm", feature = "stars", feature = "tron", feature = "utxo"))]
mod web;

use nexa_core::ports::gateway::GatewayKind;
use std::sync::Arc;

/// Every kind of gateway that this build knows.
#[must_use]
pub fn kinds() -> Vec<Arc<dyn GatewayKind>> {
    let mut kinds: Vec<Arc<dyn GatewayKind>> = Vec::new();
    #[cfg(feature = "card")]
    kinds.push(Arc::new(card::CardKind));
    #[cfg(feature = "utxo")]
    {
        kinds.push(Arc::new(utxo::UtxoKind::BITCOIN));
        kinds.push(Arc::new(utxo::UtxoKind::LITECOIN));
    }
    #[cfg(feature = "evm")]
    kinds.extend(evm::EvmKind::ALL.map(|kind| -> Arc<dyn GatewayKind> { Arc::new(kind) }));
    #[cfg(feature = "tron")]
    kinds.push(Arc::new(tron::TronKind));
    #[cfg(feature = "stars")]
    kinds.push(Arc::new(stars::StarsKind));
    kinds.push(Arc::new(sandbox::SandboxKind));
    kinds
}
