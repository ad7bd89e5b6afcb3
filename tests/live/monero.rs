//! A real monerod on a regtest chain of its own, and two wallets in real wallet programs: one that pays, and one of the shop
//! that can only look. Gone when dropped.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use super::require::Missing;

const NAME: &str = "monero";
/// As whom the shop's wallet program is asked.
pub const USER: &str = "nexa";
/// Its password.
pub const PASSWORD: &str = "t7Qm2w-only-for-tests";
/// Coins can be spent after sixty blocks; each of the others is good for one payment.
const BLOCKS: u64 = 78;

/// A running chain with a payer that owns spendable coins.
#[derive(Debug)]
pub struct MoneroChain {
    /// The node first: it is stopped first.
    running: Vec<Running>,
    http: reqwest::Client,
    node: String,
    payer: String,
    /// The shop's wallet program, which wants a password.
    pub shop: String,
    /// The shop's wallet.
    pub address: String,
    miner: String,
    home: tempfile::TempDir,
}

#[derive(Debug)]
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl MoneroChain {
    /// Starts all three and mines: about half a minute, because each block costs a hash of `RandomX`.
    pub async fn start() -> Result<Self, Missing> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let install = "install it: apt-get install --no-install-recommends monero";
        let node = program("monerod").ok_or_else(|| Missing::new(NAME, install))?;
        let wallet = program("monero-wallet-rpc").ok_or_else(|| Missing::new(NAME, install))?;
        Self::run(&node, &wallet).await.map_err(|why| Missing::broken(NAME, why))
    }

    async fn run(node: &Path, wallet: &Path) -> Result<Self, String> {
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_mins(2)).build();
        let (node_port, payer_port, shop_port) = (free_port()?, free_port()?, free_port()?);
        let mut chain = Self {
            running: Vec::new(),
            http: http.map_err(|error| error.to_string())?,
            node: format!("http://127.0.0.1:{node_port}"),
            payer: format!("http://127.0.0.1:{payer_port}"),
            shop: format!("http://127.0.0.1:{shop_port}"),
            address: String::new(),
            miner: String::new(),
            home,
        };
        let folder = chain.home.path().to_owned();
        let p2p = free_port()?;
        chain.spawn(
            node,
            &[
                "--regtest --offline --non-interactive --no-zmq --disable-rpc-ban --fixed-difficulty=1",
                &format!("--rpc-bind-port={node_port} --p2p-bind-port={p2p} --log-level=0"),
                &format!("--data-dir={}", folder.join("node").display()),
            ],
        )?;
        let wallets = folder.join("wallets");
        std::fs::create_dir(&wallets).map_err(|error| error.to_string())?;
        let daemon = format!("--daemon-address=127.0.0.1:{node_port} --trusted-daemon --log-level=0");
        let log = |name: &str| format!("--log-file={}", folder.join(name).display());
        chain.spawn(
            wallet,
            &[
                &daemon,
                &log("payer.log"),
                &format!("--disable-rpc-login --rpc-bind-port={payer_port}"),
                &format!("--wallet-dir={}", wallets.display()),
            ],
        )?;
        chain.prepare().await?;
        let file = wallets.join("shop");
        chain.spawn(
            wallet,
            &[
                &daemon,
                &log("shop.log"),
                &format!("--rpc-login={USER}:{PASSWORD} --rpc-bind-port={shop_port}"),
                &format!("--wallet-file={} --password ", file.display()),
            ],
        )?;
        chain.answers(&chain.shop).await?;
        Ok(chain)
    }

    fn spawn(&mut self, program: &Path, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(program);
        // An empty word is an empty argument.
        command.args(arguments.iter().flat_map(|line| line.split(' ')));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.running.push(Running(command.spawn().map_err(|error| error.to_string())?));
        Ok(())
    }

    /// Makes the shop's wallet from its address and view key, a payer, and coins for it.
    async fn prepare(&mut self) -> Result<(), String> {
        self.answers(&self.node).await?;
        self.answers(&self.payer).await?;
        self.wallet("create_wallet", json!({ "filename": "whole", "language": "English" })).await?;
        self.address = text(&self.wallet("get_address", json!({ "account_index": 0 })).await?["address"])?;
        let view = text(&self.wallet("query_key", json!({ "key_type": "view_key" })).await?["key"])?;
        let fields = json!({ "filename": "shop", "address": self.address, "viewkey": view, "password": "",
            "restore_height": 0 });
        self.wallet("generate_from_keys", fields).await?;
        self.wallet("create_wallet", json!({ "filename": "payer", "language": "English" })).await?;
        self.miner = text(&self.wallet("get_address", json!({ "account_index": 0 })).await?["address"])?;
        self.mine(BLOCKS).await?;
        Ok(())
    }

    async fn answers(&self, url: &str) -> Result<(), String> {
        let up = async {
            // Whatever it answers: it listens.
            while self.http.post(format!("{url}/json_rpc")).body("{}").send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), up).await.map_err(|_| "no answer in a minute".to_owned())
    }

    /// Mines this many blocks.
    pub async fn mine(&self, blocks: u64) -> Result<(), String> {
        let fields = json!({ "amount_of_blocks": blocks, "wallet_address": self.miner });
        self.rpc(&self.node, "generateblocks", fields).await.map(drop)
    }

    /// Sends piconero from the payer; answers the transaction's hash.
    pub async fn send(&self, address: &str, piconero: u64) -> Result<String, String> {
        self.wallet("refresh", json!({})).await?;
        let fields = json!({ "destinations": [{ "address": address, "amount": piconero }] });
        text(&self.wallet("transfer", fields).await?["tx_hash"])
    }

    /// The node forgets a transaction that waits.
    pub async fn forget(&self, txid: &str) -> Result<(), String> {
        self.rpc(&self.node, "flush_txpool", json!({ "txids": [txid] })).await.map(drop)
    }

    /// The node goes away; the wallets stay.
    pub fn stop_node(&mut self) {
        drop(self.running.remove(0));
    }

    async fn wallet(&self, method: &str, fields: Value) -> Result<Value, String> {
        self.rpc(&self.payer, method, fields).await
    }

    async fn rpc(&self, url: &str, method: &str, fields: Value) -> Result<Value, String> {
        let body = json!({ "jsonrpc": "2.0", "id": "0", "method": method, "params": fields });
        let answer = self.http.post(format!("{url}/json_rpc")).json(&body).send().await;
        let answer: Value = answer.map_err(|e| e.to_string())?.json().await.map_err(|e| e.to_string())?;
        match answer.get("result") {
            Some(result) => Ok(result.clone()),
            None => Err(format!("{method}: {answer}")),
        }
    }
}

fn free_port() -> Result<u16, String> {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    free.map(|address| address.port()).map_err(|error| error.to_string())
}

fn program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("no text: {value}"))
}
