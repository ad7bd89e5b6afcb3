//! A JSON-RPC server of an EVM chain whose blocks a test makes, with the ways in which public servers fail.

use super::serve::{Running, cut, page};
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// `Transfer(address,address,uint256)`, hashed.
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvmFault {
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
    /// The chain as it was so many blocks ago.
    Stale(usize),
    /// `eth_getLogs` is switched off, as on the official servers of BSC (bnb-chain/bsc#1215).
    NoLogs,
    /// `eth_getLogs` answers for so many blocks at most, else with a code of this server's own.
    Range(u64, i64),
    /// The tag `finalized` is unknown.
    NoFinality,
    /// Every log is of something else: another contract, nothing, removed, or an amount beyond all bounds.
    Nonsense,
}

#[derive(Clone, Debug)]
struct LogRow {
    tx: String,
    index: usize,
    contract: String,
    to: String,
    raw: u128,
    reverted: bool,
}

#[derive(Clone, Debug)]
struct BlockRow {
    hash: String,
    time: i64,
    logs: Vec<LogRow>,
}

/// A chain that a test makes.
#[derive(Clone, Debug)]
pub struct EvmChain {
    chain_id: u64,
    /// Contract and decimals of the token.
    token: (String, u32),
    blocks: Vec<BlockRow>,
    sent: u64,
    forks: u64,
}

impl EvmChain {
    /// A chain with one token and 200 blocks, the last of them at this second.
    #[must_use]
    pub fn new(chain_id: u64, contract: &str, decimals: u32, at: i64) -> Self {
        let token = (contract.to_lowercase(), decimals);
        let mut chain = Self { chain_id, token, blocks: Vec::new(), sent: 0, forks: 0 };
        for n in 0..200 {
            chain.push(at - 2 * (199 - n), Vec::new());
        }
        chain
    }

    fn push(&mut self, time: i64, logs: Vec<LogRow>) {
        let name = format!("{}:{}:{}", self.forks, self.blocks.len(), self.sent);
        self.blocks.push(BlockRow { hash: hash(&name), time, logs });
    }

    /// So many blocks without anything, two seconds apart.
    pub fn mine(&mut self, blocks: usize) {
        for _ in 0..blocks {
            let time = self.blocks.last().map_or(0, |block| block.time) + 2;
            self.push(time, Vec::new());
        }
    }

    /// A transfer of the token in a block of its own; gives its name on the chain.
    pub fn pay(&mut self, to: &str, raw: u128) -> String {
        let contract = self.token.0.clone();
        self.send(&contract, to, raw, false)
    }

    /// A transfer of whatever contract, carried out or not.
    pub fn send(&mut self, contract: &str, to: &str, raw: u128, reverted: bool) -> String {
        self.sent += 1;
        let tx = hash(&format!("tx:{}", self.sent));
        let (contract, to) = (contract.to_lowercase(), to.to_lowercase());
        // Another log before it, so that an index is more than nothing.
        let other = LogRow {
            tx: tx.clone(),
            index: 0,
            contract: hash("other")[..42].to_owned(),
            to: to.clone(),
            raw,
            reverted,
        };
        let log = LogRow { tx: tx.clone(), index: 1, contract, to, raw, reverted };
        let time = self.blocks.last().map_or(0, |block| block.time) + 2;
        self.push(time, vec![other, log]);
        format!("{tx}:1")
    }

    /// Replaces the last blocks by others without anything in them.
    pub fn reorg(&mut self, blocks: usize) {
        self.forks += 1;
        let kept = self.blocks.len().saturating_sub(blocks);
        let times: Vec<_> = self.blocks.drain(kept..).map(|block| block.time).collect();
        for time in times {
            self.push(time, Vec::new());
        }
    }

