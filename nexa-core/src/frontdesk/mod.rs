//! The door: what a frontend needs before it knows who is asking, and for those who never sign in.
//!
//! Signs tokens in, takes gateways' callbacks, answers the customer's link, and remembers the answers to requests with
//! an Idempotency-Key.

mod bots;
mod letters;
mod local;
mod model;

pub(crate) use local::LocalFrontdesk;

pub use crate::domain::link::{rules::Form as LinkForm, settings::Move as LinkMove};
pub use bots::{BotView, Bots, TelegramVisitor, Visitor};
pub use letters::{LetterTaken, Letters, UnsubscribeView};
pub use model::{
    ClaimView, Claimant, DeviceGate, GuideAnswer, LatencyReport, LinkAnswer, LinkAsk, LinkStatus,
    PreCheckout, Remembered, ReplyView, ShopFace, StatusEntry, TelegramFace,
};

use crate::{
    domain::user::Principal,
    error::Result,
    ids::{GatewayId, ShopId, UserId},
    ports::gateway::Callback,
};
use async_trait::async_trait;

/// The door of an installation.
///
/// # Behaviour
/// - `shop_of` gives the shop whose host names contain the host, else the shop without host names, else the only shop.
/// - `principal` answers `not_signed_in` for an unknown, ended or revoked token, and for one of another shop.
/// - `claim` works once per link.
/// - `claim_is_open` says for whom a link is, and nothing once it is used up, too old, or at another shop.
/// - `receive` has committed the callback, or the look that it asks for, when it answers, and stores nothing of a forged
///   one.
/// - `receive` of the same callback again changes nothing and answers the same.
/// - `receive` names the order that the callback is about, if there is one.
/// - `pre_checkout` agrees to an open payment of the asking Telegram account, in its exact amount, and to nothing else.
/// - `link` answers `not_found` for unknown and for dead links alike, and never gives a panel's own address.
/// - `link` answers from what was kept when a panel is down.
/// - `link` of an ended subscription answers with one named entry that says so, in every form.
/// - `link` asks no panel when only the headers are wanted.
/// - `link` serves no more devices than the subscription has places for, and tells the next one so in its own form.
/// - `guide` shows the subscription's link until the guide's end and until that link is reset, then `not_found`.
/// - `reached_again` lets notifiers write to a user again who had turned them away, and is harmless for everybody else.
/// - `remember` gives the first answer to every repeat of the same request, `key_reused` to another request with the
///   same key, and `in_flight` while the first is being worked on.
#[async_trait]
pub trait Frontdesk: Bots + Letters + Send + Sync {
    /// Whose shop this host is.
    async fn shop_of(&self, host: &str) -> Result<ShopFace>;
    /// Who holds this bearer token.
    async fn principal(&self, shop: ShopId, token: &str) -> Result<Principal>;
    /// For whom this link into the shop's office is, if it is still good, without using it up. To be asked before `claim`.
    async fn claim_is_open(&self, shop: ShopId, token: &str) -> Result<Option<Claimant>>;
    /// Becomes the operator with the link that the first start printed, or a member of staff by an invitation; gives an
    /// account number, and the first owner an API key.
    async fn claim(&self, token: &str) -> Result<ClaimView>;
    /// Takes a gateway's callback.
    async fn receive(&self, gateway: GatewayId, endpoint: &str, callback: Callback) -> Result<ReplyView>;
    /// Whether Telegram may take Stars for a payment now; it waits for the answer.
    async fn pre_checkout(&self, shop: ShopId, asked: PreCheckout) -> Result<()>;
    /// Answers the customer's link.
    async fn link(&self, token: &str, ask: LinkAsk) -> Result<LinkAnswer>;
    /// Notes how long the device of a link's holder took to reach its servers, at most 50 at once.
    async fn report_latency(&self, token: &str, reports: Vec<LatencyReport>) -> Result<()>;
    /// Opens a guide made by [`Storefront::guide_link`](crate::storefront::Storefront::guide_link).
    async fn guide(&self, token: &str) -> Result<GuideAnswer>;
    /// A messenger's frontend heard of this user: they can be written to again. To be called with each of their messages.
    async fn reached_again(&self, shop: ShopId, user: UserId) -> Result<()>;
    /// Begins a request with an Idempotency-Key: `None` means go on and call `answered`. `owner` is the user's id, or a
    /// constant for guests; `request` a digest of route and body.
    async fn remember(
        &self,
        shop: ShopId,
        owner: &str,
        key: &str,
        request: &str,
    ) -> Result<Option<Remembered>>;
    /// Keeps the answer; `None` forgets the request, because it failed and may be tried again.
    async fn answered(&self, shop: ShopId, owner: &str, key: &str, answer: Option<Remembered>) -> Result<()>;
    /// Whether storage can be written to.
    async fn healthy(&self) -> Result<()>;
}
