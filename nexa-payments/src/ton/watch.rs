//! From what servers say to facts: which transfers carry which comment, how final they are, and which are gone.
//!
//! The cursor is a moment: all before it was read while it was final. Each scan reads ten minutes before it again, because
//! shards reach the masterchain in no fixed order and servers lag behind one another.

use super::{
    address::Address,
    api::{PAGE, Server, Servers, Stage, Tip, TokenTransfer, Transaction, hash, number},
    memo,
};
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        payment::{Finality, Movement, Observation},
    },
    ports::gateway::Expected,
};
use std::collections::HashMap;

/// Seconds that are read again before a cursor.
const AGAIN: i64 = 600;
/// Seconds by which a customer's clock and ours may differ; the core holds the same against money from before.
const EARLY: i64 = 120;
/// Seconds after which a transaction that was seen is in a block, or never will be.
const SETTLED: i64 = 60;
/// Pages of one look; what is behind them comes with the next one.
const MOST_PAGES: usize = 40;

/// The rules by which facts are made.
pub(super) struct Watch {
    pub(super) account: Address,
    pub(super) master: Option<Address>,
    pub(super) asset: Currency,
    pub(super) family: &'static str,
}

/// A transfer with a comment of ours.
struct Found {
    reference: String,
    hash: String,
    raw: u128,
    at: i64,
    stage: Stage,
    block: Option<String>,
}

/// What was read, and until when.
pub(super) struct Read {
    pub(super) facts: Vec<Observation>,
    pub(super) until: i64,
}

impl Watch {
    /// All transfers for these payments that a server knows, from the cursor on.
    pub(super) async fn scan(
        &self,
        server: &Server,
        expected: &[Expected],
        cursor: Option<i64>,
        now: Timestamp,
    ) -> Result<Read, Trouble> {
        let tip = server.tip(now).await?;
        let oldest = expected.iter().map(|e| e.since.as_second()).min();
        let from = cursor.map(|cursor| cursor.saturating_sub(AGAIN));
        let from = from.or_else(|| oldest.map(|oldest| oldest.saturating_sub(EARLY))).unwrap_or(tip.time);
        let wanted: HashMap<&str, i64> = expected
            .iter()
            .map(|e| (e.reference.as_str(), e.since.as_second().saturating_sub(EARLY)))
            .collect();
        let mut read = Read { facts: Vec::new(), until: tip.time };
        for page in 0..MOST_PAGES {
            let (rows, last) = match &self.master {
                None => self.coins(server, from, page * PAGE, &wanted).await?,
                Some(master) => self.tokens(server, master, from, page * PAGE, &wanted).await?,
            };
            for found in rows {
                if found.stage == Stage::Pending {
                    read.until = read.until.min(found.at);
                }
                read.facts.push(self.fact(server, found)?);
            }
            match last {
                None => return Ok(read),
                // A second may go on behind the last page that is read.
                Some(last) if page + 1 == MOST_PAGES => read.until = read.until.min(last),
                Some(_) => {}
            }
        }
        Ok(read)
    }

    /// One page of the account's own transactions, and the moment of its last one while there may be more.
    async fn coins(
        &self,
        server: &Server,
        from: i64,
        offset: usize,
        wanted: &HashMap<&str, i64>,
    ) -> Result<(Vec<Found>, Option<i64>), Trouble> {
        let page = server.transactions(&self.account, from, offset).await?;
        let last = page.last().filter(|_| page.len() >= PAGE).map(|tx| tx.now);
        let found = page.iter().filter_map(|tx| self.coin(tx)).filter(|found| is_wanted(found, wanted));
        Ok((found.collect(), last))
    }

    /// A transaction of our account that somebody else's message with a comment and money in it set off.
    fn coin(&self, tx: &Transaction) -> Option<Found> {
        let message = tx.in_msg.as_ref()?;
        // A message without a source is the owner's own order to the wallet.
        let source = message.source.as_deref().and_then(Address::parse)?;
        let to_us = self.account.is_written(&tx.account)
            && message.destination.as_deref().is_some_and(|to| self.account.is_written(to));
        let raw = number(message.value.as_ref()?).filter(|raw| *raw > 0)?;
        let stage = tx.stage();
        if !to_us || source.is(&self.account) || stage == Stage::Aborted {
            return None;
        }
        Some(Found {
            reference: memo::read(message.comment()?)?,
            hash: hash(&tx.hash)?,
            raw,
            at: tx.now,
            stage,
            block: tx.block(),
        })
    }

