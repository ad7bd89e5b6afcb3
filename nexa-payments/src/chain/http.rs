//! Calls to one server of a chain: paced, bounded in time and size, never following a redirect.
//!
//! Its errors name the host only, because an address may hold an access key.

use crate::{config::bad, web::is_local};
use nexa_core::{domain::refusal::Refusal, ports::outcome::Outcome};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
#[cfg(any(feature = "evm", feature = "tron"))]
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use url::{Host, Url};

/// Between two calls to a host that is not on this machine: below the limits of public servers.
const GAP_MILLIS: u64 = 250;

/// A page holds at most 75 transactions; a megabyte each would be above the size of a block.
const LARGEST_BODY: usize = 8 << 20;
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered, but nothing follows from it.
    Unclear(String),
}

/// What went wrong at each server, and what follows from it together.
#[derive(Default)]
pub(crate) struct Troubles {
    texts: Vec<String>,
    unclear: bool,
}

impl Troubles {
    pub(crate) fn add(&mut self, trouble: Trouble) {
        let text = match trouble {
            Trouble::Away(text) => text,
            Trouble::Unclear(text) => {
                self.unclear = true;
                text
            }
        };
        self.texts.push(text);
    }

    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        let text = self.texts.join("; ");
        if self.unclear { Outcome::Ambiguous(text) } else { Outcome::Unreachable(text) }
    }
}

/// A server to ask, and how.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Base address, without a slash at the end.
    pub(crate) base: String,
    /// Host and port, fit for messages: a path may hold an access key.
    pub(crate) host: String,
    /// Between two calls to one host.
    pub(crate) gap: Duration,
}

impl Route {
    /// Reads a setting. Without encryption only inside an own network, or where the money is play money.
    pub(crate) fn parse(text: &str, play_money: bool, gap: Option<u64>) -> Result<Self, Refusal> {
        let url = Url::parse(text.trim()).map_err(|_| bad("servers", "not a URL"))?;
        let host = url.host().ok_or(bad("servers", "a server needs a host"))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("servers", "a base address has no query"));
        }
        match url.scheme() {
            "https" => {}
            // Whoever can change an answer on the way can invent a payment.
            "http" if is_local(&host) || play_money => {}
            _ => return Err(bad("servers", "https, or http to a server of your own network")),
        }
        let loopback = match &host {
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
            Host::Domain(name) => *name == "localhost",
        };
        let gap = gap.unwrap_or(if loopback { 0 } else { GAP_MILLIS });
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            host: format!("{host}{port}"),
            gap: Duration::from_millis(gap),
        })
    }
}

/// One server.
pub(crate) struct Server {
    client: Client,
    route: Route,
    pace: Arc<Pace>,
}

impl Server {
    pub(crate) fn new(client: Client, route: Route) -> Self {
        let pace = Pace::of(&route.host);
        Self { client, route, pace }
    }

    /// The host, for messages.
    pub(crate) fn host(&self) -> &str {
        &self.route.host
    }

    /// `GET {base}/{path}` as JSON; none when there is no such thing.
    pub(crate) async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Trouble> {
        let request = self.client.get(format!("{}/{path}", self.route.base));
        let Some(body) = self.call(request, false).await? else { return Ok(None) };
        self.read(&body).map(Some)
    }

    /// `GET {base}/{path}` with these headers.
    #[cfg(feature = "tron")]
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        headers: &[Header],
    ) -> Result<T, Trouble> {
        let request = self.client.get(format!("{}/{path}", self.route.base));
        self.there(with(request, headers), false).await
    }

    /// `POST {base}{path}` with a JSON body; `answers_400` where the body of a status 400 is an answer too.
    #[cfg(any(feature = "evm", feature = "tron"))]
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        headers: &[Header],
        body: &Value,
        answers_400: bool,
    ) -> Result<T, Trouble> {
        let request = self.client.post(format!("{}{path}", self.route.base)).json(body);
        self.there(with(request, headers), answers_400).await
    }

    #[cfg(any(feature = "evm", feature = "tron"))]
    async fn there<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        answers_400: bool,
    ) -> Result<T, Trouble> {
        let body = self.call(request, answers_400).await?;
        self.read(&body.ok_or_else(|| self.unclear("status 404"))?)
    }

    fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Trouble> {
        serde_json::from_slice(body).map_err(|_| self.unclear("an answer that makes no sense"))
    }

    /// An answer that nothing follows from.
    pub(crate) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(format!("{}: {what}", self.route.host))
    }

    fn away(&self, what: &str) -> Trouble {
        Trouble::Away(format!("{}: {what}", self.route.host))
    }

    async fn call(&self, request: RequestBuilder, answers_400: bool) -> Result<Option<Vec<u8>>, Trouble> {
        self.pace.turn(self.route.gap).await.map_err(|()| self.away("asked us to wait"))?;
        let response = request.send().await.map_err(|error| match error {
            error if error.is_connect() => self.away("no connection"),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST if answers_400 => {}
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let pause =
                    response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                self.pace.pause(pause.map(Duration::from_secs), self.route.gap);
                return Err(self.away("too many requests, or no service"));
            }
            status => return Err(self.unclear(&format!("status {}", status.as_u16()))),
        }
        self.body(response).await.map(Some)
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => return Ok(body),
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
    }
}

/// A header's name and value.
#[cfg(any(feature = "evm", feature = "tron"))]
pub(crate) type Header = (&'static str, String);

#[cfg(any(feature = "evm", feature = "tron"))]
fn with(request: RequestBuilder, headers: &[Header]) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
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
