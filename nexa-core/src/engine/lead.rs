//! What only one of several processes may do at a time: asking Telegram for a bot's updates.
//!
//! Who leads says so in the storage and says it again while it does; one that died is followed when its time is over. A
//! process that slept past its time must notice by its own clock before it acts, so it is told how long it leads.

use super::Core;
use crate::{
    domain::time::after,
    error::Result,
    ids::{Id as _, TokenId},
};
use jiff::SignedDuration;
use std::time::Duration;
use uuid::Uuid;

/// How long one leads without saying so again.
const LED: SignedDuration = SignedDuration::from_secs(30);
/// So much before its end nothing is begun any more: clocks differ a little.
const MARGIN: Duration = Duration::from_secs(5);
/// The task of running the bots.
const BOTS: &str = "bots";

/// How long from the moment of this call on this process runs the bots; none while another does.
pub(crate) async fn lead_bots(core: &Core) -> Result<Option<Duration>> {
    // Storage that nobody else has needs no leader, and no write every few seconds.
    if !core.storage.is_shared() {
        return Ok(Some(Duration::MAX));
    }
    let now = core.world.now();
    let mut tx = core.begin().await?;
    let leads = tx.lead(BOTS, name(core), now, after(now, LED)).await?;
    tx.commit().await?;
    Ok(leads.then(|| LED.unsigned_abs().saturating_sub(MARGIN)))
}

/// Lets another process run the bots at once, if this one does.
pub(crate) async fn leave_bots(core: &Core) -> Result<()> {
    if !core.storage.is_shared() || core.leader.get().is_none() {
        return Ok(());
    }
    let now = core.world.now();
    let mut tx = core.begin().await?;
    if tx.lead(BOTS, name(core), now, now).await? {
        tx.commit().await?;
    }
    Ok(())
}

fn name(core: &Core) -> Uuid {
    *core.leader.get_or_init(|| core.world.id::<TokenId>().uuid())
}
