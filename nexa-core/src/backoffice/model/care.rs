//! What operators do for one customer or one order at a time.

use serde::{Deserialize, Serialize};

request! {
    /// To make gifts of a plan for nothing.
    pub struct GiftCodesRequest {
        /// Which plan, on sale or not.
        pub plan_id: String,
        /// How many, 1 to 200.
        pub count: u32,
        /// Why, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
    /// To say that what kept an order from being delivered was seen.
    pub struct ResolveRequest {
        /// What came of it, 1 to 300 characters; for the other operators.
        pub reason: String,
    }
}

view! {
    /// Gifts that were made.
    pub struct GiftCodesView {
        /// Their codes.
        pub codes: Vec<String>,
        /// The page at which each is claimed, in the same order.
        pub links: Vec<String>,
    }
}
