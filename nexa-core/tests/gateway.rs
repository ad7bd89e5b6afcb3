//! The simulated gateway passes the suite that real ones must pass.
#![cfg(feature = "testing")]

use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works},
    domain::money::{Currency, Money},
    ids::GatewayId,
    ports::gateway::{Callback, Expected, Gateway, GatewayKind, GatewaySetting, Opened},
    sim::gateway::{FakeBank, FakeGateway, FakeKind, Fault},
};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

struct Fake {
    bank: Arc<FakeBank>,
    gateway: Arc<FakeGateway>,
}

impl Fake {
    fn asked() -> Self {
        let bank = Arc::<FakeBank>::default();
        Self { gateway: Arc::new(FakeGateway::returning(Arc::clone(&bank), Currency::Ltc)), bank }
    }

    fn scanned() -> Self {
        let bank = Arc::<FakeBank>::default();
        Self { gateway: Arc::new(FakeGateway::scanned(Arc::clone(&bank), Currency::Usdt)), bank }
    }

    fn signed() -> Self {
        let bank = Arc::<FakeBank>::default();
        Self { gateway: Arc::new(FakeGateway::signed(Arc::clone(&bank), Currency::Usd)), bank }
    }
}

#[async_trait]
impl Fixture for Fake {
    fn gateway(&self) -> Arc<dyn Gateway> {
        let gateway: Arc<FakeGateway> = Arc::clone(&self.gateway);
        gateway
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.bank.pay(&opened.reference, amount, self.now())
    }

    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        let movement = self.bank.pay(&opened.reference, amount, self.now());
        self.bank.confirm(&movement);
        movement
    }

    async fn drop_transfer(&self, movement: &str) {
        self.bank.drop_transfer(movement);
    }

    async fn outage(&self, outage: Outage) {
        self.bank.fault(match outage {
            Outage::None => None,
            Outage::Refused | Outage::Limited => Some(Fault::Unreachable),
            _ => Some(Fault::Ambiguous),
        });
    }

    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Refused, Outage::Silent]
    }

    fn signed(&self, opened: &Opened, amount: Money) -> Option<Callback> {
        if self.gateway.profile().confirm != nexa_core::domain::gateway::Confirm::SignedCallback {
            return None;
        }
        let movement = self.bank.pay(&opened.reference, amount, self.now());
        self.bank.confirm(&movement);
        Some(self.gateway.message(&opened.reference))
    }

    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }

    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

mod asked {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Fake::asked()
    );
}

mod scanned {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Fake::scanned()
    );
}

mod signed {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Fake::signed()
    );
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(FakeKind::default())
    }

    fn setting(&self) -> GatewaySetting {
        GatewaySetting {
            gateway_id: GatewayId::from(Uuid::from_u128(1)),
            callback_url: "https://shop.example/hooks/pay/fake".into(),
            public_url: "https://shop.example".into(),
            test: false,
            range: nexa_core::address::outbound::Range::Anywhere,
        }
    }

    fn good(&self) -> Value {
        json!({ "asset": "LTC" })
    }

    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![("unknown asset", json!({ "asset": "DOGE" }))]
    }

    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}

#[test]
fn the_kind_connects_only_what_works() {
    connects_only_what_works(&Kind);
}

#[tokio::test]
async fn a_repeated_report_names_the_same_transfer() {
    let fake = Fake::asked();
    fake.bank.repeat(true);
    fake.bank.pay("fake:main:0", Money::new(5, Currency::Ltc), fake.now());
    let due = Money::new(5, Currency::Ltc);
    let expected = Expected { reference: "fake:main:0".to_owned(), due, since: fake.now() };
    let seen = fake.gateway.inspect(&[expected], fake.now()).await.done().expect("answers");
    let [first, second] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(first, second);
}
