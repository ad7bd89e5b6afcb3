//! The operator's contract, defined once. The same conventions as in [`crate::storefront::model`].

use serde::{Deserialize, Serialize};

macro_rules! request {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
        #[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
    )*};
}

macro_rules! view {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
    )*};
}

mod affiliates;
mod analytics;
mod broadcasts;
mod bulks;
mod care;
mod coupons;
mod deposits;
mod exports;
mod growth;
mod hand_outs;
mod histories;
mod imports;
mod request;
mod resellers;
mod returns;
mod reviews;
mod sales;
mod setting_up;
mod staff;
mod support;
mod takings;
mod ticket;
mod view;
mod webhooks;
mod wording;

pub use affiliates::*;
pub use analytics::*;
pub use broadcasts::*;
pub use bulks::*;
pub use care::*;
pub use coupons::*;
pub use deposits::*;
pub use exports::*;
pub use growth::*;
pub use hand_outs::*;
pub use histories::*;
pub use imports::*;
pub use request::*;
pub use resellers::*;
pub use returns::*;
pub use reviews::*;
pub use sales::*;
pub use setting_up::*;
pub use staff::*;
pub use support::*;
pub use takings::*;
pub use ticket::*;
pub use view::*;
pub use webhooks::*;
pub use wording::*;

/// To let customers sign in with Telegram.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct TelegramRequest {
    /// The bot's token as `@BotFather` gives it. It is never shown again.
    pub token: String,
    /// The bot's name, with or without `@`.
    pub username: String,
}

/// To change how the shop's bot behaves; what is left out stays, an empty text takes away.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct BotRequest {
    /// Whether the bot answers customers; else it only vouches for those who come from Telegram to the pages.
    pub answers: Option<bool>,
    /// Where the Bot API is, if not at Telegram: an https:// address.
    pub api_url: Option<String>,
    /// The proxy on the way there: `http`, `https`, `socks5` or `socks5h`. It is never shown again.
    pub proxy: Option<String>,
    /// A public channel that customers must have joined, e.g. `@nexavpn`; the bot must be an administrator there.
    pub channel: Option<String>,
    /// The terms that customers must have accepted, an https:// address; without one the shop's own text `terms`, if it
    /// wrote one.
    pub terms_url: Option<String>,
}

/// Why a receipt is rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
#[cfg_attr(feature = "openapi", oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The money did not arrive.
    NotReceived,
    /// The picture cannot be read.
    Unreadable,
    /// The receipt belongs to another payment.
    UsedBefore,
    /// The receipt looks forged.
    Forged,
}

/// Which orders are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OperatorOrderFilter {
    /// Of this user only.
    pub user_id: Option<String>,
    /// In this state only.
    pub state: Option<String>,
    /// Only those that a person must look at.
    pub attention: bool,
}
