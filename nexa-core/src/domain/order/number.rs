//! The number by which people speak of an order.

use crate::{
    domain::user::ascii_digit,
    ids::{Id as _, OrderId},
};
use std::fmt;

/// Eight signs that people can read to each other, from the random end of the id: no I, L, O, U (Crockford's base 32).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderNumber(u64);

const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: u32 = 8;
const ALL_BITS: u64 = (1 << 40) - 1;

impl OrderNumber {
    /// The number of an order.
    #[must_use]
    pub fn of(order: OrderId) -> Self {
        let (_, low) = order.uuid().as_u64_pair();
        Self(low & ALL_BITS)
    }

    /// A number as people type it; nothing for what is none.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let signs = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let (mut bits, mut count) = (0, 0);
        for sign in signs {
            if count == LENGTH {
                return None;
            }
            bits |= value(sign)? << (5 * count);
            count += 1;
        }
        (count == LENGTH).then_some(Self(bits))
    }

    /// How the ids of the orders with this number end.
    #[must_use]
    pub fn ending(self) -> String {
        format!("{:010x}", self.0)
    }
}

/// What a sign stands for; what is taken for a digit is one.
fn value(sign: char) -> Option<u64> {
    let sign = match ascii_digit(sign).unwrap_or(sign).to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = SIGNS.iter().position(|known| char::from(*known) == sign)?;
    u64::try_from(at).ok()
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..LENGTH {
            if at == LENGTH / 2 {
                write!(f, "-")?;
            }
            let index = usize::try_from(self.0 >> (5 * at) & 31).unwrap_or(0);
            write!(f, "{}", char::from(SIGNS.get(index).copied().unwrap_or(b'0')))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn what_is_written_is_read_and_ends_the_id(bits: u128) {
            let id = Uuid::from_u128(bits);
            let number = OrderNumber::of(id.into());
            prop_assert_eq!(OrderNumber::read(&number.to_string()), Some(number));
            prop_assert!(id.to_string().ends_with(&number.ending()));
        }
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let number = OrderNumber::read("4QX7-M2KD");
        assert!(number.is_some_and(|n| n.to_string() == "4QX7-M2KD"));
        for same in ["4qx7m2kd", " ۴QX7 M2KD ", "4qx7 - m2kd"] {
            assert_eq!(OrderNumber::read(same), number, "{same}");
        }
        assert_eq!(OrderNumber::read("OIL0-0000"), OrderNumber::read("0110-0000"));
        for none in ["", "4QX7-M2K", "4QX7-M2KDD", "4QX7-M2KU", "4QX7_M2KD"] {
            assert_eq!(OrderNumber::read(none), None, "{none}");
        }
    }
}
