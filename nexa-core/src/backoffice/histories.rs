//! What became of one order, and what there is of one user.

use super::{
    LocalBackoffice,
    model::{OperatorTicketPage, OrderStoryView},
    reviews, view,
};
use crate::{
    domain::permission::{SEE_PAYMENTS, SEE_TICKETS, SEE_WALLETS},
    domain::refusal::Refusal,
    engine::cases::{self, Review},
    error::Result,
    ids::UserId,
    ports::storage::{Read, TicketFilter},
    storefront::{
        model::{PageRequest, WalletView},
        view::{next, wallet},
    },
};
use async_trait::async_trait;

/// Looking back.
///
/// # Behaviour
/// - `order_story` shows every try to pay an order, the newest first, with all that was seen of it, and whether it can be
///   taken back and its money be sent back.
/// - `user_wallet` is what the user sees of the wallet; `user_tickets` are that user's alone, newest first.
#[async_trait]
pub trait Histories: Send + Sync {
    /// One order, whose it is, and how it was paid.
    async fn order_story(&self, order_id: &str) -> Result<OrderStoryView>;
    /// What is in a user's wallet, and how it came and went.
    async fn user_wallet(&self, user_id: &str, page: PageRequest) -> Result<WalletView>;
    /// What a user asked.
    async fn user_tickets(&self, user_id: &str, page: PageRequest) -> Result<OperatorTicketPage>;
}

#[async_trait]
impl Histories for LocalBackoffice {
    async fn order_story(&self, order_id: &str) -> Result<OrderStoryView> {
        let (id, shop) = (self.id(SEE_PAYMENTS, order_id)?, self.who.shop_id);
        let mut read = self.read(SEE_PAYMENTS).await?;
        let order = read.order(shop, id).await?.ok_or(Refusal::NotFound)?;
        let mut payments = Vec::new();
        for payment in read.payments(shop, id).await? {
            let movements = read.movements(payment.id).await?;
            payments.push(reviews::view(&Review { order: order.clone(), payment, movements }));
        }
        payments.sort_by(|one, other| other.payment_id.cmp(&one.payment_id));
        let gifts = read.gifts(shop, order.user_id).await?;
        let gift = gifts.into_iter().find(|gift| gift.order_id == id);
        let can_be_taken_back = order.can_be_taken_back() && gift.is_none_or(|gift| gift.take_back().is_ok());
        let shown = view::order(read.as_mut(), &order).await?;
        drop(read);
        let transfers = cases::transfers(&self.core, &self.who, id).await?;
        let can_be_sent_back = can_be_taken_back && transfers.iter().any(|one| one.returnable);
        Ok(OrderStoryView { order: shown, payments, can_be_taken_back, can_be_sent_back })
    }

    async fn user_wallet(&self, user_id: &str, request: PageRequest) -> Result<WalletView> {
        let (page, user) = (self.page(SEE_WALLETS, &request)?, self.id::<UserId>(SEE_WALLETS, user_id)?);
        let mut read = self.read(SEE_WALLETS).await?;
        let shop = self.core.shop(read.as_mut(), self.who.shop_id).await?;
        known(read.as_mut(), self, user).await?;
        wallet(read.as_mut(), &shop, user, page).await
    }

    async fn user_tickets(&self, user_id: &str, request: PageRequest) -> Result<OperatorTicketPage> {
        let (page, user) = (self.page(SEE_TICKETS, &request)?, self.id::<UserId>(SEE_TICKETS, user_id)?);
        let mut read = self.read(SEE_TICKETS).await?;
        known(read.as_mut(), self, user).await?;
        let filter = TicketFilter { user: Some(user), state: None };
        let rows = read.tickets(self.who.shop_id, filter, page).await?;
        let items = rows.iter().map(|of| self.ticket_entry(of)).collect::<Result<_>>()?;
        Ok(OperatorTicketPage { items, next: next(&rows, page, |of| of.id.to_string()) })
    }
}

/// Refuses a user whom the shop does not have.
async fn known(read: &mut dyn Read, of: &LocalBackoffice, user: UserId) -> Result<()> {
    Ok(read.user(of.who.shop_id, user).await?.map(drop).ok_or(Refusal::NotFound)?)
}
