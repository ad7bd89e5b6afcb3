//! Making accounts and opening sessions.

use super::{
    hand_over::first_proof,
    passkeys::sign_in_by_passkey,
    password::hash,
    prove::{Means, prove},
    second_factor::demand,
    sessions::note_use,
    standing::{Standing, Way, passkey_missing, standing},
};
use crate::{
    domain::{
        event::Event,
        refusal::Refusal,
        session::session_end,
        shop::{Locale, Shop},
        telegram::SIGN_IN_AGE,
        time::{after, days},
        user::{
            self, ACCOUNT_NUMBER_DIGITS, Identity, IdentityKind, Principal, Role, Scope, Token, TokenKind,
            User,
        },
    },
    engine::{
        Core,
        invites::{Arrival, arrive},
        reach::mailbox_proved,
    },
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Tx},
    secret::{Fingerprint, Purpose, Secret, digest},
};
use data_encoding::BASE64URL_NOPAD;

/// A new token in clear, and its row.
pub(crate) struct Opened {
    pub(crate) clear: String,
    pub(crate) token: Token,
}

impl Opened {
    /// The same as a key for programs of this shop, in which everybody sees whether it moves real money.
    pub(in crate::engine) fn into_key_of(self, shop: &Shop) -> Self {
        let prefix = if shop.test { "nxk_test_" } else { "nxk_live_" };
        let clear = self.clear.replacen("nxk_", prefix, 1);
        Self { token: Token { digest: digest(&clear), ..self.token }, clear }
    }
}

/// Somebody who makes an account.
pub(crate) struct Newcomer {
    /// The language.
    pub(crate) locale: Option<Locale>,
    /// The client's name.
    pub(crate) client: String,
    /// By whom or what.
    pub(crate) by: Arrival,
}

/// Makes an anonymous account; gives its number, which is stored only as a keyed hash.
pub(crate) async fn sign_up_anonymous(core: &Core, shop: ShopId, new: Newcomer) -> Result<(String, Opened)> {
    let number = account_number(core);
    let mut tx = core.begin().await?;
    let mut opened = new_user(core, tx.as_mut(), shop, new.locale, &new.by).await?;
    let identity = number_identity(core, shop, opened.token.user_id, &number);
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Failure::core("an account number came twice").into());
    }
    opened.token.label = new.client;
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok((number, opened))
}

/// Makes an account with e-mail and password.
pub(crate) async fn sign_up_email(
    core: &Core,
    shop: ShopId,
    email: &str,
    password: &str,
    new: Newcomer,
) -> Result<Opened> {
    let address = user::email(email)?;
    user::password(password)?;
    let hash = hash(core, password).await?;
    let mut tx = core.begin().await?;
    let mut opened = new_user(core, tx.as_mut(), shop, new.locale, &new.by).await?;
    let user_id = opened.token.user_id;
    let identity = Identity {
        shop_id: shop,
        user_id,
        kind: IdentityKind::Email,
        lookup: core.keys.fingerprint(Purpose::Identity, &address),
        sealed: Some(core.keys.seal(&core.world, &identity_context(user_id), address.as_bytes())),
        password: Some(Secret::new(hash)),
        verified: false,
        created_at: core.world.now(),
    };
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Refusal::EmailTaken.into());
    }
    opened.token.label = new.client;
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// What somebody comes in with.
pub(crate) struct Entrance {
    /// By what.
    pub(crate) means: Means,
    /// A code of the second factor, if one was given.
    pub(crate) second: Option<String>,
    /// The client's name.
    pub(crate) client: String,
    /// The language of an account that is made.
    pub(crate) locale: Option<Locale>,
    /// By whom or what somebody came whose account is made.
    pub(crate) by: Arrival,
}

