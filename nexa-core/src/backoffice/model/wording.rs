//! What those who run a shop write for its customers.

use serde::{Deserialize, Serialize};

view! {
    /// What is known by one slug, in all its languages.
    pub struct HelpEntryView {
        /// What it is known by.
        pub slug: String,
        /// The title of the starter, in the language that is asked for; none where it is none.
        pub starter: Option<String>,
        /// Whether that starter is hidden.
        pub hidden: bool,
        /// The shop's own articles under it, one for each language.
        pub own: Vec<OperatorArticleView>,
        /// How often it helped.
        pub helped: u32,
        /// How often it did not.
        pub missed: u32,
    }
    /// An article as its writers see it.
    pub struct OperatorArticleView {
        /// Its id.
        pub article_id: String,
        /// What it is known by.
        pub slug: String,
        /// In which language.
        pub locale: String,
        /// What it is about.
        pub category: String,
        /// For which systems; none: for all.
        pub platforms: Vec<String>,
        /// What it is called.
        pub title: String,
        /// What it says, as it was written.
        pub body: String,
        /// Whether customers see it.
        pub published: bool,
        /// When it was changed last.
        pub changed_at: String,
    }
    /// A text as it would be shown.
    pub struct PreviewView {
        /// HTML of a few harmless tags.
        pub html: String,
    }
    /// A text that a shop may write itself.
    pub struct TextPlaceView {
        /// Which: `welcome`, `help`, `purchased`, `sign_up`, `footer`, `terms`, `privacy` or `refunds`.
        pub key: String,
        /// In which language.
        pub locale: String,
        /// What is said without it; empty where that is nothing.
        pub built_in: String,
        /// What the shop says; none where it says nothing of its own.
        pub own: Option<String>,
        /// The most letters that it may have; of `terms`, `privacy` and `refunds`, bytes.
        pub most: u32,
        /// What may stand in braces, to be filled in.
        pub marks: Vec<String>,
        /// What the shop says, filled in with examples, as HTML.
        pub preview: Option<String>,
    }
}

request! {
    /// An article to keep.
    pub struct ArticleRequest {
        /// The one to change; left out, another one is added.
        pub article_id: Option<String>,
        /// What it is known by in addresses: 1 to 50 of `a` to `z`, `0` to `9` and single dashes. With that of a starter it
        /// takes that one's place.
        pub slug: String,
        /// In which language: `fa`, `en` or `ru`; with the slug unique in the shop.
        pub locale: String,
        /// What it is about: `connect`, `trouble`, `pay`, `service` or `other`.
        pub category: String,
        /// For which systems: `android`, `ios`, `windows`, `macos`, `linux`; left out: for all.
        pub platforms: Option<Vec<String>>,
        /// What it is called, 1 to 120 characters.
        pub title: String,
        /// What it says, 1 to 20480 bytes. Lines that begin with `# ` or `## ` are headings, `- ` and `1. ` lists, `> ` words
        /// apart; within a line `**strong**`, `*soft*`, `` `code` `` and `[words](https://…)`.
        pub body: String,
        /// Whether customers see it.
        pub published: bool,
    }
    /// To arrange what the help shows.
    pub struct ArrangeHelpRequest {
        /// Which article.
        pub slug: String,
        /// `up`, `down`, `hide` or `show`; the last two of starters only.
        pub step: String,
    }
    /// A text to look at.
    pub struct PreviewRequest {
        /// The text, 1 to 20480 bytes.
        pub body: String,
    }
    /// A text of the shop's own.
    pub struct OwnTextRequest {
        /// Which: `welcome`, `help`, `purchased`, `sign_up`, `footer`, `terms`, `privacy` or `refunds`.
        pub key: String,
        /// In which language: `fa`, `en` or `ru`.
        pub locale: String,
        /// What it says; empty: what we say.
        pub text: String,
    }
}
