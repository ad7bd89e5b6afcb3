//! Prices are computed here and nowhere else: what was shown is what is charged.

use super::{
    coupon::Benefit,
    money::{Currency, Money, Round},
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

/// What a coupon takes off a price; never more than the price, and rounded up to a whole minor unit, so that no customer
/// pays a fraction more than was promised. Nothing for coupons that add days or traffic.
pub fn saving(price: Money, by: Benefit) -> Result<Money, Refusal> {
    let saving = match by {
        Benefit::Percent { percent } => price.scaled(i64::from(percent), 100, price.currency, Round::Up)?,
        Benefit::Amount { amount } => {
            price.minus(amount)?;
            amount
        }
        Benefit::Days { .. } | Benefit::Traffic { .. } => Money::zero(price.currency),
    };
    Ok(if saving.minor > price.minor { price } else { saving })
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

/// The share of a fixed price that is due for a part of the price, rounded up: what is due covers what is bought.
pub fn share_of_fixed(fixed: Money, price: Money, part: Money) -> Result<Money, Refusal> {
    if part == price {
        return Ok(fixed);
    }
    price.minus(part)?;
    fixed.scaled(part.minor, price.minor, fixed.currency, Round::Up)
}

/// Refuses a list of prices that nobody could be charged by: each is above zero, and there is one per currency.
pub fn price_list(prices: &[Money]) -> Result<(), Refusal> {
    if prices.iter().any(|p| !p.is_positive()) {
        return Err(Refusal::AmountOutOfRange);
    }
    let mut currencies: Vec<Currency> = prices.iter().map(|p| p.currency).collect();
    currencies.sort_unstable();
    if currencies.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::bad_input("prices", "one price per currency"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(price: i64) -> Rate {
        let fresh_until = Timestamp::from_second(100).unwrap_or_default();
        let (origin, set_at) = (crate::domain::rate::Origin::Operator, Timestamp::UNIX_EPOCH);
        Rate { asset: Currency::Ltc, price: Money::new(price, Currency::Usd), fresh_until, origin, set_at }
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    proptest! {
        #[test]
        fn what_is_due_covers_the_price_and_not_a_unit_more(price in 1_i64..10_000_000, per_coin in 1_i64..100_000_000) {
            let quote = quote(usd(price), None, Currency::Ltc, Some(&rate(per_coin)), Timestamp::UNIX_EPOCH).unwrap();
            let paid = |due: i64| i128::from(due) * i128::from(per_coin);
            let wanted = i128::from(price) * i128::from(Currency::Ltc.scale());
            prop_assert!(paid(quote.due.minor) >= wanted);
            prop_assert!(paid(quote.due.minor - 1) < wanted);
            prop_assert_eq!((quote.price, quote.due.currency), (usd(price), Currency::Ltc));
        }
    }

    #[test]
    fn the_own_currency_needs_no_rate() {
        let same = quote(usd(999), None, Currency::Usd, None, Timestamp::UNIX_EPOCH);
        assert_eq!(same, Ok(Quote { price: usd(999), due: usd(999) }));
    }

    #[test]
    fn a_fixed_price_wins_over_the_rate() {
        let fixed = Money::new(5, Currency::Ltc);
        let due =
            |fixed| quote(usd(999), Some(fixed), Currency::Ltc, Some(&rate(7000)), Timestamp::UNIX_EPOCH);
        assert_eq!(due(fixed).unwrap().due, fixed);
        assert_ne!(
            due(Money::new(5, Currency::Btc)).unwrap().due.currency,
            Currency::Btc,
            "of another asset: no"
        );
    }

    #[test]
    fn a_part_of_a_fixed_price_is_rounded_up() {
        let fixed = Money::new(10, Currency::Ltc);
        let share = |part| share_of_fixed(fixed, usd(900), usd(part)).map(|due| due.minor);
        assert_eq!((share(900), share(450), share(451), share(1)), (Ok(10), Ok(5), Ok(6), Ok(1)));
        assert!(share_of_fixed(fixed, usd(900), Money::new(1, Currency::Eur)).is_err());
        assert!(share_of_fixed(fixed, usd(0), usd(1)).is_err());
    }

    #[test]
    fn a_stale_or_foreign_rate_is_none() {
        let refused = Err(Refusal::NoFreshRate { asset: Currency::Ltc });
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(quote(usd(1), None, Currency::Ltc, Some(&rate(7000)), at(99)).is_ok());
        assert_eq!(quote(usd(1), None, Currency::Ltc, Some(&rate(7000)), at(100)), refused);
        assert_eq!(quote(usd(1), None, Currency::Ltc, None, at(0)), refused);
        let foreign = Rate { asset: Currency::Btc, ..rate(7000) };
        assert_eq!(quote(usd(1), None, Currency::Ltc, Some(&foreign), at(0)), refused);
        assert!(quote(usd(1), None, Currency::Ltc, Some(&rate(0)), at(0)).is_err(), "a coin for nothing");
    }
}
