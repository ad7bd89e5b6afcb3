//! How much of a wallet is commission money: that can be withdrawn, and brings no commission when it is spent.
//!
//! All else of a wallet is spent first, so the figure is never more than what the wallet and what is set aside of it hold
//! together; it follows them down wherever the books are written.

use crate::{
    domain::{
        ledger::{Account, Entry, Journal},
        money::{Currency, Money},
    },
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::Tx,
};
use std::collections::BTreeSet;

/// So much more of a wallet is commission money.
pub(super) async fn earned(tx: &mut dyn Tx, shop: ShopId, user: UserId, amount: Money) -> Result<()> {
    let before = tx.earnings(shop, user, amount.currency).await?;
    Ok(tx.save_earnings(shop, user, before.plus(amount)?).await?)
}

/// So much of it is about to leave. To be called before the journal is posted.
pub(super) async fn unearned(tx: &mut dyn Tx, shop: ShopId, user: UserId, amount: Money) -> Result<()> {
    let before = tx.earnings(shop, user, amount.currency).await?;
    let left = Money::new(before.minor.saturating_sub(amount.minor).max(0), amount.currency);
    if left != before {
        tx.save_earnings(shop, user, left).await?;
    }
    Ok(())
}

/// To be called before a journal is posted: the figures beside the wallets that it touches are held before the wallets.
pub(super) async fn hold(tx: &mut dyn Tx, journal: &Journal) -> Result<(), Failure> {
    let touched: BTreeSet<(UserId, Currency)> = journal.entries().iter().filter_map(wallet_of).collect();
    for (user, currency) in touched {
        tx.earnings(journal.shop_id, user, currency).await?;
    }
    Ok(())
}

fn wallet_of(entry: &Entry) -> Option<(UserId, Currency)> {
    match entry.account {
        Account::Wallet(user) | Account::Held(user) => Some((user, entry.amount.currency)),
        _ => None,
    }
}

/// To be called after a journal was posted: what left a wallet may have been commission money.
pub(super) async fn follow(tx: &mut dyn Tx, journal: &Journal) -> Result<(), Failure> {
    let lessened = journal.entries().iter().filter(|entry| entry.amount.minor < 0);
    let touched: BTreeSet<(UserId, Currency)> = lessened.filter_map(wallet_of).collect();
    for (user, currency) in touched {
        let earned = tx.earnings(journal.shop_id, user, currency).await?;
        if !earned.is_positive() {
            continue;
        }
        let mut most = 0_i64;
        for account in [Account::Wallet(user), Account::Held(user)] {
            most = most.saturating_add(tx.balance(journal.shop_id, account, currency).await?.minor);
        }
        if earned.minor > most {
            tx.save_earnings(journal.shop_id, user, Money::new(most, currency)).await?;
        }
    }
    Ok(())
}
