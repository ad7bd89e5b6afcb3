//! From what servers say to facts. The list of transfers is a hint: it has lost rows, shown foreign tokens as the real
//! one, and hidden what was confirmed. What counts is the transaction in a final block.
//!
//! The cursor is a time. Each scan begins ten minutes before it, and once an hour a day before.

use super::api::{Grid, Hint, Solid, Tip, is_id};
use crate::{
    chain::{account::Account, token},
    http::Trouble,
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        money::Currency,
        payment::{Finality, Movement, Observation},
        time::after,
    },
    ports::gateway::{Expected, Scan},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

/// What `TronGrid` lists late is found within this many milliseconds.
const OVERLAP: i64 = 10 * 60 * 1000;
/// What it lists later still is found by a longer look, this often and this far back.
const LONG_EVERY: i64 = 3600 * 1000;
const LONG: i64 = 24 * 3600 * 1000;
/// A server whose last final block is older is of the past.
const STALE: i64 = 30 * 60 * 1000;
/// A block may be a little older than the payment: clocks differ.
const EARLIER: SignedDuration = SignedDuration::from_mins(2);
/// Pages that one scan reads of an address; what is further is read by the next.
const MOST_PAGES: usize = 10;
/// Addresses that one scan asks for, since each is asked for by itself; the others are asked for by the next.
const MOST_ACCOUNTS: usize = 40;
/// Final transactions that are remembered, so that they are not asked for with every overlap.
const REMEMBERED: usize = 2_000;
/// Tether has as many decimals on TRON as in the books.
const DECIMALS: u32 = 6;

/// A payment that is waited for: its account, and its amount where that tells it from others.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) account: Account,
    pub(super) exact: Option<i64>,
    pub(super) expected: &'a Expected,
}

/// Where a scan ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cursor {
    /// Everything before is read.
    time: i64,
    /// When the last long look was.
    long: i64,
    /// Of a round through many addresses that goes on: up to when it is complete, and the last address that was asked for.
    round: Option<(i64, Account)>,
}

impl Cursor {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (time, long) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let round = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => None,
            (Some(until), Some(last), None) => Some((until.parse().ok()?, Account::parse_tron(last)?)),
            _ => return None,
        };
        Some(Self { time, long, round })
    }

    fn text(self) -> String {
        let round = self.round.map(|(until, last)| format!(":{until}:{}", last.tron())).unwrap_or_default();
        format!("{}:{}{round}", self.time, self.long)
    }
}

/// The rules by which facts are made.
pub(super) struct Reader {
    pub(super) family: String,
    pub(super) final_ones: Mutex<HashMap<String, Solid>>,
}

impl Reader {
    pub(super) async fn tip(&self, grid: &Grid, now: Timestamp) -> Result<Tip, Trouble> {
        let tip = grid.tip().await?;
        if now.as_millisecond().saturating_sub(tip.time) > STALE {
            return Err(grid.unclear("it is behind"));
        }
        Ok(tip)
    }

