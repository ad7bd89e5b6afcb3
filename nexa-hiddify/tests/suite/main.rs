//! The panel suite against the fake panel in every version, and the adapter's answers to every failure that real panels
//! were seen to have.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod by_hand;
mod config;
mod failures;
mod versions;

use async_trait::async_trait;
use nexa_core::{
    conformance::panel::Fixture,
    domain::grant::{Grant, PanelId},
    ports::panel::{Panel, PanelKind},
};
use nexa_hiddify::{
    HiddifyKind,
    testing::{ADMIN_KEY, ADMIN_PATH, CLIENT_PATH, FakeHiddify, FakeUser, Fault, Release},
};
use nexa_panel_http::testing::Misbehaving;
use serde_json::{Value, json};
use std::{future::Future, io, sync::Arc};

/// A fake panel with an adapter that keeps its cookie and version, as in production.
struct Fake {
    server: FakeHiddify,
    panel: Arc<dyn Panel>,
}

impl Fake {
    async fn start(release: Release) -> Self {
        // Somebody else of this process may have installed it.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let server = FakeHiddify::start(release).await.unwrap();
        let panel = connect(server.config());
        Self { server, panel }
    }

    fn user(&self, grant: &Grant) -> Option<FakeUser> {
        self.server.user(&grant.panel_id.expose())
    }
}

fn connect(config: Value) -> Arc<dyn Panel> {
    HiddifyKind.connect(&config.into()).unwrap()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

impl Misbehaving for Fake {
    fn set_storm(&self, seed: u64, per_mille: u64) {
        self.server.set_storm(seed, per_mille);
    }

    fn hang_once(&self) {
        self.server.fault(Fault::Hang);
    }

    async fn set_down(&self, down: bool) -> io::Result<()> {
        self.server.set_down(down).await
    }

    fn count(&self) -> usize {
        self.server.users().len()
    }

    fn creates_of(&self, panel_id: PanelId) -> u32 {
        self.server.creates_of(&panel_id.expose())
    }

    fn resurrected(&self) -> Vec<String> {
        self.server.resurrected()
    }
}

#[async_trait]
impl Fixture for Fake {
    fn panel(&self) -> Arc<dyn Panel> {
        self.panel.clone()
    }

    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        let link = self.server.admin_link().replace(ADMIN_KEY, "5f1e9a3c-8a54-4c0b-9a55-0c5a0a3d7e11");
        Some(connect(json!({"admin_link": link, "allow_private": true})))
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        let link = format!("http://127.0.0.1:9/{ADMIN_PATH}/{ADMIN_KEY}/");
        Some(connect(json!({"admin_link": link, "allow_private": true, "client_proxy_path": CLIENT_PATH})))
    }

    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        let mut config = self.server.config();
        config["deadline_seconds"] = json!(3);
        Some(connect(config))
    }

    async fn freeze(&self) {
        self.server.set_frozen(true);
    }

    async fn thaw(&self) {
        self.server.set_frozen(false);
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        self.server.consume(&panel_id.expose(), bytes)
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        Some(self.server.user(&panel_id.expose()).is_some_and(|user| user.connects()))
    }

    async fn writes(&self, panel_id: PanelId) -> Option<u64> {
        Some(self.server.user(&panel_id.expose()).map_or(0, |user| user.writes))
    }

    fn secrets(&self) -> Vec<String> {
        vec![ADMIN_KEY.into(), ADMIN_PATH.into(), CLIENT_PATH.into()]
    }
}
