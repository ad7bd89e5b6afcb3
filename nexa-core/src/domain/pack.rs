//! Packs: more traffic or more devices for the period that a subscription is in. Time stays as it is, and what a pack
//! gave ends with the period: the next renewal or change of plan sets the limits back to the plan's.

use super::{
    money::{Currency, Money},
    pricing::price_list,
    refusal::Refusal,
};
use crate::ids::{PackId, ShopId, SubscriptionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something on sale beside plans.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pack {
    /// Its id.
    pub id: PackId,
    /// Whose pack.
    pub shop_id: ShopId,
    /// What it gives more of.
    pub kind: PackKind,
    /// Name shown to customers, 1 to 60 characters.
    pub name: String,
    /// How much: bytes of traffic, or a number of devices.
    pub amount: u64,
    /// One price per currency, as those of a plan.
    pub prices: Vec<Money>,
    /// Whether customers see it.
    pub on_sale: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a pack gives more of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackKind {
    /// Traffic, in bytes. Brings a subscription back whose traffic is used up.
    Traffic,
    /// Devices at the same time.
    Devices,
}

/// The part of a pack that an order pins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PackSale {
    /// Which pack.
    pub pack_id: PackId,
    /// Its name then.
    pub pack_name: String,
    /// What it gives more of.
    pub what: PackKind,
    /// How much it gave then.
    pub amount: u64,
    /// For which subscription.
    pub subscription_id: SubscriptionId,
}

impl Pack {
    /// Refuses a pack that could not be sold in a shop of this currency.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        let (range, reason) = match self.kind {
            PackKind::Traffic => (1 << 20..=1_000_000 << 30, "1 MiB to 1,000,000 GiB"),
            PackKind::Devices => (1..=100, "1 to 100 devices"),
        };
        if !range.contains(&self.amount) {
            return Err(Refusal::bad_input("amount", reason));
        }
        price_list(&self.prices)?;
        if self.on_sale && self.listed(currency).is_none() {
            return Err(Refusal::WrongCurrency { expected: currency });
        }
        Ok(self)
    }

    /// The price in `currency`, if one is set.
    #[must_use]
    pub fn listed(&self, currency: Currency) -> Option<Money> {
        self.prices.iter().copied().find(|p| p.currency == currency)
    }

    /// What it costs now.
    pub fn price(&self, currency: Currency) -> Result<Money, Refusal> {
        self.listed(currency).filter(|_| self.on_sale).ok_or(Refusal::PlanNotOnSale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn pack(kind: PackKind, amount: u64) -> Pack {
        Pack {
            id: Uuid::nil().into(),
            shop_id: Uuid::nil().into(),
            kind,
            name: "More".to_owned(),
            amount,
            prices: vec![Money::new(100, Currency::Usd)],
            on_sale: true,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_cannot_be_sold_is_refused() {
        let refused = |pack: Pack| pack.checked(Currency::Usd).unwrap_err().code().to_owned();
        for (kind, wrong) in
            [(PackKind::Traffic, [0, (1 << 20) - 1, u64::MAX]), (PackKind::Devices, [0, 101, u64::MAX])]
        {
            for amount in wrong {
                assert_eq!(refused(pack(kind, amount)), "bad_input", "{kind:?} {amount}");
            }
        }
        let good = || pack(PackKind::Devices, 1);
        assert!(good().checked(Currency::Usd).is_ok());
        assert_eq!(refused(Pack { name: " ".to_owned(), ..good() }), "bad_input");
        assert_eq!(refused(Pack { name: "x".repeat(61), ..good() }), "bad_input");
        assert_eq!(
            refused(Pack { prices: vec![Money::zero(Currency::Usd)], ..good() }),
            "amount_out_of_range"
        );
        let twice = vec![Money::new(1, Currency::Usd), Money::new(2, Currency::Usd)];
        assert_eq!(refused(Pack { prices: twice, ..good() }), "bad_input");
        assert_eq!(refused(Pack { prices: vec![], ..good() }), "wrong_currency");
        let hidden = Pack { prices: vec![], on_sale: false, ..good() }.checked(Currency::Usd).unwrap();
        assert_eq!(hidden.price(Currency::Usd), Err(Refusal::PlanNotOnSale));
        let hidden = Pack { on_sale: false, ..good() };
        assert_eq!(hidden.price(Currency::Usd), Err(Refusal::PlanNotOnSale), "priced, and not on sale");
    }
}
