//! Prices are computed here and nowhere else: what was shown is what is charged.

use super::{
    money::{Currency, Money},
    plan::Plan,
    rate::Rate,
    refusal::Refusal,
};
use jiff::Timestamp;

/// What the customer is asked for: the price in the shop's currency and what is due at one gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote {
    /// In the shop's currency.
    pub price: Money,
    /// In the gateway's asset; equal to the price when that is the same currency.
    pub due: Money,
}

/// The price of a plan in the shop's currency.
pub fn price(plan: &Plan, shop: Currency) -> Result<Money, Refusal> {
    if !plan.on_sale {
        return Err(Refusal::PlanNotOnSale);
    }
    plan.price(shop).ok_or(Refusal::PlanNotOnSale)
}

/// What is due in `asset` for `price`. A price that the plan fixes in that asset wins over the rate; a stale rate is
/// no rate.
pub fn quote(
    price: Money,
    fixed: Option<Money>,
    asset: Currency,
    rate: Option<&Rate>,
    now: Timestamp,
) -> Result<Quote, Refusal> {
    if asset == price.currency {
        return Ok(Quote { price, due: price });
    }
    if let Some(due) = fixed.filter(|f| f.currency == asset) {
        return Ok(Quote { price, due });
    }
    let fresh =
        rate.filter(|r| r.asset == asset && now < r.fresh_until).ok_or(Refusal::NoFreshRate { asset })?;
    let due = fresh.due(price)?;
    if due.is_positive() { Ok(Quote { price, due }) } else { Err(Refusal::AmountOutOfRange) }
}
