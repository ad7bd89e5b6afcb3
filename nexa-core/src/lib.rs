//! `NexaVPN`'s engine: everything a shop needs to sell VPN access, without a frontend and without a runtime.
//!
//! ```text
//! Storefront  Backoffice  Frontdesk      driving ports: what frontends call
//!          engine/                       one file per use case
//!          domain/                       pure rules
//! Storage  Panel  Gateway  Notifier      driven ports: what adapters implement
//! ```
//!
//! [`Nexa::builder`] puts an engine together from a storage, keys and adapters; it hands out the three driving ports
//! and a [`Worker`]. [`prelude`] has the names that nearly every program needs.
#![cfg_attr(
    feature = "testing",
    doc = r#"
A plan is sold like this, here with everything in memory (feature `testing`):

```
use nexa_core::prelude::*;
use serde_json::json;
use std::sync::Arc;

# fn main() -> Result<()> {
# futures::executor::block_on(async {
let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
    .panel_kind(Arc::new(FakePanelKind::default()))
    .build();
let shop = nexa.install("Quick VPN", Currency::Usd, Locale::En, true, None).await?.shop_id;

// The owner: a server and a plan.
let office = nexa.owner(shop).await?;
let price = Money::new(500, Currency::Usd);
office.add_server(AddServerRequest::new("Frankfurt", "memory", json!({ "name": "frankfurt" }))).await?;
let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;

// The customer: an anonymous account, with money in the wallet.
let guest = nexa.storefront(Principal::guest(shop));
let user = guest.sign_up(SignUpRequest::default()).await?.session.user_id;
office.correct_wallet(&user, WalletCorrection { amount: price.into() }, "welcome".into()).await?;
let customer = nexa.customer(shop, &user).await?;
let order = customer.checkout(CheckoutRequest::of_plan(&plan.plan_id, "wallet"), None).await?;
assert_eq!(order.state, "paid");

// The worker delivers.
nexa.worker().tick().await?;
assert_eq!(customer.order(&order.order_id).await?.state, "fulfilled");
assert!(customer.subscriptions().await?[0].link.starts_with("http"));
# Ok(()) })
# }
```
"#
)]
//!
//! # The life of an engine
//!
//! 1. **Keys.** 32 random bytes, made once and kept outside the database: [`secret::Keys`]. Without them nothing that is
//!    sealed can be read, and no link, account number or token is found again.
//! 2. **Build.** [`Nexa::builder`] names the storage, the kinds of panels and gateways that servers and ways to pay may be
//!    of, and the ways to reach people. It speaks to nobody. [`Nexa`] is cheap to clone.
//! 3. **Install.** [`Nexa::install`] makes the first shop when there is none, and is harmless at every start after.
//! 4. **Work.** What a purchase leads to is a job in the same transaction; nothing is delivered without a worker. In a
//!    server: [`Worker::prepare`] once, then [`Worker::run`] on a task of yours until it is told to stop; what is being
//!    worked on is finished. Elsewhere [`Worker::tick`] does what is due and tells when to call again. Several workers
//!    on one database do no harm; `prepare` is for a process that has the database to itself, and on PostgreSQL frees
//!    nothing while another process is there.
//! 5. **Ask.** Each request gets a port for whoever asks: [`Nexa::storefront`] and [`Nexa::backoffice`] for a
//!    [`Principal`](domain::user::Principal), which [`Frontdesk::principal`](frontdesk::Frontdesk::principal) makes of a
//!    token; [`Nexa::customer`] and [`Nexa::owner`] for programs with a sign-in of their own; [`Nexa::frontdesk`] for
//!    links, callbacks and whoever has not signed in.
//! 6. **Stop.** Drop it. A transaction is whole or not there, and an interrupted job is found again by its lease.
//!
//! No call blocks a thread for long: password hashing and decoding of pictures go to threads of their own. Any executor
//! will do, but the storages of `sql` want tokio's.
//!
//! # Errors
//!
//! Of an engine [`error::Error`] is one of two. A [`Refusal`](domain::refusal::Refusal) is an answer: show
//! [`text::refusal`], which has it in every language, or its stable `code()`; trying again gives the same. A
//! [`Failure`](error::Failure) is an accident outside: log it, say nothing of it to customers, and try again by its
//! [`Retry`](error::Retry). What costs money takes a key of the caller's, so that trying again buys once.
//!
//! # Adapters of your own
//!
//! | for | implement | register | check with |
//! |---|---|---|---|
//! | servers | [`ports::panel`] | [`Builder::panel_kind`] | `conformance::panel` |
//! | ways to pay | [`ports::gateway`] | [`Builder::gateway_kind`] | `conformance::gateway` |
//! | messages | [`ports::notifier`], [`ports::mailer`] | [`Builder::notifier`] | `conformance::notifier` |
//! | databases | [`ports::storage`] | [`Nexa::builder`] | `conformance::storage` |
//! | several processes | [`ports::limiter`], [`ports::stash`] | [`Builder::limiter`], [`Builder::stash`] | `conformance::limiter`, `conformance::stash` |
//!
//! The suites come with the feature `testing`; the `examples/` of the repository have a panel, a gateway and a storage.
//!
//! # Features
//!
//! | feature | what it adds | brings |
//! |---|---|---|
//! | `sqlite` (default) | `sql::SqliteStorage` | rusqlite with its own SQLite, tokio |
//! | `postgres` | `sql::PostgresStorage`, for servers from 13 on, beside `sqlite` | sqlx's driver with rustls |
//! | `passkeys` | sign-in with passkeys | webauthn-rs |
//! | `openapi` | the contract models as OpenAPI objects | poem-openapi |
//! | `testing` | `memory::MemoryStorage`, a simulated world, the conformance suites | |

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
mod import;
pub mod letter;
#[cfg(feature = "testing")]
pub mod memory;
pub mod metric;
pub mod picture;
pub mod ports;
pub mod prelude;
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
