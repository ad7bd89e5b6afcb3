//! From what servers say to facts: which transfers pay a reference, how final they are, and which are gone.
//!
//! The cursor never moves beyond what could be read, nor beyond a transfer that servers contradict each other about.

use super::{
    Others,
    network::Token,
    rpc::{Block, Log, Node, Not, is_hash},
};
use crate::{
    chain::{account::Account, token},
    http::Trouble,
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        payment::{Finality, Movement, Observation},
        time::after,
    },
    ports::gateway::{Expected, Scan},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicU64, Ordering},
};

/// Accounts in one question.
const ACCOUNTS_AT_ONCE: usize = 100;
/// Blocks before the cursor that are read again, because a reorganisation may have changed them.
const AGAIN: u64 = 64;
/// Questions for logs in one scan; what is further is read by the next.
const MOST_QUESTIONS: usize = 60;
/// A block may be a little older than the payment: clocks differ.
const EARLIER: SignedDuration = SignedDuration::from_mins(2);

/// The rules by which facts are made.
pub(super) struct Reader {
    pub(super) token: Token,
    pub(super) contract: Account,
    pub(super) confirmations: Option<u64>,
    pub(super) blocks_per_call: u64,
    /// The highest block that any server has named: one that is further behind than a reorganisation goes is of the past.
    pub(super) best: AtomicU64,
}

/// How far a server is.
struct View {
    head: Block,
    /// The last block that is final.
    last: u64,
}

impl Reader {
    async fn view(&self, node: &Node) -> Result<View, Trouble> {
        let head = node.tagged("latest").await?.ok_or_else(|| node.unclear("no blocks"))?;
        let best = self.best.fetch_max(head.number, Ordering::Relaxed);
        if head.number + AGAIN < best {
            return Err(node.unclear("it is behind"));
        }
        let named = match self.confirmations {
            Some(_) => None,
            None => node.tagged("finalized").await?,
        };
        let depth = self.confirmations.unwrap_or(self.token.pace.depth);
        // A block itself is its first confirmation.
        let deep = (head.number + 1).saturating_sub(depth);
        let last = named.map_or(deep, |block| block.number);
        Ok(View { head, last })
    }

    /// Reads onward from `cursor`, or from the oldest payment.
    pub(super) async fn scan(
        &self,
        node: &Node,
        others: &Others<'_>,
        wanted: &[(Account, &Expected)],
        cursor: Option<u64>,
    ) -> Result<Scan, Trouble> {
        let view = self.view(node).await?;
        let head = view.head.number;
        let begin = match cursor {
            Some(cursor) if cursor > head + AGAIN => return Err(node.unclear("it is behind the cursor")),
            Some(cursor) => cursor.saturating_sub(AGAIN),
            None => self.oldest(node, &view.head, wanted).await?,
        };
        let accounts: Vec<_> = wanted.iter().map(|(account, _)| *account).collect();
        let mut logs = BTreeMap::new();
        let pieces = accounts.chunks(ACCOUNTS_AT_ONCE);
        let most = (MOST_QUESTIONS / pieces.len().max(1)).max(2);
        let mut end = head;
        for some in pieces {
            let (more, read_to) = self.read(node, some, (begin, end), most).await?;
            end = read_to;
            logs.extend(more.into_iter().map(|log| ((log.block, log.index, log.tx.clone()), log)));
        }
        if end < head && cursor.is_some_and(|cursor| end <= cursor) {
            return Err(node.unclear("it answers for too few blocks at once"));
        }
        let (mut seen, mut reached, mut times) = (Vec::new(), end, HashMap::new());
        for log in logs.into_values() {
            if self.contradicts(node, others, &log, Some(&log)).await {
                reached = reached.min(log.block.saturating_sub(1));
                continue;
            }
            let time = self.time(node, &log, &mut times).await?;
            let owner = wanted.iter().find(|(account, _)| *account == log.transfer.to);
            let Some((_, expected)) = owner.filter(|(_, e)| time >= after(e.since, -EARLIER)) else {
                continue;
            };
            seen.extend(self.fact(&view, &log, time, expected.reference.clone()));
        }
        Ok(Scan { seen, cursor: reached.to_string() })
    }

    /// A block that is surely not younger than the oldest payment: jumps back further until one is found.
    async fn oldest(
        &self,
        node: &Node,
        head: &Block,
        wanted: &[(Account, &Expected)],
    ) -> Result<u64, Trouble> {
        let since = wanted.iter().map(|(_, e)| e.since).min().unwrap_or(Timestamp::MAX);
        let target = after(since, -EARLIER).as_second();
        let millis = head.time.saturating_sub(target).max(0).saturating_mul(1_000);
        let blocks = u64::try_from(millis / self.token.pace.block_millis.max(1)).unwrap_or(0);
        let mut back = blocks.saturating_add(blocks / 4).saturating_add(AGAIN);
        loop {
            let number = head.number.saturating_sub(back);
            if number == 0 {
                return Ok(0);
            }
            let block = node.at(number).await?.ok_or_else(|| node.unclear("a block is missing"))?;
            if block.time <= target {
                return Ok(number);
            }
            back = back.saturating_mul(2);
        }
    }

