//! The door of the bots.

use super::{LocalFrontdesk, ShopFace};
use crate::{
    address::outbound::Range,
    domain::{bot::BotSettings, shop::Locale, user::Principal},
    engine::cases,
    error::Result,
    ids::{ShopId, UserId},
    secret::Secret,
};
use async_trait::async_trait;
use std::time::Duration;

/// What whoever runs the shops' bots asks.
///
/// # Behaviour
/// - `greet` gives one Telegram account the same user every time, also when two first messages come at once.
/// - `known` gives whom `greet` would give, and nothing for an account that never came.
/// - `greet` of a blocked user answers `blocked`.
/// - `greet` of an account with a second factor gives a guest's rights until `unlock` was called with a right code.
/// - `lead_bots` lets one process at a time ask for updates: while one leads, the others are told none.
/// - `stars_paid` moves no money by itself: what Telegram's book says counts.
/// - What `keep_memory` took is what `greet` gives next, and nobody else's.
#[async_trait]
pub trait Bots: Send + Sync {
    /// The bots of all shops that have one; one whose token cannot be opened is left out.
    async fn bots(&self) -> Result<Vec<BotView>>;
    /// How long from the moment of this call on this process, and no other, asks for the bots' updates; none while another
    /// does. Asked again in time, it goes on. It must not act on updates that come later than that.
    async fn lead_bots(&self) -> Result<Option<Duration>>;
    /// Asks for updates no more, so that another process may at once.
    async fn leave_bots(&self) -> Result<()>;
    /// Whose message it is. To be called only for what Telegram itself said: it vouches for the account.
    async fn greet(&self, shop: ShopId, who: TelegramVisitor) -> Result<Visitor>;
    /// Whose Telegram account this is, if it is anybody's; makes nobody. To be called only for what Telegram itself said.
    async fn known(&self, shop: ShopId, id: i64) -> Result<Option<Visitor>>;
    /// Keeps what the bot has to remember of a user until the next message, at most 16 KiB.
    async fn keep_memory(&self, shop: ShopId, user: UserId, memory: &str) -> Result<()>;
    /// Lets an account with a second factor in, from now on.
    async fn unlock(&self, shop: ShopId, user: UserId, code: &str) -> Result<()>;
    /// Telegram says that Stars were paid for the invoice with this payload: its book is looked at now instead of later. A
    /// payload that is not ours changes nothing.
    async fn stars_paid(&self, shop: ShopId, payload: &str) -> Result<()>;
}

/// A Telegram account, as Telegram names it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TelegramVisitor {
    /// Its id.
    pub id: i64,
    /// The language of its client, if we speak it.
    pub locale: Option<Locale>,
    /// By whose invitation it came; counts for who is new.
    pub invitation: Option<String>,
    /// By which campaign it came; counts for who is new.
    pub campaign: Option<String>,
}

/// Who wrote, and where the dialogue stands.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about one visitor")]
#[derive(Clone, PartialEq, Eq)]
pub struct Visitor {
    /// What the user may do; a guest's while the account is locked.
    pub principal: Principal,
    /// Who.
    pub user_id: UserId,
    /// In which language.
    pub locale: Locale,
    /// Whether the user chose the language, or the client's was taken.
    pub has_chosen: bool,
    /// Whether the user runs the shop.
    pub operator: bool,
    /// Whether the user was made by this message.
    pub is_new: bool,
    /// Whether the second factor is to be shown first.
    pub locked: bool,
    /// What the bot remembers of the user.
    pub memory: Option<String>,
}

/// A shop's bot.
#[derive(Clone, PartialEq, Eq)]
pub struct BotView {
    /// Of which shop.
    pub shop: ShopFace,
    /// Its id.
    pub id: i64,
    /// Its name without `@`.
    pub username: String,
    /// Its token.
    pub token: Secret<String>,
    /// The proxy on the way to the Bot API.
    pub proxy: Option<Secret<String>>,
    /// How far calls may go, whatever the names of these two lead to.
    pub range: Range,
    /// How it behaves.
    pub settings: BotSettings,
}

#[async_trait]
impl Bots for LocalFrontdesk {
    async fn bots(&self) -> Result<Vec<BotView>> {
        cases::bots(&self.core).await
    }

    async fn lead_bots(&self) -> Result<Option<Duration>> {
        cases::lead_bots(&self.core).await
    }

    async fn leave_bots(&self) -> Result<()> {
        cases::leave_bots(&self.core).await
    }

    async fn greet(&self, shop: ShopId, who: TelegramVisitor) -> Result<Visitor> {
        cases::greet(&self.core, shop, who).await
    }

    async fn known(&self, shop: ShopId, id: i64) -> Result<Option<Visitor>> {
        cases::known_visitor(&self.core, shop, id).await
    }

    async fn keep_memory(&self, shop: ShopId, user: UserId, memory: &str) -> Result<()> {
        cases::keep_memory(&self.core, shop, user, memory).await
    }

    async fn unlock(&self, shop: ShopId, user: UserId, code: &str) -> Result<()> {
        cases::unlock(&self.core, shop, user, code).await
    }

    async fn stars_paid(&self, shop: ShopId, payload: &str) -> Result<()> {
        cases::stars_paid(&self.core, shop, payload).await
    }
}
