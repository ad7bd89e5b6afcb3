//! Resellers: shops that sell what another shop of the installation, their supplier, delivers.
//!
//! What a sale costs a reseller is taken from its wallet in the supplier's shop; what a postpaid one's wallet lacks is
//! owed, down to a limit.

use super::{
    money::{Currency, Money, Round},
    refusal::Refusal,
};
use crate::ids::{InvoiceId, OrderId, PackId, PlanId, ShopId, UserId, WholesaleListId};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Suppliers that may stand above a shop: a reseller may have resellers, and those may not.
pub const MOST_LEVELS: usize = 2;
/// Days in which a sale that is taken back gives its wholesale price back, unless a list says otherwise.
pub const RETURN_DAYS: u32 = 3;
/// The longest such time, in days.
const MOST_RETURN_DAYS: u32 = 90;
/// Prices on one list.
const MOST_PRICES: usize = 500;

/// What has a wholesale price.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ware {
    /// A plan.
    Plan(PlanId),
    /// A pack.
    Pack(PackId),
}

impl fmt::Display for Ware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(id) => write!(f, "plan:{id}"),
            Self::Pack(id) => write!(f, "pack:{id}"),
        }
    }
}

impl FromStr for Ware {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::bad_input("ware", "unknown");
        match text.split_once(':') {
            Some(("plan", id)) => id.parse().map(Self::Plan).map_err(|_| unknown()),
            Some(("pack", id)) => id.parse().map(Self::Pack).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// Where a reseller's ware comes from: it gives what its supplier's gives, on the same servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// The reseller's shop.
    pub shop_id: ShopId,
    /// Its ware.
    pub ware: Ware,
    /// The supplier's shop.
    pub supplier: ShopId,
    /// The supplier's ware, of the same kind.
    pub of: Ware,
}

/// What resellers pay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WholesaleList {
    /// Its id.
    pub id: WholesaleListId,
    /// Whose list: the supplier's.
    pub shop_id: ShopId,
    /// What the supplier calls it, 1 to 60 characters.
    pub name: String,
    /// Days after a sale in which taking it back gives its wholesale price back, 0 to 90.
    pub return_days: u32,
    /// One price a ware, in the supplier's currency. What is not on the list is not sold by it.
    pub prices: Vec<WholesalePrice>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One price of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WholesalePrice {
    /// What.
    pub ware: Ware,
    /// For how much. Nothing only where that was said.
    pub price: Money,
}

impl WholesalePrice {
    /// A price; refused below zero, and for nothing unless `free` says so.
    pub fn of(ware: Ware, price: Money, free: bool) -> Result<Self, Refusal> {
        let fits = if free { price.is_zero() } else { price.is_positive() };
        if fits { Ok(Self { ware, price }) } else { Err(Refusal::AmountOutOfRange) }
    }
}

impl WholesaleList {
    /// Refuses a list that a shop of this currency could not sell by.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        if self.return_days > MOST_RETURN_DAYS {
            return Err(Refusal::bad_input("return_days", "0 to 90"));
        }
        if self.prices.len() > MOST_PRICES {
            return Err(Refusal::bad_input("prices", "at most 500"));
        }
        if self.prices.iter().any(|p| p.price.currency != currency) {
            return Err(Refusal::WrongCurrency { expected: currency });
        }
        if self.prices.iter().any(|p| p.price.minor < 0) {
            return Err(Refusal::AmountOutOfRange);
        }
        let mut wares: Vec<Ware> = self.prices.iter().map(|p| p.ware).collect();
        wares.sort_unstable();
        wares.dedup();
        if wares.len() == self.prices.len() {
            Ok(self)
        } else {
            Err(Refusal::bad_input("prices", "one price a ware"))
        }
    }

    /// What a ware costs by it.
    #[must_use]
    pub fn price(&self, ware: Ware) -> Option<Money> {
        self.prices.iter().find(|p| p.ware == ware).map(|p| p.price)
    }
}

/// Whether a reseller may sell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may.
    Active,
    /// No new sales and renewals; what was sold goes on.
    Suspended,
}

/// What a reseller was told of its credit since there was enough.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warned {
    /// Nothing.
    No,
    /// That it runs low.
    Low,
    /// That an order could not be delivered.
    Out,
}

/// A shop that sells what another delivers, as the supplier sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reseller {
    /// The supplier's shop.
    pub shop_id: ShopId,
    /// The reseller's own shop.
    pub reseller_shop: ShopId,
    /// The reseller as a user of the supplier's shop, whose wallet is its credit.
    pub user_id: UserId,
    /// Since when it is one.
    pub created_at: Timestamp,
    /// What was agreed with it.
    pub terms: ResellerTerms,
    /// Whether it may sell.
    pub standing: Standing,
    /// Since when it may not.
    pub suspended_at: Option<Timestamp>,
    /// What it was told of its credit.
    pub warned: Warned,
}

/// What a supplier agrees with a reseller.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ResellerTerms {
    /// What it pays.
    pub list_id: WholesaleListId,
    /// How much it may owe, in the supplier's currency; none: it pays before.
    pub limit: Option<Money>,
    /// Subscriptions that may be in use at the same time; none: any number. It is looked at when something is ordered.
    pub quota: Option<u32>,
    /// Below this credit the reseller is told, in the supplier's currency; zero: never.
    pub low_below: Money,
    /// The least retail price, in hundredths of the wholesale price, 0 to 1000.
    pub floor_percent: u32,
    /// Whether an invoice that is 21 days old and unpaid suspends it.
    pub dunning: bool,
}

