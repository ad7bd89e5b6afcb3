//! Where users stand in the bot's dialogue.

use super::Unit;
use crate::{
    domain::dialogue::Dialogue,
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{DialogueReads, DialogueWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Dialogues {
    rows: OrdMap<(ShopId, UserId), Dialogue>,
}

#[async_trait]
impl DialogueReads for Unit {
    async fn dialogue(&mut self, shop: ShopId, user: UserId) -> Result<Option<Dialogue>, Failure> {
        Ok(self.state.dialogues.rows.get(&(shop, user)).cloned())
    }
}

#[async_trait]
impl DialogueWrites for Unit {
    async fn save_dialogue(&mut self, dialogue: &Dialogue) -> Result<(), Failure> {
        self.require_user(dialogue.shop_id, dialogue.user_id)?;
        self.state.dialogues.rows.insert((dialogue.shop_id, dialogue.user_id), dialogue.clone());
        Ok(())
    }

    async fn lock_dialogues(&mut self, shop: ShopId) -> Result<(), Failure> {
        let rows = &mut self.state.dialogues.rows;
        let unlocked: Vec<Dialogue> =
            rows.values().filter(|kept| kept.shop_id == shop && kept.unlocked).cloned().collect();
        for kept in unlocked {
            rows.insert((kept.shop_id, kept.user_id), Dialogue { unlocked: false, ..kept });
        }
        Ok(())
    }

    async fn delete_dialogue(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        self.state.dialogues.rows.remove(&(shop, user));
        Ok(())
    }
}
