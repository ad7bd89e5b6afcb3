//! `TronGrid` over a JSON-RPC server of an EVM chain: TRON's tokens are such contracts under other addresses, so transfers,
//! reverts and reorganisations are those of the chain behind it.

use super::serve::{Running, cut, page};
use bitcoin::base58;
use data_encoding::HEXLOWER_PERMISSIVE;
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// `Transfer(address,address,uint256)`, hashed.
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TronFault {
    /// 429 to everything.
    TooManyRequests,
    /// 503 to everything.
    ServerError,
    /// A page instead of JSON, with status 200.
    Garbage,
    /// Every answer is cut in its middle.
    TruncatedJson,
    /// The request is read and never answered.
    Hang,
    /// The last final block is an hour old.
    Stale,
    /// The list of transfers says that it failed.
    ListFails,
    /// The list shows nothing (TRON-US/trongrid#16).
    ListForgets,
    /// The list takes every token for the real one.
    ListLies,
}

#[derive(Debug)]
struct State {
    fault: Option<TronFault>,
    page: usize,
    keys: Vec<Option<String>>,
}

/// The server. It ends when it is dropped.
#[derive(Debug)]
pub struct TronServer {
    running: Running,
    state: Arc<Mutex<State>>,
}

impl TronServer {
    /// Serves the chain behind a JSON-RPC server on a free port of 127.0.0.1. A block is final when `depth` follow it.
    /// Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(rpc: &str, depth: u64) -> std::io::Result<Self> {
        let state = Arc::new(Mutex::new(State { fault: None, page: 200, keys: Vec::new() }));
        let client = reqwest::Client::builder().no_proxy().build().map_err(std::io::Error::other)?;
        let api = Api { rpc: Rpc { client, url: rpc.to_owned() }, depth, state: Arc::clone(&state) };
        Ok(Self { running: Running::start(api).await?, state })
    }

    /// What to configure as a server.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<TronFault>) {
        lock(&self.state).fault = fault;
    }

    /// Rows of a page, fewer than the real 200.
    pub fn page_of(&self, rows: usize) {
        lock(&self.state).page = rows;
    }

    /// The keys that calls so far came with.
    #[must_use]
    pub fn keys(&self) -> Vec<Option<String>> {
        lock(&self.state).keys.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The `0x…` that stands for an address of TRON on the chain behind the server.
#[must_use]
pub fn evm_of(tron: &str) -> Option<String> {
    let bytes = base58::decode_check(tron).ok()?;
    (bytes.len() == 21 && bytes.first() == Some(&0x41)).then_some(())?;
    Some(format!("0x{}", data_encoding::HEXLOWER.encode(bytes.get(1..)?)))
}

fn tron_of(hex: &str) -> Option<String> {
    let digits = hex.trim_start_matches("0x");
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.get(digits.len().checked_sub(40)?..)?.as_bytes()).ok()?;
    Some(base58::encode_check(&[vec![0x41], bytes].concat()))
}

struct Rpc {
    client: reqwest::Client,
    url: String,
}

impl Rpc {
    async fn call(&self, method: &str, params: Value) -> Option<Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer: Value = self.client.post(&self.url).json(&body).send().await.ok()?.json().await.ok()?;
        answer.get("result").cloned()
    }

    async fn block(&self, number: u64) -> Option<(u64, i64)> {
        let block = self.call("eth_getBlockByNumber", json!([format!("{number:#x}"), false])).await?;
        Some((number, quantity(&block["timestamp"])?.try_into().ok()?))
    }
}

fn quantity(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

struct Api {
    rpc: Rpc,
    depth: u64,
    state: Arc<Mutex<State>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_vec().await.unwrap_or_default();
        let key = request.header("TRON-PRO-API-KEY").map(str::to_owned);
        lock(&self.state).keys.push(key);
        let fault = lock(&self.state).fault;
        match fault {
            Some(TronFault::TooManyRequests) => return Ok(page(StatusCode::TOO_MANY_REQUESTS)),
            Some(TronFault::ServerError) => return Ok(page(StatusCode::SERVICE_UNAVAILABLE)),
            Some(TronFault::Garbage) => return Ok(page(StatusCode::OK)),
            Some(TronFault::Hang) => std::future::pending::<()>().await,
            _ => {}
        }
        let path = request.uri().path().to_owned();
        let answer = match path.as_str() {
            "/walletsolidity/getnowblock" => self.now_block(fault).await,
            "/walletsolidity/gettransactioninfobyid" => {
                let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
                self.info(asked["value"].as_str().unwrap_or_default()).await
            }
            path => {
                let address =
                    path.strip_prefix("/v1/accounts/").and_then(|p| p.strip_suffix("/transactions/trc20"));
                let query = request.uri().query().unwrap_or_default();
                match address {
                    Some(address) => self.list(address, query, fault).await,
                    None => None,
                }
            }
        };
        let Some(answer) = answer else { return Ok(page(StatusCode::BAD_REQUEST)) };
        Ok(cut(&answer, fault == Some(TronFault::TruncatedJson)))
    }
}

