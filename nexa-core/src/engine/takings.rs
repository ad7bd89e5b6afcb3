//! Whether what came in is what the providers say, and what has not come to an end by itself.

use super::{Core, install::said};
use crate::{
    domain::{
        gateway::GatewayAccount,
        money::Currency,
        payment::Movement,
        takings::{Comparison, Total, Unresolved, compare, total},
        time::after,
        user::{Principal, Scope},
    },
    error::Result,
    ports::{outcome::Outcome, storage::Page},
    text,
};
use jiff::{SignedDuration, civil};

/// What is younger may still come to an end by itself.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// Of each kind at most so many are listed: who has more looks at the oldest first.
const MOST: u32 = 100;
/// How long a provider may take to list a day.
const DEADLINE: SignedDuration = SignedDuration::from_secs(40);

/// Everything that has been unresolved for over an hour, the oldest of each kind first.
pub(crate) async fn unresolved(core: &Core, who: &Principal) -> Result<Vec<Unresolved>> {
    who.with(Scope::Manage)?;
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
    pub(crate) compared: Result<Comparison, String>,
}

/// What came in on this day of the shop's, or today, by gateway, each beside its provider's list.
pub(crate) async fn takings(
    core: &Core,
    who: &Principal,
    day: Option<civil::Date>,
) -> Result<(civil::Date, Vec<GatewayTakings>)> {
    who.with(Scope::Manage)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let day = day.unwrap_or_else(|| text::day_of(shop.locale, core.world.now()));
    let from = text::beginning_of(shop.locale, day);
    let to = text::beginning_of(shop.locale, day.saturating_add(jiff::Span::new().days(1)));
    let taken = read.taken(shop.id, from, to).await?;
    let accounts = read.gateways(shop.id).await?;
    drop(read);
    let mut all = Vec::new();
    for account in accounts {
        let of = taken.iter().filter(|t| t.gateway_id == account.id).map(|t| t.movement.clone());
        let ours: Vec<Movement> = of.collect();
        // One that was configured wrongly since then still shows what came.
        let Ok(gateway) = core.gateway(&shop, &account) else {
            let asset = ours.first().map_or(shop.currency, |m| m.amount.currency);
            all.push(alone(account, asset, &ours, "it cannot be connected to".to_owned())?);
            continue;
        };
        let asset = gateway.profile().asset;
        let listed = core.world.within(DEADLINE, gateway.statement(from, to)).await;
        all.push(match listed {
            Some(Outcome::Done(theirs)) => {
                let compared = compare(asset, &ours, &theirs)?;
                GatewayTakings { account, ours: compared.ours, compared: Ok(compared) }
            }
            Some(other) => alone(account, asset, &ours, said(other))?,
            None => alone(account, asset, &ours, "no answer in time".to_owned())?,
        });
    }
    Ok((day, all))
}

fn alone(account: GatewayAccount, asset: Currency, ours: &[Movement], why: String) -> Result<GatewayTakings> {
    Ok(GatewayTakings { account, ours: total(asset, ours.iter().map(|m| &m.amount))?, compared: Err(why) })
}
