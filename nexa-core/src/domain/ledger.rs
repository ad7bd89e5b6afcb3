//! Double entry. A journal is a list of transfers from one account to another, so one that does not sum to zero per
//! currency cannot be written down.

use super::{
    money::{Currency, Money},
    refusal::Refusal,
};
use crate::ids::{GatewayId, JournalId, ShopId, UserId};
use jiff::Timestamp;
use std::{fmt, str::FromStr};

/// Whose money. What is a user's, what is due to payers and what is to be withdrawn never goes below zero; the other accounts may, because they
/// face the outside world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Account {
    /// A user's money with the shop.
    Wallet(UserId),
    /// What is set aside of a user's wallet for orders that gateways are asked for the rest of.
    Held(UserId),
    /// The outside, seen through one gateway: minus what came in.
    Clearing(GatewayId),
    /// What was received against what was credited for it: locked rates, unique amounts, reversed payments.
    Exchange,
    /// What was sold.
    Revenue,
    /// Corrections by the operator.
    Adjustment,
    /// What is given for invitations.
    Referral,
    /// What coupons add to money that is put into wallets.
    Promotion,
    /// What wallets held elsewhere before they came over.
    Import,
    /// Out of wallets, and not yet with whoever paid it.
    RefundsDue,
    /// Commission money that left wallets, and is not yet with whoever asked for it.
    WithdrawalsDue,
    /// Commission money that was paid outside of the shop.
    Withdrawn,
    /// Minus what a reseller owes for what was supplied to it.
    Owed(ShopId),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wallet(user) => write!(f, "wallet:{user}"),
            Self::Held(user) => write!(f, "held:{user}"),
            Self::Clearing(gateway) => write!(f, "clearing:{gateway}"),
            Self::Exchange => f.write_str("exchange"),
            Self::Revenue => f.write_str("revenue"),
            Self::Adjustment => f.write_str("adjustment"),
            Self::Referral => f.write_str("referral"),
            Self::Promotion => f.write_str("promotion"),
            Self::Import => f.write_str("import"),
            Self::RefundsDue => f.write_str("refunds_due"),
            Self::WithdrawalsDue => f.write_str("withdrawals_due"),
            Self::Withdrawn => f.write_str("withdrawn"),
            Self::Owed(reseller) => write!(f, "owed:{reseller}"),
        }
    }
}

impl FromStr for Account {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::bad_input("account", "unknown");
        match text.split_once(':') {
            Some(("wallet", id)) => id.parse().map(Self::Wallet).map_err(|_| unknown()),
            Some(("held", id)) => id.parse().map(Self::Held).map_err(|_| unknown()),
            Some(("owed", id)) => id.parse().map(Self::Owed).map_err(|_| unknown()),
            Some(("clearing", id)) => id.parse().map(Self::Clearing).map_err(|_| unknown()),
            None if text == "exchange" => Ok(Self::Exchange),
            None if text == "revenue" => Ok(Self::Revenue),
            None if text == "adjustment" => Ok(Self::Adjustment),
            None if text == "referral" => Ok(Self::Referral),
            None if text == "promotion" => Ok(Self::Promotion),
            None if text == "import" => Ok(Self::Import),
            None if text == "refunds_due" => Ok(Self::RefundsDue),
            None if text == "withdrawals_due" => Ok(Self::WithdrawalsDue),
            None if text == "withdrawn" => Ok(Self::Withdrawn),
            _ => Err(unknown()),
        }
    }
}

impl Account {
    /// Whether the balance may be negative.
    #[must_use]
    pub const fn may_be_negative(self) -> bool {
        !matches!(self, Self::Wallet(_) | Self::Held(_) | Self::RefundsDue | Self::WithdrawalsDue)
    }
}

