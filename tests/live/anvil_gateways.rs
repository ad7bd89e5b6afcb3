//! Stablecoins on a real EVM node, and on TRON's façade over one: the suite, reverts, strangers and reorganisations.
#![expect(clippy::disallowed_methods, reason = "a key that nobody had before")]

use super::anvil::Anvil;
use async_trait::async_trait;
use bitcoin::{
    NetworkKind,
    bip32::{DerivationPath, Xpriv, Xpub},
    secp256k1::Secp256k1,
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{self as suite, Fixture, Outage, done, expected, movement, opened},
    domain::{
        money::Money,
        payment::{Finality, PayStep},
    },
    ids::GatewayId,
    ports::gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Opened},
    secret::Secret,
};
use nexa_payments::{
    evm::EvmKind,
    testing::{TronFault, TronServer, evm_of},
    tron::TronKind,
};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Where Tether really is on BNB Smart Chain and on TRON.
const USDT_BSC: &str = "0x55d398326f99059fF775485246999027B3197955";
const USDT_TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
/// A token that somebody else calls USDT.
const FAKE: &str = "0x00000000000000000000000000000000000000fa";
/// anvil calls a block final when 64 follow it.
const FINAL: u64 = 64;
/// TRON's 19 of 27 witnesses.
const SOLID: u64 = 19;

fn setting() -> GatewaySetting {
    GatewaySetting {
        gateway_id: GatewayId::from(Uuid::from_u128(1)),
        callback_url: "https://shop.example/hooks/pay/1".into(),
        public_url: "https://shop.example".into(),
        test: false,
        range: nexa_core::address::outbound::Range::Anywhere,
    }
}

/// An account's key that nobody else has: published ones are refused where money is real.
fn fresh_key(path: &str) -> String {
    let secp = Secp256k1::new();
    let seed = [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat();
    let master = Xpriv::new_master(NetworkKind::Main, &seed).unwrap();
    let account = master.derive_priv(&secp, &path.parse::<DerivationPath>().unwrap()).unwrap();
    Xpub::from_priv(&secp, &account).to_string()
}

fn raw(amount: Money, decimals: u32) -> u128 {
    u128::try_from(amount.minor).unwrap() * 10_u128.pow(decimals - 6)
}

fn address(opened: &Opened) -> String {
    let PayStep::Transfer { address, .. } = &opened.step else { panic!("{:?}", opened.step) };
    address.clone()
}

/// The settings of a real shop, but for the server.
struct Bsc {
    node: Anvil,
    gateway: Arc<dyn Gateway>,
    key: String,
    now: Timestamp,
}

impl Bsc {
    async fn open(test: &str) -> Option<Self> {
        let node = Anvil::open(test, 56).await?;
        node.put_token(USDT_BSC, 18).await;
        node.put_token(FAKE, 18).await;
        let key = fresh_key("m/44'/60'/0'");
        let config = json!({ "key": key, "servers": [node.url()], "timeout_seconds": 5 });
        let gateway = EvmKind::USDT_BSC.connect(&Secret::new(config), &setting()).unwrap();
        let now = Timestamp::from_second(node.time().await).unwrap();
        Some(Self { node, gateway, key, now })
    }
}

#[async_trait]
impl Fixture for Bsc {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        self.now
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        let tx = self.node.transfer(USDT_BSC, &address(opened), raw(amount, 18)).await;
        self.node.movement(&tx).await
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        let name = self.make_seen(opened, amount).await;
        self.node.mine(FINAL).await;
        name
    }
    async fn drop_transfer(&self, movement: &str) {
        self.node.reorganise_away(movement.split(':').next().unwrap()).await;
    }
    async fn outage(&self, outage: Outage) {
        assert_eq!(outage, Outage::None, "a real node has none");
    }
    fn outages(&self) -> Vec<Outage> {
        Vec::new()
    }
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.key.clone()]
    }
}

