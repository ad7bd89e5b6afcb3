//! The free trial: one per identity, ever.

use super::{Core, extras, settle, wish::sale};
use crate::{
    domain::{
        money::Money,
        order::{Order, OrderKind, OrderState},
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
    let order = Order {
        id: core.world.id(),
        shop_id: shop.id,
        user_id: user,
        kind: OrderKind::Trial(sale(&plan, core.world.id(), None)),
        price: Money::zero(shop.currency),
        coupon: None,
        state: OrderState::Placed,
        attention: None,
        key: None,
        from_wallet: false,
        created_at: now,
        expires_at: now,
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    };
    let id = order.id;
    if tx.insert_order(&order).await? == Inserted::Taken {
        return Err(Refusal::InFlight.into());
    }
    let locked = tx.lock_order(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    settle::take_price(core, tx.as_mut(), locked).await?;
    core.commit(tx).await?;
    Ok(id)
}
