//! From what servers say to facts: which outputs pay a reference, how final they are, and which are gone.
//!
//! Where servers contradict each other about a fact, nothing is said of it: the core waits.

use super::{
    esplora::{Esplora, Source, Tx, is_hash},
    network::Network,
};
use crate::{depth::Depth, http::Trouble};
use jiff::Timestamp;
use nexa_core::domain::{
    money::Money,
    payment::{Finality, Movement, Observation},
};
use std::collections::HashMap;

/// The rules by which facts are made.
pub(super) struct Watch {
    pub(super) network: Network,
    pub(super) depth: Depth,
}

/// Where a transaction is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place<'a> {
    Block(&'a str),
    Mempool,
    Gone,
}

impl<'a> Place<'a> {
    fn of(tx: Option<&'a Tx>) -> Self {
        tx.map_or(Self::Gone, |tx| tx.block().map_or(Self::Mempool, Self::Block))
    }

    /// Whether another server's answer contradicts this one. Mempools differ without a contradiction.
    fn contradicts(self, other: Self) -> bool {
        match (self, other) {
            (Self::Block(ours), Self::Block(theirs)) => ours != theirs,
            (Self::Block(_), _)
            | (Self::Mempool | Self::Gone, Self::Block(_))
            | (Self::Gone, Self::Mempool) => true,
            (Self::Mempool | Self::Gone, _) => false,
        }
    }
}

/// Other servers, asked only when something hangs on it.
struct Second<'a> {
    esplora: &'a Esplora,
    asked: Option<Vec<Source<'a>>>,
}

impl<'a> Second<'a> {
    const fn new(esplora: &'a Esplora) -> Self {
        Self { esplora, asked: None }
    }

    /// Whether another server that answers says something else. One that does not answer has no opinion.
    async fn contradicts(&mut self, source: &Source<'_>, txid: &str, place: Place<'_>) -> bool {
        if self.asked.is_none() {
            self.asked = Some(self.esplora.others(source).await);
        }
        for other in self.asked.iter().flatten() {
            if let Ok(tx) = other.tx(txid).await
                && place.contradicts(Place::of(tx.as_ref()))
            {
                tracing::warn!(
                    one = source.host(),
                    other = other.host(),
                    "two servers contradict each other"
                );
                return true;
            }
        }
        false
    }
}

impl Watch {
    /// Everything that was sent to these addresses.
    pub(super) async fn inspect(
        &self,
        esplora: &Esplora,
        source: &Source<'_>,
        addresses: &[String],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let mut second = Second::new(esplora);
        let mut facts = Vec::new();
        for address in addresses {
            for tx in source.history(address).await? {
                // Also for money that is not final: it may have been, and one server must not take that back alone.
                if second.contradicts(source, &tx.txid, Place::of(Some(&tx))).await {
                    continue;
                }
                let finality = self.finality(&tx, address, source.tip);
                for vout in 0..tx.vout.len() {
                    facts.extend(
                        self.fact(&tx, vout, finality, now)?.filter(|fact| fact.reference == *address),
                    );
                }
            }
        }
        Ok(facts)
    }

    /// Whether known movements still stand.
    pub(super) async fn recheck(
        &self,
        esplora: &Esplora,
        source: &Source<'_>,
        movements: &[Movement],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let mut second = Second::new(esplora);
        let mut blocks: HashMap<String, bool> = HashMap::new();
        let mut facts = Vec::new();
        for known in movements.iter().filter(|known| known.family == self.network.family()) {
            let Some((txid, vout)) = name(&known.id) else { continue };
            let tx = source.tx(txid).await?;
            let mut fact = match &tx {
                None => gone(known, now),
                Some(tx) => {
                    let Some(address) = tx.vout.get(vout).and_then(|out| out.scriptpubkey_address.clone())
                    else {
                        tracing::warn!(host = source.host(), "a known output is another one now");
                        continue;
                    };
                    let Some(fact) = self.fact(tx, vout, self.finality(tx, &address, source.tip), now)?
                    else {
                        continue;
                    };
                    fact
                }
            };
            // The index of a server may lag behind its own blocks.
            let block = fact.anchor.clone().or_else(|| known.anchor.clone().filter(|_| tx.is_none()));
            if let Some(block) = block.filter(|block| is_hash(block)) {
                let holds = match blocks.get(&block) {
                    Some(holds) => *holds,
                    None => source.holds(&block).await?,
                };
                blocks.insert(block, holds);
                match (&tx, holds) {
                    (None, true) => continue,
                    (Some(_), false) => {
                        fact.finality = Finality::Seen;
                        fact.anchor = None;
                    }
                    _ => {}
                }
            }
            let place = match (&tx, &fact.anchor) {
                (Some(_), None) => Place::Mempool,
                _ => Place::of(tx.as_ref()),
            };
            // Something hangs on it when money becomes final, stops being so, or goes.
            let weighty = fact.finality != known.finality
                && (fact.finality.max(known.finality) == Finality::Confirmed)
                || fact.finality == Finality::Dropped;
            if weighty && second.contradicts(source, txid, place).await {
                continue;
            }
            facts.push(fact);
        }
        Ok(facts)
    }

    /// How final a transaction is that pays `address`. What counts is all that it pays there, so that many small
    /// outputs are no cheaper to take back than one.
    fn finality(&self, tx: &Tx, address: &str, tip: u64) -> Finality {
        let minor = tx.pays(address).and_then(|value| i64::try_from(value).ok()).unwrap_or(i64::MAX);
        let height = tx.status.block_height.filter(|_| tx.status.confirmed);
        let confirmations = height.and_then(|height| tip.checked_sub(height)?.checked_add(1)).unwrap_or(0);
        if confirmations >= self.depth.wanted(minor) { Finality::Confirmed } else { Finality::Seen }
    }

    /// One output as a fact; none when it has no address or no value.
    fn fact(
        &self,
        tx: &Tx,
        vout: usize,
        finality: Finality,
        now: Timestamp,
    ) -> Result<Option<Observation>, Trouble> {
        let Some(output) = tx.vout.get(vout).filter(|output| output.value > 0) else { return Ok(None) };
        let Some(reference) = output.scriptpubkey_address.clone() else { return Ok(None) };
        let minor =
            i64::try_from(output.value).map_err(|_| Trouble::Unclear("an impossible amount".to_owned()))?;
        Ok(Some(Observation {
            reference,
            family: self.network.family().to_owned(),
            movement: format!("{}:{vout}", tx.txid),
            amount: Money::new(minor, self.network.asset()),
            raw: output.value.to_string(),
            finality,
            anchor: tx.block().map(str::to_owned),
            // A miner's clock may be two hours wrong, so a block's time says less than ours; and an address that is
            // given once has no money from before.
            occurred_at: now,
        }))
    }
}

/// The parts of a movement's id.
fn name(id: &str) -> Option<(&str, usize)> {
    let (txid, vout) = id.split_once(':')?;
    Some((txid, vout.parse().ok()?)).filter(|_| is_hash(txid))
}

fn gone(known: &Movement, now: Timestamp) -> Observation {
    Observation {
        reference: String::new(),
        family: known.family.clone(),
        movement: known.id.clone(),
        amount: known.amount,
        raw: known.raw.clone(),
        finality: Finality::Dropped,
        anchor: None,
        occurred_at: now,
    }
}
