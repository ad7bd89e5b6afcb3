//! From a paid order to a working subscription.
//!
//! First the intent is committed (subscription, identity, placement, window: TX P), then the panels are brought to it,
//! then what was verified is committed together with the order's fulfilment (TX D, which begins in `sync_panels`). A crash
//! anywhere leaves the job, which does the same again with the same identity. A subscription is ready when one of its
//! servers holds it; the others follow by the same job.

use super::{
    Core,
    apply::{Gave, give},
    beside::Tries,
    moves::{self, Around},
    refund::unwant_all,
    supply,
    sync_panels::{Report, lost, sync},
    usage,
    worker::Next,
};
use crate::{
    domain::{
        event::Event,
        grant::{GrantRecord, GrantState, PanelId},
        job::Lease,
        measure::Traffic,
        moves::is_live,
        order::{Attention, Order, OrderKind, OrderState, RefundTo, Sale},
        period::Period,
        placement::{Wish, place},
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        time::{after, days},
    },
    error::{Failure, Part, Result, Retry},
    ids::{OrderId, ShopId, SubscriptionId},
    ports::storage::{Locked, Tx},
    secret::Purpose,
};
use jiff::SignedDuration;

/// A delivery later than this gives the customer the time back.
const DELAY_GIVEN_BACK: SignedDuration = SignedDuration::from_mins(10);
/// Failed tries after which a person is asked to look.
const ATTENTION_AFTER: u32 = 8;

/// What an order still needs.
enum Need {
    /// Nothing: it is not paid, or being taken back.
    Nothing,
    /// It is fulfilled; servers that were down then may still lack what it gave.
    Follow,
    /// To be delivered.
    Deliver,
    /// The same; what it gives was written just now, and where.
    Placed,
}

/// Works on one subscription, for the order that caused it or because it changed.
pub(super) async fn provision(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: SubscriptionId,
    order: Option<OrderId>,
) -> Result<Next> {
    let need = match order {
        Some(order) => intend(core, lease, shop, order).await?,
        None => Need::Follow,
    };
    if matches!(need, Need::Nothing) {
        return Ok(Next::Done);
    }
    if !matches!(need, Need::Placed) {
        ensure_placed(core, lease, shop, id).await?;
    }
    let mut report = sync(core, lease, shop, id, order).await?;
    let fulfilled = report.fulfilled;
    if moves::leave(core, lease, shop, id).await? {
        report = sync(core, lease, shop, id, None).await?;
    }
    if let Some(order) = order.filter(|_| !fulfilled) {
        finish(core, lease, shop, id, order, &report).await?;
    }
    super::extras::ask_again(core, shop, id).await?;
    if report.behind == 0 && (report.current > 0 || matches!(need, Need::Follow)) {
        return Ok(Next::Done);
    }
    let what = report.problem.unwrap_or_else(|| "no server of the group takes customers".to_owned());
    Err(Failure { part: Part::Panel, retry: Retry::Soon, what }.into())
}

/// Whether what was paid for it is contested or gone.
fn is_unsure(order: &Order) -> bool {
    matches!(order.attention, Some(Attention::PaymentDisputed | Attention::PaymentReversed))
}

