//! Coupons: codes that make a purchase cheaper, or more of it.
//!
//! What a coupon makes of a purchase is computed once, when the order is placed, and pinned by the order as a
//! [`Redemption`]. A use of it is held for the order until that is paid, and given back when the order expires or is
//! given up. The coupon may be changed meanwhile; what was shown is what is charged.

use super::{
    measure::Traffic,
    money::{Currency, Money},
    order::{OrderKind, What},
    pricing,
    refusal::Refusal,
};
use crate::ids::{CouponId, OrderId, PlanId, ShopId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most days that a coupon adds.
const MOST_DAYS: u32 = 365;
/// The least and most traffic that a coupon adds, in bytes: 1 MiB and 100,000 GiB.
const TRAFFIC: std::ops::RangeInclusive<u64> = 1 << 20..=100_000 << 30;
/// The most plans that a coupon names.
const MOST_PLANS: usize = 50;

/// A code, what it does, and for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coupon {
    /// Its id.
    pub id: CouponId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose alone it is, if it is one customer's own.
    pub user: Option<UserId>,
    /// Its code, as [`code`] gives it; unique in the shop.
    pub code: String,
    /// What it does.
    pub benefit: Benefit,
    /// For whom, when and how often.
    pub limits: Limits,
    /// Whether it works; else nobody knows it.
    pub enabled: bool,
    /// Uses that are held or spent now. It may be above [`Limits::total`] when that was lowered, or when money came for
    /// an order that had expired.
    pub taken: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a coupon does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Benefit {
    /// So many hundredths of the price less, 1 to 100.
    Percent {
        /// How many.
        percent: u32,
    },
    /// So much less, in the shop's currency, and never more than the price.
    Amount {
        /// How much.
        amount: Money,
    },
    /// So many days more of the plan, 1 to 365.
    Days {
        /// How many.
        days: u32,
    },
    /// So much more traffic of the plan.
    Traffic {
        /// How much.
        traffic: Traffic,
    },
}

/// For whom, when and how often a coupon works.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Uses by all together; none for as many as there are.
    pub total: Option<u32>,
    /// Uses by each user; none for as many as there are.
    pub per_user: Option<u32>,
    /// Only for who has never paid for a plan and has no use of another coupon.
    pub first_only: bool,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not at that moment and later.
    pub until: Option<Timestamp>,
    /// The least price, before the coupon.
    pub at_least: Option<Money>,
    /// Only for these plans; empty for all, and for what is no plan.
    pub plans: Vec<PlanId>,
    /// Only for these kinds of order; empty for all but money for the wallet.
    pub kinds: Vec<What>,
}

/// What a coupon made of one order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Redemption {
    /// Which coupon.
    pub coupon_id: CouponId,
    /// Its code.
    pub code: String,
    /// How much the price is below what it would have been.
    pub saving: Money,
    /// Days that are in the order's terms because of it.
    pub days: u32,
    /// Traffic that is in the order's terms because of it.
    pub traffic: Traffic,
    /// What is put into the wallet beside a top-up, when that is paid.
    pub bonus: Money,
}

/// One use of a coupon, by the order that it was for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CouponUse {
    /// For which order.
    pub order_id: OrderId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Of which coupon.
    pub coupon_id: CouponId,
    /// By whom.
    pub user_id: UserId,
    /// What became of it.
    pub state: UseState,
    /// When the order was placed.
    pub at: Timestamp,
}

/// What became of a use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseState {
    /// The order waits to be paid.
    Held,
    /// The order was paid. It stays so whatever becomes of the order.
    Used,
    /// The order expired, was given up, or could not be delivered at no price.
    Released,
}

/// What is known of who wants to use a coupon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// When.
    pub now: Timestamp,
    /// How often this user has used it, or is about to.
    pub uses: u32,
    /// How often this user has used any coupon, or is about to.
    pub uses_of_any: u32,
    /// Whether this user has paid for a plan.
    pub has_paid: bool,
}

impl Coupon {
    /// Refuses a coupon that could never work, or not as it was meant, in a shop of this currency.
    pub fn checked(self, shop: Currency) -> Result<Self, Refusal> {
        let code = code(&self.code).ok_or(Refusal::bad_input("code", "3 to 32 letters, digits, _ and -"))?;
        self.benefit.checked(shop)?;
        let limits = self.limits.checked(shop)?;
        if limits.kinds.contains(&What::TopUp) && self.benefit.is_of_a_plan() {
            return Err(Refusal::bad_input("kinds", "days and traffic are for plans"));
        }
        Ok(Self { code, limits, ..self })
    }

    /// Refuses whoever it is not for, and when it is over. A coupon that is off, or not yet on, is unknown.
    pub fn allows(&self, asked: Asked) -> Result<(), Refusal> {
        let Limits { total, per_user, first_only, from, until, .. } = &self.limits;
        if !self.enabled || from.is_some_and(|from| asked.now < from) {
            return Err(Refusal::CouponUnknown);
        }
        if until.is_some_and(|until| asked.now >= until) {
            return Err(Refusal::CouponExpired);
        }
        if total.is_some_and(|total| self.taken >= total) || per_user.is_some_and(|most| asked.uses >= most) {
            return Err(Refusal::CouponUsedUp);
        }
        if *first_only && (asked.has_paid || asked.uses_of_any > 0) {
            return Err(Refusal::CouponNotForThis);
        }
        Ok(())
    }

