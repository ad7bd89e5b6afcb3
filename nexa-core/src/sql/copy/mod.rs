//! A shop's whole database from one engine to another: every table in the order of its keys, compared at the end.
//!
//! The rows themselves are the progress. They are written in the order of their keys, a batch in one transaction, so
//! whoever goes on after a crash begins behind the last one. Until everything was compared, a mark in the copy keeps every
//! program from opening it as a shop; it must never fall before.

mod compare;
mod pace;
mod schema;
mod side;

pub(super) use pace::{Pace, size};
pub(super) use schema::Table;
pub(super) use side::Side;

use super::{engine::sql, file::OpenError, migrations, place::Place};
use crate::{error::Failure, secret::digest};
use thiserror::Error;

/// Why a database was not copied. The source is as it was.
#[derive(Debug, Error)]
pub enum CopyError {
    /// One of the two cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// One of the two broke off. Begun again, the copy goes on where it was.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// There is nothing to copy.
    #[error("there is no shop at {0}")]
    Nothing(String),
    /// The target is somebody's.
    #[error("{0} has a shop of its own: copy to an empty database")]
    Taken(String),
    /// The target is the beginning of another copy.
    #[error("{0} holds a part of another shop's copy: empty it, or copy to another database")]
    Another(String),
    /// The two were made by different versions.
    #[error("{0} is not of this program's version: run `nexa serve` of this version on it once")]
    Older(String),
    /// The two do not have the same tables.
    #[error("the two databases differ in the shape of {0}: they were made by different programs")]
    Shape(String),
    /// What was copied is not what is there.
    #[error(
        "{0} differs between the two: something changed the source since the copy began. The copy stays closed; empty its \
         database and begin anew"
    )]
    Differs(String),
}

/// What is told while a database is copied.
#[derive(Clone, Copy, Debug)]
pub enum CopyStep<'a> {
    /// So many rows of a table are there.
    Copied {
        /// The table.
        table: &'a str,
        /// Its rows in the copy.
        rows: u64,
    },
    /// A table was read on both sides and is the same.
    Compared {
        /// The table.
        table: &'a str,
        /// Its rows.
        rows: u64,
        /// SHA-256 over all of it, in hex.
        digest: &'a str,
    },
}

/// A database that was copied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copied {
    /// Its tables.
    pub tables: usize,
    /// The rows of all of them.
    pub rows: u64,
    /// How many of them this run wrote; the others were there from one before.
    pub written: u64,
    /// SHA-256 over all tables, in hex.
    pub digest: String,
    /// The lines of all journals.
    pub entries: u64,
    /// Shops and currencies whose lines do not sum to zero; the source has them as well.
    pub unbalanced: Vec<String>,
}

/// Copies the shop's database `from` one place `to` another, which must be empty or hold the beginning of this copy. Both
/// are for nobody else meanwhile.
///
/// # Errors
/// See [`CopyError`]. Whatever it is, and wherever the process ends: the source is as it was, and the copy cannot be opened
/// as a shop.
pub async fn copy(
    from: &Place,
    to: &Place,
    tell: &mut (dyn FnMut(CopyStep<'_>) + Send),
) -> Result<Copied, CopyError> {
    if from.is_missing() {
        return Err(CopyError::Nothing(from.to_string()));
    }
    let mut source = Side::open(from).await?;
    let known = current(&mut source, from).await?;
    let shops = shops(&mut source).await?;
    if known.marked.is_some() {
        return Err(OpenError::Unfinished.into());
    }
    if shops.is_empty() {
        return Err(CopyError::Nothing(from.to_string()));
    }
    let mark = digest(&shops).0;
    let mut target = Side::open(to).await?;
    receive(&mut target, to, &mark).await?;
    let tables = agreed(&mut source, &mut target).await?;
    target.begin_bulk().await?;
    let mut written = 0;
    for table in &tables {
        let (before, now) = transfer(&mut source, &mut target, table).await?;
        written += now;
        tell(CopyStep::Copied { table: &table.name, rows: before + now });
    }
    target.end_bulk().await?;
    let mut copied = compare::all(&mut source, &mut target, &tables, tell).await?;
    copied.written = written;
    migrations::unmark(&mut target).await?;
    target.close().await?;
    source.close().await?;
    Ok(copied)
}

/// The steps that a database had, if they are all that this program knows.
async fn current(side: &mut Side, place: &Place) -> Result<migrations::State, CopyError> {
    let state = migrations::state(side).await?;
    migrations::accept(&state.applied)?;
    if state.is_current() { Ok(state) } else { Err(CopyError::Older(place.to_string())) }
}

/// The ids of all shops, by which a database is known.
async fn shops(side: &mut Side) -> Result<String, Failure> {
    let rows = side.ask(sql("SELECT id FROM shops ORDER BY id")).await?;
    let ids: Result<Vec<_>, _> = rows.iter().map(|row| row.text("id")).collect();
    Ok(ids?.join(" "))
}

/// Makes the target ready: an empty one gets its tables and the mark, one that was begun is taken up again.
async fn receive(target: &mut Side, place: &Place, mark: &str) -> Result<(), CopyError> {
    let state = migrations::state(target).await?;
    match &state.marked {
        Some(other) if other != mark => return Err(CopyError::Another(place.to_string())),
        Some(_) => {}
        None => {
            target.migrate().await?;
            if !shops(target).await?.is_empty() {
                return Err(CopyError::Taken(place.to_string()));
            }
            // A look at the empty database left this.
            target.run(sql("DELETE FROM heartbeat")).await?;
            migrations::mark(target, mark).await?;
        }
    }
    current(target, place).await?;
    target.let_others_ask().await?;
    Ok(())
}

/// The tables of both, each behind those that it refers to.
async fn agreed(source: &mut Side, target: &mut Side) -> Result<Vec<Table>, CopyError> {
    let (ours, theirs) = (source.tables().await?, target.tables().await?);
    let odd = ours.iter().find(|table| !theirs.contains(table));
    let odd = odd.or_else(|| theirs.iter().find(|table| !ours.contains(table)));
    if let Some(table) = odd {
        return Err(CopyError::Shape(table.name.clone()));
    }
    schema::ordered(ours).map_err(CopyError::Shape)
}

/// Copies what is missing of a table: how many rows were there, and how many came.
async fn transfer(source: &mut Side, target: &mut Side, table: &Table) -> Result<(u64, u64), CopyError> {
    let before = target.count(table).await?;
    let mut pace = Pace::default();
    let behind = target.last(table).await?;
    let mut rows = source.page(table, behind.as_deref(), pace.limit()).await?;
    let mut written = 0;
    while let Some(last) = rows.last() {
        let behind = table.key_of(last);
        pace.saw(&rows);
        written += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        // The one reads on while the other writes.
        let reading = source.page(table, Some(&behind), pace.limit());
        let (done, next) = futures::join!(target.write(table, &rows), reading);
        done?;
        rows = next?;
    }
    Ok((before, written))
}
