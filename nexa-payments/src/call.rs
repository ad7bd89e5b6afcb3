//! Calls over HTTP to servers that answer with JSON: bounded in time and size, paced by host, never following a redirect.
//!
//! Errors name the host only, because an address may hold an access key.

use crate::{config::bad, web::is_local};
use nexa_core::{domain::refusal::Refusal, ports::outcome::Outcome};
use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use url::{Host, Url};

/// A thousand transactions with all their parts are below.
const LARGEST_BODY: usize = 16 << 20;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered, but nothing follows from it.
    Unclear(String),
    /// Understood, and refused.
    Refused(String),
}

impl Trouble {
    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Self::Away(why) => Outcome::Unreachable(why),
            Self::Unclear(why) => Outcome::Ambiguous(why),
            Self::Refused(why) => Outcome::Rejected(why),
        }
    }

    /// Both, with what is less certain of the two.
    pub(crate) fn and(self, other: Self) -> Self {
        let text = format!("{}; {}", self.text(), other.text());
        match (self, other) {
            (Self::Refused(_), Self::Refused(_)) => Self::Refused(text),
            (Self::Away(_), Self::Away(_)) => Self::Away(text),
            _ => Self::Unclear(text),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Away(text) | Self::Unclear(text) | Self::Refused(text) => text,
        }
    }
}

/// A base address.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Without a slash at the end.
    pub(crate) url: String,
    /// Host and port, fit for messages.
    pub(crate) host: String,
    /// Whether it is this machine.
    pub(crate) loopback: bool,
}

impl Base {
    /// Reads `setting`: https, or http to a server of the operator's own network. Whoever can change an answer on the
    /// way can invent a payment.
    pub(crate) fn parse(setting: &'static str, text: &str) -> Result<Self, Refusal> {
        let url = Url::parse(text.trim()).map_err(|_| bad(setting, "not a URL"))?;
        let host = url.host().ok_or(bad(setting, "a server needs a host"))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(bad(setting, "a base address has no query and no user"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_local(&host) => {}
            _ => return Err(bad(setting, "https, or http to a server of your own network")),
        }
        let loopback = match &host {
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
            Host::Domain(name) => *name == "localhost",
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            host: format!("{host}{port}"),
            loopback,
        })
    }

    /// An answer that nothing follows from.
    pub(crate) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(format!("{}: {what}", self.host))
    }

    /// It was not reached, or wants to be left alone.
    pub(crate) fn away(&self, what: &str) -> Trouble {
        Trouble::Away(format!("{}: {what}", self.host))
    }

    /// Sends a request, whatever the status of its answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Trouble> {
        let mut response = request.send().await.map_err(|error| match error {
            error if error.is_connect() => self.away("no connection"),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => break,
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
        Ok(Answer { status: response.status(), headers: response.headers().clone(), body })
    }

    /// Sends a request and reads the JSON of a good answer.
    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let answer = self.send(request).await?;
        self.good(&answer)
    }

    fn good<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        match answer.status {
            StatusCode::OK => serde_json::from_slice(&answer.body)
                .map_err(|_| self.unclear("an answer that makes no sense")),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Err(self.away("too many requests, or no service"))
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(self.unclear("does not take the key")),
            status => Err(self.unclear(&format!("status {}", status.as_u16()))),
        }
    }

    /// The same, where the server may not know what it is asked for.
    pub(crate) async fn json_if_known<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<Option<T>, Trouble> {
        let answer = self.send(request).await?;
        if matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND) {
            return Ok(None);
        }
        self.good(&answer).map(Some)
    }

    /// Waits until the host may be asked again. All who ask it in this process share its turns, as it counts them
    /// together.
    pub(crate) async fn turn(&self, gap: Duration) {
        static NEXT: LazyLock<Mutex<HashMap<String, Instant>>> = LazyLock::new(Mutex::default);
        if gap.is_zero() {
            return;
        }
        let turn = {
            let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = next.entry(self.host.clone()).or_insert_with(Instant::now);
            let turn = (*slot).max(Instant::now());
            *slot = turn + gap;
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}
