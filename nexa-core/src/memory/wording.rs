//! A shop's own words.

use super::Unit;
use crate::{
    domain::{
        article::{Article, ArticleCount, HelpShelf},
        shop::Locale,
        wording::{OwnText, TextKey},
    },
    error::Failure,
    ids::{ArticleId, ShopId},
    ports::storage::{Inserted, WordingReads, WordingWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};

/// Letters of a text that begins.
const BEGINNING: usize = 400;

#[derive(Clone, Default)]
pub(super) struct Wording {
    articles: OrdMap<ArticleId, Article>,
    shelves: OrdMap<ShopId, HelpShelf>,
    votes: OrdSet<(ShopId, String, Fingerprint)>,
    counts: OrdMap<(ShopId, String), ArticleCount>,
    texts: OrdMap<(ShopId, &'static str, &'static str), OwnText>,
}

#[async_trait]
impl WordingReads for Unit {
    async fn articles(&mut self, shop: ShopId) -> Result<Vec<Article>, Failure> {
        let own = self.state.wording.articles.values().filter(|article| article.shop_id == shop);
        let mut own: Vec<Article> = own.cloned().collect();
        own.sort_by(|a, b| (&a.slug, a.locale.tag()).cmp(&(&b.slug, b.locale.tag())));
        Ok(own)
    }

    async fn help_shelf(&mut self, shop: ShopId) -> Result<Option<HelpShelf>, Failure> {
        Ok(self.state.wording.shelves.get(&shop).cloned())
    }

    async fn article_counts(&mut self, shop: ShopId) -> Result<Vec<ArticleCount>, Failure> {
        let own = self.state.wording.counts.iter().filter(|((of, _), _)| *of == shop);
        Ok(own.map(|(_, count)| count.clone()).collect())
    }

    async fn own_texts(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure> {
        Ok(self.state.wording.texts.values().filter(|text| text.shop_id == shop).cloned().collect())
    }

    async fn own_texts_begun(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure> {
        let all = self.own_texts(shop).await?.into_iter();
        Ok(all.map(|text| OwnText { body: text.body.chars().take(BEGINNING).collect(), ..text }).collect())
    }
}

#[async_trait]
impl WordingWrites for Unit {
    async fn save_article(&mut self, article: &Article) -> Result<(), Failure> {
        self.require_shop(article.shop_id)?;
        let own =
            self.state.wording.articles.get(&article.id).is_none_or(|one| one.shop_id == article.shop_id);
        self.require(own, "an article of another shop")?;
        let same = |one: &Article| {
            one.id != article.id
                && (one.shop_id, &one.slug, one.locale) == (article.shop_id, &article.slug, article.locale)
        };
        let free = !self.state.wording.articles.values().any(same);
        self.require(free, "two articles with one slug in one language")?;
        self.state.wording.articles.insert(article.id, article.clone());
        Ok(())
    }

    async fn delete_article(&mut self, shop: ShopId, id: ArticleId) -> Result<bool, Failure> {
        let articles = &mut self.state.wording.articles;
        let there = articles.get(&id).is_some_and(|article| article.shop_id == shop);
        Ok(there && articles.remove(&id).is_some())
    }

    async fn save_help_shelf(&mut self, shop: ShopId, order: &HelpShelf) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.wording.shelves.insert(shop, order.clone());
        Ok(())
    }

    async fn insert_article_vote(
        &mut self,
        shop: ShopId,
        slug: &str,
        voter: &Fingerprint,
    ) -> Result<Inserted, Failure> {
        self.require_shop(shop)?;
        let taken = self.state.wording.votes.insert((shop, slug.to_owned(), voter.clone())).is_some();
        Ok(if taken { Inserted::Taken } else { Inserted::New })
    }

    async fn count_article(&mut self, shop: ShopId, slug: &str, helped: bool) -> Result<(), Failure> {
        self.require_shop(shop)?;
        let none = || ArticleCount { slug: slug.to_owned(), helped: 0, missed: 0 };
        let count = self.state.wording.counts.entry((shop, slug.to_owned())).or_insert_with(none);
        count.helped = count.helped.saturating_add(u32::from(helped));
        count.missed = count.missed.saturating_add(u32::from(!helped));
        Ok(())
    }

    async fn save_own_text(&mut self, text: &OwnText) -> Result<(), Failure> {
        self.require_shop(text.shop_id)?;
        let key = (text.shop_id, text.key.name(), text.locale.tag());
        self.state.wording.texts.insert(key, text.clone());
        Ok(())
    }

    async fn delete_own_text(&mut self, shop: ShopId, key: TextKey, locale: Locale) -> Result<bool, Failure> {
        Ok(self.state.wording.texts.remove(&(shop, key.name(), locale.tag())).is_some())
    }
}
