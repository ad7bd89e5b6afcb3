//! Becoming the operator with the link that the first start printed.

use super::{
    Core,
    account::sign_in::{account_number, new_token, number_identity},
    operate::actions::note_of,
};
use crate::{
    domain::{
        deed::Deed,
        refusal::Refusal,
        user::{Role, Scope, Token, TokenKind},
    },
    error::{Failure, Result},
    frontdesk::Claimant,
    ids::ShopId,
    ports::storage::Inserted,
    secret::digest,
};

/// Days that the operator's first API key lives.
const KEY_DAYS: u32 = 3650;

/// For whom the link is, if it is one of this shop and still good.
pub(crate) async fn claim_is_open(core: &Core, shop: ShopId, clear: &str) -> Result<Option<Claimant>> {
    let mut read = core.read().await?;
    let token = read.token(&digest(clear)).await?;
    let is_open =
        |t: &Token| t.shop_id == shop && t.kind == TokenKind::Claim && core.world.now() < t.expires_at;
    let Some(token) = token.filter(is_open) else { return Ok(None) };
    let member = read.member(token.shop_id, token.user_id).await?;
    Ok(Some(if member.is_some() { Claimant::Member } else { Claimant::Owner }))
}

/// Uses the link up: its user gets an account number, and whoever becomes the first owner an API key.
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
    if tx.member(token.shop_id, token.user_id).await?.is_some() {
        // Invited by a colleague: with what they may do comes no key.
        let deed = Deed::StaffJoined { user: token.user_id };
        note_of(core, tx.as_mut(), token.shop_id, token.user_id, deed).await?;
        core.commit(tx).await?;
        return Ok((number, String::new()));
    }
    let scopes: Vec<Scope> = Role::Operator.scopes();
    let shop = tx.shop(token.shop_id).await?.ok_or(Refusal::NotFound)?;
    let key = new_token(core, token.shop_id, token.user_id, TokenKind::ApiKey, scopes, KEY_DAYS);
    let mut key = key.into_key_of(&shop);
    "first key".clone_into(&mut key.token.label);
    tx.insert_token(&key.token).await?;
    core.commit(tx).await?;
    Ok((number, key.clear))
}
