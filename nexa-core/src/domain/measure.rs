//! Traffic and its units.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of traffic in bytes, upload and download together, at most 2⁶³ − 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Traffic(u64);

impl Traffic {
    /// No traffic.
    pub const ZERO: Self = Self(0);
    const MAX: u64 = i64::MAX.unsigned_abs();

    /// `bytes`, held at 2⁶³ − 1.
    #[must_use]
    pub const fn bytes(bytes: u64) -> Self {
        Self(if bytes > Self::MAX { Self::MAX } else { bytes })
    }

    /// `gib` × 2³⁰ bytes.
    #[must_use]
    pub const fn gib(gib: u32) -> Self {
        Self::bytes(widen(gib) << 30)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(self) -> u64 {
        self.0
    }

    /// The sum, held at 2⁶³ − 1.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self::bytes(self.0.saturating_add(other.0))
    }

    /// The difference, not below zero.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// As storage keeps it.
    #[must_use]
    pub fn to_sql(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// From storage; negative counts as zero.
    #[must_use]
    pub fn from_sql(bytes: i64) -> Self {
        Self(u64::try_from(bytes).unwrap_or(0))
    }
}

#[expect(clippy::as_conversions, reason = "u32 to u64 is lossless, and From is not const")]
const fn widen(value: u32) -> u64 {
    value as u64
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B", self.0)
    }
}