    /// What it makes of a purchase at this price: what is bought then, for how much, and what is noted of it.
    pub fn redeem(&self, kind: OrderKind, price: Money) -> Result<(OrderKind, Money, Redemption), Refusal> {
        self.fits(&kind, price)?;
        let none = Money::zero(price.currency);
        let mut made = Redemption {
            coupon_id: self.id,
            code: self.code.clone(),
            saving: none,
            days: 0,
            traffic: Traffic::ZERO,
            bonus: none,
        };
        match self.benefit {
            Benefit::Days { days } => made.days = days,
            Benefit::Traffic { traffic } => made.traffic = traffic,
            Benefit::Percent { .. } | Benefit::Amount { .. } => {
                let saving = pricing::saving(price, self.benefit)?;
                if saving.is_zero() {
                    return Err(Refusal::CouponNotForThis);
                }
                match kind {
                    OrderKind::TopUp => made.bonus = saving,
                    _ => made.saving = saving,
                }
            }
        }
        let due = price.minus(made.saving)?;
        // What costs nothing is no gift: it could be had again and again, and handed on.
        if matches!(kind, OrderKind::Gift(_)) && due.is_zero() {
            return Err(Refusal::CouponNotForThis);
        }
        Ok((more(kind, &made)?, due, made))
    }

    fn fits(&self, kind: &OrderKind, price: Money) -> Result<(), Refusal> {
        let Limits { at_least, plans, kinds, .. } = &self.limits;
        let what = kind.what();
        let kind_fits = if kinds.is_empty() { what != What::TopUp } else { kinds.contains(&what) };
        let plan_fits = plans.is_empty() || kind.plan_id().is_some_and(|plan| plans.contains(&plan));
        let benefit_fits = kind.plan_id().is_some() || !self.benefit.is_of_a_plan();
        let dear =
            at_least.is_none_or(|least| least.currency == price.currency && price.minor >= least.minor);
        if kind_fits && plan_fits && benefit_fits && dear { Ok(()) } else { Err(Refusal::CouponNotForThis) }
    }
}

/// What is bought, with what the coupon adds to it.
fn more(mut kind: OrderKind, made: &Redemption) -> Result<OrderKind, Refusal> {
    if let Some(terms) = kind.terms_mut() {
        terms.days = terms.days.saturating_add(made.days);
        terms.traffic = terms.traffic.plus(made.traffic);
        terms.checked().map_err(|_| Refusal::CouponNotForThis)?;
    }
    Ok(kind)
}

impl Benefit {
    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent { .. } => "percent",
            Self::Amount { .. } => "amount",
            Self::Days { .. } => "days",
            Self::Traffic { .. } => "traffic",
        }
    }

    /// Whether it adds to a plan, which whoever delivers that has to give.
    #[must_use]
    pub const fn is_of_a_plan(self) -> bool {
        matches!(self, Self::Days { .. } | Self::Traffic { .. })
    }

    /// Refuses what could never work in a shop of this currency.
    pub fn checked(self, shop: Currency) -> Result<(), Refusal> {
        match self {
            Self::Percent { percent } if !(1..=100).contains(&percent) => {
                Err(Refusal::bad_input("percent", "1 to 100"))
            }
            Self::Amount { amount } => some_of(amount, shop),
            Self::Days { days } if !(1..=MOST_DAYS).contains(&days) => {
                Err(Refusal::bad_input("days", "1 to 365"))
            }
            Self::Traffic { traffic } if !TRAFFIC.contains(&traffic.as_bytes()) => {
                Err(Refusal::bad_input("traffic_bytes", "1 MiB to 100,000 GiB"))
            }
            _ => Ok(()),
        }
    }
}

impl Limits {
    fn checked(mut self, shop: Currency) -> Result<Self, Refusal> {
        if self.total == Some(0) || self.per_user == Some(0) {
            return Err(Refusal::bad_input("limits", "at least one use"));
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from >= until
        {
            return Err(Refusal::bad_input("until", "after the beginning"));
        }
        if let Some(least) = self.at_least {
            some_of(least, shop)?;
        }
        let sold = [What::New, What::Renewal, What::Change, What::Pack, What::TopUp, What::Gift];
        if self.kinds.iter().any(|kind| !sold.contains(kind)) {
            return Err(Refusal::bad_input("kinds", "what is sold"));
        }
        if self.plans.len() > MOST_PLANS {
            return Err(Refusal::bad_input("plans", "at most 50"));
        }
        self.plans.sort_unstable();
        self.plans.dedup();
        self.kinds.sort_unstable();
        self.kinds.dedup();
        Ok(self)
    }
}

fn some_of(amount: Money, shop: Currency) -> Result<(), Refusal> {
    if amount.currency != shop {
        return Err(Refusal::WrongCurrency { expected: shop });
    }
    if amount.is_positive() { Ok(()) } else { Err(Refusal::AmountOutOfRange) }
}

/// A code as it is kept: without regard to case, spaces and marks that cannot be seen, with the digits of any of our
/// languages as ASCII. None for what cannot be one.
#[must_use]
pub fn code(typed: &str) -> Option<String> {
    let unseen =
        |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
    // A code that is too long is not worth reading to its end.
    let plain: String =
        typed.chars().take(200).filter(|c| !unseen(*c)).map(|c| digit(c).to_ascii_uppercase()).collect();
    let known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    ((3..=32).contains(&plain.len()) && plain.bytes().all(known)).then_some(plain)
}

/// Persian and Arabic digits as ASCII.
fn digit(c: char) -> char {
    let from = |zero: u32| char::from_digit(u32::from(c).checked_sub(zero)?, 10);
    from(0x6f0).or_else(|| from(0x660)).unwrap_or(c)
}

mod own;

pub use own::OwnCode;

#[cfg(test)]
mod tests;
