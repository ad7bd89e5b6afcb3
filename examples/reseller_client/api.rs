//! What the program says to the shop and understands of its answers: only the fields that it needs, because the API grows.

use reqwest::{Client, Method, header::HOST};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// Money in whole minor units.
#[derive(Clone, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} minor units of {}", self.minor, self.currency)
    }
}

/// What the supplier sells, and the credit there.
#[derive(Deserialize)]
pub struct Supply {
    pub supplier: String,
    pub wallet: Money,
    pub room: Money,
    pub wares: Vec<Ware>,
}

/// One plan or pack of the supplier.
#[derive(Deserialize)]
pub struct Ware {
    pub plan_id: Option<String>,
    pub name: String,
    pub price: Money,
}

/// A plan of our own.
#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub struct Plan {
    pub plan_id: String,
    pub name: String,
    pub price: Money,
}

/// A new account.
#[derive(Deserialize)]
pub struct Account {
    pub account_number: Option<String>,
    pub session: Session,
}

/// Its session.
#[derive(Deserialize)]
pub struct Session {
    pub token: String,
    pub user_id: String,
}

/// An order.
#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub struct Order {
    pub order_id: String,
    pub state: String,
    pub subscription_id: Option<String>,
}

/// What was bought.
#[derive(Deserialize)]
pub struct Subscription {
    pub link: String,
}

/// A webhook; the secret is shown once.
#[derive(Deserialize)]
pub struct Webhook {
    pub webhook_id: String,
    pub secret: Option<String>,
}

/// Why a request was not done.
#[derive(Deserialize, Default)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: String,
}

/// Whatever stops the program.
pub type Stop = Box<dyn std::error::Error + Send + Sync>;

/// The shop, for one caller.
#[derive(Clone)]
pub struct Shop {
    http: Client,
    url: String,
    /// The shop's own host, where the address is another: behind a proxy, or before its name leads anywhere.
    host: Option<String>,
    token: String,
}

impl Shop {
    /// The shop at an address, for whoever holds a key or a session.
    pub fn new(http: Client, url: &str, host: Option<String>, token: &str) -> Self {
        Self { http, url: url.trim_end_matches('/').to_owned(), host, token: token.to_owned() }
    }

    /// The same for somebody else.
    pub fn with(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Reads something.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Stop> {
        let text = self.ask(Method::GET, path, None, None).await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Makes or changes something. `key` names the request: kept before it is sent, it makes a repeat harmless.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
        body: Value,
    ) -> Result<T, Stop> {
        let text = self.ask(Method::POST, path, key, Some(body)).await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Takes something away.
    pub async fn delete(&self, path: &str) -> Result<(), Stop> {
        self.ask(Method::DELETE, path, None, None).await.map(drop)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Result<String, Stop> {
        let mut request = self.http.request(method, format!("{}/v1{path}", self.url));
        if let Some(host) = &self.host {
            request = request.header(HOST, host);
        }
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if status.is_success() {
            return Ok(text);
        }
        // Anything may stand between us and the shop, so the body may be no problem of its.
        let Problem { code, detail } = serde_json::from_str(&text).unwrap_or_default();
        Err(format!("{path}: {status} {code}: {detail}").into())
    }
}
