//! How customers come.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// A new campaign.
    pub struct CampaignRequest {
        /// What its links carry: 4 to 32 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
        pub code: String,
        /// Its name, 1 to 60 characters.
        pub name: String,
    }
}

view! {
    /// A campaign, and what it brought.
    pub struct CampaignView {
        /// What its links carry.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The link to the shop's pages.
        pub web_link: String,
        /// The link to the shop's Telegram bot, if there is one.
        pub bot_link: Option<String>,
        /// How many signed up by it.
        pub sign_ups: u32,
        /// How many of them have bought something.
        pub paying: u32,
        /// What they bought it for; without what was refunded.
        pub revenue: MoneyView,
        /// When it was made.
        pub created_at: String,
    }
}
