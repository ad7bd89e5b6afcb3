//! Panels at the end of a bad line: slow, down, lying, and now and then doing what was asked long after everybody gave
//! up on it.

use super::{
    env::{Env, Mode},
    mutant::Mutant,
    trouble::Trouble,
};
use async_trait::async_trait;
use nexa_core::{
    domain::{
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
    },
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth, PanelKind, PanelProfile},
    },
    secret::Secret,
    sim::{
        panel::{Call, FakePanel, Fault},
        panel_kind::FakePanelKind,
    },
};
use serde_json::Value;
use std::sync::Arc;

/// The names of all panels of a run.
pub const NAMES: [&str; 3] = ["alpha", "beta", "gamma"];

/// Makes panels of the kind `memory`.
pub struct SimPanelKind {
    env: Arc<Env>,
    kind: Arc<FakePanelKind>,
}

impl SimPanelKind {
    /// The panels behind `kind`, over a bad line.
    pub fn new(env: Arc<Env>, kind: Arc<FakePanelKind>) -> Self {
        Self { env, kind }
    }
}

/// What a panel itself does wrong in this seed.
pub fn misbehave(env: &Arc<Env>, panel: &FakePanel) {
    let env = Arc::clone(env);
    panel.plan(move |call, _| {
        if env.mode == Mode::Clean || !env.hit(env.rates.panel) {
            return None;
        }
        let faults: &[Fault] = match call {
            Call::Apply => &[
                Fault::Unreachable,
                Fault::Rejected,
                Fault::AmbiguousDone,
                Fault::AmbiguousNotDone,
                Fault::HalfMade,
                Fault::CounterReset,
            ],
            Call::Remove => &[Fault::Unreachable, Fault::AmbiguousDone, Fault::AmbiguousNotDone],
            Call::Read => &[Fault::Unreachable, Fault::AmbiguousNotDone, Fault::CounterReset],
        };
        let fault = env.dice.pick(faults).copied()?;
        env.tally().faults.count(fault.into());
        Some(fault)
    });
}

impl PanelKind for SimPanelKind {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        self.kind.connect(config)?;
        let name = config.expose().get("name").and_then(Value::as_str).unwrap_or_default();
        Ok(Arc::new(SimPanel { env: Arc::clone(&self.env), panel: self.kind.panel(name) }))
    }
}

struct SimPanel {
    env: Arc<Env>,
    panel: Arc<FakePanel>,
}

impl SimPanel {
    /// Whether the request gets stuck: nobody hears of it any more, and it takes effect a minute later.
    fn stuck(&self, late: impl Future<Output = ()> + Send + 'static) -> bool {
        let stuck = self.env.fault(self.env.rates.zombie, Trouble::PanelLate);
        if stuck {
            let env = Arc::clone(&self.env);
            self.env.beside(async move {
                env.sleep_secs(10, 70).await;
                late.await;
            });
        }
        stuck
    }

    async fn there_and_back<T>(&self, call: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        self.env.travel().await;
        let outcome = call.await;
        self.env.travel().await;
        outcome
    }
}

#[async_trait]
impl Panel for SimPanel {
    fn profile(&self) -> &PanelProfile {
        self.panel.profile()
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        let mut grant = grant.clone();
        if self.env.is_mutant(Mutant::FreshIdentity) {
            grant.panel_id = PanelId::new(self.env.world.uuid_v4());
        }
        let (panel, late) = (Arc::clone(&self.panel), grant.clone());
        if self.stuck(async move { drop(panel.apply(&late).await) }) {
            self.env.sleep_secs(2, 3).await;
        }
        let outcome = self.there_and_back(self.panel.apply(&grant)).await;
        match outcome {
            Outcome::Ambiguous(_) if self.env.is_mutant(Mutant::AmbiguousIsDone) => Outcome::Done(Seen {
                panel_id: grant.panel_id,
                enabled: grant.enabled,
                limit: grant.limit,
                counter: nexa_core::domain::measure::Traffic::ZERO,
                ends: nexa_core::domain::grant::SeenEnd::At(grant.ends_at),
                resets_every: None,
            }),
            other => other,
        }
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.there_and_back(self.panel.holds(grant)).await
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.there_and_back(self.panel.find(panel_id)).await
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        self.there_and_back(self.panel.list()).await
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        if self.env.is_mutant(Mutant::RemoveForgotten) {
            return Outcome::Done(());
        }
        let panel = Arc::clone(&self.panel);
        if self.stuck(async move { drop(panel.remove(panel_id).await) }) {
            self.env.sleep_secs(2, 3).await;
        }
        self.there_and_back(self.panel.remove(panel_id)).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.there_and_back(self.panel.document(panel_id, format)).await
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.there_and_back(self.panel.health()).await
    }
}
