//! Telegram's question before it takes Stars: whether this payment may be made now, by this person, in this amount. It must
//! be answered within ten seconds, so nothing but one view of storage is asked.

use super::{Core, hints};
use crate::{
    domain::{refusal::Refusal, user::IdentityKind},
    error::Result,
    frontdesk::PreCheckout,
    ids::{PaymentId, ShopId},
    secret::Purpose,
};

/// Refuses what must not be paid.
pub(crate) async fn pre_checkout(core: &Core, shop: ShopId, asked: &PreCheckout) -> Result<()> {
    let id: PaymentId = asked.payload.parse().map_err(|_| Refusal::NotFound)?;
    let mut read = core.read().await?;
    let payment = read.payment(shop, id).await?.ok_or(Refusal::NotFound)?;
    let order = read.order(shop, payment.order_id).await?.ok_or(Refusal::NotFound)?;
    let lookup = core.keys.fingerprint(Purpose::Identity, &asked.telegram_user_id.to_string());
    let payer = read.identity(shop, IdentityKind::Telegram, &lookup).await?;
    if payer.is_none_or(|payer| payer.user_id != payment.user_id) {
        return Err(Refusal::PayerUnknown.into());
    }
    if read.user(shop, payment.user_id).await?.is_none_or(|user| user.blocked) {
        return Err(Refusal::Blocked.into());
    }
    if !order.is_open() || !payment.is_open() || payment.expires_at <= core.world.now() {
        return Err(Refusal::OrderNotOpen.into());
    }
    if payment.due.currency.code() != asked.currency {
        return Err(Refusal::WrongCurrency { expected: payment.due.currency }.into());
    }
    // A part that came already, or another price: then this invoice is not the one to pay any more.
    if payment.due.minor != asked.total_amount || !payment.received.is_zero() {
        return Err(Refusal::AmountOutOfRange.into());
    }
    Ok(())
}

/// Has a payment looked at now that Telegram says was made.
pub(crate) async fn stars_paid(core: &Core, shop: ShopId, payload: &str) -> Result<()> {
    let Ok(payment) = payload.parse::<PaymentId>() else { return Ok(()) };
    let mut tx = core.begin().await?;
    if tx.payment(shop, payment).await?.is_none() {
        return Ok(());
    }
    hints::ask(core, tx.as_mut(), shop, payment).await?;
    Ok(core.commit(tx).await?)
}
