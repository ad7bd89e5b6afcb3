//! The customer's one link: formats, and the merging of what several panels give.

use serde::{Deserialize, Serialize};

/// A document that a panel can give for one identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Share links, one a line.
    Uris,
    /// A sing-box configuration, JSON.
    SingBox,
    /// A Clash Meta (mihomo) configuration, YAML.
    Clash,
}

impl Format {
    /// The word for it in the database and in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uris => "uris",
            Self::SingBox => "sing_box",
            Self::Clash => "clash",
        }
    }
}
