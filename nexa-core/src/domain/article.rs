//! What a shop explains to its customers: articles, each known by a slug, in one or more languages.
//!
//! There are starters, in every language. A shop's own text with the slug of a starter takes its place in that language; the
//! shop can also hide a starter, and choose the order.

mod html;
pub mod markup;
mod search;
mod starter;

pub use html::{html, paragraph};
pub use search::{found, normal};
pub use starter::{STARTERS, Starter, starter};

use super::{refusal::Refusal, shop::Locale};
use crate::ids::{ArticleId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters of a title.
pub const TITLE: usize = 120;
/// Bytes of a body.
pub const BODY: usize = 20 * 1024;
/// Articles of one shop, each language for itself.
pub const MOST: usize = 200;
/// Letters of a slug; it must fit into the button of a messenger.
const SLUG: usize = 50;

/// What an article is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// How a device is set up.
    Connect,
    /// What to do when it does not work.
    Trouble,
    /// How one pays.
    Pay,
    /// What was bought.
    Service,
    /// Everything else.
    Other,
}

impl Category {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Connect, Self::Trouble, Self::Pay, Self::Service, Self::Other];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Trouble => "trouble",
            Self::Pay => "pay",
            Self::Service => "service",
            Self::Other => "other",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.into_iter().find(|one| one.name() == name);
        known.ok_or(Refusal::bad_input("category", "connect, trouble, pay, service or other"))
    }
}

/// A system that an article is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Android.
    Android,
    /// iOS and iPadOS.
    Ios,
    /// Windows.
    Windows,
    /// macOS.
    Macos,
    /// Linux.
    Linux,
}

impl Platform {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Android, Self::Ios, Self::Windows, Self::Macos, Self::Linux];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Linux => "linux",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.into_iter().find(|one| one.name() == name);
        known.ok_or(Refusal::bad_input("platforms", "android, ios, windows, macos or linux"))
    }
}

/// A shop's own article in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Whose.
    pub shop_id: ShopId,
    /// What it is known by in addresses; the same in every language.
    pub slug: String,
    /// In which language; unique with the slug.
    pub locale: Locale,
    /// What it is about.
    pub category: Category,
    /// For which systems; none: for all.
    pub platforms: Vec<Platform>,
    /// What it is called, 1 to [`TITLE`] letters.
    pub title: String,
    /// What it says, in the markup of [`markup`], 1 to [`BODY`] bytes.
    pub body: String,
    /// Whether customers see it.
    pub published: bool,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

impl Article {
    /// Refuses one that could not be shown; `there` are those of the shop beside it.
    pub fn checked(self, there: &[Self]) -> Result<Self, Refusal> {
        if there.len() >= MOST {
            return Err(Refusal::bad_input("title", "at most 200 articles"));
        }
        if there.iter().any(|other| other.slug == self.slug && other.locale == self.locale) {
            return Err(Refusal::bad_input("slug", "is taken in this language"));
        }
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let letters = title.chars().count();
        if !(1..=TITLE).contains(&letters) || title.chars().any(char::is_control) {
            return Err(Refusal::bad_input("title", "1 to 120 characters"));
        }
        let mut platforms = self.platforms;
        platforms.sort_unstable();
        platforms.dedup();
        Ok(Self { slug: slug(&self.slug)?, title, body: long_text(&self.body)?, platforms, ..self })
    }
}

/// A text of some length, with lines that end as ours do; refused when it is empty, too long or holds control characters.
pub fn long_text(text: &str) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let odd = text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    if text.is_empty() || text.len() > BODY || odd {
        return Err(Refusal::bad_input("body", "1 to 20480 bytes"));
    }
    Ok(text.to_owned())
}

/// What an article may be known by: small Latin letters, digits, and single dashes between them.
pub fn slug(text: &str) -> Result<String, Refusal> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let fits = (1..=SLUG).contains(&text.len()) && text.bytes().all(plain);
    if fits && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--") {
        Ok(text.to_owned())
    } else {
        Err(Refusal::bad_input("slug", "1 to 50 of a to z, 0 to 9 and single dashes"))
    }
}

/// How a shop arranges its help: the order, and the starters that it does without.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct HelpShelf {
    /// Slugs in their order; those that are missing follow.
    pub order: Vec<String>,
    /// Starters that are not shown.
    pub hidden: Vec<String>,
}

impl HelpShelf {
    /// Hides a starter, or shows it again.
    pub fn hide(mut self, slug: &str, hidden: bool) -> Result<Self, Refusal> {
        if starter(slug).is_none() {
            return Err(Refusal::NotFound);
        }
        self.hidden.retain(|one| one != slug && starter(one).is_some());
        if hidden {
            self.hidden.push(slug.to_owned());
        }
        Ok(self)
    }

    /// Moves a slug one place up or down among `all`, which come in the order in which they are shown.
    pub fn moved(self, all: &[String], slug: &str, up: bool) -> Result<Self, Refusal> {
        let mut order = all.to_vec();
        let at = order.iter().position(|one| one == slug).ok_or(Refusal::NotFound)?;
        let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
        if let Some(to) = to {
            order.swap(at, to);
        }
        Ok(Self { order, ..self })
    }

    /// Where a slug stands: by the order, then the starters, then the rest by name.
    #[must_use]
    pub fn place<'a>(&self, slug: &'a str) -> (usize, usize, &'a str) {
        let chosen = self.order.iter().position(|one| one == slug).unwrap_or(usize::MAX);
        let given = STARTERS.iter().position(|one| one.slug == slug).unwrap_or(usize::MAX);
        (chosen, given, slug)
    }
}

/// How often an article helped, and how often it did not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArticleCount {
    /// Which, in whatever language.
    pub slug: String,
    /// So often it did.
    pub helped: u32,
    /// So often it did not.
    pub missed: u32,
}

/// Of an article in all its languages the one for a reader: theirs, else the shop's, else any.
#[must_use]
pub fn for_reader<T>(all: Vec<(Locale, T)>, reader: Locale, shop: Locale) -> Option<(Locale, T)> {
    let rank = |locale: Locale| if locale == reader { 0 } else { 1 + usize::from(locale != shop) };
    all.into_iter().min_by_key(|(locale, _)| (rank(*locale), locale.tag()))
}

#[cfg(test)]
mod tests;
