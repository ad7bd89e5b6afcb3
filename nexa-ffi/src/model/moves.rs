//! Where a subscription is served.

use nexa_core::storefront::model::RegionView;

/// A country whose servers can take a subscription.
#[uniffi::remote(Record)]
pub struct RegionView {
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// Whether the subscription is there already.
    pub here: bool,
}
