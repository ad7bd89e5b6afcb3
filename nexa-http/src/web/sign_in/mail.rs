//! Signing in by mail: a code to type, or a link whose page has one button, so that no scanner of mails uses it up.

use super::{asked_next, is_about_factor, next_of, proof, sign_in};
use crate::{
    limits::Gate,
    say::{self, Words},
    web::{Face, Visitor, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{domain::refusal::Refusal, storefront::model::SignInRequest};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct Code<'a> {
    words: Words,
    face: Face<'a>,
    next: String,
    error: Option<String>,
    email: &'a str,
    /// Whether a code is on its way.
    sent: bool,
    typed: &'a str,
    factor: bool,
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct Link<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    action: &'a str,
    factor: bool,
}

/// Shows where a code can be asked for.
#[handler]
pub async fn ask_code(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let (words, face, next) = (visitor.words, visitor.face(), asked_next(request));
    visitor.page(&Code { words, face, next, error: None, email: "", sent: false, typed: "", factor: false })
}

/// Mails a code, or takes it.
#[handler]
pub async fn by_code(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let next = next_of(Some(form.text("next")));
    let with_code = form.given("code").is_some();
    let done = if with_code {
        let wish = proof(&visitor, &form);
        answer(sign_in(&mut visitor, wish).await)?
    } else {
        answer(send(&visitor, form.text("email")).await)?
    };
    if with_code && done.is_ok() {
        return Ok(visitor.to(&next));
    }
    let refusal = done.err();
    let (words, face) = (visitor.words, visitor.face());
    let error = refusal.as_ref().map(|refusal| say::refusal(words.0, refusal));
    let factor = refusal.as_ref().is_some_and(is_about_factor) || form.given("factor").is_some();
    let sent = with_code || refusal.is_none();
    let (email, typed) = (form.text("email"), form.text("code"));
    let page = Code { words, face, next, error, email, sent, typed, factor };
    match &refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

async fn send(visitor: &Visitor, email: &str) -> nexa_core::error::Result<()> {
    visitor.take(Gate::Account).await?;
    visitor.store().request_code(email, Some(visitor.tag())).await.map(drop)
}

/// Shows the button of a mailed link. Looking at it uses nothing up.
#[handler]
pub async fn by_link_button(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let (words, face) = (visitor.words, visitor.face());
    visitor.page(&Link { words, face, error: None, action: &visitor.path, factor: false })
}

/// Signs in by a mailed link.
#[handler]
pub async fn by_link(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let wish = SignInRequest {
        mail_token: request.raw_path_param("token").map(str::to_owned),
        second_factor: form.given("factor"),
        locale: Some(visitor.tag()),
        client: visitor.client(),
        ..SignInRequest::default()
    };
    let refusal: Refusal = match answer(sign_in(&mut visitor, wish).await)? {
        Ok(()) => return Ok(visitor.to(&next_of(None))),
        Err(refusal) => refusal,
    };
    let (words, face) = (visitor.words, visitor.face());
    let error = Some(say::refusal(words.0, &refusal));
    let factor = is_about_factor(&refusal) || form.given("factor").is_some();
    visitor.refused(&refusal, &Link { words, face, error, action: &visitor.path, factor })
}