impl ResellerTerms {
    /// Refuses terms that make no sense in a supplier's shop of this currency.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        let amounts = [Some(self.low_below), self.limit];
        if amounts.into_iter().flatten().any(|a| a.currency != currency) {
            return Err(Refusal::WrongCurrency { expected: currency });
        }
        if self.low_below.minor < 0 || self.limit.is_some_and(|limit| !limit.is_positive()) {
            return Err(Refusal::AmountOutOfRange);
        }
        if self.floor_percent > 1000 {
            return Err(Refusal::bad_input("floor_percent", "0 to 1000"));
        }
        Ok(self)
    }

    /// The least that may be asked for what costs this much wholesale, rounded up.
    pub fn floor(&self, wholesale: Money) -> Result<Money, Refusal> {
        wholesale.scaled(i64::from(self.floor_percent), 100, wholesale.currency, Round::Up)
    }
}

/// What a reseller has with its supplier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credit {
    /// In the wallet.
    pub wallet: Money,
    /// What it owes, not below zero.
    pub owed: Money,
}

/// Where the wholesale price of one sale comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parts {
    /// Out of the wallet.
    pub wallet: Money,
    /// Owed from now on.
    pub owed: Money,
}

impl Credit {
    /// What it can still buy for. Below zero when a limit was lowered under what is owed.
    pub fn room(&self, terms: &ResellerTerms) -> Result<Money, Refusal> {
        match terms.limit {
            None => Ok(self.wallet),
            Some(limit) => self.wallet.plus(limit)?.minus(self.owed),
        }
    }

    /// How a price is paid: from the wallet first. None when it cannot be.
    pub fn split(&self, terms: &ResellerTerms, price: Money) -> Result<Option<Parts>, Refusal> {
        // What costs nothing asks for no credit.
        if price.is_positive() && self.room(terms)?.minus(price)?.minor < 0 {
            return Ok(None);
        }
        let wallet = if self.wallet.minor < price.minor { self.wallet } else { price };
        Ok(Some(Parts { wallet, owed: price.minus(wallet)? }))
    }
}

impl Reseller {
    /// Stopped or let go on.
    #[must_use]
    pub fn stand(self, standing: Standing, now: Timestamp) -> Self {
        let suspended_at = match standing {
            Standing::Active => None,
            Standing::Suspended => self.suspended_at.or(Some(now)),
        };
        Self { standing, suspended_at, ..self }
    }

    /// What it is told with this much room left, if that is news.
    pub fn warning(&self, room: Money) -> Result<Option<Warned>, Refusal> {
        let low = self.terms.low_below;
        let is_low = low.is_positive() && room.minus(low)?.minor < 0;
        Ok((is_low && self.warned < Warned::Low).then_some(Warned::Low))
    }

    /// There is this much room again: what it was told is over when it is enough.
    #[must_use]
    pub fn relieved(self, room: Money) -> Self {
        let enough = room.minor >= self.terms.low_below.minor && room.is_positive();
        let warned = if enough { Warned::No } else { self.warned };
        Self { warned, ..self }
    }
}

/// What one sale cost a reseller, in its supplier's books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    /// The supplier's shop.
    pub shop_id: ShopId,
    /// The order, in whichever shop below it was placed.
    pub order_id: OrderId,
    /// Which reseller paid.
    pub reseller_shop: ShopId,
    /// The supplier's ware.
    pub ware: Ware,
    /// For how much.
    pub price: Money,
    /// When.
    pub at: Timestamp,
    /// When it was given back, if it was.
    pub returned_at: Option<Timestamp>,
}

/// How often a ware was supplied in some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupplyCount {
    /// The supplier's ware.
    pub ware: Ware,
    /// How often, without what was given back.
    pub count: u32,
    /// For how much together.
    pub sum: Money,
}

/// A month of a postpaid reseller, written down by its supplier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// The supplier's shop.
    pub shop_id: ShopId,
    /// Whose.
    pub reseller_shop: ShopId,
    /// Counts up in the supplier's shop, from 1.
    pub number: u32,
    /// The first moment that it is about.
    pub from: Timestamp,
    /// The first moment that it is not about any more.
    pub until: Timestamp,
    /// What was supplied meanwhile.
    pub lines: Vec<SupplyCount>,
    /// The sum of the lines.
    pub sum: Money,
    /// What was owed when it was issued, beside what earlier invoices ask for.
    pub due: Money,
    /// What of that has come.
    pub paid: Money,
    /// When it was issued.
    pub issued_at: Timestamp,
}

impl Invoice {
    /// What is still to be paid.
    pub fn open(&self) -> Result<Money, Refusal> {
        self.due.minus(self.paid)
    }
}

/// The month of a zone in which a moment lies: its first moment, and that of the next. None at the end of the calendar.
#[must_use]
pub fn month(zone: &TimeZone, of: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let first = zone.to_datetime(of).date().first_of_month();
    let next = first.last_of_month().tomorrow().ok()?;
    let begins = |day: Date| zone.to_timestamp(day.to_datetime(Time::midnight())).ok();
    Some((begins(first)?, begins(next)?))
}

#[cfg(test)]
mod tests;
