//! Exchange rates, held as a fraction of whole numbers.

use super::{
    money::{Currency, Money, Round},
    refusal::Refusal,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How much one whole unit of `asset` is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rate {
    /// What is priced.
    pub asset: Currency,
    /// The price of one whole unit, in the shop's currency.
    pub price: Money,
    /// Not to be used for new invoices from this moment on.
    pub fresh_until: Timestamp,
    /// Where it comes from.
    pub origin: Origin,
    /// Since when it holds.
    pub set_at: Timestamp,
}

/// Where a rate comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// An operator set it.
    Operator,
    /// Markets, asked by us.
    Market {
        /// How many of them agreed.
        sources: u8,
    },
}

impl Origin {
    /// How many sources agreed; none for an operator's.
    #[must_use]
    pub const fn sources(self) -> u8 {
        match self {
            Self::Operator => 0,
            Self::Market { sources } => sources,
        }
    }

    /// The reverse of [`Origin::sources`].
    #[must_use]
    pub const fn of_sources(sources: u8) -> Self {
        match sources {
            0 => Self::Operator,
            sources => Self::Market { sources },
        }
    }
}

impl Rate {
    /// What `price` costs in the asset, rounded up: the customer pays at least the price.
    pub fn due(&self, price: Money) -> Result<Money, Refusal> {
        if price.currency != self.price.currency {
            return Err(Refusal::WrongCurrency { expected: self.price.currency });
        }
        price.scaled(self.asset.scale(), self.price.minor, self.asset, Round::Up)
    }

    /// What `amount` of the asset is worth, rounded down.
    pub fn worth(&self, amount: Money) -> Result<Money, Refusal> {
        if amount.currency != self.asset {
            return Err(Refusal::WrongCurrency { expected: self.asset });
        }
        amount.scaled(self.price.minor, self.asset.scale(), self.price.currency, Round::Down)
    }
}
