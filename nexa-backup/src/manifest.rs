//! What a backup says of itself, before its content.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form of backups that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// What a backup says of itself. It is inside of what is encrypted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form; a greater one than [`FORMAT`] is of a newer program.
    pub format: u32,
    /// The program's version.
    pub program: String,
    /// When the copy was taken.
    pub made_at: Timestamp,
    /// Where the shop's rows were: `sqlite` or `postgres`. The content is the same.
    pub engine: String,
    /// The steps that brought the database to its version.
    pub schema: Vec<Step>,
    /// Ids of the shops in it.
    pub shops: Vec<String>,
    /// How many rows each table has.
    pub tables: BTreeMap<String, u64>,
    /// What the books come to, by currency.
    pub ledger: Vec<LedgerLine>,
    /// SHA-256 over all entries of the books in their order, hexadecimal.
    pub ledger_digest: String,
    /// The database.
    pub database: Content,
    /// Which master key reads it.
    pub key_id: String,
    /// Whether the master key is in it, too.
    pub with_key: bool,
    /// Keyed hash over all of the above: nobody without the master key makes a backup that we take for ours.
    pub mac: String,
}

/// A step of the database's history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// SHA-256 of what it did, hexadecimal.
    pub digest: String,
}

/// What the books come to in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Its code.
    pub currency: String,
    /// How many entries.
    pub entries: u64,
    /// Their sum in minor units: 0, or the books are wrong.
    pub sum: i64,
}

/// A file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// What [`Manifest::mac`] is over.
    #[must_use]
    pub fn signed_text(&self) -> String {
        let bare = Self { mac: String::new(), ..self.clone() };
        // Texts and numbers can always be written down.
        serde_json::to_string(&bare).unwrap_or_default()
    }
}