/// Opens a session. Who proves an e-mail address or a Telegram account that nobody has gets a new account.
pub(crate) async fn sign_in(core: &Core, shop: ShopId, with: Entrance) -> Result<Opened> {
    let proof = match with.means {
        Means::First(proof) => proof,
        Means::Passkey(given) => return sign_in_by_passkey(core, shop, given, with.client).await,
    };
    let proven = prove(core, shop, proof, SIGN_IN_AGE).await?;
    let second = with.second.as_deref();
    let mut tx = core.begin().await?;
    let holder = match tx.identity(shop, proven.kind, &proven.lookup).await? {
        Some(found) if proven.value.is_some() && !found.verified => {
            first_proof(core, tx.as_mut(), found, &proven, second).await?
        }
        Some(found) => Some(found.user_id),
        None if proven.value.is_some() => None,
        None => return Err(Refusal::WrongCredentials.into()),
    };
    let mut opened = if let Some(user_id) = holder {
        demand(core, tx.as_mut(), shop, user_id, second).await?;
        passkey_missing(tx.as_read(), shop, user_id).await?;
        known_user(core, tx.as_mut(), shop, user_id).await?
    } else {
        let opened = new_user(core, tx.as_mut(), shop, with.locale, &with.by).await?;
        let identity = proven.identity(core, shop, opened.token.user_id);
        if tx.insert_identity(&identity).await? == Inserted::Taken {
            return Err(Failure::core("an identity was there that was not found").into());
        }
        opened
    };
    if proven.kind == IdentityKind::Email && proven.value.is_some() {
        mailbox_proved(tx.as_mut(), shop, opened.token.user_id).await?;
    }
    proven.use_up(tx.as_mut(), shop).await?;
    opened.token.label = with.client;
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok(opened)
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
    let Standing { permissions, wants_second_factor } =
        standing(core, read.as_mut(), &user, Way::Token(&token)).await?;
    drop(read);
    if let Err(error) = note_use(core, &token, &user).await {
        // Whether somebody is let in must not hang on a note about it.
        tracing::warn!(%error, "the use of a session could not be noted");
    }
    let allowed = user.role.scopes();
    let scopes = token.scopes.iter().copied().filter(|s| allowed.contains(s)).collect();
    let (user_id, token_id) = (Some(user.id), Some(token.id));
    Ok(Principal { shop_id: shop, user_id, token_id, scopes, permissions, wants_second_factor })
}

/// A new token for a user, not yet stored.
pub(in crate::engine) fn new_token(
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
        permissions: None,
        label: String::new(),
        created_at: now,
        last_seen: now,
        proved_at: now,
        expires_at: after(now, days(lifetime_days)),
    };
    Opened { clear, token }
}

/// A new customer in this transaction, with a session that is not yet stored.
pub(in crate::engine) async fn new_user(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    locale: Option<Locale>,
    by: &Arrival,
) -> Result<Opened> {
    let role = Role::Customer;
    let user = User {
        id: core.world.id(),
        shop_id: shop,
        role,
        blocked: false,
        locale,
        created_at: core.world.now(),
    };
    tx.save_user(&user).await?;
    core.record(tx, shop, Event::UserSignedUp { user: user.id }).await?;
    arrive(core, tx, shop, user.id, by).await?;
    Ok(new_session(core, shop, user.id, role))
}

/// A random account number.
pub(in crate::engine) fn account_number(core: &Core) -> String {
    (0..ACCOUNT_NUMBER_DIGITS)
        .filter_map(|_| char::from_digit(u32::try_from(core.world.below(10)).ok()?, 10))
        .collect()
}

/// The identity of an account number.
pub(in crate::engine) fn number_identity(
    core: &Core,
    shop: ShopId,
    user_id: UserId,
    number: &str,
) -> Identity {
    Identity {
        shop_id: shop,
        user_id,
        kind: IdentityKind::AccountNumber,
        lookup: core.keys.fingerprint(Purpose::Identity, number),
        sealed: None,
        password: None,
        verified: true,
        created_at: core.world.now(),
    }
}

/// The identity of a Telegram account that Telegram vouches for.
pub(in crate::engine) fn telegram_identity(
    core: &Core,
    shop_id: ShopId,
    user_id: UserId,
    lookup: &Fingerprint,
    value: &str,
) -> Identity {
    Identity {
        shop_id,
        user_id,
        kind: IdentityKind::Telegram,
        lookup: lookup.clone(),
        sealed: Some(core.keys.seal(&core.world, &identity_context(user_id), value.as_bytes())),
        password: None,
        verified: true,
        created_at: core.world.now(),
    }
}

/// What an identity's value is sealed for.
pub(crate) fn identity_context(user: UserId) -> String {
    format!("identity|{user}")
}

/// A session for somebody who has an account, not yet stored.
pub(super) async fn known_user(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user_id: UserId,
) -> Result<Opened> {
    let user = tx.user(shop, user_id).await?.ok_or(Refusal::WrongCredentials)?;
    if user.blocked {
        return Err(Refusal::Blocked.into());
    }
    Ok(new_session(core, shop, user.id, user.role))
}

/// A new session, not yet stored.
fn new_session(core: &Core, shop: ShopId, user: UserId, role: Role) -> Opened {
    let now = core.world.now();
    let mut opened = new_token(core, shop, user, TokenKind::Session, role.scopes(), 0);
    opened.token.expires_at = session_end(role, now, now);
    opened
}
