//! The help that customers read: what there is of it, its order, and writing it.

use super::{Operator, confirm};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{
        Face,
        form::Form,
        visitor::{answer, asked},
    },
};
use askama::Template;
use nexa_core::{
    backoffice::model::{ArrangeHelpRequest, ArticleRequest, HelpEntryView, OperatorArticleView},
    domain::{
        article::{Category, Platform},
        permission::Permission,
        refusal::Refusal,
        shop::Locale,
    },
    error::Result as Done,
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/articles.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a [HelpEntryView],
    languages: [&'static str; 3],
}

#[derive(Template)]
#[template(path = "office/article.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    typed: &'a Form,
    /// What it would look like.
    preview: Option<String>,
    languages: [&'static str; 3],
    categories: [&'static str; 5],
    platforms: [&'static str; 5],
}

impl List<'_> {
    fn votes(&self, of: &HelpEntryView) -> String {
        let count = |n: u32| Arg::Number(i64::from(n));
        self.words.with("articles-votes", &[("helped", count(of.helped)), ("missed", count(of.missed))])
    }

    /// Whether the shop has no article of its own under this name in this language.
    fn lacks(of: &HelpEntryView, language: &str) -> bool {
        of.own.iter().all(|article| article.locale != language)
    }
}

impl Page<'_> {
    fn is_for(&self, platform: &str) -> bool {
        self.typed.ticked(&format!("for-{platform}"))
    }
}

fn languages() -> [&'static str; 3] {
    Locale::ALL.map(Locale::tag)
}

/// Shows what there is.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    render_list(&operator, request, None).await
}

async fn render_list(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let all = operator.office.help_entries(&operator.visitor.tag()).await.map_err(Said)?;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        all: &all,
        languages: languages(),
    };
    operator.page(refusal, &page)
}

/// Moves, hides, shows or throws away.
#[handler]
pub async fn arrange(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let form = Form::of(request, body).await?;
    if form.text("step") == "remove" && !form.ticked("sure") {
        let all = operator.office.help_entries(&operator.visitor.tag()).await.map_err(Said)?;
        let known =
            all.iter().flat_map(|entry| &entry.own).find(|one| one.article_id == form.text("article"));
        let title = &known.ok_or(Refusal::NotFound).map_err(Said::from)?.title;
        return confirm::ask(&operator, "article-remove", title, &form, paths::OFFICE_ARTICLES);
    }
    let done = rearrange(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_ARTICLES).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render_list(&operator, request, Some(&refusal)).await,
    }
}

async fn rearrange(operator: &Operator, form: &Form) -> Done<&'static str> {
    if form.text("step") == "remove" {
        operator.office.remove_article(form.text("article")).await?;
        return Ok("removed");
    }
    let (slug, step) = (form.text("slug").to_owned(), form.text("step").to_owned());
    operator.office.arrange_help(ArrangeHelpRequest { slug, step }).await?;
    Ok("saved")
}

/// Shows the form of an article: the one that the address names, a starter to begin with, or an empty one.
#[handler]
pub async fn edit(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let filled = match (asked("article", request), asked("slug", request)) {
        (Some(id), _) => {
            let all = operator.office.help_entries(&operator.visitor.tag()).await.map_err(Said)?;
            let known = all.iter().flat_map(|entry| &entry.own).find(|article| article.article_id == id);
            filled(known.ok_or(Refusal::NotFound).map_err(Said::from)?)
        }
        (None, Some(slug)) => {
            let tag = asked("locale", request).unwrap_or_else(|| operator.visitor.tag());
            match answer(operator.office.starter_article(&slug, &tag).await)? {
                Ok(starter) => filled(&starter),
                // Another language of an article of the shop's own.
                Err(_) => Form::filled([("slug", slug), ("locale", tag)]),
            }
        }
        (None, None) => Form::filled([("locale", operator.visitor.tag())]),
    };
    render(&operator, &filled, None, None)
}

fn filled(of: &OperatorArticleView) -> Form {
    let mut fields = vec![
        ("article".to_owned(), of.article_id.clone()),
        ("slug".to_owned(), of.slug.clone()),
        ("locale".to_owned(), of.locale.clone()),
        ("category".to_owned(), of.category.clone()),
        ("title".to_owned(), of.title.clone()),
        ("body".to_owned(), of.body.clone()),
    ];
    fields.extend(of.platforms.iter().map(|name| (format!("for-{name}"), "1".to_owned())));
    if of.published {
        fields.push(("published".to_owned(), "1".to_owned()));
    }
    Form::filled(fields)
}

fn render(
    operator: &Operator,
    typed: &Form,
    preview: Option<String>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: None,
        typed,
        preview,
        languages: languages(),
        categories: Category::ALL.map(Category::name),
        platforms: Platform::ALL.map(Platform::name),
    };
    operator.page(refusal, &page)
}

/// Keeps what was written, or shows what it would look like.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let form = Form::of(request, body).await?;
    if form.text("step") == "preview" {
        return match answer(operator.office.preview_article(form.text("body")).await)? {
            Ok(shown) => render(&operator, &form, Some(shown.html), None),
            Err(refusal) => render(&operator, &form, None, Some(&refusal)),
        };
    }
    let done = operator.office.save_article(written(&form)).await.map(|_| "saved");
    match operator.after(request, &form, done, paths::OFFICE_ARTICLES).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, &form, None, Some(&refusal)),
    }
}

fn written(form: &Form) -> ArticleRequest {
    ArticleRequest {
        article_id: form.given("article"),
        slug: form.text("slug").to_owned(),
        locale: form.text("locale").to_owned(),
        category: form.text("category").to_owned(),
        platforms: Some(form.all("for-")),
        title: form.text("title").to_owned(),
        body: form.text("body").to_owned(),
        published: form.ticked("published"),
    }
}
