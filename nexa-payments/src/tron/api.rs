//! What `TronGrid` says: a list of transfers, which is only a hint, and transactions of blocks that are final, which count.
//!
//! Protocol: <https://developers.tron.network/reference>. Times are milliseconds, amounts are text.

use crate::{
    chain::{account::Account, token::Transfer},
    http::{Server, Trouble},
};
use nexa_core::secret::Secret;
use reqwest::RequestBuilder;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Rows of a page.
pub(super) const PAGE: usize = 200;

/// A row of the list: where to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hint {
    pub(super) tx: String,
    /// Milliseconds since 1970.
    pub(super) time: i64,
    /// What the list says was sent; the transaction itself may say something else.
    pub(super) raw: u128,
}

/// A page of the list.
pub(super) struct Page {
    /// Rows that may be transfers of the token to the account.
    pub(super) hints: Vec<Hint>,
    /// The time of the last row, whatever it is.
    pub(super) last: Option<i64>,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

/// A transaction in a final block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Solid {
    pub(super) block: u64,
    /// Milliseconds since 1970.
    pub(super) time: i64,
    /// The token's transfers, with their places among the transaction's logs.
    pub(super) transfers: Vec<(usize, Transfer)>,
}

/// The last final block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tip {
    pub(super) block: u64,
    /// Milliseconds since 1970.
    pub(super) time: i64,
}

#[derive(Deserialize)]
struct RawPage {
    data: Vec<RawRow>,
    success: bool,
    #[serde(default)]
    meta: RawMeta,
}

#[derive(Default, Deserialize)]
struct RawMeta {
    fingerprint: Option<String>,
}

#[derive(Deserialize)]
struct RawRow {
    transaction_id: String,
    token_info: RawToken,
    block_timestamp: i64,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Deserialize)]
struct RawToken {
    /// Tokens without a contract of their own have none.
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInfo {
    id: Option<String>,
    block_number: Option<u64>,
    block_time_stamp: Option<i64>,
    receipt: Option<RawReceipt>,
    #[serde(default)]
    log: Vec<RawLog>,
}

#[derive(Deserialize)]
struct RawReceipt {
    result: Option<String>,
}

#[derive(Deserialize)]
struct RawLog {
    address: String,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    data: String,
}

#[derive(Deserialize)]
struct RawBlock {
    block_header: RawHeader,
}

#[derive(Deserialize)]
struct RawHeader {
    raw_data: RawHeaderData,
}

#[derive(Deserialize)]
struct RawHeaderData {
    number: u64,
    timestamp: i64,
}

/// One server.
pub(super) struct Grid {
    server: Server,
    api_key: Option<Secret<String>>,
    contract: Account,
}

impl Grid {
    pub(super) fn new(server: Server, api_key: Option<&Secret<String>>, contract: Account) -> Self {
        Self { server, api_key: api_key.cloned(), contract }
    }

    /// The host, for messages.
    pub(super) fn host(&self) -> &str {
        self.server.host()
    }

    /// An answer that nothing follows from.
    pub(super) fn unclear(&self, what: &str) -> Trouble {
        self.server.unclear(what)
    }

    async fn ask<T: DeserializeOwned>(&self, mut request: RequestBuilder) -> Result<T, Trouble> {
        if let Some(key) = &self.api_key {
            request = request.header("TRON-PRO-API-KEY", key.expose());
        }
        self.server.json(request).await
    }

    /// Asks about blocks that are final.
    async fn post<T: DeserializeOwned>(&self, name: &str, fields: &Value) -> Result<T, Trouble> {
        self.ask(self.server.post(&format!("/walletsolidity/{name}"), fields.to_string())).await
    }

    /// The last final block.
    pub(super) async fn tip(&self) -> Result<Tip, Trouble> {
        let block: RawBlock = self.post("getnowblock", &json!({})).await?;
        let RawHeaderData { number, timestamp } = block.block_header.raw_data;
        Ok(Tip { block: number, time: timestamp })
    }

    /// A page of what the server lists as transfers of the token to an account since a moment, oldest first.
    pub(super) async fn page(&self, to: Account, since: i64, from: Option<&str>) -> Result<Page, Trouble> {
        let (address, contract) = (to.tron(), self.contract.tron());
        // `only_confirmed` is left out: it has hidden confirmed transfers for a while (trustwallet/blockatlas#969).
        let mut path = format!(
            "/v1/accounts/{address}/transactions/trc20?only_to=true&contract_address={contract}\
             &min_timestamp={since}&limit={PAGE}&order_by=block_timestamp,asc"
        );
        if let Some(from) = from {
            if !from.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
                return Err(self.unclear("a page's name that is none"));
            }
            path.push_str("&fingerprint=");
            path.push_str(from);
        }
        let page: RawPage = self.ask(self.server.get(&path)).await?;
        if !page.success {
            return Err(self.unclear("it says that it failed"));
        }
        let last = page.data.iter().map(|row| row.block_timestamp).max();
        let ours = |row: &RawRow| {
            row.kind == "Transfer"
                && row.to == address
                && row.token_info.address.as_deref() == Some(contract.as_str())
                && is_id(&row.transaction_id)
        };
        let hint = |row: &RawRow| {
            let raw = row.value.parse().ok().filter(|raw| *raw > 0)?;
            Some(Hint { tx: row.transaction_id.to_lowercase(), time: row.block_timestamp, raw })
        };
        let hints = page.data.iter().filter(|row| ours(row)).filter_map(hint).collect();
        Ok(Page { hints, last, next: page.meta.fingerprint.filter(|next| !next.is_empty()) })
    }

    /// The transaction, if it is in a final block and was carried out; none otherwise.
    pub(super) async fn solid(&self, tx: &str) -> Result<Option<Solid>, Trouble> {
        let info: RawInfo = self.post("gettransactioninfobyid", &json!({ "value": tx })).await?;
        let Some(id) = info.id else { return Ok(None) };
        let (Some(block), Some(time)) = (info.block_number, info.block_time_stamp) else {
            return Err(self.unclear("a transaction without a block"));
        };
        if !id.eq_ignore_ascii_case(tx) {
            return Err(self.unclear("another transaction than was asked for"));
        }
        let done = info.receipt.and_then(|receipt| receipt.result).as_deref() == Some("SUCCESS");
        let contract = self.contract.digits();
        let logs = info.log.iter().enumerate();
        let transfers = logs
            .filter(|(_, log)| done && log.address.eq_ignore_ascii_case(&contract))
            .filter_map(|(index, log)| Some((index, Transfer::read(&log.topics, &log.data)?)))
            .collect();
        Ok(Some(Solid { block, time, transfers }))
    }
}

/// Whether a text is 32 bytes in hex.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