/// One balanced set of entries with a cause that can happen only once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Journal {
    /// Its id.
    pub id: JournalId,
    /// Whose books.
    pub shop_id: ShopId,
    /// The cause, e.g. `sale:{order}`; unique in the shop, so a repeat posts nothing.
    pub cause: String,
    /// When it was posted.
    pub at: Timestamp,
    entries: Vec<Entry>,
}

/// One line: what an account gained (positive) or lost (negative).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Whose.
    pub account: Account,
    /// How much.
    pub amount: Money,
}

impl Journal {
    /// An empty journal for this cause.
    #[must_use]
    pub fn new(id: JournalId, shop_id: ShopId, cause: String, at: Timestamp) -> Self {
        Self { id, shop_id, cause, at, entries: Vec::new() }
    }

    /// Adds a transfer of a positive amount.
    pub fn transfer(mut self, from: Account, to: Account, amount: Money) -> Result<Self, Refusal> {
        if !amount.is_positive() || from == to {
            return Err(Refusal::AmountOutOfRange);
        }
        let taken = Money::zero(amount.currency).minus(amount)?;
        self.entries.push(Entry { account: from, amount: taken });
        self.entries.push(Entry { account: to, amount });
        Ok(self)
    }

    /// The lines.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is left when everything is summed, per currency: always zero.
    #[must_use]
    pub fn imbalance(&self, currency: Currency) -> i128 {
        self.entries
            .iter()
            .filter(|e| e.amount.currency == currency)
            .map(|e| i128::from(e.amount.minor))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn account() -> impl Strategy<Value = Account> {
        prop_oneof![
            any::<u128>().prop_map(|id| Account::Wallet(Uuid::from_u128(id).into())),
            any::<u128>().prop_map(|id| Account::Held(Uuid::from_u128(id).into())),
            any::<u128>().prop_map(|id| Account::Clearing(Uuid::from_u128(id).into())),
            Just(Account::Exchange),
            Just(Account::Revenue),
            Just(Account::Adjustment),
            Just(Account::Referral),
            Just(Account::Promotion),
            Just(Account::Import),
            Just(Account::RefundsDue),
            Just(Account::WithdrawalsDue),
            Just(Account::Withdrawn),
            any::<u128>().prop_map(|id| Account::Owed(Uuid::from_u128(id).into())),
        ]
    }

    fn journal() -> Journal {
        Journal::new(Uuid::nil().into(), Uuid::nil().into(), "test".to_owned(), Timestamp::UNIX_EPOCH)
    }

    proptest! {
        #[test]
        fn every_journal_sums_to_zero(
            transfers in prop::collection::vec((account(), account(), any::<i64>(), 0..Currency::ALL.len()), 0..20),
        ) {
            let mut book = journal();
            for (from, to, minor, currency) in transfers {
                let amount = Money::new(minor, Currency::ALL[currency]);
                let before = book.clone();
                match book.transfer(from, to, amount) {
                    Ok(after) => {
                        prop_assert!(minor > 0 && from != to);
                        prop_assert_eq!(after.entries().len(), before.entries().len() + 2);
                        book = after;
                    }
                    Err(refusal) => {
                        prop_assert!(minor <= 0 || from == to);
                        prop_assert_eq!(refusal, Refusal::AmountOutOfRange);
                        book = before;
                    }
                }
            }
            for currency in Currency::ALL {
                prop_assert_eq!(book.imbalance(currency), 0);
            }
        }

        #[test]
        fn an_account_is_read_back(account in account()) {
            prop_assert_eq!(account.to_string().parse::<Account>(), Ok(account));
            let bounded = matches!(
                account,
                Account::Wallet(_) | Account::Held(_) | Account::RefundsDue | Account::WithdrawalsDue
            );
            prop_assert_eq!(account.may_be_negative(), !bounded);
        }
    }

    #[test]
    fn unknown_accounts_are_refused() {
        for text in ["", "wallet", "wallet:", "wallet:x", "held:", "held:x", "exchange:", "bank"] {
            assert!(text.parse::<Account>().is_err(), "{text}");
        }
    }
}
