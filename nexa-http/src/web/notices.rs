//! What the shop has told a customer.

use super::{Face, Visitor, visitor::cursor};
use crate::{problem::Said, say::Words};
use askama::Template;
use nexa_core::storefront::model::{NoticePage, PageRequest};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "notices.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    notices: &'a NoticePage,
}

/// Shows the notices, newest first.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let wish = PageRequest { cursor: cursor(request), limit: Some(20) };
    let page = visitor.store().notices(wish).await.map_err(Said)?;
    visitor.page(&Page { words: visitor.words, face: visitor.face(), notices: &page })
}
