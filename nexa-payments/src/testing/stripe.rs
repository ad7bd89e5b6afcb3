//! Stripe's API as far as Checkout goes, written from its manual: forms in, JSON out, and one answer per idempotency key.

use super::scripted::{Asked, Said, Script};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Stripe for one key.
#[derive(Debug)]
pub struct StripeScript {
    key: String,
    now: i64,
    livemode: bool,
    sessions: Vec<Session>,
    intents: Vec<Intent>,
    disputes: Vec<(String, String)>,
    refunds: Vec<Refund>,
    /// What becomes of a refund at first.
    refund_status: String,
    answers: BTreeMap<String, (Vec<(String, String)>, Said)>,
}

#[derive(Debug)]
struct Session {
    id: String,
    fields: BTreeMap<String, String>,
    amount: i64,
    currency: String,
    intent: Option<String>,
}

#[derive(Debug)]
struct Intent {
    id: String,
    status: &'static str,
    amount: i64,
    currency: String,
    refunded: i64,
    created: i64,
}

#[derive(Debug)]
struct Refund {
    id: String,
    intent: String,
    status: String,
}

const FIELDS: [&str; 11] = [
    "mode",
    "client_reference_id",
    "metadata[payment]",
    "payment_intent_data[metadata][payment]",
    "line_items[0][quantity]",
    "line_items[0][price_data][currency]",
    "line_items[0][price_data][unit_amount]",
    "line_items[0][price_data][product_data][name]",
    "success_url",
    "cancel_url",
    "expires_at",
];

fn refused(status: u16, code: &str, message: &str) -> Said {
    let error = json!({ "type": "invalid_request_error", "code": code, "message": message });
    (status, json!({ "error": error }).to_string())
}

impl StripeScript {
    /// For this key, at this second.
    #[must_use]
    pub fn new(key: &str, now: i64) -> Self {
        Self {
            key: key.to_owned(),
            now,
            livemode: !key.contains("_test_"),
            sessions: Vec::new(),
            intents: Vec::new(),
            disputes: Vec::new(),
            refunds: Vec::new(),
            refund_status: "succeeded".to_owned(),
            answers: BTreeMap::new(),
        }
    }

    /// The customer pays: at once, or in a way that takes days. Gives the payment intent's id.
    pub fn pay(&mut self, session: &str, at_once: bool) -> Option<String> {
        let id = format!("pi_{:024}", self.intents.len());
        let session = self.sessions.iter_mut().find(|known| known.id == session && known.intent.is_none())?;
        session.intent = Some(id.clone());
        self.intents.push(Intent {
            id: id.clone(),
            status: if at_once { "succeeded" } else { "processing" },
            amount: session.amount,
            currency: session.currency.clone(),
            refunded: 0,
            created: self.now,
        });
        Some(id)
    }

    /// From now on it is this second.
    pub fn at(&mut self, now: i64) {
        self.now = now;
    }

    /// What took days has ended, well or not.
    pub fn end(&mut self, intent: &str, well: bool) {
        if let Some(intent) = self.intent(intent) {
            intent.status = if well { "succeeded" } else { "requires_payment_method" };
        }
    }

    /// The operator gives money back on Stripe's own pages.
    pub fn give_back(&mut self, intent: &str, amount: Option<i64>) {
        if let Some(intent) = self.intent(intent) {
            intent.refunded += amount.unwrap_or(intent.amount);
        }
    }

    /// Refunds that are made from now on have this status.
    pub fn refunds_are(&mut self, status: &str) {
        status.clone_into(&mut self.refund_status);
    }

    /// The refund of a payment gets this status. When it fails, the money is there again.
    pub fn refund_is(&mut self, intent: &str, status: &str) {
        for refund in self.refunds.iter_mut().filter(|known| known.intent == intent) {
            status.clone_into(&mut refund.status);
        }
        if let Some(intent) = self.intent(intent).filter(|_| matches!(status, "failed" | "canceled")) {
            intent.refunded = 0;
        }
    }

    /// What was answered to requests that may come twice is forgotten, as after a day.
    pub fn forgets(&mut self) {
        self.answers.clear();
    }

    /// A dispute about a payment gets this status.
    pub fn dispute(&mut self, intent: &str, status: &str) {
        let charge = charge_of(intent);
        self.disputes.retain(|(known, _)| *known != charge);
        self.disputes.push((charge, status.to_owned()));
    }

    /// Stripe asks for another amount or in another currency than it was told.
    pub fn mistakes(&mut self, session: &str, amount: i64, currency: &str) {
        for session in self.sessions.iter_mut().filter(|known| known.id == session) {
            (session.amount, session.currency) = (amount, currency.to_owned());
        }
    }

    /// What a session was opened with.
    #[must_use]
    pub fn asked(&self, session: &str) -> Option<&BTreeMap<String, String>> {
        self.sessions.iter().find(|known| known.id == session).map(|known| &known.fields)
    }

