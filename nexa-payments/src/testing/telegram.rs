//! Telegram's Bot API as far as Stars go, written from its manual: it takes only what Telegram takes, gives transactions
//! oldest first, and fails as public servers do.

use super::serve::{Running, page};
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The most transactions in one answer.
const MOST: usize = 100;

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TelegramFault {
    /// 429 to everything.
    TooManyRequests,
    /// 502 to everything.
    ServerError,
    /// A page instead of JSON, with status 200.
    Garbage,
    /// Every answer is cut in its middle.
    TruncatedJson,
    /// The request is read and never answered.
    Hang,
    /// Stars are given back, and the answer to that never comes.
    RefundThenHang,
}

/// A Bot API server on loopback for one bot. It ends when it is dropped.
#[derive(Debug)]
pub struct TelegramServer {
    running: Running,
    token: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<TelegramFault>,
    /// What was asked for by each link: payload and Stars.
    invoices: BTreeMap<String, (String, i64)>,
    transactions: Vec<Value>,
    requests: Vec<(String, Value)>,
}

impl TelegramServer {
    /// Serves the bot with this token on a free port of 127.0.0.1. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(token: &str) -> std::io::Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let running = Running::start(Api { token: token.to_owned(), state: Arc::clone(&state) }).await?;
        Ok(Self { running, token: token.to_owned(), state })
    }

    /// What to configure as `api_url`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A customer with this Telegram id pays the invoice behind a link; gives the charge's id, or nothing when no invoice
    /// has this link.
    #[must_use]
    pub fn pay(&self, link: &str, payer: i64, stars: Option<i64>) -> Option<String> {
        let mut state = self.lock();
        let (payload, asked) = state.invoices.get(link).cloned()?;
        Some(state.income(&payload, payer, stars.unwrap_or(asked)))
    }

    /// Somebody is given back what they paid, by Telegram or another program.
    pub fn refund(&self, charge: &str) {
        let payer = self.lock().payer_of(charge).unwrap_or_default();
        drop(self.lock().refund(payer, charge));
    }

    /// So many transactions that are none of ours.
    pub fn fill(&self, count: usize) {
        for n in 0..count {
            let mut state = self.lock();
            let id = format!("other-{}", state.transactions.len());
            let partner = match n % 3 {
                0 => json!({ "source": { "type": "fragment" } }),
                1 => json!({ "receiver": { "type": "telegram_ads" } }),
                _ => json!({ "source": { "type": "user", "transaction_type": "gift_purchase",
                    "user": { "id": 9, "is_bot": false, "first_name": "G" } } }),
            };
            let mut row = json!({ "id": id, "amount": 5, "date": 1_700_000_000, "nanostar_amount": 3 });
            merge(&mut row, partner);
            state.transactions.push(row);
        }
    }

    /// Telegram forgets its first transactions, so that all others move up.
    pub fn forget_first(&self, count: usize) {
        self.lock().transactions.drain(..count);
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<TelegramFault>) {
        self.lock().fault = fault;
    }

    /// Methods and fields of all requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<(String, Value)> {
        self.lock().requests.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

struct Api {
    token: String,
    state: Arc<Mutex<State>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let path = request.uri().path().to_owned();
        let body = request.take_body().into_vec().await.unwrap_or_default();
        let fault = lock(&self.state).fault;
        match fault {
            Some(TelegramFault::TooManyRequests) => {
                return Ok(said(429, "Too Many Requests: retry after 3", Some(3)));
            }
            Some(TelegramFault::ServerError) => return Ok(page(StatusCode::BAD_GATEWAY)),
            Some(TelegramFault::Garbage) => return Ok(page(StatusCode::OK)),
            Some(TelegramFault::Hang) => std::future::pending::<()>().await,
            _ => {}
        }
        let answer = self.answer(&path, &body);
        if fault == Some(TelegramFault::RefundThenHang) && path.ends_with("/refundStarPayment") {
            std::future::pending::<()>().await;
        }
        Ok(match answer {
            Ok(result) => {
                let mut text = json!({ "ok": true, "result": result }).to_string();
                if fault == Some(TelegramFault::TruncatedJson) {
                    text.truncate(text.len() / 2);
                }
                Response::builder().content_type("application/json").body(text)
            }
            Err((status, words)) => said(status, words, None),
        })
    }
}

