//! What the shop explains, and says in its own words.

use nexa_core::storefront::model::{ArticleEntryView, ArticleView, OwnTextView};

/// An article in a list.
#[uniffi::remote(Record)]
pub struct ArticleEntryView {
    /// What it is known by.
    pub slug: String,
    /// In which language it is told, e.g. `fa`: the reader's, else the shop's.
    pub locale: String,
    /// What it is about: `connect`, `trouble`, `pay`, `service` or `other`.
    pub category: String,
    /// For which systems: `android`, `ios`, `windows`, `macos`, `linux`; none: for all.
    pub platforms: Vec<String>,
    /// What it is called.
    pub title: String,
}

/// An article.
#[uniffi::remote(Record)]
pub struct ArticleView {
    /// At a glance.
    pub article: ArticleEntryView,
    /// What it says as HTML of a few harmless tags; links lead to pages of the shop or to `https` addresses.
    pub html: String,
    /// What it says as text, one line for each part.
    pub lines: Vec<String>,
}

/// A text of the shop's own.
#[uniffi::remote(Record)]
pub struct OwnTextView {
    /// Which.
    pub key: String,
    /// In which language it is told.
    pub locale: String,
    /// What it says as text, one line for each part.
    pub lines: Vec<String>,
    /// The same as HTML of a few harmless tags; only of `terms`, `privacy` and `refunds`.
    pub html: Option<String>,
}
