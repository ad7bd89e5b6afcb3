//! Whether a server passes messages on.

use super::{Connection, Engine as _, Server, statement::accident};
use crate::error::Failure;
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;
use tokio::time::timeout;

/// How long a message may take.
const WAIT: Duration = Duration::from_secs(5);

impl Server {
    /// Whether what `speaker` says is heard on another connection (`LISTEN`, `NOTIFY`).
    pub(in crate::sql) async fn hears(&self, speaker: &mut Connection) -> Result<bool, Failure> {
        let failed = |error| accident(error).failure;
        let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(self.0.clone());
        let mut listener = PgListener::connect_with(&pool).await.map_err(failed)?;
        listener.listen("nexa_check").await.map_err(failed)?;
        speaker.script("NOTIFY nexa_check".to_owned()).await?;
        Ok(timeout(WAIT, listener.recv()).await.is_ok_and(|heard| heard.is_ok()))
    }
}
