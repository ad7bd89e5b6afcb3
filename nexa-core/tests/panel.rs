//! The panel in memory passes the panel suite, and its faults are what they say.
#![cfg(feature = "testing")]

use async_trait::async_trait;
use futures::executor::block_on;
use nexa_core::{
    conformance::panel::{Fixture, fresh_grant},
    domain::{
        extras::{Extras, ExtrasGiven},
        grant::PanelId,
        link::Format,
        measure::Traffic,
    },
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelKind},
    },
    sim::{
        panel::{FakePanel, Fault},
        panel_kind::FakePanelKind,
    },
};
use serde_json::json;
use std::sync::Arc;

struct InMemory {
    panel: Arc<FakePanel>,
}

impl InMemory {
    fn new() -> Self {
        Self { panel: Arc::new(FakePanel::new()) }
    }
}

#[async_trait]
impl Fixture for InMemory {
    fn panel(&self) -> Arc<dyn Panel> {
        self.panel.clone()
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        let dead = FakePanel::new();
        dead.set_down(true);
        Some(Arc::new(dead))
    }

    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        let refusing = FakePanel::new();
        refusing.plan(|_, _| Some(Fault::Rejected));
        Some(Arc::new(refusing))
    }

    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        Some(self.panel.clone())
    }

    async fn freeze(&self) {
        self.panel.set_frozen(true);
    }

    async fn thaw(&self) {
        self.panel.set_frozen(false);
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        self.panel.consume(panel_id, bytes) == bytes
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        Some(self.panel.consume(panel_id, 1) == 1)
    }

    async fn writes(&self, panel_id: PanelId) -> Option<u64> {
        self.panel.truth().accounts.get(&panel_id).map(|account| u64::from(account.writes))
    }
}

mod shared {
    nexa_core::panel_suite!(super::block_on, super::InMemory::new());
}

mod exclusive {
    nexa_core::panel_suite!(
        super::block_on,
        super::InMemory { panel: super::FakePanel::new().exclusive().into() }
    );
}

#[test]
fn a_lost_answer_may_or_may_not_mean_that_it_was_done() {
    let panel = FakePanel::new();
    let grant = fresh_grant();
    panel.fault(Fault::AmbiguousNotDone);
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Ambiguous(_)));
    assert_eq!(panel.truth().accounts.len(), 0);
    panel.fault(Fault::AmbiguousDone);
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Ambiguous(_)));
    assert_eq!(panel.truth().accounts.len(), 1);
}

#[test]
fn a_slow_call_lands_two_calls_later() {
    let panel = FakePanel::new();
    let grant = fresh_grant();
    panel.fault(Fault::SlowZombie);
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Ambiguous(_)));
    assert_eq!(block_on(panel.find(grant.panel_id)), Outcome::NotFound);
    assert_eq!(block_on(panel.find(grant.panel_id)), Outcome::NotFound);
    assert!(matches!(block_on(panel.find(grant.panel_id)), Outcome::Done(_)));
}

#[test]
fn a_half_made_user_is_mended_by_the_same_grant() {
    let panel = FakePanel::new();
    let grant = fresh_grant();
    panel.fault(Fault::HalfMade);
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Ambiguous(_)));
    assert_eq!(block_on(panel.find(grant.panel_id)).done().map(|seen| seen.limit), Some(Traffic::gib(1000)));
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Done(_)));
    assert_eq!(block_on(panel.holds(&grant)), Outcome::Done(true));
}

#[test]
fn traffic_stops_at_the_limit_and_truth_survives_a_reset() {
    let panel = FakePanel::new();
    let grant = nexa_core::domain::grant::Grant { limit: Traffic::bytes(100), ..fresh_grant() };
    assert!(matches!(block_on(panel.apply(&grant)), Outcome::Done(_)));
    assert_eq!(panel.consume(grant.panel_id, 70), 70);
    assert_eq!(panel.consume(grant.panel_id, 70), 30);
    panel.fault(Fault::CounterReset);
    assert_eq!(block_on(panel.find(grant.panel_id)).done().map(|seen| seen.counter), Some(Traffic::ZERO));
    assert_eq!(panel.truth().accounts[&grant.panel_id].passed, Traffic::bytes(100));
}

#[test]
fn a_removed_identity_that_comes_back_is_noticed() {
    let panel = FakePanel::new();
    let grant = fresh_grant();
    block_on(async {
        assert!(matches!(panel.apply(&grant).await, Outcome::Done(_)));
        assert_eq!(panel.remove(grant.panel_id).await, Outcome::Done(()));
        assert!(matches!(panel.apply(&grant).await, Outcome::Done(_)));
    });
    assert!(panel.truth().resurrected.contains(&grant.panel_id));
}

#[test]
fn the_same_name_is_the_same_panel() {
    let kind = FakePanelKind::default();
    let grant = fresh_grant();
    let one = kind.connect(&json!({"name": "a"}).into()).unwrap();
    let same = kind.connect(&json!({"name": "a"}).into()).unwrap();
    let other = kind.connect(&json!({"name": "b"}).into()).unwrap();
    block_on(async {
        assert!(matches!(one.apply(&grant).await, Outcome::Done(_)));
        assert!(matches!(same.find(grant.panel_id).await, Outcome::Done(_)));
        assert_eq!(other.find(grant.panel_id).await, Outcome::NotFound);
    });
    assert!(kind.connect(&json!({"name": "a", "nonsense": 1}).into()).is_err());
    assert!(kind.connect(&json!({"name": "a", "offers": ["roof"]}).into()).is_err());
    assert!(kind.connect(&json!({}).into()).is_err());
}

#[test]
fn what_a_panel_offers_and_whose_it_is_are_configured() {
    let kind = FakePanelKind::default();
    let plain = kind.connect(&json!({"name": "a"}).into()).unwrap();
    let rich = json!({"name": "b", "offers": ["dedicated_ip", "port_forward"], "exclusive": true});
    let rich = kind.connect(&rich.into()).unwrap();
    let offers = |panel: Arc<dyn Panel>| block_on(panel.health()).done().unwrap().offers;
    assert!(!plain.profile().exclusive && rich.profile().exclusive);
    assert_eq!(offers(plain), Extras::NONE);
    let both = Extras { dedicated_ip: true, port_forward: true, multi_hop: false };
    assert_eq!(offers(Arc::clone(&rich)), both);
    let grant = nexa_core::domain::grant::Grant { extras: both, ..fresh_grant() };
    assert!(matches!(block_on(rich.apply(&grant)), Outcome::Done(_)));
    let given = block_on(rich.document(grant.panel_id, Format::Extras)).done().unwrap();
    let given: ExtrasGiven = serde_json::from_str(&given).unwrap();
    assert!(given.outgoing.is_some() && given.forward.is_some());
}
