//! Accounts and sessions.

use super::Core;
use crate::{
    domain::{
        event::Event,
        refusal::Refusal,
        shop::Locale,
        time::{after, days},
        user::{
            self, ACCOUNT_NUMBER_DIGITS, Identity, IdentityKind, Principal, Role, Scope, Token, TokenKind,
            User,
        },
    },
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Tx},
    secret::{Purpose, Secret, digest},
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

/// Days that a session lives without signing in again.
const SESSION_DAYS: u32 = 90;
/// How long a sign-in waits for its turn to hash a password.
const HASHING_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// A hash of nothing anybody has, so that an unknown address takes as long as a wrong password.
const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bmV4YS1kdW1teS1zYWx0$M3bYh6XAzRSy9kQF2c5VC1wmh5Yj0GeFZdC6O1Nw5ZM";

/// A new token in clear, and its row.
pub(crate) struct Opened {
    pub(crate) clear: String,
    pub(crate) token: Token,
}

/// Makes an anonymous account; gives its number, which is stored only as a keyed hash.
pub(crate) async fn sign_up_anonymous(
    core: &Core,
    shop: ShopId,
    locale: Option<Locale>,
) -> Result<(String, Opened)> {
    let number = account_number(core);
    let mut tx = core.begin().await?;
    let opened = new_user(core, tx.as_mut(), shop, Role::Customer, locale).await?;
    let identity = number_identity(core, shop, opened.token.user_id, &number);
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Failure::core("an account number came twice").into());
    }
    core.commit(tx).await?;
    Ok((number, opened))
}

/// Makes an account with e-mail and password.
pub(crate) async fn sign_up_email(
    core: &Core,
    shop: ShopId,
    email: &str,
    password: &str,
    locale: Option<Locale>,
) -> Result<Opened> {
    let address = user::email(email)?;
    user::password(password)?;
    let hash = hash_password(core, password).await?;
    let mut tx = core.begin().await?;
    let opened = new_user(core, tx.as_mut(), shop, Role::Customer, locale).await?;
    let user_id = opened.token.user_id;
    let identity = Identity {
        shop_id: shop,
        user_id,
        kind: IdentityKind::Email,
        lookup: core.keys.fingerprint(Purpose::Identity, &address),
        sealed: Some(core.keys.seal(&core.world, &identity_context(user_id), address.as_bytes())),
        password: Some(Secret::new(hash)),
        created_at: core.world.now(),
    };
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Refusal::EmailTaken.into());
    }
    core.commit(tx).await?;
    Ok(opened)
}

/// Opens a session with an account number.
pub(crate) async fn sign_in_number(core: &Core, shop: ShopId, text: &str) -> Result<Opened> {
    let number = user::account_number(text)?;
    let lookup = core.keys.fingerprint(Purpose::Identity, &number);
    let found = core.read().await?.identity(shop, IdentityKind::AccountNumber, &lookup).await?;
    let Some(identity) = found else {
        core.throttle.missed(core.world.now())?;
        return Err(Refusal::WrongCredentials.into());
    };
    open_session(core, shop, identity.user_id).await
}

/// Opens a session with e-mail and password. Unknown address and wrong password look and take the same.
pub(crate) async fn sign_in_email(core: &Core, shop: ShopId, email: &str, password: &str) -> Result<Opened> {
    let address = user::email(email).map_err(|_| Refusal::WrongCredentials)?;
    let lookup = core.keys.fingerprint(Purpose::Identity, &address);
    core.throttle.attempt(&lookup, core.world.now())?;
    let found = core.read().await?.identity(shop, IdentityKind::Email, &lookup).await?;
    let stored =
        found.as_ref().and_then(|i| i.password.clone()).unwrap_or_else(|| Secret::new(DUMMY.to_owned()));
    let right = verify_password(core, password, stored).await?;
    match found {
        Some(identity) if right => {
            core.throttle.succeeded(&lookup);
            open_session(core, shop, identity.user_id).await
        }
        _ => Err(Refusal::WrongCredentials.into()),
    }
}

/// Ends the session that asks.
pub(crate) async fn sign_out(core: &Core, who: &Principal) -> Result<()> {
    let token = who.token_id.ok_or(Refusal::NotSignedIn)?;
    let mut tx = core.begin().await?;
    tx.delete_token(who.shop_id, token).await?;
    Ok(core.commit(tx).await?)
}

