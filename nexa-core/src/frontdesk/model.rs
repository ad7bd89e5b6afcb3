//! What is said at the door.

use crate::{
    domain::{
        extras::ExtrasGiven,
        link::{rules::Form, settings::Move},
        look::Look,
        money::Currency,
        shop::Locale,
        wording::TextKey,
    },
    ids::{OrderId, ServerId, ShopId},
};
use jiff::tz::TimeZone;

/// What a page needs of a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShopFace {
    /// Its id.
    pub id: ShopId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub locale: Locale,
    /// The zone of its days.
    pub zone: TimeZone,
    /// Its currency.
    pub currency: Currency,
    /// Where customers find help.
    pub support_url: Option<String>,
    /// How its pages look.
    pub look: Look,
    /// The bot by which customers can sign in, if there is one.
    pub telegram: Option<TelegramFace>,
    /// Set while nothing can be bought: what its operator says about it, which may be nothing. Every page must say so.
    pub maintenance: Option<String>,
    /// Whether it deals in play money; every page must say so.
    pub test: bool,
    /// What stands at the foot of every page, by language. Only what [`shop_of`](super::Frontdesk::shop_of) gives has it.
    pub feet: Vec<(Locale, String)>,
    /// Texts of the shop that are pages of their own; as with `feet`.
    pub papers: Vec<TextKey>,
}

/// What a page needs of the shop's Telegram bot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TelegramFace {
    /// Its id.
    pub bot_id: i64,
    /// Its name without `@`.
    pub bot_username: String,
}

/// For whom a link of the office is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claimant {
    /// Becomes the first owner of a shop that nobody runs yet.
    Owner,
    /// Was invited by those who run the shop.
    Member,
}

/// The keys of whoever came by a link of the office; shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimView {
    /// To sign in with.
    pub account_number: String,
    /// For programs, with the scope `manage`: the first owner's. Empty for whoever was invited.
    pub api_key: String,
}

/// What a gateway wants to hear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyView {
    /// The body.
    pub body: String,
    /// The order that it is about: where a customer who comes along with it goes on.
    pub order: Option<OrderId>,
}

/// What Telegram asks before it takes Stars: the fields of its `PreCheckoutQuery`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreCheckout {
    /// The invoice's payload.
    pub payload: String,
    /// Who pays.
    pub telegram_user_id: i64,
    /// In what, e.g. `XTR`.
    pub currency: String,
    /// How much, in minor units.
    pub total_amount: i64,
}

/// How a link is asked for.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct LinkAsk {
    /// In which form; none leaves it to the shop's rules, by the headers.
    pub form: Option<Form>,
    /// What the client says of itself and its device: request headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The host that was asked, lower-case, without port.
    pub host: String,
    /// Whether the answer needs no body, as for `HEAD`: nothing is fetched and no device is written down.
    pub only_headers: bool,
}

impl LinkAsk {
    /// Asks for one form, without saying anything of the client.
    #[must_use]
    pub fn of(form: Form) -> Self {
        Self { form: Some(form), ..Self::default() }
    }
}

/// A link's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkAnswer {
    /// What the headers and the page say.
    pub status: LinkStatus,
    /// The form of the answer.
    pub form: Form,
    /// The document, as text: wrapping share links into base64 is the frontend's. Empty for the page.
    pub body: String,
    /// Headers that the shop's rule adds for this client.
    pub headers: Vec<(String, String)>,
    /// What became of the client's device.
    pub device: DeviceGate,
}

/// What became of the device that asked for a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeviceGate {
    /// It was not looked at.
    NotCounted,
    /// It holds one of the subscription's places.
    Admitted,
    /// All places are taken: instead of servers it got an entry that says so.
    Full,
    /// The shop wants devices to name themselves, and it did not: it got an entry that says so.
    Missing,
}

/// How long a customer's device took to reach a server.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyReport {
    /// The server's id or name, as the status and the subscription show it. Others are left out.
    pub server: String,
    /// Milliseconds; none when it could not be reached.
    pub ms: Option<u32>,
}

/// What a guide for setting up another person's device shows.
#[derive(Clone, PartialEq, Eq)]
pub struct GuideAnswer {
    /// Of which shop.
    pub shop: ShopFace,
    /// The subscription's link.
    pub link: String,
}

/// A subscription as its link shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkStatus {
    /// Of which shop.
    pub shop: ShopFace,
    /// The plan's name.
    pub plan_name: String,
    /// The state in snake case, e.g. `active`.
    pub state: &'static str,
    /// Whether it is over or used up and still works for a little, until `ends_at` and up to `limit_bytes`.
    pub in_grace: bool,
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
    /// The link's addresses, best first; there is always one.
    pub links: Vec<String>,
    /// What the host that was asked tells: that the link moves, or has moved, to the first address.
    pub moving: Option<Move>,
}

/// A server on the status page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusEntry {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub region: Option<String>,
    /// Whether it answered lately.
    pub up: bool,
    /// What the subscription's extras came to there; only for the page.
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
