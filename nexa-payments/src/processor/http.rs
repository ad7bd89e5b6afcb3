//! JSON over HTTPS to a processor. Keys may stand in an address, so nothing of an address or of the client's errors goes
//! on.

use nexa_core::{domain::refusal::Refusal, ports::outcome::Outcome, secret::Secret};
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// One payment with all its transfers is far below.
const LARGEST_BODY: usize = 1 << 20;
/// What is told of a processor's own words.
const LONGEST_WORDS: usize = 200;
/// Where processors put what they say about a refusal.
const WORDS: [&str; 6] =
    ["/message", "/error/message", "/error/name", "/data/message", "/0/message", "/error"];

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered or nothing did, and nothing follows from it.
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
}

/// One request: with a body it is a `POST`, without one a `GET`.
#[derive(Clone, Default)]
pub(crate) struct Ask {
    /// Below the base address, with a slash in front.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// A processor's server.
pub(crate) struct Http {
    client: Client,
    /// Without a slash at the end.
    base: String,
    /// Fit for messages.
    host: String,
    /// What must not be told on, even if the processor says it.
    secrets: Vec<Secret<String>>,
}

impl Http {
    pub(crate) fn new(
        (base, host): (String, String),
        timeout: Duration,
        proxy: Option<Url>,
        secrets: Vec<Secret<String>>,
    ) -> Result<Self, Refusal> {
        Ok(Self { client: crate::web::client(timeout, proxy)?, base, host, secrets })
    }

    /// The answer, from its bytes as they came: so numbers keep their digits.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, Trouble> {
        let (status, body) = self.send(ask).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| self.unclear("an answer that makes no sense"));
        }
        // A wall in front of a processor answers with a page; only the processor itself can refuse.
        let said: Option<Value> = serde_json::from_slice(&body).ok();
        match (status, said) {
            (StatusCode::TOO_MANY_REQUESTS, _) => Err(Trouble::Away(self.says("too many requests"))),
            (StatusCode::REQUEST_TIMEOUT, _) | (_, None) => Err(self.status(status)),
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some(_)) => {
                Err(self.refused("does not take the key"))
            }
            (status, Some(said)) if status.is_client_error() => Err(self.refused_in_words(&said)),
            (status, Some(_)) => Err(self.status(status)),
        }
    }

    async fn send(&self, ask: Ask) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let mut url =
            Url::parse(&format!("{}{}", self.base, ask.path)).map_err(|_| self.unclear("no address"))?;
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let mut request = match ask.body {
            Some(body) => self.client.post(url).header("content-type", "application/json").body(body),
            None => self.client.get(url),
        };
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
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

    fn status(&self, status: StatusCode) -> Trouble {
        self.unclear(&format!("status {}", status.as_u16()))
    }

    /// A refusal, with what the processor says about it.
    pub(crate) fn refused_in_words(&self, said: &Value) -> Trouble {
        let words = WORDS.iter().find_map(|at| said.pointer(at).and_then(Value::as_str)).unwrap_or("refused");
        let words = self.secrets.iter().fold(words.to_owned(), |words, s| words.replace(s.expose(), "***"));
        let words = words.chars().filter(|c| !c.is_control()).take(LONGEST_WORDS);
        self.refused(&words.collect::<String>())
    }

    /// A refusal.
    pub(crate) fn refused(&self, what: &str) -> Trouble {
        Trouble::Refused(self.says(what))
    }

    /// An answer that nothing follows from.
    pub(crate) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(self.says(what))
    }

    fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.host)
    }
}
