//! toncenter's API, version 3: what it is asked, and what its rows say.
//!
//! Protocol: <https://toncenter.com/api/v3/> and the indexer behind it, <https://github.com/toncenter/ton-indexer>.

use super::{
    address::Address,
    config::{Config, Toncenter},
};
use crate::http::{Trouble, client};
use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use nexa_core::{address::outbound::Range, domain::refusal::Refusal};
use reqwest::header::HeaderValue;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows of one answer.
pub(super) const PAGE: usize = 500;
/// Blocks come every few seconds; a server whose newest is older than this, in seconds, gives old news.
const STALE: i64 = 180;

/// All servers of one gateway.
pub(super) struct Servers {
    all: Vec<Server>,
    preferred: AtomicUsize,
}

impl Servers {
    pub(super) fn new(config: &mut Config, range: Range) -> Result<Self, Refusal> {
        let client = client(config.timeout, config.proxy.take(), range)?;
        let server =
            |Toncenter { link, key }| Server { http: crate::http::Server::of_chain(&client, link), key };
        let all = std::mem::take(&mut config.servers).into_iter().map(server).collect();
        Ok(Self { all, preferred: AtomicUsize::new(0) })
    }

    /// In the order in which they are to be asked: the one first that answered last.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = (usize, &Server)> {
        let first = self.preferred.load(Ordering::Relaxed);
        let all = self.all.iter().enumerate();
        all.clone().cycle().skip(first).take(all.len())
    }

    pub(super) fn prefer(&self, at: usize) {
        self.preferred.store(at, Ordering::Relaxed);
    }
}

/// One server.
pub(super) struct Server {
    http: crate::http::Server,
    key: Option<HeaderValue>,
}

/// The newest block of the masterchain that a server knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tip {
    pub(super) seqno: u64,
    /// In seconds since 1970.
    pub(super) time: i64,
}

/// A transaction of an account.
#[derive(Deserialize)]
pub(super) struct Transaction {
    pub(super) account: String,
    pub(super) hash: String,
    /// In seconds since 1970.
    pub(super) now: i64,
    #[serde(default)]
    mc_block_seqno: Option<u64>,
    #[serde(default)]
    emulated: Option<bool>,
    #[serde(default)]
    finality: Option<String>,
    #[serde(default)]
    description: Option<Description>,
    #[serde(default)]
    pub(super) in_msg: Option<Message>,
}

#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    aborted: Option<bool>,
}

/// What set a transaction off.
#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) destination: Option<String>,
    #[serde(default)]
    pub(super) value: Option<Value>,
    #[serde(default)]
    bounced: Option<bool>,
    #[serde(default)]
    opcode: Option<Value>,
    #[serde(default)]
    #[serde(rename = "message_content")]
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    decoded: Option<Value>,
}

/// A transfer of a token.
#[derive(Deserialize)]
pub(super) struct TokenTransfer {
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) destination: Option<String>,
    pub(super) amount: Value,
    pub(super) jetton_master: String,
    pub(super) transaction_hash: String,
    pub(super) transaction_now: i64,
    #[serde(default)]
    pub(super) transaction_aborted: Option<bool>,
    #[serde(default)]
    decoded_forward_payload: Option<Value>,
}

/// How far a transaction is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    /// Only foreseen, or in a block that the masterchain has not confirmed.
    Pending,
    /// Final.
    Final,
    /// Undone by its contract.
    Aborted,
}

impl Transaction {
    pub(super) fn stage(&self) -> Stage {
        let in_block = self.mc_block_seqno.is_some_and(|seqno| seqno > 0);
        // Servers before the summer of 2026 do not tell `finality`, and list only what is final beside what is foreseen.
        let settled = self.finality.as_deref().map_or(in_block, |finality| finality == "finalized");
        if !settled || self.emulated == Some(true) {
            return Stage::Pending;
        }
        match self.description.as_ref().and_then(|description| description.aborted) {
            Some(true) => Stage::Aborted,
            _ => Stage::Final,
        }
    }

    /// The masterchain's block that it is in.
    pub(super) fn block(&self) -> Option<String> {
        self.mc_block_seqno.filter(|seqno| *seqno > 0).map(|seqno| seqno.to_string())
    }
}

impl Message {
    /// The comment, if that is all that it holds: neither encrypted nor an order to a contract, and not a message of
    /// ours that came back.
    pub(super) fn comment(&self) -> Option<&str> {
        let plain = match &self.opcode {
            None | Some(Value::Null) => true,
            Some(Value::Number(number)) => number.as_u64() == Some(0),
            Some(Value::String(text)) => text.trim_start_matches("0x").bytes().all(|digit| digit == b'0'),
            Some(_) => false,
        };
        if !plain || self.bounced == Some(true) {
            return None;
        }
        comment(self.content.as_ref()?.decoded.as_ref()?)
    }
}

