//! What is said at the door.

use crate::{
    domain::{extras::ExtrasGiven, money::Currency, shop::Locale},
    ids::ShopId,
};

/// What a page needs of a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShopFace {
    /// Its id.
    pub id: ShopId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub locale: Locale,
    /// Its currency.
    pub currency: Currency,
    /// Where customers find help.
    pub support_url: Option<String>,
    /// The bot by which customers can sign in, if there is one.
    pub telegram: Option<TelegramFace>,
    /// Whether it deals in play money; every page must say so.
    pub test: bool,
}

/// What a page needs of the shop's Telegram bot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TelegramFace {
    /// Its id.
    pub bot_id: i64,
    /// Its name without `@`.
    pub bot_username: String,
}

/// The new operator's keys; shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimView {
    /// To sign in with.
    pub account_number: String,
    /// For programs; scope `manage`.
    pub api_key: String,
}

/// What a gateway wants to hear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyView {
    /// The body.
    pub body: String,
}

/// How a link is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkAsk {
    /// In which form.
    pub format: LinkFormat,
}

/// Forms of a link's answer. Which one a client gets is the frontend's business (User-Agent, Accept, suffix).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LinkFormat {
    /// Share links, one a line. Base64 is the frontend's wrapping of it.
    Uris,
    /// A sing-box configuration.
    SingBox,
    /// A Clash Meta configuration.
    Clash,
    /// The Shadowsocks servers, JSON as SIP008 says.
    Sip008,
    /// Only the status: for `HEAD` and for the page.
    Status,
}

/// A link's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkAnswer {
    /// What the headers and the page say.
    pub status: LinkStatus,
    /// The document in the form asked for; empty for `Status`.
    pub body: String,
}

/// A subscription as its link shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkStatus {
    /// Of which shop.
    pub shop: ShopFace,
    /// The plan's name.
    pub plan_name: String,
    /// The state in snake case, e.g. `active`.
    pub state: &'static str,
    /// Traffic used in bytes.
    pub used_bytes: u64,
    /// Traffic allowed in bytes.
    pub limit_bytes: u64,
    /// Until when, in seconds since 1970.
    pub ends_at: i64,
    /// Whole days left, rounded up.
    pub days_left: u32,
    /// Servers by name, with whether each answered lately.
    pub servers: Vec<StatusEntry>,
    /// The language of the user, else of the shop.
    pub locale: Locale,
}

/// A server on the status page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusEntry {
    /// Its name.
    pub name: String,
    /// Its country.
    pub region: Option<String>,
    /// Whether it answered lately.
    pub up: bool,
    /// What the subscription's extras came to there; only in a `Status`.
    pub given: Option<ExtrasGiven>,
}

/// A kept answer.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remembered {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// The body, byte for byte.
    pub body: String,
}
