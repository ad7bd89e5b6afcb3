//! What an Esplora server knows of a chain: the best chain, the transactions in it and the mempool.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;

/// A source of chain data. Each answer is one consistent state.
#[async_trait]
pub trait Chain: Send + Sync + 'static {
    /// The state now.
    ///
    /// # Errors
    /// When the source does not answer or answers nonsense.
    async fn view(&self) -> Result<Arc<View>, ChainError>;
}

/// Why a chain gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainError(pub String);

impl std::fmt::Display for ChainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ChainError {}

/// An input, with the output that it spends when that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The transaction that is spent; none for a coinbase.
    pub txid: Option<String>,
    /// Which of its outputs.
    pub vout: u32,
    /// The output itself.
    pub prevout: Option<Output>,
    /// The sequence number; below `0xfffffffe` it signals that the transaction may be replaced (BIP 125).
    pub sequence: u32,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The script, hex.
    pub script: String,
    /// The script's kind in Esplora's words, for example `v0_p2wpkh`.
    pub kind: String,
    /// The address, when the script has one.
    pub address: Option<String>,
    /// Satoshi or litoshi.
    pub value: u64,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tx {
    /// Its id, hex.
    pub txid: String,
    /// Its version.
    pub version: u32,
    /// Its lock time.
    pub locktime: u32,
    /// What it spends.
    pub inputs: Vec<Input>,
    /// What it pays.
    pub outputs: Vec<Output>,
    /// Bytes.
    pub size: u64,
    /// Weight units.
    pub weight: u64,
}

impl Tx {
    /// The fee in satoshi; 0 for a coinbase or when an input's value is unknown.
    #[must_use]
    pub fn fee(&self) -> u64 {
        let paid: u64 = self.outputs.iter().map(|output| output.value).sum();
        let spent: Option<u64> = self.inputs.iter().map(|i| i.prevout.as_ref().map(|p| p.value)).sum();
        spent.map_or(0, |spent| spent.saturating_sub(paid))
    }

    /// Whether it pays to the address or spends from it.
    #[must_use]
    pub fn touches(&self, address: &str) -> bool {
        let spends = self.inputs.iter().filter_map(|input| input.prevout.as_ref());
        self.outputs.iter().chain(spends).any(|output| output.address.as_deref() == Some(address))
    }
}

/// A block of the best chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its hash, hex.
    pub hash: String,
    /// Seconds since 1970.
    pub time: u64,
    /// Its transactions in order.
    pub txids: Vec<String>,
}

/// Where a transaction is in the best chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The block's height.
    pub height: usize,
    /// The position in the block.
    pub position: usize,
}

/// One consistent state of a chain.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The best chain; the index is the height.
    pub blocks: Vec<Block>,
    /// Every transaction of the best chain and of the mempool.
    pub txs: HashMap<String, Tx>,
    /// Where the confirmed ones are.
    pub places: HashMap<String, Place>,
    /// The unconfirmed ones, oldest first.
    pub mempool: Vec<String>,
}

impl View {
    /// The height of the newest block; 0 when there is none.
    #[must_use]
    pub fn tip(&self) -> usize {
        self.blocks.len().saturating_sub(1)
    }

    /// Puts a block on top. Its transactions leave the mempool.
    pub fn connect(&mut self, block: Block) {
        let height = self.blocks.len();
        for (position, txid) in block.txids.iter().enumerate() {
            self.places.insert(txid.clone(), Place { height, position });
        }
        self.mempool.retain(|txid| !self.places.contains_key(txid));
        self.blocks.push(block);
    }

    /// Takes the newest block off. Its transactions stay known but have no place.
    pub fn disconnect(&mut self) -> Option<Block> {
        let block = self.blocks.pop()?;
        for txid in &block.txids {
            self.places.remove(txid);
        }
        Some(block)
    }

    /// The confirmed transactions of an address, newest first.
    #[must_use]
    pub fn confirmed(&self, address: &str) -> Vec<&Tx> {
        let mut found: Vec<(Place, &Tx)> = (self.places.iter())
            .filter_map(|(txid, place)| Some((*place, self.txs.get(txid)?)))
            .filter(|(_, tx)| tx.touches(address))
            .collect();
        found.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
        found.into_iter().map(|(_, tx)| tx).collect()
    }

    /// The unconfirmed transactions of an address, newest first.
    #[must_use]
    pub fn unconfirmed(&self, address: &str) -> Vec<&Tx> {
        let txs = self.mempool.iter().rev().filter_map(|txid| self.txs.get(txid));
        txs.filter(|tx| tx.touches(address)).collect()
    }
}
