//! The Litecoin gateway over a real node: what customers, miners and cheats can do to a payment.

use super::{litecoin::LitecoinNode, require::found};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{self as suite, Fixture, Outage, done, movement, opened},
    domain::{
        money::{Currency, Money},
        payment::{Finality, Movement, Observation},
    },
    ids::GatewayId,
    ports::{
        gateway::{Callback, Expected, Gateway, GatewayKind, GatewaySetting, Invoice, Opened},
        outcome::Outcome,
    },
    secret::Secret,
};
use nexa_payments::{
    testing::{EsploraServer, Fault, NodeChain},
    utxo::UtxoKind,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The account of a published test seed; worth nothing, as this chain is.
const KEY: &str = "xpub6CjGURuDpczf6uNrCCwfhVizn5J3hsWcvZ2m6GAdmAjZnoWJPrx6TFPjGSftc2o5fvox6ubQjSXmjjaHZjwYMH7SGFpHHb9Jg24zBf66mbE";

struct Live {
    node: LitecoinNode,
    server: EsploraServer,
    gateway: Arc<dyn Gateway>,
}

impl Live {
    async fn open(test: &str) -> Option<Self> {
        let node = found(test, LitecoinNode::start().await)?;
        let (user, password) = LitecoinNode::credentials();
        let chain = NodeChain::new(node.url(), user, password).unwrap();
        let server = EsploraServer::start(chain).await.unwrap();
        let setting = GatewaySetting {
            gateway_id: GatewayId::from(Uuid::from_u128(1)),
            callback_url: "https://shop.example/hooks/pay/1".into(),
            public_url: "https://shop.example".into(),
            test: true,
            range: nexa_core::address::outbound::Range::Anywhere,
        };
        let config = json!({
            "key": KEY,
            "network": "regtest",
            "servers": [server.base_url()],
            "confirmations": [{ "up_to": 10_000_000, "confirmations": 1 }, { "confirmations": 3 }],
            "timeout_seconds": 2,
        });
        let gateway = UtxoKind::LITECOIN.connect(&Secret::new(config), &setting).unwrap();
        Some(Self { node, server, gateway })
    }

    async fn look(&self, opened: &Opened) -> Vec<Observation> {
        done(
            self.gateway
                .inspect(
                    &[Expected {
                        reference: opened.reference.clone(),
                        due: Money::new(1, Currency::Ltc),
                        since: self.now(),
                    }],
                    self.now(),
                )
                .await,
        )
    }

    async fn again(&self, known: &[Movement]) -> Vec<Observation> {
        done(self.gateway.recheck(known, self.now()).await)
    }
}

fn stored(facts: &[Observation], invoice: &Invoice) -> Vec<Movement> {
    facts.iter().map(|fact| movement(fact, invoice)).collect()
}

fn litoshi(amount: Money) -> u64 {
    u64::try_from(amount.minor).unwrap()
}

#[async_trait]
impl Fixture for Live {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        let txid = self.node.send(&opened.reference, litoshi(amount)).await.unwrap();
        let facts = self.look(opened).await;
        facts.into_iter().find(|fact| fact.movement.starts_with(&txid)).unwrap().movement
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        let movement = self.make_seen(opened, amount).await;
        self.node.mine(1).await.unwrap();
        movement
    }
    async fn drop_transfer(&self, movement: &str) {
        let (txid, _) = movement.split_once(':').unwrap();
        let back = self.node.new_address().await.unwrap();
        self.node.replace(txid, &back, 50_000).await.unwrap();
    }
    async fn outage(&self, outage: Outage) {
        match outage {
            Outage::None => self.server.heal(),
            Outage::Limited => self.server.fail(Fault::TooManyRequests),
            Outage::Stale => self.server.fail(Fault::StaleTip(1)),
            other => panic!("{other:?} is not one of ours"),
        }
    }
    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Limited, Outage::Stale]
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

#[tokio::test]
async fn the_suite_holds_on_a_real_chain() {
    let Some(live) = Live::open("live::litecoin_gateway::the_suite_holds_on_a_real_chain").await else {
        return;
    };
    suite::opens_the_same_invoice_alike(&live).await;
    suite::inspects_every_transfer(&live).await;
    suite::inspects_nothing_unpaid(&live).await;
    suite::inspects_money_on_its_way_as_seen(&live).await;
    suite::takes_no_outage_for_an_answer(&live).await;
    suite::rechecks_what_is_gone(&live).await;
    suite::tells_no_secret(&live).await;
}

