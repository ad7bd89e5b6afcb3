//! Orders that wait for money in the wallet, and what happens when some comes.

use super::{
    Core,
    settle::{Taken, take_price},
    supply,
    worker::Next,
};
use crate::{
    domain::{event::Event, money::Money, order::Order},
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Read, Tx},
};
use jiff::SignedDuration;

/// How long an order waits for money in the wallet.
pub(super) const KEPT_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// To be called in every transaction that puts money into a wallet.
pub(super) async fn wallet_filled(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    supply::credited(core, tx, shop, user).await?;
    if tx.kept_orders(shop, user).await?.is_empty() {
        return Ok(());
    }
    Ok(core.record(tx, shop, Event::WalletFilled { user }).await?)
}

/// Pays the orders that wait for a wallet, the oldest first, while the money suffices for the next one. None while a
/// payment of its owner is contested: the end of that brings this job back.
pub(super) async fn spend_wallet(core: &Core, shop: ShopId, user: UserId) -> Result<Next> {
    let kept = core.read().await?.kept_orders(shop, user).await?;
    for order in kept {
        let mut tx = core.begin().await?;
        let now = core.world.now();
        let held = tx.lock_order(shop, order.id).await?;
        let Some(held) = held.filter(|o| o.is_open() && now < o.expires_at) else { continue };
        if tx.is_contested(shop, user).await? {
            break;
        }
        match take_price(core, tx.as_mut(), held).await? {
            Taken::Paid => core.commit(tx).await?,
            Taken::Short(_) => break,
        }
    }
    Ok(Next::Done)
}

/// What a wallet lacks for an order's price, beside what is set aside for it; zero when it suffices.
pub(crate) async fn lacks(read: &mut dyn Read, order: &Order) -> Result<Money> {
    let wallet = crate::domain::ledger::Account::Wallet(order.user_id);
    let free = read.balance(order.shop_id, wallet, order.price.currency).await?;
    let lack = order.price.minus(order.held)?.minus(free)?;
    Ok(if lack.is_positive() { lack } else { Money::zero(lack.currency) })
}
