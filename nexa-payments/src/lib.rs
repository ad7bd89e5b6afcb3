//! Gateways of NexaVPN: ways to be paid, each behind the core's `Gateway` port; and sources of exchange rates (feature
//! `rates`), each behind its `RateSource` port.
//!
//! | kind | feature | whose word counts |
//! |---|---|---|
//! | `card` | `card` | a person looks at the bank account |
//! | `bitcoin`, `litecoin` | `utxo` | the chain, watched over Esplora-compatible servers |
//! | `monero` | `monero` | the chain, watched by a `monero-wallet-rpc` with a view-only wallet |
//! | `stars` | `stars` | Telegram, asked for the bot's transactions |
//! | `ton`, `usdt-ton` | `ton` | the chain, read over servers with toncenter's API |
//! | `sandbox` | always | a signed message; play money for test shops |
//!
//! An adapter reports facts and never decides what they mean for an order. It holds no spending key: a configuration
//! with a private key or a seed phrase is refused. It never tells a secret in an error.

mod config;
#[cfg(any(feature = "monero", feature = "utxo"))]
mod depth;

#[cfg(feature = "card")]
pub mod card;
#[cfg(feature = "monero")]
pub mod monero;
#[cfg(feature = "rates")]
pub mod rates;
pub mod sandbox;
#[cfg(feature = "stars")]
pub mod stars;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "ton")]
pub mod ton;
#[cfg(feature = "utxo")]
pub mod utxo;
#[cfg(any(feature = "monero", feature = "rates", feature = "stars", feature = "ton", feature = "utxo"))]
mod web;
#[cfg(any(feature = "monero", feature = "rates", feature = "ton"))]
mod wire;

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
    #[cfg(feature = "stars")]
    kinds.push(Arc::new(stars::StarsKind));
    #[cfg(feature = "ton")]
    {
        kinds.push(Arc::new(ton::TonKind::TON));
        kinds.push(Arc::new(ton::TonKind::USDT));
    }
    #[cfg(feature = "monero")]
    kinds.push(Arc::new(monero::MoneroKind));
    kinds.push(Arc::new(sandbox::SandboxKind));
    kinds
}
