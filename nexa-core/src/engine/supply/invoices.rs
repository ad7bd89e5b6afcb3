//! What postpaid resellers are asked for at the end of each month, and what follows when it does not come.

use super::credit_of;
use crate::{
    domain::{
        event::Event,
        job::Job,
        money::Money,
        refusal::Refusal,
        reseller::{self, Invoice, Reseller, Standing, SupplyCount},
        shop::Shop,
        time::{after, days},
    },
    engine::{Core, worker::Next},
    error::{Failure, Result},
    ids::{InvoiceId, ShopId},
    ports::storage::{Inserted, Tx},
};
use jiff::Timestamp;

/// Days after which whoever owes is reminded, for the first and for the second time.
const REMINDED: [u32; 2] = [7, 14];
/// Days after which an unpaid invoice suspends whoever owes it, if that was agreed.
const SUSPENDED: u32 = 21;

/// Has invoices of a shop's resellers written from the end of this month on.
pub(in crate::engine) async fn keep_books(core: &Core, tx: &mut dyn Tx, shop: &Shop) -> Result<()> {
    let (_, until) = month(shop, core.world.now())?;
    let (id, key) = (shop.id, format!("invoices:{}", shop.id));
    Ok(core.enqueue(tx, id, Job::IssueInvoices { shop: id }, until, Some(key)).await?)
}

/// The month of a shop in which a moment lies.
fn month(shop: &Shop, of: Timestamp) -> Result<(Timestamp, Timestamp), Failure> {
    reseller::month(&shop.zone(), of).ok_or_else(|| Failure::core("a month outside the calendar"))
}

/// The job that writes the invoices of months that are over.
pub(in crate::engine) async fn issue_invoices(core: &Core, shop: ShopId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let resellers = read.resellers(shop.id).await?;
    drop(read);
    for reseller in resellers {
        let mut tx = core.begin().await?;
        let known = tx.invoices(shop.id, reseller.reseller_shop).await?;
        let mut from = match known.last() {
            Some(last) => last.until,
            None => month(&shop, reseller.created_at)?.0,
        };
        loop {
            let (_, until) = month(&shop, from)?;
            if core.world.now() < until {
                break;
            }
            let newest = core.world.now() < month(&shop, until)?.1;
            issue(core, tx.as_mut(), &reseller, (from, until), newest).await?;
            from = until;
        }
        core.commit(tx).await?;
    }
    Ok(Next::Again(month(&shop, core.world.now())?.1))
}

/// Writes down one month, unless nothing was supplied and nothing is asked for. What is owed is asked for by the `newest`
/// month that is over.
async fn issue(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Reseller,
    (from, until): (Timestamp, Timestamp),
    newest: bool,
) -> Result<()> {
    let (shop_id, reseller_shop) = (of.shop_id, of.reseller_shop);
    let lines = tx.supplied(shop_id, reseller_shop, from, until).await?;
    let mut due = credit_of(tx.as_read(), of).await?.owed;
    for earlier in tx.invoices(shop_id, reseller_shop).await? {
        due = due.minus(earlier.open()?)?;
    }
    let nothing = Money::zero(due.currency);
    let due = if newest && due.is_positive() { due } else { nothing };
    // Whoever pays before is told of each sale by the wallet.
    if of.terms.limit.is_none() && due.is_zero() || lines.is_empty() && due.is_zero() {
        return Ok(());
    }
    let sum = lines.iter().try_fold(nothing, |sum, SupplyCount { sum: line, .. }| sum.plus(*line))?;
    let number = tx.last_invoice_number(shop_id).await?.saturating_add(1);
    let (id, issued_at) = (core.world.id(), core.world.now());
    let invoice = Invoice {
        id,
        shop_id,
        reseller_shop,
        number,
        from,
        until,
        lines,
        sum,
        due,
        paid: nothing,
        issued_at,
    };
    if tx.insert_invoice(&invoice).await? == Inserted::New {
        let user = of.user_id;
        core.record(tx, shop_id, Event::InvoiceIssued { invoice: id, user }).await?;
        core.enqueue(tx, shop_id, Job::Dun { invoice: id }, after(issued_at, days(REMINDED[0])), None)
            .await?;
    }
    Ok(())
}

/// The job that looks after an unpaid invoice: reminds twice, and suspends in the end if that was agreed.
pub(in crate::engine) async fn dun(core: &Core, shop: ShopId, id: InvoiceId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(invoice) = tx.invoice(shop, id).await? else { return Ok(Next::Done) };
    if !invoice.open()?.is_positive() {
        return Ok(Next::Done);
    }
    let held = tx.lock_reseller(shop, invoice.reseller_shop).await?.ok_or(Refusal::NotFound)?;
    let (user, reseller, now) = (held.user_id, held.reseller_shop, core.world.now());
    let since = |age: u32| after(invoice.issued_at, days(age));
    if now >= since(SUSPENDED) {
        if held.terms.dunning && held.standing == Standing::Active {
            tx.save_reseller(held.map(|r| r.stand(Standing::Suspended, now))).await?;
            core.record(tx.as_mut(), shop, Event::SupplyStopped { reseller, user }).await?;
        }
        core.commit(tx).await?;
        return Ok(Next::Done);
    }
    core.record(tx.as_mut(), shop, Event::InvoiceUnpaid { invoice: id, user }).await?;
    core.commit(tx).await?;
    let next = if now < since(REMINDED[1]) { REMINDED[1] } else { SUSPENDED };
    Ok(Next::Again(since(next)))
}
