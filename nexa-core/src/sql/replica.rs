//! A standby of the PostgreSQL server, for views that may be some seconds old.
//!
//! How far behind it is, is measured by places in the write-ahead log and by our own clock alone: a standby that has
//! replayed what the primary had written at a moment shows at least that moment. So neither a clock that is off nor a
//! quiet primary nor a standby that hears nothing any more is mistaken, and what was measured stays true: what has been
//! replayed is not taken back. Whoever asks never waits for the measuring; until it is done the primary is asked.

use super::{
    engine::{Readers, postgres, sql},
    row::Row,
    spawn,
};
use crate::error::Failure;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// How often it is measured while somebody asks.
const MEASURED: Duration = Duration::from_secs(1);
/// How long a measurement may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a standby that failed is left alone.
const REST: Duration = Duration::from_secs(5);

/// The standby.
pub(super) struct Replica {
    primary: Readers,
    standby: postgres::Readers,
    bound: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Where the primary's log ended at which moments, oldest first.
    ends: VecDeque<(Instant, i64)>,
    /// Until when what the standby shows is near enough.
    near_until: Option<Instant>,
    /// When it may be measured again.
    next: Option<Instant>,
}

impl Known {
    /// Notes that the standby has replayed the log up to a place, and that the primary's ended at another before that.
    fn learn(&mut self, (asked, end): (Instant, i64), replayed: i64, bound: Duration) {
        self.ends.push_back((asked, end));
        let old = self.ends.iter().take_while(|(at, _)| *at + bound < asked).count();
        self.ends.drain(..old);
        let shown = self.ends.iter().rev().find(|(_, end)| *end <= replayed);
        self.near_until = shown.map(|(at, _)| *at + bound);
    }

    /// Whether the standby is near enough, and whether it is to be measured again.
    fn at(&mut self, now: Instant) -> (bool, bool) {
        let near = self.near_until.is_some_and(|until| now < until);
        let due = self.next.is_none_or(|next| next <= now);
        if due {
            // One measures at a time; longer than it takes.
            self.next = Some(now + PATIENCE + MEASURED);
        }
        (near, due)
    }
}

impl Replica {
    /// A standby of the server that `primary` reads from, which may be so far behind.
    pub(super) fn new(primary: Readers, standby: postgres::Readers, bound: Duration) -> Arc<Self> {
        Arc::new(Self { primary, standby, bound, known: Mutex::default() })
    }

    /// Where a view is read that may be old.
    pub(super) fn readers(self: &Arc<Self>) -> Readers {
        let (near, due) = self.known.lock().unwrap_or_else(PoisonError::into_inner).at(Instant::now());
        if due {
            let replica = Arc::clone(self);
            spawn(async move { replica.measure().await });
        }
        if near { Readers::Standby(Arc::new(Standby::new(Arc::clone(self)))) } else { self.primary.clone() }
    }

    async fn measure(&self) {
        let measured = timeout(PATIENCE, self.places()).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match measured {
            Ok(Ok(Some((end, replayed)))) => {
                known.learn(end, replayed, self.bound);
                known.next = Some(now + MEASURED);
            }
            Ok(Ok(None)) => {
                tracing::warn!("the replica is no standby of the database: the primary is read instead");
                *known = Known { next: Some(now + REST), ..Known::default() };
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("the replica cannot be measured: the primary is read instead");
                *known = Known { next: Some(now + REST), ..Known::default() };
            }
        }
    }

    /// Where the primary's log ended and then how far the standby had replayed it; none when it is no standby of ours.
    async fn places(&self) -> Result<Option<((Instant, i64), i64)>, Failure> {
        let asked = Instant::now();
        let text = "SELECT CAST(pg_current_wal_lsn() - CAST('0/0' AS pg_lsn) AS BIGINT) AS place, \
            CAST(system_identifier AS TEXT) AS server, CAST(current_database() AS TEXT) AS name \
            FROM pg_control_system()";
        let primary = first(self.primary.ask(sql(text)).await?)?;
        let text = "SELECT CAST(COALESCE(pg_last_wal_replay_lsn(), '0/0') - CAST('0/0' AS pg_lsn) AS BIGINT) AS place, \
            pg_is_in_recovery() AS standby, CAST(system_identifier AS TEXT) AS server, \
            CAST(current_database() AS TEXT) AS name FROM pg_control_system()";
        let standby = first(self.standby.ask_once(sql(text)).await?)?;
        let same = |column| Ok::<_, Failure>(primary.text(column)? == standby.text(column)?);
        let ours = standby.flag("standby")? && same("server")? && same("name")?;
        Ok(if ours { Some(((asked, primary.int("place")?), standby.int("place")?)) } else { None })
    }

    /// It failed somebody: it is left alone for a while.
    fn distrust(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Known { next: Some(Instant::now() + REST), ..Known::default() };
    }

    /// Closes the connections to the standby.
    pub(super) async fn close(&self) {
        self.standby.close().await;
    }
}

fn first(rows: Vec<Row>) -> Result<Row, Failure> {
    rows.into_iter().next().ok_or_else(|| Failure::core("the server says nothing of its log"))
}

/// One view of the standby. When a statement fails there, it and all later ones of the view are asked of the primary, so a
/// view never goes back in time.
pub(super) struct Standby {
    replica: Arc<Replica>,
    left: std::sync::atomic::AtomicBool,
}

impl Standby {
    const fn new(replica: Arc<Replica>) -> Self {
        Self { replica, left: std::sync::atomic::AtomicBool::new(false) }
    }

    /// The rows of a statement.
    pub(super) async fn ask(&self, asked: super::engine::Sql) -> Result<Vec<Row>, Failure> {
        use std::sync::atomic::Ordering::Relaxed;
        if !self.left.load(Relaxed) {
            match timeout(PATIENCE, self.replica.standby.ask_once(asked.clone())).await {
                Ok(Ok(rows)) => return Ok(rows),
                failed => {
                    let why = failed.err().map_or("it failed", |_| "it did not answer in time");
                    tracing::warn!(why, "the primary is read instead of the replica");
                    self.left.store(true, Relaxed);
                    self.replica.distrust();
                }
            }
        }
        Box::pin(self.replica.primary.ask(asked)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Duration = Duration::from_secs(5);

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_standby_is_near_from_the_moment_whose_log_it_has_replayed() {
        let (mut known, start) = (Known::default(), Instant::now());
        known.learn((start, 100), 90, BOUND);
        assert_eq!(known.near_until, None, "nothing tells how far behind it is");
        known.learn((after(start, 1), 200), 150, BOUND);
        assert_eq!(known.near_until, Some(after(start, 5)), "it shows the first moment");
        known.learn((after(start, 2), 300), 300, BOUND);
        assert_eq!(known.near_until, Some(after(start, 7)));
        for second in 3..=7 {
            known.learn((after(start, second), 400 + i64::try_from(second).unwrap()), 300, BOUND);
            assert_eq!(known.near_until, Some(after(start, 7)), "it stands still");
        }
        assert!(known.at(after(start, 6)).0);
        assert!(!known.at(after(start, 7)).0);
        known.learn((after(start, 8), 500), 300, BOUND);
        assert_eq!(known.near_until, None);
        assert!(known.ends.len() <= 6, "the memory is bounded");
    }

    #[test]
    fn one_measures_at_a_time() {
        let (mut known, start) = (Known::default(), Instant::now());
        assert_eq!(known.at(start), (false, true));
        assert_eq!(known.at(after(start, 1)), (false, false), "somebody does");
        assert_eq!(known.at(after(start, 3)), (false, true), "or never came back");
    }
}
