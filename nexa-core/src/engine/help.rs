//! What a shop explains, and says in its own words: its articles, ours where it has none, and its texts.

use super::Core;
use crate::{
    domain::{
        article::{self, Article, Category, HelpShelf, Platform, STARTERS, for_reader, starter},
        refusal::Refusal,
        shop::{Locale, Shop},
        user::Principal,
        wording::{self, OwnText, TextKey},
    },
    error::Result,
    ids::ShopId,
    ports::storage::{Inserted, Read},
    secret::Purpose,
    text,
};

/// An article as a reader gets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shown {
    /// What it is known by.
    pub(crate) slug: String,
    /// In which language it is told.
    pub(crate) locale: Locale,
    /// What it is about.
    pub(crate) category: Category,
    /// For which systems.
    pub(crate) platforms: Vec<Platform>,
    /// What it is called.
    pub(crate) title: String,
    /// What it says.
    pub(crate) body: String,
}

/// A starter in a language.
pub(crate) fn begun(of: article::Starter, locale: Locale) -> Shown {
    let key = format!("article-{}", of.slug);
    Shown {
        slug: of.slug.to_owned(),
        locale,
        category: of.category,
        platforms: of.platforms.to_vec(),
        title: text::plain(&text::get(locale, &key)),
        body: text::plain(&text::get(locale, &format!("{key}.body"))),
    }
}

impl From<Article> for Shown {
    fn from(of: Article) -> Self {
        let Article { slug, locale, category, platforms, title, body, .. } = of;
        Self { slug, locale, category, platforms, title, body }
    }
}

/// The slugs of a shop in the order in which they are shown: those of its articles and of every starter, hidden or not.
pub(crate) fn slugs(own: &[Article], shelf: &HelpShelf) -> Vec<String> {
    let mut all: Vec<String> = STARTERS.iter().map(|one| one.slug.to_owned()).collect();
    all.extend(own.iter().map(|one| one.slug.clone()));
    all.sort_by(|a, b| shelf.place(a).cmp(&shelf.place(b)));
    all.dedup();
    all
}

/// What a reader gets under a slug: the shop's words in their language, ours, then the shop's in its own or any.
fn one(own: &[Article], shelf: &HelpShelf, slug: &str, reader: Locale, shop: Locale) -> Option<Shown> {
    let ours = starter(slug).filter(|_| !shelf.hidden.iter().any(|one| one == slug));
    let published = own.iter().filter(|article| article.published && article.slug == slug);
    let mut all: Vec<(Locale, Shown)> =
        published.map(|article| (article.locale, Shown::from(article.clone()))).collect();
    if let Some(ours) = ours {
        let missing = |locale: &Locale| all.iter().all(|(known, _)| known != locale);
        let missing: Vec<Locale> = Locale::ALL.into_iter().filter(missing).collect();
        all.extend(missing.into_iter().map(|locale| (locale, begun(ours, locale))));
    }
    for_reader(all, reader, shop).map(|(_, shown)| shown)
}

/// The language in which somebody reads: the one that they ask for, else their own, else the shop's.
async fn reads(read: &mut dyn Read, who: &Principal, shop: &Shop, wished: Option<Locale>) -> Result<Locale> {
    if let Some(wished) = wished {
        return Ok(wished);
    }
    let Some(user) = who.user_id else { return Ok(shop.locale) };
    Ok(read.user(shop.id, user).await?.and_then(|user| user.locale).unwrap_or(shop.locale))
}

/// The articles for a reader, by category and in the shop's order; with a question, those that answer it, the best first.
pub(crate) async fn articles(
    core: &Core,
    who: &Principal,
    question: Option<&str>,
    wished: Option<Locale>,
) -> Result<Vec<Shown>> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let reader = reads(read.as_mut(), who, &shop, wished).await?;
    let own = read.articles(shop.id).await?;
    let shelf = read.help_shelf(shop.id).await?.unwrap_or_default();
    let mut all: Vec<Shown> =
        slugs(&own, &shelf).iter().filter_map(|slug| one(&own, &shelf, slug, reader, shop.locale)).collect();
    // A stable order: within a category the shop's stays.
    all.sort_by_key(|shown| shown.category);
    let Some(question) = question else { return Ok(all) };
    let texts: Vec<(&str, &str)> = all.iter().map(|shown| (&*shown.title, &*shown.body)).collect();
    let hits = article::found(question, &texts);
    Ok(hits.into_iter().filter_map(|at| all.get(at).cloned()).collect())
}

/// One article.
pub(crate) async fn article(
    core: &Core,
    who: &Principal,
    slug: &str,
    wished: Option<Locale>,
) -> Result<Shown> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let reader = reads(read.as_mut(), who, &shop, wished).await?;
    let own = read.articles(shop.id).await?;
    let shelf = read.help_shelf(shop.id).await?.unwrap_or_default();
    one(&own, &shelf, slug, reader, shop.locale).ok_or_else(|| Refusal::NotFound.into())
}

