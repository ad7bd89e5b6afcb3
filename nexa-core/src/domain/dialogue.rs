//! Where a user stands in a dialogue with the shop's bot.

use crate::ids::{ShopId, UserId};
use jiff::Timestamp;

/// One user's dialogue: what the bot has to remember between two messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dialogue {
    /// In which shop.
    pub shop_id: ShopId,
    /// With whom.
    pub user_id: UserId,
    /// What the frontend wrote down, sealed: it may hold a draft of the user's.
    pub sealed: String,
    /// Whether the second factor was shown here. An account without one needs none. No longer so once the account changes
    /// its second factor or its Telegram, or ends its other sessions.
    pub unlocked: bool,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
