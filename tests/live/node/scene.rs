//! A shop that sells plans for play money, and a customer who buys them.

use crate::process::{Caller, Shop};
use nexa_core::{
    backoffice::model::{GatewayView, OperatorPlanView, OperatorServerView},
    storefront::model::{OrderView, SubscriptionView},
};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A delivery by our own node takes moments; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// A shop with its operator and a customer.
pub struct Scene {
    pub shop: Shop,
    pub operator: Caller,
    pub customer: Caller,
    /// The operator's account number.
    pub number: String,
    sandbox: String,
}

impl Scene {
    /// A fresh shop with its own server; `settings` are further ones.
    pub async fn open(settings: &[(&str, &str)]) -> Self {
        let mut shop = Shop::new(settings);
        shop.start().await;
        let (operator, number) = shop.claim_with_number().await;
        let secret = "5f".repeat(16);
        let gateway = json!({ "kind": "sandbox", "name": "Play money", "config": { "secret": secret } });
        let gateway: GatewayView = operator.post("/admin/gateways", gateway).await;
        let path = format!("/admin/gateways/{}", gateway.gateway_id);
        let _on: GatewayView = operator.send(Method::PATCH, &path, json!({ "enabled": true })).await;
        let customer = shop.guest().sign_up().await;
        Self { shop, operator, customer, number, sandbox: gateway.gateway_id }
    }

    pub async fn servers(&self) -> Vec<OperatorServerView> {
        self.operator.get("/admin/servers").await
    }

    /// Puts a plan on sale.
    pub async fn plan(&self, traffic: u64, extras: &[&str], group: Option<&str>) -> OperatorPlanView {
        let plan = json!({
            "name": format!("{traffic} bytes"), "days": 30, "traffic_bytes": traffic, "devices": 3, "on_sale": true,
            "prices": [{ "minor": 500, "currency": "USD" }], "extras": extras, "group_id": group,
        });
        self.operator.post("/admin/plans", plan).await
    }

    /// Buys a plan and pays for it, as the page of the play-money gateway does.
    pub async fn buy(&self, key: &str, order: Value) -> SubscriptionView {
        let order: OrderView = self.customer.checkout(key, &order).await.unwrap().view();
        let page = Url::parse(order.payment.unwrap().redirect_url.as_deref().unwrap()).unwrap();
        let of = |name: &str| page.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        let reference = page.path_segments().unwrap().next_back().unwrap();
        let form = ["amount", "currency", "sig"]
            .iter()
            .fold(format!("reference={reference}"), |form, name| format!("{form}&{name}={}", of(name)));
        let told = self.customer.raw(Method::POST, &of("hook")).body(form);
        let told = Caller::answer(told.header("Content-Type", "application/x-www-form-urlencoded")).await;
        assert!(told.status.is_success(), "{told:?}");
        let order = self.customer.order_in(&order.order_id, "fulfilled", PATIENCE).await;
        self.customer.subscription(order.subscription_id.as_deref().unwrap()).await
    }

    pub async fn buy_new(&self, key: &str, plan: &OperatorPlanView) -> SubscriptionView {
        self.buy(key, self.order_of(plan)).await
    }

    /// An order of a plan.
    pub fn order_of(&self, plan: &OperatorPlanView) -> Value {
        json!({ "purpose": "new", "method": self.sandbox, "plan_id": plan.plan_id })
    }

    pub async fn renew(&self, key: &str, plan: &OperatorPlanView, subscription: &str) -> SubscriptionView {
        let (plan, method) = (&plan.plan_id, &self.sandbox);
        let order = json!({ "purpose": "renewal", "method": method, "plan_id": plan, "subscription_id": subscription });
        self.buy(key, order).await
    }

    /// The `ss://` lines that an app gets behind a link, the usage line left out.
    pub async fn share_links(&self, link: &str) -> Vec<String> {
        let answer = self.customer.open(link, "plain").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let lines =
            answer.body.lines().filter(|line| line.starts_with("ss://") && !line.contains("@127.0.0.1:1#"));
        lines.map(str::to_owned).collect()
    }

    /// Waits until the subscription is as wished; gives it.
    pub async fn until(
        &self,
        id: &str,
        what: &str,
        holds: impl Fn(&SubscriptionView) -> bool,
    ) -> SubscriptionView {
        let began = Instant::now();
        loop {
            let view = self.customer.subscription(id).await;
            if holds(&view) {
                return view;
            }
            assert!(began.elapsed() < PATIENCE, "{what} did not come: {view:?}");
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends the shop in order; nothing that must stay secret was printed.
    pub async fn end(mut self) {
        assert_eq!(self.shop.terminate().await.0.code(), Some(0));
        self.shop.output().drain();
        self.shop.output().assert_clean();
    }
}
