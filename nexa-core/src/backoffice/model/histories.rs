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
    }
}
