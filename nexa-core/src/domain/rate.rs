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
