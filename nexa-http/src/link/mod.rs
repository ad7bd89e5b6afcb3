//! `GET /s/{token}`: the one link that client apps import and browsers open.
//!
//! The core says what the subscription is and which form the client gets; here it gets its headers and its page. A link
//! that does not exist and a link that is dead get the same constant answer, so that nobody can tell them apart.

pub mod client;
mod guide;
mod headers;
mod latency;
mod open;
mod page;

pub use guide::show as show_guide;
pub use latency::report as report_latency;
pub use open::open as open_app;

use crate::{
    caller::desk_of,
    desk::{self, Asked, Desk},
    problem::Said,
    say::Words,
    web,
};
use data_encoding::BASE64;
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    frontdesk::{LinkAnswer, LinkAsk, LinkForm, LinkMove, LinkStatus},
};
use poem::{
    Request, Response, Result, handler,
    http::{Method, StatusCode, header},
};

/// What an address says of the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    /// Nothing: the client decides.
    None,
    Form(LinkForm),
    /// Something that is none.
    Unknown,
}

/// Answers in the form that the client understands.
#[handler]
pub async fn by_client(request: &Request) -> Result<Response> {
    answer(request, Suffix::None).await
}

/// Answers in the form that the address names; `auto` is as without one.
#[handler]
pub async fn by_suffix(request: &Request) -> Result<Response> {
    let suffix = match request.raw_path_param("format") {
        Some("auto") => Suffix::None,
        named => named.and_then(LinkForm::named).map_or(Suffix::Unknown, Suffix::Form),
    };
    answer(request, suffix).await
}

async fn answer(request: &Request, suffix: Suffix) -> Result<Response> {
    let desk = desk_of(request)?;
    let head = *request.method() == Method::HEAD;
    let form = match suffix {
        Suffix::None => None,
        Suffix::Form(form) => Some(form),
        Suffix::Unknown => Some(LinkForm::Page),
    };
    let ask = LinkAsk {
        form,
        headers: client::told(request),
        host: desk::host(request),
        only_headers: head || suffix == Suffix::Unknown,
    };
    let Some(found) = found(&desk, request, ask).await? else { return dead(request).await };
    if found.status.moving == Some(LinkMove::Done) {
        return Ok(sent_on(&found.status, suffix));
    }
    if suffix == Suffix::Unknown {
        return unknown_form(request, &found.status);
    }
    rendered(&found, head, request)
}

/// What is behind the request's link, if it is one. Guessing is counted; who guessed too much is only told what exists.
async fn found(desk: &Desk, request: &Request, ask: LinkAsk) -> Result<Option<LinkAnswer>> {
    let client = desk.client(request);
    desk.limits.may_look_up_link(client).await.map_err(Said::from)?;
    let token = request.raw_path_param("token").unwrap_or_default();
    let asked = if is_token(token) {
        desk.doors.frontdesk().link(token, ask).await
    } else {
        Err(Refusal::NotFound.into())
    };
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(Error::Refused(Refusal::NotFound)) => {
            desk.limits.missed_link(client).await.map_err(Said::from)?;
            Ok(None)
        }
        Err(error) => Err(Said(error).into()),
    }
}

/// Whether it could be a token at all; spares the core what cannot be one.
fn is_token(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn rendered(found: &LinkAnswer, head: bool, request: &Request) -> Result<Response> {
    let body = match found.form {
        _ if head => String::new(),
        LinkForm::Base64 => BASE64.encode(found.body.as_bytes()),
        LinkForm::Page => page::render(&found.status, request)?,
        _ => found.body.clone(),
    };
    let mut builder = Response::builder();
    for (name, value) in headers::of(found) {
        builder = builder.header(name, value);
    }
    Ok(builder.body(body))
}

/// To where the link lives now, in the same form.
fn sent_on(status: &LinkStatus, suffix: Suffix) -> Response {
    let link = headers::link(status);
    let place = match suffix {
        Suffix::Form(form) => format!("{link}/{}", form.name()),
        Suffix::None | Suffix::Unknown => link.to_owned(),
    };
    Response::builder()
        .status(StatusCode::PERMANENT_REDIRECT)
        .header(header::LOCATION, place)
        .header(headers::MOVED, link)
        .finish()
}

/// The same answer for every link that leads nowhere.
async fn dead(request: &Request) -> Result<Response> {
    let asked = Asked::of(request);
    let (shop, words) = desk_of(request)?.face(&asked).await;
    if client::is_browser(&client::told(request)) {
        return web::message(StatusCode::NOT_FOUND, shop.as_ref(), words, "web-missing-title", "web-missing");
    }
    Ok(plain_missing(words, "web-missing"))
}

/// For a link that lives, with something behind it that is no form.
fn unknown_form(request: &Request, status: &LinkStatus) -> Result<Response> {
    let words = Words(Asked::of(request).locale.unwrap_or(status.locale));
    let (title, text) = ("link-unknown-format-title", "link-unknown-format");
    if client::is_browser(&client::told(request)) {
        return web::message(StatusCode::NOT_FOUND, Some(&status.shop), words, title, text);
    }
    Ok(plain_missing(words, text))
}

fn plain_missing(words: Words, key: &str) -> Response {
    let text = nexa_core::text::plain(&words.get(key));
    Response::builder().status(StatusCode::NOT_FOUND).content_type("text/plain; charset=utf-8").body(text)
}
