//! Calls to the Bot API. The token stands in every address, so nothing of an address or of the client's errors goes on.
//!
//! Protocol: <https://core.telegram.org/bots/api>.

use super::config::Config;
use nexa_core::{domain::refusal::Refusal, ports::outcome::Outcome, secret::Secret};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// A hundred transactions are far below.
const LARGEST_BODY: usize = 2 << 20;
/// What is told of Telegram's own words.
const LONGEST_WORDS: usize = 200;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered, but nothing follows from it.
    Unclear(String),
    /// Understood, and refused.
    Refused(String),
}

impl Trouble {
    pub(super) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Self::Away(why) => Outcome::Unreachable(why),
            Self::Unclear(why) => Outcome::Ambiguous(why),
            Self::Refused(why) => Outcome::Rejected(why),
        }
    }
}

/// The Bot API as one bot.
pub(super) struct Api {
    client: Client,
    /// Up to the method's name; holds the token.
    base: Secret<String>,
    token: Secret<String>,
    host: String,
}

#[derive(Deserialize)]
struct Reply {
    ok: bool,
    result: Option<Value>,
    #[serde(default)]
    description: String,
}

impl Api {
    pub(super) fn new(config: &Config) -> Result<Self, Refusal> {
        let environment = if config.test { "/test" } else { "" };
        let base = format!("{}/bot{}{environment}", config.api_url, config.token.expose());
        Ok(Self {
            client: crate::web::client(config.timeout, config.proxy.clone())?,
            base: Secret::new(base),
            token: config.token.clone(),
            host: config.host.clone(),
        })
    }

    /// What a method answers.
    pub(super) async fn call<T: DeserializeOwned>(&self, method: &str, fields: &Value) -> Result<T, Trouble> {
        let (status, body) = self.post(method, fields).await?;
        let reply: Result<Reply, _> = serde_json::from_slice(&body);
        match (status, reply) {
            (StatusCode::OK, Ok(Reply { ok: true, result: Some(result), .. })) => {
                serde_json::from_value(result).map_err(|_| self.unclear("an answer that makes no sense"))
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => Err(Trouble::Away(self.says("too many requests"))),
            (StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND, Ok(_)) => {
                Err(Trouble::Refused(self.says("does not take the bot's token")))
            }
            (status, Ok(reply)) if status.is_client_error() && !reply.ok => {
                let words = reply.description.replace(self.token.expose(), "***");
                Err(Trouble::Refused(self.says(&words.chars().take(LONGEST_WORDS).collect::<String>())))
            }
            (status, _) => Err(self.unclear(&format!("status {}", status.as_u16()))),
        }
    }

    async fn post(&self, method: &str, fields: &Value) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let request = self
            .client
            .post(format!("{}/{method}", self.base.expose()))
            .header("content-type", "application/json")
            .body(fields.to_string());
        let mut response = request.send().await.map_err(|error| match error {
            error if error.is_connect() => Trouble::Away(self.says("no connection")),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => return Ok((response.status(), body)),
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
    }

    /// An answer that nothing follows from.
    pub(super) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(self.says(what))
    }

    fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.host)
    }
}
