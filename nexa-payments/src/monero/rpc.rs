//! Calls to `monero-wallet-rpc`.
//!
//! Protocol: <https://docs.getmonero.org/rpc-library/wallet-rpc/>. It knows HTTP digest authentication only.

use super::config::{Config, Login};
use crate::http::{Answer, Link, Server, Trouble, client};
use digest_auth::{AuthContext, HttpMethod, WwwAuthenticateHeader};
use nexa_core::{address::outbound::Range, domain::refusal::Refusal};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

const PATH: &str = "/json_rpc";
/// What is told of the program's own words.
const LONGEST_WORDS: usize = 160;

/// The wallet program, and the wallet that it has open.
pub(super) struct Rpc {
    server: Server,
    login: Option<Login>,
}

#[derive(Deserialize)]
struct Reply {
    result: Option<Value>,
    error: Option<Said>,
}

/// What the program answers instead of a result.
#[derive(Deserialize)]
pub(super) struct Said {
    pub(super) code: i64,
    #[serde(default)]
    message: String,
}

impl Rpc {
    pub(super) fn new(config: &mut Config, range: Range) -> Result<Self, Refusal> {
        let client = client(config.timeout, config.proxy.take(), range)?;
        Ok(Self {
            server: Server::of_chain(&client, Link::new(config.base.clone(), Some(0), 0)),
            login: config.login.take(),
        })
    }

    pub(super) fn host(&self) -> &str {
        self.server.host()
    }

    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.server.unclear(what)
    }

    /// What a method answers. An error of the program's own means that nothing can be said.
    pub(super) async fn call<T: DeserializeOwned>(&self, method: &str, fields: Value) -> Result<T, Trouble> {
        self.ask(method, fields).await?.map_err(|said| {
            let words: String = said.message.chars().take(LONGEST_WORDS).collect();
            self.unclear(&format!("{method}: {words} ({})", said.code))
        })
    }

    /// The same, where an error of the program's own is an answer too.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        fields: Value,
    ) -> Result<Result<T, Said>, Trouble> {
        let body = json!({ "jsonrpc": "2.0", "id": "0", "method": method, "params": fields }).to_string();
        let mut answer = self.post(&body, None).await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && let Some(proof) = self.proof(&answer, &body)?
        {
            answer = self.post(&body, Some(proof)).await?;
        }
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(self.unclear("does not take the user and password"));
        }
        let senseless = || self.unclear("an answer that makes no sense");
        let reply: Reply = self.server.good(&answer)?;
        match reply {
            Reply { error: Some(said), .. } => Ok(Err(said)),
            Reply { result: Some(result), .. } => {
                serde_json::from_value(result).map(Ok).map_err(|_| senseless())
            }
            _ => Err(senseless()),
        }
    }

    async fn post(&self, body: &str, proof: Option<HeaderValue>) -> Result<Answer, Trouble> {
        let mut request = self.server.post(PATH, body.to_owned());
        if let Some(proof) = proof {
            request = request.header(AUTHORIZATION, proof);
        }
        self.server.send(request).await
    }

    /// What shows who we are, to a program that asks for it; none without a password.
    fn proof(&self, asked: &Answer, body: &str) -> Result<Option<HeaderValue>, Trouble> {
        let Some(Login { user, password }) = &self.login else { return Ok(None) };
        let mut offers =
            asked.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|offer| offer.to_str().ok());
        let offer = offers.find_map(|offer| WwwAuthenticateHeader::parse(offer).ok());
        let mut offer = offer.ok_or_else(|| self.unclear("asks for a password in an unknown way"))?;
        let method = HttpMethod::POST;
        let context =
            AuthContext::new_with_method(user, password.expose(), PATH, Some(body.as_bytes()), method);
        let proof =
            offer.respond(&context).map_err(|_| self.unclear("asks for a password in an unknown way"))?;
        let mut proof = HeaderValue::from_str(&proof.to_header_string())
            .map_err(|_| self.unclear("the user and password cannot be sent"))?;
        proof.set_sensitive(true);
        Ok(Some(proof))
    }
}
