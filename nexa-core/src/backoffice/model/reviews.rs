//! Payments that a person must look at.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// To say how much of a doubted payment is there.
    pub struct AcceptPaymentRequest {
        /// What is there beside what was counted.
        pub received: MoneyView,
        /// The version that was looked at.
        pub version: u32,
        /// Why, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
    /// To dismiss a doubt about a payment.
    pub struct DismissRequest {
        /// The version that was looked at.
        pub version: u32,
        /// Why, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
}

view! {
    /// A payment that contradicts our records.
    pub struct ReviewView {
        /// Its id.
        pub payment_id: String,
        /// For which order.
        pub order_id: String,
        /// By whom.
        pub user_id: String,
        /// Through which gateway.
        pub method: String,
        /// `needs_review`, or `paid` and `overpaid` where a doubt came after the money; `disputed` where it is contested.
        pub state: String,
        /// What was asked for.
        pub due: MoneyView,
        /// What was counted so far.
        pub received: MoneyView,
        /// What was seen.
        pub transfers: Vec<TransferView>,
        /// To decide on exactly what was looked at.
        pub version: u32,
    }

    /// A transfer that was seen.
    pub struct TransferView {
        /// The network that names it.
        pub network: String,
        /// Its name there.
        pub name: String,
        /// How much.
        pub amount: MoneyView,
        /// `dropped`, `seen`, `contested` or `confirmed`.
        pub finality: String,
        /// When it was first seen.
        pub seen_at: String,
    }

    /// A slice of payments to look at.
    pub struct ReviewPage {
        /// The payments.
        pub items: Vec<ReviewView>,
        /// Where the next slice begins; nothing at the end.
        pub next: Option<String>,
    }
}
