//! What markets say an asset is worth, and when that is believed: several fresh quotes that agree, near the last good one.
//!
//! Prices are whole numbers of billionths, never floats. Whatever is in doubt gives no rate, and without a fresh rate no
//! new invoice is opened.

use super::{
    money::{Currency, Money},
    rate::{Origin, Rate},
    time::after,
};
use jiff::{SignedDuration, Timestamp};

/// How old a quote may be.
const FRESH: SignedDuration = SignedDuration::from_secs(180);
/// How far ahead of us a source's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// How long a rate is good for new invoices.
const GOOD_FOR: SignedDuration = SignedDuration::from_secs(180);
/// How long the last good rate holds a jump back. After that, several sources that agree are believed: a market that
/// really moved so far would else never be followed again.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(6);
/// How far a quote may be from the median, in percent.
const OUTLIER: u128 = 2;
/// How far a rate may be from the last good one, in percent.
const JUMP: u128 = 15;
/// What a Tether may be worth, in billionths of a dollar.
const PEG: std::ops::RangeInclusive<u128> = 985_000_000..=1_015_000_000;
/// Quotes that must agree.
const LEAST: usize = 2;
/// One, in billionths.
const ONE: u128 = 1_000_000_000;
/// Far above every price there is, and still small enough that two can be multiplied.
const HIGHEST: u128 = 1_000_000_000 * ONE;

/// The price of one whole unit, in billionths of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Price(u128);

impl Price {
    /// Reads a decimal text such as `64321.5` or `6.4e4`; what is beyond the ninth decimal is cut off. None for zero, a
    /// negative, an absurd and a malformed one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.trim().split_once(['e', 'E']) {
            Some((digits, exponent)) => {
                (digits, exponent.parse::<i32>().ok().filter(|e| (-30..=30).contains(e))?)
            }
            None => (text.trim(), 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.len() <= 24 && part.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) {
            return None;
        }
        let mut value: u128 = 0;
        // As many digits as billionths need, given where the point stands.
        let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?.checked_add(9)?;
        let all = whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat(b'0'));
        for digit in all.take(usize::try_from(point).unwrap_or(0)) {
            value = value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
        }
        Self::of(value)
    }

    /// So many billionths; none when that is nothing or absurd.
    #[must_use]
    pub fn of(billionths: u128) -> Option<Self> {
        (1..=HIGHEST).contains(&billionths).then_some(Self(billionths))
    }

    /// The price of something that costs this much of what `other` is the price of.
    fn times(self, other: Self) -> Option<Self> {
        Self::of(self.0.checked_mul(other.0)? / ONE)
    }

    fn less(self, basis_points: u32) -> Option<Self> {
        let rest = 10_000_u128.checked_sub(u128::from(basis_points))?;
        Self::of(self.0.checked_mul(rest)? / 10_000)
    }

    fn money(self, currency: Currency) -> Option<Money> {
        let scale = u128::try_from(currency.scale()).ok()?;
        let minor = i64::try_from(self.0.checked_mul(scale)? / ONE).ok().filter(|minor| *minor > 0)?;
        Some(Money::new(minor, currency))
    }
}

/// What one source says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Who says it.
    pub source: String,
    /// Of what.
    pub asset: Currency,
    /// In what.
    pub against: Currency,
    /// One whole unit of the asset.
    pub price: Price,
    /// As of when.
    pub at: Timestamp,
}

/// Why there is no rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unpriced {
    /// Fewer than two sources gave a fresh quote.
    TooFew,
    /// They contradict each other.
    Disagree,
    /// Too far from the last good rate.
    Jumped,
    /// A source sees Tether away from a dollar.
    OffPeg,
    /// No number that could be a price.
    OutOfRange,
}

impl Unpriced {
    /// A short stable name, for logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFew => "too few fresh quotes",
            Self::Disagree => "the sources contradict each other",
            Self::Jumped => "too far from the last good rate",
            Self::OffPeg => "Tether is away from a dollar",
            Self::OutOfRange => "not a price",
        }
    }
}

/// What is asked of the quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted<'a> {
    /// What is to be priced.
    pub asset: Currency,
    /// In what.
    pub currency: Currency,
    /// What is taken off the price for the risk of the market until the money is here, in basis points.
    pub spread_bp: u32,
    /// The rate that holds now.
    pub last: Option<&'a Rate>,
    /// Now.
    pub now: Timestamp,
}

