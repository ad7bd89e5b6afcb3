//! Signing in with Telegram, without a script of theirs on our pages: a link to their page, which sends the visitor back
//! with the signed fields behind `#`, where only a script of ours sees them and posts them here. A Mini App's page
//! gets its `initData` the same way.

use super::{is_about_factor, next_of, proof, sign_in};
use crate::{
    say::{self, Words},
    web::{
        Face, Visitor,
        form::Form,
        telegram::{Wish, checked},
        visitor::{answer, asked},
    },
};
use askama::Template;
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "telegram.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    action: &'static str,
    state: String,
    widget: &'a str,
    init_data: &'a str,
    factor: bool,
}

/// Where Telegram sends the visitor back to; a script posts what it sent.
#[handler]
pub async fn arrive(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let action = Wish::named(asked("for", request).as_deref()).action();
    let (words, face) = (visitor.words, visitor.face());
    let state = asked("state", request).unwrap_or_default();
    visitor.page(&Page { words, face, error: None, action, state, widget: "", init_data: "", factor: false })
}

/// Signs in with what Telegram signed.
#[handler]
pub async fn by_telegram(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let wish = proof(&visitor, &form);
    let done = match checked(request, &form, Wish::SignIn) {
        Ok(()) => answer(sign_in(&mut visitor, wish).await)?,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(visitor.to(&next_of(Some(form.text("next"))))),
        Err(refusal) => {
            let (words, face) = (visitor.words, visitor.face());
            let error = Some(say::refusal(words.0, &refusal));
            let factor = is_about_factor(&refusal) || form.given("factor").is_some();
            let (widget, init_data) = (form.text("widget"), form.text("init_data"));
            let (action, state) = (Wish::SignIn.action(), form.text("state").to_owned());
            visitor.refused(&refusal, &Page { words, face, error, action, state, widget, init_data, factor })
        }
    }
}
