//! What a customer changes about the own account.

use super::{Kept, Told, render};
use crate::{
    limits::Gate,
    paths,
    problem::Said,
    say::{self, Words},
    web::{
        Face, Visitor, cookie,
        form::Form,
        passkeys,
        sign_in::{next_of, proof},
        telegram::{Wish, checked},
        visitor::answer,
    },
};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Result as Done},
    storefront::model::TelegramProof,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "prove.html")]
struct Prove<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    email: bool,
    passkey: bool,
    next: String,
    telegram: Option<String>,
    /// The address that a code was just sent to.
    sent: String,
    kept: Option<Kept>,
}

#[derive(Template)]
#[template(path = "again.html")]
struct Again<'a> {
    words: Words,
    face: Face<'a>,
    kept: Kept,
}

/// How the question who one is stands.
#[derive(Default)]
pub struct Asking<'a> {
    /// What was refused.
    pub refusal: Option<&'a Refusal>,
    /// The address that a code was just sent to.
    pub sent: &'a str,
    /// Where to go on to.
    pub next: &'a str,
    /// The form that is done then.
    pub kept: Option<Kept>,
}

impl<'a> Asking<'a> {
    /// Asked for the first time, on the way to `next`.
    #[must_use]
    pub fn before(next: &'a str) -> Self {
        Self { next, ..Self::default() }
    }
}

/// Where the visitor goes after a step.
enum Next {
    /// Back to the account, which says what was done.
    Said(&'static str),
    /// Back to the account, which shows this, this once.
    Show(Told),
    /// To the first page: the account is gone.
    Gone,
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    if step == "saved" {
        visitor.forget(cookie::UNSAVED);
        return Ok(visitor.to(&next_of(Some(form.text("next")))));
    }
    let done = match checked(request, &form, Wish::Add) {
        Ok(()) => answer(take(&visitor, step, &form).await)?,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(Next::Said(what)) => Ok(visitor.to(&format!("{}?done={what}", paths::ACCOUNT))),
        Ok(Next::Show(told)) => {
            if told.number.is_some() {
                visitor.forget(cookie::UNSAVED);
            }
            render(&visitor, request, told).await
        }
        Ok(Next::Gone) => {
            visitor.close();
            Ok(visitor.to(paths::HOME))
        }
        Err(Refusal::ProveAgain) => ask_proof(&visitor, request, Asking::before(paths::ACCOUNT)).await,
        Err(refusal @ (Refusal::NotFound | Refusal::NotSignedIn)) => Err(Said::from(refusal).into()),
        Err(refusal) => {
            let code_for = (step == "email-confirm").then(|| form.text("email").to_owned());
            let factor_again = step == "factor-confirm";
            let told = Told { refusal: Some(refusal), code_for, factor_again, ..Told::default() };
            render(&visitor, request, told).await
        }
    }
}

async fn take(visitor: &Visitor, step: &str, form: &Form) -> Done<Next> {
    let store = visitor.store();
    let shown = |told| Next::Show(told);
    if step != "session-end" && step != "sessions-end" {
        visitor.take(Gate::Account).await?;
    }
    match step {
        "number" => {
            let number = Some(store.new_account_number().await?.account_number);
            Ok(shown(Told { number, ..Told::default() }))
        }
        "email" => {
            store.add_email(form.text("email")).await?;
            Ok(shown(Told { code_for: form.given("email"), ..Told::default() }))
        }
        "email-confirm" => {
            store.confirm_email(form.text("email"), form.text("code")).await.map(|_| Next::Said("saved"))
        }
        "telegram" => {
            let proof = TelegramProof { init_data: form.given("init_data"), widget: form.given("widget") };
            store.add_telegram(proof).await.map(|_| Next::Said("saved"))
        }
        "identity-remove" => store.remove_identity(form.text("kind")).await.map(|_| Next::Said("removed")),
        "password" => {
            let current = Some(form.secret("current").to_owned()).filter(|text| !text.is_empty());
            store.set_password(current, form.secret("new").to_owned()).await.map(|()| Next::Said("saved"))
        }
        "session-end" => store.revoke_session(form.text("session")).await.map(|()| Next::Said("removed")),
        "sessions-end" => store.revoke_other_sessions().await.map(|()| Next::Said("signed-out")),
        // The script comes by here when the visitor must prove who it is first.
        "passkey" => store.passkey_begin().await.map(|_| shown(Told::default())),
        "passkey-remove" => store.passkey_remove(form.text("passkey")).await.map(|_| Next::Said("removed")),
        "factor" => Ok(shown(Told { seed: Some(store.totp_begin().await?), ..Told::default() })),
        "factor-confirm" => {
            let recovery = store.totp_confirm(form.text("code")).await?.codes;
            Ok(shown(Told { recovery, ..Told::default() }))
        }
        "factor-off" => store.totp_disable(form.text("code")).await.map(|()| Next::Said("off")),
        "delete" => store.delete_account(form.ticked("forfeit")).await.map(|()| Next::Gone),
        _ => Err(Error::from(Refusal::NotFound)),
    }
}

/// Asks the visitor to prove once more who it is.
pub async fn ask_proof(visitor: &Visitor, request: &Request, asking: Asking<'_>) -> Result<Response> {
    let identities = visitor.store().identities().await.map_err(Said)?;
    let page = Prove {
        words: visitor.words,
        face: visitor.face(),
        error: asking.refusal.map(|refusal| say::refusal(visitor.words.0, refusal)),
        email: identities.iter().any(|identity| identity.kind == "email"),
        passkey: passkeys::offered(visitor, request).await,
        next: asking.next.to_owned(),
        telegram: visitor.telegram(Wish::Prove),
        sent: asking.sent.to_owned(),
        kept: asking.kept,
    };
    match asking.refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Takes the proof.
#[handler]
pub async fn prove(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    let sends = form.ticked("send");
    let done = match checked(request, &form, Wish::Prove) {
        Ok(()) => answer(proved(&visitor, &form, sends).await)?,
        Err(refusal) => Err(refusal),
    };
    let (next, kept) = (next_of(Some(form.text("next"))), Kept::carried(&form));
    match (done, kept) {
        (Ok(()), kept) if sends => {
            let sent = form.text("email");
            ask_proof(&visitor, request, Asking { refusal: None, sent, next: &next, kept }).await
        }
        (Ok(()), Some(kept)) => visitor.page(&Again { words: visitor.words, face: visitor.face(), kept }),
        (Ok(()), None) => Ok(visitor.to(&next)),
        (Err(refusal), kept) => {
            let sent = if form.given("code").is_some() { form.text("email") } else { "" };
            ask_proof(&visitor, request, Asking { refusal: Some(&refusal), sent, next: &next, kept }).await
        }
    }
}

/// Takes the proof, or mails a code for it.
async fn proved(visitor: &Visitor, form: &Form, sends: bool) -> Done<()> {
    visitor.take(Gate::Account).await?;
    if sends {
        return visitor.store().request_code(form.text("email"), Some(visitor.tag())).await.map(drop);
    }
    visitor.store().prove(proof(visitor, form)).await
}
