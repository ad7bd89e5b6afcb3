//! What a database holds, and whether it is sound.

use super::super::{
    engine::{Connection, Engine as _, Table, Whole, sql},
    row::Value,
};
use crate::error::Failure;
use data_encoding::HEXLOWER;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a database holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inventory {
    /// The steps that brought it to its version: number and digest.
    pub steps: Vec<(i64, String)>,
    /// Ids of its shops.
    pub shops: Vec<String>,
    /// How many rows each table has.
    pub tables: BTreeMap<String, u64>,
    /// What the books come to.
    pub ledger: Vec<LedgerTotal>,
    /// SHA-256 over all entries of the books in their order, hexadecimal.
    pub ledger_digest: String,
}

/// What the books come to in one currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerTotal {
    /// Its code.
    pub currency: String,
    /// How many entries.
    pub entries: u64,
    /// Their sum in minor units; 0 in sound books.
    pub sum: i64,
}

fn number(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Int(int)) => *int,
        _ => 0,
    }
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn count(value: Option<&Value>) -> u64 {
    u64::try_from(number(value)).unwrap_or_default()
}

/// Counts everything. The same on every engine.
pub(super) async fn take<E: Whole>(of: &mut E, tables: &[Table]) -> Result<Inventory, Failure> {
    let text = "SELECT version, digest FROM migrations ORDER BY version".to_owned();
    let steps = of.rows(text).map_ok(|row| (number(row.first()), word(row.get(1)))).try_collect().await?;
    let text = "SELECT id FROM shops ORDER BY id".to_owned();
    let shops = of.rows(text).map_ok(|row| word(row.first())).try_collect().await?;
    let mut counted = BTreeMap::new();
    for table in tables {
        let rows: Vec<_> = of.rows(format!("SELECT COUNT(*) FROM {}", table.name)).try_collect().await?;
        counted.insert(table.name.clone(), count(rows.first().and_then(|row| row.first())));
    }
    let text = "SELECT currency, COUNT(*), CAST(SUM(minor) AS BIGINT) FROM entries GROUP BY currency ORDER BY currency";
    let total = |row: Vec<Value>| LedgerTotal {
        currency: word(row.first()),
        entries: count(row.get(1)),
        sum: number(row.get(2)),
    };
    let ledger = of.rows(text.to_owned()).map_ok(total).try_collect().await?;
    let ledger_digest = digest(of).await?;
    Ok(Inventory { steps, shops, tables: counted, ledger, ledger_digest })
}

async fn digest<E: Whole>(of: &mut E) -> Result<String, Failure> {
    let text =
        "SELECT journal_id, line, shop_id, account, currency, minor FROM entries ORDER BY journal_id, line";
    let mut rows = of.rows(text.to_owned());
    let mut hash = Sha256::new();
    while let Some(row) = rows.try_next().await? {
        for value in &row {
            match value {
                Value::Null => {}
                Value::Int(int) => hash.update(int.to_string()),
                Value::Text(text) => hash.update(text),
            }
            hash.update(b"|");
        }
        hash.update(b"\n");
    }
    Ok(HEXLOWER.encode(&hash.finalize()))
}

/// What is wrong with a file's database, in words; nothing when it is sound. Reads all of it.
pub(super) async fn faults(of: &mut Connection) -> Result<Option<String>, Failure> {
    let rows = of.ask(sql("PRAGMA integrity_check(1)")).await?;
    let verdict = rows.first().map_or(Ok(String::new()), |row| row.text("integrity_check"))?;
    if verdict != "ok" {
        return Ok(Some(verdict));
    }
    let stray: Vec<_> = of.rows("PRAGMA foreign_key_check".to_owned()).try_collect().await?;
    if let Some(row) = stray.first() {
        return Ok(Some(format!("a row of {} refers to one that is missing", word(row.first()))));
    }
    for (text, what) in BOOKS {
        let rows = of.ask(sql(text)).await?;
        if rows.first().map_or(Ok(0), |row| row.int("wrong"))? > 0 {
            return Ok(Some((*what).to_owned()));
        }
    }
    Ok(None)
}

/// Questions that sound books answer with 0.
const BOOKS: &[(&str, &str)] = &[
    (
        "SELECT COUNT(*) AS wrong FROM \
            (SELECT 1 FROM entries GROUP BY journal_id, currency HAVING SUM(minor) <> 0)",
        "a journal does not sum to zero",
    ),
    (
        "SELECT COUNT(*) AS wrong FROM (SELECT 1 FROM ( \
            SELECT shop_id, account, currency, minor AS balance, 0 AS entry FROM balances UNION ALL \
            SELECT shop_id, account, currency, 0 AS balance, minor AS entry FROM entries) \
            GROUP BY shop_id, account, currency HAVING SUM(balance) <> SUM(entry))",
        "a balance is not what its entries come to",
    ),
];
