//! What somebody may do in the office now, and whether it is open for them.

use super::sessions::end_others;
use crate::{
    domain::{
        permission::Permissions,
        refusal::Refusal,
        staff::{Rank, wants_second_factor},
        user::{Token, TokenKind, User},
    },
    engine::Core,
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Read, Tx},
};

/// By what somebody comes in.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Way<'a> {
    /// A session or a key.
    Token(&'a Token),
    /// The shop's bot, which vouches for the account.
    Messenger,
}

/// What somebody may, coming in by one way.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Standing {
    pub(in crate::engine) permissions: Permissions,
    pub(in crate::engine) wants_second_factor: bool,
}

/// How high a user stands.
pub(in crate::engine) async fn rank(read: &mut dyn Read, of: &User) -> Result<Rank> {
    let member = if of.role.is_staff() { read.member(of.shop_id, of.id).await? } else { None };
    Ok(Rank::of(of, member.as_ref()))
}

/// What a user may who comes in by this way. A key holds no more than its maker does now.
pub(in crate::engine) async fn standing(
    core: &Core,
    read: &mut dyn Read,
    of: &User,
    way: Way<'_>,
) -> Result<Standing> {
    if !of.role.is_staff() {
        return Ok(Standing { permissions: Permissions::NONE, wants_second_factor: false });
    }
    let held = rank(read, of).await?.permissions;
    let (permissions, wanted) = match way {
        Way::Token(token) => {
            let permissions = token.permissions.map_or(held, |least| held.and(&least));
            // A key was made by somebody whom the office was open for.
            (permissions, token.kind == TokenKind::Session && lacks(core, read, of, way).await?)
        }
        Way::Messenger => (held, lacks(core, read, of, way).await?),
    };
    Ok(Standing { permissions, wants_second_factor: wanted })
}

async fn lacks(core: &Core, read: &mut dyn Read, of: &User, way: Way<'_>) -> Result<bool> {
    if has_second_factor(read, of, way).await? {
        return Ok(false);
    }
    let rules = read.staff_rules(of.shop_id).await?.unwrap_or_default();
    let identities = read.identities(of.shop_id, of.id).await?;
    let first = identities.first().map(|identity| identity.created_at);
    Ok(wants_second_factor(rules, of.role, first, core.world.now()))
}

/// A passkey is one, where it can be asked for: a messenger asks for a code.
async fn has_second_factor(read: &mut dyn Read, of: &User, way: Way<'_>) -> Result<bool> {
    match way {
        Way::Token(_) => is_guarded(read, of).await,
        Way::Messenger => has_codes(read, of).await,
    }
}

async fn has_codes(read: &mut dyn Read, of: &User) -> Result<bool> {
    Ok(read.second_factor(of.shop_id, of.id).await?.is_some_and(|factor| factor.confirmed))
}

/// Refuses somebody of the staff who shows no passkey although nothing else is their second factor: that there is one
/// proves nothing about who asks. Where the shop wants no second factor of its staff, none is missing. For proofs that are
/// no passkey, in the transaction that they are used in, behind [`demand`](super::demand).
pub(super) async fn passkey_missing(read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<()> {
    let Some(of) = read.user(shop, user).await?.filter(|of| of.role.is_staff()) else { return Ok(()) };
    let wanted = read.staff_rules(shop).await?.unwrap_or_default().second_factor;
    if wanted && !has_codes(read, &of).await? && is_guarded(read, &of).await? {
        return Err(Refusal::SecondFactorNeeded.into());
    }
    Ok(())
}

/// Ends the other sessions of somebody of the staff who sets a first second factor up: whoever holds them has shown none.
/// In that transaction, before it is written.
pub(super) async fn guards(core: &Core, tx: &mut dyn Tx, own: &Token) -> Result<()> {
    let of = tx.user(own.shop_id, own.user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if of.role.is_staff() && !is_guarded(tx.as_read(), &of).await? {
        end_others(core, tx, own).await?;
    }
    Ok(())
}

/// Whether a user has set a second factor up.
pub(in crate::engine) async fn is_guarded(read: &mut dyn Read, of: &User) -> Result<bool> {
    Ok(has_codes(read, of).await? || !read.passkeys(of.shop_id, of.id).await?.is_empty())
}
