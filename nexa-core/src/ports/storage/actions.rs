//! What operators did.

use super::{Inserted, Page};
use crate::{
    domain::deed::DeedRecord,
    error::Failure,
    ids::{ShopId, UserId},
};
use async_trait::async_trait;

/// Reads of what operators did.
#[async_trait]
pub trait ActionReads {
    /// What operators of a shop did, newest first.
    async fn actions(&mut self, shop: ShopId, page: Page) -> Result<Vec<DeedRecord>, Failure>;
    /// What an operator did with this Idempotency-Key.
    async fn action_by_key(
        &mut self,
        shop: ShopId,
        operator: UserId,
        key: &str,
    ) -> Result<Option<DeedRecord>, Failure>;
}

/// Writes of what operators did. There is no update and no delete.
#[async_trait]
pub trait ActionWrites {
    /// Adds an action; `Taken` when the operator's key exists.
    async fn insert_action(&mut self, action: &DeedRecord) -> Result<Inserted, Failure>;
}
