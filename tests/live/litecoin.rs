//! A real litecoind on its own regtest chain, gone when dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::require::Missing;

const NAME: &str = "litecoind";
const USER: &str = "nexa";
const PASSWORD: &str = "regtest";
/// MWEB activates at block 432 of a regtest chain; from there on litecoind 0.21 cannot mine until somebody has
/// pegged in (`bad-txns-vin-empty`).
const LAST_BLOCK: u64 = 431;

/// A running node with a wallet that owns mature coins.
#[derive(Debug)]
pub struct LitecoinNode {
    child: Child,
    http: reqwest::Client,
    url: String,
    _datadir: tempfile::TempDir,
}

impl LitecoinNode {
    /// Starts a node and mines 101 blocks: about two seconds.
    pub async fn start() -> Result<Self, Missing> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let program = program().ok_or_else(|| {
            Missing::new(NAME, "install it: apt-get install --no-install-recommends litecoind")
        })?;
        let node = Self::spawn(&program).map_err(|why| Missing::broken(NAME, why))?;
        node.prepare().await.map_err(|why| Missing::broken(NAME, why))?;
        Ok(node)
    }

    fn spawn(program: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let datadir = tempfile::tempdir().map_err(told)?;
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(told)?;
        let mut command = Command::new(program);
        // Litecoin, unlike Bitcoin, does not replace transactions unless it is told to.
        command
            .args(["-regtest", "-server", "-listen=0", "-dnsseed=0", "-connect=0", "-printtoconsole=0"])
            .args(["-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", "-fallbackfee=0.0001", "-walletrbf=1"])
            .arg("-mempoolreplacement=1")
            .arg(format!("-rpcport={}", port.port()))
            .arg(format!("-rpcuser={USER}"))
            .arg(format!("-rpcpassword={PASSWORD}"))
            .arg(format!("-datadir={}", datadir.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build();
        Ok(Self {
            http: http.map_err(|error| error.to_string())?,
            child: command.spawn().map_err(told)?,
            url: format!("http://{port}"),
            _datadir: datadir,
        })
    }

    async fn prepare(&self) -> Result<(), String> {
        let up = async {
            while self.rpc("getblockcount", json!([])).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), up).await;
        in_time.map_err(|_| "no answer within 20 seconds".to_owned())?;
        self.rpc("createwallet", json!(["nexa"])).await?;
        self.mine(101).await.map(drop)
    }

    /// The JSON-RPC address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// User and password of the JSON-RPC.
    pub fn credentials() -> (&'static str, &'static str) {
        (USER, PASSWORD)
    }

    /// Mines this many blocks and returns the height of the tip.
    pub async fn mine(&self, blocks: u64) -> Result<u64, String> {
        let height = self.tip_height().await?;
        if height + blocks > LAST_BLOCK {
            return Err(format!("{height} + {blocks} blocks would pass {LAST_BLOCK}, where MWEB activates"));
        }
        // A fresh address each time: a block after a reorganisation never equals the one that was given up.
        let address = self.new_address().await?;
        self.rpc("generatetoaddress", json!([blocks, address])).await?;
        self.tip_height().await
    }

    /// A new address of the node's own wallet.
    pub async fn new_address(&self) -> Result<String, String> {
        text(&self.rpc("getnewaddress", json!(["", "bech32"])).await?)
    }

    /// Sends from the wallet; the transaction may be replaced. Returns its id.
    pub async fn send(&self, address: &str, litoshi: u64) -> Result<String, String> {
        text(&self.rpc("sendtoaddress", json!([address, coins(litoshi)])).await?)
    }

    /// Replaces an unconfirmed transaction of the wallet by one that pays another amount, or another address,
    /// with a higher fee. Its inputs must be confirmed. Returns the new id.
    pub async fn replace(&self, txid: &str, address: &str, litoshi: u64) -> Result<String, String> {
        let old = self.rpc("getrawtransaction", json!([txid, true])).await?;
        let mut paid_out = 0;
        for output in old["vout"].as_array().into_iter().flatten() {
            paid_out += litoshi_of(&output["value"])?;
        }
        let (mut inputs, mut total) = (Vec::new(), 0);
        for input in old["vin"].as_array().into_iter().flatten() {
            // Without the mempool, so that the coin counts as unspent.
            let coin = self.rpc("gettxout", json!([input["txid"], input["vout"], false])).await?;
            total += litoshi_of(&coin["value"])?;
            inputs.push(json!({ "txid": input["txid"], "vout": input["vout"], "sequence": 0xffff_fffd_u32 }));
        }
        let fee = total.checked_sub(paid_out).ok_or("negative fee")? * 2 + 10_000;
        let change = total.checked_sub(litoshi + fee).ok_or("the coins do not suffice")?;
        let back = self.new_address().await?;
        let outputs = json!([{ address: coins(litoshi) }, { back: coins(change) }]);
        let raw = self.rpc("createrawtransaction", json!([inputs, outputs])).await?;
        let signed = self.rpc("signrawtransactionwithwallet", json!([raw])).await?;
        text(&self.rpc("sendrawtransaction", json!([signed["hex"]])).await?)
    }

    /// Takes the newest block off the chain; its transactions are unconfirmed again.
    pub async fn invalidate_tip(&self) -> Result<(), String> {
        let tip = self.rpc("getbestblockhash", json!([])).await?;
        self.rpc("invalidateblock", json!([tip])).await.map(drop)
    }

    /// The height of the newest block.
    pub async fn tip_height(&self) -> Result<u64, String> {
        let height = self.rpc("getblockcount", json!([])).await?;
        height.as_u64().ok_or_else(|| format!("not a height: {height}"))
    }

    /// Calls the node.
    pub async fn rpc(&self, method: &str, params: Value) -> Result<Value, String> {
        let body = json!({ "jsonrpc": "1.0", "id": 1, "method": method, "params": params });
        let request = self.http.post(&self.url).basic_auth(USER, Some(PASSWORD)).json(&body);
        let answer = request.send().await.map_err(|error| format!("{method}: {error}"))?;
        let mut answer: Value = answer.json().await.map_err(|error| format!("{method}: {error}"))?;
        if answer["error"].is_null() {
            Ok(answer["result"].take())
        } else {
            Err(format!("{method}: {}", answer["error"]))
        }
    }
}

impl Drop for LitecoinNode {
    fn drop(&mut self) {
        // Nothing of a regtest chain is worth an orderly end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The server itself comes first: Debian's `/usr/bin/litecoind` may be a wrapper, and killing that one would leave
/// the node running.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/lib/litecoin")).chain(std::env::split_paths(&path));
    folders.chain([PathBuf::from("/usr/bin")]).map(|folder| folder.join(NAME)).find(|file| file.is_file())
}

/// The node takes amounts as text, so no float is needed.
fn coins(litoshi: u64) -> String {
    format!("{}.{:08}", litoshi / 100_000_000, litoshi % 100_000_000)
}

fn litoshi_of(value: &Value) -> Result<u64, String> {
    let coins = value.as_f64().ok_or_else(|| format!("not an amount: {value}"))?;
    let printed = format!("{coins:.8}").replace('.', "");
    printed.parse().map_err(|_| format!("not an amount: {value}"))
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("not a text: {value}"))
}

#[test]
fn amounts_go_both_ways() {
    assert_eq!(coins(1), "0.00000001");
    assert_eq!(coins(12_345_678_901), "123.45678901");
    assert_eq!(litoshi_of(&json!(1e-8)), Ok(1));
    assert_eq!(litoshi_of(&json!(123.456_789_01)), Ok(12_345_678_901));
    assert!(litoshi_of(&json!("1")).is_err());
}
