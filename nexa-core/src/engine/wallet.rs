//! Corrections of a wallet by the operator.

use super::{Core, earnings, kept::wallet_filled, operate::actions::note};
use crate::{
    domain::{
        deed::Deed,
        ledger::{Account, Journal},
        money::Money,
        permission::Permission,
        refusal::Refusal,
        user::Principal,
    },
    error::{Result, missing},
    ids::UserId,
    ports::storage::Posted,
};

/// The greatest correction, in minor units.
const GREATEST: i64 = 1_000_000_000_000_000;

/// Puts money in or takes it out. The same key posts once.
pub(crate) async fn correct_wallet(
    core: &Core,
    who: &Principal,
    user: UserId,
    amount: Money,
    key: &str,
) -> Result<Money> {
    who.may(Permission::MoveMoney)?;
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    tx.lock_user(shop.id, user).await?.ok_or(Refusal::NotFound)?;
    if amount.currency != shop.currency {
        return Err(Refusal::WrongCurrency { expected: shop.currency }.into());
    }
    if amount.is_zero() || !(-GREATEST..=GREATEST).contains(&amount.minor) {
        return Err(Refusal::AmountOutOfRange.into());
    }
    let journal =
        Journal::new(core.world.id(), shop.id, format!("correction:{user}:{key}"), core.world.now());
    let wallet = Account::Wallet(user);
    let journal = if amount.is_positive() {
        journal.transfer(Account::Adjustment, wallet, amount)?
    } else {
        journal.transfer(wallet, Account::Adjustment, Money::zero(amount.currency).minus(amount)?)?
    };
    let held = tx.balance(shop.id, wallet, amount.currency).await?;
    earnings::hold(tx.as_mut(), &journal).await?;
    match tx.post(&journal).await? {
        Posted::Short => return Err(missing(Money::zero(amount.currency).minus(amount)?.minus(held)?)),
        Posted::New => {
            earnings::follow(tx.as_mut(), &journal).await?;
            if amount.is_positive() {
                wallet_filled(core, tx.as_mut(), shop.id, user).await?;
            }
            note(core, tx.as_mut(), who, Deed::WalletCorrected { user, by: amount }).await?;
        }
        Posted::Already => {}
    }
    let balance = tx.balance(shop.id, wallet, amount.currency).await?;
    core.commit(tx).await?;
    Ok(balance)
}
