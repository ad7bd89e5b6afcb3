//! One HTTP client per panel: deadlines, size caps, the session cookie. It follows no redirect, because the key would go
//! with it, and puts nothing of an answer into a text.

use crate::{config::Config, guard::Resolver};
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE},
    redirect,
};
use serde_json::Value;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use url::Url;

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
    /// The body. Holds private keys: not for logs.
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

/// The client.
pub struct Http {
    client: Client,
    base: Url,
    admin_path: Secret<String>,
    key: Secret<String>,
    /// Without it the panel makes and keeps a session for every call.
    session: Mutex<Option<Secret<String>>>,
    client_base: Url,
}

impl Http {
    /// A client of this configuration; calls nothing.
    pub fn new(config: &Config) -> Result<Self, Refusal> {
        let broken = |reason| Refusal::BadConfig { setting: "tls", reason };
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(broken("the program has not installed a rustls CryptoProvider"));
        }
        let client = Client::builder()
            .user_agent(concat!("nexa/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5).min(config.deadline / 4))
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(2)
            .referer(false)
            .no_proxy()
            .dns_resolver(Resolver { allow_private: config.allow_private })
            .build()
            .map_err(|_| broken("the client cannot be built"))?;
        Ok(Self {
            client,
            base: config.base.clone(),
            admin_path: config.admin_path.clone(),
            key: config.key.clone(),
            session: Mutex::new(None),
            client_base: config.client_base.clone(),
        })
    }

    /// A call to the admin's API; `path` begins after `/api/v2/`.
    pub async fn admin(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        allowance: Allowance,
    ) -> Result<Reply, Silence> {
        let mut url = self.base.clone();
        url.set_path(&format!("/{}/api/v2/{path}", self.admin_path.expose()));
        let mut request = self
            .client
            .request(method, url)
            .header("Hiddify-API-Key", self.key.expose())
            .header(ACCEPT, "application/json");
        if let Some(session) = self.session().clone() {
            request = request.header(COOKIE, format!("session={}", session.expose()));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = send(request, allowance).await?;
        self.keep_session(&response);
        read(response, allowance).await
    }

    /// A customer's document; without key and cookie, as an app would fetch it.
    pub async fn client(&self, path: &str, allowance: Allowance) -> Result<Reply, Silence> {
        let mut url = self.client_base.clone();
        url.set_path(path);
        read(send(self.client.get(url), allowance).await?, allowance).await
    }

    fn session(&self) -> std::sync::MutexGuard<'_, Option<Secret<String>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_session(&self, response: &Response) {
        let cookies =
            response.headers().get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let session = cookies
            .filter_map(|cookie| cookie.split(';').next()?.trim().strip_prefix("session="))
            .find(|value| !value.is_empty() && value.len() <= 256);
        if let Some(session) = session {
            *self.session() = Some(Secret::new(session.to_owned()));
        }
    }
}

async fn send(request: RequestBuilder, allowance: Allowance) -> Result<Response, Silence> {
    request.timeout(allowance.time).send().await.map_err(|error| silence(&error))
}

async fn read(mut response: Response, allowance: Allowance) -> Result<Reply, Silence> {
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
    // Panels up to 13 send some JSON as text/html; what begins like a page is none.
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
