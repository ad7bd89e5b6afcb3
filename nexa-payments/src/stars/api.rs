//! Calls to the Bot API. The token stands in every address, so nothing of an address or of the client's errors goes on.
//!
//! Protocol: <https://core.telegram.org/bots/api>.

use super::config::Config;
use crate::http::{Server, Trouble};
use nexa_core::{address::outbound::Range, domain::refusal::Refusal, secret::Secret};
use reqwest::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// The Bot API as one bot.
pub(super) struct Api {
    server: Server,
    /// The path down to the method's name; holds the token.
    path: Secret<String>,
}

#[derive(Deserialize)]
struct Reply {
    ok: bool,
    result: Option<Value>,
    #[serde(default)]
    description: String,
}

impl Api {
    pub(super) fn new(config: &Config, range: Range) -> Result<Self, Refusal> {
        let environment = if config.test { "/test" } else { "" };
        Ok(Self {
            server: Server::of_provider(&config.route, [&config.token], range)?,
            path: Secret::new(format!("/bot{}{environment}", config.token.expose())),
        })
    }

    /// What a method answers.
    pub(super) async fn call<T: DeserializeOwned>(&self, method: &str, fields: &Value) -> Result<T, Trouble> {
        let request = self.server.post(&format!("{}/{method}", self.path.expose()), fields.to_string());
        let answer = self.server.send(request).await?;
        let reply: Result<Reply, _> = serde_json::from_slice(&answer.body);
        match (answer.status, reply) {
            (StatusCode::OK, Ok(Reply { ok: true, result: Some(result), .. })) => {
                serde_json::from_value(result).map_err(|_| self.unclear("an answer that makes no sense"))
            }
            (StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND, Ok(_)) => {
                Err(self.server.refused("does not take the bot's token"))
            }
            (status, Ok(reply)) if status.is_client_error() && !reply.ok => {
                Err(self.server.refused(&reply.description))
            }
            (status, _) => Err(self.unclear(&format!("status {}", status.as_u16()))),
        }
    }

    /// An answer that nothing follows from.
    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.server.unclear(what)
    }
}
