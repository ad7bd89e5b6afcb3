//! A `monero-wallet-rpc` as far as payments go, written from what the real one was seen to answer: a wallet that a test sends
//! to, and the ways in which a program fails.

use super::serve::Running;
use data_encoding::HEXLOWER;
use poem::{Endpoint, IntoResponse, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the program does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalletFault {
    /// 503 to everything.
    NoService,
    /// 500 to everything.
    ServerError,
    /// A page instead of JSON, with status 200.
    Garbage,
    /// Every answer is cut in its middle.
    TruncatedJson,
    /// The request is read and never answered.
    Hang,
    /// The wallet works, but its node is away.
    NoNode,
}

/// A wallet program on loopback. It ends when it is dropped.
#[derive(Debug)]
pub struct WalletRpc {
    running: Running,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    fault: Option<WalletFault>,
    name: String,
    spend_key: Option<String>,
    addresses: u32,
    height: u64,
    transfers: Vec<Value>,
}

/// The first address of a wallet of this name: it has the look of one, not its checksum.
#[must_use]
pub fn wallet_address(name: &str, index: u32) -> String {
    let letter = if index == 0 { '4' } else { '8' };
    let hex = HEXLOWER.encode(&Sha256::digest(format!("{name} {index}")));
    // Base58 has no 0.
    let sign = |c: char| if c == '0' { 'z' } else { c };
    std::iter::once(letter).chain(hex.chars().cycle().take(94).map(sign)).collect()
}

impl WalletRpc {
    /// A program with the view-only wallet of this name open. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(name: &str) -> std::io::Result<Self> {
        let state = Arc::new(Mutex::new(State {
            fault: None,
            name: name.to_owned(),
            spend_key: None,
            addresses: 1,
            height: 100,
            transfers: Vec::new(),
        }));
        let running = Running::start(Api { state: Arc::clone(&state) }).await?;
        Ok(Self { running, state })
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<WalletFault>) {
        self.state().fault = fault;
    }

    /// Opens another wallet, or one that can spend.
    pub fn open(&self, name: &str, spend_key: Option<&str>) {
        let mut state = self.state();
        name.clone_into(&mut state.name);
        state.spend_key = spend_key.map(str::to_owned);
    }

    /// The wallet is made anew: it knows its transfers again, but only its first address.
    pub fn restore(&self) {
        self.state().addresses = 1;
    }

    /// Somebody sends to an address of account 0, into the pool. Answers the transaction's hash.
    #[expect(clippy::must_use_candidate, reason = "sending is what it is called for")]
    pub fn sends(&self, index: u32, piconero: u64) -> String {
        let mut state = self.state();
        let txid = HEXLOWER.encode(&Sha256::digest(format!("transaction {}", state.transfers.len())));
        let transfer = json!({
            "txid": txid, "amount": piconero, "height": 0, "unlock_time": 0, "double_spend_seen": false,
            "subaddr_index": { "major": 0, "minor": index }, "type": "pool", "locked": true,
            "timestamp": 1_800_000_000,
        });
        state.transfers.push(transfer);
        txid
    }

    /// The next block takes in all that waits.
    pub fn mine(&self) {
        let mut state = self.state();
        state.height += 1;
        let height = state.height - 1;
        for transfer in state.transfers.iter_mut().filter(|transfer| transfer["type"] == "pool") {
            transfer["type"] = json!("in");
            transfer["height"] = json!(height);
        }
    }

    /// Changes what is told of a transaction.
    pub fn change(&self, txid: &str, change: impl Fn(&mut Value)) {
        self.state().transfers.iter_mut().filter(|transfer| transfer["txid"] == txid).for_each(change);
    }

    /// The network forgets a transaction.
    pub fn forget(&self, txid: &str) {
        self.state().transfers.retain(|transfer| transfer["txid"] != txid);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, method: &str, fields: &Value) -> Result<Value, (i64, &'static str)> {
        let account = fields["account_index"].as_u64().unwrap_or(0);
        if account != 0 {
            return Err((-14, "account index is out of bound"));
        }
        match method {
            "refresh" if self.fault == Some(WalletFault::NoNode) => Err((-38, "no connection to daemon")),
            "refresh" => Ok(json!({ "blocks_fetched": 0, "received_money": false })),
            "get_height" => Ok(json!({ "height": self.height })),
            "query_key" => match &self.spend_key {
                Some(key) => Ok(json!({ "key": key })),
                None => Err((-29, "The wallet is watch-only. Cannot retrieve spend key.")),
            },
            "get_address" => {
                let asked = fields["address_index"].as_array().cloned().unwrap_or_default();
                let asked = asked.iter().filter_map(|n| u32::try_from(n.as_u64()?).ok());
                let one = |n| {
                    if n >= self.addresses {
                        return Err((-15, "address index is out of bound"));
                    }
                    let address = wallet_address(&self.name, n);
                    Ok(json!({ "address": address, "address_index": n, "label": "", "used": false }))
                };
                Ok(json!({ "addresses": asked.map(one).collect::<Result<Vec<_>, _>>()? }))
            }
            "create_address" => {
                let count = fields["count"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
                let first = self.addresses;
                self.addresses += count;
                Ok(json!({ "address": wallet_address(&self.name, first), "address_index": first }))
            }
            "get_transfers" => {
                // Without any, all are meant.
                let wanted = fields["subaddr_indices"].as_array();
                let of = |kind: &str| {
                    let told = self.transfers.iter().filter(|transfer| {
                        transfer["type"] == kind
                            && fields[kind] == true
                            && wanted.is_none_or(|all| all.contains(&transfer["subaddr_index"]["minor"]))
                    });
                    told.map(|transfer| self.told(transfer)).collect::<Vec<_>>()
                };
                // What there is none of is left out.
                let lists = [("in", of("in")), ("pool", of("pool"))];
                let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
                Ok(lists.map(|(name, list)| (name.to_owned(), Value::Array(list))).collect())
            }
            "get_transfer_by_txid" => {
                let found: Vec<_> = self
                    .transfers
                    .iter()
                    .filter(|t| t["txid"] == fields["txid"])
                    .map(|t| self.told(t))
                    .collect();
                let first = found.first().cloned().ok_or((-8, "Transaction not found."))?;
                Ok(json!({ "transfer": first, "transfers": found }))
            }
            _ => Err((-32_601, "Method not found")),
        }
    }

    fn told(&self, transfer: &Value) -> Value {
        let mut told = transfer.clone();
        if let Some(height) = transfer["height"].as_u64().filter(|height| *height > 0) {
            told["confirmations"] = json!(self.height.saturating_sub(height));
        }
        told
    }
}

struct Api {
    state: Arc<Mutex<State>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_bytes().await.unwrap_or_default();
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        let (answer, fault) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let method = asked["method"].as_str().unwrap_or_default().to_owned();
            (state.answer(&method, &asked["params"]), state.fault)
        };
        let text = match answer {
            Ok(result) => json!({ "id": "0", "jsonrpc": "2.0", "result": result }),
            Err((code, message)) => {
                json!({ "id": "0", "jsonrpc": "2.0", "error": { "code": code, "message": message } })
            }
        }
        .to_string();
        Ok(match fault {
            Some(WalletFault::Hang) => std::future::pending().await,
            Some(WalletFault::NoService) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Some(WalletFault::ServerError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Some(WalletFault::Garbage) => "<html>welcome</html>".into_response(),
            Some(WalletFault::TruncatedJson) => {
                text.get(..text.len() / 2).unwrap_or_default().to_owned().into_response()
            }
            Some(WalletFault::NoNode) | None => text.into_response(),
        })
    }
}
