//! The words of pages and problems. Every sentence is in the core's catalogue, `locales/shop/*/web.ftl` for ours.

use nexa_core::{
    domain::{measure::Traffic, money::Money, refusal::Refusal, shop::Locale},
    storefront::model::{MoneyView, PlanView},
    text::{self, Arg},
};
use poem::http::{HeaderMap, header};

/// The language that the caller wishes, if we speak it.
#[must_use]
pub fn wished(headers: &HeaderMap) -> Option<Locale> {
    Locale::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// A sentence.
#[must_use]
pub fn get(locale: Locale, key: &str) -> String {
    text::get(locale, key)
}

/// The sentence of a refusal.
#[must_use]
pub fn refusal(locale: Locale, refusal: &Refusal) -> String {
    text::refusal(locale, refusal)
}

/// A page in another language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Translation {
    /// The BCP 47 tag.
    pub lang: &'static str,
    /// What the language calls itself.
    pub name: String,
    /// Where the page is in it.
    pub address: String,
}

/// The words of one page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words(pub Locale);

impl Words {
    /// A sentence.
    #[must_use]
    pub fn get(self, key: &str) -> String {
        get(self.0, key)
    }

    /// A sentence about an app.
    #[must_use]
    pub fn app(self, key: &str, app: &str) -> String {
        text::with(self.0, key, &[("app", text::Arg::Text(app))])
    }

    /// The BCP 47 tag for `lang`.
    #[must_use]
    pub const fn lang(self) -> &'static str {
        self.0.tag()
    }

    /// The direction for `dir`.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self.0 {
            Locale::Fa => "rtl",
            Locale::En | Locale::Ru => "ltr",
        }
    }

    /// A sentence with values in it.
    #[must_use]
    pub fn with(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        text::with(self.0, key, args)
    }

    /// The sentence for one case of a kind, e.g. `order-paid`.
    #[must_use]
    pub fn part(self, kind: &str, case: &str) -> String {
        self.get(&format!("{kind}-{}", case.replace('_', "-")))
    }

    /// An amount of money.
    #[must_use]
    pub fn money(self, amount: &MoneyView) -> String {
        match amount.currency.parse() {
            Ok(currency) => text::money(self.0, Money::new(amount.minor, currency)),
            Err(_) => format!("{} {}", amount.minor, amount.currency),
        }
    }

    /// A sentence about an amount, if there is one.
    #[must_use]
    pub fn amount(self, key: &str, of: &MoneyView) -> Option<String> {
        (of.minor > 0).then(|| self.with(key, &[("amount", Arg::Text(&self.money(of)))]))
    }

    /// The same without the name of its currency, as it is typed.
    #[must_use]
    pub fn bare(self, amount: &MoneyView) -> String {
        let unit = self.unit(amount);
        self.money(amount).trim_end_matches(unit.as_str()).trim().to_owned()
    }

    /// The name of an amount's currency.
    #[must_use]
    pub fn unit(self, amount: &MoneyView) -> String {
        amount.currency.parse().map_or_else(|_| amount.currency.clone(), |known| text::unit(self.0, known))
    }

    /// The day of a moment.
    #[must_use]
    pub fn date(self, moment: &str) -> String {
        moment.parse().map_or_else(|_| moment.to_owned(), |at| text::date(self.0, at))
    }

    /// A date such as `2026-03-01`, as the language writes it.
    #[must_use]
    pub fn day(self, date: &str) -> String {
        self.date(&format!("{date}T12:00:00Z"))
    }

    /// The month of a date such as `2026-03-01`.
    #[must_use]
    pub fn month(self, date: &str) -> String {
        date.parse().map_or_else(|_| date.to_owned(), |day| text::month(self.0, day))
    }

    /// A moment to the minute.
    #[must_use]
    pub fn moment(self, moment: &str) -> String {
        moment.parse().map_or_else(|_| moment.to_owned(), |at| text::datetime(self.0, at))
    }

    /// A number.
    #[must_use]
    pub fn number(self, number: impl Into<i64>) -> String {
        text::number(self.0, number.into())
    }

    /// A count of devices.
    #[must_use]
    pub fn devices(self, count: u32) -> String {
        text::plain(&self.with("devices", &[("devices", Arg::Number(i64::from(count)))]))
    }

    /// What a plan has beyond days, traffic and devices.
    #[must_use]
    pub fn extra(self, name: &str) -> String {
        self.part("extra", name)
    }

    /// The button of a trial, with what it gives.
    #[must_use]
    pub fn trial(self, plan: &PlanView) -> String {
        let (days, traffic) = (Arg::Days(plan.days), Arg::Traffic(Traffic::bytes(plan.traffic_bytes)));
        text::plain(&self.with("page-trial", &[("days", days), ("traffic", traffic)]))
    }

    /// A country by its code, with its flag; the code where we have no name for it.
    #[must_use]
    pub fn country(self, region: &str) -> String {
        let key = format!("country-{}", region.to_ascii_lowercase());
        let name = Some(self.get(&key)).filter(|name| *name != key).unwrap_or_else(|| region.to_owned());
        format!("{} {name}", flag(region)).trim().to_owned()
    }

    /// A count of days.
    #[must_use]
    pub fn days(self, count: u32) -> String {
        text::days(self.0, count)
    }

    /// An amount of traffic.
    #[must_use]
    pub fn traffic(self, bytes: u64) -> String {
        text::traffic(self.0, Traffic::bytes(bytes))
    }

    /// A sentence about so many of something.
    #[must_use]
    pub fn counted(self, key: &str, count: u32) -> String {
        self.with(key, &[("count", Arg::Number(i64::from(count)))])
    }

    /// Links to the same page in every language that it is not in.
    #[must_use]
    pub fn others(self, path: &str) -> Vec<Translation> {
        let link = |locale: Locale| Translation {
            lang: locale.tag(),
            name: get(locale, "web-language"),
            address: format!("{path}?lang={}", locale.tag()),
        };
        Locale::ALL.into_iter().filter(|locale| *locale != self.0).map(link).collect()
    }
}

/// The flag of a country, from its two letters.
#[must_use]
pub fn flag(region: &str) -> String {
    let letter = |b: u8| char::from_u32(0x1_F1E6 + u32::from(b.to_ascii_uppercase().checked_sub(b'A')?));
    let letters: Option<String> = region.bytes().map(letter).collect();
    letters.filter(|_| region.len() == 2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::flag;

    #[test]
    fn flags_come_from_letters_only() {
        assert_eq!(flag("DE"), "🇩🇪");
        assert_eq!(flag("d1"), "");
        assert_eq!(flag("DEU"), "");
    }
}
