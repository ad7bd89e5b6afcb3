//! From what the wallet program says to facts: which transfers pay an address, how final they are, and which are gone.

use super::rpc::Rpc;
use crate::{depth::Depth, http::Trouble};
use jiff::Timestamp;
use nexa_core::domain::{
    money::{Currency, Money},
    payment::{Finality, Movement, Observation},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The error of a transaction that a wallet does not know.
const NO_SUCH_TRANSACTION: i64 = -8;

/// An address of the wallet, as payments name it: `account/index/address`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) account: u32,
    pub(super) index: u32,
    pub(super) address: String,
}

impl Place {
    pub(super) fn reference(&self) -> String {
        format!("{}/{}/{}", self.account, self.index, self.address)
    }

    pub(super) fn parse(reference: &str) -> Option<Self> {
        let mut parts = reference.split('/');
        let (account, index, address) = (parts.next()?, parts.next()?, parts.next()?);
        let (account, index) = (account.parse().ok()?, index.parse().ok()?);
        let whole = parts.next().is_none() && !address.is_empty();
        whole.then(|| Self { account, index, address: address.to_owned() })
    }
}

#[derive(Deserialize, Default)]
struct Transfers {
    #[serde(default, rename = "in")]
    arrived: Vec<Transfer>,
    #[serde(default)]
    pool: Vec<Transfer>,
}

#[derive(Deserialize)]
struct Found {
    transfers: Vec<Transfer>,
}

#[derive(Clone, Deserialize)]
struct Transfer {
    txid: String,
    amount: u64,
    #[serde(default)]
    confirmations: u64,
    #[serde(default)]
    height: u64,
    /// A sender can lock what was sent, for years.
    #[serde(default)]
    unlock_time: u64,
    #[serde(default)]
    double_spend_seen: bool,
    subaddr_index: Index,
    #[serde(rename = "type")]
    kind: String,
    /// In seconds since 1970: of its block, or when it was first seen.
    #[serde(default)]
    timestamp: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
struct Index {
    major: u32,
    minor: u32,
}

#[derive(Deserialize)]
struct Height {
    height: u64,
}

/// The rules by which facts are made.
pub(super) struct Watch {
    pub(super) depth: Depth,
    pub(super) family: &'static str,
}

/// All that one transaction sends to one address: the wallet program may tell it in parts.
struct Sum {
    amount: u64,
    first: Transfer,
    settled: bool,
}

impl Watch {
    /// Everything that was sent to these addresses of one account.
    pub(super) async fn inspect(
        &self,
        rpc: &Rpc,
        account: u32,
        places: &[Place],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let indices: Vec<_> = places.iter().map(|place| place.index).collect();
        let fields =
            json!({ "in": true, "pool": true, "account_index": account, "subaddr_indices": indices });
        let Transfers { arrived, pool } = rpc.call("get_transfers", fields).await?;
        let mut sums: BTreeMap<(String, u32), Sum> = BTreeMap::new();
        for transfer in arrived.into_iter().chain(pool) {
            let key = (transfer.txid.clone(), transfer.subaddr_index.minor);
            add(&mut sums, key, transfer).map_err(|()| rpc.unclear("an impossible amount"))?;
        }
        let mut facts = Vec::new();
        for ((txid, minor), sum) in sums {
            let of =
                places.iter().find(|place| place.index == minor && sum.first.subaddr_index.major == account);
            if let Some(place) = of {
                let movement = format!("{txid}:{account}/{minor}");
                facts.push(self.fact(rpc, place.reference(), movement, &sum, now)?);
            }
        }
        Ok(facts)
    }

    /// Everything final that one account received from this second on, without the last, at whichever address.
    pub(super) async fn list(
        &self,
        rpc: &Rpc,
        account: u32,
        (from, to): (i64, i64),
    ) -> Result<Vec<Observation>, Trouble> {
        let fields = json!({ "in": true, "account_index": account });
        let Transfers { arrived, .. } = rpc.call("get_transfers", fields).await?;
        let mut sums: BTreeMap<(String, u32), Sum> = BTreeMap::new();
        for transfer in arrived.into_iter().filter(|transfer| (from..to).contains(&transfer.timestamp)) {
            let key = (transfer.txid.clone(), transfer.subaddr_index.minor);
            add(&mut sums, key, transfer).map_err(|()| rpc.unclear("an impossible amount"))?;
        }
        let mut facts = Vec::new();
        for ((txid, minor), sum) in sums {
            let at = Timestamp::from_second(sum.first.timestamp);
            let at = at.map_err(|_| rpc.unclear("an impossible time"))?;
            facts.push(self.fact(rpc, String::new(), format!("{txid}:{account}/{minor}"), &sum, at)?);
        }
        facts.retain(|fact| fact.finality == Finality::Confirmed);
        Ok(facts)
    }

