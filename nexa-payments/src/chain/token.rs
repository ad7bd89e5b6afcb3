//! Tokens of the ERC-20 kind: their one event that matters, and amounts from words of 256 bits.

use super::account::Account;
use nexa_core::domain::money::{Currency, Money};

/// `Transfer(address,address,uint256)`, hashed.
pub(crate) const TRANSFER: &str = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// A transfer as a token's contract tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Transfer {
    /// To whom.
    pub(crate) to: Account,
    /// How much, in the token's smallest unit.
    pub(crate) raw: u128,
}

impl Transfer {
    /// Reads topics and data of a log, in hex with or without `0x`; none when it is not a transfer of something. An
    /// amount beyond 128 bits is more than there is of any token.
    pub(crate) fn read(topics: &[String], data: &str) -> Option<Self> {
        let [event, _from, to] = topics else { return None };
        if !event.strip_prefix("0x").unwrap_or(event).eq_ignore_ascii_case(TRANSFER) {
            return None;
        }
        let raw = word(data)?;
        (raw > 0).then_some(Self { to: Account::in_word(to)?, raw })
    }
}

/// A word of 32 bytes as a number, if it fits.
pub(crate) fn word(text: &str) -> Option<u128> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() != 64 {
        return None;
    }
    let (high, low) = digits.split_at_checked(32)?;
    high.bytes().all(|byte| byte == b'0').then_some(())?;
    // A sign would be read as part of a number.
    low.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
    u128::from_str_radix(low, 16).ok()
}

/// What `raw` of a token with so many decimals is in our minor units, rounded down.
pub(crate) fn money(raw: u128, decimals: u32, asset: Currency) -> Option<Money> {
    let (ours, theirs) = (asset.decimals(), decimals);
    let minor = match theirs.checked_sub(ours) {
        Some(more) => raw.checked_div(10_u128.checked_pow(more)?)?,
        None => raw.checked_mul(10_u128.checked_pow(ours.checked_sub(theirs)?)?)?,
    };
    Some(Money::new(i64::try_from(minor).ok()?, asset))
}

/// The token's smallest units that are at least `due`.
#[cfg(any(test, feature = "evm"))]
pub(crate) fn raw(due: Money, decimals: u32) -> Option<u128> {
    let minor = u128::try_from(due.minor).ok()?;
    let (ours, theirs) = (due.currency.decimals(), decimals);
    match theirs.checked_sub(ours) {
        Some(more) => minor.checked_mul(10_u128.checked_pow(more)?),
        None => Some(minor.div_ceil(10_u128.checked_pow(ours.checked_sub(theirs)?)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha3::{Digest as _, Keccak256};

    fn hex(number: u128) -> String {
        format!("0x{number:064x}")
    }

    #[test]
    fn amounts_are_rounded_down_and_asked_for_rounded_up() {
        for (raw, decimals, minor) in [
            (1_000_000, 6, 1_000_000),
            (1_000_000_000_000_000_000, 18, 1_000_000),
            (1_999_999_999_999, 18, 1),
            (999_999_999_999, 18, 0),
            (12, 2, 120_000),
        ] {
            assert_eq!(money(raw, decimals, Currency::Usdt).map(|m| m.minor), Some(minor));
        }
        assert_eq!(money(u128::MAX, 6, Currency::Usdt), None);
        assert_eq!(raw(Money::new(7, Currency::Usdt), 18), Some(7_000_000_000_000));
        assert_eq!(raw(Money::new(10_001, Currency::Usdt), 2), Some(2));
        assert_eq!(raw(Money::new(-1, Currency::Usdt), 6), None);
    }

    #[test]
    fn only_transfers_of_something_are_read() {
        let to = Account([7; 20]);
        let name = data_encoding::HEXLOWER.encode(&Keccak256::digest(b"Transfer(address,address,uint256)"));
        assert_eq!(name, TRANSFER);
        let topics = vec![format!("0x{TRANSFER}"), Account([1; 20]).word(), to.word()];
        assert_eq!(Transfer::read(&topics, &hex(5)), Some(Transfer { to, raw: 5 }));
        assert_eq!(Transfer::read(&topics, &hex(0)), None, "nothing");
        assert_eq!(Transfer::read(&topics, &format!("0x1{:0>63}", "")), None, "more than there is");
        assert_eq!(Transfer::read(&topics, "0x05"), None, "not a word");
        assert_eq!(Transfer::read(&topics, &format!("0x{:0>32}+{:0>31}", "", "5")), None, "a sign");
        assert_eq!(Transfer::read(&topics[..2], &hex(5)), None, "an approval of another shape");
        let approval = vec![Account([9; 20]).word(), topics[1].clone(), topics[2].clone()];
        assert_eq!(Transfer::read(&approval, &hex(5)), None);
    }
}
