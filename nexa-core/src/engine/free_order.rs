//! Orders at no price: trials, what operators give away, and gifts that are claimed.

use super::Core;
use crate::{
    domain::{
        money::{Currency, Money},
        order::{Order, OrderKind, OrderState},
        refusal::Refusal,
    },
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Locked, Tx},
};

/// Places an order at no price and holds it, for its price of nothing to be taken. What it gives is worth nothing when
/// the plan is changed.
pub(super) async fn place(
    core: &Core,
    tx: &mut dyn Tx,
    shop_id: ShopId,
    user_id: UserId,
    kind: OrderKind,
    currency: Currency,
) -> Result<Locked<Order>> {
    let now = core.world.now();
    let order = Order {
        id: core.world.id(),
        shop_id,
        user_id,
        kind,
        price: Money::zero(currency),
        coupon: None,
        state: OrderState::Placed,
        attention: None,
        key: None,
        from_wallet: false,
        held: Money::zero(currency),
        holds: 0,
        created_at: now,
        expires_at: now,
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    };
    if tx.insert_order(&order).await? == Inserted::Taken {
        return Err(Refusal::InFlight.into());
    }
    Ok(tx.lock_order(shop_id, order.id).await?.ok_or(Refusal::NotFound)?)
}
