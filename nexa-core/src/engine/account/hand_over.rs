//! Addresses that were only typed in, once somebody proves one.
//!
//! Who typed it in may be the mailbox's owner, or somebody who lies in wait for the owner. Neither may get at what is the
//! other's: a reader of the mailbox not into an account with other ways in, and who lay in wait not into the owner's.

use super::{
    leave::{all_orders, all_subscriptions, hold_orders},
    prove::Proven,
};
use crate::{
    domain::{
        event::Event,
        order::Order,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        user::Identity,
    },
    engine::{Core, coupons, hold, operate::change_link},
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Tx},
};

/// Whose account it is that `found`, an address without a proof, leads to from now on; none when the holder of the
/// mailbox needs a new one. An account that nothing else leads into goes to the mailbox. From one with a second factor or
/// other ways in the address is taken, and nothing else, unless a code of the second factor comes with the proof: then
/// the address is its holder's own.
pub(super) async fn first_proof(
    core: &Core,
    tx: &mut dyn Tx,
    found: Identity,
    proven: &Proven,
    second: Option<&str>,
) -> Result<Option<UserId>> {
    let (shop, user) = (found.shop_id, found.user_id);
    hold_orders(tx, shop, user).await?;
    tx.lock_user(shop, user).await?;
    let guarded = tx.second_factor(shop, user).await?.is_some_and(|factor| factor.confirmed);
    if guarded && second.is_some_and(|typed| !typed.trim().is_empty()) {
        // Whether the code is right is demanded of every account that has a second factor, in the same transaction.
        tx.save_identity(&Identity { verified: true, ..found }).await?;
        return Ok(Some(user));
    }
    let others = tx.identities(shop, user).await?.len() > 1 || !tx.passkeys(shop, user).await?.is_empty();
    tx.delete_identity(shop, found.kind, &found.lookup).await?;
    if guarded || others {
        return Ok(None);
    }
    hand_over(core, tx, shop, user, proven).await?;
    Ok(Some(user))
}

/// Gives an account to the holder of the mailbox: nothing that lets in whoever made it, or connects and spends for them,
/// stays.
async fn hand_over(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId, proven: &Proven) -> Result<()> {
    for token in tx.tokens(shop, user).await? {
        tx.delete_token(shop, token.id).await?;
    }
    tx.delete_dialogue(shop, user).await?;
    // One that was begun and asks nobody for anything yet.
    tx.delete_second_factor(shop, user).await?;
    if tx.insert_identity(&proven.identity(core, shop, user)).await? == Inserted::Taken {
        return Err(Failure::core("an identity was taken away and is still there").into());
    }
    for order in all_orders(tx, shop, user).await?.into_iter().filter(Order::is_open) {
        let held = tx.lock_order(shop, order.id).await?.ok_or(Refusal::NotFound)?;
        if held.is_open() {
            let held = hold::release(core, tx, held).await?.try_map(Order::cancel)?;
            coupons::release(tx, &held).await?;
            tx.save_order(held).await?;
            core.record(tx, shop, Event::OrderCancelled { order: order.id }).await?;
        }
    }
    for Subscription { id, .. } in all_subscriptions(tx, shop, user).await? {
        let held = tx.lock_subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
        if held.state != SubscriptionState::Revoked {
            change_link(core, tx, held.map(|s| Subscription { auto_renew: false, ..s })).await?;
        }
    }
    Ok(())
}
