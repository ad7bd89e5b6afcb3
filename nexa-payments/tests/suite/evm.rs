//! Stablecoins on EVM chains: the suite, configurations, and what a transfer may look like.

use crate::{
    connect, setting,
    watched::{NOW, Watched, watched},
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, done, expected, opened},
    domain::{
        money::{Currency, Money},
        payment::{Finality, PayStep},
    },
    ports::gateway::{Gateway, GatewayKind, GatewaySetting, Opened},
};
use nexa_payments::{
    evm::EvmKind,
    testing::{EvmChain, EvmFault, EvmServer},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// The account of a published test seed (payments on test chains only).
pub const KEY: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";
/// A token of play money.
pub const TOKEN: &str = "0x55d398326f99059fF775485246999027B3197955";

pub struct Evm {
    pub server: EvmServer,
    pub gateway: Arc<dyn Gateway>,
    decimals: u32,
}

pub fn chain(decimals: u32) -> Arc<Mutex<EvmChain>> {
    Arc::new(Mutex::new(EvmChain::new(97, TOKEN, decimals, NOW)))
}

pub fn config(servers: &[&EvmServer], decimals: u32) -> Value {
    let servers: Vec<_> = servers.iter().map(|server| server.base_url()).collect();
    json!({ "key": KEY, "servers": servers, "timeout_seconds": 1, "gap_millis": 0,
        "testnet": { "chain_id": 97, "contract": TOKEN, "decimals": decimals } })
}

impl Evm {
    pub async fn start(decimals: u32) -> Self {
        let server = EvmServer::start(chain(decimals)).await.expect("a port");
        let gateway = connect(&EvmKind::USDT_BSC, config(&[&server], decimals));
        Self { server, gateway, decimals }
    }

    pub fn pay(&self, opened: &Opened, amount: Money) -> String {
        let raw = u128::try_from(amount.minor).expect("positive") * 10_u128.pow(self.decimals - 6);
        self.server.chain().pay(&opened.reference, raw)
    }
}

impl Watched for Evm {
    type Fault = EvmFault;
    const FAULTS: &'static [(Outage, EvmFault)] = &[
        (Outage::Limited, EvmFault::TooManyRequests),
        (Outage::Broken, EvmFault::ServerError),
        (Outage::Silent, EvmFault::Hang),
        (Outage::Garbage, EvmFault::Garbage),
        (Outage::Truncated, EvmFault::TruncatedJson),
        (Outage::Stale, EvmFault::Stale(100)),
    ];
    const SECRETS: &'static [&'static str] = &[KEY];
    fn watcher(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn fails(&self, fault: Option<EvmFault>) {
        self.server.fail(fault);
    }
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String {
        let name = self.pay(opened, amount);
        if is_final {
            self.server.chain().mine(2);
        }
        name
    }
    fn undo(&self, movement: &str) {
        self.server.chain().drop_transfer(movement);
    }
}

watched!(Evm);

mod suite {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Evm::start(18).await
    );
}

#[tokio::test]
async fn amounts_of_eighteen_decimals_are_rounded_down_and_asked_for_exactly() {
    for (decimals, raw, minor) in [(18, 1_999_999_999_999_999_999, 1_999_999), (6, 1_999_999, 1_999_999)] {
        let evm = Evm::start(decimals).await;
        let (invoice, opened) = opened(&evm, 0).await;
        let PayStep::Transfer { uri, address, .. } = &opened.step else { panic!("{:?}", opened.step) };
        let due = u128::try_from(invoice.due.minor).expect("positive") * 10_u128.pow(decimals - 6);
        assert_eq!(address, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
        assert_eq!(*uri, format!("ethereum:{TOKEN}@97/transfer?address={address}&uint256={due}"));
        evm.server.chain().pay(address, raw);
        let scan = done(evm.gateway.scan(&[expected(&invoice, &opened)], None, evm.now()).await);
        let [fact] = scan.seen.as_slice() else { panic!("{scan:?}") };
        assert_eq!((fact.amount, fact.raw.as_str()), (Money::new(minor, Currency::Usdt), &*raw.to_string()));
        assert_eq!((fact.finality, fact.family.as_str()), (Finality::Seen, "evm-97"));
    }
}

#[tokio::test]
async fn what_pays_nothing_is_not_reported() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    let wanted = [expected(&invoice, &opened)];
    let (ours, due) = (opened.reference.clone(), 5 * 10_u128.pow(18));
    evm.server.chain().send("0x00000000000000000000000000000000000000aa", &ours, due, false);
    evm.server.chain().send(TOKEN, &ours, due, true);
    evm.server.chain().send(TOKEN, &ours, 0, false);
    evm.server.chain().send(TOKEN, "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0", due, false);
    assert_eq!(done(evm.gateway.scan(&wanted, None, evm.now()).await).seen, []);
    let paid = evm.server.chain().pay(&ours, due);
    evm.server.fail(Some(EvmFault::Nonsense));
    assert_eq!(done(evm.gateway.scan(&wanted, None, evm.now()).await).seen, []);
    evm.server.fail(None);
    let scan = done(evm.gateway.scan(&wanted, None, evm.now()).await);
    assert_eq!(scan.seen.iter().map(|f| f.movement.as_str()).collect::<Vec<_>>(), [paid]);
}

