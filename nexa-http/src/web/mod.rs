//! The pages: a shop's first page, the customer's own, the operator's claim, the demo payment, and messages.
//!
//! They work without script and ask nothing of another host. What a page does, it does by a form; a form that is
//! refused comes back as it was filled in, with the reason above it.

pub mod account;
mod arrival;
pub mod assets;
mod brand;
pub mod buy;
mod client;
pub mod cookie;
mod face;
mod form;
pub mod gift;
pub mod help;
mod icon;
pub mod invite;
pub mod landing;
pub mod notices;
pub mod office;
pub mod operator;
pub mod order;
pub mod passkeys;
pub mod push;
pub mod pwa;
pub mod sandbox;
pub mod sign_in;
pub mod subscription;
pub mod telegram;
pub mod tickets;
pub mod unsubscribe;
mod visitor;
pub mod wallet;

pub use face::Face;
pub use icon::{icon, mark, sign};
pub use visitor::Visitor;

use crate::{desk::Asked, paths, pdf::Sheet, problem::Problem, say::Words};
use askama::Template;
use nexa_core::frontdesk::ShopFace;
use poem::{
    Request, Response, Result,
    error::{InternalServerError, NotFoundError},
    handler,
    http::{StatusCode, header},
};

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
pub fn told(problem: &Problem, shop: Option<&ShopFace>, words: Words, asked: &Asked) -> Result<Response> {
    let (title, text) = (problem.title.clone(), problem.detail.clone());
    let face = Face { theme: asked.theme, ..Face::or_none(shop) };
    let page = Message { words, face, title, text };
    html(StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &page)
}

fn html(status: StatusCode, page: &impl Template) -> Result<Response> {
    let body = page.render().map_err(InternalServerError)?;
    Ok(Response::builder().status(status).content_type("text/html; charset=utf-8").body(body))
}

/// A sheet as a file to keep; where it cannot be one there is nothing at its address.
fn sheet(visitor: &Visitor, name: &str, sheet: &Sheet) -> Result<Response> {
    let bytes = sheet.pdf().ok_or(NotFoundError)?;
    let kept = format!("attachment; filename=\"{name}.pdf\"");
    let response = Response::builder().content_type("application/pdf");
    Ok(visitor.with_cookies(response.header(header::CONTENT_DISPOSITION, kept).body(bytes)))
}

/// What a page says after something was done, by the word in its address; nothing for any other word.
fn done(words: Words, what: &str) -> Option<String> {
    matches!(
        what,
        "saved" | "removed" | "reset" | "moved" | "off" | "signed-out" | "adopted" | "factor-required"
    )
    .then(|| words.part("page-done", what))
}

/// Whoever opens or reloads the address of a form comes to the page that the form stands on.
#[handler]
pub fn step_back(request: &Request) -> Response {
    let path = Asked::of(request).path;
    let parent = path.rsplit_once('/').map(|(parent, _)| parent).filter(|parent| !parent.is_empty());
    let to = parent.unwrap_or(paths::HOME);
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish()
}
