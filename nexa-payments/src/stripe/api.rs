//! Calls to Stripe's API, as far as they are needed.

use super::config::Config;
use crate::http::{Reply, Server, Trouble};
use nexa_core::{
    address::outbound::Range,
    domain::{money::Currency, refusal::Refusal},
    secret::Secret,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// The shape of answers that this was written for.
const VERSION: &str = "2024-06-20";

/// Pages of one list, with a hundred charges each.
const MOST_PAGES: usize = 50;

pub(super) struct Api {
    server: Server,
    key: Secret<String>,
}

/// A session that was opened.
#[derive(Deserialize)]
pub(super) struct New {
    pub(super) id: String,
    pub(super) url: Option<String>,
}

/// A session with what became of it.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) livemode: bool,
    pub(super) client_reference_id: Option<String>,
    pub(super) amount_total: Option<i64>,
    pub(super) currency: String,
    pub(super) payment_status: String,
    /// There is none before the customer has tried to pay.
    pub(super) payment_intent: Option<Intent>,
}

#[derive(Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) amount: i64,
    currency: String,
    pub(super) latest_charge: Option<Charge>,
}

#[derive(Deserialize)]
pub(super) struct Charge {
    pub(super) id: String,
    /// Wholly.
    pub(super) refunded: bool,
    pub(super) disputed: bool,
}

/// A charge in a list, which names its intent and does not hold it.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) livemode: bool,
    pub(super) status: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) refunded: bool,
    pub(super) disputed: bool,
    /// In seconds since 1970.
    pub(super) created: i64,
    pub(super) payment_intent: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Listed>,
    has_more: bool,
}

#[derive(Deserialize)]
struct Disputes {
    data: Vec<Dispute>,
}

#[derive(Deserialize)]
struct Dispute {
    status: String,
}

/// How the disputes of a charge stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Contest {
    /// There is none, or it is won.
    None,
    /// It is not decided yet.
    Open,
    /// The money is with the payer again.
    Lost,
}

#[derive(Deserialize)]
struct Refunds {
    data: Vec<Refund>,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    status: Option<String>,
}

impl Intent {
    pub(super) fn is_in(&self, currency: &str) -> bool {
        self.currency.eq_ignore_ascii_case(currency)
    }
}

/// What to tell an operator to set up at Stripe.
pub(super) fn listens(currency: Currency) -> String {
    format!("pages are in {currency}; let Stripe send checkout.session events here")
}

/// A name of Stripe's that may stand in a path.
fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain && (4..=255).contains(&text.len())
}

impl Api {
    pub(super) fn new(config: &Config, range: Range) -> Result<Self, Refusal> {
        Ok(Self {
            server: Server::of_provider(&config.route, [&config.key], range)?,
            key: config.key.clone(),
        })
    }

    /// Opens a session; the same `once` gives the same one for a day.
    pub(super) async fn open(&self, fields: &[(&str, &str)], once: &str) -> Result<New, Trouble> {
        let request = self.request(Method::POST, "/v1/checkout/sessions");
        let new: New = self.read(self.ask(request.header("idempotency-key", once).form(fields)).await?)?;
        if is_name(&new.id) { Ok(new) } else { Err(self.unclear("a session without a name")) }
    }

    pub(super) async fn session(&self, id: &str) -> Result<Session, Trouble> {
        if !is_name(id) {
            return Err(self.server.refused("not a session of this gateway"));
        }
        let request = self.request(Method::GET, &format!("/v1/checkout/sessions/{id}"));
        self.read(self.ask(request.query(&[("expand[]", "payment_intent.latest_charge")])).await?)
    }

    /// Whether Stripe takes the key.
    pub(super) async fn sessions(&self) -> Result<(), Trouble> {
        let request = self.request(Method::GET, "/v1/checkout/sessions");
        let list: Value = self.read(self.ask(request.query(&[("limit", "1")])).await?)?;
        if list.get("data").is_some_and(Value::is_array) { Ok(()) } else { Err(self.unclear("no list")) }
    }

    /// An intent; none when Stripe knows no such thing.
    pub(super) async fn intent(&self, id: &str) -> Result<Option<Intent>, Trouble> {
        if !is_name(id) {
            return Ok(None);
        }
        let request = self.request(Method::GET, &format!("/v1/payment_intents/{id}"));
        let reply = self.server.reply(request.query(&[("expand[]", "latest_charge")])).await?;
        if reply.status == StatusCode::NOT_FOUND && code(&reply.json) == "resource_missing" {
            return Ok(None);
        }
        self.read(self.checked(reply)?).map(Some)
    }

