//! A shop that runs elsewhere.

use crate::{counter::Counter, probe, settings::ShopSettings};
use async_trait::async_trait;
use data_encoding::BASE64;
use nexa_core::{
    domain::refusal::Refusal,
    error::Result,
    frontdesk::{LatencyReport, LinkForm},
    secret::Secret,
    storefront::Storefront,
    world::{OsEntropy, SystemClock, World},
};
use nexa_http::client::{FolderCache, Freshness, Remote, RemoteSettings};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The shop at its addresses.
pub(crate) struct Elsewhere {
    remote: Remote,
    last: Mutex<Freshness>,
    world: World,
}

impl Elsewhere {
    pub(crate) fn new(urls: Vec<String>, settings: ShopSettings) -> Result<Self> {
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let ShopSettings { locale, proxy, pins, cache_folder, deadline_seconds } = settings;
        let mut to = RemoteSettings { locale, proxy, world: world.clone(), ..RemoteSettings::new(urls) };
        to.pins = pins.iter().map(|pin| self::pin(pin)).collect::<Result<_, _>>()?;
        if let Some(folder) = cache_folder {
            let bad = |_| Refusal::bad_input("cache_folder", "a folder of the app's own");
            to.cache = Some(Arc::new(FolderCache::new(folder).map_err(bad)?));
        }
        match deadline_seconds {
            None => {}
            Some(seconds @ 1..=300) => to.deadline = Duration::from_secs(u64::from(seconds)),
            Some(_) => return Err(Refusal::bad_input("deadline_seconds", "1 to 300").into()),
        }
        Ok(Self { remote: Remote::new(to)?, last: Mutex::default(), world })
    }
}

fn pin(text: &str) -> Result<[u8; 32], Refusal> {
    let bytes = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Refusal::bad_input("pins", "the SHA-256 of a SubjectPublicKeyInfo in base64"))
}

#[async_trait]
impl Counter for Elsewhere {
    async fn enter(&self, token: Option<&Secret<String>>) -> Result<Arc<dyn Storefront>> {
        let remote = match token {
            Some(token) => self.remote.signed_in(token.clone()),
            None => self.remote.guest(),
        };
        let (remote, note) = remote.dated();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = note;
        Ok(Arc::new(remote))
    }

    async fn document(&self, links: &[String], form: LinkForm) -> Result<String> {
        self.remote.link(links, form).await
    }

    async fn report(&self, link: &str, reports: Vec<LatencyReport>) -> Result<()> {
        self.remote.report_latency(link, &reports).await
    }

    async fn reach(&self, host: &str, port: u16) -> Option<u32> {
        probe::dial(&self.world, host, port).await
    }

    fn stale_since(&self) -> Option<String> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.stale_since().map(|at| at.to_string())
    }
}
