//! What a shop takes along and changes in bulk, handed on like the rest.

use super::*;
use nexa_core::{
    domain::{
        bulk::{Bulk, Selection},
        webhook::{DeliveryState, HookDelivery, Webhook},
    },
    ids::{BulkId, HookDeliveryId, WebhookId},
    ports::storage::{BulkReads, BulkWrites, ExportReads, PostedJournal, WebhookReads, WebhookWrites},
};

delegate! { ExportReads {
    fn journals(shop: ShopId, page: Page) -> Vec<PostedJournal>;
    fn all_payments(shop: ShopId, page: Page) -> Vec<Payment>;
} {
} }
delegate! { BulkReads {
    fn bulk(shop: ShopId, id: BulkId) -> Option<Bulk>;
    fn bulks(shop: ShopId, page: Page) -> Vec<Bulk>;
    fn count_selected(shop: ShopId, of: Selection, now: Timestamp) -> u32;
    fn selected(shop: ShopId, of: Selection, now: Timestamp, after: Option<SubscriptionId>, limit: u32) -> Vec<Subscription>;
} {
} }
delegate! { BulkWrites {
    fn save_bulk(bulk: &Bulk) -> ();
    fn lock_bulk(shop: ShopId, id: BulkId) -> Option<Locked<Bulk>>;
} {
} }
delegate! { WebhookReads {
    fn webhooks(shop: ShopId) -> Vec<Webhook>;
    fn hook_delivery(shop: ShopId, id: HookDeliveryId) -> Option<HookDelivery>;
    fn hook_deliveries(shop: ShopId, webhook: WebhookId, state: Option<DeliveryState>, page: Page) -> Vec<HookDelivery>;
    fn untaken_deliveries(shop: ShopId, webhook: WebhookId, since: Timestamp, limit: u32) -> Vec<HookDelivery>;
} {
} }
delegate! { WebhookWrites {
    fn save_webhook(webhook: &Webhook) -> ();
    fn lock_webhook(shop: ShopId, id: WebhookId) -> Option<Locked<Webhook>>;
    fn delete_webhook(shop: ShopId, id: WebhookId) -> bool;
    fn save_hook_delivery(delivery: &HookDelivery) -> ();
    fn lock_hook_delivery(shop: ShopId, id: HookDeliveryId) -> Option<Locked<HookDelivery>>;
    fn delete_old_deliveries(before: Timestamp) -> ();
} {
} }
