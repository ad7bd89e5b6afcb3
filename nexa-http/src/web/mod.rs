//! The few pages of our own: home, the operator's claim, the demo payment, and messages.
//!
//! They work without script and ask nothing of another host.

pub mod home;
pub mod operator;
pub mod sandbox;

use crate::{problem::Problem, say::Words};
use askama::Template;
use nexa_core::frontdesk::ShopFace;
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

    /// Of a shop that may be unknown, because the page tells of a failure.
    #[must_use]
    pub fn or_none(shop: Option<&'a ShopFace>) -> Self {
        shop.map_or(Self { name: "", test: false, support: None }, Self::of)
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
pub fn message(
    status: StatusCode,
    shop: Option<&ShopFace>,
    words: Words,
    title: &str,
    text: &str,
) -> Result<Response> {
    let face = Face::or_none(shop);
    html(status, &Message { words, face, title: words.get(title), text: words.get(text) })
}

/// A problem as a page.
pub fn told(problem: &Problem, shop: Option<&ShopFace>, words: Words) -> Result<Response> {
    let (title, text) = (problem.title.clone(), problem.detail.clone());
    let page = Message { words, face: Face::or_none(shop), title, text };
    html(StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &page)
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
