//! Gateways of NexaVPN: ways to be paid, each behind the core's `Gateway` port; and sources of exchange rates (feature
//! `rates`), each behind its `RateSource` port.
//!
//! | kind | feature | whose word counts |
//! |---|---|---|
//! | `card` | `card` | a person looks at the bank account |
//! | `bitcoin`, `litecoin` | `utxo` | the chain, watched over Esplora-compatible servers |
//! | `usdt-bsc`, `usdt-polygon`, `usdc-polygon`, `usdt-arbitrum`, `usdc-base` | `evm` | the chain, scanned over JSON-RPC servers |
//! | `usdt-tron` | `tron` | the chain, scanned over `TronGrid` |
//! | `monero` | `monero` | the chain, watched by a `monero-wallet-rpc` with a view-only wallet |
//! | `stars` | `stars` | Telegram, asked for the bot's transactions |
//! | `oxapay`, `nowpayments`, `cryptopay`, `plisio`, `btcpay` | the same | the processor, asked for the payment |
//! | `heleket`, `cryptomus` | `heleket` | the same |
//! | `stripe` | `stripe` | Stripe, asked for the session; cards |
//! | `epay` | `epay` | the site, asked for the order or signing over the amount |
//! | `zarinpal`, `zibal`, `aqayepardakht`, `nextpay` | the same | the gateway, asked to verify our amount |
//! | `ton`, `usdt-ton` | `ton` | the chain, read over servers with toncenter's API |
//! | `sandbox` | always | a signed message; play money for test shops |
//!
//! [`kinds`] are all that are switched on, to be registered at the engine:
//!
//! ```
//! use nexa_core::Builder;
//!
//! fn with_gateways(builder: Builder) -> Builder {
//!     nexa_payments::kinds().into_iter().fold(builder, Builder::gateway_kind)
//! }
//!
//! assert!(nexa_payments::kinds().iter().any(|kind| kind.name() == "sandbox"));
//! ```
//!
//! All features but `testing` (servers that behave like the providers') are on by default; with
//! `default-features = false` a program builds only the gateways that it names.
//!
//! An adapter reports facts and never decides what they mean for an order. It holds no spending key: a configuration
//! with a private key or a seed phrase is refused. It never tells a secret in an error.

mod config;
#[cfg(any(feature = "monero", feature = "utxo"))]
mod depth;
#[cfg_attr(not(feature = "default"), allow(dead_code, reason = "one adapter alone needs a part"))]
mod fields;

#[cfg(feature = "btcpay")]
pub mod btcpay;
#[cfg(feature = "card")]
pub mod card;
#[cfg(any(feature = "evm", feature = "tron", feature = "utxo"))]
mod chain;
#[cfg(feature = "cryptopay")]
pub mod cryptopay;
#[cfg(feature = "epay")]
pub mod epay;
#[cfg(feature = "evm")]
pub mod evm;
#[cfg(feature = "heleket")]
pub mod heleket;
#[cfg(feature = "http")]
#[cfg_attr(
    not(feature = "default"),
    allow(dead_code, unused_imports, reason = "one adapter alone needs a part")
)]
mod http;
#[cfg(feature = "monero")]
pub mod monero;
#[cfg(feature = "nowpayments")]
pub mod nowpayments;
#[cfg(feature = "oxapay")]
pub mod oxapay;
#[cfg(feature = "plisio")]
pub mod plisio;
#[cfg(any(
    feature = "btcpay",
    feature = "cryptopay",
    feature = "heleket",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
mod processor;
#[cfg(feature = "rates")]
pub mod rates;
#[cfg(any(feature = "aqayepardakht", feature = "nextpay", feature = "zarinpal", feature = "zibal"))]
pub mod rial;
pub mod sandbox;
#[cfg(any(feature = "card", feature = "processor", feature = "stripe"))]
#[cfg_attr(not(feature = "default"), allow(dead_code, reason = "one adapter alone needs a part"))]
mod signer;
#[cfg(feature = "stars")]
pub mod stars;
#[cfg(feature = "stripe")]
pub mod stripe;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "ton")]
pub mod ton;
#[cfg(feature = "tron")]
pub mod tron;
#[cfg(feature = "utxo")]
pub mod utxo;

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
    #[cfg(feature = "oxapay")]
    kinds.push(Arc::new(oxapay::OxaPayKind));
    #[cfg(feature = "nowpayments")]
    kinds.push(Arc::new(nowpayments::NowPaymentsKind));
    #[cfg(feature = "cryptopay")]
    kinds.push(Arc::new(cryptopay::CryptoPayKind));
    #[cfg(feature = "heleket")]
    {
        kinds.push(Arc::new(heleket::HeleketKind::HELEKET));
        kinds.push(Arc::new(heleket::HeleketKind::CRYPTOMUS));
    }
    #[cfg(feature = "plisio")]
    kinds.push(Arc::new(plisio::PlisioKind));
    #[cfg(feature = "btcpay")]
    kinds.push(Arc::new(btcpay::BtcPayKind));
    #[cfg(feature = "zarinpal")]
    kinds.push(Arc::new(rial::ZarinpalKind));
    #[cfg(feature = "zibal")]
    kinds.push(Arc::new(rial::ZibalKind));
    #[cfg(feature = "aqayepardakht")]
    kinds.push(Arc::new(rial::AqayepardakhtKind));
    #[cfg(feature = "nextpay")]
    kinds.push(Arc::new(rial::NextpayKind));
    #[cfg(feature = "stripe")]
    kinds.push(Arc::new(stripe::StripeKind));
    #[cfg(feature = "epay")]
    kinds.push(Arc::new(epay::EpayKind));
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
