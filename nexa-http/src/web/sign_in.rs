//! Signing in, making an account, signing out.

mod mail;
mod telegram;

pub use mail::{ask_code, by_code, by_link, by_link_button};
pub use telegram::{arrive, by_telegram};

use super::{
    Face, Visitor,
    form::Form,
    passkeys,
    telegram::Wish,
    visitor::{answer, safe_next},
};
use crate::{limits::Gate, paths, problem::Said, say, say::Words};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    storefront::model::{OwnTextView, SignInRequest, SignUpRequest, TelegramProof},
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    words: Words,
    face: Face<'a>,
    next: String,
    error: Option<String>,
    number: &'a str,
    email: &'a str,
    factor: bool,
    passkey: bool,
    telegram: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUp<'a> {
    words: Words,
    face: Face<'a>,
    next: String,
    error: Option<String>,
    email: &'a str,
    /// What the shop says to those who make an account.
    note: Option<OwnTextView>,
}

#[derive(Template)]
#[template(path = "number.html")]
struct Number<'a> {
    words: Words,
    face: Face<'a>,
    shown: String,
    plain: String,
    next: String,
}

/// Where a visitor goes on: what the address or the form names, else the own subscriptions.
pub fn next_of(wish: Option<&str>) -> String {
    wish.and_then(safe_next).filter(|next| *next != paths::HOME).unwrap_or(paths::SUBSCRIPTIONS).to_owned()
}

fn asked_next(request: &Request) -> String {
    let query = crate::desk::Asked::of(request).query;
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    next_of(
        pairs.into_iter().find(|(name, _)| name == "next").map(|(_, value)| value.into_owned()).as_deref(),
    )
}

/// Shows the ways to sign in.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let next = asked_next(request);
    if visitor.is_signed_in() {
        return Ok(visitor.to(&next));
    }
    let (words, face) = (visitor.words, visitor.face());
    let telegram = visitor.telegram(Wish::SignIn);
    let passkey = passkeys::offered(&visitor, request).await;
    let (error, number, email, factor) = (None, "", "", false);
    visitor.page(&SignIn { words, face, next, error, number, email, factor, passkey, telegram })
}

/// Signs in.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let next = next_of(Some(form.text("next")));
    let wish = proof(&visitor, &form);
    match answer(sign_in(&mut visitor, wish).await)? {
        Ok(()) => Ok(visitor.to(&next)),
        Err(refusal) => {
            let (words, face) = (visitor.words, visitor.face());
            let error = Some(say::refusal(words.0, &refusal));
            let (number, email) = (form.text("number"), form.text("email"));
            let factor = is_about_factor(&refusal) || form.given("factor").is_some();
            let telegram = visitor.telegram(Wish::SignIn);
            let passkey = passkeys::offered(&visitor, request).await;
            let page = SignIn { words, face, next, error, number, email, factor, passkey, telegram };
            visitor.refused(&refusal, &page)
        }
    }
}

/// Whether only the second factor is missing.
fn is_about_factor(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::SecondFactorNeeded)
}

/// What a form says to prove who sends it, whichever way it is.
pub fn proof(visitor: &Visitor, form: &Form) -> SignInRequest {
    let (init_data, widget) = (form.given("init_data"), form.given("widget"));
    let telegram = (init_data.is_some() || widget.is_some()).then_some(TelegramProof { init_data, widget });
    SignInRequest {
        account_number: form.given("number"),
        email: form.given("email"),
        password: Some(form.secret("password").to_owned()).filter(|p| !p.is_empty()),
        code: form.given("code"),
        mail_token: None,
        telegram,
        passkey: None,
        second_factor: form.given("factor"),
        locale: Some(visitor.tag()),
        client: visitor.client(),
        ..SignInRequest::default()
    }
}

/// Opens a session in this browser.
pub async fn sign_in(visitor: &mut Visitor, wish: SignInRequest) -> nexa_core::error::Result<()> {
    visitor.take(Gate::Account).await?;
    let (invitation, campaign) = visitor.came_by();
    let wish = SignInRequest { invitation, campaign, ..wish };
    let session = visitor.store().sign_in(wish).await?;
    visitor.open(&session).await
}

/// Shows how to make an account.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let next = asked_next(request);
    if visitor.is_signed_in() {
        return Ok(visitor.to(&next));
    }
    let (words, face) = (visitor.words, visitor.face());
    let note = note(&visitor).await?;
    visitor.page(&SignUp { words, face, next, error: None, email: "", note })
}

/// What the shop says to those who make an account.
async fn note(visitor: &Visitor) -> Result<Option<OwnTextView>> {
    Ok(visitor.store().own_text("sign_up", Some(&visitor.tag())).await.map_err(Said)?)
}

/// Makes an account; an anonymous one shows its number this once.
#[handler]
pub async fn make(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let next = next_of(Some(form.text("next")));
    let wish = SignUpRequest {
        email: form.given("email"),
        password: Some(form.secret("password").to_owned()).filter(|p| !p.is_empty()),
        locale: Some(visitor.tag()),
        client: visitor.client(),
        ..SignUpRequest::default()
    };
    match answer(sign_up(&mut visitor, wish).await)? {
        Ok(Some(number)) => {
            visitor.remember(super::cookie::UNSAVED, "1");
            let (words, shown) = (visitor.words, super::operator::grouped(&number));
            let page = Number { words, face: visitor.face(), shown, plain: number, next };
            visitor.page(&page)
        }
        Ok(None) => Ok(visitor.to(&next)),
        Err(refusal) => {
            let (words, face) = (visitor.words, visitor.face());
            let error = Some(say::refusal(words.0, &refusal));
            let (email, note) = (form.text("email"), note(&visitor).await?);
            visitor.refused(&refusal, &SignUp { words, face, next, error, email, note })
        }
    }
}

/// Makes an account and opens its session; gives the number of an anonymous one.
async fn sign_up(visitor: &mut Visitor, wish: SignUpRequest) -> nexa_core::error::Result<Option<String>> {
    visitor.take(Gate::Account).await?;
    let (invitation, campaign) = visitor.came_by();
    let made = visitor.store().sign_up(SignUpRequest { invitation, campaign, ..wish }).await?;
    visitor.open(&made.session).await?;
    Ok(made.account_number)
}

/// Gives a guest who wants something an account; its number is asked for later, when there is something to lose.
pub async fn ensure_account(visitor: &mut Visitor) -> nexa_core::error::Result<()> {
    if visitor.is_signed_in() {
        return Ok(());
    }
    let wish =
        SignUpRequest { locale: Some(visitor.tag()), client: visitor.client(), ..SignUpRequest::default() };
    sign_up(visitor, wish).await?;
    visitor.remember(super::cookie::UNSAVED, "1");
    Ok(())
}

/// Signs out.
#[handler]
pub async fn out(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    if visitor.is_signed_in() {
        match visitor.store().sign_out().await {
            Ok(()) | Err(Error::Refused(Refusal::NotSignedIn)) => {}
            Err(error) => return Err(crate::problem::Said(error).into()),
        }
    }
    visitor.close();
    Ok(visitor.to(paths::HOME))
}
