//! Whether a database does what the shop relies on, tried out on it.
//!
//! What speaks PostgreSQL's protocol need not behave like it. Each of these is something without which money could be spent
//! twice or a commit be forgotten, so it is tried and not read from a version.

use super::{
    engine::{
        Connection as FileConnection, Engine as _,
        postgres::{Connection, Server},
        sql,
    },
    place::{Kind, Place},
};
use crate::{error::Failure, world::World};
use data_encoding::HEXLOWER;
use std::{path::Path, time::Duration};
use tokio::time::{Instant, timeout};

/// What one trial came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What was tried.
    pub what: String,
    /// Whether it is as the shop needs it.
    pub ok: bool,
    /// What was seen.
    pub notes: Vec<String>,
}

impl Finding {
    fn of(what: &str, outcome: Result<String, String>) -> Self {
        let (ok, note) = match outcome {
            Ok(note) => (true, note),
            Err(note) => (false, note),
        };
        Self { what: what.to_owned(), ok, notes: vec![note] }
    }
}

/// How far a server's clock may be off.
const OFF: u64 = 2_000;
/// How long a trial may take.
const LONGEST: Duration = Duration::from_secs(20);
/// Questions whose middle answer counts.
const QUESTIONS: usize = 21;

/// What is tried on a server: its name, and what is said when it works and when it does not.
const TRIALS: [(&str, &str, &str); 5] = [
    (
        "database: isolation",
        "of two that cannot both be true, one is refused",
        "both of two that cannot be true together were committed: money could be spent twice",
    ),
    ("database: row locks", "a locked row is passed over", "a locked row was given to somebody else"),
    ("database: turns", "a table lock keeps others waiting", "two had the same table lock"),
    (
        "database: names of commits",
        "what became of a commit can be asked",
        "what became of a commit is not told",
    ),
    ("database: messages", "LISTEN hears NOTIFY", "a message did not arrive within 5 s"),
];

/// Tries everything on a database of ours, beside whoever has it open. Nothing of a shop is touched.
pub async fn examine(place: &Place, world: &World) -> Vec<Finding> {
    match &place.0 {
        Kind::File(path) => vec![Finding::of("database", said(file(path).await))],
        Kind::Server(server) => of_server(server, world).await,
    }
}

fn said(outcome: Result<String, Failure>) -> Result<String, String> {
    outcome.map_err(|failure| failure.what)
}

async fn file(path: &Path) -> Result<String, Failure> {
    let mut connection = FileConnection::peek(path).await?;
    let rows = connection.ask(sql("SELECT sqlite_version() AS version")).await?;
    let version = rows.first().map_or(Ok(String::new()), |row| row.text("version"))?;
    let rows = connection.ask(sql("PRAGMA journal_mode")).await?;
    let journal = rows.first().map_or(Ok(String::new()), |row| row.text("journal_mode"))?;
    let asked = Instant::now();
    connection.ask(sql("SELECT COUNT(*) AS count FROM shops")).await?;
    let took = asked.elapsed().as_micros();
    connection.close().await?;
    Ok(format!("SQLite {version}, journal {journal}, an answer takes {took} µs"))
}

async fn of_server(server: &Server, world: &World) -> Vec<Finding> {
    let (first, second) = futures::join!(server.connect(), server.connect());
    let (mut a, mut b) = match (first, second) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(failure), _) | (_, Err(failure)) => return vec![Finding::of("database", Err(failure.what))],
    };
    let about = about(&mut a, world).await.unwrap_or_else(|failure| Err(failure.what));
    let mut findings = vec![Finding::of("database", about)];
    let name = format!("check {}", HEXLOWER.encode(&world.bytes::<8>()));
    for (number, (what, good, bad)) in TRIALS.into_iter().enumerate() {
        let trial = async {
            match number {
                0 => isolation(&mut a, &mut b, &name).await,
                1 => row_locks(&mut a, &mut b, &name).await,
                2 => turns(&mut a, &mut b).await,
                3 => commits(&mut a).await,
                _ => server.hears(&mut a).await,
            }
        };
        let outcome = match timeout(LONGEST, trial).await {
            Ok(Ok(true)) => Ok(good.to_owned()),
            Ok(Ok(false)) => Err(bad.to_owned()),
            Ok(Err(failure)) => Err(failure.what),
            Err(_) => Err("no answer in 20 s".to_owned()),
        };
        findings.push(Finding::of(what, outcome));
        // Whatever a trial left open shall not reach into the next one.
        for side in [&mut a, &mut b] {
            side.script("ROLLBACK".into()).await.ok();
        }
    }
    let gone = sql("DELETE FROM commits WHERE name LIKE $1").bind(format!("{name}%"));
    a.run(gone).await.ok();
    a.close().await.ok();
    b.close().await.ok();
    findings
}