impl TokenTransfer {
    pub(super) fn comment(&self) -> Option<&str> {
        comment(self.decoded_forward_payload.as_ref()?)
    }
}

fn comment(decoded: &Value) -> Option<&str> {
    let kind = decoded.get("type").or_else(|| decoded.get("@type"))?.as_str()?;
    (kind == "text_comment").then(|| decoded.get("comment")?.as_str()).flatten()
}

/// A number that may be written as a text.
pub(super) fn number(value: &Value) -> Option<u128> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64().map(u128::from),
        _ => None,
    }
}

/// A hash as it is stored: 64 signs of hex, from either way of writing it.
pub(super) fn hash(text: &str) -> Option<String> {
    let hex = text.len() == 64 && text.bytes().all(|sign| sign.is_ascii_hexdigit());
    if hex {
        return Some(text.to_lowercase());
    }
    let bytes = BASE64.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == 32)?;
    Some(HEXLOWER.encode(&bytes))
}

#[derive(Deserialize)]
struct Info {
    last: Last,
}

#[derive(Deserialize)]
struct Last {
    seqno: u64,
    gen_utime: Value,
}

#[derive(Deserialize)]
struct Transactions {
    transactions: Vec<Transaction>,
}

#[derive(Deserialize)]
struct TokenTransfers {
    jetton_transfers: Vec<TokenTransfer>,
}

impl Server {
    /// The host, for messages.
    pub(super) fn host(&self) -> &str {
        self.http.host()
    }

    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.http.unclear(what)
    }

    /// The newest block; no answer when that is not new.
    pub(super) async fn tip(&self, now: Timestamp) -> Result<Tip, Trouble> {
        let last = self.last().await?;
        if now.as_second().saturating_sub(last.time) > STALE {
            return Err(self.unclear("its newest block is old"));
        }
        Ok(last)
    }

    /// The newest block, however old.
    pub(super) async fn last(&self) -> Result<Tip, Trouble> {
        let Info { last } = self.get("masterchainInfo", &[]).await?;
        let time = number(&last.gen_utime).and_then(|time| i64::try_from(time).ok());
        let time = time.ok_or_else(|| self.unclear("a block without a time"))?;
        Ok(Tip { seqno: last.seqno, time })
    }

    /// Transactions of an account from this second on, oldest first, without the first `offset`.
    pub(super) async fn transactions(
        &self,
        account: &Address,
        from: i64,
        offset: usize,
    ) -> Result<Vec<Transaction>, Trouble> {
        let account = ("account", account.raw());
        let page = self.page::<Transactions>("transactions", [account], from, offset).await?;
        Ok(page.transactions)
    }

    /// Transfers of a token to an owner from this second on, oldest first, without the first `offset`.
    pub(super) async fn transfers(
        &self,
        owner: &Address,
        master: &Address,
        from: i64,
        offset: usize,
    ) -> Result<Vec<TokenTransfer>, Trouble> {
        let which =
            [("owner_address", owner.raw()), ("direction", "in".to_owned()), ("jetton_master", master.raw())];
        let page = self.page::<TokenTransfers>("jetton/transfers", which, from, offset).await?;
        Ok(page.jetton_transfers)
    }

    /// The transaction of this hash.
    pub(super) async fn transaction(&self, hash: &str) -> Result<Option<Transaction>, Trouble> {
        let found: Transactions = self.get("transactions", &[("hash", hash.to_owned())]).await?;
        let same = |tx: &Transaction| self::hash(&tx.hash).as_deref() == Some(hash);
        Ok(found.transactions.into_iter().find(same))
    }

    async fn page<T: DeserializeOwned>(
        &self,
        path: &str,
        which: impl IntoIterator<Item = (&'static str, String)>,
        from: i64,
        offset: usize,
    ) -> Result<T, Trouble> {
        let slice = [
            ("start_utime", from.to_string()),
            ("sort", "asc".to_owned()),
            ("limit", PAGE.to_string()),
            ("offset", offset.to_string()),
        ];
        let query: Vec<_> = which.into_iter().chain(slice).collect();
        self.get(path, &query).await
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&'static str, String)],
    ) -> Result<T, Trouble> {
        let mut request = self.http.get(&format!("/{path}")).query(query);
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key.clone());
        }
        self.http.json(request).await
    }
}
