//! Money that came without saying for which payment.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// Which payment a deposit is for.
    pub struct AssignRequest {
        /// The payment.
        pub payment_id: String,
    }
}

view! {
    /// A deposit that a bank told of.
    pub struct DepositView {
        /// Its id.
        pub deposit_id: String,
        /// At which gateway.
        pub gateway_id: String,
        /// Where it came to; the most of a card number is hidden.
        pub place: String,
        /// How much.
        pub amount: MoneyView,
        /// `waiting`, `matched` or `dismissed`.
        pub state: String,
        /// The payment that it is for; while it waits, the one that it seems to be for.
        pub payment_id: Option<String>,
        /// The number of that payment's order.
        pub order_number: Option<String>,
        /// When the shop heard of it.
        pub heard_at: String,
    }

    /// A payment that is not paid, for which a deposit may be.
    pub struct UnpaidPaymentView {
        /// Its id.
        pub payment_id: String,
        /// The number of its order.
        pub order_number: String,
        /// What was asked for.
        pub due: MoneyView,
        /// When it was opened.
        pub created_at: String,
    }
}
