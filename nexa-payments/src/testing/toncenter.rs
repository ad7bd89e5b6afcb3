//! toncenter's API as far as payments go, written from the indexer's source: hashes in base64, addresses in capitals, amounts
//! as texts, oldest first when asked so, and the ways in which a public server fails.

use super::serve::Running;
use data_encoding::{BASE64, HEXLOWER, HEXUPPER};
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use url::form_urlencoded;

/// The most rows in one answer.
const MOST: usize = 1_000;

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TonFault {
    /// 429 to everything.
    TooManyRequests,
    /// 500 to everything.
    ServerError,
    /// A page instead of JSON, with status 200.
    Garbage,
    /// Every answer is cut in its middle.
    TruncatedJson,
    /// The request is read and never answered.
    Hang,
    /// Its newest block is an hour old.
    Stale,
}

/// A toncenter on loopback for one owner. It ends when it is dropped.
#[derive(Debug)]
pub struct TonServer {
    running: Running,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    owner: String,
    key: Option<String>,
    fault: Option<TonFault>,
    /// In seconds since 1970: the newest block's time.
    time: i64,
    seqno: u64,
    transactions: Vec<Value>,
    transfers: Vec<Value>,
    requests: Vec<String>,
}

impl TonServer {
    /// Serves the owner's account (`workchain:hex`) on a free port of 127.0.0.1, to those who have the key, if there is
    /// one. The newest block is of `time`. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(owner: &str, key: Option<&str>, time: i64) -> std::io::Result<Self> {
        let state = Arc::new(Mutex::new(State {
            owner: owner.to_owned(),
            key: key.map(str::to_owned),
            fault: None,
            time,
            seqno: 40_000_000,
            transactions: Vec::new(),
            transfers: Vec::new(),
            requests: Vec::new(),
        }));
        let running = Running::start(Api { state: Arc::clone(&state) }).await?;
        Ok(Self { running, state })
    }

    /// The base of every path.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/api/v3", self.running.base_url())
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<TonFault>) {
        self.state().fault = fault;
    }

    /// Time passes, and blocks come.
    pub fn advance(&self, seconds: i64) {
        let mut state = self.state();
        state.time += seconds;
        state.seqno += 1;
    }

    /// Somebody sends coins with a comment; final, or only foreseen. Answers the hash in hex.
    #[expect(clippy::must_use_candidate, reason = "sending is what it is called for")]
    pub fn sends(&self, comment: &str, nano: i64, is_final: bool) -> String {
        let mut state = self.state();
        let tx = state.transaction(comment, is_final, &json!(nano.to_string()));
        state.keep(tx)
    }

    /// Somebody sends units of a token (`workchain:hex` of its contract) with a comment. Answers the hash in hex.
    #[expect(clippy::must_use_candidate, reason = "sending is what it is called for")]
    pub fn sends_token(&self, master: &str, comment: &str, units: i64, is_final: bool) -> String {
        let mut state = self.state();
        let mut tx = state.transaction("", is_final, &json!("100000000"));
        // It is the sender's token wallet that the transfer starts at.
        let sender = address(&format!("token wallet of {comment}"));
        tx["account"] = json!(sender);
        tx["in_msg"]["destination"] = json!(sender);
        tx["in_msg"]["opcode"] = json!("0x0f8a7ea5");
        let row = json!({
            "query_id": "0",
            "source": tx["in_msg"]["source"],
            "destination": capitals(&state.owner),
            "amount": units.to_string(),
            "source_wallet": sender,
            "jetton_master": capitals(master),
            "transaction_hash": tx["hash"],
            "transaction_lt": tx["lt"],
            "transaction_now": tx["now"],
            "transaction_aborted": false,
            "forward_ton_amount": "1",
            "decoded_forward_payload": { "type": "text_comment", "comment": comment },
        });
        state.transfers.push(row);
        state.keep(tx)
    }

    /// The server lists this transaction too, whatever it says. Answers its hash in hex.
    #[expect(clippy::must_use_candidate, reason = "sending is what it is called for")]
    pub fn lists(&self, transaction: Value) -> String {
        self.state().keep(transaction)
    }

    /// Changes what the server says of a transaction and of its token transfer, if it is one.
    pub fn change(&self, hash: &str, change: impl Fn(&mut Value)) {
        let mut state = self.state();
        let state = &mut *state;
        let wanted = json!(base64(hash));
        state.transactions.iter_mut().filter(|tx| tx["hash"] == wanted).for_each(&change);
        state.transfers.iter_mut().filter(|row| row["transaction_hash"] == wanted).for_each(&change);
    }

    /// A transaction that was foreseen never comes.
    pub fn forget(&self, hash: &str) {
        let mut state = self.state();
        let wanted = json!(base64(hash));
        state.transactions.retain(|tx| tx["hash"] != wanted);
        state.transfers.retain(|row| row["transaction_hash"] != wanted);
        state.time += 60;
    }

    /// What was asked for so far, path and query.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn transaction(&self, comment: &str, is_final: bool, value: &Value) -> Value {
        let number = self.transactions.len();
        let owner = capitals(&self.owner);
        json!({
            "account": owner,
            "hash": BASE64.encode(&Sha256::digest(format!("transaction {number} of {owner}"))),
            "lt": (50_000_000_000_000_u64 + u64::try_from(number).unwrap_or(0) * 2_000).to_string(),
            "now": self.time,
            "mc_block_seqno": if is_final { json!(self.seqno) } else { Value::Null },
            "emulated": !is_final,
            "finality": if is_final { "finalized" } else { "pending" },
            "description": { "type": "ord", "aborted": false },
            "in_msg": {
                "source": address(&format!("sender {number}")),
                "destination": owner,
                "value": value,
                "bounce": false,
                "bounced": false,
                "opcode": "0x00000000",
                "message_content": { "decoded": { "type": "text_comment", "comment": comment } },
            },
        })
    }

    fn keep(&mut self, tx: Value) -> String {
        let hash = tx["hash"].as_str().and_then(|hash| BASE64.decode(hash.as_bytes()).ok());
        self.transactions.push(tx);
        HEXLOWER.encode(&hash.unwrap_or_default())
    }

    fn answer(&self, path: &str, query: &HashMap<String, String>) -> Option<Value> {
        let text = |name: &str| query.get(name).map(String::as_str);
        let number = |name: &str, other: usize| query.get(name).map_or(Some(other), |n| n.parse().ok());
        let from: i64 = text("start_utime").map_or(Some(0), |from| from.parse().ok())?;
        let (limit, offset) = (number("limit", 10)?.min(MOST), number("offset", 0)?);
        let oldest_first = text("sort").unwrap_or("desc") == "asc";
        let slice = |rows: &[Value], time: &str, fits: &dyn Fn(&Value) -> bool| {
            let mut rows: Vec<_> =
                rows.iter().filter(|row| row[time].as_i64() >= Some(from) && fits(row)).cloned().collect();
            if !oldest_first {
                rows.reverse();
            }
            rows.into_iter().skip(offset).take(limit).collect::<Vec<_>>()
        };
        let same = |row: &Value, ours: &str| row.as_str().is_some_and(|it| it.eq_ignore_ascii_case(ours));
        Some(match path {
            "/api/v3/masterchainInfo" => {
                let time = if self.fault == Some(TonFault::Stale) { self.time - 3_600 } else { self.time };
                json!({ "last": { "workchain": -1, "seqno": self.seqno, "gen_utime": time.to_string() } })
            }
            "/api/v3/transactions" => {
                let fits = |tx: &Value| {
                    let hash = tx["hash"].as_str().unwrap_or_default();
                    text("account").is_none_or(|account| same(&tx["account"], account))
                        && text("hash").is_none_or(|wanted| hash == wanted || hash == base64(wanted))
                };
                json!({ "transactions": slice(&self.transactions, "now", &fits), "address_book": {} })
            }
            "/api/v3/jetton/transfers" => {
                let fits = |row: &Value| {
                    same(&row["destination"], text("owner_address").unwrap_or_default())
                        && text("jetton_master").is_none_or(|master| same(&row["jetton_master"], master))
                };
                json!({ "jetton_transfers": slice(&self.transfers, "transaction_now", &fits), "metadata": {} })
            }
            _ => return None,
        })
    }
}

