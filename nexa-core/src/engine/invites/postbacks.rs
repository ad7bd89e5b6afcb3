//! Postbacks: whoever advertises a shop hears what came of a click, at the address that the campaign names.
//!
//! Each is written down in the transaction that made it true, and sent by the worker. An address that may not be called, or
//! that cannot be opened any more, is left out: what an advertiser wants to hear must keep nobody from buying.

use crate::{
    domain::{
        alert::Alert,
        order::Order,
        postback::{Outcome, Told, checked, expand},
        referral::Campaign,
        refusal::Refusal,
    },
    engine::{Core, alert, hooks},
    error::{Error, Failure, Result},
    ids::{HookDeliveryId, Id as _, ShopId, UserId},
    ports::storage::Tx,
    secret::Secret,
};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// To be called where somebody signed up by a campaign.
pub(in crate::engine) async fn signed_up(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
) -> Result<()> {
    tell(core, tx, (shop, user), Outcome::SignUp, None).await
}

/// To be called where a trial began.
pub(in crate::engine) async fn tried(core: &Core, tx: &mut dyn Tx, trial: &Order) -> Result<()> {
    tell(core, tx, (trial.shop_id, trial.user_id), Outcome::Trial, Some(trial)).await
}

/// To be called where an order was paid with money; only the first plan of its user is told.
pub(in crate::engine) async fn paid(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    tell(core, tx, (order.shop_id, order.user_id), Outcome::FirstOrder, Some(order)).await
}

/// To be called where the price of an order went back; only that of what [`paid`] told is told.
pub(in crate::engine) async fn refunded(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    tell(core, tx, (order.shop_id, order.user_id), Outcome::Refund, Some(order)).await
}

/// An address as it is kept; refused when it may not be called.
pub(in crate::engine) fn seal(
    core: &Core,
    shop: ShopId,
    campaign: &str,
    typed: Option<String>,
) -> Result<Option<String>, Refusal> {
    let Some(typed) = typed.filter(|url| !url.trim().is_empty()) else { return Ok(None) };
    let url = checked(&typed)?;
    if core.caller.as_ref().is_some_and(|caller| caller.accepts(&url, false).is_err()) {
        return Err(Refusal::bad_input("postback_url", "an https address of the public Internet"));
    }
    Ok(Some(core.keys.seal(&core.world, &context(shop, campaign), url.as_bytes())))
}

/// The address that a campaign tells.
pub(crate) fn opened(core: &Core, of: &Campaign) -> Result<Option<String>, Failure> {
    let Some(sealed) = &of.postback_sealed else { return Ok(None) };
    let plain = core.keys.open(&context(of.shop_id, &of.code), sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| Failure::core("an address that is no text"))
}

fn context(shop: ShopId, code: &str) -> String {
    format!("campaign|{shop}|{code}")
}

/// The delivery of one outcome of a user or an order: always the same, so that none is told twice, e.g. where a payment is
/// taken back and its order refunded later.
fn delivery(outcome: Outcome, of: Uuid) -> HookDeliveryId {
    let name = [outcome.name().as_bytes(), of.as_bytes()].concat();
    Builder::from_custom_bytes(Sha256::digest(name).first_chunk().copied().unwrap_or_default())
        .into_uuid()
        .into()
}

async fn tell(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, user): (ShopId, UserId),
    outcome: Outcome,
    of: Option<&Order>,
) -> Result<()> {
    if core.caller.is_none() {
        return Ok(());
    }
    let Some(by) = tx.campaign_of(shop, user).await? else { return Ok(()) };
    let Some(campaign) = tx.campaign(shop, &by.code).await? else { return Ok(()) };
    let template = match opened(core, &campaign) {
        Ok(Some(template)) => template,
        Ok(None) => return Ok(()),
        Err(failure) => {
            tracing::error!(campaign = campaign.code, %failure, "a postback cannot be told");
            return Ok(alert::of_this_hour(core, tx, shop, Alert::PostbackLost).await?);
        }
    };
    let of_the_first = matches!(outcome, Outcome::FirstOrder | Outcome::Refund);
    if of_the_first && tx.first_paid(shop, user).await? != of.map(|order| order.id) {
        return Ok(());
    }
    let order = of.map(|order| order.id.to_string()).unwrap_or_default();
    let amount = of.map(|order| order.price.decimal()).unwrap_or_default();
    let told = Told {
        campaign: &by.code,
        click: by.click.as_deref().unwrap_or_default(),
        event: outcome.name(),
        order: &order,
        amount: &amount,
        currency: of.map_or("", |order| order.price.currency.code()),
    };
    let url = Secret::new(expand(&template, told));
    let id = delivery(outcome, of.map_or(user.uuid(), |order| order.id.uuid()));
    match hooks::call_back(core, tx, (shop, id), &url).await {
        Ok(()) | Err(Error::Refused(_)) => Ok(()),
        Err(failed) => Err(failed),
    }
}

#[cfg(test)]
mod tests;
