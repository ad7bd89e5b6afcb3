//! What operators give away, and what they did.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// To give a plan away.
    pub struct GrantRequest {
        /// Which plan, on sale or not.
        pub plan_id: String,
        /// Why, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
    /// To extend a subscription; one of the two at least.
    pub struct ExtendRequest {
        /// Days of 24 hours, 1 to 365. They begin at its end, or now when that is over.
        pub days: Option<u32>,
        /// Traffic in bytes until the current period ends, at most 100,000 GiB.
        pub traffic_bytes: Option<u64>,
        /// Why, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
    /// To close the shop for maintenance, or to open it again.
    pub struct MaintenanceRequest {
        /// Whether customers can buy nothing.
        pub on: bool,
        /// What they are told about it, at most 300 characters; may be left out.
        pub note: Option<String>,
    }
}

view! {
    /// What an operator did.
    pub struct OperatorActionView {
        /// Its id.
        pub action_id: String,
        /// Who did it.
        pub operator_id: String,
        /// What: `given`, `extended`, `suspended`, `resumed`, `revoked`, `blocked`, `unblocked`, `wallet_corrected`,
        /// `receipt_accepted`, `receipt_rejected`, `deposit_assigned`, `deposit_dismissed`, `payment_accepted`,
        /// `payment_dismissed`, `refunded`, `refunded_to_payer`, `sent_back`, `maintenance_begun`, `maintenance_ended`,
        /// `adoption_set`, `grace_set`, `broadcast_sent`, `broadcast_stopped`, `reseller_added`, `reseller_changed`,
        /// `reseller_suspended`, `reseller_resumed`, `reseller_link_renewed`, `wholesale_list_saved`, `plan_taken`, `pack_taken`, `bulk_begun`, `bulk_stopped`,
        /// `link_renewed`, `order_resolved`, `gifts_made`, `ticket_assigned`, `support_set`,
        /// `answer_saved`, `answer_removed`.
        pub deed: String,
        /// To which user.
        pub user_id: Option<String>,
        /// To which subscription.
        pub subscription_id: Option<String>,
        /// Of which plan.
        pub plan_id: Option<String>,
        /// To which order, or the order that came of it.
        pub order_id: Option<String>,
        /// To which receipt.
        pub receipt_id: Option<String>,
        /// To which deposit.
        pub deposit_id: Option<String>,
        /// To which payment.
        pub payment_id: Option<String>,
        /// To which broadcast.
        pub broadcast_id: Option<String>,
        /// To which reseller.
        pub reseller_id: Option<String>,
        /// To which change of many subscriptions.
        pub bulk_id: Option<String>,
        /// To how many.
        pub count: Option<u32>,
        /// How much money.
        pub amount: Option<MoneyView>,
        /// How many days.
        pub days: Option<u32>,
        /// How much traffic, in bytes.
        pub traffic_bytes: Option<u64>,
        /// Why, in the operator's words; empty where no reason is asked for.
        pub reason: String,
        /// When.
        pub at: String,
    }
    /// A slice of what operators did.
    pub struct OperatorActionPage {
        /// Newest first.
        pub items: Vec<OperatorActionView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
}
