//! A panel of one's own: a VPN daemon on this machine that reads its users from a file and notes there what they used.
//! It sells a month through it, then runs the core's suite for panels, which every adapter must pass.
#![expect(clippy::print_stdout, reason = "it shows what happens")]

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    conformance::panel::{Fixture, run_all},
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen, SeenEnd},
        link::Format,
        refusal::Refusal,
        setting::{Field, Input},
    },
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth, PanelKind, PanelProfile},
    },
    prelude::*,
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// A user as the daemon's file has it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct User {
    label: String,
    enabled: bool,
    limit: Traffic,
    ends_at: Timestamp,
    devices: u32,
    used: Traffic,
}

type Users = BTreeMap<PanelId, User>;

/// What an operator types to add such a server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    file: PathBuf,
    host: String,
}

struct DaemonKind;

impl PanelKind for DaemonKind {
    fn name(&self) -> &'static str {
        "daemon"
    }

    fn fields(&self) -> Vec<Field> {
        vec![Field::new("file", Input::Text).needed(), Field::new("host", Input::Text).needed()]
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        let config = Config::deserialize(config.expose())
            .map_err(|_| Refusal::bad_config("config", "expected file and host"))?;
        Ok(Arc::new(Daemon::new(config)))
    }
}

struct Daemon {
    config: Config,
    profile: PanelProfile,
    /// Whoever holds it may change the file.
    pen: Mutex<()>,
}

impl Daemon {
    fn new(config: Config) -> Self {
        let profile = PanelProfile {
            kind: "daemon",
            deadline: SignedDuration::from_secs(5),
            list_every: SignedDuration::from_mins(1),
            compare_every: SignedDuration::from_hours(6),
            formats: vec![Format::Uris],
            exclusive: false,
        };
        Self { config, profile, pen: Mutex::default() }
    }

    /// Has `step` read the users, and writes them back if it changed them. Says what is known when that fails: nothing
    /// was done while the file could not be read; once it was being written, nobody knows.
    fn with_users<T>(&self, step: impl FnOnce(&mut Users) -> Outcome<T>) -> Outcome<T> {
        let _pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(text) = fs::read(&self.config.file) else {
            return Outcome::Unreachable("the file of users cannot be read".to_owned());
        };
        let Ok(before) = serde_json::from_slice::<Users>(&text) else {
            return Outcome::Ambiguous("the file of users holds something else".to_owned());
        };
        let mut users = before.clone();
        let outcome = step(&mut users);
        if users != before && replace(&self.config.file, &users).is_err() {
            return Outcome::Ambiguous("the file of users could not be written".to_owned());
        }
        outcome
    }

    fn with_user<T>(&self, id: PanelId, step: impl FnOnce(&mut User) -> T) -> Outcome<T> {
        self.with_users(|users| {
            users.get_mut(&id).map_or(Outcome::NotFound, |user| Outcome::Done(step(user)))
        })
    }
}

/// The daemon never sees half a file.
fn replace(file: &Path, users: &Users) -> std::io::Result<()> {
    let fresh = file.with_extension("new");
    fs::write(&fresh, serde_json::to_vec_pretty(users)?)?;
    fs::rename(fresh, file)
}

/// What the grant wants the daemon to have; what was used is the daemon's to count.
fn wanted(grant: &Grant, used: Traffic) -> User {
    let Grant { enabled, limit, ends_at, devices, .. } = *grant;
    User { label: grant.label.clone(), enabled, limit, ends_at, devices, used }
}

fn seen(panel_id: PanelId, user: &User) -> Seen {
    let (counter, ends) = (user.used, SeenEnd::At(user.ends_at));
    Seen { panel_id, enabled: user.enabled, limit: user.limit, counter, ends, resets_every: None }
}

#[async_trait]
impl Panel for Daemon {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.with_users(|users| {
            let counter = users.get(&grant.panel_id).map_or(Traffic::ZERO, |held| held.used);
            let user = wanted(grant, counter);
            let now = seen(grant.panel_id, &user);
            users.insert(grant.panel_id, user);
            Outcome::Done(now)
        })
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.with_user(grant.panel_id, |user| *user == wanted(grant, user.used))
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.with_user(panel_id, |user| seen(panel_id, user))
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        self.with_users(|users| Outcome::Done(users.iter().map(|(id, user)| seen(*id, user)).collect()))
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.with_users(|users| users.remove(&panel_id).map_or(Outcome::NotFound, |_| Outcome::Done(())))
    }

    async fn document(&self, panel_id: PanelId, _format: Format) -> Outcome<String> {
        let link = format!("trojan://{}@{}:443#Home\n", panel_id.expose(), self.config.host);
        self.with_user(panel_id, |_| link)
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        let (version, none) = ("1".to_owned(), Extras::NONE);
        let health = PanelHealth { version, warning: None, offers: none, sold_out: none };
        self.with_users(|_| Outcome::Done(health))
    }
}

/// The daemon under test, and the power to have its users use something.
struct UnderTest(Arc<Daemon>);

#[async_trait]
impl Fixture for UnderTest {
    fn panel(&self) -> Arc<dyn Panel> {
        self.0.clone()
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        let file = self.0.config.file.join("nowhere");
        Some(Arc::new(Daemon::new(Config { file, ..self.0.config.clone() })))
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        let count = |user: &mut User| user.used = user.used.plus(Traffic::bytes(bytes));
        self.0.with_user(panel_id, count).done().is_some()
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        Some(self.0.with_user(panel_id, |user| user.enabled).done().unwrap_or(false))
    }
}

async fn sell_a_month(file: &Path) -> Result<String> {
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .panel_kind(Arc::new(DaemonKind))
        .build();
    let shop = nexa.install("Home VPN", Currency::Usd, Locale::En, true, None).await?.shop_id;
    let office = nexa.owner(shop).await?;
    let (price, config) =
        (Money::new(500, Currency::Usd), json!({ "file": file, "host": "vpn.example.org" }));
    office.add_server(AddServerRequest::new("Home", "daemon", config)).await?;
    let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;
    let guest = nexa.storefront(Principal::guest(shop));
    let user = guest.sign_up(SignUpRequest::default()).await?.session.user_id;
    office.correct_wallet(&user, WalletCorrection { amount: price.into() }, "welcome".into()).await?;
    let customer = nexa.customer(shop, &user).await?;
    let order = customer.checkout(CheckoutRequest::of_plan(&plan.plan_id, "wallet"), None).await?;
    nexa.worker().tick().await?;
    Ok(customer.order(&order.order_id).await?.state)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("users.json");
    fs::write(&file, "{}")?;
    futures::executor::block_on(async {
        println!("The order is {}.", sell_a_month(&file).await?);
        let users: Users = serde_json::from_slice(&fs::read(&file)?)?;
        println!("The daemon has {} user.", users.len());
        let daemon = Arc::new(Daemon::new(Config { file, host: "vpn.example.org".to_owned() }));
        println!("All {} cases of the panel suite passed.", run_all(&UnderTest(daemon)).await);
        Ok(())
    })
}
