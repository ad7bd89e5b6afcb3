//! The part of the operator's port that sends money back to whoever paid it.

use super::{
    LocalBackoffice,
    model::{SendBackRequest, TransferOfOrderView},
};
use crate::{
    domain::order::RefundTo,
    domain::permission::{Permission, SEE_PAYMENTS},
    engine::cases::{self, Transfer},
    error::Result,
    storefront::{
        model::OrderView,
        view::{moment, money, word},
    },
};
use async_trait::async_trait;

/// Transfers of money, and sending them back.
///
/// # Behaviour
/// - `transfers` shows all that came for an order, and what of it can be sent back.
/// - `send_back` takes what a transfer brought out of the customer's wallet, and has its gateway send the transfer back,
///   once; a second time it answers `already_decided`. When the gateway refuses, the wallet holds it again and the order
///   waits for a person.
/// - `send_back` of what was spent meanwhile answers `return_not_covered` and changes nothing.
/// - `refund_order_to_payer` takes an order back as `refund_order` does, and then sends back all that was paid for it.
#[async_trait]
pub trait Returns: Send + Sync {
    /// All that came for an order.
    async fn transfers(&self, order_id: &str) -> Result<Vec<TransferOfOrderView>>;
    /// Sends one transfer back to whoever paid it.
    async fn send_back(&self, payment_id: &str, request: SendBackRequest) -> Result<OrderView>;
    /// Takes an order back, with its money to go where it came from.
    async fn refund_order_to_payer(&self, order_id: &str) -> Result<OrderView>;
}

#[async_trait]
impl Returns for LocalBackoffice {
    async fn transfers(&self, order_id: &str) -> Result<Vec<TransferOfOrderView>> {
        let order = self.id(SEE_PAYMENTS, order_id)?;
        let all = cases::transfers(&self.core, &self.who, order).await?;
        Ok(all.iter().map(view).collect())
    }

    async fn send_back(&self, payment_id: &str, request: SendBackRequest) -> Result<OrderView> {
        let payment = self.id(Permission::MoveMoney, payment_id)?;
        let SendBackRequest { network, name } = request;
        let order = cases::send_back(&self.core, &self.who, payment, &network, &name).await?;
        self.one_order(Permission::MoveMoney, order).await
    }

    async fn refund_order_to_payer(&self, order_id: &str) -> Result<OrderView> {
        let order = self.id(Permission::MoveMoney, order_id)?;
        cases::begin_refund(&self.core, &self.who, order, RefundTo::Payer).await?;
        self.one_order(Permission::MoveMoney, order).await
    }
}

fn view(Transfer { payment, movement, returned, returnable }: &Transfer) -> TransferOfOrderView {
    TransferOfOrderView {
        payment_id: payment.id.to_string(),
        method: payment.gateway_id.to_string(),
        state: word(&payment.state),
        network: movement.family.clone(),
        name: movement.id.clone(),
        amount: money(movement.amount),
        finality: word(&movement.finality),
        returned: returned.as_ref().map(word),
        returnable: *returnable,
        seen_at: moment(movement.seen_at),
    }
}
