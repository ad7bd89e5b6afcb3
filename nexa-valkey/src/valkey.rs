//! The server, as the ports see it.

use crate::{
    limiter::{rule, take},
    line::{DEADLINE, Line, Trouble},
    names::Names,
    stash::{find, keep},
};
use nexa_core::{domain::refusal::Refusal, ports::limiter::Pace, secret::Secret};
use redis::{Client, Script, aio::MultiplexedConnection};
use std::{sync::Arc, time::Duration};

/// What is asked to see whether everything works.
const PROBE: Pace = Pace { name: "probe", burst: 1_000_000, window_seconds: 1 };

/// A Valkey or Redis server, version 5 or newer. Nothing is asked of it until [`Valkey::run`] runs.
pub struct Valkey {
    pub(crate) line: Line,
    pub(crate) names: Names,
    pub(crate) rule: Script,
}

impl Valkey {
    /// The server at `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. `key` hides the names under
    /// which things stand there; processes with the same key share them.
    ///
    /// # Errors
    /// Refuses an address of another form.
    pub fn new(address: &str, key: &Secret<[u8; 32]>) -> Result<Arc<Self>, Refusal> {
        Self::with_deadline(address, key, DEADLINE)
    }

    /// The same, with another time than 50 ms for an answer: for machines that are busy with tests.
    ///
    /// # Errors
    /// As [`Valkey::new`].
    pub fn with_deadline(
        address: &str,
        key: &Secret<[u8; 32]>,
        deadline: Duration,
    ) -> Result<Arc<Self>, Refusal> {
        let known = ["redis://", "rediss://"].iter().any(|scheme| address.starts_with(scheme));
        let client = known.then(|| Client::open(address).ok()).flatten();
        let client = client.ok_or_else(|| Refusal::BadConfig {
            setting: "valkey".into(),
            reason: "an address such as redis://127.0.0.1:6379 or rediss://user:password@host:6379".into(),
        })?;
        Ok(Arc::new(Self { line: Line::new(client, deadline), names: Names::new(key), rule: rule() }))
    }

    /// Keeps the connection up until `stop` returns. Without it both ports are away.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            () = self.line.keep_up(|line| self.probe(line)) => {}
        }
    }

    /// Whether it can be relied on at this moment.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.line.is_up()
    }

    /// Connects once and tries everything, for `nexa check`; says what is wrong.
    ///
    /// # Errors
    /// What is wrong, without anything of the address or of the server's own words.
    pub async fn check(&self) -> Result<(), String> {
        let tried = self.line.connect(|line| self.probe(line)).await;
        tried.map(drop).map_err(|why| why.to_string())
    }

    /// Counts, keeps and finds, so that a server that can only do some of it (because its memory is full, or its user may
    /// not) is not relied on.
    async fn probe(&self, line: MultiplexedConnection) -> Result<(), Trouble> {
        let counted = self.names.counted(PROBE, "");
        let kept = self.names.kept("probe");
        take(&self.rule, line.clone(), PROBE, &counted).await?;
        keep(line.clone(), &kept, b"probe", Duration::from_secs(10)).await?;
        match find(line, &kept).await?.as_deref() {
            Some(b"probe") => Ok(()),
            _ => Err(Trouble::Nonsense),
        }
    }
}
