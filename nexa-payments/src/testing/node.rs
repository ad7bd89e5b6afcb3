//! A chain that a real litecoind or bitcoind keeps: confirmations, reorganisations and replacements are the
//! node's own. It is read block by block through JSON-RPC, and only what changed is read again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::chain::{Block, Chain, ChainError, Input, Output, Tx, View};

/// A view of a node's chain that follows the node on every look.
#[derive(Debug)]
pub struct NodeChain {
    http: reqwest::Client,
    url: String,
    user: String,
    password: String,
    view: Mutex<Arc<View>>,
}

impl NodeChain {
    /// Names the node's JSON-RPC server (`http://127.0.0.1:PORT`) and its credentials. Asks nothing yet.
    /// A rustls provider must have been installed.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn new(url: &str, user: &str, password: &str) -> Result<Arc<Self>, ChainError> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build();
        Ok(Arc::new(Self {
            http: http.map_err(|error| ChainError(error.to_string()))?,
            url: url.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
            view: Mutex::default(),
        }))
    }

    async fn rpc(&self, method: &str, params: Value) -> Result<Value, ChainError> {
        let body = json!({ "jsonrpc": "1.0", "id": 1, "method": method, "params": params });
        let told = |error: reqwest::Error| ChainError(format!("{method}: {}", error.without_url()));
        let request = self.http.post(&self.url).basic_auth(&self.user, Some(&self.password)).json(&body);
        let mut answer: Value = request.send().await.map_err(told)?.json().await.map_err(told)?;
        if answer["error"].is_null() {
            Ok(answer["result"].take())
        } else {
            Err(ChainError(format!("{method}: {}", answer["error"])))
        }
    }

    /// Takes off what the node no longer has, then puts on what is new.
    async fn follow(&self, view: &mut View) -> Result<(), ChainError> {
        let tip = number(&self.rpc("getblockcount", json!([])).await?)?;
        while let Some(block) = view.blocks.last() {
            let height = view.tip();
            let same = u64::try_from(height).is_ok_and(|height| height <= tip)
                && self.rpc("getblockhash", json!([height])).await? == json!(block.hash);
            if same {
                break;
            }
            view.disconnect();
        }
        while u64::try_from(view.blocks.len()).is_ok_and(|next| next <= tip) {
            let hash = self.rpc("getblockhash", json!([view.blocks.len()])).await?;
            let block = self.rpc("getblock", json!([hash, 2])).await?;
            // The node switched branches between two calls: the next look starts from a known block.
            if view.blocks.last().is_some_and(|last| block["previousblockhash"] != json!(last.hash)) {
                return Err(ChainError("the node's chain moved while it was read".into()));
            }
            let mut txids = Vec::new();
            for tx in list(&block["tx"]) {
                let tx = read_tx(view, tx)?;
                txids.push(tx.txid.clone());
                view.txs.insert(tx.txid.clone(), tx);
            }
            view.connect(Block { hash: words(&block["hash"])?, time: number(&block["time"])?, txids });
        }
        Ok(())
    }

    async fn read_mempool(&self, view: &mut View) -> Result<(), ChainError> {
        let pool = self.rpc("getrawmempool", json!([true])).await?;
        let entries = pool.as_object().ok_or_else(|| ChainError("getrawmempool: no object".into()))?;
        let mut order: Vec<(u64, u64, &String)> = Vec::new();
        for (txid, entry) in entries {
            order.push((number(&entry["time"])?, number(&entry["ancestorcount"])?, txid));
        }
        order.sort();
        view.mempool.clear();
        for (_, _, txid) in order {
            if !view.txs.contains_key(txid) {
                // One that left the mempool since the list was made is simply not listed.
                let Ok(raw) = self.rpc("getrawtransaction", json!([txid, true])).await else { continue };
                let tx = read_tx(view, &raw)?;
                view.txs.insert(txid.clone(), tx);
            }
            view.mempool.push(txid.clone());
        }
        let pending: HashSet<&String> = view.mempool.iter().collect();
        view.txs.retain(|txid, _| view.places.contains_key(txid) || pending.contains(txid));
        Ok(())
    }
}

