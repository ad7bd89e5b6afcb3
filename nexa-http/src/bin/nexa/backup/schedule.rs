//! Makes backups while the shop runs: whenever the newest one that is kept is older than the setting says. So it does not
//! matter how many processes there are or when they were started.

use super::{
    super::{Stop, compose::world, config::Settings},
    key_id, make, stop,
    workshop::Workshop,
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    engine::Nexa,
    metric::{Metric, MetricKind},
    secret::Keys,
    sql::PostgresStorage,
};
use std::time::Duration;

/// How often it is looked whether a backup is due, at least and at most.
const LOOK: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(5), SignedDuration::from_mins(10));
/// The pause after a failure.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// How often the operators are told of failures that go on.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_hours(24);

const LAST: Metric = Metric {
    name: "nexa_backup_last_success_timestamp_seconds",
    kind: MetricKind::Gauge,
    help: "When the newest backup of this installation was made, in seconds since 1970.",
};

/// What is told of backups to those who watch.
pub const METRICS: &[Metric] = &[LAST];

/// Backups of a shop that runs.
pub struct Schedule {
    settings: Settings,
    keys: Keys,
    every: SignedDuration,
}

impl Schedule {
    /// As it is set; none when backups are only made when asked for.
    pub fn of(settings: &Settings, keys: &Keys) -> Option<Self> {
        let every = settings.backup.every?;
        Some(Self { settings: settings.clone(), keys: keys.clone(), every })
    }

    /// Goes on until dropped.
    pub async fn run(self, nexa: Nexa) {
        let mut told: Option<Timestamp> = None;
        loop {
            let pause = match self.turn().await {
                Ok(pause) => {
                    told = None;
                    pause
                }
                Err(error) => {
                    tracing::error!(%error, "no backup could be made");
                    let now = world().now();
                    if told.is_none_or(|then| now.duration_since(then) >= TOLD_AGAIN) {
                        told = Some(now);
                        if let Err(error) = nexa.backup_failed().await {
                            tracing::error!(%error, "the operators could not be told");
                        }
                    }
                    AGAIN
                }
            };
            tokio::time::sleep(Duration::try_from(pause).unwrap_or_default()).await;
        }
    }

    /// Makes one if it is due. Gives the time until it is worth looking again.
    async fn turn(&self) -> Result<SignedDuration, Stop> {
        let target = self.settings.backup.target(None).map_err(stop)?;
        if let Some(left) = self.left(&target).await? {
            return Ok(left);
        }
        // On a server, one process of all makes it; who waited for its turn looks again whether it is due.
        let turn = match &self.settings.database {
            Some(url) => match PostgresStorage::backup_turn(url.expose()).await.map_err(Stop::broken)? {
                Some(turn) => Some(turn),
                None => return Ok(LOOK.0),
            },
            None => None,
        };
        // Somebody's `nexa backup` at this moment is no failure.
        let Some(workshop) = Workshop::take(&self.settings.data)? else { return Ok(LOOK.0) };
        if let Some(left) = self.left(&target).await? {
            return Ok(left);
        }
        let with_key = self.settings.backup.with_key;
        let made = make::make(&workshop, &self.settings, &self.keys, &target, with_key).await?;
        drop(turn);
        tracing::info!(name = %made.name, bytes = made.bytes, "a backup was made and verified");
        Ok(self.left(&target).await?.unwrap_or(LOOK.0))
    }

    /// How long the newest backup of this installation is still new enough; none when one is due.
    async fn left(&self, target: &nexa_backup::Target) -> Result<Option<SignedDuration>, Stop> {
        let tag: String = key_id(&self.keys).chars().take(8).collect();
        let all = target.list().await.map_err(stop)?;
        let newest = all.into_iter().find(|stored| stored.name.tag == tag);
        if let Some(stored) = &newest {
            let made_at = u64::try_from(stored.name.made_at.as_second()).unwrap_or_default();
            metrics::gauge!(LAST.name).set(Duration::from_secs(made_at));
        }
        let left = newest.map(|stored| self.every - world().now().duration_since(stored.name.made_at));
        Ok(left.filter(SignedDuration::is_positive).map(|left| left.clamp(LOOK.0, LOOK.1)))
    }
}