/// The rate that the quotes give.
///
/// The median of all fresh quotes, without those more than 2 % from it; at least two must be left. Prices in Tether count
/// as dollars while no source sees Tether outside of 0.985 to 1.015. What is not quoted in the shop's currency goes
/// through the dollar; that last step needs one source only, because rials have no second one.
pub fn rate(quotes: &[Quote], wanted: Wanted<'_>) -> Result<Rate, Unpriced> {
    let Wanted { asset, currency, now, .. } = wanted;
    let is_fresh = |q: &&Quote| q.at <= after(now, AHEAD) && now < after(q.at, FRESH);
    let fresh = || quotes.iter().filter(is_fresh);
    let of = |asset: Currency, against: &[Currency]| -> Vec<Price> {
        let wanted = fresh().filter(|q| q.asset == asset && against.contains(&q.against));
        wanted.map(|q| q.price).collect()
    };
    let seen = of(Currency::Usdt, &[Currency::Usd]);
    let pegged = seen.iter().all(|price| PEG.contains(&price.0));
    if !pegged && (asset == Currency::Usdt || currency == Currency::Usdt) {
        return Err(Unpriced::OffPeg);
    }
    // While somebody doubts Tether, prices in it say nothing about dollars.
    let dollars = if pegged { &[Currency::Usd, Currency::Usdt][..] } else { &[Currency::Usd] };
    let in_dollars = || in_dollars(asset, &of(asset, dollars), &seen);
    let through_dollars = || {
        let (price, sources) = in_dollars()?;
        let leg: Vec<_> = dollars.iter().flat_map(|dollar| of(*dollar, &[currency])).collect();
        let (leg, _) = agreed(&leg, 1)?;
        Ok((price.times(leg).ok_or(Unpriced::OutOfRange)?, sources))
    };
    let found = if matches!(currency, Currency::Usd | Currency::Usdt) {
        in_dollars()
    } else {
        // Those that quote in the currency itself are nearer to the truth than a detour.
        match agreed(&of(asset, &[currency]), LEAST) {
            Err(Unpriced::TooFew) => through_dollars(),
            found => found,
        }
    };
    let (price, sources) = found.map_err(|why| match why {
        Unpriced::TooFew if !pegged => Unpriced::OffPeg,
        why => why,
    })?;
    let price =
        price.less(wanted.spread_bp).and_then(|price| price.money(currency)).ok_or(Unpriced::OutOfRange)?;
    held_back(price, wanted)?;
    let origin = Origin::Market { sources: u8::try_from(sources).unwrap_or(u8::MAX) };
    Ok(Rate { asset, price, fresh_until: after(now, GOOD_FOR), origin, set_at: now })
}

/// What an asset is worth in dollars, and by how many sources.
fn in_dollars(asset: Currency, quotes: &[Price], peg: &[Price]) -> Result<(Price, usize), Unpriced> {
    match asset {
        Currency::Usd => Ok((Price(ONE), 1)),
        // It is a dollar, as long as somebody sees that it is.
        Currency::Usdt if peg.is_empty() => Err(Unpriced::TooFew),
        Currency::Usdt => Ok((Price(ONE), peg.len())),
        _ => agreed(quotes, LEAST),
    }
}

/// The median of those that agree, and how many do.
fn agreed(prices: &[Price], least: usize) -> Result<(Price, usize), Unpriced> {
    let all = median(prices).filter(|_| prices.len() >= least).ok_or(Unpriced::TooFew)?;
    let near = |price: &&Price| price.0.abs_diff(all.0) * 100 <= all.0 * OUTLIER;
    let kept: Vec<_> = prices.iter().filter(near).copied().collect();
    let price = median(&kept).filter(|_| kept.len() >= least).ok_or(Unpriced::Disagree)?;
    Ok((price, kept.len()))
}

fn median(prices: &[Price]) -> Option<Price> {
    let mut sorted = prices.to_vec();
    sorted.sort_unstable();
    let upper = sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = sorted.get(sorted.len() / 2 - 1)?;
    Some(Price(u128::midpoint(lower.0, upper.0)))
}

/// Refuses a price that is too far from the last good one.
fn held_back(price: Money, wanted: Wanted<'_>) -> Result<(), Unpriced> {
    let counts = |last: &&Rate| {
        last.price.currency == price.currency && wanted.now < after(last.fresh_until, REMEMBERED)
    };
    let Some(last) = wanted.last.filter(counts) else { return Ok(()) };
    let apart = u128::from(price.minor.abs_diff(last.price.minor));
    if apart * 100 > u128::from(last.price.minor.unsigned_abs()) * JUMP {
        return Err(Unpriced::Jumped);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
