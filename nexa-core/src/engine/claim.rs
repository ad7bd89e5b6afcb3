//! Becoming the operator with the link that the first start printed.

use super::{
    Core,
    account::sign_in::{account_number, new_token, number_identity},
};
use crate::{
    domain::{
        refusal::Refusal,
        user::{Role, Scope, TokenKind},
    },
    error::{Failure, Result},
    ports::storage::Inserted,
    secret::digest,
};

/// Days that the operator's first API key lives.
const KEY_DAYS: u32 = 3650;

/// Whether the link is still good.
pub(crate) async fn claim_is_open(core: &Core, clear: &str) -> Result<bool> {
    let token = core.read().await?.token(&digest(clear)).await?;
    Ok(token.is_some_and(|t| t.kind == TokenKind::Claim && core.world.now() < t.expires_at))
}

/// Uses the link up: its user becomes the operator, with an account number and an API key.
pub(crate) async fn claim(core: &Core, clear: &str) -> Result<(String, String)> {
    let mut tx = core.begin().await?;
    let token = tx.token(&digest(clear)).await?;
    let token = token.filter(|t| t.kind == TokenKind::Claim && core.world.now() < t.expires_at);
    let token = token.ok_or(Refusal::NotFound)?;
    if !tx.delete_token(token.shop_id, token.id).await? {
        return Err(Refusal::NotFound.into());
    }
    // Each start before this moment printed a link of its own; none of them may make another operator.
    for other in tx.tokens(token.shop_id, token.user_id).await? {
        if other.kind == TokenKind::Claim {
            tx.delete_token(other.shop_id, other.id).await?;
        }
    }
    let number = account_number(core);
    let identity = number_identity(core, token.shop_id, token.user_id, &number);
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Failure::core("an account number came twice").into());
    }
    let scopes: Vec<Scope> = Role::Operator.scopes();
    let mut key = new_token(core, token.shop_id, token.user_id, TokenKind::ApiKey, scopes, KEY_DAYS);
    "first key".clone_into(&mut key.token.label);
    tx.insert_token(&key.token).await?;
    core.commit(tx).await?;
    Ok((number, key.clear))
}
