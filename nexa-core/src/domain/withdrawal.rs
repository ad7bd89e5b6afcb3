//! Withdrawals: commission money on its way out of a wallet, paid by a person outside of the shop.

use super::{
    money::{Currency, Money},
    refusal::Refusal,
    user::digits,
};
use crate::ids::{ShopId, UserId, WithdrawalId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The greatest least amount, in minor units: beyond it something is wrong.
const MOST_LEAST: i64 = 1_000_000_000_000_000;
/// Letters of a destination in somebody's own words.
const WORDS: std::ops::RangeInclusive<usize> = 3..=200;
/// Letters that a reference or a reason may have.
const NOTE_LENGTH: usize = 300;
/// What base58 is written with (Bitcoin Core, `base58.cpp`).
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// What bech32 is written with behind its `1` (BIP 173).
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// How commission money can be taken out of a shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WithdrawalTerms {
    /// The least amount.
    pub least: Money,
    /// Whether to an address on a chain.
    pub chain: bool,
    /// Whether to a bank card.
    pub card: bool,
    /// Whether in another way that the customer describes.
    pub other: bool,
}

impl WithdrawalTerms {
    /// Refuses terms that a shop with this currency could not keep.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if self.least.currency != currency {
            return Err(Refusal::WrongCurrency { expected: currency });
        }
        if !(1..=MOST_LEAST).contains(&self.least.minor) {
            return Err(Refusal::AmountOutOfRange);
        }
        if self.chain || self.card || self.other {
            Ok(self)
        } else {
            Err(Refusal::bad_input("ways", "at least one"))
        }
    }

    /// Whether this way is offered.
    #[must_use]
    pub const fn offers(&self, way: WithdrawalWay) -> bool {
        match way {
            WithdrawalWay::Chain => self.chain,
            WithdrawalWay::Card => self.card,
            WithdrawalWay::Other => self.other,
        }
    }
}

/// Where money goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalWay {
    /// To an address on a chain.
    Chain,
    /// To a bank card.
    Card,
    /// As the customer describes.
    Other,
}

impl WithdrawalWay {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chain, Self::Card, Self::Other];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Card => "card",
            Self::Other => "other",
        }
    }

    /// The way of this name.
    pub fn from_name(name: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.into_iter().find(|way| way.name() == name);
        known.ok_or_else(|| Refusal::bad_input("way", "chain, card or other"))
    }

    /// What somebody typed as the destination, in the form it is kept in. Its form is checked and nothing more: whether
    /// somebody gets money there only its owner knows.
    pub fn destination(self, typed: &str) -> Result<String, Refusal> {
        let typed = typed.trim();
        let (read, what) = match self {
            Self::Chain => (is_address(typed).then(|| typed.to_owned()), "an address on a chain"),
            Self::Card => (digits(typed).filter(|number| is_card(number)), "the number of a card"),
            Self::Other => {
                let plain = WORDS.contains(&typed.chars().count()) && !typed.chars().any(char::is_control);
                (plain.then(|| typed.to_owned()), "3 to 200 characters")
            }
        };
        read.ok_or_else(|| Refusal::bad_input("destination", what))
    }
}

fn made_of(text: &str, alphabet: &str) -> bool {
    text.chars().all(|c| alphabet.contains(c))
}

/// Whether a text looks like an address: Ethereum and its like, Tron, Bitcoin and its like, TON, Monero.
fn is_address(text: &str) -> bool {
    if let Some(hex) = text.strip_prefix("0x") {
        return hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    if let Some((network, rest)) = text.split_once('1')
        && matches!(network, "bc" | "tb" | "ltc" | "tltc" | "bcrt" | "rltc")
    {
        return (39..=87).contains(&rest.len()) && made_of(rest, BECH32);
    }
    let ton = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match text.len() {
        48 => matches!(text.get(..2), Some("EQ" | "UQ" | "kQ" | "0Q")) && text.bytes().all(ton),
        95 | 106 => text.starts_with(['4', '8']) && made_of(text, BASE58),
        25..=35 => {
            text.starts_with(['T', '1', '3', 'L', 'M', 'm', 'n', '2', 'Q', 'D']) && made_of(text, BASE58)
        }
        _ => false,
    }
}

/// Whether a number is one that a card may have: its last digit fits (ISO/IEC 7812-1, annex B).
fn is_card(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .map(|b| u32::from(b.saturating_sub(b'0')))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, times)| digit.saturating_mul(times))
        .map(|value| if value > 9 { value.saturating_sub(9) } else { value })
        .sum();
    (13..=19).contains(&number.len()) && sum.is_multiple_of(10) && number.bytes().any(|b| b != b'0')
}

