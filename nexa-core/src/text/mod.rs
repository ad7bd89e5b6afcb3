//! Every sentence, number and date that a person reads, in the person's language.
//!
//! Sentences live in `locales/*/{language}/*.ftl` (Fluent) and are embedded: in `client` what every client needs, which are
//! refusals, units and states; in `shop` what pages, bots and letters say, with the feature `texts`. A missing sentence
//! falls back to English and then to its key: a text never stops a use case. Fluent wraps each argument in the invisible
//! marks U+2068 and U+2069, so that a Latin word inside a Persian sentence keeps its place; leave them in HTML and
//! messengers, and take them out with [`plain`] where bytes are compared or counted. Nothing here reads a clock or a zone of
//! the machine.

mod date;
mod message;
mod number;
mod typed;

#[cfg(test)]
mod tests;

pub use date::{date, datetime, month, month_of};
pub use message::{Message, action_label, alert, message};
pub use number::{days, digits, money, number, traffic, unit};
pub use typed::typed_money;

use crate::domain::{
    coupon::OwnCode, extras::Extras, measure::Traffic, money::Currency, money::Money, notice::Notice,
    refusal::Refusal, shop::Locale,
};
use fluent_templates::{
    Loader,
    fluent_bundle::{FluentValue, types::FluentNumber},
    static_loader,
};
use jiff::Timestamp;
use std::{borrow::Cow, collections::HashMap};
use unic_langid::{LanguageIdentifier, langid};

macro_rules! catalogue {
    ($name:ident, $folder:literal) => {
        static_loader! {
            static $name = {
                locales: $folder,
                fallback_language: "en",
                customise: |bundle| {
                    match bundle.locales.first().map(|l| l.language.as_str()) {
                        Some("fa") => bundle.set_formatter(Some(persian_number)),
                        Some("ru") => bundle.set_formatter(Some(russian_number)),
                        _ => bundle.set_formatter(Some(english_number)),
                    }
                },
            };
        }
    };
}

catalogue!(CLIENT, "./locales/client");
#[cfg(feature = "texts")]
catalogue!(SHOP, "./locales/shop");

const FA: LanguageIdentifier = langid!("fa");
const EN: LanguageIdentifier = langid!("en");
const RU: LanguageIdentifier = langid!("ru");

/// A value inside a sentence, written as the sentence's language writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg<'a> {
    /// Taken as it is.
    Text(&'a str),
    /// A whole number; a sentence may choose its plural by it.
    Number(i64),
    /// As [`money`] writes it.
    Money(Money),
    /// As [`traffic`] writes it.
    Traffic(Traffic),
    /// The day, as [`date`] writes it.
    Date(Timestamp),
    /// As [`days`] writes it.
    Days(u32),
    /// Taken as it is.
    Code(OwnCode),
    /// The name of a currency, e.g. "toman" in Persian.
    Currency(Currency),
    /// Another sentence or word of the catalogue, by its key.
    Key(&'a str),
}

impl Arg<'_> {
    fn value(self, locale: Locale) -> FluentValue<'static> {
        match self {
            Self::Number(number) => FluentValue::from(number),
            Self::Text(text) => text.to_owned().into(),
            Self::Money(amount) => money(locale, amount).into(),
            Self::Traffic(amount) => traffic(locale, amount).into(),
            #[cfg(feature = "texts")]
            Self::Date(moment) => date(locale, moment).into(),
            // No refusal says a day, and the calendars are as large as all refusals together.
            #[cfg(not(feature = "texts"))]
            Self::Date(moment) => moment.to_string().into(),
            Self::Days(count) => days(locale, count).into(),
            Self::Code(code) => code.to_string().into(),
            Self::Currency(currency) => number::unit(locale, currency).into(),
            Self::Key(key) => get(locale, key).into(),
        }
    }
}

/// The sentence `key` (or the attribute `key.attribute`) without arguments.
#[must_use]
pub fn get(locale: Locale, key: &str) -> String {
    with(locale, key, &[])
}

/// The sentence `key` with arguments. Without a sentence, or without an argument that it needs, in the language and in
/// English: the key.
#[must_use]
pub fn with(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    find(locale, key, args).unwrap_or_else(|| key.to_owned())
}

/// The sentence `key`, if there is one in the language or in English and nothing that it needs is missing.
#[must_use]
pub fn find(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    let speak = |locale: Locale| {
        let language = match locale {
            Locale::Fa => &FA,
            Locale::En => &EN,
            Locale::Ru => &RU,
        };
        let args: HashMap<Cow<'static, str>, FluentValue<'static>> =
            args.iter().map(|(name, arg)| (Cow::Owned((*name).to_owned()), arg.value(locale))).collect();
        let said = CLIENT.lookup_single_language(language, key, Some(&args)).ok();
        #[cfg(feature = "texts")]
        let said = said.or_else(|| SHOP.lookup_single_language(language, key, Some(&args)).ok());
        said
    };
    speak(locale).or_else(|| speak(Locale::En))
}

/// The languages that have sentences; for tests that every language is complete.
#[must_use]
pub fn languages() -> Vec<String> {
    CLIENT.locales().map(ToString::to_string).collect()
}

/// What a customer is told who cannot reach the shop for now; another try is worth it after so many seconds.
#[must_use]
pub fn offline(locale: Locale, wait_seconds: u32) -> String {
    with(locale, "shop-offline", &[("seconds", Arg::Number(i64::from(wait_seconds)))])
}