    /// Whether known movements still stand.
    pub(super) async fn recheck(
        &self,
        rpc: &Rpc,
        known: &[Movement],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let Height { height } = rpc.call("get_height", json!({})).await?;
        let mut facts = Vec::new();
        for movement in known.iter().filter(|movement| movement.family == self.family) {
            let Some((txid, at)) = name(&movement.id) else { continue };
            let fields = json!({ "txid": txid, "account_index": at.major });
            let transfers = match rpc.ask::<Found>("get_transfer_by_txid", fields).await? {
                Ok(found) => found.transfers,
                Err(said) if said.code == NO_SUCH_TRANSACTION => Vec::new(),
                Err(_) => return Err(rpc.unclear("does not tell of a transaction")),
            };
            let mut sums = BTreeMap::new();
            let to_us =
                |t: &Transfer| t.subaddr_index == at && matches!(t.kind.as_str(), "in" | "pool" | "block");
            for transfer in transfers.into_iter().filter(to_us) {
                add(&mut sums, (), transfer).map_err(|()| rpc.unclear("an impossible amount"))?;
            }
            if let Some(sum) = sums.get(&()) {
                facts.push(self.fact(rpc, String::new(), movement.id.clone(), sum, now)?);
                continue;
            }
            // A wallet that was made anew has not read so far yet.
            let block = movement.anchor.as_deref().and_then(|block| block.parse::<u64>().ok());
            if block.is_none_or(|block| height > block) {
                facts.push(gone(movement, now));
            }
        }
        Ok(facts)
    }

    fn fact(
        &self,
        rpc: &Rpc,
        reference: String,
        movement: String,
        sum: &Sum,
        now: Timestamp,
    ) -> Result<Observation, Trouble> {
        let minor = i64::try_from(sum.amount).map_err(|_| rpc.unclear("an impossible amount"))?;
        let deep = sum.first.kind != "pool" && sum.first.confirmations >= self.depth.wanted(minor);
        let is_final = deep && sum.settled;
        Ok(Observation {
            reference,
            family: self.family.to_owned(),
            movement,
            amount: Money::new(minor, Currency::Xmr),
            raw: sum.amount.to_string(),
            finality: if is_final { Finality::Confirmed } else { Finality::Seen },
            anchor: (sum.first.height > 0).then(|| sum.first.height.to_string()),
            // An address that is given once has no money from before.
            occurred_at: now,
        })
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Sum>, key: K, transfer: Transfer) -> Result<(), ()> {
    let settled = transfer.unlock_time == 0 && !transfer.double_spend_seen;
    match sums.entry(key) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(Sum { amount: transfer.amount, settled, first: transfer });
        }
        std::collections::btree_map::Entry::Occupied(mut entry) => {
            let sum = entry.get_mut();
            sum.amount = sum.amount.checked_add(transfer.amount).ok_or(())?;
            sum.settled &= settled;
        }
    }
    Ok(())
}

/// The parts of a movement's id.
fn name(id: &str) -> Option<(&str, Index)> {
    let (txid, at) = id.split_once(':')?;
    let (major, minor) = at.split_once('/')?;
    let hash = txid.len() == 64 && txid.bytes().all(|sign| sign.is_ascii_hexdigit());
    hash.then_some((txid, Index { major: major.parse().ok()?, minor: minor.parse().ok()? }))
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

/// Has the wallet read all blocks that its node knows; an error when it cannot ask one. Without that, a wallet whose node
/// is away would go on saying that nothing came.
pub(super) async fn refresh(rpc: &Rpc) -> Result<(), Trouble> {
    rpc.call::<Value>("refresh", json!({})).await.map(drop)
}
