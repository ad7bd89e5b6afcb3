//! Gifts.

use super::MoneyView;
use serde::{Deserialize, Serialize};

/// A gift.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
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

/// To look at a gift.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct GiftRequest {
    /// Its code.
    pub code: String,
}

/// To claim a gift.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ClaimGiftRequest {
    /// Its code.
    pub code: String,
    /// A subscription of the caller on the same plan that it shall renew; without it there is a new one.
    #[serde(default)]
    pub subscription_id: Option<String>,
}
