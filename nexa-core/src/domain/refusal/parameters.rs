//! What a refusal says beside its code, in a form that can travel, and the way back.

use super::Refusal;
use crate::domain::{
    extras::Extras,
    money::{Currency, Money},
};
use std::borrow::Cow;

/// The values in a refusal. What each of them means hangs on the code: of `not_enough_funds` the amount is what is
/// missing, of `below_minimum` the least that is taken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parameters {
    /// The field, or the setting, that is wrong.
    pub field: Option<String>,
    /// What is wrong with it, in English.
    pub reason: Option<String>,
    /// Seconds to wait.
    pub wait_seconds: Option<u32>,
    /// A bound: bytes at most, or characters at least.
    pub limit: Option<u32>,
    /// How many there are.
    pub count: Option<u32>,
    /// An amount.
    pub amount: Option<Money>,
    /// A currency.
    pub currency: Option<Currency>,
    /// Extras.
    pub extras: Option<Extras>,
    /// What the shop says, in its own words.
    pub note: Option<String>,
}

impl Refusal {
    /// A refusal of one field.
    #[must_use]
    pub const fn bad_input(field: &'static str, reason: &'static str) -> Self {
        Self::BadInput { field: Cow::Borrowed(field), reason: Cow::Borrowed(reason) }
    }

    /// A refusal of one setting.
    #[must_use]
    pub const fn bad_config(setting: &'static str, reason: &'static str) -> Self {
        Self::BadConfig { setting: Cow::Borrowed(setting), reason: Cow::Borrowed(reason) }
    }

    /// What it says beside its code.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let none = Parameters::default();
        match self {
            Self::BadInput { field, reason } | Self::BadConfig { setting: field, reason } => {
                Parameters { field: Some(field.to_string()), reason: Some(reason.to_string()), ..none }
            }
            Self::TooManyAttempts { wait_seconds }
            | Self::TooManyRemovals { wait_seconds }
            | Self::TooManyResets { wait_seconds }
            | Self::TooManyMoves { wait_seconds } => Parameters { wait_seconds: Some(*wait_seconds), ..none },
            Self::WeakPassword { minimum: limit } | Self::TooLarge { limit } => {
                Parameters { limit: Some(*limit), ..none }
            }
            Self::SelectionGrew { count } => Parameters { count: Some(*count), ..none },
            Self::WrongCurrency { expected: currency } | Self::NoFreshRate { asset: currency } => {
                Parameters { currency: Some(*currency), ..none }
            }
            Self::BelowMinimum { minimum: amount }
            | Self::AboveMaximum { maximum: amount }
            | Self::NotEnoughFunds { missing: amount }
            | Self::ReturnNotCovered { missing: amount }
            | Self::PriceChanged { price: amount }
            | Self::BelowFloor { floor: amount } => Parameters { amount: Some(*amount), ..none },
            Self::ExtraNotOffered { missing } => Parameters { extras: Some(*missing), ..none },
            Self::Maintenance { note } => Parameters { note: Some(note.clone()), ..none },
            _ => none,
        }
    }

    /// The refusal with this code and these values; none for a code that is not ours, and where a value is missing.
    #[must_use]
    pub fn from_code(code: &str, with: Parameters) -> Option<Self> {
        let bare = Self::examples().into_iter().find(|refusal| refusal.code() == code)?;
        Some(match bare {
            Self::BadInput { .. } => {
                Self::BadInput { field: Cow::Owned(with.field?), reason: Cow::Owned(with.reason?) }
            }
            Self::BadConfig { .. } => {
                Self::BadConfig { setting: Cow::Owned(with.field?), reason: Cow::Owned(with.reason?) }
            }
            Self::TooManyAttempts { .. } => Self::TooManyAttempts { wait_seconds: with.wait_seconds? },
            Self::TooManyRemovals { .. } => Self::TooManyRemovals { wait_seconds: with.wait_seconds? },
            Self::TooManyResets { .. } => Self::TooManyResets { wait_seconds: with.wait_seconds? },
            Self::TooManyMoves { .. } => Self::TooManyMoves { wait_seconds: with.wait_seconds? },
            Self::WeakPassword { .. } => Self::WeakPassword { minimum: with.limit? },
            Self::TooLarge { .. } => Self::TooLarge { limit: with.limit? },
            Self::SelectionGrew { .. } => Self::SelectionGrew { count: with.count? },
            Self::WrongCurrency { .. } => Self::WrongCurrency { expected: with.currency? },
            Self::NoFreshRate { .. } => Self::NoFreshRate { asset: with.currency? },
            Self::BelowMinimum { .. } => Self::BelowMinimum { minimum: with.amount? },
            Self::AboveMaximum { .. } => Self::AboveMaximum { maximum: with.amount? },
            Self::NotEnoughFunds { .. } => Self::NotEnoughFunds { missing: with.amount? },
            Self::ReturnNotCovered { .. } => Self::ReturnNotCovered { missing: with.amount? },
            Self::PriceChanged { .. } => Self::PriceChanged { price: with.amount? },
            Self::BelowFloor { .. } => Self::BelowFloor { floor: with.amount? },
            Self::ExtraNotOffered { .. } => Self::ExtraNotOffered { missing: with.extras? },
            Self::Maintenance { .. } => Self::Maintenance { note: with.note? },
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_comes_back_from_its_code_and_values() {
        for refusal in Refusal::examples() {
            assert_eq!(Refusal::from_code(refusal.code(), refusal.parameters()), Some(refusal));
        }
    }

    #[test]
    fn without_its_values_there_is_no_such_refusal() {
        for refusal in Refusal::examples() {
            let bare = Refusal::from_code(refusal.code(), Parameters::default());
            assert_eq!(bare.is_none(), refusal.parameters() != Parameters::default(), "{refusal}");
        }
        assert_eq!(Refusal::from_code("of_tomorrow", Parameters::default()), None);
    }
}
