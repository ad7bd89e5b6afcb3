//! The adapter for Marzban passes the panel suite on a real panel that somebody names: none can be installed from a package
//! registry.
//!
//! `NEXA_MARZBAN_URL`, `NEXA_MARZBAN_USER` and `NEXA_MARZBAN_PASSWORD` name it and an admin of it. The suite takes off every
//! user of that admin: give it one of its own, that is not a sudo admin, on a panel without customers.

use super::require::{Missing, found};
use async_trait::async_trait;
use nexa_core::{
    conformance::panel::{Fixture, run_all},
    ports::panel::{Panel, PanelKind},
};
use nexa_marzban::MarzbanKind;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a run must not begin with: the suite deletes them.
const MOST_USERS: usize = 20;

struct Real {
    config: Value,
    panel: Arc<dyn Panel>,
}

impl Real {
    fn named() -> Result<Self, Missing> {
        let set = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let named = (set("NEXA_MARZBAN_URL"), set("NEXA_MARZBAN_USER"), set("NEXA_MARZBAN_PASSWORD"));
        let (Some(url), Some(user), Some(password)) = named else {
            return Err(Missing::new("marzban", "name one by NEXA_MARZBAN_URL, _USER and _PASSWORD"));
        };
        let config = json!({"base_url": url, "username": user, "password": password, "allow_private": true});
        let panel = MarzbanKind.connect(&config.clone().into());
        let panel = panel.map_err(|refusal| Missing::broken("marzban", format!("{refusal:?}")))?;
        Ok(Self { config, panel })
    }

    fn but(&self, setting: &str, value: &str) -> Arc<dyn Panel> {
        let mut config = self.config.clone();
        config[setting] = value.into();
        MarzbanKind.connect(&config.into()).unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }
}

#[async_trait]
impl Fixture for Real {
    fn panel(&self) -> Arc<dyn Panel> {
        Arc::clone(&self.panel)
    }

    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        Some(self.but("password", "not the password of anybody"))
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        // The discard port: nothing listens there on a test machine.
        Some(self.but("base_url", "http://127.0.0.1:9"))
    }

    fn secrets(&self) -> Vec<String> {
        self.config["password"].as_str().map(str::to_owned).into_iter().collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_adapter_passes_the_panel_suite() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let Some(real) = found("live::marzban", Real::named()) else { return };
    let health = real.panel.health().await;
    assert!(health.clone().done().is_some(), "{health:?}");
    let users = real.panel.list().await.done().expect("its users").len();
    assert!(users <= MOST_USERS, "this admin has {users} users, and the suite would delete them");
    run_all(&real).await;
}
