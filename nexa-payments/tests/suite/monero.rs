//! Monero against a wallet program that a test controls. A real one with a real node is among the live tests.

use crate::{
    connect, setting,
    watched::{Watched, watched},
};
use nexa_core::{
    conformance::gateway::{
        Fixture, KindFixture, Outage, connects_only_what_works, done, expected, invoice, movement, opened,
    },
    domain::{
        money::Money,
        payment::{Finality, Observation, PayStep, Slot},
    },
    ports::{
        gateway::{Gateway, GatewayKind, GatewaySetting, Invoice, Opened},
        outcome::Outcome,
    },
};
use nexa_payments::{
    monero::MoneroKind,
    testing::{WalletFault, WalletRpc, wallet_address},
};
use serde_json::{Value, json};
use std::sync::Arc;

const PASSWORD: &str = "t7Qm2w-only-for-tests";

pub(crate) struct Monero {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) wallet: WalletRpc,
}

impl Monero {
    pub(crate) async fn new() -> Self {
        let wallet = WalletRpc::start("ours").await.expect("a port");
        let config = json!({ "wallet_rpc": wallet.base_url(), "address": wallet_address("ours", 0),
            "user": "nexa", "password": PASSWORD, "confirmations": 1, "timeout_seconds": 1 });
        Self { gateway: connect(&MoneroKind, config), wallet }
    }

    async fn look(&self, invoice: &Invoice, opened: &Opened) -> Outcome<Vec<Observation>> {
        self.gateway.inspect(&[expected(invoice, opened)], self.now()).await
    }
}

/// The index that stands in a reference.
fn index(opened: &Opened) -> u32 {
    opened.reference.split('/').nth(1).and_then(|n| n.parse().ok()).expect("account/index/address")
}

fn piconero(amount: Money) -> u64 {
    u64::try_from(amount.minor).expect("positive")
}

impl Watched for Monero {
    type Fault = WalletFault;
    // Without its node the wallet would go on telling what it knew.
    const FAULTS: &'static [(Outage, WalletFault)] = &[
        (Outage::Limited, WalletFault::NoService),
        (Outage::Broken, WalletFault::ServerError),
        (Outage::Silent, WalletFault::Hang),
        (Outage::Garbage, WalletFault::Garbage),
        (Outage::Truncated, WalletFault::TruncatedJson),
        (Outage::Stale, WalletFault::NoNode),
    ];
    const SECRETS: &'static [&'static str] = &[PASSWORD];
    fn watcher(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn fails(&self, fault: Option<WalletFault>) {
        self.wallet.fail(fault);
    }
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String {
        let movement = format!("{}:0/{}", self.wallet.sends(index(opened), piconero(amount)), index(opened));
        if is_final {
            self.wallet.mine();
        }
        movement
    }
    fn undo(&self, movement: &str) {
        self.wallet.forget(movement.split(':').next().expect("a hash"));
    }
}

watched!(Monero);

nexa_core::gateway_suite!(
    #[tokio::test]
    Monero::new().await
);

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(MoneroKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        json!({ "wallet_rpc": "http://10.0.0.7:18083", "address": wallet_address("ours", 0), "user": "nexa",
            "password": PASSWORD, "account": 2, "confirmations": [{ "up_to": 9, "confirmations": 1 }, { "confirmations": 10 }] })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let address = wallet_address("ours", 0);
        let rpc = "http://127.0.0.1:18083";
        vec![
            ("no wallet program", json!({ "address": address })),
            ("no address", json!({ "wallet_rpc": rpc })),
            ("a payment's address", json!({ "wallet_rpc": rpc, "address": wallet_address("ours", 1) })),
            ("a cut address", json!({ "wallet_rpc": rpc, "address": address[..94] })),
            ("of another network", json!({ "wallet_rpc": rpc, "address": address, "network": "stagenet" })),
            ("no password over the network", json!({ "wallet_rpc": "http://10.0.0.7", "address": address })),
            ("half a login", json!({ "wallet_rpc": rpc, "address": address, "user": "nexa" })),
            ("in clear to a stranger", json!({ "wallet_rpc": "http://xmr.example.org", "address": address })),
            ("no confirmation", json!({ "wallet_rpc": rpc, "address": address, "confirmations": 0 })),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        let rpc = "http://127.0.0.1:18083";
        vec![
            ("words", json!({ "wallet_rpc": rpc, "address": "abbey ".repeat(25) })),
            ("a key", json!({ "wallet_rpc": rpc, "address": "ab".repeat(32) })),
        ]
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let rpc = "http://127.0.0.1:18083";
        vec![
            ("empty", json!({ "wallet_rpc": rpc, "address": "" })),
            ("words", json!({ "wallet_rpc": rpc, "address": "<your wallet>" })),
            (
                "a password to be replaced",
                json!({ "wallet_rpc": rpc, "address": wallet_address("ours", 0),
                "user": "nexa", "password": "changeme" }),
            ),
        ]
    }
}

