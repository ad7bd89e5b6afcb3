//! Sets a shop up through its API: a panel, plans, ways to pay.

use super::{Caller, Shop};
use bitcoin::{
    NetworkKind,
    bip32::{ChildNumber, Xpriv, Xpub},
    secp256k1::Secp256k1,
};
use nexa_core::{
    backoffice::model::{GatewayView, OperatorPlanView, OperatorServerView},
    world::{OsEntropy, SystemClock, World},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// 2³⁰ bytes.
pub const GIB: u64 = 1 << 30;
/// What a whole Litecoin is worth in the drills, in cents: one cent is 10,000 litoshi, so nothing is rounded.
pub const CENTS_PER_COIN: i64 = 10_000;

/// What the operator set up.
#[derive(Clone)]
pub struct Sale {
    pub operator: Caller,
    pub plan: OperatorPlanView,
    pub litecoin: GatewayView,
    pub server: OperatorServerView,
}

impl Sale {
    /// Claims the shop and sells one plan of 30 days for 5 USD on one panel, for Litecoin.
    pub async fn open(shop: &Shop, panel: Value, esplora: &str, traffic: u64) -> Self {
        let operator = shop.claim().await;
        for secret in ["admin_key", "admin_proxy_path", "admin_link"] {
            for part in panel[secret].as_str().into_iter().flat_map(|text| text.split('/')) {
                if part.len() >= 12 && !part.contains(':') {
                    shop.output().secret(part);
                }
            }
        }
        let server = json!({ "name": "Frankfurt", "kind": "hiddify", "config": panel, "region": "DE" });
        let server = operator.post("/admin/servers", server).await;
        let plan = json!({
            "name": "Month", "days": 30, "traffic_bytes": traffic, "devices": 3, "on_sale": true,
            "prices": [{ "minor": 500, "currency": "USD" }],
        });
        let plan = operator.post("/admin/plans", plan).await;
        let litecoin = add_litecoin(shop, &operator, esplora).await;
        Self { operator, plan, litecoin, server }
    }

    /// Adds a way to pay and switches it on.
    pub async fn add_gateway(&self, kind: &str, config: Value) -> GatewayView {
        add_gateway(&self.operator, kind, config).await
    }

    /// An order of the plan.
    pub fn new_order(&self, method: &str) -> Value {
        json!({ "purpose": "new", "method": method, "plan_id": self.plan.plan_id })
    }

    /// An order of the plan for a subscription that is there.
    pub fn renewal(&self, method: &str, subscription: &str) -> Value {
        let plan = &self.plan.plan_id;
        json!({ "purpose": "renewal", "method": method, "plan_id": plan, "subscription_id": subscription })
    }
}

/// Adds Litecoin on a test chain, at a fixed rate.
pub async fn add_litecoin(shop: &Shop, operator: &Caller, esplora: &str) -> GatewayView {
    let key = account_key();
    shop.output().secret(&key);
    let gateway = add_gateway(operator, "litecoin", on_regtest(&key, esplora)).await;
    let price = json!({ "minor": CENTS_PER_COIN, "currency": "USD" });
    let rate = json!({ "asset": "LTC", "price": price, "valid_hours": 24 });
    let _set: Value = operator.send(Method::PUT, "/admin/rates", rate).await;
    gateway
}

/// Adds a way to pay and switches it on.
pub async fn add_gateway(operator: &Caller, kind: &str, config: Value) -> GatewayView {
    let made: GatewayView =
        operator.post("/admin/gateways", json!({ "kind": kind, "name": kind, "config": config })).await;
    let path = format!("/admin/gateways/{}", made.gateway_id);
    operator.send(Method::PATCH, &path, json!({ "enabled": true })).await
}

/// The settings of a Litecoin gateway that takes one confirmation on a test chain.
fn on_regtest(key: &str, esplora: &str) -> Value {
    json!({ "key": key, "network": "regtest", "servers": [esplora], "confirmations": 1, "timeout_seconds": 5 })
}

/// The account key of a wallet that is forgotten at once.
fn account_key() -> String {
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    let curve = Secp256k1::new();
    let master = Xpriv::new_master(NetworkKind::Test, &world.bytes::<32>()).unwrap();
    let path = [84, 2, 0].map(|index| ChildNumber::from_hardened_idx(index).unwrap());
    let account = master.derive_priv(&curve, &path).unwrap();
    Xpub::from_priv(&curve, &account).to_string()
}
