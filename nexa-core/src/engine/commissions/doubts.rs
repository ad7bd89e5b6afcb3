//! What is odd about a commission, and whether the money that it is counted from stays.

use crate::{
    domain::{
        commission::{CROWD_WITHIN, FAR, Level, Looked, Share, Sign, signs},
        order::{Attention, Order, OrderState},
        time::after,
        user::IdentityKind,
    },
    engine::{Core, account},
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{OrderFilter, Page, Read, Tx},
};

/// Whether it is open yet whether an order stays paid: it is being taken back, or its user contests a payment, maybe one
/// that filled the wallet it was paid from.
pub(super) async fn is_unsettled(tx: &mut dyn Tx, order: &Order) -> Result<bool> {
    let own = order.attention == Some(Attention::PaymentDisputed) || order.state == OrderState::Refunding;
    Ok(own || tx.is_contested(order.shop_id, order.user_id).await?)
}

/// Whether money that an order's user paid for something else, maybe to fill the wallet, was taken back.
pub(super) async fn has_lost(read: &mut dyn Read, of: &Order) -> Result<bool> {
    let filter = OrderFilter { user: Some(of.user_id), state: None, attention: true };
    let flagged = read.orders(of.shop_id, filter, Page::default()).await?;
    Ok(flagged.iter().any(|o| o.id != of.id && o.attention == Some(Attention::PaymentReversed)))
}

/// What is odd about it. Only what the shop knows anyway is looked at.
pub(super) async fn look(core: &Core, tx: &mut dyn Tx, order: &Order, share: Share) -> Result<Vec<Sign>> {
    let (shop, invited) = (order.shop_id, order.user_id);
    let mail = addresses(core, tx.as_read(), shop, share.user).await?;
    let their_mail = addresses(core, tx.as_read(), shop, invited).await?;
    let circle = brought(tx.as_read(), shop, share.user, invited).await?;
    let since = after(core.world.now(), -CROWD_WITHIN);
    let mut crowd = tx.crowd(shop, share.user, since).await?;
    if share.level == Level::Second {
        crowd.lately = 0;
    }
    Ok(signs(Looked { mail: &mail, their_mail: &their_mail, circle, crowd }))
}

async fn addresses(core: &Core, read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for identity in read.identities(shop, user).await? {
        if identity.kind == IdentityKind::Email {
            found.extend(account::clear(core, &identity)?);
        }
    }
    Ok(found)
}

/// Whether a user was brought by another, over others or not.
async fn brought(read: &mut dyn Read, shop: ShopId, user: UserId, by: UserId) -> Result<bool, Failure> {
    let mut at = user;
    for _ in 0..FAR {
        let Some(known) = read.referral(shop, at).await? else { return Ok(false) };
        if known.referrer_id == by {
            return Ok(true);
        }
        at = known.referrer_id;
    }
    Ok(false)
}