impl Api {
    async fn solid(&self) -> Option<u64> {
        let head = quantity(&self.rpc.call("eth_blockNumber", json!([])).await?)?;
        Some(head.saturating_sub(self.depth))
    }

    async fn now_block(&self, fault: Option<TronFault>) -> Option<Value> {
        let (number, time) = self.rpc.block(self.solid().await?).await?;
        let time = if fault == Some(TronFault::Stale) { time - 3600 } else { time };
        Some(json!({ "blockID": "0".repeat(64),
            "block_header": { "raw_data": { "number": number, "timestamp": time * 1000 } } }))
    }

    async fn info(&self, tx: &str) -> Option<Value> {
        let receipt = self.rpc.call("eth_getTransactionReceipt", json!([format!("0x{tx}")])).await?;
        let Some(number) = quantity(&receipt["blockNumber"]) else { return Some(json!({})) };
        if number > self.solid().await? {
            return Some(json!({}));
        }
        let (_, time) = self.rpc.block(number).await?;
        let bare = |value: &Value| value.as_str().unwrap_or_default().trim_start_matches("0x").to_owned();
        let logs: Vec<_> = receipt["logs"]
            .as_array()?
            .iter()
            .map(|log| {
                let topics: Vec<_> = log["topics"].as_array().into_iter().flatten().map(bare).collect();
                json!({ "address": bare(&log["address"]), "topics": topics, "data": bare(&log["data"]) })
            })
            .collect();
        let result = if receipt["status"] == "0x1" { "SUCCESS" } else { "REVERT" };
        Some(json!({ "id": tx, "blockNumber": number, "blockTimeStamp": time * 1000,
            "contractResult": [""], "receipt": { "result": result }, "log": logs }))
    }

    /// Takes only what `TronGrid` takes; anything else is answered with 400.
    async fn list(&self, address: &str, query: &str, fault: Option<TronFault>) -> Option<Value> {
        if fault == Some(TronFault::ListFails) {
            return Some(json!({ "success": false, "data": [], "meta": {} }));
        }
        let asked: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let number = |name: &str| asked.get(name)?.parse::<i64>().ok();
        let (since, limit) = (number("min_timestamp")?, number("limit")?);
        let right = asked.get("only_to") == Some(&"true")
            && asked.get("order_by") == Some(&"block_timestamp,asc")
            && (1..=200).contains(&limit);
        right.then_some(())?;
        let contract = *asked.get("contract_address")?;
        let skip = asked.get("fingerprint").map_or(Some(0), |at| at.parse::<usize>().ok())?;
        let (to, size) = (evm_of(address)?, lock(&self.state).page);
        let mut filter = json!({ "fromBlock": "0x0", "toBlock": self.rpc.call("eth_blockNumber", json!([])).await?,
            "topics": [TRANSFER, null, [format!("0x{:0>64}", &to[2..])]] });
        if fault != Some(TronFault::ListLies) {
            filter["address"] = json!(evm_of(contract)?);
        }
        let logs = self.rpc.call("eth_getLogs", json!([filter])).await?;
        let mut rows = Vec::new();
        for log in logs.as_array()? {
            let (_, time) = self.rpc.block(quantity(&log["blockNumber"])?).await?;
            if time * 1000 < since {
                continue;
            }
            let data = log["data"].as_str()?.trim_start_matches("0x");
            let value = u128::from_str_radix(data.get(data.len().checked_sub(32)?..)?, 16).ok()?;
            rows.push(json!({ "transaction_id": log["transactionHash"].as_str()?.trim_start_matches("0x"),
                "token_info": { "symbol": "USDT", "address": contract, "decimals": 6, "name": "Tether USD" },
                "block_timestamp": time * 1000, "from": tron_of(log["topics"][1].as_str()?)?,
                "to": address, "type": "Transfer", "value": value.to_string() }));
        }
        if fault == Some(TronFault::ListForgets) {
            rows.clear();
        }
        let more = rows.len() > skip + size;
        let shown: Vec<_> = rows.into_iter().skip(skip).take(size).collect();
        let mut meta = json!({ "at": 1, "page_size": shown.len() });
        if more {
            meta["fingerprint"] = json!((skip + size).to_string());
        }
        Some(json!({ "data": shown, "success": true, "meta": meta }))
    }
}
