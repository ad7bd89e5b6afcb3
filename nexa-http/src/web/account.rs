//! The own account: ways to sign in, where one is signed in, the second factor, the own data.

mod kept;
mod step;

pub use kept::Kept;
pub use step::{Asking, ask_proof, prove, take_step};

use super::{
    Face, Visitor,
    visitor::{answer, asked},
};
use crate::{
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    qr,
    storefront::model::{IdentityView, MeView, PasskeyView, SessionEntryView, TotpView},
};
use poem::{Request, Response, Result, handler, http::header};

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    unsaved: bool,
    me: &'a MeView,
    identities: &'a [IdentityView],
    sessions: &'a [SessionEntryView],
    told: &'a Told,
    shown: Option<String>,
    seed_qr: String,
    telegram: Option<String>,
    passkeys: &'a [PasskeyView],
    passkey: bool,
}

impl Page<'_> {
    fn has(&self, kind: &str) -> Option<&IdentityView> {
        self.identities.iter().find(|identity| identity.kind == kind)
    }
}

/// What a form on the page came to.
#[derive(Default)]
pub struct Told {
    refusal: Option<Refusal>,
    /// A new account number, this once.
    number: Option<String>,
    /// The address that a code was sent to.
    code_for: Option<String>,
    /// Whether the code of a second factor that is being set up was mistyped.
    factor_again: bool,
    /// The seed of a second factor that is being set up, this once.
    seed: Option<TotpView>,
    /// Recovery codes, this once.
    recovery: Vec<String>,
}

/// Shows the account.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    render(&visitor, request, Told::default()).await
}

async fn render(visitor: &Visitor, request: &Request, told: Told) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let me = store.me().await.map_err(Said)?;
    let identities = store.identities().await.map_err(Said)?;
    let passkeys = store.passkeys().await.map_err(Said)?;
    let sessions = store.sessions().await.map_err(Said)?;
    let unsaved = super::cookie::read(request.headers(), super::cookie::UNSAVED).is_some();
    let page = Page {
        words,
        face: visitor.face(),
        error: told.refusal.as_ref().map(|refusal| say::refusal(words.0, refusal)),
        done: asked("done", request).and_then(|what| super::done(words, &what)),
        unsaved: unsaved && told.number.is_none(),
        me: &me,
        identities: &identities,
        sessions: &sessions,
        shown: told.number.as_deref().map(super::operator::grouped),
        seed_qr: told.seed.as_ref().and_then(|seed| qr::svg(&seed.uri).ok()).unwrap_or_default(),
        telegram: visitor.telegram(super::telegram::Wish::Add),
        passkeys: &passkeys,
        passkey: super::passkeys::offered(visitor, request).await,
        told: &told,
    };
    match &told.refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Gives everything that the shop keeps about the visitor.
#[handler]
pub async fn export(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let text = match answer(visitor.store().export().await)? {
        Ok(text) => text,
        Err(Refusal::ProveAgain) => {
            return step::ask_proof(&visitor, request, Asking::before(crate::paths::ACCOUNT)).await;
        }
        Err(refusal) => return Err(Said::from(refusal).into()),
    };
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\"")
        .body(text))
}
