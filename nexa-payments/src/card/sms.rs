//! Messages of the bank: the operator's telephone hands on what the bank writes of deposits, and the amount says which
//! payment it is for.
//!
//! A forwarder on the telephone posts JSON to the gateway's callback address:
//!
//! ```text
//! X-Nexa-Signature: t=1795474467,v1=<hex>
//! {"card": "9007", "text": "واریز ۱٬۲۵۰٬۰۱۰ ریال\nمانده ..."}
//! ```
//!
//! `card` is the end of the card's number, at least its last four digits; it may be left out where there is one card.
//! `v1` is HMAC-SHA256 over `t`, a point and the body as it is sent, with the setting `secret`; `t` is the time in Unix
//! seconds and at most five minutes off. While the secret is changed, `previous_secret` with `secret` and `until` lets what is
//! signed with the one before pass until that moment. Other members are ignored. The secret belongs to this gateway alone: a message
//! signed for another gateway with the same secret would pass here too.
//!
//! It must never take anything but a deposit for one: a message that can be read in two ways means nothing, and so does
//! every other message that the telephone hands on, such as a one-time password. Of those nothing is kept.

use crate::{
    config::{bad, is_placeholder, within},
    signer::{Previous, Signer},
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        refusal::Refusal,
        shop::Locale,
    },
    ports::gateway::Callback,
    secret::Secret,
    text::typed_money,
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

pub(super) const FAMILY: &str = "bank-sms";
/// Bytes of a message with everything around it.
const LONGEST_BODY: usize = 16 * 1024;
/// Seconds that the telephone's clock may be off.
const TOLERANCE: i64 = 300;

/// How a bank's message says that an amount was deposited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Behind this word.
    After(&'static str),
    /// Before these words.
    Before(&'static str),
    /// With a plus sign right before or behind it.
    Plus,
}

/// What banks write, by the names that operators choose from.
///
/// `mellat`: `واریز300,000` (github.com/Taha-Zaki/SmsBot-Notion). `resalat`: `+120,000,000`, `pasargad` alike, and
/// `blu`: `1,000,000 ریال به حساب شما نشست` (parsers of other programs that read these banks' messages). Banks change
/// what they write; none of this is documented by them.
pub const RULES: [(&str, &[Rule]); 4] = [
    ("mellat", &[Rule::After("واریز")]),
    ("pasargad", &[Rule::Plus]),
    ("resalat", &[Rule::Plus]),
    ("blu", &[Rule::Before("به حساب شما نشست")]),
];

const EVERY: &[Rule] = &[Rule::After("واریز"), Rule::Plus, Rule::Before("به حساب شما نشست")];
/// A message with one of these tells of money that went away.
const WITHDRAWN: [&str; 2] = ["برداشت", "خرید"];

/// The rules of this name.
pub(super) fn rules(name: Option<&str>) -> Result<&'static [Rule], Refusal> {
    let Some(name) = name else { return Ok(EVERY) };
    let known = RULES.iter().find(|(known, _)| *known == name);
    known.map(|(_, rules)| *rules).ok_or_else(|| bad("sms_rule", "not one that is known"))
}

/// The setting `sms`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    secret: String,
    previous_secret: Option<Previous>,
    cap_minor: i64,
}

/// The way from the telephone.
pub(super) struct Bridge {
    signer: Signer,
    cap: i64,
}

impl Bridge {
    pub(super) fn new(config: &Config) -> Result<Self, Refusal> {
        let signer = Signer::read(&config.secret, config.previous_secret.as_ref(), |text| {
            if is_placeholder(text) {
                return Err(Refusal::PlaceholderKey);
            }
            within("secret", text.len(), 16..=256)?;
            Ok(Secret::new(text.to_owned()))
        })?;
        Ok(Self { signer, cap: within("cap_minor", config.cap_minor, 1..=i64::MAX)? })
    }

    /// Whether so much may pay an order without a person's word.
    pub(super) const fn trusts(&self, amount: Money) -> bool {
        amount.minor <= self.cap
    }

    /// The message, if it comes from the telephone.
    pub(super) fn authentic(&self, callback: &Callback, now: Timestamp) -> Option<Message> {
        if callback.method != "POST" || callback.body.len() > LONGEST_BODY {
            return None;
        }
        let mut signatures = callback.headers.iter().filter(|(name, _)| name == "x-nexa-signature");
        let (Some((_, signature)), None) = (signatures.next(), signatures.next()) else { return None };
        let (time, code) = signature.strip_prefix("t=")?.split_once(",v1=")?;
        let said: i64 = time.parse().ok()?;
        if said.checked_sub(now.as_second())?.checked_abs()? > TOLERANCE {
            return None;
        }
        let code = HEXLOWER.decode(code.as_bytes()).ok()?;
        let signed = self.signer.has_signed(now, |secret| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
            mac.update(time.as_bytes());
            mac.update(b".");
            mac.update(&callback.body);
            // Compares in constant time.
            mac.verify_slice(&code).is_ok()
        });
        signed.then(|| serde_json::from_slice(&callback.body).unwrap_or_default())
    }
}

