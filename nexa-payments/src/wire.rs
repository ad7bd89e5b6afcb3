//! Asking a provider's API: one base address, JSON back, bounded in time and size, never following a redirect.
//!
//! Its errors name the host and nothing else of an address, because queries and bodies hold keys.

use crate::{
    config::{bad, within},
    web::{is_local, proxy},
};
use nexa_core::{domain::refusal::Refusal, ports::outcome::Outcome};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// No answer that we ask for is near this.
const LARGEST_BODY: usize = 1 << 20;
/// What is told of a provider's own words.
const LONGEST_WORDS: usize = 200;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered, but nothing follows from it.
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

/// How a provider is reached, as the operator set it.
pub(crate) struct Route {
    /// Without a slash at the end.
    pub(crate) base: String,
    /// Fit for messages.
    pub(crate) host: String,
    proxy: Option<Url>,
    timeout: Duration,
}

impl Route {
    /// Checks the settings `base_url`, `proxy` and `timeout_seconds` (1 to 15, default 10).
    pub(crate) fn read(base_url: &str, via: Option<&str>, seconds: Option<u64>) -> Result<Self, Refusal> {
        let url = Url::parse(base_url.trim()).map_err(|_| bad("base_url", "not a URL"))?;
        let host = url.host().ok_or(bad("base_url", "a server needs a host"))?;
        let named = !url.username().is_empty() || url.password().is_some();
        if url.query().is_some() || url.fragment().is_some() || named {
            return Err(bad("base_url", "a base address has no query and no user"));
        }
        match url.scheme() {
            "https" => {}
            // Keys stand in every request.
            "http" if is_local(&host) => {}
            _ => return Err(bad("base_url", "https, or http to a server of your own network")),
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            host: format!("{host}{port}"),
            proxy: via.map(proxy).transpose()?,
            timeout: Duration::from_secs(within("timeout_seconds", seconds.unwrap_or(10), 1..=15)?),
        })
    }
}

/// One provider's API.
pub(crate) struct Wire {
    client: Client,
    base: String,
    host: String,
}

/// What came back: a status below 500 and JSON.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

impl Wire {
    pub(crate) fn new(route: &Route) -> Result<Self, Refusal> {
        let client = crate::web::client(route.timeout, route.proxy.clone())?;
        Ok(Self { client, base: route.base.clone(), host: route.host.clone() })
    }

    /// The base address.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Posts JSON.
    #[cfg(feature = "rial")]
    pub(crate) async fn json(&self, path: &str, body: &Value) -> Result<Reply, Trouble> {
        let request = self.request(Method::POST, path);
        let request = request.header("content-type", "application/json").header("accept", "application/json");
        self.ask(request.body(body.to_string())).await
    }

    /// A request to one path, to be finished by the caller.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request. A busy provider has done nothing; a broken one may have.
    pub(crate) async fn ask(&self, request: RequestBuilder) -> Result<Reply, Trouble> {
        let mut response = request.send().await.map_err(|error| match error {
            error if error.is_connect() => Trouble::Away(self.says("no connection")),
            error if error.is_timeout() => self.unclear("no answer in time"),
            _ => self.unclear("the connection broke"),
        })?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::Away(self.says("too many requests")));
        }
        if !status.is_success() && !status.is_client_error() {
            return Err(self.unclear(&format!("status {}", status.as_u16())));
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.unclear("an answer that is too large")),
                Ok(None) => break,
                Err(_) => return Err(self.unclear("an answer that was cut off")),
            }
        }
        let json = serde_json::from_slice(&body);
        let json = json.map_err(|_| self.unclear(&format!("status {} and no JSON", status.as_u16())))?;
        Ok(Reply { status, json })
    }

    /// An answer that nothing follows from.
    pub(crate) fn unclear(&self, what: &str) -> Trouble {
        Trouble::Unclear(self.says(what))
    }

    /// A refusal, with the provider's words as far as they are short and hold none of `secrets`.
    pub(crate) fn refused(&self, what: &str, secrets: &[&str]) -> Trouble {
        let words = secrets.iter().fold(what.to_owned(), |text, secret| text.replace(secret, "***"));
        Trouble::Refused(self.says(&words.chars().take(LONGEST_WORDS).collect::<String>()))
    }

    fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.host)
    }
}

/// A whole number that a provider writes as a number, as text, or with zeros behind a point.
pub(crate) fn whole(value: Option<&Value>) -> Option<i64> {
    let text = match value? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (plain(digits) && plain(fraction) && fraction.bytes().all(|b| b == b'0'))
        .then(|| whole.parse().ok())
        .flatten()
}

/// A text that a provider writes as text or as a number.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_are_read_in_every_dress_and_nothing_else_is() {
        for (value, number) in [
            (json!(7), Some(7)),
            (json!("-50"), Some(-50)),
            (json!(" 10 "), Some(10)),
            (json!(10.0), Some(10)),
            (json!("10.00"), Some(10)),
            (json!(9_007_199_254_740_993_i64), Some(9_007_199_254_740_993)),
            (json!(10.5), None),
            (json!(1e300), None),
            (json!("1e3"), None),
            (json!("+7"), None),
            (json!("۷"), None),
            (json!("10."), None),
            (json!(""), None),
            (json!(null), None),
            (json!([7]), None),
            (json!("99999999999999999999"), None),
        ] {
            assert_eq!(whole(Some(&value)), number, "{value}");
        }
    }

    #[test]
    fn keys_go_in_clear_only_inside_the_own_network() {
        for base in [
            "http://api.example.com",
            "ftp://127.0.0.1",
            "https://",
            "https://u:p@a.example",
            "https://a.example/?k=1",
        ] {
            assert!(Route::read(base, None, None).is_err(), "{base}");
        }
        let route = Route::read("http://127.0.0.1:8080/v1/", None, Some(3)).unwrap();
        assert_eq!(
            (route.base.as_str(), route.host.as_str()),
            ("http://127.0.0.1:8080/v1", "127.0.0.1:8080")
        );
    }
}
