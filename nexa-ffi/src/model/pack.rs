//! Packs, and what a change of plan comes to.

use nexa_core::storefront::model::{ChangeQuoteView, MoneyView, PackView};

/// More traffic or devices, on sale. What a pack gives ends with the current period: time is not touched, and the next
/// renewal or change of plan sets the limits back to the plan's.
#[uniffi::remote(Record)]
pub struct PackView {
    /// Its id.
    pub pack_id: String,
    /// `traffic` or `devices`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How much: bytes of traffic, or a number of devices.
    pub amount: u64,
    /// Price in the shop's currency.
    pub price: MoneyView,
}

/// What a change of plan comes to now.
#[uniffi::remote(Record)]
pub struct ChangeQuoteView {
    /// The new plan's price.
    pub price: MoneyView,
    /// What the rest of the current period is worth: its share of time or traffic, whichever is less.
    pub credit: MoneyView,
    /// What is still to be paid.
    pub due: MoneyView,
    /// What goes to the wallet, when the rest is worth more than the new plan.
    pub to_wallet: MoneyView,
}