#[tokio::test]
async fn the_suite_holds_on_a_real_chain() {
    let Some(bsc) = Bsc::open("live::anvil_gateways::the_suite_holds_on_a_real_chain").await else { return };
    let lines = done(bsc.gateway.check().await).lines;
    assert!(lines[0].starts_with("bsc: block ") && lines[1].contains("18 decimals"), "{lines:?}");
    suite::opens_the_same_invoice_alike(&bsc).await;
    suite::inspects_every_transfer(&bsc).await;
    suite::inspects_nothing_unpaid(&bsc).await;
    suite::inspects_money_on_its_way_as_seen(&bsc).await;
    suite::scans_on_from_its_cursor(&bsc).await;
    suite::rechecks_what_is_gone(&bsc).await;
    suite::tells_no_secret(&bsc).await;
}

#[tokio::test]
async fn strangers_reverts_and_nothing_pay_nothing() {
    let test = "live::anvil_gateways::strangers_reverts_and_nothing_pay_nothing";
    let Some(bsc) = Bsc::open(test).await else { return };
    let (invoice, opened) = opened(&bsc, 0).await;
    let ours = address(&opened);
    bsc.node.transfer(FAKE, &ours, raw(invoice.due, 18)).await;
    bsc.node.transfer(USDT_BSC, &ours, 0).await;
    bsc.node.transfer(USDT_BSC, &ours, u128::MAX).await;
    bsc.node.refused(USDT_BSC).await;
    bsc.node.transfer(USDT_BSC, FAKE, raw(invoice.due, 18)).await;
    let scan = done(bsc.gateway.scan(&[expected(&invoice, &opened)], None, bsc.now()).await);
    assert_eq!(scan.seen, []);
    // Two transfers of a little: what is below a millionth is not ours to count.
    for _ in 0..2 {
        bsc.node.transfer(USDT_BSC, &ours, 1_999_999_999_999).await;
    }
    let scan = done(bsc.gateway.scan(&[expected(&invoice, &opened)], None, bsc.now()).await);
    let amounts: Vec<_> = scan.seen.iter().map(|fact| (fact.amount.minor, fact.raw.as_str())).collect();
    assert_eq!(amounts, [(1, "1999999999999"); 2]);
}

#[tokio::test]
async fn a_reorganisation_takes_a_payment_and_a_second_one_is_another() {
    let test = "live::anvil_gateways::a_reorganisation_takes_a_payment_and_a_second_one_is_another";
    let Some(bsc) = Bsc::open(test).await else { return };
    let (invoice, opened) = opened(&bsc, 0).await;
    let wanted = [expected(&invoice, &opened)];
    bsc.node.mine(20).await;
    let first = bsc.make_seen(&opened, invoice.due).await;
    bsc.node.mine(6).await;
    let scan = done(bsc.gateway.scan(&wanted, None, bsc.now()).await);
    assert_eq!((scan.seen.len(), scan.seen[0].finality), (1, Finality::Seen));
    let known = [movement(&scan.seen[0], &invoice)];
    bsc.drop_transfer(&first).await;
    let gone = done(bsc.gateway.recheck(&known, bsc.now()).await);
    assert_eq!((gone.len(), gone[0].finality), (1, Finality::Dropped));
    let second = bsc.make_paid(&opened, invoice.due).await;
    let scan = done(bsc.gateway.scan(&wanted, Some(&scan.cursor), bsc.now()).await);
    let [fact] = scan.seen.as_slice() else { panic!("{scan:?}") };
    assert_eq!((fact.movement.as_str(), fact.finality), (second.as_str(), Finality::Confirmed));
    assert_ne!(first, second);
}

/// TRON's addresses and server, a real chain behind them.
struct Tron {
    node: Anvil,
    grid: TronServer,
    gateway: Arc<dyn Gateway>,
    secrets: Vec<String>,
    now: Timestamp,
}

