//! Those who bring customers: what is odd about their commissions, and what they want out of the shop.

use super::actions::{note, note_why};
use crate::{
    domain::{
        commission::{Affiliate, Commission},
        deed::Deed,
        permission::{Permission, SEE_AFFILIATES},
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, commissions, withdrawals},
    error::Result,
    ids::{CommissionId, WithdrawalId},
};

/// Affiliates that are shown at most.
const MOST: u32 = 50;

/// Whoever brings customers, those first who earned most.
pub(crate) async fn affiliates(core: &Core, who: &Principal) -> Result<Vec<Affiliate>> {
    who.may(SEE_AFFILIATES)?;
    Ok(core.read().await?.affiliates(who.shop_id, MOST).await?)
}

/// Lets a commission go on that was held, or refuses one, with a reason.
pub(crate) async fn decide_commission(
    core: &Core,
    who: &Principal,
    id: CommissionId,
    refused: Option<&str>,
) -> Result<Commission> {
    who.may(Permission::MoveMoney)?;
    let shop = who.shop_id;
    let mut tx = core.begin().await?;
    let of = tx.commission(shop, id).await?.ok_or(Refusal::NotFound)?;
    tx.lock_user(shop, of.user_id).await?.ok_or(Refusal::NotFound)?;
    let held = tx.lock_commission(shop, id).await?.ok_or(Refusal::NotFound)?;
    commissions::decide(core, tx.as_mut(), held, refused).await?;
    match refused {
        None => note(core, tx.as_mut(), who, Deed::CommissionApproved { commission: id }).await?,
        Some(reason) => {
            let reason = crate::domain::deed::reason(reason)?;
            note_why(core, tx.as_mut(), who, Deed::CommissionRefused { commission: id }, reason).await?;
        }
    }
    let now = tx.commission(shop, id).await?.ok_or(Refusal::NotFound)?;
    core.commit(tx).await?;
    Ok(now)
}

/// Says that a withdrawal was paid, or refuses it.
pub(crate) async fn decide_withdrawal(
    core: &Core,
    who: &Principal,
    id: WithdrawalId,
    paid: bool,
    words: &str,
) -> Result<()> {
    who.may(Permission::MoveMoney)?;
    let shop = who.shop_id;
    let mut tx = core.begin().await?;
    let of = tx.withdrawal(shop, id).await?.ok_or(Refusal::NotFound)?;
    tx.lock_user(shop, of.user_id).await?.ok_or(Refusal::NotFound)?;
    let held = tx.lock_withdrawal(shop, id).await?.ok_or(Refusal::NotFound)?;
    withdrawals::decide(core, tx.as_mut(), held, paid, words).await?;
    let amount = of.amount;
    let deed = if paid {
        Deed::WithdrawalPaid { withdrawal: id, amount }
    } else {
        Deed::WithdrawalRefused { withdrawal: id, amount }
    };
    note_why(core, tx.as_mut(), who, deed, words.trim().to_owned()).await?;
    Ok(core.commit(tx).await?)
}
