//! Subscriptions, grants, and the documents that panels gave.

use super::{
    Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        grant::{GrantRecord, PanelId},
        link::Format,
        subscription::Subscription,
        usage::{Day, DayUsage},
    },
    error::Failure,
    ids::{ServerId, ShopId, SubscriptionId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;

/// What a panel gave for one identity, kept for the time when it is down.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// From which server.
    pub server_id: ServerId,
    /// For which identity.
    pub panel_id: PanelId,
    /// In which format.
    pub format: Format,
    /// The text.
    pub body: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

reads! {
/// Reads of what was sold.
pub trait SubscriptionReads {
    /// One subscription.
    async fn subscription(
        &mut self,
        shop: ShopId,
        id: SubscriptionId,
    ) -> Result<Option<Subscription>, Failure>;
    /// Subscriptions of one user or of all, newest first.
    async fn subscriptions(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Vec<Subscription>, Failure>;
    /// The subscription with this link, in whichever shop.
    async fn subscription_by_link(&mut self, lookup: &Fingerprint) -> Result<Option<Subscription>, Failure>;
    /// The subscription whose identity on panels this is, or of one of whose grants, in whichever shop.
    async fn subscription_by_identity(&mut self, panel_id: PanelId) -> Result<Option<Subscription>, Failure>;
    /// Grants of a subscription, removed ones included, by server.
    async fn grants(&mut self, subscription: SubscriptionId) -> Result<Vec<GrantRecord>, Failure>;
    /// Grants on a server that are not removed, with their subscriptions, by identity. In slices: `after` is the
    /// last identity of the slice before.
    async fn grants_on(
        &mut self,
        server: ServerId,
        after: Option<PanelId>,
        limit: u32,
    ) -> Result<Vec<(GrantRecord, Subscription)>, Failure>;
    /// Identities that were removed from a server, for the comparison with what it holds.
    async fn removed_on(&mut self, server: ServerId) -> Result<Vec<PanelId>, Failure>;
    /// Whose identity this is on a server.
    async fn grant_owner(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
    ) -> Result<Option<SubscriptionId>, Failure>;
    /// The document kept for one identity.
    async fn document(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
        format: Format,
    ) -> Result<Option<Document>, Failure>;
    /// What was used of a subscription from this day on, by day and server.
    async fn usage_days(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        from: Day,
    ) -> Result<Vec<DayUsage>, Failure>;
}
}

writes! {
/// Writes of what was sold.
pub trait SubscriptionWrites {
    /// Adds a subscription. Its identity on panels is no other's, in whichever shop.
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), Failure>;
    /// A subscription that nobody else changes until the end of this transaction.
    async fn lock_subscription(
        &mut self,
        shop: ShopId,
        id: SubscriptionId,
    ) -> Result<Option<Locked<Subscription>>, Failure>;
    /// Replaces a subscription.
    async fn save_subscription(&mut self, subscription: Locked<Subscription>) -> Result<(), Failure>;
    /// Inserts or replaces a grant by server and identity.
    async fn save_grant(&mut self, grant: &GrantRecord) -> Result<(), Failure>;
    /// Keeps a document.
    async fn save_document(&mut self, document: &Document) -> Result<(), Failure>;
    /// Forgets all documents of an identity.
    async fn delete_documents(&mut self, panel_id: PanelId) -> Result<(), Failure>;
    /// Adds to what was used of a subscription on one server on one day.
    async fn add_usage(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        usage: DayUsage,
    ) -> Result<(), Failure>;
    /// Forgets the days before this one, in every shop; how many rows.
    async fn delete_usage_before(&mut self, day: Day) -> Result<u64, Failure>;
    /// Forgets all days of a subscription; how many rows.
    async fn delete_usage(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<u64, Failure>;
}
}
