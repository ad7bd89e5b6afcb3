//! Accounts: from the contract to the engine and back. No rule lives here.

use super::{
    model::{
        CodeView, IdentityView, SessionEntryView, SessionView, SignInRequest, SignUpRequest, SignUpView,
        TelegramProof,
    },
    view::{self, locale, moment, word},
};
use crate::{
    domain::{
        refusal::Refusal,
        session,
        user::{Identity, IdentityKind, Principal, Token},
    },
    engine::{
        Core,
        cases::{self, Entrance, FirstProof, Opened, TelegramGiven},
    },
    error,
    ids::ShopId,
};
use jiff::SignedDuration;
use serde_json::Value;

/// The one proof that a request holds.
pub(super) fn entrance(request: SignInRequest) -> Result<Entrance, Refusal> {
    let one =
        Refusal::bad_input("account_number", "or e-mail with password or code, or mail_token, or telegram");
    let proof = match request {
        SignInRequest {
            account_number: Some(number),
            email: None,
            password: None,
            code: None,
            mail_token: None,
            telegram: None,
            ..
        } => FirstProof::Number(number),
        SignInRequest {
            account_number: None,
            email: Some(email),
            password: Some(password),
            code: None,
            mail_token: None,
            telegram: None,
            ..
        } => FirstProof::Password { email, password },
        SignInRequest {
            account_number: None,
            email: Some(email),
            password: None,
            code: Some(code),
            mail_token: None,
            telegram: None,
            ..
        } => FirstProof::Code { email, code },
        SignInRequest {
            account_number: None,
            email: None,
            password: None,
            code: None,
            mail_token: Some(token),
            telegram: None,
            ..
        } => FirstProof::MailLink(token),
        SignInRequest {
            account_number: None,
            email: None,
            password: None,
            code: None,
            mail_token: None,
            telegram: Some(proof),
            ..
        } => FirstProof::Telegram(telegram(proof)?),
        _ => return Err(one),
    };
    Ok(Entrance {
        proof,
        second: request.second_factor,
        client: session::client(request.client.as_deref())?,
        locale: locale(request.locale.as_deref())?,
    })
}

pub(super) fn telegram(proof: TelegramProof) -> Result<TelegramGiven, Refusal> {
    match (proof.init_data, proof.widget) {
        (Some(raw), None) => Ok(TelegramGiven::MiniApp(raw)),
        (None, Some(raw)) => Ok(TelegramGiven::Widget(raw)),
        _ => Err(Refusal::bad_input("telegram", "init_data or widget")),
    }
}

/// A code that is good for so long.
pub(super) fn code(ttl: SignedDuration) -> CodeView {
    CodeView { ttl_seconds: u32::try_from(ttl.as_secs()).unwrap_or(0) }
}

/// A kind of identity from the contract.
pub(super) fn kind(text: &str) -> Result<IdentityKind, Refusal> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|_| Refusal::NotFound)
}

pub(super) fn session(opened: &Opened) -> SessionView {
    SessionView {
        token: opened.clear.clone(),
        expires_at: moment(opened.token.expires_at),
        user_id: opened.token.user_id.to_string(),
    }
}

pub(super) fn session_entry(token: &Token, who: &Principal) -> SessionEntryView {
    SessionEntryView {
        session_id: token.id.to_string(),
        client: token.label.clone(),
        created_at: moment(token.created_at),
        last_seen: moment(token.last_seen),
        expires_at: moment(token.expires_at),
        current: who.token_id == Some(token.id),
    }
}

pub(super) fn identity((of, shown): &(Identity, Option<String>)) -> IdentityView {
    IdentityView {
        kind: word(&of.kind),
        value: shown.clone(),
        verified: of.verified,
        has_password: of.password.is_some(),
        created_at: moment(of.created_at),
    }
}

/// Makes an account.
pub(super) async fn sign_up(core: &Core, shop: ShopId, request: SignUpRequest) -> error::Result<SignUpView> {
    let locale = view::locale(request.locale.as_deref())?;
    let client = crate::domain::session::client(request.client.as_deref())?;
    match (request.email, request.password) {
        (None, None) => {
            let (number, opened) = cases::sign_up_anonymous(core, shop, locale, client).await?;
            Ok(SignUpView { account_number: Some(number), session: session(&opened) })
        }
        (Some(email), Some(password)) => {
            let opened = cases::sign_up_email(core, shop, &email, &password, locale, client).await?;
            Ok(SignUpView { account_number: None, session: session(&opened) })
        }
        _ => Err(Refusal::bad_input("password", "e-mail and password go together").into()),
    }
}
