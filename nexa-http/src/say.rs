//! The words of pages and problems. Every sentence is in the core's catalogue, `locales/*/web.ftl` for ours.

use nexa_core::{
    domain::{measure::Traffic, refusal::Refusal, shop::Locale},
    text,
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
            Locale::En => "ltr",
        }
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

    /// The language that this page is not in.
    #[must_use]
    pub const fn other(self) -> Locale {
        match self.0 {
            Locale::Fa => Locale::En,
            Locale::En => Locale::Fa,
        }
    }
}
