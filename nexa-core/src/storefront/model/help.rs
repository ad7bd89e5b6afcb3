//! What the shop explains, and says in its own words.

use serde::{Deserialize, Serialize};

/// An article in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ArticleView {
    /// At a glance.
    pub article: ArticleEntryView,
    /// What it says as HTML of a few harmless tags; links lead to pages of the shop or to `https` addresses.
    pub html: String,
    /// What it says as text, one line for each part.
    pub lines: Vec<String>,
}

/// Whether an article helped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct JudgeArticleRequest {
    /// Whether it did.
    pub helped: bool,
}

/// A text of the shop's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
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

/// What became of a judgement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct JudgedView {
    /// Whether it was counted: once for each article.
    pub counted: bool,
}

/// What the shop says beside a purchase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct PurchaseNoteView {
    /// None where it says nothing.
    pub note: Option<OwnTextView>,
}
