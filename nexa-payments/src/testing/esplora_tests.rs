use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{EsploraServer, Fault};
use crate::testing::MemoryChain;

const OURS: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const OTHER: &str = "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g";

struct Asker {
    http: reqwest::Client,
    server: EsploraServer,
}

impl Asker {
    async fn new(chain: Arc<MemoryChain>) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(700)).build().unwrap();
        Self { http, server: EsploraServer::start(chain).await.unwrap() }
    }

    async fn get(&self, path: &str) -> reqwest::Result<(u16, String)> {
        let answer = self.http.get(format!("{}{path}", self.server.base_url())).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await.unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn txids(&self, path: &str) -> Vec<String> {
        let list = self.json(path).await;
        list.as_array().unwrap().iter().map(|tx| tx["txid"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_payment_is_seen_confirmed_and_reorganised_away() {
    let chain = MemoryChain::new();
    let asker = Asker::new(Arc::clone(&chain)).await;
    let txid = chain.pay(&[(OURS, 70_000), (OTHER, 5)]);

    let seen = asker.json(&format!("/tx/{txid}")).await;
    assert_eq!(seen["status"], json!({ "confirmed": false }));
    assert_eq!(seen["vout"][0]["scriptpubkey_address"], OURS);
    assert_eq!(seen["vout"][0]["scriptpubkey"], "0014c0cebcd6c3d3ca8c75dc5ec62ebe55330ef910e2");
    assert_eq!(seen["vout"][0]["value"], 70_000);
    assert_eq!(seen["fee"], 1_000);
    let sums = asker.json(&format!("/address/{OURS}")).await;
    assert_eq!(sums["chain_stats"]["tx_count"], 0);
    assert_eq!(sums["mempool_stats"]["funded_txo_sum"], 70_000);

    let height = chain.mine(1);
    let status = asker.json(&format!("/tx/{txid}/status")).await;
    assert_eq!(status["block_height"], height);
    let hash = status["block_hash"].as_str().unwrap().to_owned();
    let block = format!("/block/{hash}/status");
    assert_eq!(asker.json(&block).await, json!({ "in_best_chain": true, "height": height }));
    assert_eq!(asker.get("/blocks/tip/height").await.unwrap(), (200, height.to_string()));
    assert_eq!(asker.get("/blocks/tip/hash").await.unwrap(), (200, hash));

    chain.reorg(1);
    assert_eq!(asker.json(&block).await, json!({ "in_best_chain": false }));
    assert_eq!(asker.json(&format!("/tx/{txid}/status")).await, json!({ "confirmed": false }));
    assert_eq!(chain.tip_height(), height + 1);
    assert_eq!(asker.txids(&format!("/address/{OURS}/txs")).await, [txid]);
}

#[tokio::test]
async fn a_replaced_or_dropped_transaction_is_gone() {
    let chain = MemoryChain::new();
    let asker = Asker::new(Arc::clone(&chain)).await;
    let first = chain.pay(&[(OURS, 100_000)]);
    let second = chain.replace(&first, &[(OURS, 50_000)]).unwrap();
    assert_eq!(asker.get(&format!("/tx/{first}")).await.unwrap().0, 404);
    assert_eq!(asker.txids(&format!("/address/{OURS}/txs")).await, std::slice::from_ref(&second));
    assert!(chain.replace(&first, &[(OURS, 1)]).is_err());
    chain.drop_tx(&second).unwrap();
    assert!(asker.txids(&format!("/address/{OURS}/txs")).await.is_empty());
    assert!(chain.drop_tx(&second).is_err());
}

#[tokio::test]
async fn a_long_history_comes_in_pages_newest_first() {
    let chain = MemoryChain::new();
    let asker = Asker::new(Arc::clone(&chain)).await;
    let mut all = Vec::new();
    for sats in 1..=60 {
        all.push(chain.pay(&[(OURS, sats)]));
        chain.mine(1);
    }
    let pending: Vec<_> = (0..52).map(|_| chain.pay(&[(OURS, 9)])).collect();
    all.reverse();

    let first = asker.txids(&format!("/address/{OURS}/txs")).await;
    assert_eq!(first.len(), 75);
    assert_eq!(first[0], pending[51]);
    assert_eq!(first[50..], all[..25]);
    let second = asker.txids(&format!("/address/{OURS}/txs/chain/{}", all[24])).await;
    assert_eq!(second, all[25..50]);
    let third = asker.txids(&format!("/address/{OURS}/txs/chain/{}", all[49])).await;
    assert_eq!(third, all[50..]);
    assert!(asker.txids(&format!("/address/{OURS}/txs/chain/{}", all[59])).await.is_empty());
    assert!(asker.txids(&format!("/address/{OURS}/txs/chain/{}", pending[0])).await.is_empty());
}

#[tokio::test]
async fn every_fault_can_be_switched_on_and_off() {
    let chain = MemoryChain::new();
    let asker = Asker::new(Arc::clone(&chain)).await;
    chain.pay(&[(OURS, 5)]);
    let path = format!("/address/{OURS}/txs");

    asker.server.fail(Fault::TooManyRequests);
    assert_eq!(asker.get(&path).await.unwrap().0, 429);
    asker.server.fail_next(1, Fault::ServerError);
    assert_eq!(asker.get(&path).await.unwrap().0, 500);
    assert_eq!(asker.get(&path).await.unwrap().0, 200);

    asker.server.fail(Fault::TruncatedJson);
    let (status, body) = asker.get(&path).await.unwrap();
    assert_eq!(status, 200);
    assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");

    asker.server.fail(Fault::Hang);
    assert!(asker.get(&path).await.unwrap_err().is_timeout());

    asker.server.fail(Fault::StaleTip(7));
    assert_eq!(asker.get("/blocks/tip/height").await.unwrap().1, (chain.tip_height() - 7).to_string());

    asker.server.fail(Fault::Frozen);
    assert_eq!(asker.txids(&path).await.len(), 1);
    chain.pay(&[(OURS, 6)]);
    assert_eq!(asker.txids(&path).await.len(), 1);
    asker.server.heal();
    assert_eq!(asker.txids(&path).await.len(), 2);
    assert_eq!(asker.server.requests().len(), 9);
}

#[tokio::test]
async fn a_stopped_server_refuses_and_nonsense_is_told() {
    let asker = Asker::new(MemoryChain::new()).await;
    assert_eq!(asker.get("/tx/abc").await.unwrap().0, 400);
    assert_eq!(asker.get("/nothing").await.unwrap().0, 404);
    let url = asker.server.base_url();
    asker.server.stop().await;
    assert!(asker.http.get(url).send().await.unwrap_err().is_connect());
}
