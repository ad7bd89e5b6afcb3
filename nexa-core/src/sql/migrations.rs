//! Brings a database to the version of the program, one step after the other, all in one transaction.

use super::{
    engine::{Engine, sql},
    file::OpenError,
};
use crate::{error::Failure, secret::digest};
use std::collections::BTreeMap;

/// Stands among the steps of a copy that is not whole yet. No program knows it as a step, so none opens such a database.
const COPYING: i64 = i64::MAX;

/// One step.
struct Step {
    version: i64,
    name: &'static str,
    text: &'static str,
}

const STEPS: [Step; 1] =
    [Step { version: 1, name: "initial", text: include_str!("../../migrations/0001_initial.sql") }];

/// The steps that a database has had: the digest of each by its version. Empty for a new database.
pub(super) async fn applied<E: Engine>(connection: &mut E) -> Result<BTreeMap<i64, String>, Failure> {
    if connection.ask(sql(E::TABLE).bind("migrations")).await?.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = connection.ask(sql("SELECT version, digest FROM migrations ORDER BY version")).await?;
    rows.iter().map(|row| Ok((row.int("version")?, row.text("digest")?))).collect()
}

/// Refuses a database that this program does not understand.
pub(super) fn accept(applied: &BTreeMap<i64, String>) -> Result<(), OpenError> {
    if applied.contains_key(&COPYING) {
        return Err(OpenError::Unfinished);
    }
    let known = STEPS.last().map_or(0, |step| step.version);
    for (version, found) in applied {
        let Some(step) = STEPS.iter().find(|step| step.version == *version) else {
            return Err(OpenError::Newer { found: *version, known });
        };
        if digest(step.text).0 != *found {
            return Err(OpenError::Changed { version: *version });
        }
    }
    Ok(())
}

/// Applies what is missing.
pub(super) async fn apply<E: Engine>(connection: &mut E) -> Result<(), OpenError> {
    let broken = |failure: Failure| OpenError::Database(failure.what);
    let done = applied(connection).await.map_err(broken)?;
    accept(&done)?;
    let missing: Vec<&Step> = STEPS.iter().filter(|step| !done.contains_key(&step.version)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    connection.run(sql(E::BEGIN)).await.map_err(broken)?;
    if done.is_empty() {
        connection.script(found::<E>()).await.map_err(broken)?;
    }
    for step in missing {
        connection.script(E::render(step.text)).await.map_err(broken)?;
        let note = sql("INSERT INTO migrations (version, name, digest) VALUES ($1, $2, $3)");
        let note = note.bind(step.version).bind(step.name).bind(digest(step.text).0);
        connection.run(note).await.map_err(broken)?;
    }
    connection.run(sql("COMMIT")).await.map_err(broken)?;
    Ok(())
}

/// Makes the table of steps and marks the database as ours.
fn found<E: Engine>() -> String {
    let table = "CREATE TABLE migrations (\
        version {int} NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, \
        applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) {strict};";
    E::render(table) + &E::mark()
}

/// How far a database is.
#[cfg(feature = "postgres")]
pub(super) struct State {
    /// The steps that it had.
    pub(super) applied: BTreeMap<i64, String>,
    /// Of which database it is a copy that is not whole yet.
    pub(super) marked: Option<String>,
}

#[cfg(feature = "postgres")]
impl State {
    /// Whether it had all steps.
    pub(super) fn is_current(&self) -> bool {
        STEPS.iter().all(|step| self.applied.contains_key(&step.version))
    }
}

/// How far a database is, which may be the beginning of a copy.
#[cfg(feature = "postgres")]
pub(super) async fn state(side: &mut super::copy::Side) -> Result<State, Failure> {
    let mut applied = side.applied().await?;
    let marked = applied.remove(&COPYING);
    Ok(State { applied, marked })
}

/// Marks a database as a copy that is not whole yet.
#[cfg(feature = "postgres")]
pub(super) async fn mark(side: &mut super::copy::Side, of: &str) -> Result<(), Failure> {
    let text = "INSERT INTO migrations (version, name, digest) VALUES ($1, 'copying', $2)";
    side.run(sql(text).bind(COPYING).bind(of)).await.map(drop)
}

/// From here on it is a shop.
#[cfg(feature = "postgres")]
pub(super) async fn unmark(side: &mut super::copy::Side) -> Result<(), Failure> {
    side.run(sql("DELETE FROM migrations WHERE version = $1").bind(COPYING)).await.map(drop)
}
