//! The ports by the word of the program that embeds the engine, for people whom it knows by a sign-in of its own.

use super::{Core, Nexa, account::standing::rank, id};
use crate::{
    backoffice::Backoffice,
    domain::{
        refusal::Refusal,
        user::{Principal, User},
    },
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::Read,
    storefront::Storefront,
};
use std::sync::Arc;

impl Nexa {
    /// A shop as one of its users sees it. For a program that knows its people by itself and remembers which user of the
    /// shop is whose; a new one is made by `sign_up`. Nothing is asked, so call it only for whom you have let in.
    ///
    /// Refused with `not_signed_in` for a user that is not there, and with `blocked`. What changes the account itself
    /// (sessions, passwords, passkeys, its deletion) takes a session of the shop's and is refused with `not_allowed`.
    pub async fn customer(&self, shop: ShopId, user_id: &str) -> Result<Arc<dyn Storefront>> {
        let mut read = self.core.read().await?;
        let user = read.user(shop, id::<UserId>(user_id)?).await?.ok_or(Refusal::NotSignedIn)?;
        Ok(self.storefront(acting(read.as_mut(), &user).await?))
    }

    /// A shop as its first owner sees it: to furnish it from the program that runs it. What is done stands in the record
    /// of the office under that owner's name. Refused for a shop that is not there.
    pub async fn owner(&self, shop: ShopId) -> Result<Arc<dyn Backoffice>> {
        Ok(self.backoffice(owner(&self.core, shop).await?))
    }
}

/// The first owner of a shop who is not blocked, for whoever sits at its machine.
pub(in crate::engine) async fn owner(core: &Core, shop: ShopId) -> Result<Principal> {
    let mut read = core.read().await?;
    let first = read.operators(shop).await?.into_iter().find(|owner| !owner.blocked);
    let owner = first.ok_or(Refusal::bad_input("shop", "nobody runs it yet: open the link of its start"))?;
    acting(read.as_mut(), &owner).await
}

/// A user without a token, with all that its role allows.
async fn acting(read: &mut dyn Read, of: &User) -> Result<Principal> {
    if of.blocked {
        return Err(Refusal::Blocked.into());
    }
    let permissions = rank(read, of).await?.permissions;
    let scopes = of.role.scopes();
    Ok(Principal { user_id: Some(of.id), scopes, permissions, ..Principal::guest(of.shop_id) })
}