/// What the telephone hands on.
#[derive(Deserialize, Default)]
pub(super) struct Message {
    #[serde(default)]
    card: String,
    #[serde(default)]
    text: String,
}

impl Message {
    /// Whether it is of the card with this number.
    pub(super) fn is_of(&self, number: &str) -> bool {
        let end: String = plain(&self.card).chars().filter(char::is_ascii_digit).collect();
        self.card.is_empty() || (end.len() >= 4 && number.ends_with(&end))
    }

    /// Its name: the same message handed on twice is one deposit. Banks write the time and what is left into it.
    pub(super) fn name(&self, card: &str) -> String {
        let words: Vec<_> = self.text.split_whitespace().collect();
        HEXLOWER.encode(&Sha256::digest(format!("{card}\n{}", words.join(" "))))
    }

    /// What was deposited; nothing where no rule finds an amount, or two find different ones.
    pub(super) fn deposit(&self, rules: &[Rule], currency: Currency) -> Option<Money> {
        let text = plain(&self.text);
        if WITHDRAWN.iter().any(|word| text.contains(word)) {
            return None;
        }
        let amounts = amounts(&text);
        let told = |rule: &Rule| amounts.iter().filter(|amount| amount.told_by(*rule)).collect::<Vec<_>>();
        let found: BTreeSet<i64> = rules.iter().flat_map(told).filter_map(|a| a.minor(currency)).collect();
        let (Some(minor), 1) = (found.first(), found.len()) else { return None };
        (*minor > 0).then(|| Money::new(*minor, currency))
    }
}

/// Digits as ASCII, letters as Persian writes them, no marks that cannot be seen.
fn plain(text: &str) -> String {
    let digit = |c: char, zero: u32| char::from_digit(u32::from(c).checked_sub(zero)?, 10);
    let seen =
        text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}'));
    seen.map(|c| match c {
        'ي' => 'ی',
        'ك' => 'ک',
        '٬' => ',',
        '＋' => '+',
        _ => digit(c, 0x6f0).or_else(|| digit(c, 0x660)).unwrap_or(c),
    })
    .collect()
}

/// A number in a message, with what stands on both sides of it.
struct Amount<'a> {
    before: &'a str,
    bare: &'a str,
    after: &'a str,
}

fn amounts(text: &str) -> Vec<Amount<'_>> {
    let mut all = Vec::new();
    let mut from = 0;
    let part = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    while let Some((before, rest)) = text.split_at_checked(from) {
        let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) else { break };
        let Some((gap, number)) = rest.split_at_checked(begin) else { break };
        let length = number.find(|c| !part(c)).unwrap_or(number.len());
        let Some((bare, after)) = number.split_at_checked(length) else { break };
        let before = text.get(..before.len() + gap.len()).unwrap_or_default();
        all.push(Amount { before, bare: bare.trim_end_matches([',', '.']), after });
        from += begin + length;
    }
    all
}

impl Amount<'_> {
    fn told_by(&self, rule: Rule) -> bool {
        let between = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '+');
        match rule {
            // Between the word and the amount stands nothing but what leads on to it.
            Rule::After(word) => {
                let lead = self.before.trim_end_matches(between);
                lead.ends_with(word)
                    || lead.strip_suffix("مبلغ").is_some_and(|l| l.trim_end_matches(between).ends_with(word))
            }
            Rule::Before(words) => {
                let rest = self.after.trim_start();
                let rest = rest.strip_prefix("ریال").or_else(|| rest.strip_prefix("تومان")).unwrap_or(rest);
                rest.trim_start().starts_with(words)
            }
            Rule::Plus => self.before.ends_with('+') || self.after.starts_with('+'),
        }
    }

    /// In minor units; tomans only where the message says so.
    fn minor(&self, currency: Currency) -> Option<i64> {
        let unit = self.after.trim_start_matches(|c: char| c.is_whitespace() || c == '+');
        let tomans = currency == Currency::Irr && unit.starts_with("تومان");
        let locale = if tomans { Locale::Fa } else { Locale::En };
        typed_money(locale, self.bare, currency).map(|money| money.minor)
    }
}

#[cfg(test)]
#[path = "sms_tests.rs"]
mod tests;
