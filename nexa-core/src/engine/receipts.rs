//! Card-to-card: the customer hands in a picture, the operator decides.

use super::{
    Core,
    operate::actions::note,
    settle::{hold_payment, settle_in},
};
use crate::{
    domain::{
        deed::Deed,
        event::Event,
        gateway::Confirm,
        money::Money,
        payment::{Finality, Observation, Payment, PaymentState},
        permission::{Permission, SEE_PAYMENTS},
        receipt::{self, Decision, Receipt, Rejection},
        refusal::Refusal,
        time::after,
        user::{Principal, Scope},
    },
    error::Result,
    ids::{OrderId, PaymentId, ReceiptId},
    ports::storage::Tx,
    secret::digest,
};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;

/// Receipts that a user may hand in within 24 hours.
const PER_DAY: u32 = 5;
/// Receipts that a new one is compared with by its looks: whoever hands a picture in again does it soon.
const LOOKED_THROUGH: u32 = 1000;
/// Letters that a note may have.
const NOTE_LENGTH: usize = 500;

/// Keeps a receipt: re-encoded, sealed, compared with those before. A newer one replaces one that waits.
pub(crate) async fn upload_receipt(
    core: &Core,
    who: &Principal,
    payment: PaymentId,
    picture: Vec<u8>,
    note: String,
) -> Result<Receipt> {
    let user = who.with(Scope::Buy)?;
    if note.chars().count() > NOTE_LENGTH {
        return Err(Refusal::bad_input("note", "at most 500 characters").into());
    }
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let held =
        read.payment(shop.id, payment).await?.filter(|p| p.user_id == user).ok_or(Refusal::NotFound)?;
    let account = read.gateway(shop.id, held.gateway_id).await?.ok_or(Refusal::NotFound)?;
    // Asked before the picture is decoded, which is dear, and again when it is kept.
    let day_ago = after(core.world.now(), SignedDuration::from_hours(-24));
    if read.count_receipts(shop.id, user, day_ago).await? >= PER_DAY {
        return Err(Refusal::TooManyReceipts.into());
    }
    drop(read);
    let human = core.gateway(&shop, &account)?.profile().confirm == Confirm::Human;
    if !human || !takes_receipts(&held) {
        return Err(Refusal::NoReceiptWanted.into());
    }
    let digest = digest(&HEXLOWER.encode(&picture)).0;
    let turn = core.pictures.acquire().await;
    let (jpeg, likeness) = blocking::unblock(move || crate::picture::taken(&picture)).await?;
    drop(turn);
    let id: ReceiptId = core.world.id();
    let now = core.world.now();
    let mut tx = core.begin().await?;
    if tx.count_receipts(shop.id, user, after(now, SignedDuration::from_hours(-24))).await? >= PER_DAY {
        return Err(Refusal::TooManyReceipts.into());
    }
    let held = tx.lock_payment(shop.id, payment).await?.ok_or(Refusal::NotFound)?;
    if !takes_receipts(&held) {
        return Err(Refusal::NoReceiptWanted.into());
    }
    for mut old in tx.receipts(shop.id, payment).await? {
        if old.decision == Decision::Waiting {
            old.decision = Decision::Rejected(Rejection::Unreadable);
            tx.save_receipt(&old).await?;
        }
    }
    let others = tx.likenesses(shop.id, payment, LOOKED_THROUGH).await?;
    let receipt = Receipt {
        id,
        shop_id: shop.id,
        payment_id: payment,
        picture_sealed: core.keys.seal(&core.world, &picture_context(id), &jpeg),
        seen_before: tx.receipt_seen(shop.id, &digest, payment).await?,
        like_before: others.iter().any(|other| likeness.is_near(other)),
        digest,
        likeness,
        note,
        decision: Decision::Waiting,
        created_at: now,
    };
    tx.insert_receipt(&receipt).await?;
    core.record(tx.as_mut(), shop.id, Event::ReceiptUploaded { payment }).await?;
    core.commit(tx).await?;
    Ok(receipt)
}

