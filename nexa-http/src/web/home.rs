//! The first page: whose shop this is, and where a developer finds the API.

use super::{Face, html};
use crate::{
    caller::desk_of,
    desk::Asked,
    paths,
    problem::Said,
    say::{Translation, Words},
};
use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    words: Words,
    face: Face<'a>,
    docs: &'static str,
    document: &'static str,
    others: Vec<Translation>,
}

/// Answers `GET /`.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let locale = Asked::of(request).chosen().unwrap_or(shop.locale);
    let words = Words(locale);
    let page = Home {
        words,
        face: Face::of(&shop),
        docs: paths::DOCS,
        document: paths::DOCUMENT,
        others: words.others(paths::HOME),
    };
    html(StatusCode::OK, &page)
}
