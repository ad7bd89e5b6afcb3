//! What became of one order.

use super::{OperatorOrderView, ReviewView};
use serde::{Deserialize, Serialize};

view! {
    /// An order, and every try to pay it.
    pub struct OrderStoryView {
        /// The order, and whose it is.
        pub order: OperatorOrderView,
        /// The tries to pay it, newest first.
        pub payments: Vec<ReviewView>,
        /// Whether it looks as if it could be taken back; what was bought after it may still be against it.
        pub can_be_taken_back: bool,
        /// Whether something that was paid for it can be sent back to whoever paid.
        pub can_be_sent_back: bool,
    }
}
