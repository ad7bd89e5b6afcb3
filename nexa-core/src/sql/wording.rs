//! A shop's own words.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::Unit,
};
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

fn article(row: &Row) -> Result<Article, Failure> {
    Ok(Article {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        slug: row.text("slug")?,
        locale: row.word("locale")?,
        category: row.word("category")?,
        platforms: row.json("platforms")?,
        title: row.text("title")?,
        body: row.text("body")?,
        published: row.flag("published")?,
        changed_at: row.moment("changed_at")?,
    })
}

fn own_text(row: &Row) -> Result<OwnText, Failure> {
    Ok(OwnText {
        shop_id: row.parsed("shop_id")?,
        key: row.word("name")?,
        locale: row.word("locale")?,
        body: row.text("body")?,
    })
}

#[async_trait]
impl WordingReads for Unit {
    async fn articles(&mut self, shop: ShopId) -> Result<Vec<Article>, Failure> {
        let text = "SELECT * FROM articles WHERE shop_id = $1 ORDER BY slug, locale";
        self.all(sql(text).bind(id(shop)), article).await
    }

    async fn help_shelf(&mut self, shop: ShopId) -> Result<Option<HelpShelf>, Failure> {
        let text = "SELECT body FROM help_shelves WHERE shop_id = $1";
        self.one(sql(text).bind(id(shop)), |row| row.json("body")).await
    }

    async fn article_counts(&mut self, shop: ShopId) -> Result<Vec<ArticleCount>, Failure> {
        let text = "SELECT slug, helped, missed FROM article_counts WHERE shop_id = $1 ORDER BY slug";
        let count = |row: &Row| {
            Ok(ArticleCount {
                slug: row.text("slug")?,
                helped: row.small("helped")?,
                missed: row.small("missed")?,
            })
        };
        self.all(sql(text).bind(id(shop)), count).await
    }

    async fn own_texts(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure> {
        let text =
            "SELECT shop_id, name, locale, body FROM own_texts WHERE shop_id = $1 ORDER BY name, locale";
        self.all(sql(text).bind(id(shop)), own_text).await
    }

    async fn own_texts_begun(&mut self, shop: ShopId) -> Result<Vec<OwnText>, Failure> {
        let text = "SELECT shop_id, name, locale, substr(body, 1, 400) AS body FROM own_texts WHERE shop_id = $1 \
            ORDER BY name, locale";
        self.all(sql(text).bind(id(shop)), own_text).await
    }
}

#[async_trait]
impl WordingWrites for Unit {
    async fn save_article(&mut self, article: &Article) -> Result<(), Failure> {
        let text = "INSERT INTO articles (id, shop_id, slug, locale, category, platforms, title, body, published, \
            changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, locale = excluded.locale, \
            category = excluded.category, platforms = excluded.platforms, title = excluded.title, \
            body = excluded.body, published = excluded.published, changed_at = excluded.changed_at \
            WHERE articles.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(article.id))
            .bind(id(article.shop_id))
            .bind(&article.slug)
            .bind(word(article.locale))
            .bind(word(article.category))
            .bind(json(&article.platforms)?)
            .bind(&article.title)
            .bind(&article.body)
            .bind(article.published)
            .bind(article.changed_at);
        self.must(bound, "an article of another shop").await
    }

    async fn delete_article(&mut self, shop: ShopId, of: ArticleId) -> Result<bool, Failure> {
        let text = "DELETE FROM articles WHERE shop_id = $1 AND id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(of))).await? > 0)
    }

    async fn save_help_shelf(&mut self, shop: ShopId, order: &HelpShelf) -> Result<(), Failure> {
        let text = "INSERT INTO help_shelves (shop_id, body) VALUES ($1, $2) \
            ON CONFLICT (shop_id) DO UPDATE SET body = excluded.body";
        self.run(sql(text).bind(id(shop)).bind(json(order)?)).await.map(drop)
    }

    async fn insert_article_vote(
        &mut self,
        shop: ShopId,
        slug: &str,
        voter: &Fingerprint,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO article_votes (shop_id, slug, voter) VALUES ($1, $2, $3) \
            ON CONFLICT (shop_id, slug, voter) DO NOTHING";
        self.inserted(sql(text).bind(id(shop)).bind(slug).bind(voter)).await
    }

    async fn count_article(&mut self, shop: ShopId, slug: &str, helped: bool) -> Result<(), Failure> {
        let text = "INSERT INTO article_counts (shop_id, slug, helped, missed) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, slug) DO UPDATE SET helped = article_counts.helped + excluded.helped, \
            missed = article_counts.missed + excluded.missed";
        let bound = sql(text).bind(id(shop)).bind(slug).bind(i64::from(helped)).bind(i64::from(!helped));
        self.run(bound).await.map(drop)
    }

    async fn save_own_text(&mut self, text: &OwnText) -> Result<(), Failure> {
        let line = "INSERT INTO own_texts (shop_id, name, locale, body) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, name, locale) DO UPDATE SET body = excluded.body";
        let bound =
            sql(line).bind(id(text.shop_id)).bind(word(text.key)).bind(word(text.locale)).bind(&text.body);
        self.run(bound).await.map(drop)
    }

    async fn delete_own_text(&mut self, shop: ShopId, key: TextKey, locale: Locale) -> Result<bool, Failure> {
        let text = "DELETE FROM own_texts WHERE shop_id = $1 AND name = $2 AND locale = $3";
        Ok(self.run(sql(text).bind(id(shop)).bind(word(key)).bind(word(locale))).await? > 0)
    }
}
