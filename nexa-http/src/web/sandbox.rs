//! The page of the sandbox gateway: play money for demo shops. Its button sends what a real gateway would send.
//!
//! It exists for test shops only, and it posts to our own callback address and nowhere else, whatever its query says.

use super::{Face, html, message};
use crate::{caller::desk_of, desk::Asked, paths, problem::Said, say::Words};
use askama::Template;
use nexa_core::{
    domain::money::{Currency, Money},
    text,
};
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;

#[derive(Deserialize)]
struct Wish {
    amount: i64,
    currency: String,
    sig: String,
    /// The path of the gateway's callback address.
    hook: String,
}

impl Wish {
    /// The path of our own callback that the button posts to.
    fn action(&self) -> Option<String> {
        paths::hook_parts(&self.hook).map(|(gateway, endpoint)| paths::hook(gateway, endpoint))
    }
}

#[derive(Template)]
#[template(path = "sandbox.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    action: String,
    reference: &'a str,
    amount: i64,
    currency: &'a str,
    sig: &'a str,
    shown: String,
}

/// Shows the button.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let words = Words(Asked::of(request).locale.unwrap_or(shop.locale));
    let missing = || message(StatusCode::NOT_FOUND, Some(&shop), words, "web-missing-title", "web-missing");
    let Ok(wish) = request.params::<Wish>() else { return missing() };
    let (Some(action), Ok(currency)) = (wish.action(), wish.currency.parse::<Currency>()) else {
        return missing();
    };
    if !shop.test {
        return missing();
    }
    let page = Page {
        words,
        face: Face::of(&shop),
        action,
        reference: request.raw_path_param("reference").unwrap_or_default(),
        amount: wish.amount,
        currency: &wish.currency,
        sig: &wish.sig,
        shown: text::money(words.0, Money::new(wish.amount, currency)),
    };
    html(StatusCode::OK, &page)
}
