//! What processes tell each other: that there are jobs.

use super::{Connection, Engine as _, Server, sql, statement::accident};
use crate::error::Failure;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::runtime::Handle;

/// The channel, and all that is ever said on it is who says it.
const CHANNEL: &str = "nexa_jobs";

/// A connection that hears what other processes tell, and connects again by itself.
pub(in crate::sql) struct Listener(Option<PgListener>);

impl Listener {
    pub(in crate::sql) async fn open(server: &Server) -> Result<Self, Failure> {
        let failed = |error| accident(error).failure;
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(server.0.clone()).await.map_err(failed)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(failed)?;
        listener.ignore_pool_close_event(true);
        listener.listen(CHANNEL).await.map_err(failed)?;
        Ok(Self(Some(listener)))
    }

    /// Waits until anybody but `own` tells something; also returns when the connection was lost, for something may have
    /// been told meanwhile.
    pub(in crate::sql) async fn hear(&mut self, own: &str) -> Result<(), Failure> {
        let listener = self.0.as_mut().ok_or_else(|| Failure::core("nobody listens"))?;
        loop {
            match listener.try_recv().await.map_err(|error| accident(error).failure)? {
                Some(told) if told.payload() == own => {}
                Some(_) | None => return Ok(()),
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It takes its leave on a task of its own, which is a panic where no runtime is left to run it.
        if let Some(listener) = self.0.take()
            && Handle::try_current().is_err()
        {
            std::mem::forget(listener);
        }
    }
}

impl Connection {
    /// Tells all who listen. Only of what is committed already, so nothing of it needs to be on the disk, and no
    /// transaction of a use case carries it: telling locks out all others who tell, until the commit is done.
    pub(in crate::sql) async fn tell(&mut self, own: &str) -> Result<(), Failure> {
        let text = "BEGIN; SET LOCAL synchronous_commit = off";
        self.script(text.to_owned()).await?;
        let told = sql("SELECT CAST(pg_notify($1, $2) AS TEXT) AS told").bind(CHANNEL).bind(own);
        self.ask(told).await?;
        self.script("COMMIT".to_owned()).await
    }
}
