//! The port to what the processes of an installation keep for each other for a few seconds.

use super::limiter::Away;
use async_trait::async_trait;
use std::time::Duration;

/// The largest value that is kept, in bytes.
pub const MOST_KEPT: usize = 256 * 1024;

/// Keeps values for a while, for everybody who asks it. What is kept may be gone at any time: it saves work, and decides
/// nothing.
///
/// # Behaviour
/// - `find` gives what `keep` was given last under the same name, byte for byte, whoever kept it.
/// - `find` gives nothing for a name that nothing was kept under.
/// - What is kept is gone when its time is over, at the latest a second later.
/// - Values of more than [`MOST_KEPT`] bytes are not kept.
/// - Both answer within 100 ms, or are [`Away`].
/// - A name is never written down or told in clear. Values are: whoever keeps a secret seals it first.
#[async_trait]
pub trait Stash: Send + Sync {
    /// What is kept under a name.
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, Away>;
    /// Keeps a value for so long.
    async fn keep(&self, name: &str, value: &[u8], time: Duration) -> Result<(), Away>;
}
