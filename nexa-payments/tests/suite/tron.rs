//! Tether on TRON: the suite by amounts and by addresses, and lists that lose, lie and lag.

use crate::{
    connect, setting,
    watched::{NOW, Watched, watched},
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{
        Fixture, KindFixture, Outage, connects_only_what_works, done, expected, movement, opened,
    },
    domain::{
        gateway::Matching,
        money::{Currency, Money},
        payment::{Finality, PayStep},
    },
    ports::{
        gateway::{Expected, Gateway, GatewayKind, GatewaySetting, Opened, Scan},
        outcome::Outcome,
    },
};
use nexa_payments::{
    testing::{EvmChain, EvmServer, TronFault, TronServer, evm_of},
    tron::TronKind,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// The account of a published test seed (payments on test chains only), and its first address.
const KEY: &str = "xpub6D1AabNHCupeiLM65ZR9UStMhJ1vCpyV4XbZdyhMZBiJXALQtmn9p42VTQckoHVn8WNqS7dqnJokZHAHcHGoaQgmv8D45oNUKx6DZMNZBCd";
const ADDRESS: &str = "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH";
const OTHER: &str = "TSeJkUh4Qv67VNFwY8LaAxERygNdy6NQZK";
const CONTRACT: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
const API_KEY: &str = "5f1c7f0e-0b7d-4a55-9d4e-2b7c7f6a9e11";
/// Blocks until one is final.
const DEPTH: u64 = 3;

struct Tron {
    chain: EvmServer,
    grid: TronServer,
    gateway: Arc<dyn Gateway>,
}

fn config(grid: &TronServer, receivers: &Value) -> Value {
    let mut config = json!({ "servers": [grid.base_url()], "api_key": API_KEY, "timeout_seconds": 1,
        "testnet": { "contract": CONTRACT } });
    for (name, value) in receivers.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    config
}

impl Tron {
    async fn start(receivers: Value) -> Self {
        let contract = evm_of(CONTRACT).expect("an address");
        let chain = EvmServer::start(Arc::new(Mutex::new(EvmChain::new(1, &contract, 6, NOW))))
            .await
            .expect("a port");
        let grid = TronServer::start(&chain.base_url(), DEPTH).await.expect("a port");
        let gateway = connect(&TronKind, config(&grid, &receivers));
        Self { chain, grid, gateway }
    }

    async fn by_amounts() -> Self {
        Self::start(json!({ "addresses": [ADDRESS, OTHER] })).await
    }

    async fn by_addresses() -> Self {
        Self::start(json!({ "key": KEY })).await
    }

    /// A transfer without anything after it.
    fn send(&self, contract: &str, opened: &Opened, minor: i64, reverted: bool) -> String {
        let PayStep::Transfer { address, .. } = &opened.step else { panic!("{:?}", opened.step) };
        let (contract, to) = (evm_of(contract).expect("one"), evm_of(address).expect("one"));
        let raw = u128::try_from(minor).expect("positive");
        let name = self.chain.chain().send(&contract, &to, raw, reverted);
        name.trim_start_matches("0x").to_owned()
    }

    fn settle(&self) {
        self.chain.chain().mine(usize::try_from(DEPTH).expect("small"));
    }

    async fn scan(&self, wanted: &[Expected], cursor: Option<&str>) -> Scan {
        done(self.gateway.scan(wanted, cursor, self.now()).await)
    }
}

fn names(scan: &Scan) -> Vec<&str> {
    scan.seen.iter().map(|fact| fact.movement.as_str()).collect()
}

impl Watched for Tron {
    type Fault = TronFault;
    const FAULTS: &'static [(Outage, TronFault)] = &[
        (Outage::Limited, TronFault::TooManyRequests),
        (Outage::Broken, TronFault::ServerError),
        (Outage::Silent, TronFault::Hang),
        (Outage::Garbage, TronFault::Garbage),
        (Outage::Truncated, TronFault::TruncatedJson),
        (Outage::Stale, TronFault::Stale),
    ];
    const SECRETS: &'static [&'static str] = &[KEY, API_KEY];
    const FINAL_AT_ONCE: bool = true;
    fn watcher(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn fails(&self, fault: Option<TronFault>) {
        self.grid.fail(fault);
    }
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String {
        let name = self.send(CONTRACT, opened, amount.minor, false);
        if is_final {
            self.settle();
        }
        name
    }
    fn undo(&self, movement: &str) {
        self.chain.chain().drop_transfer(&format!("0x{movement}"));
    }
}

watched!(Tron);

mod amounts {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Tron::by_amounts().await
    );
}

mod addresses {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Tron::by_addresses().await
    );
}

