//! Panels, counted.

use super::Measured;
use crate::{
    domain::{
        grant::{Grant, PanelId, Seen},
        link::Format,
    },
    metric::{PANEL_CALLS, PANEL_TIME},
    ports::{
        outcome::Outcome,
        panel::{OwnerNote, Panel, PanelHealth, PanelProfile},
    },
    world::World,
};
use async_trait::async_trait;
use std::sync::Arc;

struct Counted {
    panel: Arc<dyn Panel>,
    measured: Measured,
}

/// A panel whose calls are counted.
pub(in crate::engine) fn panel(kind: &'static str, panel: Arc<dyn Panel>, world: &World) -> Arc<dyn Panel> {
    let measured = Measured { world: world.clone(), calls: PANEL_CALLS, times: PANEL_TIME, kind };
    Arc::new(Counted { panel, measured })
}

#[async_trait]
impl Panel for Counted {
    fn profile(&self) -> &PanelProfile {
        self.panel.profile()
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.measured.count("apply", self.panel.apply(grant), Outcome::name).await
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.measured.count("holds", self.panel.holds(grant), Outcome::name).await
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.measured.count("find", self.panel.find(panel_id), Outcome::name).await
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        self.measured.count("list", self.panel.list(), Outcome::name).await
    }

    async fn notes(&self) -> Outcome<Vec<OwnerNote>> {
        self.measured.count("notes", self.panel.notes(), Outcome::name).await
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.measured.count("remove", self.panel.remove(panel_id), Outcome::name).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.measured.count("document", self.panel.document(panel_id, format), Outcome::name).await
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.measured.count("health", self.panel.health(), Outcome::name).await
    }
}
