//! Transfers of money, and sending them back.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

request! {
    /// To send a transfer back to whoever paid it.
    pub struct SendBackRequest {
        /// The network that names it.
        pub network: String,
        /// Its name there.
        pub name: String,
    }
}

view! {
    /// A transfer that came for an order.
    pub struct TransferOfOrderView {
        /// For which payment.
        pub payment_id: String,
        /// Through which gateway.
        pub method: String,
        /// The payment's state.
        pub state: String,
        /// The network that names the transfer.
        pub network: String,
        /// Its name there.
        pub name: String,
        /// How much.
        pub amount: MoneyView,
        /// `dropped`, `seen`, `contested` or `confirmed`.
        pub finality: String,
        /// How far it is on its way back: `asked`, `sent` or `refused`; nothing when nobody asked for it.
        pub returned: Option<String>,
        /// Whether it can be sent back now. What the wallet holds is only looked at then.
        pub returnable: bool,
        /// When it was first seen.
        pub seen_at: String,
    }
}