impl Tron {
    async fn open(test: &str, receivers: Value) -> Option<Self> {
        let node = Anvil::open(test, 1).await?;
        node.put_token(&evm_of(USDT_TRON).unwrap(), 6).await;
        node.put_token(FAKE, 6).await;
        // Whatever is before stands in final blocks.
        node.mine(SOLID).await;
        let grid = TronServer::start(node.url(), SOLID).await.unwrap();
        let mut config = receivers;
        config["servers"] = json!([grid.base_url()]);
        config["timeout_seconds"] = json!(5);
        let secrets = config["key"].as_str().map(str::to_owned).into_iter().collect();
        let gateway = TronKind.connect(&Secret::new(config), &setting()).unwrap();
        let now = Timestamp::from_second(node.time().await).unwrap();
        Some(Self { node, grid, gateway, secrets, now })
    }
}

#[async_trait]
impl Fixture for Tron {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        self.now
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.make_paid(opened, amount).await
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        let to = evm_of(&address(opened)).unwrap();
        let tx = self.node.transfer(&evm_of(USDT_TRON).unwrap(), &to, raw(amount, 6)).await;
        self.node.mine(SOLID).await;
        format!("{}:0", tx.trim_start_matches("0x"))
    }
    fn is_final_at_once(&self) -> bool {
        true
    }
    async fn drop_transfer(&self, movement: &str) {
        let tx = movement.split(':').next().unwrap();
        self.node.reorganise_away(&format!("0x{tx}")).await;
    }
    async fn outage(&self, outage: Outage) {
        self.grid.fail(match outage {
            Outage::None => None,
            Outage::Limited => Some(TronFault::TooManyRequests),
            Outage::Truncated => Some(TronFault::TruncatedJson),
            other => panic!("{other:?} is not one of ours"),
        });
    }
    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Limited, Outage::Truncated]
    }
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        self.secrets.clone()
    }
}

#[tokio::test]
async fn the_suite_holds_on_tron() {
    let test = "live::anvil_gateways::the_suite_holds_on_tron";
    let own = bitcoin::base58::encode_check(&[&[0x41], &Uuid::new_v4().as_bytes()[..], &[7; 4]].concat());
    for receivers in [json!({ "addresses": [own] }), json!({ "key": fresh_key("m/44'/195'/0'") })] {
        let Some(tron) = Tron::open(test, receivers).await else { return };
        suite::opens_the_same_invoice_alike(&tron).await;
        suite::inspects_every_transfer(&tron).await;
        suite::inspects_nothing_unpaid(&tron).await;
        suite::scans_on_from_its_cursor(&tron).await;
        suite::takes_no_outage_for_an_answer(&tron).await;
        suite::rechecks_what_is_gone(&tron).await;
        suite::tells_no_secret(&tron).await;
    }
}

#[tokio::test]
async fn another_token_under_the_same_name_pays_nothing_on_tron() {
    let test = "live::anvil_gateways::another_token_under_the_same_name_pays_nothing_on_tron";
    let receivers = json!({ "key": fresh_key("m/44'/195'/0'") });
    let Some(tron) = Tron::open(test, receivers).await else { return };
    let (invoice, opened) = opened(&tron, 0).await;
    let ours = evm_of(&address(&opened)).unwrap();
    tron.node.transfer(FAKE, &ours, raw(invoice.due, 6)).await;
    tron.node.refused(&evm_of(USDT_TRON).unwrap()).await;
    tron.node.mine(SOLID).await;
    tron.grid.fail(Some(TronFault::ListLies));
    let scan = done(tron.gateway.scan(&[expected(&invoice, &opened)], None, tron.now()).await);
    assert_eq!(scan.seen, []);
    let paid = tron.make_paid(&opened, invoice.due).await;
    let scan = done(tron.gateway.scan(&[expected(&invoice, &opened)], Some(&scan.cursor), tron.now()).await);
    assert_eq!(scan.seen.iter().map(|fact| fact.movement.as_str()).collect::<Vec<_>>(), [paid]);
}