    /// Takes one transfer out of the chain and gives its block and all that follow other hashes.
    pub fn drop_transfer(&mut self, name: &str) {
        let tx = name.split(':').next().unwrap_or_default();
        let at = self.blocks.iter().position(|block| block.logs.iter().any(|log| log.tx == tx));
        let Some(at) = at else { return };
        self.forks += 1;
        let rest: Vec<_> = self.blocks.drain(at..).collect();
        for block in rest {
            let logs = block.logs.into_iter().filter(|log| log.tx != tx).collect();
            self.push(block.time, logs);
        }
    }

    /// The number of the last block.
    #[must_use]
    pub fn head(&self) -> usize {
        self.blocks.len().saturating_sub(1)
    }

    /// When the last block was made, in seconds.
    #[must_use]
    pub fn time(&self) -> i64 {
        self.blocks.last().map_or(0, |block| block.time)
    }

    fn block(&self, number: usize) -> Value {
        self.blocks.get(number).map_or(Value::Null, |block| {
            json!({ "number": hex(number), "hash": block.hash, "timestamp": format!("{:#x}", block.time),
                "transactions": [] })
        })
    }

    fn log(&self, number: usize, log: &LogRow) -> Value {
        let block = self.blocks.get(number).map_or("", |block| block.hash.as_str());
        json!({ "address": log.contract, "topics": [TRANSFER, word("0x01"), word(&log.to)],
            "data": format!("0x{:064x}", log.raw), "blockNumber": hex(number), "blockHash": block,
            "transactionHash": log.tx, "transactionIndex": "0x0", "logIndex": hex(log.index), "removed": false })
    }

    fn receipt(&self, tx: &str) -> Value {
        for (number, block) in self.blocks.iter().enumerate() {
            let logs: Vec<_> = block.logs.iter().filter(|log| log.tx == tx).collect();
            let Some(first) = logs.first() else { continue };
            let shown: Vec<_> =
                if first.reverted { vec![] } else { logs.iter().map(|l| self.log(number, l)).collect() };
            return json!({ "transactionHash": tx, "blockNumber": hex(number), "blockHash": block.hash,
                "status": if first.reverted { "0x0" } else { "0x1" }, "logs": shown });
        }
        Value::Null
    }

    fn logs(&self, filter: &Value, fault: Option<EvmFault>) -> Result<Value, i64> {
        let bound = |name: &str| filter[name].as_str().and_then(number).ok_or(-32602);
        let (from, to) = (bound("fromBlock")?, bound("toBlock")?);
        let receivers: Vec<_> = filter["topics"][2].as_array().into_iter().flatten().collect();
        if receivers.is_empty() || receivers.len() > 100 || filter["topics"][0] != TRANSFER || to < from {
            return Err(-32602);
        }
        match fault {
            Some(EvmFault::NoLogs) => return Err(-32005),
            Some(EvmFault::Range(most, code)) if to - from >= most => return Err(code),
            _ => {}
        }
        let contract = filter["address"].as_str().map(str::to_lowercase);
        let mut found = Vec::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if !(from..=to).contains(&u64::try_from(at).unwrap_or(u64::MAX)) {
                continue;
            }
            for log in block.logs.iter().filter(|log| !log.reverted) {
                if contract.as_ref().is_some_and(|contract| log.contract != *contract) {
                    continue;
                }
                if receivers.iter().any(|receiver| **receiver == word(&log.to)) {
                    found.push(self.log(at, log));
                }
            }
        }
        Ok(Value::Array(if fault == Some(EvmFault::Nonsense) { nonsense(&found) } else { found }))
    }
}

/// Each log in four ways that pay nothing.
fn nonsense(logs: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    for log in logs {
        for (field, value) in [
            ("address", json!("0x00000000000000000000000000000000000000aa")),
            ("data", json!(format!("0x{:064x}", 0))),
            ("removed", json!(true)),
            ("data", json!(format!("0x{}", "f".repeat(64)))),
        ] {
            let mut changed = log.clone();
            changed[field] = value;
            all.push(changed);
        }
    }
    all
}

/// The server. It ends when it is dropped.
#[derive(Debug)]
pub struct EvmServer {
    running: Running,
    chain: Arc<Mutex<EvmChain>>,
    switches: Arc<Mutex<Switches>>,
}