/// Version, distance and clock.
async fn about(server: &mut Connection, world: &World) -> Result<Result<String, String>, Failure> {
    let rows = server.ask(sql("SELECT version() AS version")).await?;
    let version = rows.first().map_or(Ok(String::new()), |row| row.text("version"))?;
    let version = version.split(" on ").next().unwrap_or_default().to_owned();
    let clock = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now";
    let (mut trips, mut off) = (Vec::new(), Vec::new());
    for _ in 0..QUESTIONS {
        let (asked, before) = (Instant::now(), world.now().as_millisecond());
        let rows = server.ask(sql(clock)).await?;
        let theirs = rows.first().map_or(Ok(0), |row| row.int("now"))?;
        let took = asked.elapsed();
        // It was read when about half of the way was done.
        let half = i64::try_from(took.as_millis() / 2).unwrap_or(0);
        trips.push(took.as_micros());
        off.push(theirs - before - half);
    }
    trips.sort_unstable();
    off.sort_unstable();
    let trip = trips.get(QUESTIONS / 2).copied().unwrap_or_default();
    let off = off.get(QUESTIONS / 2).copied().unwrap_or_default();
    let told = format!("{version}, an answer takes {trip} µs, its clock is {off} ms ahead of ours");
    Ok(if off.unsigned_abs() <= OFF { Ok(told) } else { Err(told) })
}

/// Each of two reads what the other is about to write: in no order of the two could both be true.
async fn isolation(a: &mut Connection, b: &mut Connection, name: &str) -> Result<bool, Failure> {
    let look = "SELECT COUNT(*) AS count FROM commits WHERE name = $1";
    let write = "INSERT INTO commits (number, name) VALUES (0, $1)";
    let (one, other) = (format!("{name} a"), format!("{name} b"));
    for side in [&mut *a, &mut *b] {
        side.run(sql("BEGIN ISOLATION LEVEL SERIALIZABLE")).await?;
    }
    a.ask(sql(look).bind(&one)).await?;
    b.ask(sql(look).bind(&other)).await?;
    // Each may be told as late as at its commit.
    let mut whole = a.run(sql(write).bind(&other)).await.is_ok();
    whole &= b.run(sql(write).bind(&one)).await.is_ok();
    whole &= a.run(sql("COMMIT")).await.is_ok();
    whole &= b.run(sql("COMMIT")).await.is_ok();
    let rows =
        a.ask(sql("SELECT COUNT(*) AS count FROM commits WHERE name IN ($1, $2)").bind(&one).bind(&other));
    let kept = rows.await?.first().map_or(Ok(0), |row| row.int("count"))?;
    Ok(!whole && kept < 2)
}

async fn row_locks(a: &mut Connection, b: &mut Connection, name: &str) -> Result<bool, Failure> {
    let name = format!("{name} lock");
    a.run(sql("INSERT INTO commits (number, name) VALUES (0, $1)").bind(&name)).await?;
    for side in [&mut *a, &mut *b] {
        side.run(sql("BEGIN")).await?;
    }
    let taken = a.ask(sql("SELECT name FROM commits WHERE name = $1 FOR UPDATE").bind(&name)).await?;
    let passed =
        b.ask(sql("SELECT name FROM commits WHERE name = $1 FOR UPDATE SKIP LOCKED").bind(&name)).await?;
    Ok(taken.len() == 1 && passed.is_empty())
}

async fn turns(a: &mut Connection, b: &mut Connection) -> Result<bool, Failure> {
    for side in [&mut *a, &mut *b] {
        side.run(sql("BEGIN")).await?;
    }
    a.script("SET LOCAL lock_timeout = '10s'; LOCK TABLE turns IN EXCLUSIVE MODE".into()).await?;
    Ok(b.script("LOCK TABLE turns IN EXCLUSIVE MODE NOWAIT".into()).await.is_err())
}

async fn commits(a: &mut Connection) -> Result<bool, Failure> {
    let rows = a.ask(sql("SELECT txid_current() AS number")).await?;
    let number = rows.first().map_or(Ok(0), |row| row.int("number"))?;
    let rows = a.ask(sql("SELECT txid_status($1) AS fate").bind(number)).await?;
    let fate = rows.first().map_or(Ok(String::new()), |row| row.text("fate"))?;
    a.script("SELECT pg_logical_emit_message(true, 'nexa', '')".into()).await?;
    Ok(fate == "committed")
}
