//! A real anvil, the node of Foundry, with a token of our own at whatever address; gone when dropped.
//!
//! It comes prebuilt through npm (`tests/live/anvil/`). The token is assembled by hand: nothing is compiled for a test.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking, their fixtures too")]

use super::{
    npm,
    require::{Missing, found},
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

const NAME: &str = "anvil";
/// `Transfer(address,address,uint256)`, hashed.
const TRANSFER: &str = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// A running node whose first account sends.
#[derive(Debug)]
pub struct Anvil {
    child: Child,
    http: reqwest::Client,
    url: String,
    sender: String,
}

impl Anvil {
    /// The node for a test, or none after telling loudly that there is none.
    pub async fn open(test: &str, chain_id: u64) -> Option<Self> {
        found(test, Self::start(chain_id).await)
    }

    async fn start(chain_id: u64) -> Result<Self, Missing> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let program = tokio::task::spawn_blocking(program).await;
        let program =
            program.map_err(|why| why.to_string()).flatten().map_err(|why| Missing::new(NAME, why))?;
        let broken = |why: String| Missing::broken(NAME, why);
        let mut node = Self::spawn(&program, chain_id).map_err(broken)?;
        let up = async {
            loop {
                if let Ok(accounts) = node.rpc("eth_accounts", json!([])).await {
                    return accounts;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let accounts = tokio::time::timeout(Duration::from_secs(20), up).await;
        let accounts = accounts.map_err(|_| broken("no answer within 20 seconds".into()))?;
        accounts[0].as_str().unwrap_or_default().clone_into(&mut node.sender);
        Ok(node)
    }

    fn spawn(program: &Path, chain_id: u64) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(told)?;
        let mut command = Command::new(program);
        command
            .args(["--silent", "--host", "127.0.0.1", "--port", &port.port().to_string()])
            .args(["--chain-id", &chain_id.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build();
        Ok(Self {
            http: http.map_err(|error| error.to_string())?,
            child: command.spawn().map_err(told)?,
            url: format!("http://{port}"),
            sender: String::new(),
        })
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A call, and its result.
    pub async fn rpc(&self, method: &str, params: Value) -> Result<Value, String> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let sent = self.http.post(&self.url).json(&body).send().await.map_err(|error| error.to_string())?;
        let mut answer: Value = sent.json().await.map_err(|error| error.to_string())?;
        if answer["error"].is_null() { Ok(answer["result"].take()) } else { Err(answer["error"].to_string()) }
    }

    /// Puts a token at an address, however it got there.
    pub async fn put_token(&self, at: &str, decimals: u8) {
        self.rpc("anvil_setCode", json!([at, token(decimals)])).await.unwrap();
    }

    /// Has the token at `contract` tell of a transfer, in a block of its own; gives the transaction's hash.
    pub async fn transfer(&self, contract: &str, to: &str, raw: u128) -> String {
        let data = format!("0xa9059cbb{:0>64}{raw:064x}", to.trim_start_matches("0x").to_lowercase());
        self.send(contract, &data).await
    }

    /// A call that the token refuses: it stands in a block, and nothing was transferred.
    pub async fn refused(&self, contract: &str) -> String {
        self.send(contract, "0xdeadbeef").await
    }

    async fn send(&self, to: &str, data: &str) -> String {
        let call = json!([{ "from": self.sender, "to": to, "data": data, "gas": "0x30d40" }]);
        let hash = self.rpc("eth_sendTransaction", call).await.unwrap();
        // The block comes a moment after the answer.
        while self.rpc("eth_getTransactionReceipt", json!([hash])).await.unwrap().is_null() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        hash.as_str().unwrap().to_owned()
    }

    /// Makes blocks.
    pub async fn mine(&self, blocks: u64) {
        self.rpc("anvil_mine", json!([format!("{blocks:#x}")])).await.unwrap();
    }

    /// Replaces the blocks from a transaction's on by empty ones.
    pub async fn reorganise_away(&self, tx: &str) {
        let receipt = self.rpc("eth_getTransactionReceipt", json!([tx])).await.unwrap();
        let block = quantity(&receipt["blockNumber"]);
        let head = self.head().await;
        self.rpc("anvil_reorg", json!([head - block + 1, []])).await.unwrap();
    }

    /// The number of the last block.
    pub async fn head(&self) -> u64 {
        quantity(&self.rpc("eth_blockNumber", json!([])).await.unwrap())
    }

    /// When the last block was made, in seconds.
    pub async fn time(&self) -> i64 {
        let block = self.rpc("eth_getBlockByNumber", json!(["latest", false])).await.unwrap();
        i64::try_from(quantity(&block["timestamp"])).unwrap()
    }

    /// The name of the token's only event in a transaction.
    pub async fn movement(&self, tx: &str) -> String {
        let receipt = self.rpc("eth_getTransactionReceipt", json!([tx])).await.unwrap();
        format!("{tx}:{}", quantity(&receipt["logs"][0]["logIndex"]))
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn quantity(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

/// The code of a token that knows no balances: `decimals()` answers, `transfer(address,uint256)` tells of a transfer from
/// whoever calls, everything else is refused.
fn token(decimals: u8) -> String {
    let code = [
        // The selector; to 0x1d for decimals(), to 0x28 for transfer(address,uint256), else revert.
        "60003560e01c",
        "8063313ce567 14601d57",
        "63a9059cbb14602857",
        "600080fd",
        // 0x1d: return the decimals.
        &format!("5b60{decimals:02x}60005260206000f3"),
        // 0x28: the amount to memory; log Transfer(caller, to); return true.
        "5b602435600052",
        &format!("600435337f{TRANSFER}60206000a3"),
        "600160005260206000f3",
    ];
    format!("0x{}", code.concat().replace(' ', ""))
}

/// `NEXA_ANVIL`, or `anvil` in the path, or what npm brings.
fn program() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("NEXA_ANVIL").filter(|named| !named.is_empty()) {
        return Ok(PathBuf::from(named));
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let find =
        |name: &str| std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|p| p.is_file());
    if let Some(found) = find("anvil") {
        return Ok(found);
    }
    find("npm").ok_or("install npm, which brings it: apt-get install --no-install-recommends nodejs npm")?;
    let modules = npm::modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("live/anvil"), "anvil")?;
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let program = modules.join(format!("node_modules/@foundry-rs/anvil-{system}-{machine}/bin/anvil"));
    if program.is_file() { Ok(program) } else { Err("npm brings none for this machine".to_owned()) }
}
