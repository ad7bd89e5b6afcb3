//! What a server costs its shop.

use super::{money::Money, refusal::Refusal};

/// Letters that a note may have.
const NOTE_LENGTH: usize = 300;

/// What a server costs, and what is to be known of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rent {
    /// What it costs in a month of 30 days, in whatever currency it is paid in; nothing where that is not known.
    pub cost: Option<Money>,
    /// For those who run the shop: where it is rented, until when it is paid. At most 300 characters.
    pub note: String,
}

impl Rent {
    /// Refuses a cost below zero, and a note that is too long.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.cost.is_some_and(|cost| cost.minor < 0) {
            return Err(Refusal::AmountOutOfRange);
        }
        if self.note.chars().count() > NOTE_LENGTH {
            return Err(Refusal::bad_input("note", "at most 300 characters"));
        }
        Ok(Self { note: self.note.trim().to_owned(), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_cost_is_never_below_zero_and_a_note_is_no_book() {
        let of =
            |minor, note: &str| Rent { cost: Some(Money::new(minor, Currency::Eur)), note: note.to_owned() };
        assert_eq!(of(0, " Hetzner ").checked(), Ok(of(0, "Hetzner")));
        assert_eq!(of(-1, "").checked(), Err(Refusal::AmountOutOfRange));
        assert!(of(1, &"x".repeat(301)).checked().is_err());
    }
}
