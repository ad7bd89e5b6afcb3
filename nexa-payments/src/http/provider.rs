//! Answers of providers, which refuse in words of their own.

use super::{Server, Trouble};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is told of a provider's own words.
const LONGEST_WORDS: usize = 200;
/// Where processors put what they say about a refusal.
const WORDS: [&str; 6] =
    ["/message", "/error/message", "/error/name", "/data/message", "/0/message", "/error"];

/// A status below 500 and JSON.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

impl Server {
    /// What a provider says, be it a refusal.
    pub(crate) async fn reply(&self, request: RequestBuilder) -> Result<Reply, Trouble> {
        let answer = self.send(request).await?;
        let status = answer.status;
        if !status.is_success() && !status.is_client_error() {
            return Err(self.status(status));
        }
        let json = serde_json::from_slice(&answer.body);
        let json = json.map_err(|_| self.unclear(&format!("status {} and no JSON", status.as_u16())))?;
        Ok(Reply { status, json })
    }

    /// What a provider grants, from its bytes as they came: so numbers keep their digits.
    pub(crate) async fn granted<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let answer = self.send(request).await?;
        let status = answer.status;
        if status.is_success() {
            return self.read(&answer);
        }
        // A wall in front of a processor answers with a page; only the processor itself can refuse.
        let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
        match (status, said) {
            (StatusCode::REQUEST_TIMEOUT, _) | (_, None) => Err(self.status(status)),
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some(_)) => {
                Err(self.refused("does not take the key"))
            }
            (status, Some(said)) if status.is_client_error() => Err(self.refused_in_words(&said)),
            (status, Some(_)) => Err(self.status(status)),
        }
    }

    /// A refusal, with what the provider says about it.
    pub(crate) fn refused_in_words(&self, said: &Value) -> Trouble {
        let words = WORDS.iter().find_map(|at| said.pointer(at).and_then(Value::as_str));
        self.refused(words.unwrap_or("refused"))
    }

    /// A refusal, with its words as far as they are short and no secret.
    pub(crate) fn refused(&self, words: &str) -> Trouble {
        let hidden = self.secrets.iter().fold(words.to_owned(), |words, s| words.replace(s.expose(), "***"));
        let shown = hidden.chars().filter(|c| !c.is_control()).take(LONGEST_WORDS);
        Trouble::Refused(self.says(&shown.collect::<String>()))
    }
}
