//! Keeping for each other.

use crate::{Valkey, line::Trouble};
use async_trait::async_trait;
use nexa_core::ports::{
    limiter::Away,
    stash::{MOST_KEPT, Stash},
};
use redis::{aio::MultiplexedConnection, cmd};
use std::time::Duration;

/// Looks for a value.
pub async fn find(mut line: MultiplexedConnection, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let found: Option<Vec<u8>> = cmd("GET").arg(name).query_async(&mut line).await?;
    Ok(found.filter(|value| value.len() <= MOST_KEPT))
}

/// Leaves a value.
pub async fn keep(
    mut line: MultiplexedConnection,
    name: &str,
    value: &[u8],
    time: Duration,
) -> Result<(), Trouble> {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    Ok(cmd("SET").arg(name).arg(value).arg("PX").arg(millis).query_async(&mut line).await?)
}

#[async_trait]
impl Stash for Valkey {
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, Away> {
        let name = self.names.kept(name);
        self.line.ask(|line| find(line, &name)).await
    }

    async fn keep(&self, name: &str, value: &[u8], time: Duration) -> Result<(), Away> {
        if value.len() > MOST_KEPT {
            return Ok(());
        }
        let name = self.names.kept(name);
        self.line.ask(|line| keep(line, &name, value, time)).await
    }
}
