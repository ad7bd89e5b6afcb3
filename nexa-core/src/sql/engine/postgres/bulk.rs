//! What a command needs that has a database to itself: many rows at once, and nobody beside it.

use super::{
    Connection, Engine as _,
    statement::{Kind, accident},
};
use crate::error::Failure;

impl Connection {
    /// Keeps all programs from the database until the connection is closed; false when one has it open. It waits a little:
    /// the server takes leave of whoever is gone a moment later.
    pub(in crate::sql) async fn keep_alone(&mut self) -> Result<bool, Failure> {
        let text = "SET lock_timeout = '3s'; SELECT pg_advisory_lock(1313165378); SET lock_timeout = 0";
        match sqlx::raw_sql(text).execute(&mut self.0).await.map_err(accident) {
            Ok(_) => Ok(true),
            Err(accident) if accident.kind == Kind::Crowded => Ok(false),
            Err(accident) => Err(accident.failure),
        }
    }

    /// Ends what `take_turn` began, before the connection is closed.
    pub(in crate::sql) async fn give_turn(&mut self) -> Result<(), Failure> {
        self.script("SELECT pg_advisory_unlock(1313165377)".to_owned()).await
    }

    /// Writes rows in the text format of `COPY … FROM STDIN`, all or none.
    pub(in crate::sql) async fn copy_in(&mut self, text: &str, rows: &[u8]) -> Result<(), Failure> {
        let failed = |error| accident(error).failure;
        let mut way = self.0.copy_in_raw(text).await.map_err(failed)?;
        if let Err(error) = way.send(rows).await {
            // The first error says more.
            way.abort("given up").await.ok();
            return Err(failed(error));
        }
        way.finish().await.map(drop).map_err(failed)
    }
}