    fn intent(&mut self, id: &str) -> Option<&mut Intent> {
        self.intents.iter_mut().find(|intent| intent.id == id)
    }

    fn open(&mut self, given: &[(String, String)]) -> Said {
        let fields: BTreeMap<String, String> = given.iter().cloned().collect();
        if fields.len() != given.len() {
            return refused(400, "parameter_invalid", "a parameter was given twice");
        }
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return refused(400, "parameter_unknown", unknown);
        }
        if let Some(missing) = FIELDS.iter().find(|name| fields.get(**name).is_none_or(String::is_empty)) {
            return refused(400, "parameter_missing", missing);
        }
        let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let number = |name: &str| get(name).parse::<i64>().unwrap_or(-1);
        let amount = number("line_items[0][price_data][unit_amount]");
        let currency = get("line_items[0][price_data][currency]").to_owned();
        if !(50..=99_999_999).contains(&amount) {
            return refused(400, "amount_too_small", "between $0.50 and $999,999.99");
        }
        if !matches!(currency.as_str(), "usd" | "eur") || get("mode") != "payment" {
            return refused(400, "parameter_invalid", "currency or mode");
        }
        if !(1_800..=86_400).contains(&(number("expires_at") - self.now)) {
            return refused(400, "parameter_invalid", "expires_at: between 30 minutes and 24 hours from now");
        }
        let is_url =
            |name: &str| url::Url::parse(get(name)).is_ok_and(|url| url.scheme().starts_with("http"));
        if !is_url("success_url") || !is_url("cancel_url") || number("line_items[0][quantity]") != 1 {
            return refused(400, "url_invalid", "Not a valid URL");
        }
        let id = format!("cs_test_{:032}", self.sessions.len());
        let url = format!("https://checkout.stripe.com/c/pay/{id}");
        self.sessions.push(Session { id: id.clone(), fields, amount, currency, intent: None });
        (200, json!({ "id": id, "object": "checkout.session", "url": url }).to_string())
    }

    fn intent_json(&self, intent: &Intent) -> Value {
        let charge = charge_of(&intent.id);
        let disputed = self.disputes.iter().any(|(known, _)| *known == charge);
        let charge = (intent.status == "succeeded").then(|| {
            json!({ "id": charge, "object": "charge", "amount": intent.amount,
                "amount_refunded": intent.refunded, "refunded": intent.refunded >= intent.amount,
                "disputed": disputed })
        });
        json!({ "id": intent.id, "object": "payment_intent", "status": intent.status, "amount": intent.amount,
            "currency": intent.currency, "latest_charge": charge })
    }

    fn session_json(&self, session: &Session) -> Value {
        let intent = self.intents.iter().find(|intent| Some(&intent.id) == session.intent.as_ref());
        let paid = intent.is_some_and(|intent| intent.status == "succeeded");
        json!({ "id": session.id, "object": "checkout.session", "livemode": self.livemode,
            "client_reference_id": session.fields.get("client_reference_id"),
            "amount_total": session.amount, "currency": session.currency,
            "status": if intent.is_some() { "complete" } else { "open" },
            "payment_status": if paid { "paid" } else { "unpaid" },
            "payment_intent": intent.map(|intent| self.intent_json(intent)) })
    }

    fn refund(&mut self, fields: &[(String, String)]) -> Said {
        let [(name, id)] = fields else { return refused(400, "parameter_unknown", "payment_intent only") };
        let Some(intent) = self.intent(id).filter(|_| name == "payment_intent") else {
            return refused(404, "resource_missing", "No such payment_intent");
        };
        if intent.refunded >= intent.amount {
            return refused(400, "charge_already_refunded", "Charge has already been refunded.");
        }
        intent.refunded = intent.amount;
        let name = format!("re_{:024}", self.refunds.len());
        let refund = Refund { id: name, intent: id.clone(), status: self.refund_status.clone() };
        let said = refund.json().to_string();
        self.refunds.push(refund);
        (200, said)
    }

    fn refunds_of(&self, query: &str) -> Said {
        let of = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "payment_intent");
        let of = of.map(|(_, intent)| intent.into_owned()).unwrap_or_default();
        let data: Vec<_> = self.refunds.iter().filter(|known| known.intent == of).map(Refund::json).collect();
        (200, json!({ "object": "list", "data": data }).to_string())
    }

    /// A request that may come twice is done once.
    fn once(&mut self, asked: &Asked, act: impl FnOnce(&mut Self, &[(String, String)]) -> Said) -> Said {
        let (key, fields) = (asked.header("idempotency-key").to_owned(), asked.form());
        if key.is_empty() || asked.header("content-type") != "application/x-www-form-urlencoded" {
            return refused(400, "parameter_missing", "a form with an idempotency key is expected here");
        }
        if let Some((before, answer)) = self.answers.get(&key) {
            if *before == fields {
                return answer.clone();
            }
            return refused(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same",
            );
        }
        let answer = act(self, &fields);
        self.answers.insert(key, (fields, answer.clone()));
        answer
    }

    /// Charges newest first, a hundred at most, as a list names them.
    fn charges(&self, query: &str) -> Said {
        let fields: BTreeMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let number = |name: &str| fields.get(name).and_then(|value| value.parse::<i64>().ok());
        let (Some(from), Some(to), Some(limit @ 1..=100)) =
            (number("created[gte]"), number("created[lt]"), number("limit"))
        else {
            return refused(400, "parameter_invalid", "created or limit");
        };
        let made = self.intents.iter().rev().filter(|intent| (from..to).contains(&intent.created));
        let all: Vec<_> = made.map(|intent| self.charge_json(intent)).collect();
        let after = fields.get("starting_after");
        let start = match after {
            None => 0,
            Some(after) => match all.iter().position(|charge| charge["id"] == **after) {
                Some(at) => at + 1,
                None => return refused(400, "resource_missing", "No such charge"),
            },
        };
        let page: Vec<_> = all.iter().skip(start).take(usize::try_from(limit).unwrap_or(1)).collect();
        let more = start + page.len() < all.len();
        (200, json!({ "object": "list", "data": page, "has_more": more, "url": "/v1/charges" }).to_string())
    }

    fn charge_json(&self, intent: &Intent) -> Value {
        let charge = charge_of(&intent.id);
        let disputed = self.disputes.iter().any(|(known, _)| *known == charge);
        let status = match intent.status {
            "succeeded" => "succeeded",
            "processing" => "pending",
            _ => "failed",
        };
        json!({ "id": charge, "object": "charge", "livemode": self.livemode, "status": status,
            "amount": intent.amount, "amount_refunded": intent.refunded, "currency": intent.currency,
            "refunded": intent.refunded >= intent.amount, "disputed": disputed, "created": intent.created,
            "payment_intent": intent.id })
    }

    fn disputes_of(&self, query: &str) -> Said {
        let of = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "charge");
        let of = of.map(|(_, charge)| charge.into_owned()).unwrap_or_default();
        let all = self.disputes.iter().filter(|(charge, _)| *charge == of);
        let data: Vec<_> =
            all.map(|(charge, status)| json!({ "charge": charge, "status": status })).collect();
        (200, json!({ "object": "list", "data": data }).to_string())
    }
}

