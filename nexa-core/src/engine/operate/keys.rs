//! Keys for programs, and jobs that were given up.

use crate::{
    domain::{
        refusal::Refusal,
        user::{Principal, Scope, Token, TokenKind},
    },
    engine::{
        Core,
        account::{Opened, sign_in::new_token},
    },
    error::Result,
    ids::{JobId, TokenId},
};

/// Makes a key. Nobody can give what they do not hold.
pub(crate) async fn add_api_key(
    core: &Core,
    who: &Principal,
    label: String,
    scopes: Vec<Scope>,
    days: u32,
) -> Result<Opened> {
    let user = who.with(Scope::Manage)?;
    if label.trim().is_empty() || label.chars().count() > 60 {
        return Err(Refusal::bad_input("label", "1 to 60 characters").into());
    }
    if scopes.is_empty() || scopes.iter().any(|s| !who.scopes.contains(s)) {
        return Err(Refusal::NotAllowed.into());
    }
    if !(1..=3650).contains(&days) {
        return Err(Refusal::bad_input("days", "1 to 3650").into());
    }
    let mut opened = new_token(core, who.shop_id, user, TokenKind::ApiKey, scopes, days);
    opened.token.label = label;
    let mut tx = core.begin().await?;
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// The caller's keys.
pub(crate) async fn api_keys(core: &Core, who: &Principal) -> Result<Vec<Token>> {
    let user = who.with(Scope::Manage)?;
    let all = core.read().await?.tokens(who.shop_id, user).await?;
    Ok(all.into_iter().filter(|t| t.kind == TokenKind::ApiKey).collect())
}

/// Takes a key away.
pub(crate) async fn remove_api_key(core: &Core, who: &Principal, id: TokenId) -> Result<()> {
    api_keys(core, who).await?.into_iter().find(|t| t.id == id).ok_or(Refusal::NotFound)?;
    let mut tx = core.begin().await?;
    tx.delete_token(who.shop_id, id).await?;
    Ok(core.commit(tx).await?)
}

/// Makes a job that was given up ready again.
pub(crate) async fn retry_job(core: &Core, who: &Principal, id: JobId) -> Result<()> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    if !tx.retry_job(who.shop_id, id, core.world.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(core.commit(tx).await?)
}
