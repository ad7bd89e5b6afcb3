//! What came in, and what has not come to an end by itself.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

view! {
    /// Something that should have come to an end by itself.
    pub struct UnresolvedView {
        /// `payment`, `order`, `receipt` or `deposit`.
        pub what: String,
        /// Its id.
        pub id: String,
        /// The order that it belongs to; none for a deposit, and for a receipt.
        pub order_id: Option<String>,
        /// How far it has come, in the words of what it is.
        pub state: String,
        /// What it is about; none for a receipt.
        pub amount: Option<MoneyView>,
        /// Since when.
        pub since: String,
    }
    /// What came in on a day.
    pub struct TakingsView {
        /// The day, e.g. `2026-11-27`. Days are those of the shop's zone.
        pub day: String,
        /// By gateway.
        pub gateways: Vec<GatewayTakingsView>,
    }
    /// What came through a gateway on a day.
    pub struct GatewayTakingsView {
        /// The gateway.
        pub gateway_id: String,
        /// Its name.
        pub name: String,
        /// Confirmed transfers first seen on the day.
        pub transfers: u32,
        /// What they come to.
        pub sum: MoneyView,
        /// What the provider lists for the day; none when that could not be had.
        pub provider: Option<ComparisonView>,
        /// Whether the provider keeps a list that can be relied upon.
        pub keeps_list: bool,
        /// Why the provider's list could not be had, if it keeps one.
        pub uncompared: Option<String>,
    }
    /// What the provider lists. Around midnight a transfer may stand on another day there.
    pub struct ComparisonView {
        /// Transfers.
        pub transfers: u32,
        /// What they come to.
        pub sum: MoneyView,
        /// Names of transfers that only the shop knows.
        pub only_ours: Vec<String>,
        /// Names of transfers that only the provider knows.
        pub only_theirs: Vec<String>,
        /// Names of transfers that both know with different amounts.
        pub differ: Vec<String>,
    }
}