impl Refund {
    fn json(&self) -> Value {
        json!({ "id": self.id, "object": "refund", "payment_intent": self.intent, "status": self.status })
    }
}

fn charge_of(intent: &str) -> String {
    intent.replacen("pi_", "ch_", 1)
}

impl Script for StripeScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        if asked.header("authorization") != format!("Bearer {}", self.key) {
            let message = format!("Invalid API Key provided: {}", asked.header("authorization"));
            return refused(401, "api_key_invalid", &message);
        }
        if asked.header("stripe-version").is_empty() {
            return refused(400, "version", "which version?");
        }
        let expands = |what: &str| {
            form_urlencoded::parse(asked.query.as_bytes())
                .any(|(name, value)| name == "expand[]" && value == what)
        };
        let parts: Vec<_> = asked.path.split('/').skip(2).collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["checkout", "sessions"]) => self.once(asked, Self::open),
            ("POST", ["refunds"]) => self.once(asked, Self::refund),
            ("GET", ["checkout", "sessions"]) => (200, json!({ "object": "list", "data": [] }).to_string()),
            ("GET", ["checkout", "sessions", id]) if expands("payment_intent.latest_charge") => {
                let session = self.sessions.iter().find(|session| session.id == *id);
                session.map_or_else(
                    || refused(404, "resource_missing", "No such checkout.session"),
                    |session| (200, self.session_json(session).to_string()),
                )
            }
            ("GET", ["payment_intents", id]) if expands("latest_charge") => {
                let intent = self.intents.iter().find(|intent| intent.id == *id);
                intent.map_or_else(
                    || refused(404, "resource_missing", "No such payment_intent"),
                    |intent| (200, self.intent_json(intent).to_string()),
                )
            }
            ("GET", ["refunds"]) => self.refunds_of(&asked.query),
            ("GET", ["refunds", id]) => {
                let refund = self.refunds.iter().find(|refund| refund.id == *id);
                refund.map_or_else(
                    || refused(404, "resource_missing", "No such refund"),
                    |refund| (200, refund.json().to_string()),
                )
            }
            ("GET", ["charges"]) => self.charges(&asked.query),
            ("GET", ["disputes"]) => self.disputes_of(&asked.query),
            _ => refused(404, "url", "Unrecognized request URL"),
        }
    }
}