/// Who holds this bearer token. Tokens have 256 random bits, so their plain digest may be looked up.
pub(crate) async fn principal(core: &Core, shop: ShopId, clear: &str) -> Result<Principal> {
    let mut read = core.read().await?;
    let token = read
        .token(&digest(clear))
        .await?
        .filter(|t| t.shop_id == shop && t.kind != TokenKind::Claim && core.world.now() < t.expires_at);
    let token = token.ok_or(Refusal::NotSignedIn)?;
    let user = read.user(shop, token.user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if user.blocked {
        return Err(Refusal::Blocked.into());
    }
    let allowed = user.role.scopes();
    let scopes = token.scopes.iter().copied().filter(|s| allowed.contains(s)).collect();
    Ok(Principal { shop_id: shop, user_id: Some(user.id), token_id: Some(token.id), scopes })
}

/// A new token for a user, not yet stored.
pub(super) fn new_token(
    core: &Core,
    shop: ShopId,
    user: UserId,
    kind: TokenKind,
    scopes: Vec<Scope>,
    lifetime_days: u32,
) -> Opened {
    let prefix = match kind {
        TokenKind::Session => "nxs_",
        TokenKind::ApiKey => "nxk_",
        TokenKind::Claim => "nxc_",
    };
    let clear = format!("{prefix}{}", BASE64URL_NOPAD.encode(&core.world.bytes::<32>()));
    let now = core.world.now();
    let token = Token {
        id: core.world.id(),
        shop_id: shop,
        user_id: user,
        digest: digest(&clear),
        kind,
        scopes,
        label: String::new(),
        created_at: now,
        expires_at: after(now, days(lifetime_days)),
    };
    Opened { clear, token }
}

/// A new user with an open session, in this transaction.
pub(super) async fn new_user(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    role: Role,
    locale: Option<Locale>,
) -> Result<Opened> {
    let user = User {
        id: core.world.id(),
        shop_id: shop,
        role,
        blocked: false,
        locale,
        created_at: core.world.now(),
    };
    tx.save_user(&user).await?;
    let opened = new_token(core, shop, user.id, TokenKind::Session, role.scopes(), SESSION_DAYS);
    tx.insert_token(&opened.token).await?;
    core.record(tx, shop, Event::UserSignedUp { user: user.id }).await?;
    Ok(opened)
}

/// A random account number.
pub(super) fn account_number(core: &Core) -> String {
    (0..ACCOUNT_NUMBER_DIGITS)
        .filter_map(|_| char::from_digit(u32::try_from(core.world.below(10)).ok()?, 10))
        .collect()
}

/// The identity of an account number.
pub(super) fn number_identity(core: &Core, shop: ShopId, user_id: UserId, number: &str) -> Identity {
    Identity {
        shop_id: shop,
        user_id,
        kind: IdentityKind::AccountNumber,
        lookup: core.keys.fingerprint(Purpose::Identity, number),
        sealed: None,
        password: None,
        created_at: core.world.now(),
    }
}

/// What an identity's value is sealed for.
pub(crate) fn identity_context(user: UserId) -> String {
    format!("identity|{user}")
}

async fn open_session(core: &Core, shop: ShopId, user_id: UserId) -> Result<Opened> {
    let mut tx = core.begin().await?;
    let user = tx.user(shop, user_id).await?.ok_or(Refusal::WrongCredentials)?;
    if user.blocked {
        return Err(Refusal::Blocked.into());
    }
    let opened = new_token(core, shop, user.id, TokenKind::Session, user.role.scopes(), SESSION_DAYS);
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// Argon2id with 19 MiB, 2 passes, 1 lane, the least that OWASP's Password Storage Cheat Sheet names. Off the caller's
/// thread, and two at a time, so that a flood of sign-ins cannot starve everything else.
async fn hash_password(core: &Core, password: &str) -> Result<String> {
    let _turn = turn(core).await?;
    let password = Secret::new(password.to_owned());
    let salt: [u8; 16] = core.world.bytes();
    let hashed = blocking::unblock(move || {
        Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt).map(|h| h.to_string())
    });
    Ok(hashed.await.map_err(|e| Failure::core(&format!("argon2: {e}")))?)
}

/// A place among those who hash. Who waits for long is sent away, so that a flood does not grow without bound.
async fn turn(core: &Core) -> Result<async_lock::SemaphoreGuard<'_>> {
    let turn = core.world.within(HASHING_WAIT, core.hashing.acquire()).await;
    turn.ok_or_else(|| Refusal::TooManyAttempts { wait_seconds: 10 }.into())
}

async fn verify_password(core: &Core, password: &str, stored: Secret<String>) -> Result<bool> {
    let _turn = turn(core).await?;
    let password = Secret::new(password.chars().take(128).collect::<String>());
    let verified = blocking::unblock(move || {
        let hash = PasswordHash::new(stored.expose())?;
        Argon2::default().verify_password(password.expose().as_bytes(), &hash)
    });
    Ok(verified.await.is_ok())
}
