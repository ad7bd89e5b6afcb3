//! The adapter: one message, encrypted, signed and handed to a push service.

use super::{Hosts, encrypt::Reader, key, vapid::Vapid};
use async_trait::async_trait;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use nexa_core::{
    domain::{push::Browser, refusal::Refusal},
    ports::{
        outcome::Outcome,
        pusher::{PushMessage, Pusher},
    },
    secret::Secret,
    world::World,
};
use reqwest::{Client, StatusCode, redirect};
use serde_json::json;
use std::time::Duration;

/// How long a push service keeps a message for a device that is off: what is a day old is in the inbox anyway.
const KEPT_SECONDS: u32 = 24 * 3600;
/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Letters of a message's text; the rest is in the inbox.
const LONGEST: usize = 500;

/// Messages to browsers.
pub struct WebPush {
    client: Client,
    hosts: Hosts,
    vapid: Vapid,
    world: World,
}

impl WebPush {
    /// With the installation's key, the shop's public address, and the hosts that may be called.
    pub fn new(
        seed: &Secret<[u8; 32]>,
        public_url: &str,
        hosts: Hosts,
        world: World,
    ) -> Result<Self, Refusal> {
        // Without a provider, building a client panics; a process that has chosen one keeps its own.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT / 2)
            .redirect(redirect::Policy::none())
            .user_agent("nexa")
            .no_proxy()
            .build();
        let client =
            client.map_err(|_| Refusal::bad_config("push", "no HTTP client can be made on this system"))?;
        // Push services take nothing else as a contact (RFC 8292, 2.1).
        let contact =
            if public_url.starts_with("https://") { public_url } else { "mailto:nobody@example.invalid" };
        Ok(Self { client, hosts, vapid: Vapid::new(*seed.expose(), contact.to_owned()), world })
    }
}

/// Browsers write base64url without padding; some libraries pad, or write the other alphabet.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=').as_bytes();
    BASE64URL_NOPAD.decode(bare).or_else(|_| BASE64_NOPAD.decode(bare)).ok()
}

fn reader(browser: &Browser) -> Option<Reader> {
    Reader::new(&decoded(&browser.p256dh)?, &decoded(&browser.auth)?)
}

#[async_trait]
impl Pusher for WebPush {
    fn public_key(&self) -> String {
        self.vapid.public().to_owned()
    }

    fn accepts(&self, browser: &Browser) -> bool {
        self.hosts.read(&browser.endpoint).is_some() && reader(browser).is_some()
    }

    async fn push(&self, browser: &Browser, message: &PushMessage) -> Outcome<()> {
        let no = |what: &str| Outcome::Rejected(what.to_owned());
        let Some(url) = self.hosts.read(&browser.endpoint) else {
            return no("an address of no push service");
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let body: String = message.body.chars().take(LONGEST).collect();
        let title: String = message.title.chars().take(LONGEST).collect();
        let text = json!({ "title": title, "body": body, "url": message.url, "tag": message.tag });
        let ours = key::fresh(&self.world);
        let sealed =
            reader(browser).and_then(|r| r.seal(text.to_string().as_bytes(), &ours, self.world.bytes()));
        let Some(sealed) = sealed else { return no("keys that are none, or too long a message") };
        let sent = self
            .client
            .post(url.clone())
            .header("authorization", self.vapid.authorization(&url, self.world.now().as_second()))
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", KEPT_SECONDS)
            .header("urgency", "normal")
            .body(sealed)
            .send()
            .await;
        match sent {
            Ok(response) => told(response.status(), &host),
            Err(error) if error.is_connect() => Outcome::Unreachable(format!("{host}: no connection")),
            Err(_) => Outcome::Ambiguous(format!("{host}: no answer")),
        }
    }
}

/// What a status of a push service means (RFC 8030, 5 and 7.3).
fn told(status: StatusCode, host: &str) -> Outcome<()> {
    let why = format!("{host}: status {}", status.as_u16());
    match status {
        _ if status.is_success() => Outcome::Done(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::NotFound,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Outcome::Unreachable(why),
        _ if status.is_server_error() => Outcome::Ambiguous(why),
        _ => Outcome::Rejected(why),
    }
}
