//! What a shop says in its own words, in place of ours or beside them.

use super::{
    article::{self, for_reader},
    refusal::Refusal,
    shop::Locale,
};
use crate::ids::ShopId;
use serde::{Deserialize, Serialize};

/// One text that a shop may write itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKey {
    /// What the bot says to those who have nothing yet.
    Welcome,
    /// How it works, in the bot's help.
    Help,
    /// What is said beside an order that was delivered.
    Purchased,
    /// What is said where one makes an account.
    SignUp,
    /// What stands at the foot of every page.
    Footer,
    /// The terms, a page of their own.
    Terms,
    /// What is known of customers, a page of its own.
    Privacy,
    /// When money is given back, a page of its own.
    Refunds,
}

impl TextKey {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Welcome,
        Self::Help,
        Self::Purchased,
        Self::SignUp,
        Self::Footer,
        Self::Terms,
        Self::Privacy,
        Self::Refunds,
    ];

    /// Those that are pages of their own.
    pub const PAPERS: [Self; 3] = [Self::Terms, Self::Privacy, Self::Refunds];

    /// Its stable name; that of a paper is its address, too.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Help => "help",
            Self::Purchased => "purchased",
            Self::SignUp => "sign_up",
            Self::Footer => "footer",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::Refunds => "refunds",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|one| one.name() == name).ok_or(Refusal::NotFound)
    }

    /// By its name, of those that are shown by themselves.
    pub fn shown(name: &str) -> Result<Self, Refusal> {
        Self::named(name)
            .and_then(|key| if key == Self::Purchased { Err(Refusal::NotFound) } else { Ok(key) })
    }

    /// Whether it is a page of its own, in the markup of articles.
    #[must_use]
    pub const fn is_paper(self) -> bool {
        matches!(self, Self::Terms | Self::Privacy | Self::Refunds)
    }

    /// The messages of the catalogue that are said without it; none where nothing is.
    #[must_use]
    pub const fn built_in(self) -> &'static [&'static str] {
        match self {
            Self::Welcome => &["bot-home-empty"],
            Self::Help => &["bot-help-buy", "bot-help-connect", "bot-help-renew"],
            _ => &[],
        }
    }

    /// What may stand in braces, to be filled in.
    #[must_use]
    pub const fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Purchased => &["shop", "plan", "until"],
            _ => &["shop"],
        }
    }

    /// Letters that it may have; of a paper, bytes.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Welcome | Self::Purchased => 1000,
            Self::Help => 2000,
            Self::SignUp => 500,
            Self::Footer => 300,
            Self::Terms | Self::Privacy | Self::Refunds => article::BODY,
        }
    }

    /// A text for it, tidied; refused when it is too long, or leaves open what nobody fills in.
    pub fn checked(self, text: &str) -> Result<String, Refusal> {
        let text = article::long_text(text).map_err(|_| Refusal::bad_input("text", "empty or too long"))?;
        if !self.is_paper() && text.chars().count() > self.most() {
            return Err(Refusal::bad_input("text", "too long for its place"));
        }
        let known = |mark: &str| self.marks().contains(&mark);
        if open_marks(&text).any(|mark| !known(mark)) {
            return Err(Refusal::bad_input("text", "a mark in braces that nobody fills in"));
        }
        Ok(text)
    }
}

/// The words that stand in braces.
fn open_marks(text: &str) -> impl Iterator<Item = &str> {
    let word = |mark: &str| !mark.is_empty() && mark.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(mark, _)| mark)
        .filter(move |m| word(m))
}

/// A text with what it leaves open filled in.
#[must_use]
pub fn filled(text: &str, with: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let known = behind.split_once('}').and_then(|(mark, after)| {
            with.iter().find(|(name, _)| *name == mark).map(|(_, value)| (*value, after))
        });
        if let Some((value, after)) = known {
            out.push_str(value);
            rest = after;
        } else {
            out.push('{');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// A text of a shop's own in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnText {
    /// Whose.
    pub shop_id: ShopId,
    /// Which.
    pub key: TextKey,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub body: String,
}

/// Of a shop's own texts the one to be said to a reader. Where we have words of our own in their language, those come before
/// the shop's in another one.
#[must_use]
pub fn own(all: &[OwnText], key: TextKey, reader: Locale, shop: Locale) -> Option<&OwnText> {
    let those = all.iter().filter(|one| one.key == key).map(|one| (one.locale, one)).collect();
    let (locale, text) = for_reader(those, reader, shop)?;
    (locale == reader || key.built_in().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_what_is_filled_in_is_left_open() {
        assert_eq!(
            TextKey::Purchased.checked(" Thank you: {plan} until {until}\r\n{shop}").unwrap().lines().count(),
            2
        );
        for (key, text) in [
            (TextKey::Welcome, "{plan}"),
            (TextKey::Purchased, "{order}"),
            (TextKey::Terms, "{shop} {password}"),
            (TextKey::Welcome, ""),
            (TextKey::Footer, "a\u{7}"),
        ] {
            assert!(key.checked(text).is_err(), "{text}");
        }
        for odd in ["{", "}", "{}", "{ shop }", "a {b c} d", "{{shop}}"] {
            assert!(TextKey::Welcome.checked(odd).is_ok(), "{odd}");
        }
    }

    #[test]
    fn each_has_a_length_and_a_name() {
        for key in TextKey::ALL {
            assert_eq!(TextKey::named(key.name()), Ok(key));
            assert!(key.checked(&"x".repeat(key.most())).is_ok());
            assert!(key.checked(&"x".repeat(key.most() + 1)).is_err());
            assert_eq!(key.is_paper(), TextKey::PAPERS.contains(&key));
        }
        assert!(TextKey::named("password").is_err());
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(
            filled("{shop}: {plan} {x} {", &[("shop", "{plan}"), ("plan", "Month")]),
            "{plan}: Month {x} {"
        );
    }

    #[test]
    fn ours_in_the_readers_language_come_before_the_shops_in_another() {
        let text = |key, locale, body: &str| OwnText {
            shop_id: ShopId::from(Uuid::nil()),
            key,
            locale,
            body: body.to_owned(),
        };
        let all = [
            text(TextKey::Welcome, Locale::Fa, "سلام"),
            text(TextKey::Footer, Locale::Fa, "پایین"),
            text(TextKey::Footer, Locale::Ru, "низ"),
        ];
        let said = |key, reader| own(&all, key, reader, Locale::Fa).map(|one| one.body.as_str());
        assert_eq!(said(TextKey::Welcome, Locale::Fa), Some("سلام"));
        assert_eq!(said(TextKey::Welcome, Locale::En), None);
        assert_eq!(said(TextKey::Footer, Locale::En), Some("پایین"));
        assert_eq!(said(TextKey::Footer, Locale::Ru), Some("низ"));
        assert_eq!(said(TextKey::Terms, Locale::En), None);
    }
}
