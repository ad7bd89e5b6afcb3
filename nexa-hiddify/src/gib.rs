//! Bytes and the GiB that the panel speaks. The only place of this crate that calculates with floating-point numbers.

use nexa_core::domain::measure::Traffic;

/// The panel cuts limits at this many GiB.
const MOST_GIB: u64 = 1_000_000;
const BYTES: f64 = 1_073_741_824.0;

/// `traffic` as the panel will store it: never more than it takes.
#[must_use]
pub fn held(traffic: Traffic) -> Traffic {
    traffic.min(Traffic::bytes(MOST_GIB << 30))
}

/// GiB for the panel, exact: below 10⁶ GiB every byte count fits a 64-bit float, and dividing by 2³⁰ loses nothing.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "the panel speaks GiB as JSON numbers"
)]
pub fn from_traffic(traffic: Traffic) -> f64 {
    held(traffic).as_bytes() as f64 / BYTES
}

/// Bytes of the panel's GiB. Nonsense (negative, not a number) counts as nothing.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_arithmetic,
    reason = "the panel speaks GiB as JSON numbers; `as` saturates"
)]
pub fn to_traffic(gib: f64) -> Traffic {
    Traffic::bytes((gib * BYTES).round().max(0.0) as u64)
}

/// Whether two limits are the same for a panel that rounds to whole bytes on its way through floating point.
#[must_use]
pub fn same(one: Traffic, other: Traffic) -> bool {
    one.as_bytes().abs_diff(other.as_bytes()) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_through_gib() {
        for bytes in [0, 1, 107_374_182, 16_106_127_367, 1_000_000_000_001, (MOST_GIB << 30) - 1] {
            assert_eq!(to_traffic(from_traffic(Traffic::bytes(bytes))), Traffic::bytes(bytes));
        }
    }

    #[test]
    fn nonsense_is_nothing() {
        assert_eq!(to_traffic(f64::NAN), Traffic::ZERO);
        assert_eq!(to_traffic(-1.0), Traffic::ZERO);
        assert_eq!(from_traffic(Traffic::bytes(u64::MAX)).to_string(), "1000000");
    }
}
