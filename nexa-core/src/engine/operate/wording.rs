//! What those who run a shop write: its articles, and texts in place of ours.

use super::actions::note;
use crate::{
    domain::{
        article::{Article, ArticleCount, Category, HelpShelf, Platform},
        deed::Deed,
        permission::Permission,
        refusal::Refusal,
        shop::Locale,
        user::Principal,
        wording::{OwnText, TextKey},
    },
    engine::{Core, help::slugs},
    error::Result,
    ids::ArticleId,
};

/// An article as it was written.
pub(crate) struct Written {
    /// The one to change; none: another one.
    pub(crate) id: Option<ArticleId>,
    /// What it is known by.
    pub(crate) slug: String,
    /// In which language.
    pub(crate) locale: Locale,
    /// What it is about.
    pub(crate) category: Category,
    /// For which systems.
    pub(crate) platforms: Vec<Platform>,
    /// What it is called.
    pub(crate) title: String,
    /// What it says.
    pub(crate) body: String,
    /// Whether customers see it.
    pub(crate) published: bool,
}

/// A shop's help as those who write it see it.
pub(crate) struct Help {
    /// Its own articles, published or not.
    pub(crate) own: Vec<Article>,
    /// Its order and what it hides.
    pub(crate) shelf: HelpShelf,
    /// How often each helped.
    pub(crate) counts: Vec<ArticleCount>,
    /// All slugs in their order.
    pub(crate) slugs: Vec<String>,
}

/// All of a shop's help.
pub(crate) async fn help(core: &Core, who: &Principal) -> Result<Help> {
    who.may(Permission::Support)?;
    let mut read = core.read().await?;
    let own = read.articles(who.shop_id).await?;
    let shelf = read.help_shelf(who.shop_id).await?.unwrap_or_default();
    let counts = read.article_counts(who.shop_id).await?;
    Ok(Help { slugs: slugs(&own, &shelf), own, shelf, counts })
}

/// Keeps an article: another one, or the one with this id.
pub(crate) async fn save_article(core: &Core, who: &Principal, written: Written) -> Result<Article> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    let mut others = tx.articles(who.shop_id).await?;
    if let Some(id) = written.id {
        let before = others.len();
        others.retain(|one| one.id != id);
        if others.len() == before {
            return Err(Refusal::NotFound.into());
        }
    }
    let article = Article {
        id: written.id.unwrap_or_else(|| core.world.id()),
        shop_id: who.shop_id,
        slug: written.slug,
        locale: written.locale,
        category: written.category,
        platforms: written.platforms,
        title: written.title,
        body: written.body,
        published: written.published,
        changed_at: core.world.now(),
    }
    .checked(&others)?;
    tx.save_article(&article).await?;
    note(core, tx.as_mut(), who, Deed::ArticleSaved { article: article.id }).await?;
    core.commit(tx).await?;
    Ok(article)
}

/// Throws an article away. A starter with its slug is shown again, unless it is hidden.
pub(crate) async fn remove_article(core: &Core, who: &Principal, id: ArticleId) -> Result<()> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    if !tx.delete_article(who.shop_id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    note(core, tx.as_mut(), who, Deed::ArticleRemoved { article: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Changes the order of a shop's help, or what it hides; `change` is given all slugs in their order.
pub(crate) async fn arrange_help(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(HelpShelf, &[String]) -> Result<HelpShelf, Refusal> + Send,
) -> Result<()> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    let own = tx.articles(who.shop_id).await?;
    let was = tx.help_shelf(who.shop_id).await?.unwrap_or_default();
    let shelf = change(was.clone(), &slugs(&own, &was))?;
    if shelf != was {
        tx.save_help_shelf(who.shop_id, &shelf).await?;
        note(core, tx.as_mut(), who, Deed::HelpArranged).await?;
        core.commit(tx).await?;
    }
    Ok(())
}

/// The shop's own texts.
pub(crate) async fn own_texts(core: &Core, who: &Principal) -> Result<Vec<OwnText>> {
    who.may(Permission::Settings)?;
    Ok(core.read().await?.own_texts(who.shop_id).await?)
}

/// Writes a text in one language; an empty one gives it up for ours.
pub(crate) async fn set_own_text(
    core: &Core,
    who: &Principal,
    key: TextKey,
    locale: Locale,
    text: &str,
) -> Result<()> {
    who.may(Permission::Settings)?;
    let own = !text.trim().is_empty();
    let body = if own { key.checked(text)? } else { String::new() };
    let mut tx = core.begin().await?;
    if own {
        tx.save_own_text(&OwnText { shop_id: who.shop_id, key, locale, body }).await?;
    } else if !tx.delete_own_text(who.shop_id, key, locale).await? {
        return Ok(());
    }
    note(core, tx.as_mut(), who, Deed::TextSet { text: key, own }).await?;
    Ok(core.commit(tx).await?)
}
