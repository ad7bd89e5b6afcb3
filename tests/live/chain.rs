//! The Esplora server over a real node: what a payment goes through on a chain.

use nexa_payments::testing::{EsploraServer, NodeChain};
use serde_json::{Value, json};

use super::litecoin::LitecoinNode;
use super::require::found;

/// The script of BIP 84's first receiving address: nobody's on this chain, least of all the node's own.
const CUSTOMER_SCRIPT: &str = "0014c0cebcd6c3d3ca8c75dc5ec62ebe55330ef910e2";

struct Scene {
    node: LitecoinNode,
    server: EsploraServer,
    http: reqwest::Client,
}

impl Scene {
    async fn open(test: &str) -> Option<Self> {
        let node = found(test, LitecoinNode::start().await)?;
        let (user, password) = LitecoinNode::credentials();
        let chain = NodeChain::new(node.url(), user, password).unwrap();
        let server = EsploraServer::start(chain).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Some(Self { node, server, http })
    }

    /// The customer's address on this chain, told by the node.
    async fn customer(&self) -> String {
        let decoded = self.node.rpc("decodescript", json!([CUSTOMER_SCRIPT])).await.unwrap();
        let address = decoded["address"].as_str().or_else(|| decoded["addresses"][0].as_str());
        address.expect("a segwit script has an address").to_owned()
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.server.base_url())).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn paid(&self, address: &str) -> Vec<(String, u64)> {
        let txs = self.json(&format!("/address/{address}/txs")).await;
        let mut paid = Vec::new();
        for tx in txs.as_array().unwrap() {
            for output in tx["vout"].as_array().unwrap() {
                if output["scriptpubkey_address"] == address {
                    paid.push((tx["txid"].as_str().unwrap().to_owned(), output["value"].as_u64().unwrap()));
                }
            }
        }
        paid
    }
}

#[tokio::test]
async fn a_payment_is_seen_mined_and_lost_to_a_reorganisation() {
    let test = "live::chain::a_payment_is_seen_mined_and_lost_to_a_reorganisation";
    let Some(scene) = Scene::open(test).await else { return };
    let customer = scene.customer().await;
    assert_eq!(scene.paid(&customer).await, []);

    let txid = scene.node.send(&customer, 12_345_678).await.unwrap();
    assert_eq!(scene.paid(&customer).await, [(txid.clone(), 12_345_678)]);
    let status = format!("/tx/{txid}/status");
    assert_eq!(scene.json(&status).await, json!({ "confirmed": false }));
    let tx = scene.json(&format!("/tx/{txid}")).await;
    assert!(tx["fee"].as_u64().unwrap() > 0, "the spent coin is known: {tx}");
    let sums = scene.json(&format!("/address/{customer}")).await;
    assert_eq!(sums["mempool_stats"]["funded_txo_sum"], 12_345_678);

    let height = scene.node.mine(1).await.unwrap();
    let confirmed = scene.json(&status).await;
    assert_eq!((&confirmed["confirmed"], &confirmed["block_height"]), (&json!(true), &json!(height)));
    let block = format!("/block/{}/status", confirmed["block_hash"].as_str().unwrap());
    assert_eq!(scene.json(&block).await["in_best_chain"], true);
    assert_eq!(scene.get("/blocks/tip/height").await.1, height.to_string());

    scene.node.invalidate_tip().await.unwrap();
    assert_eq!(scene.json(&status).await, json!({ "confirmed": false }));
    assert_eq!(scene.json(&block).await, json!({ "in_best_chain": false }));
    assert_eq!(scene.get("/blocks/tip/height").await.1, (height - 1).to_string());
    assert_eq!(scene.paid(&customer).await, [(txid.clone(), 12_345_678)]);

    scene.node.mine(1).await.unwrap();
    let again = scene.json(&status).await;
    assert_eq!(again["block_height"], height);
    assert_ne!(again["block_hash"], confirmed["block_hash"]);
}

#[tokio::test]
async fn a_replacement_takes_the_first_payment_away() {
    let test = "live::chain::a_replacement_takes_the_first_payment_away";
    let Some(scene) = Scene::open(test).await else { return };
    let customer = scene.customer().await;
    let first = scene.node.send(&customer, 10_000_000).await.unwrap();
    assert_eq!(scene.paid(&customer).await, [(first.clone(), 10_000_000)]);

    let second = scene.node.replace(&first, &customer, 5_000_000).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(scene.paid(&customer).await, [(second.clone(), 5_000_000)]);
    assert_eq!(scene.get(&format!("/tx/{first}")).await.0, 404);

    scene.node.mine(1).await.unwrap();
    assert_eq!(scene.json(&format!("/tx/{second}/status")).await["confirmed"], true);
    assert_eq!(scene.json(&format!("/address/{customer}")).await["chain_stats"]["funded_txo_sum"], 5_000_000);
}

#[tokio::test]
async fn a_long_history_of_a_real_node_comes_in_pages() {
    let test = "live::chain::a_long_history_of_a_real_node_comes_in_pages";
    let Some(scene) = Scene::open(test).await else { return };
    let customer = scene.customer().await;
    for number in 1..=30_u64 {
        scene.node.send(&customer, 100_000 + number).await.unwrap();
        if number % 10 == 0 {
            scene.node.mine(1).await.unwrap();
        }
    }
    let first = scene.paid(&customer).await;
    assert_eq!(first.len(), 25);
    let rest = scene.json(&format!("/address/{customer}/txs/chain/{}", first[24].0)).await;
    let mut all: Vec<String> = first.into_iter().map(|(txid, _)| txid).collect();
    all.extend(rest.as_array().unwrap().iter().map(|tx| tx["txid"].as_str().unwrap().to_owned()));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 30);
}
