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
        /// Where whoever advertises wants to hear what came of a click: an `https` address of at most 500 characters, in
        /// which `{campaign}`, `{click}`, `{event}`, `{order}`, `{amount}` and `{currency}` are filled in. Events are
        /// `sign_up`, `trial`, `first_order` and the `refund` of that order.
        pub postback_url: Option<String>,
    }

    /// To change where whoever advertises hears what came of a campaign.
    pub struct PostbackRequest {
        /// The address, as for a new campaign; nothing: nowhere.
        pub postback_url: Option<String>,
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
        /// How many of them tried a plan for nothing.
        pub trials: u32,
        /// How many of them have bought something.
        pub paying: u32,
        /// How many of a hundred who signed up have bought something, in hundredths; nothing while nobody came.
        pub conversion_bp: Option<u32>,
        /// What they bought it for; without what was refunded.
        pub revenue: MoneyView,
        /// What others get for them; without what is void or was refused.
        pub commission: MoneyView,
        /// Where whoever advertises hears what came of a click.
        pub postback_url: Option<String>,
        /// When it was made.
        pub created_at: String,
    }
}