#[tokio::test]
async fn too_little_and_too_much_are_reported_as_sent() {
    let test = "live::litecoin_gateway::too_little_and_too_much_are_reported_as_sent";
    let Some(live) = Live::open(test).await else { return };
    let (_, opened) = opened(&live, 0).await;
    // Up to 0.1 coins one block is enough, above it takes three.
    for (sent, blocks) in [(99_999, 1), (10_000, 1), (12_345_678, 3)] {
        live.make_seen(&opened, Money::new(sent, Currency::Ltc)).await;
        for block in 0..blocks {
            let facts = live.look(&opened).await;
            let fact = facts.iter().find(|fact| fact.amount.minor == sent).unwrap();
            assert_eq!(
                (fact.finality, fact.raw.clone()),
                (Finality::Seen, sent.to_string()),
                "after {block}"
            );
            live.node.mine(1).await.unwrap();
        }
        let facts = live.look(&opened).await;
        let fact = facts.iter().find(|fact| fact.amount.minor == sent).unwrap();
        assert_eq!(fact.finality, Finality::Confirmed);
        assert_eq!(fact.family, "litecoin-regtest");
    }
    let total: i64 = live.look(&opened).await.iter().map(|fact| fact.amount.minor).sum();
    assert_eq!(total, 99_999 + 10_000 + 12_345_678);
}

#[tokio::test]
async fn a_replacement_by_less_leaves_only_the_less() {
    let test = "live::litecoin_gateway::a_replacement_by_less_leaves_only_the_less";
    let Some(live) = Live::open(test).await else { return };
    let (invoice, opened) = opened(&live, 0).await;
    let first = live.make_seen(&opened, invoice.due).await;
    let known = stored(&live.look(&opened).await, &invoice);
    let (txid, _) = first.split_once(':').unwrap();
    let second = live.node.replace(txid, &opened.reference, 20_000).await.unwrap();
    let gone = live.again(&known).await;
    assert_eq!((gone[0].movement.as_str(), gone[0].finality), (first.as_str(), Finality::Dropped));
    live.node.mine(1).await.unwrap();
    let left = live.look(&opened).await;
    assert_eq!(left.len(), 1);
    assert!(left[0].movement.starts_with(&second));
    assert_eq!((left[0].amount.minor, left[0].finality), (20_000, Finality::Confirmed));
}

#[tokio::test]
async fn a_reorganisation_moves_a_payment_and_a_double_spend_takes_it() {
    let test = "live::litecoin_gateway::a_reorganisation_moves_a_payment_and_a_double_spend_takes_it";
    let Some(live) = Live::open(test).await else { return };
    let (invoice, opened) = opened(&live, 0).await;
    let paid = live.make_paid(&opened, invoice.due).await;
    let first = live.look(&opened).await;
    assert_eq!(first[0].finality, Finality::Confirmed);

    // The block goes. Until there is a new one, the server is behind what was seen, so nothing follows from it.
    live.node.invalidate_tip().await.unwrap();
    let behind = live.gateway.recheck(&stored(&first, &invoice), live.now()).await;
    assert!(matches!(behind, Outcome::Ambiguous(_)), "{behind:?}");
    live.node.mine(1).await.unwrap();
    let moved = live.again(&stored(&first, &invoice)).await;
    assert_eq!((moved[0].movement.as_str(), moved[0].finality), (paid.as_str(), Finality::Confirmed));
    assert_ne!(moved[0].anchor, first[0].anchor);

    // It goes again, and this time the sender pays himself before the next block.
    live.node.invalidate_tip().await.unwrap();
    live.drop_transfer(&paid).await;
    live.node.mine(2).await.unwrap();
    let lost = live.again(&stored(&moved, &invoice)).await;
    assert_eq!((lost[0].movement.as_str(), lost[0].finality), (paid.as_str(), Finality::Dropped));
    assert_eq!(live.look(&opened).await, []);
}
