//! The few pages of our own: home, the operator's claim, the demo payment, and messages.
//!
//! They work without script and ask nothing of another host.

pub mod home;
pub mod operator;
pub mod sandbox;

use crate::say::Words;
use askama::Template;
use nexa_core::{domain::shop::Locale, frontdesk::ShopFace};
use poem::{Response, Result, error::InternalServerError, handler, http::StatusCode};

/// What the frame of every page shows.
pub struct Face<'a> {
    /// The shop's name.
    pub name: &'a str,
    /// Whether to say that this is a demo.
    pub test: bool,
    /// Where help is.
    pub support: Option<&'a str>,
}

impl<'a> Face<'a> {
    /// Of a shop.
    #[must_use]
    pub fn of(shop: &'a ShopFace) -> Self {
        Self { name: &shop.name, test: shop.test, support: shop.support_url.as_deref() }
    }
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    words: Words,
    face: Face<'a>,
    title: String,
    text: String,
}

/// A page that says one thing.
pub fn message(status: StatusCode, locale: Locale, title: &str, text: &str) -> Result<Response> {
    let words = Words(locale);
    let face = Face { name: "", test: false, support: None };
    let page = Message { words, face, title: words.get(title), text: words.get(text) };
    html(status, &page)
}

fn html(status: StatusCode, page: &impl Template) -> Result<Response> {
    let body = page.render().map_err(InternalServerError)?;
    Ok(Response::builder().status(status).content_type("text/html; charset=utf-8").body(body))
}

/// The style of every page.
#[handler]
pub fn style() -> Response {
    Response::builder()
        .content_type("text/css; charset=utf-8")
        .header("cache-control", "public, max-age=300")
        .body(include_str!("../../assets/app.css"))
}

/// A problem as a page.
pub fn told(problem: &crate::problem::Problem, locale: Locale) -> Result<Response> {
    let face = Face { name: "", test: false, support: None };
    let page =
        Message { words: Words(locale), face, title: problem.title.clone(), text: problem.detail.clone() };
    html(StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &page)
}