/// What a "no" says to the customer.
#[must_use]
pub fn refusal(locale: Locale, refusal: &Refusal) -> String {
    if let Refusal::Unlisted { text, .. } = refusal {
        return text.clone();
    }
    let key = format!("refusal-{}", refusal.code().replace('_', "-"));
    let field;
    let named;
    let args = match refusal {
        Refusal::BadInput { field: name, .. } | Refusal::BadConfig { setting: name, .. } => {
            let is_setting = matches!(refusal, Refusal::BadConfig { .. });
            let known = find(locale, &format!("field-{}", name.replace('_', "-")), &[]);
            field = find(locale, &setting_key(name), &[]).filter(|_| is_setting).or(known);
            vec![("field", Arg::Text(field.as_deref().unwrap_or(name)))]
        }
        Refusal::TooManyAttempts { wait_seconds } => {
            vec![("seconds", Arg::Number(i64::from(*wait_seconds)))]
        }
        Refusal::WeakPassword { minimum } => vec![("minimum", Arg::Number(i64::from(*minimum)))],
        Refusal::SelectionGrew { count } => vec![("count", Arg::Number(i64::from(*count)))],
        Refusal::WrongCurrency { expected } => vec![("currency", Arg::Currency(*expected))],
        Refusal::BelowMinimum { minimum } => vec![("amount", Arg::Money(*minimum))],
        Refusal::AboveMaximum { maximum } => vec![("amount", Arg::Money(*maximum))],
        Refusal::PriceChanged { price } => vec![("amount", Arg::Money(*price))],
        Refusal::BelowFloor { floor } => vec![("amount", Arg::Money(*floor))],
        Refusal::NotEnoughFunds { missing } | Refusal::ReturnNotCovered { missing } => {
            vec![("amount", Arg::Money(*missing))]
        }
        Refusal::NoFreshRate { asset } => vec![("currency", Arg::Currency(*asset))],
        Refusal::ExtraNotOffered { missing } => {
            named = extras(locale, *missing);
            vec![("extras", Arg::Text(&named))]
        }
        Refusal::Maintenance { note } if note.is_empty() => return get(locale, &format!("{key}.bare")),
        Refusal::Maintenance { note } => vec![("note", Arg::Text(note))],
        Refusal::TooLarge { limit } => vec![("limit", Arg::Traffic(Traffic::bytes(u64::from(*limit))))],
        _ => Vec::new(),
    };
    with(locale, &key, &args)
}

/// The key of what an adapter's setting is called: `sms.secret` is `setting-sms-secret`, `cards.*.number`
/// `setting-cards-number`.
#[must_use]
pub fn setting_key(name: &str) -> String {
    format!("setting-{}", name.replace(".*.", "-").replace(['.', '_'], "-"))
}

/// What extras are called, e.g. "own address · port forwarding".
#[must_use]
pub fn extras(locale: Locale, of: Extras) -> String {
    let name = |word: &str| get(locale, &format!("extra-{}", word.replace('_', "-")));
    of.names().into_iter().map(name).collect::<Vec<_>>().join(" · ")
}

/// What a message says, without looking anything up.
#[must_use]
pub fn notice(locale: Locale, notice: &Notice) -> String {
    with(locale, &format!("notice-{}", notice.key()), &amounts(notice))
}

/// The amounts that a message carries in itself.
fn amounts(notice: &Notice) -> Vec<(&'static str, Arg<'static>)> {
    match notice {
        Notice::AutoRenewSoon { price, .. } => vec![("price", Arg::Money(*price))],
        Notice::CouponGiven { code, until } => {
            vec![("code", Arg::Code(*code)), ("until", Arg::Date(*until))]
        }
        Notice::Grace { hours, traffic, .. } => {
            vec![("hours", Arg::Number(i64::from(*hours))), ("traffic", Arg::Traffic(*traffic))]
        }
        Notice::AutoRenewLacks { price, lack, .. } => {
            vec![("price", Arg::Money(*price)), ("lack", Arg::Money(*lack))]
        }
        Notice::InvitationRewarded { reward } | Notice::InvitationRewardTakenBack { reward } => {
            vec![("reward", Arg::Money(*reward))]
        }
        Notice::SentBack { amount }
        | Notice::WithdrawalPaid { amount }
        | Notice::WithdrawalRefused { amount } => vec![("amount", Arg::Money(*amount))],
        Notice::WelcomeCredited { welcome } | Notice::WelcomeCreditTakenBack { welcome } => {
            vec![("welcome", Arg::Money(*welcome))]
        }
        _ => Vec::new(),
    }
}

/// What a message says when the caller knows what it is about. The fuller sentence (the attribute `full`) is used when
/// every argument that it names is given: `plan` (text), `amount` (money), `until` (date), `traffic`; else the short one.
#[must_use]
pub fn notice_with(locale: Locale, notice: &Notice, args: &[(&str, Arg<'_>)]) -> String {
    let key = format!("notice-{}", notice.key());
    let args: Vec<(&str, Arg<'_>)> = amounts(notice).into_iter().chain(args.iter().copied()).collect();
    find(locale, &format!("{key}.full"), &args).unwrap_or_else(|| with(locale, &key, &args))
}

/// The text without the marks U+2068 and U+2069 that Fluent puts around arguments.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

fn persian_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    bare_number(value).map(|n| number::grouped(Locale::Fa, &n))
}

fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    bare_number(value).map(|n| number::grouped(Locale::En, &n))
}

fn russian_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    bare_number(value).map(|n| number::grouped(Locale::Ru, &n))
}

fn bare_number(value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(FluentNumber::as_string(number).into_owned()),
        _ => None,
    }
}
