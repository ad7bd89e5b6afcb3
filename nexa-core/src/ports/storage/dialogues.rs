//! Where a user stands in the bot's dialogue.

use crate::{
    domain::dialogue::Dialogue,
    error::Failure,
    ids::{ShopId, UserId},
};
use async_trait::async_trait;

/// Reads of dialogues.
#[async_trait]
pub trait DialogueReads {
    /// A user's dialogue.
    async fn dialogue(&mut self, shop: ShopId, user: UserId) -> Result<Option<Dialogue>, Failure>;
}

/// Writes of dialogues.
#[async_trait]
pub trait DialogueWrites {
    /// Keeps a user's dialogue in place of the one before.
    async fn save_dialogue(&mut self, dialogue: &Dialogue) -> Result<(), Failure>;
    /// Forgets a user's dialogue, if there is one.
    async fn delete_dialogue(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure>;
}