    /// Reads onward from `cursor`, or from the oldest payment.
    pub(super) async fn scan(
        &self,
        grid: &Grid,
        wanted: &[Wanted<'_>],
        cursor: Option<Cursor>,
        now: Timestamp,
    ) -> Result<Scan, Trouble> {
        let tip = self.tip(grid, now).await?;
        let oldest = wanted.iter().map(|w| w.expected.since).min().unwrap_or(now);
        let oldest = after(oldest, -EARLIER).as_millisecond();
        let long = cursor.is_none_or(|cursor| tip.time.saturating_sub(cursor.long) >= LONG_EVERY);
        let begin = match cursor {
            None => oldest,
            Some(cursor) if long => (cursor.time - OVERLAP).min(tip.time - LONG).max(oldest),
            Some(cursor) => (cursor.time - OVERLAP).max(oldest),
        };
        let round = cursor.and_then(|cursor| cursor.round);
        let mut accounts: BTreeSet<_> = wanted.iter().map(|w| w.account).collect();
        accounts.retain(|account| round.is_none_or(|(_, last)| *account > last));
        let (mut facts, mut reached) = (BTreeMap::new(), round.map_or(tip.time, |(until, _)| until));
        for account in accounts.iter().copied().take(MOST_ACCOUNTS) {
            let ours: Vec<_> = wanted.iter().filter(|w| w.account == account).copied().collect();
            let (hints, end) = self.hints(grid, account, begin, tip.time).await?;
            reached = reached.min(end);
            for hint in hints.iter().filter(|hint| ours.iter().any(|w| w.may_be(hint))) {
                match self.solid(grid, &hint.tx).await? {
                    Some(solid) => self.facts(&hint.tx, &solid, &ours, &mut facts),
                    // Not final yet, or nowhere: looked at again, for a day at most.
                    None => reached = reached.min((hint.time - 1).max(tip.time - LONG)),
                }
            }
        }
        let cursor = match (accounts.iter().nth(MOST_ACCOUNTS - 1), cursor) {
            (Some(last), before) if accounts.len() > MOST_ACCOUNTS => Cursor {
                time: before.map_or(begin, |before| before.time),
                long: before.map_or(0, |before| before.long),
                round: Some((reached, *last)),
            },
            (_, Some(before)) if !long => Cursor { time: reached, long: before.long, round: None },
            _ => Cursor { time: reached, long: tip.time, round: None },
        };
        Ok(Scan { seen: facts.into_values().collect(), cursor: cursor.text() })
    }

    /// Everything that the list shows since a moment, and up to when that is everything.
    async fn hints(
        &self,
        grid: &Grid,
        account: Account,
        since: i64,
        tip: i64,
    ) -> Result<(Vec<Hint>, i64), Trouble> {
        let (mut hints, mut from) = (Vec::new(), None::<String>);
        let mut last = since;
        for _ in 0..MOST_PAGES {
            let page = grid.page(account, since, from.as_deref()).await?;
            hints.extend(page.hints);
            last = page.last.map_or(last, |time| time.max(last));
            match page.next {
                None => return Ok((hints, tip)),
                next if next == from => return Err(grid.unclear("the same page again")),
                next => from = next,
            }
        }
        Ok((hints, last))
    }

    async fn solid(&self, grid: &Grid, tx: &str) -> Result<Option<Solid>, Trouble> {
        let known = |map: &Mutex<HashMap<String, Solid>>| {
            map.lock().unwrap_or_else(PoisonError::into_inner).get(tx).cloned()
        };
        if let Some(solid) = known(&self.final_ones) {
            return Ok(Some(solid));
        }
        let solid = grid.solid(tx).await?;
        if let Some(solid) = &solid {
            let mut map = self.final_ones.lock().unwrap_or_else(PoisonError::into_inner);
            if map.len() >= REMEMBERED {
                map.clear();
            }
            map.insert(tx.to_owned(), solid.clone());
        }
        Ok(solid)
    }

    fn facts(&self, tx: &str, solid: &Solid, ours: &[Wanted<'_>], facts: &mut BTreeMap<String, Observation>) {
        let Ok(time) = Timestamp::from_millisecond(solid.time) else { return };
        for (index, transfer) in &solid.transfers {
            let Some(amount) = token::money(transfer.raw, DECIMALS, Currency::Usdt) else { continue };
            // Of several payments of one amount, the one that began to wait last: the others' time was over before.
            let owner = ours
                .iter()
                .filter(|w| w.account == transfer.to && w.exact.is_none_or(|exact| exact == amount.minor))
                .filter(|w| time >= after(w.expected.since, -EARLIER))
                .max_by_key(|w| w.expected.since);
            let Some(owner) = owner else { continue };
            let fact = Observation {
                reference: owner.expected.reference.clone(),
                family: self.family.clone(),
                movement: format!("{tx}:{index}"),
                amount,
                raw: transfer.raw.to_string(),
                finality: Finality::Confirmed,
                anchor: Some(solid.block.to_string()),
                occurred_at: time,
            };
            facts.insert(fact.movement.clone(), fact);
        }
    }

    /// Whether known transfers still stand.
    pub(super) async fn recheck(
        &self,
        grid: &Grid,
        others: &[&Grid],
        movements: &[Movement],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let tip = self.tip(grid, now).await?;
        let mut facts = Vec::new();
        for known in movements.iter().filter(|known| known.family == self.family) {
            let Some((tx, index)) = named(&known.id) else { continue };
            let solid = grid.solid(tx).await?;
            let here = holds(solid.as_ref(), index);
            let block = known.anchor.as_deref().and_then(|anchor| anchor.parse::<u64>().ok());
            if here.is_none() && block.is_some_and(|block| tip.block < block) {
                return Err(grid.unclear("it is behind what was seen"));
            }
            if here.is_none() && stands_elsewhere(grid, others, tx, index).await {
                continue;
            }
            let amount = here.and_then(|transfer| token::money(transfer.raw, DECIMALS, Currency::Usdt));
            facts.push(Observation {
                reference: String::new(),
                family: known.family.clone(),
                movement: known.id.clone(),
                amount: amount.unwrap_or(known.amount),
                raw: here.map_or_else(|| known.raw.clone(), |transfer| transfer.raw.to_string()),
                finality: if here.is_some() { Finality::Confirmed } else { Finality::Dropped },
                anchor: solid.filter(|_| here.is_some()).map(|solid| solid.block.to_string()),
                occurred_at: known.seen_at,
            });
        }
        Ok(facts)
    }
}

impl Wanted<'_> {
    /// Whether a row of the list is worth a look.
    fn may_be(&self, hint: &Hint) -> bool {
        let amount = token::money(hint.raw, DECIMALS, Currency::Usdt);
        let young = hint.time >= after(self.expected.since, -EARLIER).as_millisecond();
        young && amount.is_some_and(|amount| self.exact.is_none_or(|exact| exact == amount.minor))
    }
}

fn holds(solid: Option<&Solid>, index: usize) -> Option<token::Transfer> {
    solid?.transfers.iter().find(|(at, _)| *at == index).map(|(_, transfer)| *transfer)
}

/// Whether another server that answers has the transfer.
async fn stands_elsewhere(grid: &Grid, others: &[&Grid], tx: &str, index: usize) -> bool {
    for other in others {
        if let Ok(solid) = other.solid(tx).await
            && holds(solid.as_ref(), index).is_some()
        {
            tracing::warn!(one = grid.host(), other = other.host(), "two servers contradict each other");
            return true;
        }
    }
    false
}

/// Transaction and index of a transfer's name.
fn named(id: &str) -> Option<(&str, usize)> {
    let (tx, index) = id.split_once(':')?;
    is_id(tx).then_some((tx, index.parse().ok()?))
}
