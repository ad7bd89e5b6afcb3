//! What those who run a shop write for its customers.

use super::{
    LocalBackoffice,
    model::{
        ArrangeHelpRequest, ArticleRequest, HelpEntryView, OperatorArticleView, OwnTextRequest, PreviewView,
        TextPlaceView,
    },
};
use crate::{
    domain::{
        article::{self, Article, Category, Platform, html, starter},
        permission::Permission,
        refusal::Refusal,
        shop::Locale,
        wording::{OwnText, TextKey, filled},
    },
    engine::cases,
    error::Result,
    storefront::view::{locale, moment},
    text,
};
use async_trait::async_trait;

/// What those who run a shop write for its customers: the articles of its help, and texts in place of ours.
///
/// # Behaviour
/// - `save_article` keeps at most 200, one for each slug and language; what could not be shown answers `bad_input`.
/// - `arrange_help` moves an article one place, or hides a starter and shows it again; what is not there is `not_found`.
/// - `remove_article` gives the place back to the starter with that slug.
/// - `preview_article` keeps nothing.
/// - `set_own_text` refuses what nobody would fill in, and with an empty text says again what we say.
#[async_trait]
pub trait Wording: Send + Sync {
    /// The help, by slug in the shop's order; starters are named in this language.
    async fn help_entries(&self, tag: &str) -> Result<Vec<HelpEntryView>>;
    /// Keeps an article.
    async fn save_article(&self, request: ArticleRequest) -> Result<OperatorArticleView>;
    /// Throws an article away.
    async fn remove_article(&self, article_id: &str) -> Result<()>;
    /// Changes the order, or what is hidden.
    async fn arrange_help(&self, request: ArrangeHelpRequest) -> Result<()>;
    /// A text as it would be shown.
    async fn preview_article(&self, body: &str) -> Result<PreviewView>;
    /// A starter as it is in a language, to begin an own article with; its id is empty.
    async fn starter_article(&self, slug: &str, tag: &str) -> Result<OperatorArticleView>;
    /// Texts that the shop may write itself, each in every language.
    async fn own_texts(&self) -> Result<Vec<TextPlaceView>>;
    /// Writes one of them.
    async fn set_own_text(&self, request: OwnTextRequest) -> Result<()>;
}

#[async_trait]
impl Wording for LocalBackoffice {
    async fn help_entries(&self, tag: &str) -> Result<Vec<HelpEntryView>> {
        let help = cases::help(&self.core, &self.who).await?;
        let spoken = locale(Some(tag))?.unwrap_or_default();
        let entry = |slug: &String| {
            let own = help.own.iter().filter(|article| article.slug == *slug).map(view).collect();
            let count = help.counts.iter().find(|count| count.slug == *slug);
            HelpEntryView {
                slug: slug.clone(),
                starter: starter(slug).map(|of| cases::begun(of, spoken).title),
                hidden: help.shelf.hidden.contains(slug),
                own,
                helped: count.map_or(0, |count| count.helped),
                missed: count.map_or(0, |count| count.missed),
            }
        };
        Ok(help.slugs.iter().map(entry).collect())
    }

    async fn save_article(&self, request: ArticleRequest) -> Result<OperatorArticleView> {
        self.who.may(Permission::Support)?;
        let given = request.article_id.filter(|id| !id.is_empty());
        let platforms = request.platforms.unwrap_or_default();
        let written = cases::Written {
            id: given.map(|id| self.id(Permission::Support, &id)).transpose()?,
            slug: request.slug,
            locale: locale(Some(&request.locale))?.unwrap_or_default(),
            category: Category::named(&request.category)?,
            platforms: platforms
                .iter()
                .map(|name| Platform::named(name))
                .collect::<std::result::Result<_, _>>()?,
            title: request.title,
            body: request.body,
            published: request.published,
        };
        Ok(view(&cases::save_article(&self.core, &self.who, written).await?))
    }

    async fn remove_article(&self, article_id: &str) -> Result<()> {
        let id = self.id(Permission::Support, article_id)?;
        cases::remove_article(&self.core, &self.who, id).await
    }

