//! What a picture looks like, in a few bytes: pictures that were cropped by a pixel, made smaller or saved again look
//! alike, though not a byte of them is the same.

use super::refusal::Refusal;
use data_encoding::HEXLOWER;
use std::{fmt, str::FromStr};

/// Points in a row, and rows.
pub const SIDE: u32 = 32;
/// How much brighter a point must be than the one before it to count: less is noise of the encoder.
const STEP: u8 = 4;
/// Points in which two pictures that look alike may differ, of 1024. Receipts of one bank have the same frame, and differ
/// in their figures only.
const NEAR: u32 = 10;

/// Where a picture becomes brighter from one point to the next, of 33 by 32 points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Likeness([u8; 128]);

impl Likeness {
    /// Of the brightness of 33 by 32 points, row by row; missing ones are black.
    #[must_use]
    pub fn of(points: &[u8]) -> Self {
        let rows = points.chunks(33).take(32);
        let mut bits = rows.flat_map(|row| {
            row.windows(2).map(|pair| matches!(pair, [one, two] if two.saturating_sub(*one) >= STEP))
        });
        Self(std::array::from_fn(|_| {
            (0..8).fold(0, |byte, bit| byte | (u8::from(bits.next().unwrap_or(false)) << bit))
        }))
    }

    /// Whether the two may well be the same picture. One without any edge looks like nothing.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        let apart: u32 = self.0.iter().zip(&other.0).map(|(one, two)| (one ^ two).count_ones()).sum();
        let edges: u32 = self.0.iter().map(|byte| byte.count_ones()).sum();
        edges > NEAR && apart <= NEAR
    }
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Likeness {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(Refusal::bad_input("likeness", "256 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_likeness_is_read_back_and_is_like_itself(points in prop::collection::vec(any::<u8>(), 33 * 32)) {
            let likeness = Likeness::of(&points);
            prop_assert_eq!(likeness.to_string().parse::<Likeness>(), Ok(likeness.clone()));
            prop_assert!(likeness.is_near(&likeness));
        }

        #[test]
        fn noise_changes_little_and_other_pictures_much(
            points in prop::collection::vec(prop_oneof![Just(10_u8), Just(240)], 33 * 32),
            noise in prop::collection::vec(0_u8..3, 33 * 32),
        ) {
            let noisy: Vec<u8> = points.iter().zip(noise).map(|(point, noise)| point + noise).collect();
            let turned: Vec<u8> = points.iter().rev().copied().collect();
            prop_assert!(Likeness::of(&points).is_near(&Likeness::of(&noisy)));
            prop_assert!(!Likeness::of(&points).is_near(&Likeness::of(&turned)));
        }
    }

    #[test]
    fn an_empty_picture_looks_like_nothing() {
        let white = Likeness::of(&[255; 33 * 32]);
        assert!(!white.is_near(&white.clone()));
        assert_eq!(white, Likeness::of(&[]));
        assert!("00".parse::<Likeness>().is_err());
    }
}
