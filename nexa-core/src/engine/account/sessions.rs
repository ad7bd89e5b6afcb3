//! The sessions of an account: who holds one, since when, and ending them.

use crate::{
    domain::{
        refusal::Refusal,
        shop::Locale,
        user::{Principal, Scope, Token, TokenKind, User},
    },
    engine::{Core, bots},
    error::Result,
    ids::TokenId,
    ports::storage::{Read, Tx},
};

/// The session that asks. A key for programs is none: it cannot change the account that it belongs to.
pub(super) async fn session(read: &mut dyn Read, who: &Principal) -> Result<Token> {
    let user = who.user_id.ok_or(Refusal::NotSignedIn)?;
    let id = who.token_id.ok_or(Refusal::NotAllowed)?;
    let token = read.tokens(who.shop_id, user).await?.into_iter().find(|t| t.id == id);
    let token = token.ok_or(Refusal::NotSignedIn)?;
    if token.kind == TokenKind::Session { Ok(token) } else { Err(Refusal::NotAllowed.into()) }
}

/// The session that asks, whose holder proved lately who it is.
pub(super) async fn fresh_session(core: &Core, read: &mut dyn Read, who: &Principal) -> Result<Token> {
    let token = session(read, who).await?;
    token.fresh(core.world.now())?;
    Ok(token)
}

/// The user behind a session whose holder proved lately who it is.
pub(crate) async fn fresh_user(core: &Core, who: &Principal) -> Result<User> {
    let mut read = core.read().await?;
    let user = fresh_session(core, read.as_mut(), who).await?.user_id;
    read.user(who.shop_id, user).await?.ok_or_else(|| Refusal::NotSignedIn.into())
}

/// Refuses a session whose holder did not prove lately who it is. A key for programs can prove nothing and was made for what
/// its scopes allow; whoever comes without a token is let in by the program that asks, each time.
pub(in crate::engine) async fn proved_lately(
    core: &Core,
    read: &mut dyn Read,
    who: &Principal,
) -> Result<()> {
    let (Some(user), Some(id)) = (who.user_id, who.token_id) else { return Ok(()) };
    let token = read.tokens(who.shop_id, user).await?.into_iter().find(|t| t.id == id);
    let token = token.ok_or(Refusal::NotSignedIn)?;
    if token.kind == TokenKind::Session {
        token.fresh(core.world.now())?;
    }
    Ok(())
}

/// The caller's sessions that have not ended, newest first.
pub(crate) async fn sessions(core: &Core, who: &Principal) -> Result<Vec<Token>> {
    let user = who.with(Scope::Read)?;
    let all = core.read().await?.tokens(who.shop_id, user).await?;
    let now = core.world.now();
    Ok(all.into_iter().filter(|t| t.kind == TokenKind::Session && now < t.expires_at).collect())
}

/// Ends one of the caller's sessions.
pub(crate) async fn revoke_session(core: &Core, who: &Principal, id: TokenId) -> Result<()> {
    let mut tx = core.begin().await?;
    let own = session(tx.as_read(), who).await?;
    let all = tx.tokens(who.shop_id, own.user_id).await?;
    all.into_iter().find(|t| t.id == id && t.kind == TokenKind::Session).ok_or(Refusal::NotFound)?;
    tx.delete_token(who.shop_id, id).await?;
    Ok(core.commit(tx).await?)
}

/// Ends all of the caller's sessions but the one that asks.
pub(crate) async fn revoke_other_sessions(core: &Core, who: &Principal) -> Result<()> {
    let mut tx = core.begin().await?;
    let own = session(tx.as_read(), who).await?;
    end_others(core, tx.as_mut(), &own).await?;
    Ok(core.commit(tx).await?)
}

/// Ends all sessions of a user but this one; the bot asks for the second factor again. Keys for programs stay.
pub(super) async fn end_others(core: &Core, tx: &mut dyn Tx, own: &Token) -> Result<()> {
    for other in tx.tokens(own.shop_id, own.user_id).await? {
        if other.kind == TokenKind::Session && other.id != own.id {
            tx.delete_token(other.shop_id, other.id).await?;
        }
    }
    bots::lock(core, tx, own.shop_id, own.user_id).await
}

/// Notes that a session was used, at most once an hour. Looked at again in the transaction, because it may have been
/// ended or proved meanwhile.
pub(super) async fn note_use(core: &Core, seen: &Token, user: &User) -> Result<()> {
    let now = core.world.now();
    if seen.used(user.role, now).is_none() {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    let Some(renewed) = tx.token(&seen.digest).await?.and_then(|t| t.used(user.role, now)) else {
        return Ok(());
    };
    tx.save_token(&renewed).await?;
    Ok(core.commit(tx).await?)
}

/// Chooses the language of the caller's messages.
pub(crate) async fn set_locale(core: &Core, who: &Principal, locale: Locale) -> Result<()> {
    let user = who.with(Scope::Read)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_user(who.shop_id, user).await?.ok_or(Refusal::NotSignedIn)?;
    tx.save_user(&User { locale: Some(locale), ..held.into_inner() }).await?;
    Ok(core.commit(tx).await?)
}