#[tokio::test]
async fn an_amount_tells_whose_transfer_it_is_and_nothing_else_does() {
    let tron = Tron::by_amounts().await;
    let Matching::UniqueAmount { step, steps, cool_down_hours, .. } = tron.gateway.profile().matching.clone()
    else {
        panic!("amounts");
    };
    assert_eq!((step, steps, cool_down_hours), (100, 500, 48));
    let ((one, first), (two, second)) = (opened(&tron, 1).await, opened(&tron, 2).await);
    let wanted = [expected(&one, &first), expected(&two, &second)];
    let paid = tron.make_paid(&second, two.due).await;
    // Somebody whose exchange took a fee: nobody's money until a person says so.
    tron.make_paid(&first, Money::new(one.due.minor - 50_000, Currency::Usdt)).await;
    let scan = tron.scan(&wanted, None).await;
    let [fact] = scan.seen.as_slice() else { panic!("{scan:?}") };
    assert_eq!((fact.movement.as_str(), &fact.reference), (paid.as_str(), &second.reference));
    assert_eq!((fact.amount, fact.finality), (two.due, Finality::Confirmed));
    assert_eq!(tron.grid.keys().iter().flatten().next().map(String::as_str), Some(API_KEY));
}

#[tokio::test]
async fn an_old_transfer_never_pays_a_younger_payment_of_the_same_amount() {
    let tron = Tron::by_amounts().await;
    let (invoice, opened) = opened(&tron, 1).await;
    let early = tron.make_paid(&opened, invoice.due).await;
    tron.chain.chain().mine(500);
    let old = expected(&invoice, &opened);
    let since = Timestamp::from_second(tron.chain.chain().time()).expect("a moment");
    let reference = opened.reference.replace(&invoice.payment_id.to_string(), "another");
    let young = Expected { reference: reference.clone(), since, ..old.clone() };
    assert_eq!(names(&tron.scan(std::slice::from_ref(&young), None).await), Vec::<&str>::new());
    let late = tron.make_paid(&opened, invoice.due).await;
    let scan = tron.scan(&[old.clone(), young], None).await;
    let of = |name: &str| scan.seen.iter().find(|f| f.movement == name).map(|f| f.reference.as_str());
    assert_eq!((of(&early), of(&late)), (Some(old.reference.as_str()), Some(reference.as_str())));
}

#[tokio::test]
async fn a_list_that_lies_is_not_believed() {
    let tron = Tron::by_addresses().await;
    let (invoice, opened) = opened(&tron, 0).await;
    let wanted = [expected(&invoice, &opened)];
    tron.send(OTHER, &opened, invoice.due.minor, false);
    tron.send(CONTRACT, &opened, invoice.due.minor, true);
    tron.send(CONTRACT, &opened, 0, false);
    tron.settle();
    tron.grid.fail(Some(TronFault::ListLies));
    assert_eq!(tron.scan(&wanted, None).await.seen, [], "another token under the same name");
    tron.grid.fail(Some(TronFault::ListFails));
    let failed = tron.gateway.scan(&wanted, None, tron.now()).await;
    assert!(matches!(failed, Outcome::Ambiguous(_)), "{failed:?}");
}

#[tokio::test]
async fn money_counts_when_its_block_is_final_and_the_cursor_waits_for_it() {
    let tron = Tron::by_addresses().await;
    let (invoice, opened) = opened(&tron, 0).await;
    let wanted = [expected(&invoice, &opened)];
    let paid = tron.send(CONTRACT, &opened, invoice.due.minor, false);
    tron.chain.chain().mine(2);
    let begun = tron.scan(&wanted, None).await;
    assert_eq!(begun.seen, [], "not final");
    tron.settle();
    assert_eq!(names(&tron.scan(&wanted, Some(&begun.cursor)).await), [paid]);
}

