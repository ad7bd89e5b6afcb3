//! A chain in memory, written by a test: nothing happens in it that the test did not ask for.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::chain::{Block, Chain, ChainError, Input, Output, Tx, View};

/// Height of a new chain: enough below it for a reorganisation, no round number that a fallback could hit.
const START: usize = 120;
/// Time of the first block, seconds since 1970.
const GENESIS: u64 = 1_700_000_000;
/// The fee of every transaction, satoshi.
const FEE: u64 = 1_000;

/// A scriptable chain. Ids and hashes depend only on the order of the calls.
#[derive(Debug)]
pub struct MemoryChain {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    view: View,
    minted: u64,
}

impl MemoryChain {
    /// A chain of 121 empty blocks (tip 120) and an empty mempool.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let mut state = State::default();
        for _ in 0..=START {
            state.mine(Vec::new());
        }
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Puts a transaction into the mempool that pays these outputs (address, satoshi). Returns its id.
    pub fn pay(&self, outputs: &[(&str, u64)]) -> String {
        self.lock().pay(outputs, None)
    }

    /// Replaces an unconfirmed transaction by one with other outputs, as BIP 125 allows: the new one spends the
    /// same coin. Returns the new id.
    ///
    /// # Errors
    /// When the transaction is not in the mempool.
    pub fn replace(&self, txid: &str, outputs: &[(&str, u64)]) -> Result<String, ChainError> {
        let mut state = self.lock();
        let coin = state.forget(txid)?.inputs.into_iter().next();
        Ok(state.pay(outputs, coin))
    }

    /// Throws a transaction out of the mempool, as a node does with one that nobody mines.
    ///
    /// # Errors
    /// When the transaction is not in the mempool.
    pub fn drop_tx(&self, txid: &str) -> Result<(), ChainError> {
        self.lock().forget(txid).map(drop)
    }

    /// Mines this many blocks; the first holds the whole mempool. Returns the new tip's height.
    pub fn mine(&self, blocks: usize) -> usize {
        let mut state = self.lock();
        for _ in 0..blocks {
            let txids = std::mem::take(&mut state.view.mempool);
            state.mine(txids);
        }
        state.view.tip()
    }

    /// Takes the newest blocks off. Their transactions are unconfirmed again.
    pub fn rewind(&self, blocks: usize) {
        self.lock().rewind(blocks);
    }

    /// A longer branch wins: the newest blocks go, one more empty block than that comes, and the transactions
    /// of the lost blocks are in the mempool.
    pub fn reorg(&self, blocks: usize) {
        let mut state = self.lock();
        state.rewind(blocks);
        for _ in 0..=blocks {
            state.mine(Vec::new());
        }
    }

    /// The height of the newest block.
    #[must_use]
    pub fn tip_height(&self) -> usize {
        self.lock().view.tip()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Chain for MemoryChain {
    async fn view(&self) -> Result<Arc<View>, ChainError> {
        Ok(Arc::new(self.lock().view.clone()))
    }
}

impl State {
    /// 64 hex digits that are never the same twice and in no order.
    fn mint(&mut self) -> String {
        let [a, b, c, d] = std::array::from_fn(|_| self.mix());
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }

    /// `SplitMix64`'s finaliser, a bijection: another count gives another number.
    fn mix(&mut self) -> u64 {
        self.minted += 1;
        let mut z = self.minted.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn pay(&mut self, outputs: &[(&str, u64)], coin: Option<Input>) -> String {
        let txid = self.mint();
        let outputs: Vec<Output> =
            outputs.iter().map(|(address, value)| to_address(address, *value)).collect();
        let spent = outputs.iter().map(|output| output.value).sum::<u64>() + FEE;
        let coin = coin.unwrap_or_else(|| Input {
            txid: Some(self.mint()),
            vout: 0,
            prevout: None,
            sequence: 0xffff_fffd,
        });
        let prevout = Output { address: None, script: "51".into(), kind: "unknown".into(), value: spent };
        let input = Input { prevout: Some(prevout), ..coin };
        let tx = Tx {
            txid: txid.clone(),
            version: 2,
            locktime: 0,
            inputs: vec![input],
            outputs,
            size: 222,
            weight: 561,
        };
        self.view.txs.insert(txid.clone(), tx);
        self.view.mempool.push(txid.clone());
        txid
    }

    fn forget(&mut self, txid: &str) -> Result<Tx, ChainError> {
        let unknown = || ChainError(format!("{txid} is not in the mempool"));
        let at = self.view.mempool.iter().position(|known| known == txid).ok_or_else(unknown)?;
        self.view.mempool.remove(at);
        self.view.txs.remove(txid).ok_or_else(unknown)
    }

    fn mine(&mut self, txids: Vec<String>) {
        let hash = self.mint();
        let passed = u64::try_from(self.view.blocks.len()).unwrap_or(u64::MAX).saturating_mul(150);
        self.view.connect(Block { hash, time: GENESIS.saturating_add(passed), txids });
    }

    fn rewind(&mut self, blocks: usize) {
        let mut back = Vec::new();
        for _ in 0..blocks {
            let Some(block) = self.view.disconnect() else { break };
            back.splice(0..0, block.txids);
        }
        back.append(&mut self.view.mempool);
        self.view.mempool = back;
    }
}

/// An output with the real script for a segwit address; other addresses get a script of unknown kind.
fn to_address(address: &str, value: u64) -> Output {
    let (script, kind) = witness_script(address).unwrap_or_else(|| (String::new(), "unknown"));
    Output { script, kind: kind.to_owned(), address: Some(address.to_owned()), value }
}

/// The script of a segwit address of any chain (BIP 173, BIP 350). The checksum is not looked at: an address of a
/// test comes from the code under test, which has its own vectors.
fn witness_script(address: &str) -> Option<(String, &'static str)> {
    let (_, data) = address.rsplit_once('1')?;
    let data = data.get(..data.len().checked_sub(6)?)?;
    let mut digits = data.chars().map(|c| "qpzry9x8gf2tvdw0s3jn54khce6mua7l".find(c));
    let version = digits.next()??;
    let (mut bits, mut held, mut program) = (0_usize, 0_usize, Vec::new());
    for digit in digits {
        held = (held << 5) | digit?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            program.push((held >> bits) & 0xff);
            held &= (1 << bits) - 1;
        }
    }
    let kind = match (version, program.len()) {
        (0, 20) => "v0_p2wpkh",
        (0, 32) => "v0_p2wsh",
        (1, 32) => "v1_p2tr",
        _ => return None,
    };
    let opcode = if version == 0 { 0 } else { 0x50 + version };
    let mut script = format!("{opcode:02x}{:02x}", program.len());
    for byte in program {
        write!(script, "{byte:02x}").ok()?;
    }
    Some((script, kind))
}

#[cfg(test)]
mod tests {
    use super::witness_script;

    /// The pair is the first receiving address of BIP 84's test vectors.
    #[test]
    fn a_segwit_address_gets_its_script() {
        assert_eq!(
            witness_script("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
            Some(("0014c0cebcd6c3d3ca8c75dc5ec62ebe55330ef910e2".to_owned(), "v0_p2wpkh"))
        );
        assert_eq!(witness_script("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), None);
        assert_eq!(witness_script("1"), None);
    }
}
