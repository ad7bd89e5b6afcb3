//! Adopts a service that was made on a panel before its user came here: the same identity on the same servers, with what
//! is left of it, under a link of ours.
//!
//! The servers are asked outside any transaction. One transaction then writes all of it: an order at no price, the
//! subscription, its grants as they were found, and the job that brings the panels to what we hold. Nothing changes for
//! whoever uses the service, and nothing is lost by a crash: either nothing was written, or the job goes on.

use super::{Core, ServerPanel, free_order, guess::sought, provision::fresh, settle::take_price};
use crate::{
    domain::{
        adoption::{Rest, identity, rest},
        grant::{GrantRecord, PanelId, Seen},
        order::{OrderKind, Sale},
        period::Period,
        plan::{Plan, Terms},
        refusal::Refusal,
        server::ServerState,
        subscription::{Subscription, SubscriptionState},
        user::{Principal, Scope},
    },
    error::{Error, Result},
    ids::{ServerId, ShopId, SubscriptionId, UserId},
    ports::{
        outcome::Outcome,
        storage::{Read, Tx},
    },
};
use futures::future::join_all;
use jiff::SignedDuration;

/// The longest that one server is waited for, since a customer waits too.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// Servers asked at the same time.
const AT_ONCE: usize = 16;

/// Where an identity was found, and what was seen of it.
type Found = Vec<(ServerId, Seen)>;

/// Makes the service whose identity is in what was pasted a subscription of the caller. Of what was pasted nothing but
/// the identity is used. Whoever does it again gets the same subscription.
pub(crate) async fn adopt(core: &Core, who: &Principal, pasted: &str) -> Result<SubscriptionId> {
    let user = who.with(Scope::Buy)?;
    let mut read = core.read().await?;
    let plan = adopted_as(core, read.as_mut(), who).await?;
    let identity = identity(pasted).ok_or(Refusal::NoIdentity)?;
    if let Some(mine) = read.subscription_by_identity(identity).await?.filter(|held| is_own(held, who)) {
        return Ok(mine.id);
    }
    drop(read);
    let found = sought(core, user, search(core, who, &plan, identity), Refusal::ServiceUnknown).await?;
    let mut tx = core.begin().await?;
    let plan = adopted_as(core, tx.as_read(), who).await?;
    tx.lock_user(who.shop_id, user).await?.filter(|user| !user.blocked).ok_or(Refusal::NotSignedIn)?;
    if let Some(held) = tx.subscription_by_identity(identity).await? {
        // Somebody was faster, perhaps the same customer by another tap, whose commit may still be under way.
        core.commit(tx).await?;
        return if is_own(&held, who) { Ok(held.id) } else { Err(Refusal::ServiceUnknown.into()) };
    }
    let seen: Vec<Seen> = found.iter().map(|(_, seen)| seen.clone()).collect();
    let left = rest(&seen, core.world.now());
    let id = take_over(core, tx.as_mut(), (user, identity), &plan, (left, &found)).await?;
    core.commit(tx).await?;
    Ok(id)
}

/// What adopted services get in this shop. Refused where nothing is adopted.
async fn adopted_as(core: &Core, read: &mut dyn Read, who: &Principal) -> Result<Plan> {
    let shop = core.shop(read, who.shop_id).await?;
    shop.sells_to(who)?;
    let plan = shop.adoption_plan.ok_or(Refusal::AdoptionOff)?;
    let plan = read.plan(shop.id, plan).await?.filter(|plan| plan.terms.extras.is_none());
    plan.ok_or_else(|| Refusal::AdoptionOff.into())
}

fn is_own(held: &Subscription, who: &Principal) -> bool {
    (held.shop_id, Some(held.user_id)) == (who.shop_id, who.user_id)
        && held.state != SubscriptionState::Revoked
}