#[async_trait]
impl Chain for NodeChain {
    async fn view(&self) -> Result<Arc<View>, ChainError> {
        let mut kept = self.view.lock().await;
        let view = Arc::make_mut(&mut *kept);
        self.follow(view).await?;
        self.read_mempool(view).await?;
        Ok(Arc::clone(&kept))
    }
}

fn read_tx(view: &View, tx: &Value) -> Result<Tx, ChainError> {
    let mut outputs = Vec::new();
    for output in list(&tx["vout"]) {
        outputs.push(read_output(output)?);
    }
    let mut inputs = Vec::new();
    for input in list(&tx["vin"]) {
        let txid = input["txid"].as_str().map(str::to_owned);
        let vout = if txid.is_some() { small(&input["vout"])? } else { u32::MAX };
        let spent = txid.as_ref().and_then(|txid| view.txs.get(txid));
        let at = usize::try_from(vout).unwrap_or(usize::MAX);
        let prevout = spent.and_then(|tx| tx.outputs.get(at)).cloned();
        inputs.push(Input { txid, vout, prevout, sequence: small(&input["sequence"])? });
    }
    Ok(Tx {
        txid: words(&tx["txid"])?,
        version: small(&tx["version"])?,
        locktime: small(&tx["locktime"])?,
        inputs,
        outputs,
        size: number(&tx["size"])?,
        weight: number(&tx["weight"])?,
    })
}

fn read_output(output: &Value) -> Result<Output, ChainError> {
    let script = &output["scriptPubKey"];
    // Newer nodes say `address`, older ones, litecoind 0.21 among them, a list with one entry.
    let address = script["address"].as_str().or_else(|| script["addresses"][0].as_str());
    let kind = match script["type"].as_str().unwrap_or_default() {
        "pubkey" => "p2pk",
        "pubkeyhash" => "p2pkh",
        "scripthash" => "p2sh",
        "witness_v0_keyhash" => "v0_p2wpkh",
        "witness_v0_scripthash" => "v0_p2wsh",
        "witness_v1_taproot" => "v1_p2tr",
        "multisig" => "multisig",
        "nulldata" => "op_return",
        _ => "unknown",
    };
    // A bare public key has an address for the node and none for Esplora.
    let address = address.filter(|_| !matches!(kind, "p2pk" | "multisig")).map(str::to_owned);
    let value = satoshi(&output["value"].to_string())
        .ok_or_else(|| ChainError(format!("not an amount: {}", output["value"])))?;
    Ok(Output { script: words(&script["hex"])?, kind: kind.to_owned(), address, value })
}

/// A node's amount, a JSON number of coins, as satoshi. It has at most 8 places and 16 digits, which a double
/// carries and prints without loss; a small one is printed as `1e-8`.
fn satoshi(printed: &str) -> Option<u64> {
    let (digits, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = i64::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    let value: u64 = format!("{whole}{fraction}").parse().ok()?;
    let missing = 8_i64.checked_sub(places)?;
    let scale = 10_u64.checked_pow(u32::try_from(missing.unsigned_abs()).ok()?)?;
    if missing >= 0 {
        return value.checked_mul(scale);
    }
    value.is_multiple_of(scale).then(|| value / scale)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(value: &Value) -> Result<String, ChainError> {
    value.as_str().map(str::to_owned).ok_or_else(|| ChainError(format!("not a text: {value}")))
}

fn number(value: &Value) -> Result<u64, ChainError> {
    value.as_u64().ok_or_else(|| ChainError(format!("not a number: {value}")))
}

fn small(value: &Value) -> Result<u32, ChainError> {
    number(value)?.try_into().map_err(|_| ChainError(format!("too large: {value}")))
}

#[cfg(test)]
mod tests {
    use super::satoshi;

    #[test]
    fn amounts_are_read_without_loss() {
        assert_eq!(satoshi("0.1"), Some(10_000_000));
        assert_eq!(satoshi("1e-8"), Some(1));
        assert_eq!(satoshi("1.5e-7"), Some(15));
        assert_eq!(satoshi("83999999.99999999"), Some(8_399_999_999_999_999));
        assert_eq!(satoshi("50.0"), Some(5_000_000_000));
        assert_eq!(satoshi("0.0"), Some(0));
        assert_eq!(satoshi("0.000000001"), None);
        assert_eq!(satoshi("-1.0"), None);
    }
}
