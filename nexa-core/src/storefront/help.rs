//! What the shop explains, and says in its own words.

use super::{
    LocalStorefront,
    model::{ArticleEntryView, ArticleView, OwnTextView},
    view,
};
use crate::{
    domain::{
        article::{html, markup},
        shop::Locale,
        user::Scope,
        wording::TextKey,
    },
    engine::cases,
    error::Result,
};
use async_trait::async_trait;

/// What the shop explains to everybody. Languages are tags such as `fa`; without one it is the reader's own, else the shop's.
///
/// # Behaviour
/// - `articles` are those that the shop published and the starters that it does not hide, by category and in its order; an
///   article of the shop takes the place of the starter with its slug, in its language.
/// - What there is not in the reader's language is told in the shop's, else in any.
/// - With a question they are those that know all its words, else some of them, whatever form of Arabic letters they have.
/// - `article` of what is hidden, not published, or not there is `not_found`.
/// - `judge_article` counts somebody who is signed in once for each article, and says whether it counted.
/// - No text holds markup but the few tags that are ours, and no link leads to anything but `https` and our own pages.
/// - `own_text` is what the shop wrote; where we have words of our own in the reader's language and the shop has not, nothing.
#[async_trait]
pub trait Help: Send + Sync {
    /// The articles, or those that answer a question, at most 100 letters of it.
    async fn articles(&self, question: Option<&str>, locale: Option<&str>) -> Result<Vec<ArticleEntryView>>;
    /// One of them.
    async fn article(&self, slug: &str, locale: Option<&str>) -> Result<ArticleView>;
    /// Says whether an article helped. Who lets guests do that sees to it that they do it once.
    async fn judge_article(&self, slug: &str, helped: bool) -> Result<bool>;
    /// A text of the shop's own: `welcome`, `help`, `sign_up`, `footer`, `terms`, `privacy` or `refunds`. Others are
    /// `not_found`.
    async fn own_text(&self, key: &str, locale: Option<&str>) -> Result<Option<OwnTextView>>;
    /// What the shop says beside a subscription of mine that was just bought, filled in; none where it says nothing.
    async fn purchase_note(&self, subscription_id: &str, locale: Option<&str>)
    -> Result<Option<OwnTextView>>;
}

#[async_trait]
impl Help for LocalStorefront {
    async fn articles(&self, question: Option<&str>, locale: Option<&str>) -> Result<Vec<ArticleEntryView>> {
        let locale = view::locale(locale)?;
        let all = cases::articles(&self.core, &self.who, question, locale).await?;
        Ok(all.iter().map(entry).collect())
    }

    async fn article(&self, slug: &str, locale: Option<&str>) -> Result<ArticleView> {
        let shown = cases::article(&self.core, &self.who, slug, view::locale(locale)?).await?;
        Ok(ArticleView { article: entry(&shown), html: html(&shown.body), lines: markup::plain(&shown.body) })
    }

    async fn judge_article(&self, slug: &str, helped: bool) -> Result<bool> {
        if self.who.user_id.is_some() {
            self.who.with(Scope::Read)?;
        }
        cases::judge_article(&self.core, &self.who, slug, helped).await
    }

    async fn own_text(&self, key: &str, locale: Option<&str>) -> Result<Option<OwnTextView>> {
        let key = TextKey::shown(key)?;
        let told = cases::own_text(&self.core, &self.who, key, view::locale(locale)?, |_| Vec::new()).await?;
        Ok(told.map(|(locale, body)| own(key, locale.tag(), &body)))
    }

    async fn purchase_note(
        &self,
        subscription_id: &str,
        locale: Option<&str>,
    ) -> Result<Option<OwnTextView>> {
        let locale = view::locale(locale)?;
        let held = self.own(self.core.read().await?.as_mut(), subscription_id).await?;
        let (plan, ends_at) = (held.plan_name.clone(), held.ends_at);
        let with = move |spoken: Locale| vec![("plan", plan), ("until", crate::text::date(spoken, ends_at))];
        let told = cases::own_text(&self.core, &self.who, TextKey::Purchased, locale, with).await?;
        Ok(told.map(|(locale, body)| own(TextKey::Purchased, locale.tag(), &body)))
    }
}

fn entry(of: &cases::Shown) -> ArticleEntryView {
    ArticleEntryView {
        slug: of.slug.clone(),
        locale: of.locale.tag().to_owned(),
        category: of.category.name().to_owned(),
        platforms: of.platforms.iter().map(|one| one.name().to_owned()).collect(),
        title: of.title.clone(),
    }
}

fn own(key: TextKey, locale: &str, body: &str) -> OwnTextView {
    OwnTextView {
        key: key.name().to_owned(),
        locale: locale.to_owned(),
        lines: if key.is_paper() { markup::plain(body) } else { body.lines().map(str::to_owned).collect() },
        html: key.is_paper().then(|| html(body)),
    }
}
