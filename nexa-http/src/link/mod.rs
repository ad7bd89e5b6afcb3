//! `GET /s/{token}`: the one link that client apps import and browsers open.
//!
//! The core says what the subscription is; here it gets the client's form and headers. A link that does not exist and a
//! link that is dead get the same constant answer, so that nobody can tell them apart.

mod choose;
mod headers;
mod import;
mod page;

pub use choose::Form;

use crate::{caller::desk_of, desk::Asked, problem::Said, web};
use data_encoding::BASE64;
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    frontdesk::{LinkAnswer, LinkAsk},
};
use poem::{Request, Response, Result, handler, http::StatusCode};

/// Answers in the form that the client understands.
#[handler]
pub async fn by_client(request: &Request) -> Result<Response> {
    answer(request, Some(choose::by_client(request.headers()))).await
}

/// Answers in the form that the address names; `auto` is as without one.
#[handler]
pub async fn by_suffix(request: &Request) -> Result<Response> {
    let form = match request.raw_path_param("format") {
        Some("auto") => Some(choose::by_client(request.headers())),
        suffix => suffix.and_then(Form::named),
    };
    answer(request, form).await
}

async fn answer(request: &Request, form: Option<Form>) -> Result<Response> {
    let desk = desk_of(request)?;
    let client = desk.client(request);
    desk.limits.may_ask_links(client).map_err(Said::from)?;
    let token = request.raw_path_param("token").unwrap_or_default();
    let browser = choose::by_client(request.headers()) == Form::Page;
    let Some(form) = form.filter(|_| is_token(token)) else {
        desk.limits.missed_link(client);
        return dead(request, browser).await;
    };
    match desk.doors.frontdesk().link(token, LinkAsk { format: form.wanted() }).await {
        Ok(found) => rendered(&found, form, &desk.config.public_url, token, request),
        Err(Error::Refused(Refusal::NotFound)) => {
            desk.limits.missed_link(client);
            dead(request, browser).await
        }
        Err(error) => Err(Said(error).into()),
    }
}

/// Whether it could be a token at all; spares the core what cannot be one.
fn is_token(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn rendered(
    found: &LinkAnswer,
    form: Form,
    public_url: &str,
    token: &str,
    request: &Request,
) -> Result<Response> {
    let body = match form {
        Form::Base64 => BASE64.encode(found.body.as_bytes()),
        Form::Page => page::render(&found.status, public_url, token, request)?,
        _ => found.body.clone(),
    };
    let mut builder = Response::builder();
    for (name, value) in headers::of(&found.status, form, public_url, token) {
        builder = builder.header(name, value);
    }
    Ok(builder.body(body))
}

/// The same answer for every link that leads nowhere.
async fn dead(request: &Request, browser: bool) -> Result<Response> {
    let asked = Asked::of(request);
    let (shop, words) = desk_of(request)?.face(&asked).await;
    if browser {
        return web::message(StatusCode::NOT_FOUND, shop.as_ref(), words, "web-missing-title", "web-missing");
    }
    let text = nexa_core::text::plain(&words.get("web-missing"));
    Ok(Response::builder().status(StatusCode::NOT_FOUND).content_type("text/plain; charset=utf-8").body(text))
}