    /// Reads a range in pieces that the server is willing to answer for, at most so many; gives how far that was.
    async fn read(
        &self,
        node: &Node,
        accounts: &[Account],
        (begin, end): (u64, u64),
        most: usize,
    ) -> Result<(Vec<Log>, u64), Trouble> {
        let (mut from, mut size, mut logs) = (begin, self.blocks_per_call, Vec::new());
        for _ in 0..most {
            if from > end {
                break;
            }
            let (more, to) = self.piece(node, accounts, (from, end), &mut size).await?;
            logs.extend(more);
            from = to + 1;
        }
        Ok((logs, from.saturating_sub(1)))
    }

    /// Reads from a block on as much as the server answers for, up to `size` blocks.
    async fn piece(
        &self,
        node: &Node,
        accounts: &[Account],
        (from, end): (u64, u64),
        size: &mut u64,
    ) -> Result<(Vec<Log>, u64), Trouble> {
        loop {
            let to = end.min(from.saturating_add(*size - 1));
            match node.logs(self.contract, accounts, (from, to)).await {
                Ok(logs) => return Ok((logs, to)),
                Err(Not::Said(_)) if to > from => *size = ((to - from) / 2).max(1),
                Err(Not::Said(_)) => return Err(node.unclear("it gives no logs")),
                Err(Not::Trouble(trouble)) => return Err(trouble),
            }
        }
    }

    async fn time(
        &self,
        node: &Node,
        log: &Log,
        times: &mut HashMap<u64, Block>,
    ) -> Result<Timestamp, Trouble> {
        let block = match times.get(&log.block) {
            Some(block) => block.clone(),
            None => node.at(log.block).await?.ok_or_else(|| node.unclear("a block is missing"))?,
        };
        let same = block.hash.eq_ignore_ascii_case(&log.block_hash);
        let time = block.time;
        times.insert(log.block, block);
        // Reorganised between two questions: the next scan sees what holds then.
        if !same {
            return Err(node.unclear("its blocks changed while they were read"));
        }
        Timestamp::from_second(time).map_err(|_| node.unclear("a time that is none"))
    }

    fn fact(&self, view: &View, log: &Log, time: Timestamp, reference: String) -> Option<Observation> {
        let amount = token::money(log.transfer.raw, self.token.decimals, self.token.asset)?;
        Some(Observation {
            reference,
            family: self.token.family.clone(),
            movement: log.id(),
            amount,
            raw: log.transfer.raw.to_string(),
            finality: if log.block <= view.last { Finality::Confirmed } else { Finality::Seen },
            anchor: Some(format!("{}:{}", log.block, log.block_hash)),
            occurred_at: time,
        })
    }

    /// Whether another server that answers says something else of this transfer. One that does not answer, or is not
    /// there yet, has no opinion.
    async fn contradicts(&self, node: &Node, others: &Others<'_>, at: &Log, found: Option<&Log>) -> bool {
        for other in others.all().await {
            let Ok(theirs) = other.find(self.contract, &at.tx, at.index).await else { continue };
            if theirs.as_ref() == found {
                continue;
            }
            if theirs.is_none() {
                let there = other.tagged("latest").await.ok().flatten();
                if there.is_none_or(|head| head.number < at.block) {
                    continue;
                }
            }
            tracing::warn!(one = node.host(), other = other.host(), "two servers contradict each other");
            return true;
        }
        false
    }

    /// Whether known transfers still stand.
    pub(super) async fn recheck(
        &self,
        node: &Node,
        others: &Others<'_>,
        movements: &[Movement],
    ) -> Result<Vec<Observation>, Trouble> {
        let view = self.view(node).await?;
        let (mut facts, mut times) = (Vec::new(), HashMap::new());
        for known in movements.iter().filter(|known| known.family == self.token.family) {
            let Some((tx, index)) = named(&known.id) else { continue };
            let anchor = known.anchor.as_deref().and_then(|anchor| anchor.split_once(':')?.0.parse().ok());
            let block = anchor.unwrap_or(0);
            let found = node.find(self.contract, tx, index).await?;
            if found.is_none() && view.head.number < block {
                return Err(node.unclear("it is behind what was seen"));
            }
            let at = found.clone().unwrap_or(Log {
                block,
                block_hash: String::new(),
                tx: tx.to_owned(),
                index,
                transfer: token::Transfer { to: self.contract, raw: 0 },
            });
            if self.contradicts(node, others, &at, found.as_ref()).await {
                continue;
            }
            match found {
                Some(log) => {
                    let time = self.time(node, &log, &mut times).await?;
                    let reference = log.transfer.to.checksummed();
                    facts.extend(self.fact(&view, &log, time, reference));
                }
                None => facts.push(Observation {
                    reference: String::new(),
                    family: known.family.clone(),
                    movement: known.id.clone(),
                    amount: known.amount,
                    raw: known.raw.clone(),
                    finality: Finality::Dropped,
                    anchor: None,
                    occurred_at: known.seen_at,
                }),
            }
        }
        Ok(facts)
    }
}

/// Transaction and index of a transfer's name.
fn named(id: &str) -> Option<(&str, u64)> {
    let (tx, index) = id.split_once(':')?;
    is_hash(tx).then_some((tx, index.parse().ok()?))
}