struct Api {
    state: Arc<Mutex<State>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let asked = request.uri().clone();
        let key = request.headers().get("x-api-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        let (answer, fault, refused) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.requests.push(asked.to_string());
            let query = form_urlencoded::parse(asked.query().unwrap_or_default().as_bytes());
            let query = query.into_owned().collect();
            (state.answer(asked.path(), &query), state.fault, state.key.is_some() && state.key != key)
        };
        if fault == Some(TonFault::Hang) {
            std::future::pending::<()>().await;
        }
        let status = |status: StatusCode| Response::builder().status(status).body("{\"error\":\"no\"}");
        Ok(match (fault, answer) {
            _ if refused => status(StatusCode::UNAUTHORIZED),
            (Some(TonFault::TooManyRequests), _) => status(StatusCode::TOO_MANY_REQUESTS),
            (Some(TonFault::ServerError), _) => status(StatusCode::INTERNAL_SERVER_ERROR),
            (Some(TonFault::Garbage), _) => Response::builder().body("<html>welcome</html>"),
            (Some(TonFault::TruncatedJson), Some(answer)) => {
                let text = answer.to_string();
                Response::builder().body(text.get(..text.len() / 2).unwrap_or_default().to_owned())
            }
            (_, Some(answer)) => {
                Response::builder().content_type("application/json").body(answer.to_string())
            }
            (_, None) => status(StatusCode::NOT_FOUND),
        })
    }
}

/// As the indexer writes addresses.
fn capitals(raw: &str) -> String {
    raw.to_uppercase()
}

fn address(of: &str) -> String {
    format!("0:{}", HEXUPPER.encode(&Sha256::digest(of)))
}

fn base64(hex: &str) -> String {
    HEXLOWER.decode(hex.as_bytes()).map(|bytes| BASE64.encode(&bytes)).unwrap_or_default()
}
