//! What JSON-RPC servers of EVM chains say, read so that silence, errors and old news never look like "no logs".
//!
//! Protocol: <https://ethereum.org/developers/docs/apis/json-rpc>. Public servers refuse ranges of blocks with many
//! codes and texts; whatever the code, a smaller range is tried, and an error for a single block is an error.

use crate::{
    chain::{
        account::Account,
        token::{TRANSFER, Transfer},
    },
    http::{Server, Trouble},
};
use reqwest::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Above every block for centuries. A server that names more would silence all others, which then seem to be behind.
const HIGHEST: u64 = 1 << 40;

/// A block, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) hash: String,
    /// Seconds since 1970.
    pub(super) time: i64,
}

/// A transfer of the token, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Log {
    pub(super) block: u64,
    pub(super) block_hash: String,
    pub(super) tx: String,
    pub(super) index: u64,
    pub(super) transfer: Transfer,
}

impl Log {
    /// Its name on the chain.
    pub(super) fn id(&self) -> String {
        format!("{}:{}", self.tx, self.index)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBlock {
    number: String,
    hash: String,
    timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLog {
    address: String,
    topics: Vec<String>,
    data: String,
    block_number: Option<String>,
    block_hash: Option<String>,
    transaction_hash: Option<String>,
    log_index: Option<String>,
    #[serde(default)]
    removed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReceipt {
    status: Option<String>,
    logs: Vec<RawLog>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    result: Value,
    error: Option<Said>,
}

/// An error that a server answered. Its text may hold anything, so only the code is kept.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    code: i64,
}

/// Why there is no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Not {
    /// The server refuses this question.
    Said(Said),
    /// No answer at all.
    Trouble(Trouble),
}

impl From<Trouble> for Not {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// One server.
pub(super) struct Node {
    server: Server,
}

impl Node {
    pub(super) const fn new(server: Server) -> Self {
        Self { server }
    }

    /// The host, for messages.
    pub(super) fn host(&self) -> &str {
        self.server.host()
    }

    /// An answer that nothing follows from.
    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.server.unclear(what)
    }

    fn plain(&self, not: Not) -> Trouble {
        match not {
            Not::Said(said) => self.unclear(&format!("error {}", said.code)),
            Not::Trouble(trouble) => trouble,
        }
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<T, Not> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let came = self.server.send(self.server.post("", body.to_string())).await?;
        // With this status some servers say what they refuse.
        let refused = came.status == StatusCode::BAD_REQUEST;
        let answer: Answer = if refused { self.server.read(&came)? } else { self.server.good(&came)? };
        if let Some(said) = answer.error {
            return Err(Not::Said(said));
        }
        serde_json::from_value(answer.result).map_err(|_| self.unclear("a result that makes no sense").into())
    }

    async fn number(&self, method: &str, params: Value) -> Result<u64, Trouble> {
        let text: String = self.call(method, params).await.map_err(|not| self.plain(not))?;
        self.quantity(&text)
    }

    fn quantity(&self, text: &str) -> Result<u64, Trouble> {
        let digits = text.strip_prefix("0x").filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| self.unclear("a number that is none"))
    }

    /// Which chain it serves.
    pub(super) async fn chain_id(&self) -> Result<u64, Trouble> {
        self.number("eth_chainId", json!([])).await
    }

    /// The decimals that the token's contract names.
    pub(super) async fn decimals(&self, contract: Account) -> Result<u128, Trouble> {
        // The selector of `decimals()`.
        let call = json!([{ "to": contract.checksummed(), "data": "0x313ce567" }, "latest"]);
        let text: String = self.call("eth_call", call).await.map_err(|not| self.plain(not))?;
        crate::chain::token::word(&text).ok_or_else(|| self.unclear("no token at the contract's address"))
    }

    /// A block by its tag; none when the server does not know the tag.
    pub(super) async fn tagged(&self, tag: &str) -> Result<Option<Block>, Trouble> {
        match self.call::<Option<RawBlock>>("eth_getBlockByNumber", json!([tag, false])).await {
            Ok(block) => block.map(|block| self.block(block)).transpose(),
            Err(Not::Said(_)) if tag != "latest" => Ok(None),
            Err(not) => Err(self.plain(not)),
        }
    }

    /// A block by its number; none when there is none.
    pub(super) async fn at(&self, number: u64) -> Result<Option<Block>, Trouble> {
        let params = json!([format!("{number:#x}"), false]);
        let block: Option<RawBlock> =
            self.call("eth_getBlockByNumber", params).await.map_err(|not| self.plain(not))?;
        let block = block.map(|block| self.block(block)).transpose()?;
        if block.as_ref().is_some_and(|block| block.number != number) {
            return Err(self.unclear("another block than was asked for"));
        }
        Ok(block)
    }

    fn block(&self, raw: RawBlock) -> Result<Block, Trouble> {
        let number = self.quantity(&raw.number)?;
        let time =
            i64::try_from(self.quantity(&raw.timestamp)?).map_err(|_| self.unclear("a time that is none"))?;
        if number > HIGHEST || !is_hash(&raw.hash) {
            return Err(self.unclear("a block that is none"));
        }
        Ok(Block { number, hash: raw.hash, time })
    }

    /// Transfers of the token to these accounts in blocks `from` to `to`, both included.
    pub(super) async fn logs(
        &self,
        contract: Account,
        to: &[Account],
        blocks: (u64, u64),
    ) -> Result<Vec<Log>, Not> {
        let receivers: Vec<_> = to.iter().map(|account| account.word()).collect();
        let filter = json!([{
            "fromBlock": format!("{:#x}", blocks.0),
            "toBlock": format!("{:#x}", blocks.1),
            "address": contract.checksummed(),
            "topics": [format!("0x{TRANSFER}"), null, receivers],
        }]);
        let raw: Vec<RawLog> = self.call("eth_getLogs", filter).await?;
        let mut logs = Vec::new();
        for log in raw {
            // What was not asked for is not believed either.
            if let Some(log) = self.log(&log, contract)?
                && to.contains(&log.transfer.to)
                && (blocks.0..=blocks.1).contains(&log.block)
            {
                logs.push(log);
            }
        }
        Ok(logs)
    }

    /// The log as a transfer of the token; none when it is another event, another contract's, of nothing, or gone.
    fn log(&self, raw: &RawLog, contract: Account) -> Result<Option<Log>, Trouble> {
        if raw.removed || Account::parse_hex(&raw.address.to_lowercase()) != Some(contract) {
            return Ok(None);
        }
        let Some(transfer) = Transfer::read(&raw.topics, &raw.data) else { return Ok(None) };
        let (Some(block), Some(block_hash), Some(tx), Some(index)) =
            (&raw.block_number, &raw.block_hash, &raw.transaction_hash, &raw.log_index)
        else {
            return Ok(None);
        };
        if !is_hash(block_hash) || !is_hash(tx) {
            return Err(self.unclear("a log that is none"));
        }
        let (block, index) = (self.quantity(block)?, self.quantity(index)?);
        let (block_hash, tx) = (block_hash.to_lowercase(), tx.to_lowercase());
        Ok(Some(Log { block, block_hash, tx, index, transfer }))
    }

    /// The transfer of this name as the transaction's receipt has it; none when there is none.
    pub(super) async fn find(&self, contract: Account, tx: &str, index: u64) -> Result<Option<Log>, Trouble> {
        let receipt: Option<RawReceipt> =
            self.call("eth_getTransactionReceipt", json!([tx])).await.map_err(|not| self.plain(not))?;
        let Some(receipt) = receipt.filter(|r| r.status.as_deref() == Some("0x1")) else { return Ok(None) };
        for raw in &receipt.logs {
            let log = self.log(raw, contract)?;
            if let Some(log) = log.filter(|log| log.tx == tx && log.index == index) {
                return Ok(Some(log));
            }
        }
        Ok(None)
    }
}

/// Whether a text is `0x` and 32 bytes in hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|d| d.len() == 64 && d.bytes().all(|b| b.is_ascii_hexdigit()))
}
