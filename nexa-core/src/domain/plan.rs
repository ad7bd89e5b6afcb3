//! What is on sale.

use super::{
    extras::Extras,
    measure::Traffic,
    money::{Currency, Money},
    pricing::price_list,
    refusal::Refusal,
};
use crate::ids::{GroupId, PlanId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something on sale: a window of time, an amount of traffic, a number of devices, on a group of servers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose plan.
    pub shop_id: ShopId,
    /// Name shown to customers, 1 to 60 characters.
    pub name: String,
    /// What it gives.
    pub terms: Terms,
    /// Which servers serve it.
    pub group_id: GroupId,
    /// One price per currency; the one in the shop's currency is always there, others fix the price at gateways that
    /// take that asset. Empty for a trial.
    pub prices: Vec<Money>,
    /// Whether customers see it.
    pub on_sale: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a plan gives; copied into the order, so that a later change of the plan changes nothing that was sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Terms {
    /// Days of 24 hours, 1 to 3650.
    pub days: u32,
    /// Traffic, at least 1 MiB.
    pub traffic: Traffic,
    /// Devices at the same time, 1 to 100.
    pub devices: u32,
    /// What it has beyond that. Orders that were stored before there were extras have none.
    #[serde(default)]
    pub extras: Extras,
}

impl Terms {
    /// Refuses terms that no panel could keep.
    pub fn checked(self) -> Result<Self, Refusal> {
        if !(1..=3650).contains(&self.days) {
            return Err(Refusal::bad_input("days", "1 to 3650"));
        }
        // Hiddify caps a limit at 1,000,000 GiB.
        if !(1 << 20..=1_000_000 << 30).contains(&self.traffic.as_bytes()) {
            return Err(Refusal::bad_input("traffic_bytes", "1 MiB to 1,000,000 GiB"));
        }
        if !(1..=100).contains(&self.devices) {
            return Err(Refusal::bad_input("devices", "1 to 100"));
        }
        // The traffic would leave from the other server, which knows nothing of the address.
        if self.extras.dedicated_ip && self.extras.multi_hop {
            return Err(Refusal::bad_input("extras", "dedicated_ip or multi_hop, not both"));
        }
        Ok(self)
    }
}

impl Plan {
    /// Refuses a plan that could not be sold in a shop of this currency.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        self.terms.checked()?;
        price_list(&self.prices)?;
        if self.on_sale && self.price(currency).is_none() {
            return Err(Refusal::WrongCurrency { expected: currency });
        }
        Ok(self)
    }

    /// The price in `currency`, if one is set.
    #[must_use]
    pub fn price(&self, currency: Currency) -> Option<Money> {
        self.prices.iter().copied().find(|p| p.currency == currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_the_first_days_have_no_extras() {
        let stored = r#"{"days": 30, "traffic": 1073741824, "devices": 2}"#;
        let terms: Terms = serde_json::from_str(stored).unwrap();
        assert_eq!((terms.days, terms.extras), (30, Extras::NONE));
        let rich = Terms { extras: Extras { multi_hop: true, ..Extras::NONE }, ..terms };
        let written = serde_json::to_string(&rich).unwrap();
        assert_eq!(serde_json::from_str::<Terms>(&written).unwrap(), rich);
    }
}