#[derive(Debug, Default)]
struct Switches {
    fault: Option<EvmFault>,
    calls: Vec<(String, Value)>,
}

impl EvmServer {
    /// Serves a chain on a free port of 127.0.0.1. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(chain: Arc<Mutex<EvmChain>>) -> std::io::Result<Self> {
        let switches = Arc::new(Mutex::new(Switches::default()));
        let api = Api { chain: Arc::clone(&chain), switches: Arc::clone(&switches) };
        Ok(Self { running: Running::start(api).await?, chain, switches })
    }

    /// What to configure as a server.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// The chain behind it.
    pub fn chain(&self) -> MutexGuard<'_, EvmChain> {
        lock(&self.chain)
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<EvmFault>) {
        lock(&self.switches).fault = fault;
    }

    /// Methods and parameters of all calls so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<(String, Value)> {
        lock(&self.switches).calls.clone()
    }
}

struct Api {
    chain: Arc<Mutex<EvmChain>>,
    switches: Arc<Mutex<Switches>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_vec().await.unwrap_or_default();
        let fault = lock(&self.switches).fault;
        match fault {
            Some(EvmFault::TooManyRequests) => return Ok(page(StatusCode::TOO_MANY_REQUESTS)),
            Some(EvmFault::ServerError) => return Ok(page(StatusCode::BAD_GATEWAY)),
            Some(EvmFault::Garbage) => return Ok(page(StatusCode::OK)),
            Some(EvmFault::Hang) => std::future::pending::<()>().await,
            _ => {}
        }
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        let answer = match self.answer(&asked, fault) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }),
            Err(code) => json!({ "jsonrpc": "2.0", "id": asked["id"],
                "error": { "code": code, "message": "limit exceeded" } }),
        };
        Ok(cut(&answer, fault == Some(EvmFault::TruncatedJson)))
    }
}

impl Api {
    fn answer(&self, asked: &Value, fault: Option<EvmFault>) -> Result<Value, i64> {
        let (method, params) = (asked["method"].as_str().unwrap_or_default(), &asked["params"]);
        lock(&self.switches).calls.push((method.to_owned(), params.clone()));
        let mut chain = lock(&self.chain).clone();
        if let Some(EvmFault::Stale(blocks)) = fault {
            let kept = chain.blocks.len().saturating_sub(blocks);
            chain.blocks.truncate(kept);
        }
        match method {
            "eth_chainId" => Ok(json!(format!("{:#x}", chain.chain_id))),
            "eth_call" => {
                let to = params[0]["to"].as_str().unwrap_or_default().to_lowercase();
                let known = to == chain.token.0 && params[0]["data"] == "0x313ce567";
                Ok(json!(if known { format!("0x{:064x}", chain.token.1) } else { "0x".to_owned() }))
            }
            "eth_getBlockByNumber" => match params[0].as_str().unwrap_or_default() {
                "latest" => Ok(chain.block(chain.head())),
                "finalized" if fault == Some(EvmFault::NoFinality) => Err(-32602),
                // Two blocks after it, a block is final.
                "finalized" => Ok(chain.block(chain.head().saturating_sub(2))),
                at => Ok(number(at)
                    .and_then(|at| usize::try_from(at).ok())
                    .map_or(Value::Null, |at| chain.block(at))),
            },
            "eth_getLogs" => chain.logs(&params[0], fault),
            "eth_getTransactionReceipt" => Ok(chain.receipt(params[0].as_str().unwrap_or_default())),
            "eth_blockNumber" => Ok(json!(hex(chain.head()))),
            _ => Err(-32601),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hash(name: &str) -> String {
    format!("0x{}", data_encoding::HEXLOWER.encode(&Sha256::digest(name.as_bytes())))
}

fn hex(number: usize) -> String {
    format!("{number:#x}")
}

fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

fn word(address: &str) -> String {
    format!("0x{:0>64}", address.trim_start_matches("0x").to_lowercase())
}
