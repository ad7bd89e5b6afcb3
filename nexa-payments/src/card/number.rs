//! Bank card numbers: read in any script, checked, never shown whole except to the customer who pays to it.

use crate::config::bad;
use data_encoding::HEXLOWER;
use nexa_core::domain::refusal::Refusal;
use sha2::{Digest, Sha256};
use std::fmt;

/// Numbers that card networks and payment processors publish for tests, besides those that a pattern catches.
const PUBLISHED: [&str; 10] = [
    "4012888888881881",
    "4000056655665556",
    "4000000000000002",
    "5105105105105100",
    "5200828282828210",
    "5555555555554444",
    "6011000990139424",
    "3566002020360505",
    "1234567890123456",
    "1234567812345670",
];

/// The number of a card: 16 digits with a right check digit, not a published example.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CardNumber(String);

impl CardNumber {
    /// Reads a number with Latin, Persian or Arabic digits, and with spaces or dashes between them.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut digits = String::with_capacity(16);
        let mut masked = false;
        for letter in text.trim().chars() {
            match letter {
                '0'..='9' => digits.push(letter),
                // Extended Arabic-Indic (Persian) and Arabic-Indic digits.
                '\u{6f0}'..='\u{6f9}' => digits.extend(latin(letter, 0x6f0)),
                '\u{660}'..='\u{669}' => digits.extend(latin(letter, 0x660)),
                ' ' | '-' | '\u{a0}' | '\u{200c}' | '\u{2013}' => {}
                'x' | 'X' | '*' | '•' | '_' | '#' => masked = true,
                _ => return Err(bad("number", "only digits, spaces and dashes")),
            }
        }
        if masked || (!digits.is_empty() && is_example(&digits)) {
            return Err(Refusal::PlaceholderKey);
        }
        if digits.len() != 16 {
            return Err(bad("number", "a card number has 16 digits"));
        }
        if !luhn(&digits) {
            return Err(bad("number", "the check digit is wrong"));
        }
        Ok(Self(digits))
    }

    /// The 16 digits.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }

    /// A stable name for the database that does not show the number.
    pub(crate) fn key(&self) -> String {
        let hash = Sha256::digest(format!("nexa/card/1:{}", self.0));
        let mut name = HEXLOWER.encode(&hash);
        name.truncate(16);
        name
    }

    /// The number as an operator may see it in a log: the bank's six digits and the last four.
    pub(crate) fn masked(&self) -> String {
        let part = |range| self.0.get(range).unwrap_or_default();
        format!("{} {}** **** {}", part(0..4), part(4..6), part(12..16))
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

fn latin(letter: char, zero: u32) -> Option<char> {
    char::from_digit(u32::from(letter).checked_sub(zero)?, 10)
}

/// Whether nobody can own this number: eight equal digits in a row, one block repeated, or published for tests.
fn is_example(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let run = bytes.windows(8).any(|window| window.iter().all(|digit| Some(digit) == window.first()));
    let repeated = bytes.len() == 16 && bytes.chunks(4).all(|block| Some(block) == bytes.get(..4));
    run || repeated || PUBLISHED.contains(&digits) || digits.starts_with("12345678")
}

/// The check of ISO/IEC 7812-1 annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = (digits.chars().rev().enumerate())
        .map(|(at, digit)| {
            let value = digit.to_digit(10).unwrap_or(0);
            match (at % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_gives_the_same_number() {
        // Invented: the check digit is right, the account does not exist.
        let plain = CardNumber::parse("6219861034529007").expect("valid");
        for text in ["6219-8610-3452-9007", " 6219 8610 3452 9007 ", "۶۲۱۹۸۶۱۰۳۴۵۲۹۰۰۷", "٦٢١٩٨٦١٠٣٤٥٢٩٠٠٧"]
        {
            assert_eq!(CardNumber::parse(text).expect(text), plain);
        }
        assert_eq!(plain.masked(), "6219 86** **** 9007");
        assert_eq!(plain.key().len(), 16);
        assert!(!plain.key().contains("9007") && !format!("{plain:?}").contains("1034"));
    }

    #[test]
    fn a_mistyped_number_is_refused() {
        let wrong = "6219861034529007".char_indices().map(|(at, digit)| {
            let mut text = String::from("6219861034529007");
            let other = char::from_digit((digit.to_digit(10).expect("digit") + 1) % 10, 10).expect("digit");
            text.replace_range(at..=at, &other.to_string());
            text
        });
        for text in
            wrong.chain(["621986103452900".into(), String::new(), "62198610345290070".into(), "abc".into()])
        {
            assert!(matches!(CardNumber::parse(&text), Err(Refusal::BadConfig { .. })), "{text}");
        }
    }

    #[test]
    fn examples_are_refused_as_examples() {
        for text in [
            "6037-0000-0000-0000",
            "6037 9900 0000 0000",
            "6037-XXXX-XXXX-XXXX",
            "1111111111111111",
            "0000000000000000",
            "1234 5678 9012 3456",
            "1234567812345678",
            "4111 1111 1111 1111",
            "4242424242424242",
            "5555555555554444",
            "۶۰۳۷۰۰۰۰۰۰۰۰۰۰۰۰",
        ] {
            assert_eq!(CardNumber::parse(text), Err(Refusal::PlaceholderKey), "{text}");
        }
    }
}
