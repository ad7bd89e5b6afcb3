//! The click that ends mails of one kind (RFC 8058). Mail programs post here by themselves: without a session, from no page
//! of ours. Whoever holds the link may end those mails and do nothing else, so nothing is asked.

use super::{Face, html};
use crate::{caller::desk_of, desk::Asked, problem::Said, say::Words};
use askama::Template;
use nexa_core::{
    frontdesk::{ShopFace, UnsubscribeView},
    text::Arg,
};
use poem::{Request, Response, Result, handler, http::StatusCode};

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    token: &'a str,
    of: UnsubscribeView,
}

impl Page<'_> {
    fn matter(&self) -> String {
        let matter = self.words.part("matter", self.of.matter.key());
        self.words.with("unsubscribe-matter", &[("matter", Arg::Text(&matter))])
    }
}

fn token(request: &Request) -> &str {
    request.raw_path_param("token").unwrap_or_default()
}

/// Asks: programs that only look at links end nothing.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let of = desk.doors.frontdesk().unsubscribe_offer(shop.id, token(request)).await.map_err(Said)?;
    render(request, &shop, of)
}

/// Ends them.
#[handler]
pub async fn end(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let of = desk.doors.frontdesk().unsubscribe(shop.id, token(request)).await.map_err(Said)?;
    render(request, &shop, of)
}

fn render(request: &Request, shop: &ShopFace, of: UnsubscribeView) -> Result<Response> {
    let asked = Asked::of(request);
    let words = Words(asked.locale.unwrap_or(shop.locale));
    let face = Face { theme: asked.theme, ..Face::of(shop) };
    html(StatusCode::OK, &Page { words, face, token: token(request), of })
}