#[tokio::test]
async fn what_the_address_got_before_the_payment_is_left_alone() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    evm.server.chain().pay(&opened.reference, 10_u128.pow(18));
    evm.server.chain().mine(200);
    let mut wanted = expected(&invoice, &opened);
    wanted.since = Timestamp::from_second(evm.server.chain().time()).expect("a moment");
    assert_eq!(done(evm.gateway.scan(&[wanted.clone()], Some("150"), evm.now()).await).seen, []);
    let paid = evm.server.chain().pay(&opened.reference, 10_u128.pow(18));
    let seen = done(evm.gateway.scan(&[wanted], Some("150"), evm.now()).await).seen;
    assert_eq!(seen.iter().map(|f| f.movement.as_str()).collect::<Vec<_>>(), [paid]);
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(EvmKind::USDC_BASE)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        json!({ "key": KEY, "servers": ["https://rpc.example.net/v1/abc"],
            "testnet": { "chain_id": 84_532, "contract": TOKEN, "decimals": 6 } })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let with = |name: &str, value: Value| {
            let mut config = self.good();
            config[name] = value;
            config
        };
        let testnet = |chain_id: u64, contract: &str, decimals: u32| {
            with("testnet", json!({ "chain_id": chain_id, "contract": contract, "decimals": decimals }))
        };
        vec![
            ("no servers", with("servers", json!([]))),
            ("a server without encryption", {
                let mut config = with("servers", json!(["http://rpc.example.net"]));
                config["testnet"] = Value::Null;
                config["key"] = json!(other_key());
                config
            }),
            ("a real chain as a test chain", testnet(8_453, TOKEN, 6)),
            ("a contract with a slip", testnet(97, "0x55d398326f99059fF775485246999027B3197956", 6)),
            ("decimals beyond all bounds", testnet(97, TOKEN, 99)),
            ("an address for a key", with("key", json!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94"))),
            (
                "a zpub",
                with(
                    "key",
                    json!(
                        "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
                    ),
                ),
            ),
            ("no confirmation", with("confirmations", json!(0))),
            ("no blocks", with("blocks_per_call", json!(0))),
            ("an endless window", with("window_minutes", json!(100_000))),
            ("a proxy that is none", with("proxy", json!("ftp://127.0.0.1"))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        let with = |key: String| {
            let mut config = self.good();
            config["key"] = json!(key);
            config
        };
        vec![
            ("a seed phrase", with(["abandon"; 11].join(" ") + " about")),
            ("a private key", with(format!("0x{}", "4f".repeat(32)))),
        ]
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let mut published = self.good();
        published["testnet"] = Value::Null;
        let mut example = self.good();
        example["key"] = json!("YOUR_XPUB_HERE");
        vec![("a published key where money is real", published), ("an example", example)]
    }
}

/// A key that nobody has published: the second child of the vectors' account, written as an account's key.
pub fn other_key() -> String {
    use bitcoin::{
        base58,
        bip32::{ChildNumber, Xpub},
        secp256k1::Secp256k1,
    };
    let xpub: Xpub = KEY.parse().expect("a key");
    let child =
        xpub.derive_pub(&Secp256k1::verification_only(), &[ChildNumber::from_normal_idx(1).expect("small")]);
    let mut bytes = child.expect("a child").encode();
    bytes[4] = 3;
    base58::encode_check(&bytes)
}

#[test]
fn the_kind_connects_only_what_works() {
    connects_only_what_works(&Kind);
}

#[test]
fn one_wallet_never_gives_an_address_twice_on_whatever_chain() {
    let sequences: Vec<_> = EvmKind::ALL
        .iter()
        .map(|kind| {
            let config = json!({ "key": other_key(), "servers": ["https://rpc.example.net"] });
            let gateway = connect(kind, config);
            assert!(!gateway.profile().test, "real money");
            gateway.profile().matching.clone()
        })
        .collect();
    assert!(sequences.iter().all(|sequence| *sequence == sequences[0]));
}
