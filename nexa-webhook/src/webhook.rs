//! The adapter: one message, signed and handed to its receiver.

use super::{
    lookup::{Guard, Lookup, SystemLookup},
    sign::signatures,
};
use async_trait::async_trait;
use nexa_core::{
    address::outbound::{Range, web_address},
    domain::{
        refusal::Refusal,
        webhook::{LONGEST_TOLD, Reply},
    },
    ports::caller::{Caller, HookCall, LONGEST_MESSAGE},
    secret::Secret,
};
use reqwest::{Client, RequestBuilder, Response, Url, header::RETRY_AFTER, redirect};
use std::{sync::Arc, time::Duration};

/// How long one call may take: what Standard Webhooks recommends at least.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long it may take until somebody answers at all.
const CONNECT: Duration = Duration::from_secs(5);

/// Messages to programs elsewhere.
pub struct WebhookCaller {
    outside: Client,
    /// For those who may call the operator's own network; none where nobody may.
    anywhere: Option<Client>,
}

impl WebhookCaller {
    /// One that calls the public Internet, and the operator's own network too for whom the core allows it, if `private`.
    pub fn new(private: bool) -> Result<Self, Refusal> {
        Self::with(private, Arc::new(SystemLookup))
    }

    /// The same, with another way to ask what names lead to.
    pub fn with(private: bool, lookup: Arc<dyn Lookup>) -> Result<Self, Refusal> {
        // Without a provider, building a client panics; a process that has chosen one keeps its own.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let anywhere = private.then(|| client(Range::Anywhere, Arc::clone(&lookup))).transpose()?;
        Ok(Self { outside: client(Range::Public, lookup)?, anywhere })
    }

    /// The client that may call this, and the address.
    fn way(&self, url: &str, inside: bool) -> Result<(&Client, Url), Refusal> {
        let (client, range) = match &self.anywhere {
            Some(client) if inside => (client, Range::Anywhere),
            _ => (&self.outside, Range::Public),
        };
        Ok((client, web_address("url", url, range)?))
    }
}

/// A client that keeps no connection: every call is judged anew.
fn client(range: Range, lookup: Arc<dyn Lookup>) -> Result<Client, Refusal> {
    let client = Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent("nexa")
        .pool_max_idle_per_host(0)
        .no_proxy()
        .dns_resolver(Guard { lookup, range })
        .build();
    client.map_err(|_| Refusal::bad_config("webhooks", "no HTTP client can be made on this system"))
}

#[async_trait]
impl Caller for WebhookCaller {
    fn accepts(&self, url: &str, inside: bool) -> Result<(), Refusal> {
        self.way(url, inside).map(drop)
    }

    async fn tell(&self, call: &HookCall) -> Reply {
        let Ok((client, url)) = self.way(call.url.expose(), call.inside) else { return forbidden() };
        if call.body.len() > LONGEST_MESSAGE {
            return Reply::silent("the message is too long");
        }
        let at = call.at.as_second();
        let Some(signatures) = signatures(&call.keys, &call.id, at, &call.body) else {
            return Reply::silent("a key that is none");
        };
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", &call.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signatures)
            .body(call.body.clone());
        send(request).await
    }

    async fn fetch(&self, url: &Secret<String>) -> Reply {
        match self.way(url.expose(), false) {
            Ok((client, url)) => send(client.get(url)).await,
            Err(_) => forbidden(),
        }
    }
}

fn forbidden() -> Reply {
    Reply::silent("an address that may not be called")
}

/// The error's own text holds the address, so only its kind is told.
async fn send(request: RequestBuilder) -> Reply {
    match request.send().await {
        Ok(response) => start_of(response).await,
        Err(error) if error.is_timeout() => Reply::silent("no answer in time"),
        Err(error) if error.is_connect() => Reply::silent("no connection"),
        Err(_) => Reply::silent("the connection broke"),
    }
}

/// The status and the beginning of an answer; the rest is not waited for.
async fn start_of(mut response: Response) -> Reply {
    let status = response.status().as_u16();
    let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let asked = asked.unwrap_or_default().to_owned();
    let mut start = Vec::new();
    while start.len() < LONGEST_TOLD {
        match response.chunk().await {
            Ok(Some(chunk)) => start.extend_from_slice(&chunk),
            // The status was said; that the rest is missing takes nothing of it back.
            Ok(None) | Err(_) => break,
        }
    }
    start.truncate(LONGEST_TOLD);
    Reply::answered(status, &String::from_utf8_lossy(&start)).asking(&asked)
}
