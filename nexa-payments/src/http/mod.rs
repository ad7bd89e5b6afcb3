//! Asking servers of others for JSON: bounded in time and size, paced by host, never following a redirect.
//!
//! Errors name the host and nothing else of an address, because addresses and bodies hold keys.

mod address;
mod guard;
mod pace;
mod provider;
mod trouble;
mod value;

pub(crate) use address::{Base, Link, Route, is_local, proxy};
pub(crate) use provider::Reply;
pub(crate) use trouble::{Trouble, Troubles};
pub(crate) use value::{text, whole};

use crate::config::bad;
use guard::Guard;
use nexa_core::{address::outbound::Range, domain::refusal::Refusal, secret::Secret};
use pace::Pace;
use reqwest::{Body, Client, Method, Proxy, RequestBuilder, StatusCode, header::HeaderMap, redirect};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use url::Url;

/// A list of a provider's hundred payments is far below.
const LARGEST_OF_PROVIDER: usize = 2 << 20;
/// A thousand transactions of a chain with all their parts are below.
const LARGEST_OF_CHAIN: usize = 16 << 20;

/// A client for all servers of one gateway. It never follows a redirect, and where it may not go inside, it calls no name that
/// leads there.
pub(crate) fn client(timeout: Duration, proxy: Option<Url>, range: Range) -> Result<Client, Refusal> {
    // Without a provider, building a client panics; a process that has chosen one keeps its own.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let mut builder = Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .redirect(redirect::Policy::none())
        .user_agent("nexa")
        .dns_resolver(Guard(range))
        .no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(Proxy::all(proxy).map_err(|_| bad("proxy", "not usable"))?);
    }
    builder.build().map_err(|_| bad("servers", "no HTTP client can be made on this system"))
}

/// One server.
pub(crate) struct Server {
    client: Client,
    base: Base,
    gap: Duration,
    pace: Arc<Pace>,
    largest: usize,
    /// What must not be told on, even if the server says it.
    secrets: Vec<Secret<String>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// The server of a provider.
    pub(crate) fn of_provider<'a>(
        route: &Route,
        secrets: impl IntoIterator<Item = &'a Secret<String>>,
        range: Range,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            client: client(route.timeout, route.proxy.clone(), range)?,
            pace: Pace::of(&route.base.host),
            base: route.base.clone(),
            gap: Duration::ZERO,
            largest: LARGEST_OF_PROVIDER,
            secrets: secrets.into_iter().cloned().collect(),
        })
    }

    /// One of the servers that know a chain or a market.
    pub(crate) fn of_chain(client: &Client, Link { base, gap }: Link) -> Self {
        let pace = Pace::of(&base.host);
        Self { client: client.clone(), base, gap, pace, largest: LARGEST_OF_CHAIN, secrets: Vec::new() }
    }

    /// The base address, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base.url
    }

    /// The host, for messages.
    pub(crate) fn host(&self) -> &str {
        &self.base.host
    }

    /// A request to a path below the base address, to be finished by the caller.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base.url))
    }

    /// The same without a body.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// The same with JSON.
    pub(crate) fn post(&self, path: &str, json: impl Into<Body>) -> RequestBuilder {
        let request = self.request(Method::POST, path).header("accept", "application/json");
        request.header("content-type", "application/json").body(json)
    }

    /// Sends a request. A host that is asked too often has done nothing; everything else is for the caller to judge.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Trouble> {
        self.pace.turn(self.gap).await.map_err(|()| self.away("asked us to wait"))?;
        let mut response = request.send().await.map_err(|error| match error {
            error if error.is_connect() => self.away("no connection"),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            self.pace.pause(&headers, self.gap);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.away("too many requests"));
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= self.largest => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => return Ok(Answer { status, headers, body }),
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
    }

    /// Sends a request and reads the JSON of a good answer.
    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let answer = self.send(request).await?;
        self.good(&answer)
    }

    /// The same; none where the status is one of those by which the server says that there is no such thing.
    pub(crate) async fn json_unless<T: DeserializeOwned>(
        &self,
        nothing: &[StatusCode],
        request: RequestBuilder,
    ) -> Result<Option<T>, Trouble> {
        let answer = self.send(request).await?;
        if nothing.contains(&answer.status) { Ok(None) } else { self.good(&answer).map(Some) }
    }

    /// The JSON of a good answer.
    pub(crate) fn good<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        match answer.status {
            StatusCode::OK => self.read(answer),
            StatusCode::SERVICE_UNAVAILABLE => Err(self.away("no service")),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(self.unclear("does not take the key")),
            status => Err(self.status(status)),
        }
    }

    /// The JSON of an answer, whatever its status.
    pub(crate) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        serde_json::from_slice(&answer.body).map_err(|_| self.unclear("an answer that makes no sense"))
    }

    /// It was not reached, or wants to be left alone.
    pub(crate) fn away(&self, what: &str) -> Trouble {
        Trouble::Away(self.says(what))
    }

    /// An answer that nothing follows from.
    pub(crate) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(self.says(what))
    }

    fn status(&self, status: StatusCode) -> Trouble {
        self.unclear(&format!("status {}", status.as_u16()))
    }

    fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.base.host)
    }
}
