//! What Esplora-compatible servers say, read so that silence, errors and old news never look like "nothing there".
//!
//! Protocol: <https://github.com/Blockstream/esplora/blob/master/API.md>. Amounts are whole satoshi.

use crate::http::{Server, Trouble};
use reqwest::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

/// Pages that are read of one address. Dust is cheap to send, so an address with more must not hold up the others.
const MOST_PAGES: usize = 20;

/// Above every height for centuries at one block a minute. A server that names more would silence all others, which then
/// seem to be behind.
const HIGHEST: u64 = 100_000_000;

/// A transaction, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Tx {
    pub(super) txid: String,
    pub(super) vout: Vec<Output>,
    pub(super) status: Status,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Output {
    /// Scripts without an address have none.
    pub(super) scriptpubkey_address: Option<String>,
    pub(super) value: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Status {
    pub(super) confirmed: bool,
    pub(super) block_height: Option<u64>,
    pub(super) block_hash: Option<String>,
}

impl Tx {
    /// The block that holds it.
    pub(super) fn block(&self) -> Option<&str> {
        self.status.block_hash.as_deref().filter(|_| self.status.confirmed)
    }

    /// What all its outputs to `address` are worth together.
    pub(super) fn pays(&self, address: &str) -> Option<u64> {
        let ours = self.vout.iter().filter(|output| output.scriptpubkey_address.as_deref() == Some(address));
        ours.map(|output| output.value).try_fold(0, u64::checked_add)
    }
}

#[derive(Deserialize)]
struct Address {
    chain_stats: Stats,
    mempool_stats: Stats,
}

#[derive(Deserialize)]
struct Stats {
    tx_count: usize,
}

#[derive(Deserialize)]
struct BlockStatus {
    in_best_chain: bool,
}

/// Several servers of one chain, the last one that answered first.
pub(super) struct Esplora {
    servers: Vec<Server>,
    first: AtomicUsize,
    best: AtomicU64,
}

/// One server and the height that it has just named.
pub(super) struct Source<'a> {
    server: &'a Server,
    at: usize,
    /// The height of the newest block.
    pub(super) tip: u64,
}

impl Esplora {
    pub(super) fn new(servers: Vec<Server>) -> Self {
        Self { servers, first: AtomicUsize::new(0), best: AtomicU64::new(0) }
    }

    /// In which order to ask.
    pub(super) fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let count = self.servers.len();
        let first = self.first.load(Ordering::Relaxed);
        (0..count).map(move |step| (first + step) % count)
    }

    /// Asks this one first from now on.
    pub(super) fn prefer(&self, at: usize) {
        self.first.store(at, Ordering::Relaxed);
    }

    /// A server that is alive and knows at least the blocks that were seen before.
    pub(super) async fn source(&self, at: usize) -> Result<Source<'_>, Trouble> {
        let Some(server) = self.servers.get(at) else { return Err(Trouble::Away("no server".to_owned())) };
        // Read before the call: a block that another call sees meanwhile does not make this answer old.
        let best = self.best.load(Ordering::Relaxed);
        let tip: u64 = wanted(server, "blocks/tip/height").await?;
        if tip > HIGHEST {
            return Err(server.unclear("names a block that cannot be there yet"));
        }
        if tip < best {
            return Err(server.unclear(&format!("is behind: block {tip}, but block {best} was seen before")));
        }
        self.best.fetch_max(tip, Ordering::Relaxed);
        Ok(Source { server, at, tip })
    }

    /// Every other server that is alive and not behind `source`, whose height counts as seen.
    pub(super) async fn others(&self, source: &Source<'_>) -> Vec<Source<'_>> {
        let mut others = Vec::new();
        for at in self.order().filter(|at| *at != source.at) {
            match self.source(at).await {
                Ok(other) => others.push(other),
                Err(trouble) => tracing::debug!(?trouble, "a server has no opinion"),
            }
        }
        others
    }
}

impl Source<'_> {
    pub(super) fn host(&self) -> &str {
        self.server.host()
    }

    /// One transaction; none when the server does not know it.
    pub(super) async fn tx(&self, txid: &str) -> Result<Option<Tx>, Trouble> {
        let Some(tx) = known::<Tx>(self.server, &format!("tx/{txid}")).await? else { return Ok(None) };
        if tx.txid != txid {
            return Err(self.server.unclear("another transaction than asked for"));
        }
        self.checked(tx).map(Some)
    }

    /// Whether a block is in the best chain; no answer when the server does not know the block.
    pub(super) async fn holds(&self, block: &str) -> Result<bool, Trouble> {
        let status: Option<BlockStatus> = known(self.server, &format!("block/{block}/status")).await?;
        Ok(status.is_some_and(|status| status.in_best_chain))
    }

    /// All transactions of an address. The server's own count shows whether a page is missing.
    pub(super) async fn history(&self, address: &str) -> Result<Vec<Tx>, Trouble> {
        let path = format!("address/{address}");
        let stats: Address = wanted(self.server, &path).await?;
        if stats.chain_stats.tx_count == 0 && stats.mempool_stats.tx_count == 0 {
            return Ok(Vec::new());
        }
        let mut known = HashSet::new();
        let mut history = Vec::new();
        let mut confirmed = 0;
        let mut page: Vec<Tx> = wanted(self.server, &format!("{path}/txs")).await?;
        for _ in 0..MOST_PAGES {
            let mut last = None;
            for tx in page {
                let tx = self.checked(tx)?;
                if !known.insert(tx.txid.clone()) {
                    continue;
                }
                if tx.status.confirmed {
                    confirmed += 1;
                    last = Some(tx.txid.clone());
                }
                history.push(tx);
            }
            if confirmed >= stats.chain_stats.tx_count {
                return Ok(history);
            }
            let Some(last) = last else { return Err(self.server.unclear("transactions are missing")) };
            page = wanted(self.server, &format!("{path}/txs/chain/{last}")).await?;
        }
        // All that was read is true; what is missing is older than hundreds of transfers to an address for one.
        tracing::warn!(host = self.host(), "an address has more transactions than are read");
        Ok(history)
    }

    fn checked(&self, tx: Tx) -> Result<Tx, Trouble> {
        let placed = tx.status.block_height.is_some() && tx.status.block_hash.as_deref().is_some_and(is_hash);
        if is_hash(&tx.txid) && (placed || !tx.status.confirmed) {
            Ok(tx)
        } else {
            Err(self.server.unclear("a transaction that makes no sense"))
        }
    }
}

/// `GET {base}/{path}`; none when there is no such thing.
async fn known<T: DeserializeOwned>(server: &Server, path: &str) -> Result<Option<T>, Trouble> {
    server.json_unless(&[StatusCode::NOT_FOUND], server.get(&format!("/{path}"))).await
}

/// The same, for what every Esplora server has.
async fn wanted<T: DeserializeOwned>(server: &Server, path: &str) -> Result<T, Trouble> {
    known(server, path).await?.ok_or_else(|| server.unclear("not an Esplora server"))
}

/// Whether a text is 32 bytes in lower-case hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
