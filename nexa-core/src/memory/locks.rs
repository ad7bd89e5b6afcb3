//! In which order a transaction takes what others may hold. This storage has one lock for everything, so nothing can wait
//! for each other here; a database with locks of rows would, so whoever takes them in another order is told here.

use crate::{
    error::Failure,
    ids::{OrderId, UserId},
};
use std::collections::BTreeSet;

/// What a transaction holds so far, as far as its order matters.
#[derive(Default)]
pub(super) struct Locks {
    orders: BTreeSet<OrderId>,
    has_payment: bool,
    earnings: BTreeSet<UserId>,
    wallets: BTreeSet<UserId>,
}

impl Locks {
    /// An order, never behind a payment.
    pub(super) fn order(&mut self, id: OrderId) -> Result<(), Failure> {
        if self.orders.insert(id) && self.has_payment {
            return Err(Failure::core("an order was held behind a payment"));
        }
        Ok(())
    }

    /// A payment.
    pub(super) const fn payment(&mut self) {
        self.has_payment = true;
    }

    /// What of a wallet is commission money, never behind the wallet.
    pub(super) fn earnings(&mut self, of: UserId) -> Result<(), Failure> {
        if self.earnings.insert(of) && self.wallets.contains(&of) {
            return Err(Failure::core("the earnings of a wallet were held behind it"));
        }
        Ok(())
    }

    /// A wallet.
    pub(super) fn wallet(&mut self, of: UserId) {
        self.wallets.insert(of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_taken_out_of_order_is_told() {
        let (one, two): (OrderId, OrderId) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let (ann, bob): (UserId, UserId) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let mut locks = Locks::default();
        assert!(locks.order(one).is_ok());
        locks.payment();
        assert!(locks.order(one).is_ok(), "it is held already");
        assert!(locks.order(two).is_err());
        assert!(locks.earnings(ann).is_ok());
        locks.wallet(ann);
        locks.wallet(bob);
        assert!(locks.earnings(ann).is_ok(), "they are held already");
        assert!(locks.earnings(bob).is_err());
    }
}
