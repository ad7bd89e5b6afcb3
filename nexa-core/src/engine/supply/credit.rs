//! A reseller's credit: the wallet of its account in the supplier's shop, and what it owes there.

use crate::{
    domain::{
        event::Event,
        ledger::{Account, Journal},
        money::Money,
        order::OrderState,
        refusal::Refusal,
        reseller::{Credit, Invoice, Reseller},
    },
    engine::{Core, settle::post},
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{OrderFilter, Page, Read, Tx},
};

/// What a reseller has with its supplier now.
pub(crate) async fn credit_of(read: &mut dyn Read, of: &Reseller) -> Result<Credit> {
    let currency = of.terms.low_below.currency;
    let wallet = read.balance(of.shop_id, Account::Wallet(of.user_id), currency).await?;
    let owed = read.balance(of.shop_id, Account::Owed(of.reseller_shop), currency).await?;
    Ok(Credit { wallet, owed: Money::zero(currency).minus(owed)? })
}

/// Whether a user of a shop can become the account of a reseller: nobody's yet.
pub(crate) async fn suits_account(read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<()> {
    read.user(shop, user).await?.filter(|user| !user.blocked).ok_or(Refusal::NotFound)?;
    if read.reseller_by_account(shop, user).await?.is_some() {
        return Err(Refusal::StillInUse.into());
    }
    Ok(())
}

/// To be called in every transaction that puts money into a wallet: if it is a reseller's, what is owed is paid first,
/// and what waits for credit is bought.
pub(in crate::engine) async fn credited(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
) -> Result<()> {
    let Some(reseller) = tx.reseller_by_account(shop, user).await? else { return Ok(()) };
    let below = reseller.reseller_shop;
    let held = tx.lock_reseller(shop, below).await?;
    let held = held.ok_or_else(|| Failure::core("a reseller is gone"))?;
    let credit = credit_of(tx.as_read(), &held).await?;
    let part = if credit.owed.minor < credit.wallet.minor { credit.owed } else { credit.wallet };
    if part.is_positive() {
        let id = core.world.id();
        let journal = Journal::new(id, shop, format!("owed:{id}"), core.world.now());
        post(tx, &journal.transfer(Account::Wallet(user), Account::Owed(below), part)?).await?;
        pay_invoices(tx, &held, part).await?;
    }
    let room = credit.room(&held.terms)?;
    tx.save_reseller(held.map(|r| r.relieved(room))).await?;
    wake(core, tx, below).await
}

/// What was owed and comes pays invoices, the oldest first.
async fn pay_invoices(tx: &mut dyn Tx, of: &Reseller, part: Money) -> Result<()> {
    let mut rest = part;
    for invoice in tx.invoices(of.shop_id, of.reseller_shop).await? {
        let open = invoice.open()?;
        let now = if open.minor < rest.minor { open } else { rest };
        if now.is_positive() {
            tx.save_invoice(&Invoice { paid: invoice.paid.plus(now)?, ..invoice }).await?;
            rest = rest.minus(now)?;
        }
    }
    Ok(())
}

/// Has what waits in a reseller's shop, and in those of its own resellers, bought if there is credit now.
pub(in crate::engine) async fn wake(core: &Core, tx: &mut dyn Tx, reseller: ShopId) -> Result<()> {
    let below = tx.resellers(reseller).await?.into_iter().map(|r| r.reseller_shop);
    let filter = OrderFilter { user: None, state: Some(OrderState::Paid), attention: false };
    for shop in std::iter::once(reseller).chain(below) {
        if !tx.orders(shop, filter, Page { before: None, limit: 1 }).await?.is_empty() {
            core.record(tx, shop, Event::CreditCame { shop }).await?;
        }
    }
    Ok(())
}
