//! Somebody who asks the shop over HTTP.

use super::Output;
use nexa_core::storefront::model::{OrderView, SignUpView, SubscriptionView};
use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Longer than anything here takes; a killed server breaks connections at once.
const DEADLINE: Duration = Duration::from_secs(30);

/// A client that talks to this machine only.
pub fn http(deadline: Duration) -> Client {
    let builder = Client::builder().no_proxy().timeout(deadline);
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Somebody, signed in or not.
#[derive(Clone)]
pub struct Caller {
    http: Client,
    base: String,
    token: Option<String>,
    output: Output,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Its body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The thing that a successful answer holds.
    #[track_caller]
    pub fn view<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Caller {
    pub(super) fn guest(base: String, output: Output) -> Self {
        Self { http: http(DEADLINE), base, token: None, output }
    }

    /// The same with a token.
    pub fn with(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// What proves who it is; empty for nobody in particular.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Asks the API, e.g. for `/orders`. Fails when the connection breaks.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("{}/v1{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Self::heard(request.send().await?).await
    }

    async fn heard(answer: reqwest::Response) -> reqwest::Result<Answer> {
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer { status, headers, body: answer.text().await? })
    }

    /// Reads something that must be there.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        self.ask(Method::GET, path, None, None).await.unwrap().view()
    }

    /// Makes or changes something that must succeed.
    pub async fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: Value) -> T {
        self.ask(method, path, None, Some(&body)).await.unwrap().view()
    }

    /// Posts something that must succeed.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> T {
        self.send(Method::POST, path, body).await
    }

    /// Any request, for those that the API does not foresee.
    pub fn raw(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The answer to a request that must come.
    pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
        Self::heard(request.send().await.unwrap()).await.unwrap()
    }

    /// Presses the button of a page.
    pub async fn page(&self, url: &str) -> String {
        let request = self.http.post(url).header("Origin", &self.base).header("Accept", "text/html");
        let answer = Self::answer(request.header("Content-Type", "application/x-www-form-urlencoded")).await;
        assert!(answer.status.is_success(), "{}: {}", answer.status, answer.body);
        answer.body
    }

    /// A new anonymous customer.
    pub async fn sign_up(&self) -> Self {
        let made: SignUpView = self.post("/accounts", json!({})).await;
        self.output.secret(&made.account_number.expect("an anonymous account has a number"));
        self.output.secret(&made.session.token);
        self.with(&made.session.token)
    }

    /// Buys; the same key again is the same purchase.
    pub async fn checkout(&self, key: &str, body: &Value) -> reqwest::Result<Answer> {
        self.ask(Method::POST, "/orders", Some(key), Some(body)).await
    }

    /// One order.
    pub async fn order(&self, id: &str) -> OrderView {
        self.get(&format!("/orders/{id}")).await
    }

    /// The order once it is in this state; gives up after `most`.
    pub async fn order_in(&self, id: &str, state: &str, most: Duration) -> OrderView {
        let began = Instant::now();
        loop {
            let order = self.order(id).await;
            if order.state == state {
                return order;
            }
            assert!(began.elapsed() < most, "not {state} in time: {order:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// One subscription, whose link becomes a secret.
    pub async fn subscription(&self, id: &str) -> SubscriptionView {
        let view: SubscriptionView = self.get(&format!("/subscriptions/{id}")).await;
        self.output.secret(view.link.rsplit('/').next().unwrap());
        view
    }

    /// Opens a customer's link in one form.
    pub async fn open(&self, link: &str, form: &str) -> Answer {
        Self::answer(self.http.get(format!("{link}/{form}"))).await
    }
}
