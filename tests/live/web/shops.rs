//! Shops for the journeys: what they sell on which server, and how it is paid.

use super::super::node::scene::Scene;
use crate::process::{GIB, add_gateway, add_litecoin};
use nexa_core::{backoffice::model::OperatorPlanView, domain::money::Currency};
use nexa_hiddify::testing::{FakeHiddify, Release};
use reqwest::Method;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::time::{Instant, sleep};

/// A journey may take a while until it is there.
const PATIENCE: Duration = Duration::from_mins(2);

/// A shop that sells accesses of one panel in Germany.
pub struct Stall {
    pub scene: Scene,
    pub panel: FakeHiddify,
    currency: Currency,
}

impl Stall {
    /// A shop with nothing on sale yet; `settings` as in `nexa.toml`.
    pub async fn open(settings: &[(&str, &str)]) -> Self {
        let named = settings.iter().find(|(name, _)| *name == "currency").map_or("USD", |(_, value)| *value);
        let panel = FakeHiddify::start(Release::V14).await.unwrap();
        let scene = Scene::open(settings).await;
        let server =
            json!({ "name": "Frankfurt", "kind": "hiddify", "config": panel.config(), "region": "DE" });
        let _server: Value = scene.operator.post("/admin/servers", server).await;
        Self { scene, panel, currency: named.parse().unwrap() }
    }

    async fn plan(&self, name: &str, days: u32, price: i64, more: Value) -> OperatorPlanView {
        let price = if self.currency == Currency::Irr { price * 6_000 } else { price };
        let mut plan = json!({
            "name": name, "days": days, "traffic_bytes": 50 * GIB, "devices": 2, "on_sale": true,
            "prices": [{ "minor": price, "currency": self.currency.to_string() }],
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            plan[key] = value.clone();
        }
        self.scene.operator.post("/admin/plans", plan).await
    }

    /// Puts plans of a month and a quarter on sale; gives the first.
    pub async fn sells(&self, more: &[(&str, u32)]) -> OperatorPlanView {
        for (name, days) in more {
            self.plan(name, *days, i64::from(*days) * 15, json!({})).await;
        }
        self.plan("Month", 30, 500, json!({})).await
    }

    /// Gives trials of a day, beside what it sells.
    pub async fn gives_trials(&self) {
        self.sells(&[("Quarter", 90)]).await;
        let trial = self.plan("Trial", 1, 50, json!({ "on_sale": false, "traffic_bytes": GIB })).await;
        let wish = json!({ "trial_plan_id": trial.plan_id });
        let _shop: Value = self.scene.operator.send(Method::PATCH, "/admin/shop", wish).await;
    }

    /// Takes transfers to a bank card; gives the way to pay.
    pub async fn takes_cards(&self) -> String {
        let cards = json!([{ "number": "6219861034529007", "holder": "Reza Karimi", "bank": "Saman" }]);
        let config = json!({ "currency": self.currency.to_string(), "step": 1, "steps": 99, "cards": cards });
        add_gateway(&self.scene.operator, "card", config).await.gateway_id
    }

    /// Takes Litecoin; gives the way to pay.
    pub async fn takes_litecoin(&self, esplora: &str) -> String {
        add_litecoin(&self.scene.shop, &self.scene.operator, esplora).await.gateway_id
    }

    /// The customer's subscriptions, one for each name: its id and link.
    pub async fn bought(&self, names: &[&str]) -> Value {
        let plan = self.sells(&[]).await;
        self.bought_of(&plan, names).await
    }

    /// A subscription with so little traffic that the shop reads its counter every minute.
    pub async fn bought_small(&self) -> Value {
        let plan = self.plan("Small", 7, 100, json!({ "traffic_bytes": GIB / 4 })).await;
        self.bought_of(&plan, &["small"]).await["small"].take()
    }

    async fn bought_of(&self, plan: &OperatorPlanView, names: &[&str]) -> Value {
        let mut all = json!({});
        for name in names {
            let bought = self.scene.buy_new(name, plan).await;
            all[*name] = json!({ "id": bought.subscription_id, "link": bought.link });
        }
        all
    }

    /// All users use this much; waits until the shop knows.
    pub async fn is_used(&self, bytes: u64) {
        for user in self.panel.users() {
            assert!(self.panel.consume(&user.uuid, bytes), "it is connected");
        }
        let all: Vec<Value> = self.scene.customer.get("/subscriptions").await;
        let id = all[0]["subscription_id"].as_str().unwrap().to_owned();
        let began = Instant::now();
        while self.scene.customer.subscription(&id).await.used_bytes < bytes {
            assert!(began.elapsed() < PATIENCE, "usage was not read");
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Lets the panel answer as soon as this file is there.
    pub async fn thaws_once(&self, file: &Path) {
        let began = Instant::now();
        while !file.exists() && began.elapsed() < PATIENCE {
            sleep(Duration::from_millis(100)).await;
        }
        self.panel.set_frozen(false);
    }
}
