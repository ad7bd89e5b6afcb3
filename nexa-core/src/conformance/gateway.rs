//! What every gateway must do, one function per sentence of [`crate::ports::gateway`].
//!
//! An adapter gives a [`Fixture`] that moves real or simulated money and breaks the way to it; the suite picks its
//! cases by the gateway's profile. It must never look into an adapter: it sees only the port.
#![expect(clippy::missing_panics_doc, clippy::panic, reason = "a suite fails by panicking")]

mod asked;

use crate::{
    domain::{
        gateway::{Confirm, Matching},
        money::Money,
        payment::{Finality, Movement, Observation, Slot},
        refusal::Refusal,
        shop::Locale,
    },
    ids::{OrderId, PaymentId},
    ports::{
        gateway::{Callback, Expected, Gateway, GatewayKind, GatewaySetting, Invoice, Opened, Signal},
        outcome::Outcome,
    },
    secret::Secret,
};
pub use asked::*;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Ways in which the other side can fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outage {
    /// Everything works.
    None,
    /// Nothing listens.
    Refused,
    /// Status 429.
    Limited,
    /// Status 500.
    Broken,
    /// Takes the request and never answers.
    Silent,
    /// Status 200 and something that is no answer.
    Garbage,
    /// An answer that ends in the middle.
    Truncated,
    /// Answers from the past.
    Stale,
}

/// A gateway under test and the power over its outside.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The gateway.
    fn gateway(&self) -> Arc<dyn Gateway>;
    /// The moment that the gateway is told.
    fn now(&self) -> Timestamp;
    /// Sends money that is not final; answers the movement's id.
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String;
    /// Sends money and makes it final; answers the movement's id.
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String;
    /// Whether its money is final as soon as it can be seen; then [`Fixture::make_seen`] makes final money too.
    fn is_final_at_once(&self) -> bool {
        false
    }
    /// Whether a reference can be paid only once, and with nothing but what is due, as on a page of the gateway's own.
    /// Then the suite pays several references instead of one several times.
    fn is_paid_once(&self) -> bool {
        false
    }
    /// Makes a transfer disappear for good.
    async fn drop_transfer(&self, movement: &str);
    /// Breaks or mends the way to the outside.
    async fn outage(&self, outage: Outage);
    /// The outages that this fixture can make.
    fn outages(&self) -> Vec<Outage>;
    /// The authentic message that this much was paid, for gateways that send one.
    fn signed(&self, opened: &Opened, amount: Money) -> Option<Callback>;
    /// The same message made with another account's secret.
    fn forged(&self, opened: &Opened, amount: Money) -> Option<Callback>;
    /// Texts of the configuration that must not appear in any outcome.
    fn secrets(&self) -> Vec<String>;
}