#[tokio::test]
async fn what_the_list_forgot_is_found_within_the_hour() {
    let tron = Tron::by_addresses().await;
    let (invoice, opened) = opened(&tron, 0).await;
    let wanted = [expected(&invoice, &opened)];
    let paid = tron.make_paid(&opened, invoice.due).await;
    tron.grid.fail(Some(TronFault::ListForgets));
    let mut cursor = tron.scan(&wanted, None).await.cursor;
    // Twenty minutes on, ten minutes of overlap do not reach it any more.
    tron.chain.chain().mine(600);
    cursor = tron.scan(&wanted, Some(&cursor)).await.cursor;
    tron.grid.fail(None);
    tron.chain.chain().mine(600);
    let soon = tron.scan(&wanted, Some(&cursor)).await;
    assert_eq!(soon.seen, []);
    tron.chain.chain().mine(1_000);
    assert_eq!(names(&tron.scan(&wanted, Some(&soon.cursor)).await), [paid]);
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_and_in_several_scans() {
    let tron = Tron::by_addresses().await;
    let (invoice, opened) = opened(&tron, 0).await;
    let wanted = [expected(&invoice, &opened)];
    tron.grid.page_of(2);
    let mut paid = Vec::new();
    for _ in 0..31 {
        paid.push(tron.send(CONTRACT, &opened, 1_000, false));
        tron.chain.chain().mine(400);
    }
    let (mut cursor, mut seen) = (None::<String>, std::collections::BTreeSet::new());
    for _ in 0..6 {
        let scan = tron.scan(&wanted, cursor.as_deref()).await;
        seen.extend(scan.seen.into_iter().map(|fact| fact.movement));
        cursor = Some(scan.cursor);
    }
    assert_eq!(seen, paid.into_iter().collect());
}

#[tokio::test]
async fn many_addresses_are_asked_for_in_turns() {
    let tron = Tron::by_addresses().await;
    let mut all = Vec::new();
    for n in 0..95 {
        all.push(opened(&tron, n).await);
    }
    let wanted: Vec<_> = all.iter().map(|(invoice, opened)| expected(invoice, opened)).collect();
    let (mut seen, mut paid) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut cursor = None::<String>;
    for turn in 0..12 {
        // While the round goes on, somebody pays whose turn may have been.
        if turn < 6 {
            let (invoice, opened) = &all[turn * 15];
            paid.insert(tron.make_paid(opened, invoice.due).await);
        }
        let before = tron.grid.keys().len();
        let scan = tron.scan(&wanted, cursor.as_deref()).await;
        assert!(tron.grid.keys().len() - before <= 50, "a few dozen calls at most");
        seen.extend(scan.seen.into_iter().map(|fact| fact.movement));
        cursor = Some(scan.cursor);
    }
    assert_eq!(seen, paid);
}

#[tokio::test]
async fn what_another_server_still_has_is_not_gone() {
    let tron = Tron::by_addresses().await;
    let (invoice, opened) = opened(&tron, 0).await;
    tron.make_paid(&opened, invoice.due).await;
    let known = [movement(&tron.scan(&[expected(&invoice, &opened)], None).await.seen[0], &invoice)];
    let copy = tron.chain.chain().clone();
    let elsewhere = EvmServer::start(Arc::new(Mutex::new(copy))).await.expect("a port");
    let second = TronServer::start(&elsewhere.base_url(), DEPTH).await.expect("a port");
    let mut settings = config(&tron.grid, &json!({ "key": KEY }));
    settings["servers"] = json!([tron.grid.base_url(), second.base_url()]);
    let both = connect(&TronKind, settings);
    tron.drop_transfer(&known[0].id).await;
    assert_eq!(done(both.recheck(&known, tron.now()).await), [], "they contradict each other");
    elsewhere.chain().drop_transfer(&format!("0x{}", known[0].id));
    let gone = done(both.recheck(&known, tron.now()).await);
    assert_eq!((gone.len(), gone[0].finality), (1, Finality::Dropped));
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(TronKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        json!({ "addresses": [ADDRESS], "api_key": API_KEY })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let with = |name: &str, value: Value| {
            let mut config = self.good();
            config[name] = value;
            config
        };
        vec![
            ("neither addresses nor a key", json!({})),
            ("both", with("key", json!(KEY))),
            ("an address with a slip", with("addresses", json!(["TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdJ"]))),
            ("an address twice", with("addresses", json!([ADDRESS, ADDRESS]))),
            (
                "an address of another chain",
                with("addresses", json!(["0x9858EfFD232B4033E47d90003D41EC34EcaEda94"])),
            ),
            ("no step", with("step", json!(0))),
            ("a tolerance between amounts", with("tolerance_bp", json!(10))),
            ("no encryption", with("servers", json!(["http://api.example.net"]))),
            ("a key that is none", with("api_key", json!("two words and more"))),
            ("a test chain without a server", with("testnet", json!({ "contract": CONTRACT }))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("a seed phrase", json!({ "key": (["abandon"; 11].join(" ") + " about") })),
            ("a private key for an address", json!({ "addresses": ["4f".repeat(32)] })),
        ]
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("a published key where money is real", json!({ "key": KEY })),
            ("nobody's address", json!({ "addresses": ["T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"] })),
            ("the token's own contract", json!({ "addresses": [CONTRACT] })),
            ("an example", json!({ "addresses": [ADDRESS], "api_key": "YOUR-API-KEY" })),
        ]
    }
}

#[test]
fn the_kind_connects_only_what_works() {
    connects_only_what_works(&Kind);
}
