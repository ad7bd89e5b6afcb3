//! Leaving: what is known of a person goes, what the books need stays under an id that leads to nobody.

use super::{passkeys::forget_passkeys, sessions::fresh_session};
use crate::{
    domain::{
        event::Event,
        ledger::Account,
        order::{Order, OrderKind, OrderState, RefundTo},
        payment::PaymentState,
        receipt::Decision,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        user::{Principal, User},
        withdrawal::WithdrawalState,
    },
    engine::{Core, commissions, coupons, gifts, hold, refund::unwant_all, withdrawals},
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{OrderFilter, Page, Tx, WithdrawalFilter},
};

/// Deletes the caller's account. With money in it, or on its way, only when the caller says that it may be lost: it stays
/// in the books.
pub(crate) async fn delete_account(core: &Core, who: &Principal, forfeit: bool) -> Result<()> {
    let shop = who.shop_id;
    let mut tx = core.begin().await?;
    let user_id = fresh_session(core, tx.as_read(), who).await?.user_id;
    hold_orders(tx.as_mut(), shop, user_id).await?;
    let user = tx.lock_user(shop, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if user.role.is_staff() {
        // A shop must not be left without anybody who runs it.
        return Err(Refusal::NotAllowed.into());
    }
    if tx.reseller_by_account(shop, user_id).await?.is_some() {
        // It is what a shop sells on.
        return Err(Refusal::StillInUse.into());
    }
    let orders = all_orders(tx.as_mut(), shop, user_id).await?;
    if !forfeit && has_money(core, tx.as_mut(), shop, user_id, &orders).await? {
        return Err(Refusal::WalletNotEmpty.into());
    }
    for order in &orders {
        close(core, tx.as_mut(), order).await?;
    }
    blank_notes(tx.as_mut(), &orders).await?;
    revoke_all(core, tx.as_mut(), shop, user_id).await?;
    withdrawals::forget(core, tx.as_mut(), shop, user_id).await?;
    commissions::forget(tx.as_mut(), shop, user_id).await?;
    forget(tx.as_mut(), shop, user_id).await?;
    // Nobody can become this user again; blocking says the same to whoever holds an old page of the operator's.
    tx.save_user(&User { blocked: true, locale: None, ..user.into_inner() }).await?;
    core.record(tx.as_mut(), shop, Event::UserLeft { user: user_id }).await?;
    Ok(core.commit(tx).await?)
}

/// Holds the orders of a user of which something may still come. To be called before the user is held, as everybody does who
/// pays or delivers one.
pub(super) async fn hold_orders(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    for order in all_orders(tx, shop, user).await? {
        if order.is_open() || order.state == OrderState::Paid || matches!(order.kind, OrderKind::Gift(_)) {
            tx.lock_order(shop, order.id).await?;
        }
    }
    Ok(())
}

/// All orders of a user, newest first.
pub(super) async fn all_orders(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<Vec<Order>> {
    let filter = OrderFilter { user: Some(user), ..OrderFilter::default() };
    let mut page = Page { before: None, limit: Page::MOST };
    let mut all = Vec::new();
    loop {
        let rows = tx.orders(shop, filter, page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.before = Some(crate::ids::Id::uuid(last.id));
        all.extend(rows);
    }
}

/// Whether something would be lost: a balance, an order that is paid and not delivered or being taken back, a transfer
/// that was seen, a receipt that nobody decided on.
async fn has_money(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
    orders: &[Order],
) -> Result<bool> {
    let currency = core.shop(tx.as_read(), shop).await?.currency;
    for account in [Account::Wallet(user), Account::Held(user)] {
        if tx.balance(shop, account, currency).await?.is_positive() {
            return Ok(true);
        }
    }
    let asked = WithdrawalFilter { user: Some(user), state: Some(WithdrawalState::Asked) };
    if tx.commission_count(shop, user).await?.pending > 0
        || !tx.withdrawals(shop, asked, Page::default()).await?.is_empty()
    {
        return Ok(true);
    }
    for order in orders {
        let credit = matches!(&order.kind, OrderKind::Change(change) if change.to_wallet.is_positive());
        let (undelivered, refunding) =
            (order.state == OrderState::Paid, order.state == OrderState::Refunding);
        if (undelivered || refunding) && order.price.is_positive() || undelivered && credit {
            return Ok(true);
        }
        for payment in tx.payments(shop, order.id).await? {
            // What is on its way back may be refused, and what is contested may be won.
            if matches!(payment.state, PaymentState::Refunding | PaymentState::Disputed) {
                return Ok(true);
            }
            if !order.is_open() {
                continue;
            }
            let coming = matches!(payment.state, PaymentState::Seen | PaymentState::Underpaid);
            let receipts = tx.receipts(shop, payment.id).await?;
            if coming || receipts.iter().any(|r| r.decision == Decision::Waiting) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Nothing more may be delivered for an order.
async fn close(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let (shop, id) = (order.shop_id, order.id);
    let step = match order.state {
        OrderState::Placed | OrderState::AwaitingPayment => Order::cancel,
        // A gift that waits for what it costs a reseller: there is no service to undo.
        OrderState::Paid if order.price.is_positive() && matches!(order.kind, OrderKind::Gift(_)) => {
            let held = tx.lock_order(shop, id).await?.ok_or(Refusal::NotFound)?;
            return gifts::undo(core, tx, held).await;
        }
        OrderState::Paid if order.price.is_positive() => Order::begin_refund,
        OrderState::Paid => match order.kind {
            // It is being set up just now; there is something to revoke in a moment.
            OrderKind::New(_) | OrderKind::Trial(_) | OrderKind::Given(_) => {
                return Err(Refusal::InFlight.into());
            }
            // What it gave goes with the subscription.
            _ if order.applied_at.is_some() => return Ok(()),
            _ => Order::drop_free,
        },
        _ => return Ok(()),
    };
    let held = tx.lock_order(shop, id).await?.ok_or(Refusal::NotFound)?;
    let held = hold::release(core, tx, held).await?.try_map(step)?;
    let event = match held.subscription_id() {
        Some(subscription) if held.state == OrderState::Refunding => {
            Event::RefundBegun { order: id, subscription, to: RefundTo::Wallet }
        }
        _ => Event::OrderCancelled { order: id },
    };
    if held.state == OrderState::Cancelled {
        coupons::release(tx, &held).await?;
    }
    tx.save_order(held).await?;
    Ok(core.record(tx, shop, event).await?)
}

/// All subscriptions of a user, newest first.
pub(super) async fn all_subscriptions(
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
) -> Result<Vec<Subscription>> {
    let mut page = Page { before: None, limit: Page::MOST };
    let mut all = Vec::new();
    loop {
        let rows = tx.subscriptions(shop, Some(user), page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.before = Some(crate::ids::Id::uuid(last.id));
        all.extend(rows);
    }
}

async fn revoke_all(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    for Subscription { id, state, .. } in all_subscriptions(tx, shop, user).await? {
        let held = tx.lock_subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
        // Its owner's words go; nothing else of one that was taken back before needs a change.
        tx.save_subscription(held.map(|s| Subscription { name: None, ..s.revoke() })).await?;
        for device in tx.devices(shop, id).await? {
            tx.delete_device(shop, id, device.id).await?;
        }
        tx.delete_device_removals(shop, id).await?;
        tx.delete_usage(shop, id).await?;
        if state != SubscriptionState::Revoked {
            unwant_all(tx, id).await?;
            core.record(tx, shop, Event::SubscriptionChanged { subscription: id }).await?;
        }
    }
    Ok(())
}

/// What the user wrote beside gifts goes, also of those that others have.
async fn blank_notes(tx: &mut dyn Tx, orders: &[Order]) -> Result<()> {
    for order in orders {
        let OrderKind::Gift(sale) = &order.kind else { continue };
        let blank = OrderKind::Gift(sale.clone().without_note());
        let held = tx.lock_order(order.shop_id, order.id).await?.ok_or(Refusal::NotFound)?;
        tx.save_order(held.map(|order| Order { kind: blank, ..order })).await?;
    }
    Ok(())
}

async fn forget(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    for identity in tx.identities(shop, user).await? {
        tx.delete_identity(shop, identity.kind, &identity.lookup).await?;
    }
    for token in tx.tokens(shop, user).await? {
        tx.delete_token(shop, token.id).await?;
    }
    for browser in tx.push_targets(shop, user).await? {
        tx.delete_push_target(shop, Some(user), &browser.lookup).await?;
    }
    tx.delete_invitation(shop, user).await?;
    tx.forget_click(shop, user).await?;
    tx.delete_second_factor(shop, user).await?;
    tx.delete_dialogue(shop, user).await?;
    forget_passkeys(tx, shop, user).await?;
    tx.delete_notices(shop, user).await?;
    tx.delete_reach(shop, user).await?;
    tx.delete_tickets(shop, user).await?;
    tx.blank_receipts(shop, user).await?;
    Ok(())
}
