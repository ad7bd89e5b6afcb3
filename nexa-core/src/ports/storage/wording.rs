//! What a shop says in its own words: articles, and texts in place of ours.

use super::{
    Inserted,
    layer::{reads, writes},
};
use crate::{
    domain::{
        article::{Article, ArticleCount, HelpShelf},
        shop::Locale,
        wording::{OwnText, TextKey},
    },
    error::Failure,
    ids::{ArticleId, ShopId},
    secret::Fingerprint,
};

reads! {
/// Reads of a shop's own words.
pub trait WordingReads {
    /// A shop's own articles, by slug and language, published or not.
    async fn articles(&mut self, shop: ShopId) -> Result<Vec<Article>, Failure>;
    /// How a shop arranges its help.
    async fn help_shelf(&mut self, shop: ShopId) -> Result<Option<HelpShelf>, Failure>;
    /// How often articles helped, by slug; those that nobody judged are left out.
    async fn article_counts(&mut self, shop: ShopId) -> Result<Vec<ArticleCount>, Failure>;
    /// A shop's own texts, by key and language.
    async fn own_texts(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure>;
    /// The same, of each text its first 400 letters: enough for what stands on every page.
    async fn own_texts_begun(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure>;
}
}

writes! {
/// Writes of a shop's own words.
pub trait WordingWrites {
    /// Inserts an article, or replaces the one with this id. Slug and language are unique in a shop.
    async fn save_article(&mut self, article: &Article) -> Result<(), Failure>;
    /// Throws an article away; whether it was there.
    async fn delete_article(&mut self, shop: ShopId, id: ArticleId) -> Result<bool, Failure>;
    /// Keeps how a shop arranges its help, in place of what was before.
    async fn save_help_shelf(&mut self, shop: ShopId, order: &HelpShelf) -> Result<(), Failure>;
    /// Notes that somebody judged an article, once per shop, slug and voter.
    async fn insert_article_vote(
        &mut self,
        shop: ShopId,
        slug: &str,
        voter: &Fingerprint,
    ) -> Result<Inserted, Failure>;
    /// Counts that an article helped, or that it did not.
    async fn count_article(&mut self, shop: ShopId, slug: &str, helped: bool) -> Result<(), Failure>;
    /// Keeps a text, in place of the one before in this language.
    async fn save_own_text(&mut self, text: &OwnText) -> Result<(), Failure>;
    /// Gives a text up; whether it was there.
    async fn delete_own_text(&mut self, shop: ShopId, key: TextKey, locale: Locale) -> Result<bool, Failure>;
}
}
