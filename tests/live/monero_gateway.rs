//! The Monero gateway over a real node and a real view-only wallet behind a password.

use super::{
    monero::{MoneroChain, PASSWORD, USER},
    require::found,
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{done, movement},
    domain::{
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep, Slot},
        shop::Locale,
    },
    ids::{GatewayId, OrderId, PaymentId},
    ports::{
        gateway::{Expected, Gateway, GatewayKind, GatewaySetting, Invoice, Opened},
        outcome::Outcome,
    },
    secret::Secret,
};
use nexa_payments::monero::MoneroKind;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

struct Live {
    chain: MoneroChain,
    gateway: Arc<dyn Gateway>,
}

fn gateway(chain: &MoneroChain, password: &str) -> Arc<dyn Gateway> {
    let setting = GatewaySetting {
        gateway_id: GatewayId::from(Uuid::from_u128(1)),
        callback_url: "https://shop.example/hooks/pay/1".into(),
        public_url: "https://shop.example".into(),
        test: true,
        range: nexa_core::address::outbound::Range::Anywhere,
    };
    let config = json!({ "wallet_rpc": chain.shop, "address": chain.address, "user": USER,
        "password": password, "network": "regtest", "confirmations": 2 });
    MoneroKind.connect(&Secret::new(config), &setting).expect("a configuration that works")
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a moment")
}

fn invoice(n: u32) -> Invoice {
    Invoice {
        payment_id: PaymentId::from(Uuid::from_u128(u128::from(n) + 70)),
        order_id: OrderId::from(Uuid::from_u128(u128::from(n) + 170)),
        due: Money::new(1_500_000_000_000, Currency::Xmr),
        slot: Some(Slot::Index(n)),
        expires_at: now(),
        shop_name: "Fast Net".into(),
        locale: Locale::En,
    }
}

impl Live {
    async fn opens(&self, n: u32) -> Opened {
        done(self.gateway.open(&invoice(n)).await)
    }

    async fn look(&self, opened: &[&Opened]) -> Vec<Observation> {
        let expected: Vec<_> = opened
            .iter()
            .map(|one| Expected { reference: one.reference.clone(), due: invoice(0).due, since: now() })
            .collect();
        done(self.gateway.inspect(&expected, now()).await)
    }

    async fn again(&self, known: &[Movement]) -> Vec<Observation> {
        done(self.gateway.recheck(known, now()).await)
    }
}

fn address(opened: &Opened) -> String {
    let PayStep::Transfer { address, .. } = &opened.step else { panic!("a transfer") };
    address.clone()
}

fn stored(facts: &[Observation]) -> Vec<Movement> {
    facts.iter().map(|fact| movement(fact, &invoice(0))).collect()
}

/// One test, because the chain takes half a minute to mine.
#[tokio::test]
async fn money_is_seen_confirmed_forgotten_and_never_taken_for_none() {
    let test = "live::monero_gateway::money_is_seen_confirmed_forgotten_and_never_taken_for_none";
    let Some(chain) = found(test, MoneroChain::start().await) else { return };
    let gateway = gateway(&chain, PASSWORD);
    let mut live = Live { chain, gateway };

    let check = done(live.gateway.check().await);
    assert!(check.lines[0].starts_with("monero-regtest: ") && check.lines.len() == 4, "{:?}", check.lines);
    let stranger = self::gateway(&live.chain, "not-the-password");
    let refused = stranger.check().await;
    assert!(matches!(&refused, Outcome::Ambiguous(why) if !why.contains("not-the-password")), "{refused:?}");

    // Two payments, each with an address of its own; opened again, they are the same.
    let (first, second) = (live.opens(0).await, live.opens(7).await);
    assert_eq!(live.opens(0).await, first);
    assert_ne!(address(&first), address(&second));
    assert!(check.lines[1].ends_with(&address(&first)));
    assert_eq!(live.look(&[&first, &second]).await, []);

    // Into the pool, then into a block, then deep enough.
    let txid = live.chain.send(&address(&first), 1_500_000_000_000).await.expect("sent");
    let seen = live.look(&[&first, &second]).await;
    let [fact] = seen.as_slice() else { panic!("one fact, got {seen:?}") };
    assert_eq!((fact.finality, fact.amount.minor), (Finality::Seen, 1_500_000_000_000));
    assert_eq!((fact.reference.as_str(), fact.family.as_str()), (first.reference.as_str(), "monero-regtest"));
    assert!(fact.movement.starts_with(&txid));
    live.chain.mine(1).await.expect("mined");
    assert_eq!(live.look(&[&first]).await[0].finality, Finality::Seen, "one of two confirmations");
    live.chain.mine(1).await.expect("mined");
    let paid = live.look(&[&first, &second]).await;
    assert_eq!((paid[0].finality, paid.len()), (Finality::Confirmed, 1));
    assert_eq!(live.again(&stored(&paid)).await[0].finality, Finality::Confirmed);

    // What waits is forgotten by the network.
    let lost = live.chain.send(&address(&second), 20_000_000_000).await.expect("sent");
    let known = stored(&live.look(&[&second]).await);
    assert_eq!((known.len(), known[0].finality), (1, Finality::Seen));
    live.chain.forget(&lost).await.expect("forgotten");
    assert_eq!(live.again(&known).await[0].finality, Finality::Dropped);
    assert_eq!(live.look(&[&second]).await, []);

    // Without its node the wallet knows nothing new, and says so.
    live.chain.stop_node();
    let expected = [Expected { reference: first.reference, due: invoice(0).due, since: now() }];
    let away = live.gateway.inspect(&expected, now()).await;
    assert!(matches!(away, Outcome::Ambiguous(_) | Outcome::Unreachable(_)), "{away:?}");
    let still = live.gateway.recheck(&stored(&paid), now()).await;
    assert!(matches!(still, Outcome::Ambiguous(_) | Outcome::Unreachable(_)), "{still:?}");
}