fn said(status: u16, words: &str, wait: Option<u32>) -> Response {
    let mut body = json!({ "ok": false, "error_code": status, "description": words });
    if let Some(wait) = wait {
        merge(&mut body, json!({ "parameters": { "retry_after": wait } }));
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

type Answer = Result<Value, (u16, &'static str)>;

const fn bad(words: &'static str) -> (u16, &'static str) {
    (400, words)
}

impl Api {
    fn answer(&self, path: &str, body: &[u8]) -> Answer {
        let Some(method) = path.strip_prefix(&format!("/bot{}/", self.token)) else {
            return Err((401, "Unauthorized"));
        };
        let fields: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| bad("Bad Request: can't parse JSON"))?;
        let mut state = lock(&self.state);
        state.requests.push((method.to_owned(), Value::Object(fields.clone())));
        match method {
            "getMe" => Ok(json!({ "id": 7, "is_bot": true, "first_name": "Shop", "username": "shop_bot" })),
            "createInvoiceLink" => state.invoice(&fields),
            "getStarTransactions" => state.page(&fields),
            "refundStarPayment" => {
                let payer = fields.get("user_id").and_then(Value::as_i64);
                let charge = fields.get("telegram_payment_charge_id").and_then(Value::as_str);
                let payer = payer.ok_or_else(|| bad("Bad Request: invalid user_id specified"))?;
                state.refund(payer, charge.unwrap_or_default())
            }
            _ => Err((404, "Not Found")),
        }
    }
}

impl State {
    fn invoice(&mut self, fields: &Map<String, Value>) -> Answer {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let length = |name: &str| text(name).chars().count();
        if !(1..=32).contains(&length("title")) {
            return Err(bad("Bad Request: INVOICE_TITLE_INVALID"));
        }
        if !(1..=255).contains(&length("description")) {
            return Err(bad("Bad Request: INVOICE_DESCRIPTION_INVALID"));
        }
        if !(1..=128).contains(&text("payload").len()) {
            return Err(bad("Bad Request: INVOICE_PAYLOAD_INVALID"));
        }
        if text("currency") != "XTR" || !text("provider_token").is_empty() {
            return Err(bad("Bad Request: PAYMENT_PROVIDER_INVALID"));
        }
        let prices = fields.get("prices").and_then(Value::as_array).map(Vec::as_slice);
        let Some([price]) = prices else { return Err(bad("Bad Request: STARS_INVOICE_INVALID")) };
        let stars = price.get("amount").and_then(Value::as_i64).filter(|stars| *stars > 0);
        let stars = stars.ok_or_else(|| bad("Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"))?;
        if price.get("label").and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(bad("Bad Request: there is no label in the price"));
        }
        let link = format!("https://t.me/$invoice{}", self.invoices.len());
        self.invoices.insert(link.clone(), (text("payload").to_owned(), stars));
        Ok(link.into())
    }

    fn page(&self, fields: &Map<String, Value>) -> Answer {
        let number = |name: &str, otherwise: usize| match fields.get(name) {
            None => Some(otherwise),
            Some(value) => value.as_u64().and_then(|n| usize::try_from(n).ok()),
        };
        let offset = number("offset", 0).ok_or_else(|| bad("Bad Request: invalid offset"))?;
        let limit = number("limit", MOST).filter(|limit| (1..=MOST).contains(limit));
        let limit = limit.ok_or_else(|| bad("Bad Request: invalid limit"))?;
        let rows: Vec<_> = self.transactions.iter().skip(offset).take(limit).cloned().collect();
        Ok(json!({ "transactions": rows }))
    }

    fn income(&mut self, payload: &str, payer: i64, stars: i64) -> String {
        let id = format!("stxCharge{}", self.transactions.len());
        let user = json!({ "id": payer, "is_bot": false, "first_name": "C" });
        let source = json!({ "type": "user", "transaction_type": "invoice_payment", "user": user,
            "invoice_payload": payload });
        self.transactions.push(json!({ "id": id, "amount": stars, "date": 1_800_000_000, "source": source }));
        id
    }

    fn payer_of(&self, charge: &str) -> Option<i64> {
        let mut of_charge = self.transactions.iter().filter(|row| row["id"] == charge);
        of_charge.find_map(|row| row["source"]["user"]["id"].as_i64())
    }

    fn refund(&mut self, payer: i64, charge: &str) -> Answer {
        if self.payer_of(charge) != Some(payer) {
            return Err(bad("Bad Request: CHARGE_ID_INVALID"));
        }
        let of_charge = self.transactions.iter().filter(|row| row["id"] == charge);
        let rows: Vec<Value> = of_charge.cloned().collect();
        let [paid] = rows.as_slice() else { return Err(bad("Bad Request: CHARGE_ALREADY_REFUNDED")) };
        let row = json!({ "id": charge, "amount": paid["amount"], "date": 1_800_000_100,
            "receiver": paid["source"] });
        self.transactions.push(row);
        Ok(true.into())
    }
}
