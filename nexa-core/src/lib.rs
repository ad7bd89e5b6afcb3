//! `NexaVPN`'s engine: everything a shop needs to sell VPN access, without a frontend.
//!
//! ```text
//! Storefront  Backoffice  Frontdesk      driving ports: what frontends call
//!          engine/                       one file per use case
//!          domain/                       pure rules
//! Storage  Panel  Gateway  Notifier      driven ports: what adapters implement
//! ```
//!
//! [`Nexa::builder`] puts an engine together from a storage, keys and adapters; it hands out the three driving ports
//! and a [`Worker`].
#![cfg_attr(
    feature = "testing",
    doc = r#"
A plan is bought like this, here with everything in memory (feature `testing`):

```
use nexa_core::{
    Nexa,
    backoffice::model::{AddPlanRequest, AddServerRequest, WalletCorrection},
    domain::{money::Currency, shop::Locale, user::Principal},
    memory::MemoryStorage,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    storefront::model::{CheckoutRequest, MoneyView, Purpose, SignUpRequest},
};
use std::sync::Arc;

# fn main() -> nexa_core::error::Result<()> {
# futures::executor::block_on(async {
let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
    .panel_kind(Arc::new(FakePanelKind::default()))
    .build();
let door = nexa.frontdesk();

// The operator: a server and a plan.
let installed = nexa.install("Quick VPN", Currency::Usd, Locale::En, true, None).await?;
let key = door.claim(&installed.claim.unwrap_or_default()).await?.api_key;
let operator = nexa.backoffice(door.principal(installed.shop_id, &key).await?);
let price = MoneyView { minor: 500, currency: "USD".into() };
operator
    .add_server(AddServerRequest {
        name: "Frankfurt".into(),
        kind: "memory".into(),
        config: serde_json::json!({ "name": "frankfurt" }),
        group_id: None,
        region: None,
        capacity: None,
    })
    .await?;
let plan = operator
    .add_plan(AddPlanRequest {
        name: "Month".into(),
        days: 30,
        traffic_bytes: 10 << 30,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices: vec![price.clone()],
        on_sale: true,
    })
    .await?;

// The customer: an anonymous account, with money in the wallet.
let guest = nexa.storefront(Principal::guest(installed.shop_id));
let session = guest.sign_up(SignUpRequest::default()).await?.session;
operator.correct_wallet(&session.user_id, WalletCorrection { amount: price }, "welcome".into()).await?;
let shop = nexa.storefront(door.principal(installed.shop_id, &session.token).await?);
let wish = CheckoutRequest {
    purpose: Purpose::New,
    method: "wallet".into(),
    plan_id: Some(plan.plan_id),
    ..CheckoutRequest::default()
};
let order = shop.checkout(wish, None).await?;
assert_eq!(order.state, "paid");

// The worker delivers.
nexa.worker().tick().await?;
assert_eq!(shop.order(&order.order_id).await?.state, "fulfilled");
assert!(shop.subscriptions().await?[0].link.starts_with("http"));
# Ok(()) })
# }
```
"#
)]

pub mod address;
pub mod apps;
pub mod backoffice;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod domain;
pub mod engine;
pub mod error;
pub mod frontdesk;
pub mod icon;
pub mod ids;
#[cfg(feature = "testing")]
pub mod memory;
pub mod picture;
pub mod ports;
pub mod qr;
pub mod secret;
#[cfg(feature = "testing")]
pub mod sim;
#[cfg(feature = "sqlite")]
pub mod sql;
pub mod storefront;
pub mod text;
pub mod world;

pub use engine::{Builder, CheckLine, FirstServer, Installed, Nexa, worker::Worker};
