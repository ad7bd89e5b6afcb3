//! Bitcoin and Litecoin against a scripted chain behind a real HTTP server.

use crate::{
    connect,
    watched::{Watched, watched},
};
use nexa_core::{
    conformance::gateway::Outage,
    domain::money::Money,
    ports::gateway::{Gateway, GatewayKind, Opened},
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

impl Watched for Utxo {
    type Fault = Fault;
    const FAULTS: &'static [(Outage, Fault)] = &[
        (Outage::Limited, Fault::TooManyRequests),
        (Outage::Broken, Fault::ServerError),
        (Outage::Silent, Fault::Hang),
        (Outage::Truncated, Fault::TruncatedJson),
        (Outage::Stale, Fault::StaleTip(1)),
    ];
    const SECRETS: &'static [&'static str] = &[KEY];
    fn watcher(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn fails(&self, fault: Option<Fault>) {
        match fault {
            Some(fault) => self.server.fail(fault),
            None => self.server.heal(),
        }
    }
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String {
        let movement = format!("{}:0", self.chain.pay(&[(&opened.reference, satoshi(amount))]));
        if is_final {
            self.chain.mine(1);
        }
        movement
    }
    fn undo(&self, movement: &str) {
        let (txid, _) = movement.split_once(':').expect("txid:vout");
        self.chain.drop_tx(txid).expect("unconfirmed");
    }
}

watched!(Utxo);

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
