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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn traffic_never_wraps(a: u64, b: u64) {
            let (one, two) = (Traffic::bytes(a), Traffic::bytes(b));
            prop_assert!(one.plus(two) >= one && one.minus(two) <= one);
            prop_assert!(one.plus(two).as_bytes() <= Traffic::MAX);
            prop_assert_eq!(one.plus(two), two.plus(one));
        }

        #[test]
        fn storage_keeps_it(bytes: u64) {
            let traffic = Traffic::bytes(bytes);
            prop_assert_eq!(Traffic::from_sql(traffic.to_sql()), traffic);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(Traffic::gib(u32::MAX).as_bytes(), u64::from(u32::MAX) << 30);
        assert_eq!(Traffic::bytes(u64::MAX).to_sql(), i64::MAX);
        assert_eq!(Traffic::from_sql(-1), Traffic::ZERO);
    }
}
