//! What several processes on one database are told: which of them work, how they end, and what they may read elsewhere.

use nexa_core::secret::Secret;
use std::time::Duration;

/// Every setting.
pub const NAMES: [&str; 5] = ["worker", "drain_seconds", "lease_seconds", "replica", "replica_lag_seconds"];

/// Longer than any supervisor waits.
const MOST_DRAIN: u64 = 600;
/// As the engine takes it.
const LEASES: std::ops::RangeInclusive<i64> = 10..=3600;
/// Links and figures older than that are wrong.
const MOST_LAG: u64 = 300;

/// These settings.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Whether `nexa serve` works jobs off and asks for bots' updates, too.
    pub worker: bool,
    /// Whether another process makes the shop and its key: of `nexa worker`, and no setting.
    pub follows: bool,
    /// How long it still takes connections after it was told to end, so that a proxy notices.
    pub drain: Duration,
    /// Seconds that a job may be held, if not the engine's own.
    pub lease_seconds: Option<i64>,
    /// A standby of the database, which links and figures are read from. May hold a password.
    pub replica: Option<Secret<String>>,
    /// How far behind it may be.
    pub replica_lag: Duration,
}

impl Default for Fleet {
    fn default() -> Self {
        Self {
            worker: true,
            follows: false,
            drain: Duration::ZERO,
            lease_seconds: None,
            replica: None,
            replica_lag: Duration::from_secs(5),
        }
    }
}

impl Fleet {
    /// Sets one; false when `name` is none of these. An error says what was expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "worker" => self.worker = value.parse().map_err(|_| "true or false".to_owned())?,
            "drain_seconds" => self.drain = seconds(value, 0, MOST_DRAIN)?,
            "lease_seconds" => {
                let lease = value.parse().ok().filter(|lease| LEASES.contains(lease));
                self.lease_seconds = Some(lease.ok_or("a number of seconds, 10 to 3600")?);
            }
            "replica" => self.replica = Some(server(value)?),
            "replica_lag_seconds" => self.replica_lag = seconds(value, 1, MOST_LAG)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Refuses what only a server has where the database is a file.
    pub fn checked(&self, on_server: bool) -> Result<(), String> {
        if on_server {
            return Ok(());
        }
        if !self.worker {
            return Err(
                "worker = false needs a database that a worker shares: give its address as `database`"
                    .to_owned(),
            );
        }
        if self.replica.is_some() {
            return Err("replica: only a `database` on a PostgreSQL server has one".to_owned());
        }
        Ok(())
    }
}

/// The address of a PostgreSQL server.
pub fn server(value: &str) -> Result<Secret<String>, String> {
    if ["postgres://", "postgresql://"].iter().any(|scheme| value.starts_with(scheme)) {
        return Ok(Secret::new(value.to_owned()));
    }
    Err("an address such as postgres://nexa@localhost/nexa".to_owned())
}

fn seconds(value: &str, least: u64, most: u64) -> Result<Duration, String> {
    let number = value.parse().ok().filter(|number| (least..=most).contains(number));
    number.map(Duration::from_secs).ok_or_else(|| format!("a number of seconds, {least} to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_bounded() {
        let mut fleet = Fleet::default();
        for (name, value) in [
            ("worker", "false"),
            ("drain_seconds", "15"),
            ("lease_seconds", "60"),
            ("replica", "postgres://nexa@10.0.0.2/nexa"),
            ("replica_lag_seconds", "2"),
        ] {
            assert_eq!(fleet.set(name, value), Ok(true), "{name}");
        }
        assert_eq!(
            (fleet.worker, fleet.drain, fleet.lease_seconds),
            (false, Duration::from_secs(15), Some(60))
        );
        assert_eq!(fleet.replica_lag, Duration::from_secs(2));
        for (name, value) in [
            ("worker", "no"),
            ("drain_seconds", "601"),
            ("lease_seconds", "9"),
            ("replica", "mysql://x"),
            ("replica_lag_seconds", "0"),
        ] {
            assert!(fleet.set(name, value).is_err(), "{name}");
        }
        assert_eq!(fleet.set("listen", "x"), Ok(false));
    }

    #[test]
    fn a_file_has_one_process_and_no_replica() {
        let (mut apart, mut copied) = (Fleet::default(), Fleet::default());
        assert_eq!(apart.checked(false), Ok(()));
        apart.set("worker", "false").unwrap();
        copied.set("replica", "postgres://nexa@10.0.0.2/nexa").unwrap();
        for fleet in [apart, copied] {
            assert!(fleet.checked(false).is_err());
            assert_eq!(fleet.checked(true), Ok(()));
        }
    }
}