/// A kind under test.
pub trait KindFixture {
    /// The kind.
    fn kind(&self) -> Arc<dyn GatewayKind>;
    /// For which shop.
    fn setting(&self) -> GatewaySetting;
    /// A configuration that works.
    fn good(&self) -> Value;
    /// Configurations that cannot work, with a short name each.
    fn unusable(&self) -> Vec<(&'static str, Value)>;
    /// Configurations with a private key.
    fn private(&self) -> Vec<(&'static str, Value)>;
    /// Configurations with an example or a publicly known key.
    fn placeholders(&self) -> Vec<(&'static str, Value)>;
}

/// The `n`-th invoice that the gateway takes: its own ids and slot, a due amount inside its limits.
#[must_use]
pub fn invoice(fixture: &dyn Fixture, n: u32) -> Invoice {
    let gateway = fixture.gateway();
    let profile = gateway.profile();
    let least = profile.minimum.map_or(1, |m| m.minor).max(1);
    let most = profile.maximum.map_or(i64::MAX, |m| m.minor);
    let minor = least.saturating_mul(3).saturating_add(100_000).min(most);
    let slot = match &profile.matching {
        Matching::Reference => None,
        Matching::Index { .. } => Some(Slot::Index(n)),
        Matching::UniqueAmount { destinations, .. } => {
            let first = destinations.first().unwrap_or_else(|| panic!("a destination"));
            Some(Slot::Destination(first.key.clone()))
        }
    };
    // Amounts tell payments to one destination apart, so the n-th one is n minor units higher.
    let extra = if matches!(profile.matching, Matching::UniqueAmount { .. }) { i64::from(n) } else { 0 };
    Invoice {
        payment_id: PaymentId::from(Uuid::from_u128(0x5157_0000 + u128::from(n))),
        order_id: OrderId::from(Uuid::from_u128(0x0bde_0000 + u128::from(n))),
        due: Money::new(minor + extra, profile.asset),
        slot,
        expires_at: crate::domain::time::after(fixture.now(), SignedDuration::from_mins(30)),
        shop_name: "Café & Sons 100%".to_owned(),
        locale: Locale::Fa,
    }
}

/// Opens the `n`-th invoice.
pub async fn opened(fixture: &dyn Fixture, n: u32) -> (Invoice, Opened) {
    let invoice = invoice(fixture, n);
    let opened = done(fixture.gateway().open(&invoice).await);
    (invoice, opened)
}

/// What the core would ask for.
#[must_use]
pub fn expected(invoice: &Invoice, opened: &Opened) -> Expected {
    let since = crate::domain::time::after(invoice.expires_at, SignedDuration::from_mins(-30));
    Expected { reference: opened.reference.clone(), due: invoice.due, since }
}

/// The value of an outcome that has to be `Done`.
pub fn done<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        other => panic!("expected Done, got {other:?}"),
    }
}

/// An observation as the core would have stored it.
#[must_use]
pub fn movement(observation: &Observation, invoice: &Invoice) -> Movement {
    Movement {
        family: observation.family.clone(),
        id: observation.movement.clone(),
        payment_id: invoice.payment_id,
        amount: observation.amount,
        raw: observation.raw.clone(),
        finality: observation.finality,
        anchor: observation.anchor.clone(),
        seen_at: observation.occurred_at,
    }
}

/// `open` with the same invoice again gives the same reference and step, also while the outside is away.
pub async fn opens_the_same_invoice_alike(fixture: &dyn Fixture) {
    let (invoice, first) = opened(fixture, 0).await;
    let again = done(fixture.gateway().open(&invoice).await);
    assert_eq!(first, again);
    assert!(!first.reference.is_empty());
}

/// `open` gives different references for different slots.
pub async fn opens_different_slots_apart(fixture: &dyn Fixture) {
    let mut references = HashSet::new();
    for n in 0..50 {
        let (_, opened) = opened(fixture, n).await;
        assert!(references.insert(opened.reference), "the {n}-th reference was given before");
    }
}

/// `open` refuses another currency, an amount outside its limits and a missing slot.
pub async fn opens_nothing_that_it_cannot_take(fixture: &dyn Fixture) {
    let gateway = fixture.gateway();
    let profile = gateway.profile();
    let good = invoice(fixture, 0);
    let other = crate::domain::money::Currency::ALL.into_iter().find(|c| *c != profile.asset);
    let mut bad = vec![Invoice { due: Money::zero(profile.asset), ..good.clone() }];
    if let Some(other) = other {
        bad.push(Invoice { due: Money::new(good.due.minor, other), ..good.clone() });
    }
    if let Some(minimum) = profile.minimum {
        bad.push(Invoice { due: Money::new(minimum.minor - 1, profile.asset), ..good.clone() });
    }
    if let Some(maximum) = profile.maximum.filter(|m| m.minor < i64::MAX) {
        bad.push(Invoice { due: Money::new(maximum.minor + 1, profile.asset), ..good.clone() });
    }
    if profile.matching != Matching::Reference {
        bad.push(Invoice { slot: None, ..good.clone() });
    }
    for invoice in bad {
        let outcome = gateway.open(&invoice).await;
        assert!(matches!(outcome, Outcome::Rejected(_)), "{:?}: {outcome:?}", invoice.due);
    }
}

/// `read` is pure: the same callback at the same time gives the same reading.
pub async fn reads_purely(fixture: &dyn Fixture) {
    let (invoice, opened) = opened(fixture, 0).await;
    let gateway = fixture.gateway();
    let empty =
        Callback { method: "POST".into(), query: String::new(), headers: Vec::new(), body: Vec::new() };
    for callback in [Some(empty), fixture.signed(&opened, invoice.due)].into_iter().flatten() {
        let first = gateway.read(&callback, fixture.now());
        assert_eq!(first, gateway.read(&callback, fixture.now()));
    }
}

/// `read` gives the facts of an authentic message.
pub async fn reads_an_authentic_message(fixture: &dyn Fixture) {
    let (invoice, opened) = opened(fixture, 0).await;
    let gateway = fixture.gateway();
    let Some(callback) = fixture.signed(&opened, invoice.due) else {
        assert_ne!(gateway.profile().confirm, Confirm::SignedCallback, "such a gateway signs");
        return;
    };
    match gateway.read(&callback, fixture.now()).signal {
        Signal::Observed(facts) => {
            let [fact] = facts.as_slice() else { panic!("one fact, got {facts:?}") };
            assert_eq!(fact.reference, opened.reference);
            assert_eq!((fact.amount, fact.finality), (invoice.due, Finality::Confirmed));
            assert!(!fact.movement.is_empty() && !fact.family.is_empty());
        }
        Signal::Arrived(arrivals) => {
            let [arrival] = arrivals.as_slice() else { panic!("one arrival, got {arrivals:?}") };
            assert_eq!(arrival.amount, invoice.due);
            assert!(!arrival.movement.is_empty() && !arrival.family.is_empty());
        }
        Signal::Hint(references) => assert_eq!(references, [opened.reference]),
        other => panic!("authentic, but read as {other:?}"),
    }
}

/// `read` answers `Forged` for a missing, empty or wrong signature: every single changed bit counts.
pub async fn reads_no_forged_message(fixture: &dyn Fixture) {
    let (invoice, opened) = opened(fixture, 0).await;
    let gateway = fixture.gateway();
    let judge = |callback: &Callback, what: &str| {
        let reading = gateway.read(callback, fixture.now());
        assert_eq!(reading.signal, Signal::Forged, "{what}");
    };
    for body in [&b""[..], b"{}", b"\xff\xfe", b"reference=x&amount=1&currency=USD&sig=", b"[[[[[[[[["] {
        for method in ["GET", "POST", "PUT", ""] {
            let query = String::from_utf8_lossy(body).into_owned();
            let callback =
                Callback { method: method.into(), query, headers: Vec::new(), body: body.to_vec() };
            judge(&callback, "no signature");
        }
    }
    if let Some(callback) = fixture.forged(&opened, invoice.due) {
        judge(&callback, "another account's signature");
    }
    let Some(good) = fixture.signed(&opened, invoice.due) else { return };
    for at in 0..good.body.len() {
        for bit in 0..8 {
            let mut callback = good.clone();
            if let Some(byte) = callback.body.get_mut(at) {
                *byte ^= 1 << bit;
            }
            judge(&callback, &format!("bit {bit} of byte {at} was changed"));
        }
    }
    for length in 0..good.body.len() {
        let body = good.body.get(..length).unwrap_or_default().to_vec();
        judge(&Callback { body, ..good.clone() }, "cut short");
    }
    let twice = [good.body.clone(), b"&".to_vec(), good.body.clone()].concat();
    judge(&Callback { body: twice, ..good.clone() }, "every field twice");
}

/// No text in an outcome contains a secret of the configuration.
pub async fn tells_no_secret(fixture: &dyn Fixture) {
    let gateway = fixture.gateway();
    keeps_to_itself(fixture, &format!("{:?}", gateway.check().await));
    let bad = Invoice { slot: None, due: Money::zero(gateway.profile().asset), ..invoice(fixture, 8) };
    keeps_to_itself(fixture, &format!("{:?}", gateway.open(&bad).await));
    keeps_to_itself(fixture, &format!("{:?}", gateway.profile()));
}

fn keeps_to_itself(fixture: &dyn Fixture, text: &str) {
    for secret in fixture.secrets() {
        assert!(!text.contains(&secret), "a secret stands in an outcome");
    }
}

/// `connect` refuses what cannot work, private keys and placeholders, and unknown settings, each for its own reason.
pub fn connects_only_what_works(fixture: &dyn KindFixture) {
    let kind = fixture.kind();
    let connect = |config: &Value| kind.connect(&Secret::new(config.clone()), &fixture.setting()).err();
    assert_eq!(connect(&fixture.good()), None);
    for (name, config) in fixture.unusable() {
        let refusal = connect(&config);
        assert!(matches!(refusal, Some(Refusal::BadConfig { .. })), "{name}: {refusal:?}");
    }
    for (name, config) in fixture.private() {
        assert_eq!(connect(&config), Some(Refusal::PrivateKey), "{name}");
    }
    for (name, config) in fixture.placeholders() {
        assert_eq!(connect(&config), Some(Refusal::PlaceholderKey), "{name}");
    }
    let mut unknown = fixture.good();
    if let Some(object) = unknown.as_object_mut() {
        object.insert("no_such_setting".to_owned(), Value::Bool(true));
    }
    assert!(matches!(connect(&unknown), Some(Refusal::BadConfig { .. })), "unknown setting");
    for config in [Value::Null, Value::Bool(true), Value::Array(Vec::new()), Value::from(7), Value::from("x")]
    {
        assert!(matches!(connect(&config), Some(Refusal::BadConfig { .. })), "{config} is no configuration");
    }
}

/// Every case, each on a fixture of its own; returns how many there were. For tests, [`gateway_suite!`](crate::gateway_suite)
/// makes one of each case.
pub async fn run_all<F: Fixture>(make: impl AsyncFn() -> F) -> usize {
    crate::gateway_suite!(@list @run make;)
}

/// Every case of the suite as a test of its own: `gateway_suite!(#[tokio::test] my_fixture().await)`. The expression
/// is evaluated anew for each test and gives a [`Fixture`].
#[macro_export]
macro_rules! gateway_suite {
    (#[$test:meta] $fixture:expr) => {
        $crate::gateway_suite!(@list @tests #[$test] $fixture;);
    };
    (@list $($then:tt)*) => {
        $crate::gateway_suite! { $($then)*
            opens_the_same_invoice_alike, opens_different_slots_apart, opens_nothing_that_it_cannot_take,
            reads_purely, reads_an_authentic_message, reads_no_forged_message,
            inspects_every_transfer, inspects_nothing_unpaid, scans_on_from_its_cursor, inspects_money_on_its_way_as_seen,
            takes_no_outage_for_an_answer, rechecks_what_is_gone, refunds_as_it_says, lists_what_came_under_the_same_names, tells_no_secret }
    };
    (@tests #[$test:meta] $fixture:expr; $($case:ident),+) => {$(
        #[$test]
        async fn $case() {
            $crate::conformance::gateway::$case(&$fixture).await;
        }
    )+};
    (@run $make:ident; $($case:ident),+) => {{
        $($case(&$make().await).await;)+
        [$(stringify!($case)),+].len()
    }};
}
