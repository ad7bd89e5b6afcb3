//! Where a subscription is served.

use serde::{Deserialize, Serialize};

/// A country whose servers can take a subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct RegionView {
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// Whether the subscription is there already.
    pub here: bool,
}

/// To move a subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    /// One of its `regions`, ISO 3166-1 alpha-2.
    pub region: String,
}