    /// All charges that were made from this second on, without the last.
    pub(super) async fn charges(&self, from: i64, to: i64) -> Result<Vec<Listed>, Trouble> {
        let (from, to) = (from.to_string(), to.to_string());
        let mut charges: Vec<Listed> = Vec::new();
        for _ in 0..MOST_PAGES {
            let mut query = vec![("created[gte]", from.as_str()), ("created[lt]", &to), ("limit", "100")];
            query.extend(charges.last().map(|last| ("starting_after", last.id.as_str())));
            let request = self.request(Method::GET, "/v1/charges").query(&query);
            let Page { data, has_more } = self.read(self.ask(request).await?)?;
            if has_more && data.is_empty() {
                break;
            }
            charges.extend(data);
            if !has_more {
                return Ok(charges);
            }
        }
        Err(self.unclear("has more charges than can be read at once"))
    }

    /// How the disputes of a charge stand. An inquiry has taken nothing so far.
    pub(super) async fn contest(&self, charge: &str) -> Result<Contest, Trouble> {
        let request = self.request(Method::GET, "/v1/disputes");
        let query = [("charge", charge), ("limit", "10")];
        let disputes: Disputes = self.read(self.ask(request.query(&query)).await?)?;
        let any = |wanted: fn(&str) -> bool| disputes.data.iter().any(|dispute| wanted(&dispute.status));
        Ok(if any(|status| status == "lost") {
            Contest::Lost
        } else if any(|status| status != "won" && !status.starts_with("warning_")) {
            Contest::Open
        } else {
            Contest::None
        })
    }

    /// Gives a payment back, once. It is done when Stripe says that it succeeded: one that takes days may yet fail, and
    /// then the money is ours again.
    pub(super) async fn refund(&self, intent: &str) -> Result<(), Trouble> {
        let once = format!("refund-{intent}");
        let request = self.request(Method::POST, "/v1/refunds").header("idempotency-key", once);
        let reply = self.server.reply(request.form(&[("payment_intent", intent)])).await?;
        if code(&reply.json) == "charge_already_refunded" {
            return self.given_back(intent).await;
        }
        let made: Refund = self.read(self.checked(reply)?)?;
        if made.status.as_deref() == Some("succeeded") {
            return Ok(());
        }
        if !is_name(&made.id) {
            return Err(self.unclear("a refund without a name"));
        }
        // The answer to a repeat is the first one: how it stands now has to be looked up.
        let request = self.request(Method::GET, &format!("/v1/refunds/{}", made.id));
        let now: Refund = self.read(self.ask(request).await?)?;
        match now.status.as_deref() {
            Some("succeeded") => Ok(()),
            Some("failed" | "canceled") => Err(self.server.refused("the refund failed")),
            _ => Err(self.unclear("a refund of which nothing is known yet")),
        }
    }

    /// Whether all that was given back of a payment has gone.
    async fn given_back(&self, intent: &str) -> Result<(), Trouble> {
        let query = [("payment_intent", intent), ("limit", "100")];
        let list: Refunds =
            self.read(self.ask(self.request(Method::GET, "/v1/refunds").query(&query)).await?)?;
        let mut stands = list.data.iter().map(|refund| refund.status.as_deref());
        let is_over = |status| matches!(status, Some("succeeded" | "failed" | "canceled"));
        if stands.all(is_over) { Ok(()) } else { Err(self.unclear("a refund is under way")) }
    }

    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.server.unclear(what)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.server.request(method, path).header("stripe-version", VERSION);
        request.bearer_auth(self.key.expose())
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        self.checked(self.server.reply(request).await?)
    }

    fn checked(&self, Reply { status, json }: Reply) -> Result<Value, Trouble> {
        if status.is_success() {
            return Ok(json);
        }
        // Two requests with one key at once: the other one is being worked on.
        if status == StatusCode::CONFLICT || status == StatusCode::REQUEST_TIMEOUT {
            return Err(self.unclear("busy with the same request"));
        }
        let error = json.get("error").and_then(Value::as_object);
        let Some(error) = error else { return Err(self.unclear(&format!("status {}", status.as_u16()))) };
        let words = error.get("message").and_then(Value::as_str).unwrap_or_default();
        Err(self.server.refused(&format!("status {}: {words}", status.as_u16())))
    }

    fn read<T: DeserializeOwned>(&self, json: Value) -> Result<T, Trouble> {
        serde_json::from_value(json).map_err(|_| self.unclear("an answer that makes no sense"))
    }
}

fn code(json: &Value) -> &str {
    json.pointer("/error/code").and_then(Value::as_str).unwrap_or_default()
}
