//! Coupons: what a code makes of a purchase, and the use that an order holds of it.
//!
//! What it comes to is computed before the order is placed and pinned by the order. The use is noted in the transaction
//! that places the order, under the locks of user and coupon, so however many come at once there are never more than
//! there may be. An order that expires or is given up gives its use back; one that is paid after that takes it again,
//! even above the limit: its price was promised, and the money is there.

use super::{
    Core,
    guess::sought,
    settle,
    wish::{Wish, wanted},
};
use crate::{
    domain::{
        coupon::{self, Asked, Coupon, CouponUse, Redemption, UseState},
        ledger::{Account, Journal},
        money::Money,
        order::{Order, OrderKind},
        refusal::Refusal,
        user::{Principal, Scope},
    },
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Read, Tx},
};

/// What is bought, for how much, and what a coupon made of it.
pub(super) struct Bought {
    pub(super) kind: OrderKind,
    pub(super) price: Money,
    pub(super) coupon: Option<Redemption>,
}

/// What a purchase comes to with the code that was typed, if one was.
pub(super) async fn redeem(
    core: &Core,
    shop: ShopId,
    user: UserId,
    typed: Option<&str>,
    (kind, price): (OrderKind, Money),
) -> Result<Bought> {
    let Some(typed) = typed else { return Ok(Bought { kind, price, coupon: None }) };
    let coupon = found(core, shop, user, typed).await?;
    let mut read = core.read().await?;
    coupon.allows(asked(core, read.as_mut(), &coupon, user).await?)?;
    let (kind, price, made) = coupon.redeem(kind, price)?;
    Ok(Bought { kind, price, coupon: Some(made) })
}

/// The coupon with this code; who misses again and again has to wait.
async fn found(core: &Core, shop: ShopId, user: UserId, typed: &str) -> Result<Coupon> {
    let search = async {
        let Some(plain) = coupon::code(typed) else { return Ok(None) };
        let found = core.read().await?.coupon_by_code(shop, &plain).await?;
        // What is off or not yet on is as unknown as what was never there, also to who tries many.
        let now = core.world.now();
        let found = found.filter(|c| c.user.is_none_or(|own| own == user));
        Ok(found.filter(|c| c.enabled && c.limits.from.is_none_or(|from| now >= from)))
    };
    sought(core, user, search, Refusal::CouponUnknown).await
}

async fn asked(core: &Core, read: &mut dyn Read, of: &Coupon, user: UserId) -> Result<Asked> {
    let (of_any, of_this) = read.count_coupon_uses(of.shop_id, of.id, user).await?;
    let has_paid = read.first_paid(of.shop_id, user).await?.is_some();
    Ok(Asked { now: core.world.now(), uses: of_this, uses_of_any: of_any, has_paid })
}

/// What a purchase would come to with a coupon: the price without it, and what it comes to.
pub(crate) async fn coupon_quote(
    core: &Core,
    who: &Principal,
    wish: &Wish,
    typed: &str,
) -> Result<(Money, Money, Redemption)> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let (kind, before) = wanted(core, read.as_mut(), &shop, user, wish).await?;
    drop(read);
    let bought = redeem(core, shop.id, user, Some(typed), (kind, before)).await?;
    let made = bought.coupon.ok_or(Refusal::CouponUnknown)?;
    Ok((before, bought.price, made))
}

/// Holds the use that an order takes, in the transaction that places it.
pub(super) async fn hold(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let Some(made) = &order.coupon else { return Ok(()) };
    let (shop, user) = (order.shop_id, order.user_id);
    // Before the coupon, so that of two first purchases with two coupons one sees the other.
    tx.lock_user(shop, user).await?.ok_or(Refusal::NotSignedIn)?;
    let held = tx.lock_coupon(shop, made.coupon_id).await?.ok_or(Refusal::CouponUnknown)?;
    held.allows(asked(core, tx.as_read(), &held, user).await?)?;
    let (order_id, coupon_id, at) = (order.id, made.coupon_id, order.created_at);
    let noted = CouponUse { order_id, shop_id: shop, coupon_id, user_id: user, state: UseState::Held, at };
    tx.save_coupon_use(&noted).await?;
    Ok(tx.save_coupon(held.map(|c| Coupon { taken: c.taken.saturating_add(1), ..c })).await?)
}

/// Gives the use of an order back that nobody pays any more. The order is held.
pub(super) async fn release(tx: &mut dyn Tx, order: &Order) -> Result<(), Failure> {
    become_state(tx, order, UseState::Released).await
}

/// The order was paid: its use is spent, and what the coupon adds to the wallet comes. The order is held.
pub(super) async fn spend(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    become_state(tx, order, UseState::Used).await?;
    let Some(made) = order.coupon.as_ref().filter(|made| made.bonus.is_positive()) else { return Ok(()) };
    let (shop, wallet) = (order.shop_id, Account::Wallet(order.user_id));
    let journal = Journal::new(core.world.id(), shop, format!("bonus:{}", order.id), core.world.now());
    Ok(settle::post(tx, &journal.transfer(Account::Promotion, wallet, made.bonus)?).await?)
}

async fn become_state(tx: &mut dyn Tx, order: &Order, state: UseState) -> Result<(), Failure> {
    if order.coupon.is_none() {
        return Ok(());
    }
    let Some(noted) = tx.coupon_use(order.shop_id, order.id).await? else { return Ok(()) };
    if noted.state == state {
        return Ok(());
    }
    let counts = |state| i64::from(state != UseState::Released);
    let change = counts(state) - counts(noted.state);
    if change != 0
        && let Some(held) = tx.lock_coupon(order.shop_id, noted.coupon_id).await?
    {
        let taken = |c: &Coupon| u32::try_from(i64::from(c.taken) + change).unwrap_or(0);
        tx.save_coupon(held.map(|c| Coupon { taken: taken(&c), ..c })).await?;
    }
    tx.save_coupon_use(&CouponUse { state, ..noted }).await
}

/// Whether an order was placed with this code, or both without one.
pub(super) fn is_same(order: &Order, typed: Option<&str>) -> bool {
    match (&order.coupon, typed) {
        (None, None) => true,
        (Some(made), Some(typed)) => coupon::code(typed).as_deref() == Some(made.code.as_str()),
        _ => false,
    }
}
