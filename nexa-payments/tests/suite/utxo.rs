//! Bitcoin and Litecoin against a scripted chain behind a real HTTP server.

use crate::connect;
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, Outage},
    domain::money::Money,
    ports::gateway::{Callback, Gateway, GatewayKind, Opened},
};
use nexa_payments::{
    testing::{EsploraServer, Fault, MemoryChain},
    utxo::UtxoKind,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The account of a published test seed (payments on test chains only).
pub(crate) const KEY: &str = "xpub6CjGURuDpczf6uNrCCwfhVizn5J3hsWcvZ2m6GAdmAjZnoWJPrx6TFPjGSftc2o5fvox6ubQjSXmjjaHZjwYMH7SGFpHHb9Jg24zBf66mbE";

pub(crate) struct Utxo {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) chain: Arc<MemoryChain>,
    pub(crate) server: EsploraServer,
}

impl Utxo {
    pub(crate) async fn of(kind: &dyn GatewayKind, extra: &[(&str, Value)]) -> Self {
        let chain = MemoryChain::new();
        let server = EsploraServer::start(chain.clone()).await.expect("a port");
        let mut config = json!({
            "key": KEY,
            "network": "regtest",
            "servers": [server.base_url()],
            "timeout_seconds": 1,
        });
        for (name, value) in extra {
            config[*name] = value.clone();
        }
        Self { gateway: connect(kind, config), chain, server }
    }

    pub(crate) async fn litecoin() -> Self {
        Self::of(&UtxoKind::LITECOIN, &[]).await
    }
}

pub(crate) fn satoshi(amount: Money) -> u64 {
    u64::try_from(amount.minor).expect("positive")
}

#[async_trait]
impl Fixture for Utxo {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        format!("{}:0", self.chain.pay(&[(&opened.reference, satoshi(amount))]))
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        let movement = self.make_seen(opened, amount).await;
        self.chain.mine(1);
        movement
    }
    async fn drop_transfer(&self, movement: &str) {
        let (txid, _) = movement.split_once(':').expect("txid:vout");
        self.chain.drop_tx(txid).expect("unconfirmed");
    }
    async fn outage(&self, outage: Outage) {
        match outage {
            Outage::None => self.server.heal(),
            Outage::Limited => self.server.fail(Fault::TooManyRequests),
            Outage::Broken => self.server.fail(Fault::ServerError),
            Outage::Silent => self.server.fail(Fault::Hang),
            Outage::Truncated => self.server.fail(Fault::TruncatedJson),
            Outage::Stale => self.server.fail(Fault::StaleTip(1)),
            other => panic!("{other:?} is not one of ours"),
        }
    }
    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Limited, Outage::Broken, Outage::Silent, Outage::Truncated, Outage::Stale]
    }
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
}

mod litecoin {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Utxo::litecoin().await
    );
}

mod bitcoin {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Utxo::of(&nexa_payments::utxo::UtxoKind::BITCOIN, &[]).await
    );
}
