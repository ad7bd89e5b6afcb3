//! What the shop explains: all of it, one article, and the papers that are pages of their own. For everybody, without an
//! account and without script.

use super::{
    Face, Visitor, cookie,
    form::Form,
    visitor::{answer, asked},
};
use crate::{limits::Gate, paths, problem::Said, say::Words};
use askama::Template;
use nexa_core::{
    domain::{article::Category, refusal::Refusal},
    storefront::model::{ArticleEntryView, ArticleView, OwnTextView},
};
use poem::{Body, Request, Response, Result, error::NotFoundError, handler};

/// Articles of which a browser remembers that it judged them.
const REMEMBERED: usize = 40;

#[derive(Template)]
#[template(path = "help.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    question: &'a str,
    all: &'a [ArticleEntryView],
    groups: Vec<(&'static str, Vec<&'a ArticleEntryView>)>,
}

#[derive(Template)]
#[template(path = "article.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    of: &'a ArticleView,
    judged: bool,
}

#[derive(Template)]
#[template(path = "paper.html")]
struct Paper<'a> {
    words: Words,
    face: Face<'a>,
    of: &'a OwnTextView,
}

fn slug(request: &Request) -> &str {
    request.raw_path_param("slug").unwrap_or_default()
}

/// Shows all articles, or those that answer a question.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let question = asked("q", request).unwrap_or_default();
    let question: String = question.trim().chars().take(100).collect();
    let wish = Some(question.as_str()).filter(|words| !words.is_empty());
    let all = visitor.store().articles(wish, Some(&visitor.tag())).await.map_err(Said)?;
    let groups = if wish.is_some() { Vec::new() } else { grouped(&all) };
    let (words, face) = (visitor.words, visitor.face());
    visitor.page(&List { words, face, question: &question, all: &all, groups })
}

fn grouped(all: &[ArticleEntryView]) -> Vec<(&'static str, Vec<&ArticleEntryView>)> {
    let of = |name: &'static str| (name, all.iter().filter(|one| one.category == name).collect::<Vec<_>>());
    let groups = Category::ALL.into_iter().map(|category| of(category.name()));
    groups.filter(|(_, those)| !those.is_empty()).collect()
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let of = visitor.store().article(slug(request), Some(&visitor.tag())).await.map_err(Said)?;
    let judged = judged(request).any(|known| known == of.article.slug);
    let (words, face) = (visitor.words, visitor.face());
    visitor.page(&Page { words, face, of: &of, judged })
}

/// The articles that this browser judged.
fn judged(request: &Request) -> impl Iterator<Item = &str> {
    let kept = cookie::read(request.headers(), cookie::JUDGED).unwrap_or_default();
    let plain = |slug: &&str| {
        !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    kept.split('.').filter(plain).take(REMEMBERED)
}

/// Takes whether it helped, once from each browser. Which article it was is remembered there and nowhere else.
#[handler]
pub async fn judge(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let slug = slug(request);
    let helped = match form.text("helped") {
        "yes" => true,
        "no" => false,
        _ => return Err(Said::from(Refusal::bad_input("helped", "yes or no")).into()),
    };
    let before: Vec<&str> = judged(request).collect();
    if !before.contains(&slug) {
        visitor.take(Gate::Judgement).await.map_err(Said)?;
        match answer(visitor.store().judge_article(slug, helped).await)? {
            Ok(_) => {}
            Err(refusal) => return Err(Said::from(refusal).into()),
        }
        let kept = std::iter::once(slug).chain(before).take(REMEMBERED);
        let kept: Vec<&str> = kept.collect();
        visitor.remember(cookie::JUDGED, &kept.join("."));
    }
    Ok(visitor.to(&paths::article(slug)))
}

/// Shows one of the papers, where the shop wrote it.
#[handler]
pub async fn show_paper(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let key = visitor.path.trim_start_matches('/').to_owned();
    let told = visitor.store().own_text(&key, Some(&visitor.tag())).await.map_err(Said)?;
    let Some(of) = told else { return Err(NotFoundError.into()) };
    let (words, face) = (visitor.words, visitor.face());
    visitor.page(&Paper { words, face, of: &of })
}
