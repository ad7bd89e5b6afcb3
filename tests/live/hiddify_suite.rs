//! The adapter for HiddifyPanel passes the panel suite on real panels.

use super::{hiddify::HiddifyPanel, require::found};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    conformance::panel::{Fixture, fresh_grant, run_all},
    domain::{
        grant::{Grant, PanelId, SeenEnd},
        measure::Traffic,
    },
    ports::panel::{Panel, PanelKind},
};
use nexa_hiddify::HiddifyKind;
use serde_json::{Value, json};
use std::sync::Arc;

/// A version-4 UUID that is nobody's key.
const NOBODY: &str = "5f1e9a3c-8a54-4c0b-9a55-0c5a0a3d7e11";

struct Real {
    server: HiddifyPanel,
    /// Connected with the admin's link alone, so it discovers the customers' path.
    panel: Arc<dyn Panel>,
}

impl Real {
    fn of(server: HiddifyPanel) -> Self {
        let HiddifyPanel { base_url, admin_proxy_path, admin_uuid, .. } = &server;
        let link = format!("{base_url}/{admin_proxy_path}/{admin_uuid}/");
        let panel = connect(json!({"admin_link": link, "allow_private": true}));
        Self { server, panel }
    }

    fn parts(&self) -> Value {
        json!({
            "base_url": self.server.base_url,
            "admin_proxy_path": self.server.admin_proxy_path,
            "admin_key": self.server.admin_uuid,
            "client_proxy_path": self.server.client_proxy_path,
            "allow_private": true,
        })
    }

    fn but(&self, setting: &str, value: impl Into<Value>) -> Arc<dyn Panel> {
        let mut config = self.parts();
        config[setting] = value.into();
        connect(config)
    }
}

fn connect(config: Value) -> Arc<dyn Panel> {
    HiddifyKind.connect(&config.into()).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

#[async_trait]
impl Fixture for Real {
    fn panel(&self) -> Arc<dyn Panel> {
        Arc::clone(&self.panel)
    }

    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        Some(self.but("admin_key", NOBODY))
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        // The discard port: nothing listens there on a test machine.
        Some(self.but("base_url", "http://127.0.0.1:9"))
    }

    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        Some(self.but("deadline_seconds", 6))
    }

    async fn freeze(&self) {
        assert_eq!(self.server.freeze().await, Ok(()));
    }

    async fn thaw(&self) {
        assert_eq!(self.server.thaw().await, Ok(()));
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        assert_eq!(self.server.usage(&panel_id.expose(), bytes).await, Ok(()));
        true
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        // What the panel itself would give to its cores: switched on, within its days and its traffic.
        let query = format!("select enable from user where uuid='{}'", panel_id.expose());
        self.server.sql(&query).await.ok().map(|row| row.trim() == "1")
    }

    fn secrets(&self) -> Vec<String> {
        let HiddifyPanel { admin_proxy_path, client_proxy_path, admin_uuid, .. } = &self.server;
        vec![admin_proxy_path.clone(), client_proxy_path.clone(), admin_uuid.clone()]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_adapter_passes_the_panel_suite_on_every_version() {
    drop(rustls::crypto::ring::default_provider().install_default());
    for version in HiddifyPanel::versions() {
        let test = format!("live::hiddify_suite: HiddifyPanel {version}");
        let Some(server) = found(&test, HiddifyPanel::start(&version).await) else { continue };
        let real = Real::of(server);
        assert_eq!(real.panel.health().await.done().map(|health| health.version), Some(version));
        run_all(&real).await;
    }
}

/// What an operator makes by a form of the panel is adopted with what is left of it: the panel's own answers show it.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_made_by_hand_is_seen_as_the_panel_means_it() {
    drop(rustls::crypto::ring::default_provider().install_default());
    for version in HiddifyPanel::versions() {
        let test = format!("live::hiddify_suite: by hand on HiddifyPanel {version}");
        let Some(server) = found(&test, HiddifyPanel::start(&version).await) else { continue };
        let real = Real::of(server);
        let HiddifyPanel { base_url, admin_proxy_path, admin_uuid, .. } = &real.server;
        let id: PanelId = "a59e4807-8100-45d7-83b6-f2248e3475f8".parse().expect("an identity");
        let made = json!({ "uuid": id.expose(), "name": "Ali", "usage_limit_GB": 20, "package_days": 30 });
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let request = http.post(format!("{base_url}/{admin_proxy_path}/api/v2/admin/user/"));
        let request =
            request.header("Hiddify-API-Key", admin_uuid).header("content-type", "application/json");
        let answer = request.body(made.to_string()).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let seen = real.panel.find(id).await.done().expect("seen");
        assert_eq!((seen.limit, seen.counter, seen.enabled), (Traffic::gib(20), Traffic::ZERO, true));
        assert_eq!(seen.ends, SeenEnd::AfterFirstUse(SignedDuration::from_hours(720)), "{version}");
        assert!(real.consume(id, 5 << 30).await);
        let used = real.panel.find(id).await.done().expect("seen").counter;
        assert_eq!(used.as_bytes() >> 30, 5, "{version}");
        let ours = Grant { panel_id: id, limit: Traffic::gib(20), ..fresh_grant() };
        let adopted = real.panel.apply(&ours).await.done().expect("applied");
        assert_eq!((adopted.counter, adopted.limit), (used, Traffic::gib(20)), "{version}");
    }
}
