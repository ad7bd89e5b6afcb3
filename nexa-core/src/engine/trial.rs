//! The free trial: one per identity, ever.

use super::{Core, extras, free_order, invites::postbacks, settle, supply, wish::sale};
use crate::{
    domain::{
        order::{Order, OrderKind},
        refusal::Refusal,
        user::{IdentityKind, Principal, Scope},
    },
    error::Result,
    ids::OrderId,
    ports::storage::Inserted,
    secret::Purpose,
};

/// Places an order at no price and has it provisioned. Every identity of the user is used up by it, so another
/// account with one of them gets none.
pub(crate) async fn trial(core: &Core, who: &Principal) -> Result<OrderId> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    shop.sells_to(who)?;
    let plan = shop.trial_plan.ok_or(Refusal::NoTrial)?;
    let plan = tx.plan(shop.id, plan).await?.ok_or(Refusal::NoTrial)?;
    extras::available(tx.as_read(), &plan).await?;
    let now = core.world.now();
    let identities = tx.identities(shop.id, user).await?;
    if !shop.trial_needs.met_by(&identities) {
        return Err(Refusal::TrialNeedsIdentity.into());
    }
    if identities.is_empty() {
        // Nothing would be used up, so it could be taken again and again.
        return Err(Refusal::NotAllowed.into());
    }
    // The user itself too, so that a new account number brings no new trial.
    let own = core.keys.fingerprint(Purpose::Identity, &format!("user|{user}"));
    let known = identities.into_iter().map(|i| (i.kind, i.lookup));
    for (kind, lookup) in known.chain([(IdentityKind::AccountNumber, own)]) {
        if tx.claim_trial(shop.id, kind, &lookup, now).await? == Inserted::Taken {
            return Err(Refusal::TrialUsed.into());
        }
    }
    let kind = OrderKind::Trial(sale(&plan, core.world.id(), None));
    supply::ready(tx.as_read(), shop.id, &kind).await?;
    let locked = free_order::place(core, tx.as_mut(), shop.id, user, kind, shop.currency).await?;
    let placed = Order::clone(&locked);
    settle::take_price(core, tx.as_mut(), locked).await?;
    postbacks::tried(core, tx.as_mut(), &placed).await?;
    core.commit(tx).await?;
    Ok(placed.id)
}
