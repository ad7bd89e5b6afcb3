//! Whether whoever runs the shop has shown lately who it is.

use super::LocalBackoffice;
use crate::{engine::cases, error::Result};
use async_trait::async_trait;

/// What a page asks before it lets money move. A key for programs proves nothing, and needs not: it was made for that.
///
/// # Behaviour
/// - `proved_lately` answers `prove_again` when the session was opened, or `Storefront::prove` was called with it, 15
///   minutes ago or longer; for a key for programs it answers `not_allowed`.
#[async_trait]
pub trait Freshness: Send + Sync {
    /// Refuses unless the session's holder proved lately who it is.
    async fn proved_lately(&self) -> Result<()>;
}

#[async_trait]
impl Freshness for LocalBackoffice {
    async fn proved_lately(&self) -> Result<()> {
        self.who.staff()?;
        cases::fresh_user(&self.core, &self.who).await.map(drop)
    }
}
