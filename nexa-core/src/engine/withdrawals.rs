//! Withdrawals of commission money: out of the wallet when they are asked for, so that nothing else is bought with them,
//! and paid by a person outside of the shop, or refused.

use super::{
    Core,
    account::proved_lately,
    alert, commissions,
    disputes::uncontested,
    earnings::{earned, unearned},
    kept::wallet_filled,
    settle,
};
use crate::{
    domain::{
        alert::Alert,
        event::Event,
        ledger::{Account, Journal},
        money::Money,
        refusal::Refusal,
        user::{Principal, Scope},
        withdrawal::{Withdrawal, WithdrawalState, WithdrawalWay},
    },
    error::{Failure, Result, missing},
    ids::{ShopId, UserId, WithdrawalId},
    ports::storage::{Locked, Page, Read, Tx, WithdrawalFilter},
};

/// What somebody wants to withdraw.
pub(crate) struct Asked {
    pub(crate) amount: Money,
    pub(crate) way: WithdrawalWay,
    pub(crate) destination: String,
}

/// Takes commission money of the caller out of the wallet, to be paid outside of the shop.
pub(crate) async fn withdraw(core: &Core, who: &Principal, asked: Asked) -> Result<WithdrawalId> {
    let (user, shop) = (who.with(Scope::Buy)?, who.shop_id);
    let destination = asked.way.destination(&asked.destination)?;
    let mut tx = core.begin().await?;
    // Money that leaves does not come back: a session that somebody left open, or lost, is not enough.
    proved_lately(core, tx.as_read(), who).await?;
    tx.lock_user(shop, user).await?.filter(|user| !user.blocked).ok_or(Refusal::NotSignedIn)?;
    let terms = tx.referral_terms(shop).await?.and_then(|terms| terms.withdrawal);
    let terms = terms.filter(|terms| terms.offers(asked.way)).ok_or(Refusal::WithdrawalNotOffered)?;
    if asked.amount.currency != terms.least.currency {
        return Err(Refusal::WrongCurrency { expected: terms.least.currency }.into());
    }
    if asked.amount.minor < terms.least.minor {
        return Err(Refusal::AmountOutOfRange.into());
    }
    uncontested(tx.as_read(), shop, user).await?;
    let free = withdrawable(tx.as_read(), shop, user, asked.amount).await?;
    let lack = asked.amount.minus(free)?;
    if lack.is_positive() {
        return Err(missing(lack));
    }
    let (id, now) = (core.world.id(), core.world.now());
    let sealed = core.keys.seal(&core.world, &context(id), destination.as_bytes());
    let made = Withdrawal {
        id,
        shop_id: shop,
        user_id: user,
        amount: asked.amount,
        way: asked.way,
        destination_sealed: Some(sealed),
        state: WithdrawalState::Asked,
        note: None,
        asked_at: now,
        decided_at: None,
    };
    let journal = Journal::new(core.world.id(), shop, format!("withdrawal:{id}"), now);
    let journal = journal.transfer(Account::Wallet(user), Account::WithdrawalsDue, asked.amount)?;
    unearned(tx.as_mut(), shop, user, asked.amount).await?;
    settle::post(tx.as_mut(), &journal).await?;
    tx.insert_withdrawal(&made).await?;
    alert::at_once(core, tx.as_mut(), shop, Alert::WithdrawalAsked { withdrawal: id }).await?;
    core.commit(tx).await?;
    Ok(id)
}

/// What of a wallet is commission money and not set aside, in the currency of `like`.
pub(crate) async fn withdrawable(
    read: &mut dyn Read,
    shop: ShopId,
    user: UserId,
    like: Money,
) -> Result<Money, Failure> {
    let wallet = read.balance(shop, Account::Wallet(user), like.currency).await?;
    let earned = read.earnings(shop, user, like.currency).await?;
    Ok(Money::new(earned.minor.min(wallet.minor), like.currency))
}

/// A person decided: it was paid, and this proves it; or it is refused for this reason, and the money is commission money
/// of the wallet again, as far as the commissions that it came of are not void meanwhile. Its user is held.
pub(super) async fn decide(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Withdrawal>,
    paid: bool,
    note: &str,
) -> Result<()> {
    let now = core.world.now();
    let held = held.try_map(|w| w.decide(paid, note, now))?;
    let (shop, user, id, amount) = (held.shop_id, held.user_id, held.id, held.amount);
    tx.save_withdrawal(held).await?;
    let (word, to) = if paid {
        ("withdrawal-paid", Account::Withdrawn)
    } else {
        ("withdrawal-back", Account::Wallet(user))
    };
    let journal = Journal::new(core.world.id(), shop, format!("{word}:{id}"), now);
    settle::post(tx, &journal.transfer(Account::WithdrawalsDue, to, amount)?).await?;
    core.record(tx, shop, Event::WithdrawalDecided { withdrawal: id, user, amount, paid }).await?;
    if !paid {
        earned(tx, shop, user, amount).await?;
        commissions::set_off(core, tx, (shop, user), amount).await?;
        wallet_filled(core, tx, shop, user).await?;
    }
    Ok(())
}

/// Where the money goes, in clear; nothing when whoever asked has left.
pub(crate) fn destination(core: &Core, of: &Withdrawal) -> Result<Option<String>> {
    let Some(sealed) = &of.destination_sealed else { return Ok(None) };
    let plain = core.keys.open(&context(of.id), sealed)?;
    Ok(Some(String::from_utf8(plain).map_err(|_| Failure::core("a destination is not text"))?))
}

fn context(id: WithdrawalId) -> String {
    format!("withdrawal|{id}")
}

/// Of whoever leaves, where money went goes; what is still asked for is refused, and what it was of stays in the books.
pub(super) async fn forget(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    let filter = WithdrawalFilter { user: Some(user), state: None };
    let mut page = Page { before: None, limit: Page::MOST };
    loop {
        let rows = tx.withdrawals(shop, filter, page).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        page.before = Some(crate::ids::Id::uuid(last.id));
        for row in rows {
            let held = tx.lock_withdrawal(shop, row.id).await?.ok_or(Refusal::NotFound)?;
            let asked = held.state == WithdrawalState::Asked;
            let held = held.map(|w| Withdrawal { destination_sealed: None, ..w });
            if asked {
                decide(core, tx, held, false, "account_closed").await?;
            } else {
                tx.save_withdrawal(held).await?;
            }
        }
    }
}
