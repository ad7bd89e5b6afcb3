//! Gifts.

use nexa_core::storefront::model::{GiftView, MoneyView};

/// A gift.
#[uniffi::remote(Record)]
pub struct GiftView {
    /// The order that paid for it; only for its buyer.
    pub order_id: Option<String>,
    /// `ready`, `claimed` or `taken_back`.
    pub state: String,
    /// The plan's name then.
    pub plan_name: String,
    /// Days of 24 hours.
    pub days: u32,
    /// Traffic in bytes.
    pub traffic_bytes: u64,
    /// Devices at the same time.
    pub devices: u32,
    /// What it has beyond that.
    pub extras: Vec<String>,
    /// What the buyer wrote beside it.
    pub note: Option<String>,
    /// What was paid for it; only for its buyer.
    pub price: Option<MoneyView>,
    /// The order by which I claimed it; only for whoever claimed it.
    pub claimed_order_id: Option<String>,
    /// Its code; only for its buyer, while it is `ready`. Whoever has it can claim the gift.
    pub code: Option<String>,
    /// The link to the shop's pages that carries the code.
    pub web_link: Option<String>,
    /// The link to the shop's Telegram bot that carries it, if there is a bot.
    pub bot_link: Option<String>,
    /// When it was paid for.
    pub created_at: String,
}