#[test]
fn connects_only_with_a_wallet() {
    connects_only_what_works(&Kind);
}

#[tokio::test]
async fn every_payment_has_an_address_of_its_own_and_never_the_wallet_s() {
    let monero = Monero::new().await;
    let (invoice, opened) = opened(&monero, 0).await;
    let PayStep::Transfer { address, uri, memo: None } = opened.step else { panic!("a transfer") };
    assert_eq!(address, wallet_address("ours", 1));
    assert_eq!(uri, format!("monero:{address}?tx_amount={}", invoice.due.decimal()));
    // Far beyond what the wallet knows, as after it was made anew.
    let far = Invoice { slot: Some(Slot::Index(300)), ..self::invoice(&monero, 1) };
    let far = done(monero.gateway.open(&far).await);
    assert!(far.reference.ends_with(&wallet_address("ours", 301)));
}

#[tokio::test]
async fn a_wallet_that_was_made_anew_finds_its_money() {
    let monero = Monero::new().await;
    let (invoice, opened) = opened(&monero, 5).await;
    monero.make_paid(&opened, invoice.due).await;
    monero.wallet.restore();
    assert_eq!(done(monero.look(&invoice, &opened).await).len(), 1);
}

#[tokio::test]
async fn locked_and_doubted_money_is_never_final() {
    let monero = Monero::new().await;
    let changes: [fn(&mut Value); 3] = [
        |transfer| transfer["unlock_time"] = json!(3_000_000),
        |transfer| transfer["unlock_time"] = json!(1),
        |transfer| transfer["double_spend_seen"] = json!(true),
    ];
    for (n, change) in (0..).zip(changes) {
        let (invoice, opened) = opened(&monero, n).await;
        let name = monero.make_paid(&opened, invoice.due).await;
        let known: Vec<_> =
            done(monero.look(&invoice, &opened).await).iter().map(|fact| movement(fact, &invoice)).collect();
        assert_eq!(known[0].finality, Finality::Confirmed);
        monero.wallet.change(name.split(':').next().expect("a hash"), change);
        for _ in 0..30 {
            monero.wallet.mine();
        }
        assert_eq!(done(monero.look(&invoice, &opened).await)[0].finality, Finality::Seen);
        assert_eq!(done(monero.gateway.recheck(&known, monero.now()).await)[0].finality, Finality::Seen);
    }
}

#[tokio::test]
async fn the_more_money_the_more_confirmations() {
    let wallet = WalletRpc::start("ours").await.expect("a port");
    let config = json!({ "wallet_rpc": wallet.base_url(), "address": wallet_address("ours", 0) });
    let monero = Monero { gateway: connect(&MoneroKind, config), wallet };
    for (n, piconero, blocks) in [(0, 150_000_000_000, 2), (1, 600_000_000_000, 10), (2, 600_000_000_001, 20)]
    {
        let (invoice, opened) = opened(&monero, n).await;
        monero.wallet.sends(index(&opened), piconero);
        for mined in 0..=blocks {
            let finality = done(monero.look(&invoice, &opened).await)[0].finality;
            assert_eq!(finality == Finality::Confirmed, mined == blocks, "{piconero} after {mined}");
            monero.wallet.mine();
        }
    }
}

#[tokio::test]
async fn a_wallet_that_can_spend_or_is_another_one_is_refused() {
    let monero = Monero::new().await;
    assert!(monero.gateway.check().await.done().is_some());
    for (name, key, word) in [("ours", Some("ab".repeat(32)), "spend"), ("another", None, "another wallet")] {
        monero.wallet.open(name, key.as_deref());
        let outcome = monero.gateway.check().await;
        let Outcome::Rejected(why) = &outcome else { panic!("{outcome:?}") };
        assert!(why.contains(word) && key.is_none_or(|key| !why.contains(&key)), "{why}");
        let opened = monero.gateway.open(&invoice(&monero, 0)).await;
        assert!(matches!(opened, Outcome::Rejected(_)), "{opened:?}");
    }
    monero.wallet.open("ours", Some(&"0".repeat(64)));
    assert!(monero.gateway.check().await.done().is_some(), "a key of zeros is none");
    // The program opens another wallet while payments are open: nothing follows from what that one holds.
    let (invoice, opened) = opened(&monero, 1).await;
    monero.wallet.open("another", None);
    let looked = monero.look(&invoice, &opened).await;
    assert!(matches!(looked, Outcome::Ambiguous(_)), "{looked:?}");
}