/// How far a withdrawal has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalState {
    /// Out of the wallet; waits for a person.
    Asked,
    /// Paid.
    Paid,
    /// Refused; the money is in the wallet again.
    Refused,
}

/// Commission money that somebody wants outside of the shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// Its id.
    pub id: WithdrawalId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// How much.
    pub amount: Money,
    /// How.
    pub way: WithdrawalWay,
    /// Where to, sealed; none when whoever asked has left.
    pub destination_sealed: Option<String>,
    /// How far it has come.
    pub state: WithdrawalState,
    /// What proves that it was paid, or why it was refused.
    pub note: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was decided on.
    pub decided_at: Option<Timestamp>,
}

impl Withdrawal {
    /// A person decided: it was paid, with this reference, or it is refused for this reason.
    pub fn decide(self, paid: bool, note: &str, now: Timestamp) -> Result<Self, Refusal> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > NOTE_LENGTH {
            let field = if paid { "reference" } else { "reason" };
            return Err(Refusal::bad_input(field, "1 to 300 characters"));
        }
        if self.state != WithdrawalState::Asked {
            return Err(Refusal::AlreadyDecided);
        }
        let state = if paid { WithdrawalState::Paid } else { WithdrawalState::Refused };
        Ok(Self { state, note: Some(note.to_owned()), decided_at: Some(now), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_known_by_their_form() {
        for known in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
            "UQBynBO23ywHy_CgarY9NK9FTz0yDsG82PtcbSTQgGoXwiuA",
        ] {
            assert_eq!(WithdrawalWay::Chain.destination(&format!(" {known} ")), Ok(known.to_owned()));
        }
        for wrong in [
            "",
            "0x12",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tO",
            "my wallet",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6O",
        ] {
            assert!(WithdrawalWay::Chain.destination(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn cards_are_known_by_their_last_digit() {
        for typed in ["6037 9911 1111 1112", "۶۰۳۷۹۹۱۱۱۱۱۱۱۱۱۲", "4242-4242-4242-4242"] {
            assert!(WithdrawalWay::Card.destination(typed).is_ok(), "{typed}");
        }
        for wrong in ["4242424242424241", "0000000000000000", "42", "card", ""] {
            assert!(WithdrawalWay::Card.destination(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,240}") {
            for way in WithdrawalWay::ALL {
                if let Ok(read) = way.destination(&text) {
                    prop_assert_eq!(way.destination(&read), Ok(read.clone()), "as it is kept");
                }
            }
        }
    }

    fn asked() -> Withdrawal {
        let nil = uuid::Uuid::nil();
        Withdrawal {
            id: nil.into(),
            shop_id: nil.into(),
            user_id: nil.into(),
            amount: Money::new(500, Currency::Usd),
            way: WithdrawalWay::Card,
            destination_sealed: None,
            state: WithdrawalState::Asked,
            note: None,
            asked_at: Timestamp::UNIX_EPOCH,
            decided_at: None,
        }
    }

    #[test]
    fn it_is_decided_on_once_and_with_a_note() {
        let now = Timestamp::UNIX_EPOCH;
        for (paid, state) in [(true, WithdrawalState::Paid), (false, WithdrawalState::Refused)] {
            assert!(asked().decide(paid, " ", now).is_err());
            let decided = asked().decide(paid, " 42 ", now).unwrap();
            assert_eq!((decided.state, decided.note.as_deref()), (state, Some("42")));
            assert_eq!(decided.decide(!paid, "43", now), Err(Refusal::AlreadyDecided));
        }
    }

    #[test]
    fn terms_name_a_way_and_an_amount_of_the_shop() {
        let some =
            WithdrawalTerms { least: Money::new(1, Currency::Usd), chain: true, card: false, other: false };
        assert_eq!(some.checked(Currency::Usd), Ok(some));
        assert!(some.checked(Currency::Eur).is_err());
        assert!(WithdrawalTerms { chain: false, ..some }.checked(Currency::Usd).is_err());
        assert!(
            WithdrawalTerms { least: Money::zero(Currency::Usd), ..some }.checked(Currency::Usd).is_err()
        );
        assert_eq!(WithdrawalWay::ALL.map(|way| some.offers(way)), [true, false, false]);
    }
}
