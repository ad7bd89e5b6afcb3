//! Calls to one Esplora-compatible server: paced, bounded in time and size, never following a redirect.
//!
//! Its errors name the host only, because an address may hold an access key.

use super::config::Route;
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// A page holds at most 75 transactions; a megabyte each would be above the size of a block.
const LARGEST_BODY: usize = 8 << 20;
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered, but nothing follows from it.
    Unclear(String),
}

/// One server.
pub(super) struct Server {
    client: Client,
    route: Route,
    pace: Arc<Pace>,
}

impl Server {
    pub(super) fn new(client: Client, route: Route) -> Self {
        let pace = Pace::of(&route.host);
        Self { client, route, pace }
    }

    /// The host, for messages.
    pub(super) fn host(&self) -> &str {
        &self.route.host
    }

    /// `GET {base}/{path}` as JSON; none when there is no such thing.
    pub(super) async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Trouble> {
        let Some(body) = self.get(path).await? else { return Ok(None) };
        serde_json::from_slice(&body).map(Some).map_err(|_| self.unclear("an answer that makes no sense"))
    }

    /// An answer that nothing follows from.
    pub(super) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(format!("{}: {what}", self.route.host))
    }

    fn away(&self, what: &str) -> Trouble {
        Trouble::Away(format!("{}: {what}", self.route.host))
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Trouble> {
        self.pace.turn(self.route.gap).await.map_err(|()| self.away("asked us to wait"))?;
        let sent = self.client.get(format!("{}/{path}", self.route.base)).send().await;
        let mut response = sent.map_err(|error| match error {
            error if error.is_connect() => self.away("no connection"),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let pause =
                    response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                self.pace.pause(pause.map(Duration::from_secs), self.route.gap);
                return Err(self.away("too many requests, or no service"));
            }
            status => return Err(self.unclear(&format!("status {}", status.as_u16()))),
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => return Ok(Some(body)),
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
    }
}

/// When a host may be called again. Shared by all gateways of the process, because the host counts them together.
struct Pace {
    next: Mutex<Instant>,
    paused: Mutex<Option<Instant>>,
}

impl Pace {
    fn of(host: &str) -> Arc<Self> {
        static PACES: LazyLock<Mutex<HashMap<String, Arc<Pace>>>> = LazyLock::new(Mutex::default);
        let mut paces = PACES.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Self { next: Mutex::new(Instant::now()), paused: Mutex::new(None) });
        Arc::clone(paces.entry(host.to_owned()).or_insert_with(fresh))
    }

    /// Waits for a turn; an error while the host wants to be left alone.
    async fn turn(&self, gap: Duration) -> Result<(), ()> {
        if self
            .paused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|until| Instant::now() < until)
        {
            return Err(());
        }
        if gap.is_zero() {
            return Ok(());
        }
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = (*next).max(Instant::now());
            *next = turn + gap;
            turn
        };
        tokio::time::sleep_until(turn).await;
        Ok(())
    }

    /// Leaves the host alone for as long as it asks for. A server on this machine is not paced.
    fn pause(&self, asked: Option<Duration>, gap: Duration) {
        if let Some(pause) = asked.filter(|_| !gap.is_zero()) {
            let until = Instant::now() + pause.min(LONGEST_PAUSE);
            *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
    }
}
