//! What a journal says to the figures.

use super::fold::user_of;
use crate::{
    domain::ledger::{Account, Entry},
    ids::{JournalId, OrderId, PaymentId, UserId},
};
use jiff::Timestamp;

/// A journal as it stands in the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Booked {
    /// Its id.
    pub id: JournalId,
    /// Its cause, e.g. `sale:{order}`.
    pub cause: String,
    /// When it was posted.
    pub at: Timestamp,
    /// Its lines.
    pub entries: Vec<Entry>,
}

impl Booked {
    /// The order that was sold, taken back or changed, if it was posted for one.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        let (why, rest) = self.cause.split_once(':')?;
        matches!(why, "sale" | "refund" | "change").then(|| rest.parse().ok())?
    }

    /// The order that was sold, if it books a sale.
    #[must_use]
    pub fn sale(&self) -> Option<OrderId> {
        self.order().filter(|_| self.cause.starts_with("sale:"))
    }

    /// Whether it gives back what was sold: to a customer, or to a reseller.
    #[must_use]
    pub fn is_refund(&self) -> bool {
        self.cause.split_once(':').is_some_and(|(why, _)| matches!(why, "refund" | "wholesale-back"))
    }

    /// Whether a reseller bought what is sold in another shop.
    #[must_use]
    pub fn is_wholesale(&self) -> bool {
        self.cause.starts_with("wholesale:")
    }

    /// Whether it is between a shop and its reseller: what was bought, or gone back.
    #[must_use]
    pub fn is_between_shops(&self) -> bool {
        self.is_wholesale() || self.cause.starts_with("wholesale-back:")
    }

    /// Whose wallets it moves.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.entries.iter().filter_map(|entry| user_of(entry.account))
    }

    /// The payment whose money it books, if it does.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        let rest = self.cause.strip_prefix("payment:")?;
        rest.split(':').next()?.parse().ok()
    }
}

/// The sort of an account, by which the books are summed.
pub(super) const fn sort(of: Account) -> &'static str {
    match of {
        Account::Wallet(_) => "wallet",
        Account::Held(_) => "held",
        Account::Clearing(_) => "clearing",
        Account::Exchange => "exchange",
        Account::Revenue => "revenue",
        Account::Adjustment => "adjustment",
        Account::Referral => "referral",
        Account::Promotion => "promotion",
        Account::Import => "import",
        Account::RefundsDue => "refunds_due",
        Account::WithdrawalsDue => "withdrawals_due",
        Account::Withdrawn => "withdrawn",
        Account::Owed(_) => "owed",
    }
}