    async fn arrange_help(&self, request: ArrangeHelpRequest) -> Result<()> {
        let ArrangeHelpRequest { slug, step } = request;
        let change = |shelf: article::HelpShelf, all: &[String]| match &*step {
            "up" => shelf.moved(all, &slug, true),
            "down" => shelf.moved(all, &slug, false),
            "hide" => shelf.hide(&slug, true),
            "show" => shelf.hide(&slug, false),
            _ => Err(Refusal::bad_input("step", "up, down, hide or show")),
        };
        cases::arrange_help(&self.core, &self.who, change).await
    }

    async fn preview_article(&self, body: &str) -> Result<PreviewView> {
        self.who.may(Permission::Support)?;
        Ok(PreviewView { html: html(&article::long_text(body)?) })
    }

    async fn starter_article(&self, slug: &str, tag: &str) -> Result<OperatorArticleView> {
        self.who.may(Permission::Support)?;
        let spoken = locale(Some(tag))?.unwrap_or_default();
        let of = cases::begun(starter(slug).ok_or(Refusal::NotFound)?, spoken);
        Ok(OperatorArticleView {
            article_id: String::new(),
            slug: of.slug,
            locale: of.locale.tag().to_owned(),
            category: of.category.name().to_owned(),
            platforms: of.platforms.iter().map(|one| one.name().to_owned()).collect(),
            title: of.title,
            body: of.body,
            published: true,
            changed_at: String::new(),
        })
    }

    async fn own_texts(&self) -> Result<Vec<TextPlaceView>> {
        let own = cases::own_texts(&self.core, &self.who).await?;
        let shop = {
            let mut read = self.core.read().await?;
            self.core.shop(read.as_mut(), self.who.shop_id).await?
        };
        let now = self.core.world.now();
        let mut all = Vec::new();
        for key in TextKey::ALL {
            for spoken in Locale::ALL {
                let own = own.iter().find(|text| text.key == key && text.locale == spoken);
                let until = text::date(spoken, now);
                let with = [("shop", shop.name.as_str()), ("plan", "—"), ("until", until.as_str())];
                all.push(place(key, spoken, own, &with));
            }
        }
        Ok(all)
    }

    async fn set_own_text(&self, request: OwnTextRequest) -> Result<()> {
        self.who.may(Permission::Settings)?;
        let key = TextKey::named(&request.key)?;
        let spoken = locale(Some(&request.locale))?.unwrap_or_default();
        cases::set_own_text(&self.core, &self.who, key, spoken, &request.text).await
    }
}

fn place(key: TextKey, spoken: Locale, own: Option<&OwnText>, with: &[(&str, &str)]) -> TextPlaceView {
    let ours = key.built_in().iter().map(|message| text::plain(&text::get(spoken, message)));
    let preview = |text: &OwnText| {
        let said = filled(&text.body, with);
        if key.is_paper() { html(&said) } else { lines(&said) }
    };
    TextPlaceView {
        key: key.name().to_owned(),
        locale: spoken.tag().to_owned(),
        built_in: ours.collect::<Vec<_>>().join("\n"),
        own: own.map(|text| text.body.clone()),
        most: u32::try_from(key.most()).unwrap_or(u32::MAX),
        marks: key.marks().iter().map(|mark| (*mark).to_owned()).collect(),
        preview: own.map(preview),
    }
}

/// Lines without any markup, as HTML.
fn lines(text: &str) -> String {
    text.lines().map(article::paragraph).collect()
}

fn view(of: &Article) -> OperatorArticleView {
    OperatorArticleView {
        article_id: of.id.to_string(),
        slug: of.slug.clone(),
        locale: of.locale.tag().to_owned(),
        category: of.category.name().to_owned(),
        platforms: of.platforms.iter().map(|one| one.name().to_owned()).collect(),
        title: of.title.clone(),
        body: of.body.clone(),
        published: of.published,
        changed_at: moment(of.changed_at),
    }
}
