//! Where a user stands in the bot's dialogue.

use super::layer::{reads, writes};
use crate::{
    domain::dialogue::Dialogue,
    error::Failure,
    ids::{ShopId, UserId},
};

reads! {
/// Reads of dialogues.
pub trait DialogueReads {
    /// A user's dialogue.
    async fn dialogue(&mut self, shop: ShopId, user: UserId) -> Result<Option<Dialogue>, Failure>;
}
}

writes! {
/// Writes of dialogues.
pub trait DialogueWrites {
    /// Keeps a user's dialogue in place of the one before.
    async fn save_dialogue(&mut self, dialogue: &Dialogue) -> Result<(), Failure>;
    /// Takes back, for all users of a shop, that a second factor was shown to its bot.
    async fn lock_dialogues(&mut self, shop: ShopId) -> Result<(), Failure>;
    /// Forgets a user's dialogue, if there is one.
    async fn delete_dialogue(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure>;
}
}