/// Counts whether an article helped; whether it was counted. Somebody who is signed in is counted once for each article, a guest
/// as often as the frontend lets them.
pub(crate) async fn judge_article(core: &Core, who: &Principal, slug: &str, helped: bool) -> Result<bool> {
    let known = article(core, who, slug, None).await?;
    let mut tx = core.begin().await?;
    if let Some(user) = who.user_id {
        // The slug goes into the hash, so that nobody can see who judged two articles.
        let voter = core.keys.fingerprint(Purpose::Voter, &format!("{user}|{slug}"));
        if tx.insert_article_vote(who.shop_id, &known.slug, &voter).await? == Inserted::Taken {
            return Ok(false);
        }
    }
    tx.count_article(who.shop_id, &known.slug, helped).await?;
    core.commit(tx).await?;
    Ok(true)
}

/// A text of the shop's own, filled in with what `with` gives for the language in which it is told; none where the shop says
/// nothing of its own to this reader.
pub(crate) async fn own_text(
    core: &Core,
    who: &Principal,
    key: TextKey,
    wished: Option<Locale>,
    with: impl FnOnce(Locale) -> Vec<(&'static str, String)> + Send,
) -> Result<Option<(Locale, String)>> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let reader = reads(read.as_mut(), who, &shop, wished).await?;
    let all = read.own_texts(shop.id).await?;
    let found = wording::own(&all, key, reader, shop.locale);
    Ok(found.map(|text| {
        let given = with(text.locale);
        let given: Vec<(&str, &str)> = given.iter().map(|(mark, value)| (*mark, value.as_str())).collect();
        (text.locale, filled(&shop.name, text, &given))
    }))
}

fn filled(shop: &str, text: &OwnText, with: &[(&str, &str)]) -> String {
    let with: Vec<(&str, &str)> = std::iter::once(("shop", shop)).chain(with.iter().copied()).collect();
    wording::filled(&text.body, &with)
}

/// What stands on every page: the shop's foot in each language, and which papers there are.
pub(crate) async fn on_every_page(
    core: &Core,
    shop: ShopId,
    name: &str,
) -> Result<(Vec<(Locale, String)>, Vec<TextKey>)> {
    let all = core.read().await?.own_texts_begun(shop).await?;
    let feet = all.iter().filter(|text| text.key == TextKey::Footer);
    let feet = feet.map(|text| (text.locale, filled(name, text, &[]))).collect();
    let there = |key: &TextKey| all.iter().any(|text| text.key == *key);
    Ok((feet, TextKey::PAPERS.into_iter().filter(there).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::article::markup;
    use uuid::Uuid;

    fn own(slug: &str, locale: Locale, published: bool) -> Article {
        Article {
            id: Uuid::nil().into(),
            shop_id: Uuid::nil().into(),
            slug: slug.to_owned(),
            locale,
            category: Category::Other,
            platforms: Vec::new(),
            title: format!("own {slug} {}", locale.tag()),
            body: "text".to_owned(),
            published,
            changed_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_starter_is_told_in_every_language() {
        for of in STARTERS {
            let mut titles = Vec::new();
            for locale in Locale::ALL {
                let told = begun(*of, locale);
                assert!(
                    !told.title.starts_with("article-") && !told.body.starts_with("article-"),
                    "{}",
                    of.slug
                );
                assert!(markup::blocks(&told.body).len() > 1, "{} {}", of.slug, locale.tag());
                let list = |block: &markup::Block| matches!(block, markup::Block::List { .. });
                assert!(markup::blocks(&told.body).iter().any(list), "{} {}", of.slug, locale.tag());
                titles.push(told.title);
            }
            titles.dedup();
            assert_eq!(titles.len(), Locale::ALL.len(), "{}", of.slug);
        }
    }

    #[test]
    fn a_shops_words_come_before_ours_and_ours_before_none() {
        let shelf = HelpShelf::default();
        let title = |own: &[Article], shelf: &HelpShelf, slug: &str, reader| {
            one(own, shelf, slug, reader, Locale::Fa).map(|shown| shown.title)
        };
        let all =
            [own("renew", Locale::Fa, true), own("renew", Locale::En, false), own("mine", Locale::Ru, true)];
        assert_eq!(title(&all, &shelf, "renew", Locale::Fa).as_deref(), Some("own renew fa"));
        let ours = starter("renew").map(|of| begun(of, Locale::En).title);
        assert_eq!(title(&all, &shelf, "renew", Locale::En), ours, "a draft is not shown");
        assert_eq!(title(&all, &shelf, "mine", Locale::En).as_deref(), Some("own mine ru"));
        let hidden = HelpShelf { hidden: vec!["renew".to_owned(), "devices".to_owned()], ..shelf };
        assert_eq!(
            title(&all, &hidden, "renew", Locale::En).as_deref(),
            Some("own renew fa"),
            "the shop's language"
        );
        assert_eq!(title(&all, &hidden, "devices", Locale::En), None);
        assert_eq!(title(&all, &hidden, "none", Locale::En), None);
        assert_eq!(slugs(&all, &hidden).len(), STARTERS.len() + 1, "each once");
    }

    #[test]
    fn what_may_be_left_open_is_what_our_own_words_leave_open() {
        for key in TextKey::ALL {
            for ours in key.built_in() {
                for locale in Locale::ALL {
                    let said = text::find(
                        locale,
                        ours,
                        &key.marks().iter().map(|m| (*m, text::Arg::Text("x"))).collect::<Vec<_>>(),
                    );
                    assert!(
                        said.is_some_and(|said| !said.contains('{')),
                        "{ours} wants more than it is given"
                    );
                }
            }
        }
    }
}
