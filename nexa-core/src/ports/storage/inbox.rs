//! What came in and what was said: callbacks, answers to idempotent requests, events, notices.

use super::{
    Inserted, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{event::Event, notice::NoticeRecord, push::PushTarget, reach::Reach},
    error::Failure,
    ids::{CallbackId, EventId, GatewayId, NoticeId, ShopId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;

/// A callback exactly as it came, sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallbackRecord {
    /// Its id.
    pub id: CallbackId,
    /// In which shop.
    pub shop_id: ShopId,
    /// To which gateway.
    pub gateway_id: GatewayId,
    /// SHA-256 over method, query, headers that matter and body: a repeat is the same.
    pub digest: String,
    /// The callback as JSON, sealed.
    pub sealed: String,
    /// When it came.
    pub received_at: Timestamp,
}

/// The answer to a request with an Idempotency-Key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose key: the user, or nobody for guests.
    pub owner: String,
    /// The key.
    pub key: String,
    /// Digest of the route and the request's body.
    pub request: String,
    /// Status and body, sealed, once there is an answer.
    pub response_sealed: Option<String>,
    /// When the request came.
    pub created_at: Timestamp,
}

reads! {
/// Reads of what came in.
pub trait InboxReads {
    /// One callback.
    async fn callback(&mut self, id: CallbackId) -> Result<Option<CallbackRecord>, Failure>;
    /// The answer kept for a key.
    async fn answer(&mut self, shop: ShopId, owner: &str, key: &str) -> Result<Option<Answer>, Failure>;
    /// Notices of a user, newest first.
    async fn notices(&mut self, shop: ShopId, user: UserId, page: Page)
    -> Result<Vec<NoticeRecord>, Failure>;
    /// One notice.
    async fn notice(&mut self, shop: ShopId, id: NoticeId) -> Result<Option<NoticeRecord>, Failure>;
    /// The browsers of a user that show messages, oldest first.
    async fn push_targets(&mut self, shop: ShopId, user: UserId) -> Result<Vec<PushTarget>, Failure>;
    /// How a user is reached, once something of it was kept.
    async fn reach(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reach>, Failure>;
    /// Events of a shop, newest first.
    async fn events(&mut self, shop: ShopId, page: Page)
    -> Result<Vec<(EventId, Event, Timestamp)>, Failure>;
}
}

writes! {
/// Writes of what came in.
pub trait InboxWrites {
    /// Keeps a callback; `Taken` when the same bytes came to the same gateway before.
    async fn insert_callback(&mut self, callback: &CallbackRecord) -> Result<Inserted, Failure>;
    /// Reserves a key, unique by shop, owner and key.
    async fn insert_answer(&mut self, answer: &Answer) -> Result<Inserted, Failure>;
    /// Replaces what is kept for a key.
    async fn save_answer(&mut self, answer: &Answer) -> Result<(), Failure>;
    /// Forgets requests that have no answer, so that they may be done again. For the start of a process: whoever was to
    /// answer them is dead. Nothing happens when another process had the storage open already.
    async fn delete_unanswered(&mut self) -> Result<(), Failure>;
    /// Forgets answers older than this; how many.
    async fn delete_answers(&mut self, before: Timestamp) -> Result<u64, Failure>;
    /// Writes an event.
    async fn insert_event(
        &mut self,
        id: EventId,
        shop: ShopId,
        event: &Event,
        at: Timestamp,
    ) -> Result<(), Failure>;
    /// Inserts or replaces a notice.
    async fn save_notice(&mut self, notice: &NoticeRecord) -> Result<(), Failure>;
    /// Takes all notices of a user away; how many.
    async fn delete_notices(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure>;
    /// Inserts or replaces how a user is reached.
    async fn save_reach(&mut self, reach: &Reach) -> Result<(), Failure>;
    /// Forgets how a user is reached.
    async fn delete_reach(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure>;
    /// Inserts a browser, or replaces how often it failed. Its hash is unique in its shop.
    async fn save_push_target(&mut self, target: &PushTarget) -> Result<(), Failure>;
    /// Forgets the browser with this hash, if it is this user's; whosever it is when no user is named.
    async fn delete_push_target(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        lookup: &Fingerprint,
    ) -> Result<(), Failure>;
}
}