fn takes_receipts(payment: &Payment) -> bool {
    let waiting = payment.is_open() || payment.state == PaymentState::Expired;
    waiting && payment.reference.is_some()
}

/// The money is there: settles with the amount really received. Deciding twice answers `already_decided`.
pub(crate) async fn accept_receipt(
    core: &Core,
    who: &Principal,
    id: ReceiptId,
    received: Money,
    version: u32,
) -> Result<OrderId> {
    who.may(Permission::DecidePayments)?;
    let mut tx = core.begin().await?;
    let mut receipt = waiting(tx.as_mut(), who, id).await?;
    let payment = hold_payment(tx.as_mut(), who.shop_id, receipt.payment_id).await?;
    let payment = payment.ok_or(Refusal::NotFound)?;
    if payment.version != version {
        return Err(Refusal::AlreadyDecided.into());
    }
    if received.currency != payment.due.currency {
        return Err(Refusal::WrongCurrency { expected: payment.due.currency }.into());
    }
    if !received.is_positive() || received.minor > payment.due.minor.saturating_mul(100) {
        return Err(Refusal::AmountOutOfRange.into());
    }
    receipt.decision = Decision::Accepted;
    tx.save_receipt(&receipt).await?;
    let observation = Observation {
        reference: payment.reference.clone().unwrap_or_default(),
        family: receipt::FAMILY.to_owned(),
        movement: id.to_string(),
        amount: received,
        raw: received.minor.to_string(),
        finality: Finality::Confirmed,
        anchor: None,
        occurred_at: receipt.created_at,
    };
    let order = payment.order_id;
    drop(payment);
    settle_in(core, tx.as_mut(), who.shop_id, receipt.payment_id, &[observation]).await?;
    note(core, tx.as_mut(), who, Deed::ReceiptAccepted { receipt: id, received }).await?;
    core.commit(tx).await?;
    Ok(order)
}

/// The money is not there. The customer may hand in another picture.
pub(crate) async fn reject_receipt(
    core: &Core,
    who: &Principal,
    id: ReceiptId,
    reason: Rejection,
    version: u32,
) -> Result<Receipt> {
    who.may(Permission::DecidePayments)?;
    let mut tx = core.begin().await?;
    let mut receipt = waiting(tx.as_mut(), who, id).await?;
    let mut payment = tx.lock_payment(who.shop_id, receipt.payment_id).await?.ok_or(Refusal::NotFound)?;
    if payment.version != version {
        return Err(Refusal::AlreadyDecided.into());
    }
    payment.version = payment.version.saturating_add(1);
    let (user, order) = (payment.user_id, payment.order_id);
    tx.save_payment(payment).await?;
    receipt.decision = Decision::Rejected(reason);
    tx.save_receipt(&receipt).await?;
    core.record(
        tx.as_mut(),
        who.shop_id,
        Event::ReceiptRejected { payment: receipt.payment_id, order, user },
    )
    .await?;
    note(core, tx.as_mut(), who, Deed::ReceiptRejected { receipt: id }).await?;
    core.commit(tx).await?;
    Ok(receipt)
}

/// The picture, for the operator.
pub(crate) async fn receipt_picture(core: &Core, who: &Principal, id: ReceiptId) -> Result<Vec<u8>> {
    who.may(SEE_PAYMENTS)?;
    let receipt = core.read().await?.receipt(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if receipt.picture_sealed.is_empty() {
        // It went with its customer's account.
        return Err(Refusal::NotFound.into());
    }
    Ok(core.keys.open(&picture_context(id), &receipt.picture_sealed)?)
}

async fn waiting(tx: &mut dyn Tx, who: &Principal, id: ReceiptId) -> Result<Receipt> {
    let receipt = tx.receipt(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if receipt.decision == Decision::Waiting { Ok(receipt) } else { Err(Refusal::AlreadyDecided.into()) }
}

fn picture_context(id: ReceiptId) -> String {
    format!("receipt|{id}")
}
