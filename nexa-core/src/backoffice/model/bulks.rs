//! One change of many subscriptions.

use super::{CouponTerms, OperatorSubscriptionView};
use serde::{Deserialize, Serialize};

request! {
    /// Which subscriptions: those for which all that is given holds; all when nothing is. What was taken back for ever is
    /// never among them.
    #[derive(Default)]
    pub struct SelectionView {
        /// Of this plan.
        pub plan_id: Option<String>,
        /// On this server.
        pub server_id: Option<String>,
        /// `pending`, `active`, `exhausted`, `ended`, `suspended` or `frozen`.
        pub state: Option<String>,
        /// Whose end lies within so many days before now, 1 to 3650.
        pub ended_within_days: Option<u32>,
        /// Whose owner signed up at this moment or later.
        pub registered_from: Option<String>,
        /// Whose owner signed up before this moment.
        pub registered_before: Option<String>,
    }
    /// To change many subscriptions.
    #[derive(Default)]
    pub struct BulkRequest {
        /// Which.
        pub selection: SelectionView,
        /// What is done to each: `extend`, `move`, `suspend`, `resume` or `coupon`.
        pub step: String,
        /// With `coupon`: what it does, and `until`; nothing else. Each customer gets one, for one purchase.
        pub coupon: Option<CouponTerms>,
        /// With `extend`: days of 24 hours, at most 365.
        pub days: Option<u32>,
        /// With `extend`: traffic in bytes until the current period ends, at most 100,000 GiB.
        pub traffic_bytes: Option<u64>,
        /// With `move`: to which group. Such a subscription can then be renewed with plans of that group only.
        pub group_id: Option<String>,
        /// To begin: how many were seen in the preview.
        pub count: Option<u32>,
        /// To begin: why, 1 to 300 characters; for the other operators.
        pub reason: Option<String>,
    }
}

view! {
    /// What would be changed.
    pub struct BulkPreviewView {
        /// How many subscriptions.
        pub count: u32,
        /// The first ten of them.
        pub first: Vec<OperatorSubscriptionView>,
    }
    /// A change of many subscriptions, and how far it is.
    pub struct BulkView {
        /// Its id.
        pub bulk_id: String,
        /// Who began it.
        pub operator_id: String,
        /// Which subscriptions.
        pub selection: SelectionView,
        /// What is done to each: `extend`, `move`, `suspend`, `resume` or `coupon`.
        pub step: String,
        /// With `coupon`: what it does, and until when.
        pub coupon: Option<CouponTerms>,
        /// With `extend`: days.
        pub days: Option<u32>,
        /// With `extend`: traffic in bytes.
        pub traffic_bytes: Option<u64>,
        /// With `move`: to which group.
        pub group_id: Option<String>,
        /// `running`, `done` or `stopped`.
        pub state: String,
        /// How many were selected when it began.
        pub count: u32,
        /// How many were changed.
        pub changed: u32,
        /// How many could not be changed, and were left as they were.
        pub left_out: u32,
        /// When it began.
        pub begun_at: String,
        /// When it was done or stopped.
        pub ended_at: Option<String>,
    }
    /// A slice of such changes.
    pub struct BulkPage {
        /// Newest first.
        pub items: Vec<BulkView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
}
