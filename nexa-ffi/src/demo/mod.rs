//! A whole shop in this process, so that an app is built and tried before there is a server.
//!
//! This is a composition root: it puts the engine together with the memory storage and the fakes that the core ships for
//! tests. The engine spawns nothing, so a thread of the demo works its queue, and ends with the last object of the demo.

mod controls;
mod stock;

pub use controls::DemoControls;

use crate::{counter::Counter, error::ShopError};
use async_trait::async_trait;
use futures::{channel::oneshot, executor::block_on};
use nexa_core::{
    Nexa,
    domain::{shop::Locale, user::Principal},
    error::{Error, Result},
    frontdesk::{LatencyReport, LinkAsk, LinkForm},
    ids::ShopId,
    memory::MemoryStorage,
    secret::{Keys, Secret},
    sim::{gateway::FakeKind, panel_kind::FakePanelKind},
    storefront::Storefront,
    world::{OsEntropy, SystemClock, World},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

/// The shop behind the counter.
pub(crate) struct Demo {
    pub(crate) nexa: Nexa,
    pub(crate) shop: ShopId,
    offline: AtomicBool,
    /// Dropped with the demo, which ends its thread.
    _running: Mutex<oneshot::Sender<()>>,
}

/// Opens a fresh shop in this language.
pub(crate) fn open(locale: Locale) -> Result<(Arc<dyn Counter>, Arc<DemoControls>), ShopError> {
    let (told, answer) = mpsc::channel();
    let work = move || block_on(run(locale, &told));
    let failed = |reason: &dyn ToString| ShopError::Failed { reason: reason.to_string() };
    // Not on the caller's thread, which may be inside a runtime of its own.
    drop(thread::Builder::new().name("nexa-demo".to_owned()).spawn(work).map_err(|error| failed(&error))?);
    let made = answer.recv().map_err(|error| failed(&error))?;
    let (demo, controls) = made.map_err(|error| ShopError::of(error, locale))?;
    let counter: Arc<dyn Counter> = demo;
    Ok((counter, controls))
}

type Made = Result<(Arc<Demo>, Arc<DemoControls>)>;

/// Makes the shop, hands it out, and works its queue until it is dropped.
async fn run(locale: Locale, told: &mpsc::Sender<Made>) {
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    let (bank, panels) = (FakeKind::default(), Arc::new(FakePanelKind::default()));
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new(world.bytes()))
        .world(world.clone())
        .panel_kind(Arc::<FakePanelKind>::clone(&panels))
        .gateway_kind(Arc::new(bank.clone()))
        .public_url("https://demo.invalid")
        .build();
    let worker = nexa.worker();
    let (running, ended) = oneshot::channel::<()>();
    let made = async {
        worker.prepare().await?;
        let stocked = stock::fill(&nexa, locale).await?;
        let offline = AtomicBool::new(false);
        let demo = Arc::new(Demo { nexa, shop: stocked.shop, offline, _running: Mutex::new(running) });
        let controls = Arc::new(DemoControls::new(&demo, stocked, bank.bank, panels, world));
        Ok((demo, controls))
    };
    let sent = told.send(made.await);
    if sent.is_ok() {
        worker.run(async { ended.await.unwrap_or_default() }).await;
    }
}

impl Demo {
    fn reachable(&self) -> Result<()> {
        if self.offline.load(Ordering::Relaxed) {
            return Err(Error::Offline { wait_seconds: 5 });
        }
        Ok(())
    }
}

/// The token of a link, which is the last part of its path.
fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap_or_default()
}

#[async_trait]
impl Counter for Demo {
    async fn enter(&self, held: Option<&Secret<String>>) -> Result<Arc<dyn Storefront>> {
        self.reachable()?;
        let who = match held {
            Some(token) => self.nexa.frontdesk().principal(self.shop, token.expose()).await?,
            None => Principal::guest(self.shop),
        };
        Ok(self.nexa.storefront(who))
    }

    async fn document(&self, links: &[String], form: LinkForm) -> Result<String> {
        self.reachable()?;
        let link = links.first().map(|link| token(link)).unwrap_or_default();
        let answer = self.nexa.frontdesk().link(link, LinkAsk::of(form)).await?;
        Ok(match form {
            LinkForm::Base64 => data_encoding::BASE64.encode(answer.body.as_bytes()),
            _ => answer.body,
        })
    }

    async fn report(&self, link: &str, reports: Vec<LatencyReport>) -> Result<()> {
        self.nexa.frontdesk().report_latency(token(link), reports).await
    }

    /// Made up from the address, because nothing of a demo leads anywhere.
    async fn reach(&self, host: &str, port: u16) -> Option<u32> {
        let last: u32 = host.rsplit('.').next()?.parse().ok()?;
        Some(20 + 17 * last + u32::from(port) % 10)
    }

    fn stale_since(&self) -> Option<String> {
        None
    }
}
