//! Services that were made elsewhere.

use serde::{Deserialize, Serialize};

/// To bring a service along.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct AdoptRequest {
    /// Its link, or the UUID in it.
    pub service: String,
}
