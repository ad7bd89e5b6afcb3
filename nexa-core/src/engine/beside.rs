//! Steps that run beside others, and are run again as a whole when one was faster.
//!
//! A step is one transaction: nothing of it has happened when it was overtaken, and nothing before it is done twice. It
//! decides on rows that it holds and on unique keys only (see [`Storage::begin_beside`]); whatever decides on more than
//! that begins alone, and nothing beside it.
//!
//! [`Storage::begin_beside`]: crate::ports::storage::Storage::begin_beside

use super::Core;
use crate::{
    domain::time::after,
    error::{Error, Failure, Result, Retry},
    ports::storage::Tx,
};
use jiff::SignedDuration;

/// Tries beside others; one more is made alone, so that it ends.
const MOST: u32 = 8;
/// The longest pause before the second try, in milliseconds; it doubles with each.
const FIRST_PAUSE: u64 = 2;

/// The tries of one step.
pub(super) struct Tries<'a> {
    core: &'a Core,
    made: u32,
}

impl<'a> Tries<'a> {
    /// Of a step that decides on nothing but what it holds.
    pub(super) const fn beside(core: &'a Core) -> Self {
        Self { core, made: 0 }
    }

    /// Of one that does only `if` that is so.
    pub(super) const fn beside_if(core: &'a Core, so: bool) -> Self {
        Self { core, made: if so { 0 } else { MOST } }
    }

    /// The unit of work of the next try.
    pub(super) async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        if self.made < MOST { self.core.storage.begin_beside().await } else { self.core.begin().await }
    }

    /// Waits for a moment when the try was overtaken and is to be made again; else gives back why it failed.
    pub(super) async fn again(&mut self, failed: Error) -> Result<()> {
        let overtaken = matches!(&failed, Error::Failed(Failure { retry: Retry::Again, .. }));
        if !overtaken || self.made > MOST {
            return Err(failed);
        }
        self.made += 1;
        let pause = self.core.world.below(FIRST_PAUSE << self.made.min(8));
        let pause = SignedDuration::from_millis(i64::try_from(pause).unwrap_or(0));
        self.core.world.sleep_until(after(self.core.world.now(), pause)).await;
        Ok(())
    }
}
