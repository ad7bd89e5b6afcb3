//! Every gateway against the suite of the core, and what is special to each.
#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, their fixtures too")]

mod broken;
mod card;
mod chain;
mod comments;
mod epay;
mod evm;
mod evm_servers;
mod fields;
mod forged;
mod keys;
mod lists;
mod monero;
mod processors;
mod rates;
mod rial;
mod sandbox;
mod servers;
mod stars;
mod stripe;
mod ton;
mod tron;
mod utxo;
mod watched;

use nexa_core::{
    conformance::gateway::{Outage, done},
    domain::money::{Currency, Money},
    ids::GatewayId,
    ports::gateway::{Expected, Gateway, GatewayKind, GatewaySetting},
    secret::Secret,
};
use nexa_payments::testing::ServerFault;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

fn setting(test: bool) -> GatewaySetting {
    GatewaySetting {
        gateway_id: GatewayId::from(Uuid::from_u128(7)),
        callback_url: "https://shop.example/hooks/pay/endpoint7".into(),
        public_url: "https://shop.example".into(),
        test,
        range: nexa_core::address::outbound::Range::Anywhere,
    }
}

/// A payment of this reference, at gateways that are told nothing else.
fn at(reference: &str) -> Expected {
    let due = Money::new(1, Currency::Btc);
    Expected { reference: reference.to_owned(), due, since: jiff::Timestamp::UNIX_EPOCH }
}

fn connect(kind: &dyn GatewayKind, config: Value) -> Arc<dyn Gateway> {
    kind.connect(&Secret::new(config), &setting(true)).expect("a usable configuration")
}

/// The outages that a scripted server can make.
const OUTAGES: [Outage; 5] =
    [Outage::Limited, Outage::Broken, Outage::Silent, Outage::Garbage, Outage::Truncated];

/// How it makes them.
fn fault(outage: Outage) -> Option<ServerFault> {
    match outage {
        Outage::None => None,
        Outage::Limited => Some(ServerFault::TooManyRequests),
        Outage::Broken => Some(ServerFault::ServerError),
        Outage::Silent => Some(ServerFault::Hang),
        Outage::Garbage => Some(ServerFault::Garbage),
        Outage::Truncated => Some(ServerFault::Truncated),
        other => panic!("{other:?} is not one of ours"),
    }
}

#[test]
fn kinds_have_their_names() {
    let kinds = nexa_payments::kinds();
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    assert_eq!(
        names,
        [
            "card",
            "bitcoin",
            "litecoin",
            "usdt-bsc",
            "usdt-polygon",
            "usdc-polygon",
            "usdt-arbitrum",
            "usdc-base",
            "usdt-tron",
            "stars",
            "oxapay",
            "nowpayments",
            "cryptopay",
            "heleket",
            "cryptomus",
            "plisio",
            "btcpay",
            "zarinpal",
            "zibal",
            "aqayepardakht",
            "nextpay",
            "stripe",
            "epay",
            "ton",
            "usdt-ton",
            "monero",
            "sandbox",
        ]
    );
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_known() {
    let card = connect(&nexa_payments::card::CardKind, card::config());
    assert!(done(card.recheck(&[], jiff::Timestamp::UNIX_EPOCH).await).is_empty());
}