/// TX P: what the order gives is written once.
async fn intend(core: &Core, lease: &Lease, shop: ShopId, id: OrderId) -> Result<Need> {
    let mut tries = Tries::beside(core);
    loop {
        match write_intent(core, tries.begin().await?, lease, (shop, id)).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn write_intent(
    core: &Core,
    mut tx: Box<dyn Tx>,
    lease: &Lease,
    (shop, id): (ShopId, OrderId),
) -> Result<Need> {
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let Some(mut order) = tx.lock_order(shop, id).await? else { return Ok(Need::Nothing) };
    match order.state {
        // Whoever contests what was paid for it decides first; that brings this job back.
        // What was lost is not delivered at all, until its money is there or a person decides.
        OrderState::Paid if is_unsure(&order) => return Ok(Need::Nothing),
        // Not bought from the shop's supplier yet: whatever brought this job here, the credit may suffice by now.
        OrderState::Paid if !supply::is_settled(tx.as_read(), &order).await? => {
            let (held, supplied) = supply::hold_back(core, tx.as_mut(), order).await?;
            order = held;
            if !supplied {
                tx.save_order(order).await?;
                core.commit(tx).await?;
                return Ok(Need::Nothing);
            }
        }
        OrderState::Paid => {}
        OrderState::Fulfilled => return Ok(Need::Follow),
        _ => return Ok(Need::Nothing),
    }
    let Some(subscription) = order.subscription_id() else { return Ok(Need::Nothing) };
    if is_revoked(tx.as_mut(), shop, subscription).await? {
        return undeliverable(core, tx, order, subscription).await;
    }
    if order.applied_at.is_some() {
        return Ok(Need::Deliver);
    }
    if matches!(give(core, tx.as_mut(), &order).await?, Gave::Nothing) {
        return undeliverable(core, tx, order, subscription).await;
    }
    order.applied_at = Some(core.world.now());
    tx.save_order(order).await?;
    put(tx.as_mut(), shop, subscription).await?;
    core.commit(tx).await?;
    Ok(Need::Placed)
}

/// What was ordered cannot be given any more, e.g. because the subscription was taken back for ever: the price returns to
/// the wallet. An order that cost nothing is over.
async fn undeliverable(
    core: &Core,
    mut tx: Box<dyn Tx>,
    order: Locked<Order>,
    subscription: SubscriptionId,
) -> Result<Need> {
    let (shop, id) = (order.shop_id, order.id);
    if order.price.is_positive() {
        tx.save_order(order.try_map(Order::begin_refund)?).await?;
        core.record(tx.as_mut(), shop, Event::RefundBegun { order: id, subscription, to: RefundTo::Wallet })
            .await?;
    } else {
        if order.applied_at.is_none() {
            super::gifts::free(tx.as_mut(), &order).await?;
        }
        let step = if order.applied_at.is_some() {
            let now = core.world.now();
            order.try_map(|o| o.fulfil(now))?
        } else {
            super::coupons::release(tx.as_mut(), &order).await?;
            supply::give_back(core, tx.as_mut(), &order).await?;
            order.try_map(Order::drop_free)?
        };
        tx.save_order(step).await?;
    }
    core.commit(tx).await?;
    Ok(Need::Nothing)
}

/// A subscription with an identity and a link of its own.
pub(super) fn fresh(core: &Core, order: &Order, sale: &Sale) -> Subscription {
    let now = core.world.now();
    let (link_lookup, link_sealed) = new_link(core, sale.subscription_id);
    Subscription {
        id: sale.subscription_id,
        shop_id: order.shop_id,
        user_id: order.user_id,
        plan_id: sale.plan_id,
        plan_name: sale.plan_name.clone(),
        name: None,
        group_id: sale.group_id,
        state: SubscriptionState::Pending,
        starts_at: now,
        ends_at: after(now, days(sale.terms.days)),
        limit: sale.terms.traffic,
        used: Traffic::ZERO,
        devices: sale.terms.devices,
        extras: sale.terms.extras,
        period: Period::new(1, now, Traffic::ZERO, order.price),
        auto_renew: false,
        panel_id: PanelId::new(core.world.uuid_v4()),
        generation: 1,
        link_lookup,
        link_sealed,
        resets: Vec::new(),
        moves: Vec::new(),
        created_at: now,
    }
}

/// A link token: 160 random bits in base32, kept as a keyed hash and sealed.
pub(super) fn new_link(core: &Core, id: SubscriptionId) -> (crate::secret::Fingerprint, String) {
    let token = data_encoding::BASE32_NOPAD.encode(&core.world.bytes::<20>()).to_lowercase();
    let lookup = core.keys.fingerprint(Purpose::Link, &token);
    (lookup, core.keys.seal(&core.world, &link_context(id), token.as_bytes()))
}

/// What a link token is sealed for.
pub(crate) fn link_context(id: SubscriptionId) -> String {
    format!("link|{id}")
}

/// Chooses servers for an identity that has none yet, where what was given had none, or became another since.
async fn ensure_placed(core: &Core, lease: &Lease, shop: ShopId, id: SubscriptionId) -> Result<()> {
    let mut tries = Tries::beside(core);
    loop {
        match write_place(core, tries.begin().await?, lease, (shop, id)).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn write_place(
    core: &Core,
    mut tx: Box<dyn Tx>,
    lease: &Lease,
    (shop, id): (ShopId, SubscriptionId),
) -> Result<()> {
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    if put(tx.as_mut(), shop, id).await? {
        core.commit(tx).await?;
    }
    Ok(())
}

/// Chooses the servers of an identity that has none yet, and says whether anything was to be written.
async fn put(tx: &mut dyn Tx, shop: ShopId, id: SubscriptionId) -> Result<bool> {
    let subscription = tx.lock_subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
    let grants = tx.grants(id).await?;
    if subscription.state == SubscriptionState::Revoked {
        // Said again here, under the lease: a call that was under way may have noted a grant as placed meanwhile.
        unwant_all(tx, id).await?;
        return Ok(true);
    }
    if grants.iter().filter(|g| is_live(g)).any(|g| g.panel_id == subscription.panel_id) {
        return Ok(false);
    }
    let former: Vec<_> = grants.iter().filter(|g| is_live(g)).map(|g| g.server_id).collect();
    let servers = if former.is_empty() { choose(tx, &subscription).await? } else { former };
    for server in servers {
        tx.save_grant(&GrantRecord::wanted(&subscription, server)).await?;
    }
    // After a link reset the old identity goes once the new one has a place.
    for old in grants.into_iter().filter(|g| is_live(g) && g.panel_id != subscription.panel_id) {
        tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..old }).await?;
    }
    Ok(true)
}

async fn choose(tx: &mut dyn Tx, of: &Subscription) -> Result<Vec<crate::ids::ServerId>> {
    let home = supply::home(tx.as_read(), of.shop_id).await?;
    tx.hold_group(home, of.group_id).await?;
    let around = Around::of(tx.as_read(), of).await?;
    let region = tx.orders_of(of.shop_id, of.id).await?;
    let region = region.iter().find_map(|o| o.sale().and_then(|s| s.region.clone()));
    let wish = Wish { region: region.as_deref(), extras: of.extras };
    Ok(place(&around.group, &around.candidates(), wish))
}

/// What TX D left: the order is fulfilled if a server held what it gives before; else the operator hears of it.
async fn finish(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: SubscriptionId,
    order: OrderId,
    report: &Report,
) -> Result<()> {
    let mut tries = Tries::beside(core);
    loop {
        match write_finish(core, tries.begin().await?, lease, (shop, id, order), report).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn write_finish(
    core: &Core,
    mut tx: Box<dyn Tx>,
    lease: &Lease,
    (shop, id, order): (ShopId, SubscriptionId, OrderId),
    report: &Report,
) -> Result<()> {
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let Some(order) = undelivered(tx.as_mut(), shop, order).await? else { return Ok(()) };
    if is_revoked(tx.as_mut(), shop, id).await? {
        // Taken back while the servers were written to: the next try gives the money back.
        return Err(Failure {
            retry: Retry::Soon,
            ..Failure::core("the subscription was taken back meanwhile")
        }
        .into());
    }
    if report.current == 0 {
        let stuck = lease.job.attempts >= ATTENTION_AFTER;
        let attention = match (report.rejected, stuck) {
            (true, _) => Some(Attention::ProvisionRejected),
            (false, true) => Some(Attention::ProvisionStuck),
            (false, false) => return Ok(()),
        };
        let (order_id, calm) = (order.id, order.attention.is_none());
        tx.save_order(order.map(|o| Order { attention, ..o })).await?;
        if calm {
            core.record(tx.as_mut(), shop, Event::OrderFlagged { order: order_id }).await?;
        }
        return Ok(core.commit(tx).await?);
    }
    fulfil(core, tx.as_mut(), order, id).await?;
    Ok(core.commit(tx).await?)
}

/// An order that is paid for and may be delivered, held; none when nothing is to be done for it.
pub(super) async fn undelivered(
    tx: &mut dyn Tx,
    shop: ShopId,
    id: OrderId,
) -> Result<Option<Locked<Order>>, Failure> {
    Ok(tx.lock_order(shop, id).await?.filter(|o| o.state == OrderState::Paid && !is_unsure(o)))
}

pub(super) async fn is_revoked(tx: &mut dyn Tx, shop: ShopId, id: SubscriptionId) -> Result<bool, Failure> {
    Ok(tx.subscription(shop, id).await?.is_some_and(|s| s.state == SubscriptionState::Revoked))
}

/// What a server holds is the customer's from now on, and the order is over.
pub(super) async fn fulfil(
    core: &Core,
    tx: &mut dyn Tx,
    order: Locked<Order>,
    id: SubscriptionId,
) -> Result<()> {
    let (shop, now) = (order.shop_id, core.world.now());
    let subscription = tx.lock_subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
    let first = subscription.state == SubscriptionState::Pending;
    let shifted = first && now.duration_since(subscription.starts_at) > DELAY_GIVEN_BACK;
    let subscription = subscription.try_map(Subscription::activate)?;
    let subscription = subscription.map(|s| if shifted { s.begin_at(now) } else { s });
    let (user, ends_at) = (subscription.user_id, subscription.ends_at);
    tx.save_subscription(subscription).await?;
    let news = match &order.kind {
        OrderKind::Change(_) => Event::PlanChanged { subscription: id, user, ends_at },
        OrderKind::Pack(pack) => Event::PackAdded { subscription: id, user, what: pack.what },
        OrderKind::Adopted(_) => Event::SubscriptionAdopted { subscription: id, user, ends_at },
        _ => Event::SubscriptionReady { subscription: id, user, ends_at, renewed: !first },
    };
    tracing::debug!(order = %order.id, "fulfilled");
    tx.save_order(order.try_map(|o| o.fulfil(now))?).await?;
    core.record(tx, shop, news).await?;
    if first && let Some(held) = tx.lock_subscription(shop, id).await? {
        usage::enforce(core, tx, held).await?;
    }
    if shifted {
        core.record(tx, shop, Event::SubscriptionChanged { subscription: id }).await?;
    }
    Ok(())
}