/// Looks for an identity that belongs to nobody else here, on all servers of the plan. While one of them is silent nothing
/// is found, whatever the others say: what is adopted is complete, or the identity would live on there with nobody to stop
/// it. So an outage also tells nothing of whether it is somebody else's.
async fn search(core: &Core, who: &Principal, plan: &Plan, identity: PanelId) -> Result<Option<Found>> {
    let panels = askable(core, plan).await?;
    let mut found = Found::new();
    for some in panels.chunks(AT_ONCE) {
        for (server, answer) in join_all(some.iter().map(|on| ask(core, on, identity))).await {
            match answer {
                Some(Outcome::Done(seen)) => found.push((server, seen)),
                Some(Outcome::NotFound) => {}
                _ => return Err(Refusal::ServersSilent.into()),
            }
        }
    }
    // Asked last, so that an identity of somebody else's answers as late as an unknown one.
    let owner = core.read().await?.subscription_by_identity(identity).await?;
    let free = owner.is_none_or(|held| is_own(&held, who));
    Ok(Some(found).filter(|found| !found.is_empty() && free))
}

/// The plan's servers that others than we write to. Refused while one of them cannot be asked; one that is off is out of
/// service.
pub(super) async fn askable(core: &Core, plan: &Plan) -> Result<Vec<ServerPanel>> {
    let mut read = core.read().await?;
    let mut panels = Vec::new();
    for server in read.servers(plan.shop_id).await? {
        if server.group_id != plan.group_id || server.state == ServerState::Off {
            continue;
        }
        match core.panel(&server) {
            Ok(panel) if panel.profile().exclusive => {}
            Ok(panel) if !server.health.rests(core.world.now()) => panels.push(ServerPanel { server, panel }),
            Ok(_) | Err(Error::Refused(_)) => return Err(Refusal::ServersSilent.into()),
            Err(failed) => return Err(failed),
        }
    }
    Ok(panels)
}

async fn ask(core: &Core, on: &ServerPanel, identity: PanelId) -> (ServerId, Option<Outcome<Seen>>) {
    let patience = PATIENCE.min(on.panel.profile().deadline);
    (on.server.id, core.world.within(patience, on.panel.find(identity)).await)
}

/// Writes down a service with what is left of it. Where no server was found that holds it, one is chosen and gets it.
pub(super) async fn take_over(
    core: &Core,
    tx: &mut dyn Tx,
    (user, identity): (UserId, PanelId),
    plan: &Plan,
    (left, found): (Rest, &[(ServerId, Seen)]),
) -> Result<SubscriptionId> {
    let now = core.world.now();
    let sale = Sale {
        plan_id: plan.id,
        plan_name: plan.name.clone(),
        terms: Terms { days: left.days(now), traffic: left.left, ..plan.terms },
        group_id: plan.group_id,
        subscription_id: core.world.id(),
        region: None,
    };
    let (shop, kind): (ShopId, _) = (plan.shop_id, OrderKind::Adopted(sale.clone()));
    let currency = core.shop(tx.as_read(), shop).await?.currency;
    let order = free_order::place(core, tx, shop, user, kind, currency).await?;
    let adopted = as_it_was(fresh(core, &order, &sale), identity, left).enforce(now);
    take_price(core, tx, order).await?;
    tx.insert_subscription(&adopted).await?;
    for (server, seen) in found {
        let (counter, limit) = (seen.counter, seen.limit);
        let wanted = GrantRecord::wanted(&adopted, *server);
        tx.save_grant(&GrantRecord { counter, used: counter, limit, ..wanted }).await?;
    }
    Ok(adopted.id)
}

/// It is in use already, with what was used before as the beginning of its first period.
fn as_it_was(fresh: Subscription, panel_id: PanelId, left: Rest) -> Subscription {
    let Rest { ends_at, used, left } = left;
    let period = Period::new(fresh.period.number, fresh.period.starts_at, used, fresh.period.paid);
    let (state, limit) = (SubscriptionState::Active, used.plus(left));
    Subscription { state, ends_at, limit, used, period, panel_id, ..fresh }
}
