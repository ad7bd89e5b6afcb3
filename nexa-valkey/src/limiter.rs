//! Counting for all processes.

use crate::{Valkey, line::Trouble};
use async_trait::async_trait;
use nexa_core::ports::limiter::{Away, Limiter, Pace, Taken};
use redis::{Script, aio::MultiplexedConnection};

/// The rule by which tries are counted, on the server, in one step.
pub fn rule() -> Script {
    Script::new(include_str!("gcra.lua"))
}

/// Asks for one try.
pub async fn take(
    rule: &Script,
    mut line: MultiplexedConnection,
    pace: Pace,
    name: &str,
) -> Result<Taken, Trouble> {
    let each = pace.each_micros();
    let answer: (u8, u64) = rule.key(name).arg(each).arg(pace.burst).invoke_async(&mut line).await?;
    match answer {
        (1, left) => {
            let left = u32::try_from(left).ok().filter(|left| *left < pace.burst);
            Ok(Taken::Granted { left: left.ok_or(Trouble::Nonsense)? })
        }
        // A server that lies shall not lock anybody out for long.
        (0, wait) if wait <= each => Ok(Taken::Early { wait_millis: wait.div_ceil(1000).max(1) }),
        _ => Err(Trouble::Nonsense),
    }
}

#[async_trait]
impl Limiter for Valkey {
    async fn take(&self, pace: Pace, subject: &str) -> Result<Taken, Away> {
        let name = self.names.counted(pace, subject);
        self.line.ask(|line| take(&self.rule, line, pace, &name)).await
    }
}
