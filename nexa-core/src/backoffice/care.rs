//! What operators do for one customer or one order at a time.

use super::{
    LocalBackoffice,
    model::{GiftCodesRequest, GiftCodesView, OperatorSubscriptionView},
};
use crate::{
    domain::permission::Permission,
    engine::{cases, id},
    error::Result,
    storefront::model::OrderView,
};
use async_trait::async_trait;

/// Looking after customers.
///
/// # Behaviour
/// - `renew_link` gives a subscription another link; the one before is dead from then on, and its owner is told.
/// - `resolve_order` takes the mark off an order that could not be delivered, with a reason; what is about money answers
///   `bad_input`, and what was seen already `already_decided`.
/// - `make_gifts` makes all of them or none; the same key answers `already_decided`, and the codes stand with the
///   operator's own gifts. A reseller's shop pays for each: `not_supplied` when its credit does not cover all of them.
#[async_trait]
pub trait Care: Send + Sync {
    /// Gives a customer's subscription a new link.
    async fn renew_link(&self, subscription_id: &str) -> Result<OperatorSubscriptionView>;
    /// Says that what kept an order from being delivered was seen.
    async fn resolve_order(&self, order_id: &str, reason: &str) -> Result<OrderView>;
    /// Makes gifts of a plan for nothing. `key` makes a repeat harmless.
    async fn make_gifts(&self, request: GiftCodesRequest, key: String) -> Result<GiftCodesView>;
}

#[async_trait]
impl Care for LocalBackoffice {
    async fn renew_link(&self, subscription_id: &str) -> Result<OperatorSubscriptionView> {
        self.who.may(Permission::ServeCustomers)?;
        let held = id(subscription_id)?;
        cases::renew_link(&self.core, &self.who, held).await?;
        self.subscription_view(Permission::ServeCustomers, held).await
    }

    async fn resolve_order(&self, order_id: &str, reason: &str) -> Result<OrderView> {
        self.who.may(Permission::ServeCustomers)?;
        let order = id(order_id)?;
        cases::resolve_order(&self.core, &self.who, order, reason).await?;
        self.one_order(Permission::ServeCustomers, order).await
    }

    async fn make_gifts(&self, request: GiftCodesRequest, key: String) -> Result<GiftCodesView> {
        self.who.may(Permission::ServeCustomers)?;
        let GiftCodesRequest { plan_id, count, reason } = request;
        let codes = cases::make_gifts(&self.core, &self.who, id(&plan_id)?, count, &reason, key).await?;
        let shop = self.core.shop(self.core.read().await?.as_mut(), self.who.shop_id).await?;
        let mut read = self.core.read().await?;
        let home = read.link_settings(shop.id).await?.unwrap_or_default().home(&shop, &self.core.public_url);
        let links = codes.iter().map(|code| format!("{home}/?g={code}")).collect();
        Ok(GiftCodesView { codes, links })
    }
}
