//! The panel suite against the fake panel, and the adapter's answers to whatever such a panel can do.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]
#![expect(clippy::needless_pass_by_value, reason = "settings are written where they are given")]

mod by_hand;
mod config;
mod failures;
mod hostile;
mod ours;

use async_trait::async_trait;
use nexa_core::{
    conformance::panel::Fixture,
    domain::grant::PanelId,
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelKind},
    },
};
use nexa_marzban::{
    MarzbanKind,
    testing::{FakeMarzban, Fault, PASSWORD, Release, USERNAME},
};
use nexa_panel_http::testing::Misbehaving;
use serde_json::{Value, json};
use std::{future::Future, io, sync::Arc};

/// A fake panel with an adapter that keeps its token, as in production.
struct Fake {
    server: FakeMarzban,
    panel: Arc<dyn Panel>,
}

impl Fake {
    async fn start() -> Self {
        Self::of(Release::V08, json!({})).await
    }

    async fn of(release: Release, more: Value) -> Self {
        // Somebody else of this process may have installed it.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let server = FakeMarzban::start(release).await.unwrap();
        let panel = connect(&server, more);
        Self { server, panel }
    }

    /// What an operator does by the dashboard, which speaks the same API.
    async fn operate(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.request(method, format!("{}api/{path}", self.server.base_url()));
        let request = request.header("authorization", format!("Bearer {}", self.server.token()));
        let answer =
            request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

/// An adapter for `server` with these settings beside the usual ones.
fn connect(server: &FakeMarzban, more: Value) -> Arc<dyn Panel> {
    let mut config = server.config();
    for (field, value) in more.as_object().unwrap() {
        config[field] = value.clone();
    }
    MarzbanKind.connect(&config.into()).unwrap()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

fn is_rejected<T>(outcome: &Outcome<T>, word: &str) -> bool {
    matches!(outcome, Outcome::Rejected(why) if why.contains(word))
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
        self.server.creates_of(panel_id)
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
        Some(connect(&self.server, json!({"password": "another"})))
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        Some(connect(&self.server, json!({"base_url": "http://127.0.0.1:9"})))
    }

    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        Some(connect(&self.server, json!({"deadline_seconds": 3})))
    }

    async fn freeze(&self) {
        self.server.set_frozen(true);
    }

    async fn thaw(&self) {
        self.server.set_frozen(false);
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        self.server.consume(panel_id, i64::try_from(bytes).unwrap())
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        Some(self.server.connects(panel_id))
    }

    async fn writes(&self, panel_id: PanelId) -> Option<u64> {
        Some(self.server.made(panel_id).map_or(0, |user| user.writes))
    }

    fn secrets(&self) -> Vec<String> {
        vec![PASSWORD.into(), USERNAME.into(), self.server.token()]
    }
}

nexa_core::panel_suite!(run, Fake::start().await);
nexa_panel_http::misbehaving_suite!(run, Fake::start().await);

mod some_inbounds_with_a_flow {
    async fn start() -> crate::Fake {
        let more =
            serde_json::json!({"inbounds": ["VLESS REALITY", "Shadowsocks TCP"], "flow": "xtls-rprx-vision"});
        crate::Fake::of(nexa_marzban::testing::Release::V08, more).await
    }
    nexa_core::panel_suite!(crate::run, start().await);
}
