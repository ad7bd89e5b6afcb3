//! Accounts: from the contract to the engine and back. No rule lives here.

use super::{
    model::{
        CodeView, IdentityView, MeView, PasskeyChallengeView, PasskeyProof, PasskeyView, SessionEntryView,
        SessionView, SignInRequest, SignUpRequest, SignUpView, TelegramProof,
    },
    view::{self, locale, moment, money, word},
};
use crate::{
    domain::{
        ledger::Account,
        passkey::Passkey,
        refusal::Refusal,
        session,
        user::{Identity, IdentityKind, Principal, Token, User},
    },
    engine::{
        Core,
        cases::{
            self, Arrival, Challenge, Entrance, FirstProof, Means, Newcomer, Opened, PasskeyGiven,
            TelegramGiven,
        },
    },
    error,
    ids::ShopId,
    ports::storage::Read,
};
use jiff::SignedDuration;
use serde_json::Value;

/// What somebody comes in with.
pub(super) fn entrance(mut request: SignInRequest) -> Result<Entrance, Refusal> {
    let second = request.second_factor.take();
    let client = session::client(request.client.take().as_deref())?;
    let locale = locale(request.locale.take().as_deref())?;
    let by = Arrival { invitation: request.invitation.take(), campaign: request.campaign.take() };
    Ok(Entrance { means: means(request)?, second, client, locale, by })
}

/// The one proof that a request holds.
fn means(request: SignInRequest) -> Result<Means, Refusal> {
    Ok(match request {
        SignInRequest {
            account_number: Some(number),
            email: None,
            password: None,
            code: None,
            mail_token: None,
            telegram: None,
            passkey: None,
            ..
        } => Means::First(FirstProof::Number(number)),
        SignInRequest {
            account_number: None,
            email: Some(email),
            password: Some(password),
            code: None,
            mail_token: None,
            telegram: None,
            passkey: None,
            ..
        } => Means::First(FirstProof::Password { email, password }),
        SignInRequest {
            account_number: None,
            email: Some(email),
            password: None,
            code: Some(code),
            mail_token: None,
            telegram: None,
            passkey: None,
            ..
        } => Means::First(FirstProof::Code { email, code }),
        SignInRequest {
            account_number: None,
            email: None,
            password: None,
            code: None,
            mail_token: Some(token),
            telegram: None,
            passkey: None,
            ..
        } => Means::First(FirstProof::MailLink(token)),
        SignInRequest {
            account_number: None,
            email: None,
            password: None,
            code: None,
            mail_token: None,
            telegram: Some(proof),
            passkey: None,
            ..
        } => Means::First(FirstProof::Telegram(telegram(proof)?)),
        SignInRequest {
            account_number: None,
            email: None,
            password: None,
            code: None,
            mail_token: None,
            telegram: None,
            passkey: Some(PasskeyProof { state, response }),
            ..
        } => Means::Passkey(PasskeyGiven { state, response }),
        _ => {
            let one = "or e-mail with password or code, or mail_token, or telegram, or passkey";
            return Err(Refusal::bad_input("account_number", one));
        }
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

/// Who the user is.
pub(super) async fn me(core: &Core, read: &mut dyn Read, user: &User) -> error::Result<MeView> {
    let shop = core.shop(read, user.shop_id).await?;
    let identities = read.identities(shop.id, user.id).await?;
    let factor = read.second_factor(shop.id, user.id).await?;
    Ok(MeView {
        user_id: user.id.to_string(),
        role: word(&user.role),
        locale: user.locale.map(|l| l.tag().to_owned()),
        identities: identities.iter().map(|i| word(&i.kind)).collect(),
        second_factor: factor.is_some_and(|f| f.confirmed),
        wallet: money(read.balance(shop.id, Account::Wallet(user.id), shop.currency).await?),
        held: money(read.balance(shop.id, Account::Held(user.id), shop.currency).await?),
    })
}

/// Adds a passkey.
pub(super) async fn add_passkey(
    core: &Core,
    who: &Principal,
    made: PasskeyProof,
    client: Option<String>,
) -> error::Result<()> {
    who.user_id.ok_or(Refusal::NotSignedIn)?;
    let given = PasskeyGiven { state: made.state, response: made.response };
    cases::passkey_add(core, who, given, session::client(client.as_deref())?).await
}

pub(super) fn challenge(asked: Challenge) -> PasskeyChallengeView {
    PasskeyChallengeView { options: asked.options, state: asked.state }
}

pub(super) fn passkey(of: &Passkey) -> PasskeyView {
    PasskeyView {
        passkey_id: of.id.to_string(),
        name: of.name.clone(),
        created_at: moment(of.created_at),
        last_used: of.last_used.map(moment),
    }
}

/// Makes an account.
pub(super) async fn sign_up(core: &Core, shop: ShopId, request: SignUpRequest) -> error::Result<SignUpView> {
    let locale = view::locale(request.locale.as_deref())?;
    let client = crate::domain::session::client(request.client.as_deref())?;
    let by = Arrival { invitation: request.invitation, campaign: request.campaign };
    let new = Newcomer { locale, client, by };
    match (request.email, request.password) {
        (None, None) => {
            let (number, opened) = cases::sign_up_anonymous(core, shop, new).await?;
            Ok(SignUpView { account_number: Some(number), session: session(&opened) })
        }
        (Some(email), Some(password)) => {
            let opened = cases::sign_up_email(core, shop, &email, &password, new).await?;
            Ok(SignUpView { account_number: None, session: session(&opened) })
        }
        _ => Err(Refusal::bad_input("password", "e-mail and password go together").into()),
    }
}
