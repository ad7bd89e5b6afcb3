//! Whether what came in is what the providers say, and what has not come to an end by itself.

use super::{Core, install::said};
use crate::{
    domain::{
        gateway::GatewayAccount,
        money::Currency,
        payment::Movement,
        permission::{Permission, SEE_PAYMENTS},
        shop::Shop,
        takings::{Comparison, Total, Unresolved, compare, total},
        time::after,
        user::Principal,
    },
    error::Result,
    ports::{outcome::Outcome, storage::Page},
};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp, civil};

/// What is younger may still come to an end by itself.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// Of each kind at most so many are listed: who has more looks at the oldest first.
const MOST: u32 = 100;
/// How long a provider may take to list a day.
const DEADLINE: SignedDuration = SignedDuration::from_secs(40);

/// Everything that has been unresolved for over an hour, the oldest of each kind first.
pub(crate) async fn unresolved(core: &Core, who: &Principal) -> Result<Vec<Unresolved>> {
    who.may(SEE_PAYMENTS)?;
    let shop = who.shop_id;
    let before = after(core.world.now(), -PATIENCE);
    let mut read = core.read().await?;
    let payments = read.unresolved_payments(shop, before, MOST).await?;
    let orders = read.unresolved_orders(shop, before, MOST).await?;
    let receipts = read.unresolved_receipts(shop, before, MOST).await?;
    let deposits = read.waiting_deposits(shop, Page { before: None, limit: MOST }).await?;
    let old = deposits.into_iter().filter(|d| d.heard_at < before);
    let money =
        payments.into_iter().map(Unresolved::Payment).chain(orders.into_iter().map(Unresolved::Order));
    let proofs = receipts.into_iter().map(Unresolved::Receipt).chain(old.map(Unresolved::Deposit));
    Ok(money.chain(proofs).collect())
}

/// What came through one gateway on a day.
pub(crate) struct GatewayTakings {
    pub(crate) account: GatewayAccount,
    pub(crate) ours: Total,
    /// Beside what the provider lists, or why that cannot be had.
    pub(crate) compared: Result<Comparison, Uncompared>,
}

/// Why there is nothing to compare with.
pub(crate) enum Uncompared {
    /// The provider keeps no list.
    NoList,
    /// It could not be had.
    Failed(String),
}

/// What came in on this day of the shop's, or today, by gateway, each beside its provider's list.
pub(crate) async fn takings(
    core: &Core,
    who: &Principal,
    day: Option<civil::Date>,
) -> Result<(civil::Date, Vec<GatewayTakings>)> {
    who.may(Permission::Reports)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let day = day.unwrap_or_else(|| shop.day_of(core.world.now()));
    let from = shop.beginning_of(day);
    let to = shop.beginning_of(day.saturating_add(jiff::Span::new().days(1)));
    let taken = read.taken(shop.id, from, to).await?;
    let accounts = read.gateways(shop.id).await?;
    drop(read);
    // All at once: whoever looks waits for the slowest and not for one after the other.
    let asked = accounts.into_iter().map(|account| {
        let of = taken.iter().filter(|t| t.gateway_id == account.id);
        let ours = of.map(|t| t.movement.clone()).collect();
        beside(core, &shop, account, ours, (from, to))
    });
    Ok((day, try_join_all(asked).await?))
}

/// What came through one gateway, beside what its provider lists of that time.
async fn beside(
    core: &Core,
    shop: &Shop,
    account: GatewayAccount,
    ours: Vec<Movement>,
    (from, to): (Timestamp, Timestamp),
) -> Result<GatewayTakings> {
    // One that was configured wrongly since then still shows what came.
    let Ok(gateway) = core.gateway(shop, &account) else {
        let asset = ours.first().map_or(shop.currency, |m| m.amount.currency);
        let why = Uncompared::Failed("it cannot be connected to".to_owned());
        return alone(account, asset, &ours, why);
    };
    let asset = gateway.profile().asset;
    if !gateway.keeps_list() {
        return alone(account, asset, &ours, Uncompared::NoList);
    }
    match core.world.within(DEADLINE, gateway.statement(from, to)).await {
        Some(Outcome::Done(theirs)) => {
            let compared = compare(asset, &ours, &theirs)?;
            Ok(GatewayTakings { account, ours: compared.ours, compared: Ok(compared) })
        }
        Some(other) => alone(account, asset, &ours, Uncompared::Failed(said(other))),
        None => alone(account, asset, &ours, Uncompared::Failed("no answer in time".to_owned())),
    }
}

fn alone(
    account: GatewayAccount,
    asset: Currency,
    ours: &[Movement],
    why: Uncompared,
) -> Result<GatewayTakings> {
    Ok(GatewayTakings { account, ours: total(asset, ours.iter().map(|m| &m.amount))?, compared: Err(why) })
}
