//! Keys for programs, and jobs that were given up.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        permission::{Permission, Permissions},
        refusal::Refusal,
        user::{Principal, Scope, Token, TokenKind},
    },
    engine::{
        Core,
        account::{Opened, sign_in::new_token, standing::rank},
    },
    error::Result,
    ids::{JobId, TokenId},
};

/// A key as its maker wants it.
pub(crate) struct NewKey {
    /// What it is called.
    pub(crate) label: String,
    /// What it allows.
    pub(crate) scopes: Vec<Scope>,
    /// What in the office; whatever its maker may when left out.
    pub(crate) permissions: Option<Permissions>,
    /// For how many days.
    pub(crate) days: u32,
}

/// Makes a key. Nobody can give what they do not hold.
pub(crate) async fn add_api_key(core: &Core, who: &Principal, new: NewKey) -> Result<Opened> {
    let user = who.may(Permission::Staff)?;
    let NewKey { label, scopes, permissions, days } = new;
    if label.trim().is_empty() || label.chars().count() > 60 {
        return Err(Refusal::bad_input("label", "1 to 60 characters").into());
    }
    if scopes.is_empty() || scopes.iter().any(|s| !who.scopes.contains(s)) {
        return Err(Refusal::NotAllowed.into());
    }
    if permissions.is_some_and(|wish| !who.permissions.cover(&wish)) {
        return Err(Refusal::NotAllowed.into());
    }
    if !(1..=3650).contains(&days) {
        return Err(Refusal::bad_input("days", "1 to 3650").into());
    }
    let mut tx = core.begin().await?;
    let maker = tx.user(who.shop_id, user).await?.ok_or(Refusal::NotSignedIn)?;
    let everything = rank(tx.as_read(), &maker).await?.permissions;
    let shop = tx.shop(who.shop_id).await?.ok_or(Refusal::NotFound)?;
    let mut opened = new_token(core, who.shop_id, user, TokenKind::ApiKey, scopes, days).into_key_of(&shop);
    opened.token.label = label;
    // A key that makes another one makes none that holds more.
    let limited = (who.permissions != everything).then_some(who.permissions);
    opened.token.permissions = permissions.or(limited);
    tx.insert_token(&opened.token).await?;
    note(core, tx.as_mut(), who, Deed::KeyAdded { key: opened.token.id }).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// The caller's keys.
pub(crate) async fn api_keys(core: &Core, who: &Principal) -> Result<Vec<Token>> {
    let user = who.may(Permission::Staff)?;
    let all = core.read().await?.tokens(who.shop_id, user).await?;
    Ok(all.into_iter().filter(|t| t.kind == TokenKind::ApiKey).collect())
}

/// Takes a key away.
pub(crate) async fn remove_api_key(core: &Core, who: &Principal, id: TokenId) -> Result<()> {
    api_keys(core, who).await?.into_iter().find(|t| t.id == id).ok_or(Refusal::NotFound)?;
    let mut tx = core.begin().await?;
    tx.delete_token(who.shop_id, id).await?;
    note(core, tx.as_mut(), who, Deed::KeyRemoved { key: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Makes a job that was given up ready again.
pub(crate) async fn retry_job(core: &Core, who: &Principal, id: JobId) -> Result<()> {
    who.may(Permission::Settings)?;
    let mut tx = core.begin().await?;
    if !tx.retry_job(who.shop_id, id, core.world.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    note(core, tx.as_mut(), who, Deed::JobRetried { job: id }).await?;
    Ok(core.commit(tx).await?)
}
