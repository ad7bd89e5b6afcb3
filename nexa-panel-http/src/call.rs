//! Calls with a bounded time and answer. No redirect is followed, because a key would go with it, and nothing of an answer
//! goes into a text.

use crate::guard::Resolver;
use nexa_core::domain::refusal::Refusal;
use reqwest::{Client, RequestBuilder, Response, header::CONTENT_TYPE, redirect};
use std::time::Duration;

/// What one call may cost.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// The longest wait for the whole answer.
    pub time: Duration,
    /// The most bytes of the answer.
    pub bytes: usize,
}

/// An answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Whether it is meant as JSON.
    pub is_json: bool,
    /// The body. Holds keys of customers: not for logs.
    pub body: Vec<u8>,
}

/// No answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Silence {
    /// The request was surely not sent.
    NotSent(&'static str),
    /// It may have been sent.
    Lost(&'static str),
}

/// A client for one panel. Clients speak TLS through rustls: the program installs a rustls `CryptoProvider` before.
pub fn client(allow_private: bool, deadline: Duration) -> Result<Client, Refusal> {
    let broken = |reason| Refusal::bad_config("tls", reason);
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(broken("the program has not installed a rustls CryptoProvider"));
    }
    Client::builder()
        .user_agent(concat!("nexa/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5).min(deadline / 4))
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(2)
        .referer(false)
        .no_proxy()
        .dns_resolver(Resolver { allow_private })
        .build()
        .map_err(|_| broken("the client cannot be built"))
}

/// Sends, and waits for the head of the answer.
pub async fn send(request: RequestBuilder, allowance: Allowance) -> Result<Response, Silence> {
    request.timeout(allowance.time).send().await.map_err(|error| silence(&error))
}

/// Reads the body.
pub async fn read(mut response: Response, allowance: Allowance) -> Result<Reply, Silence> {
    let status = response.status().as_u16();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let says_json = kind.starts_with("application/json");
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| silence(&error))? {
        if body.len().saturating_add(chunk.len()) > allowance.bytes {
            return Err(Silence::Lost("the answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    // Some panels send JSON as text/html; what begins like a page is none.
    let is_json = says_json || matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    Ok(Reply { status, is_json, body })
}

/// The error's own text may hold the address, so only its kind goes on.
fn silence(error: &reqwest::Error) -> Silence {
    if error.is_connect() {
        Silence::NotSent("no connection")
    } else if error.is_builder() {
        Silence::NotSent("the request could not be made")
    } else if error.is_timeout() {
        Silence::Lost("no answer in time")
    } else {
        Silence::Lost("the connection broke")
    }
}