    /// One page of the token's transfers to us, and the moment of its last one while there may be more.
    async fn tokens(
        &self,
        server: &Server,
        master: &Address,
        from: i64,
        offset: usize,
        wanted: &HashMap<&str, i64>,
    ) -> Result<(Vec<Found>, Option<i64>), Trouble> {
        let page = server.transfers(&self.account, master, from, offset).await?;
        let last = page.last().filter(|_| page.len() >= PAGE).map(|row| row.transaction_now);
        let mut all = Vec::new();
        let named = page.iter().filter_map(|row| self.token(row, master));
        for mut found in named.filter(|found| is_wanted(found, wanted)) {
            // The list does not say how final a transfer is: its transaction does.
            let Some(tx) = server.transaction(&found.hash).await? else {
                return Err(server.unclear("lists a transfer whose transaction it does not know"));
            };
            (found.stage, found.block) = (tx.stage(), tx.block());
            if found.stage != Stage::Aborted {
                all.push(found);
            }
        }
        Ok((all, last))
    }

    fn token(&self, row: &TokenTransfer, master: &Address) -> Option<Found> {
        // Everybody can make a token of the same name: its contract counts.
        let ours = master.is_written(&row.jetton_master)
            && row.destination.as_deref().is_some_and(|to| self.account.is_written(to));
        let source = row.source.as_deref().and_then(Address::parse)?;
        if !ours || source.is(&self.account) || row.transaction_aborted != Some(false) {
            return None;
        }
        Some(Found {
            reference: memo::read(row.comment()?)?,
            hash: hash(&row.transaction_hash)?,
            raw: number(&row.amount).filter(|raw| *raw > 0)?,
            at: row.transaction_now,
            stage: Stage::Pending,
            block: None,
        })
    }

    fn fact(&self, server: &Server, found: Found) -> Result<Observation, Trouble> {
        let impossible = |_| server.unclear("an impossible amount");
        let minor = i64::try_from(found.raw).map_err(impossible)?;
        Ok(Observation {
            reference: found.reference,
            family: self.family.to_owned(),
            movement: found.hash,
            amount: Money::new(minor, self.asset),
            raw: found.raw.to_string(),
            finality: if found.stage == Stage::Final { Finality::Confirmed } else { Finality::Seen },
            anchor: found.block,
            occurred_at: Timestamp::from_second(found.at)
                .map_err(|_| server.unclear("an impossible time"))?,
        })
    }

    /// Whether known transfers still stand.
    pub(super) async fn recheck(
        &self,
        servers: &Servers,
        server: &Server,
        known: &[Movement],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let tip = server.tip(now).await?;
        let mut facts = Vec::new();
        for movement in known.iter().filter(|movement| movement.family == self.family) {
            let Some(hash) = hash(&movement.id) else { continue };
            let (finality, anchor) = match server.transaction(&hash).await? {
                Some(tx) => match tx.stage() {
                    Stage::Final => (Finality::Confirmed, tx.block()),
                    Stage::Pending => (Finality::Seen, None),
                    Stage::Aborted => (Finality::Dropped, None),
                },
                None if is_past(tip, movement) && !elsewhere(servers, server, &hash).await => {
                    (Finality::Dropped, None)
                }
                None => continue,
            };
            facts.push(Observation {
                reference: String::new(),
                family: movement.family.clone(),
                movement: movement.id.clone(),
                amount: movement.amount,
                raw: movement.raw.clone(),
                finality,
                anchor,
                occurred_at: movement.seen_at,
            });
        }
        Ok(facts)
    }
}

/// Whether it is for one of these payments, and not from before it.
fn is_wanted(found: &Found, wanted: &HashMap<&str, i64>) -> bool {
    wanted.get(found.reference.as_str()).is_some_and(|since| found.at >= *since)
}

/// Whether a server that is so far would know a transfer.
fn is_past(tip: Tip, movement: &Movement) -> bool {
    let block = movement.anchor.as_deref().and_then(|block| block.parse::<u64>().ok());
    let seen = movement.seen_at.as_second().saturating_add(SETTLED);
    tip.time >= seen && block.is_none_or(|block| tip.seqno >= block)
}

/// Whether another server knows a transaction. One that does not answer has no opinion.
async fn elsewhere(servers: &Servers, asked: &Server, hash: &str) -> bool {
    for (_, other) in servers.in_turn() {
        if other.host() != asked.host() && matches!(other.transaction(hash).await, Ok(Some(_))) {
            tracing::warn!(one = asked.host(), other = other.host(), "two servers contradict each other");
            return true;
        }
    }
    false
}
