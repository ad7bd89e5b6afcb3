//! Orders of all customers, and taking them back.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::{
    backoffice::model::{OperatorOrderFilter, OperatorOrderPage, SendBackRequest, TransferOfOrderView},
    storefront::model::OrderView,
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Orders;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminOrders")]
impl Orders {
    /// List orders
    ///
    /// Newest first.
    #[oai(path = "/orders", method = "get", operation_id = "adminListOrders")]
    async fn orders(
        &self,
        caller: SignedIn,
        /// Of this user only.
        user_id: Query<Option<String>>,
        /// In this state only, e.g. `paid`.
        state: Query<Option<String>>,
        /// Only those that a person must look at.
        attention: Query<Option<bool>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorOrderPage> {
        let attention = attention.0.unwrap_or(false);
        let filter = OperatorOrderFilter { user_id: user_id.0, state: state.0, attention };
        Ok(Json(caller.office().orders(filter, page(cursor.0, limit.0)).await?))
    }

    /// See one order
    ///
    /// With its newest payment, and what of it the wallet pays.
    #[oai(path = "/orders/:order_id", method = "get", operation_id = "adminGetOrder")]
    async fn order(&self, caller: SignedIn, order_id: Path<String>) -> Answer<OrderView> {
        Ok(Json(caller.office().order(&order_id.0).await?))
    }

    /// Take an order back
    ///
    /// Undoes its service, then gives the price to the customer's wallet, once.
    #[oai(
        path = "/orders/:order_id/refund",
        method = "post",
        operation_id = "adminRefundOrder",
        transform = "once"
    )]
    async fn refund(
        &self,
        caller: SignedIn,
        order_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.office().refund_order(&order_id.0).await?))
    }

    /// Take an order back, to whoever paid
    ///
    /// Undoes its service, then gives the price to the customer's wallet, and sends what was paid for it back from there to
    /// where it came from. `not_returnable` when nothing of it can be sent back; what stays in the wallet after all flags
    /// the order.
    #[oai(
        path = "/orders/:order_id/refund-to-payer",
        method = "post",
        operation_id = "adminRefundOrderToPayer",
        transform = "once"
    )]
    async fn refund_to_payer(
        &self,
        caller: SignedIn,
        order_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.office().refund_order_to_payer(&order_id.0).await?))
    }

    /// List what came for an order
    ///
    /// Every transfer that was seen, and whether it can be sent back to whoever paid it.
    #[oai(path = "/orders/:order_id/transfers", method = "get", operation_id = "adminListTransfers")]
    async fn transfers(&self, caller: SignedIn, order_id: Path<String>) -> Answer<Vec<TransferOfOrderView>> {
        Ok(Json(caller.office().transfers(&order_id.0).await?))
    }

    /// Send a transfer back
    ///
    /// Takes what it brought out of the customer's wallet and has its gateway send it back to whoever paid it, once:
    /// `already_decided` the second time, `return_not_covered` when it was spent.
    #[oai(
        path = "/payments/:payment_id/send-back",
        method = "post",
        operation_id = "adminSendBack",
        transform = "once"
    )]
    async fn send_back(
        &self,
        caller: SignedIn,
        payment_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<SendBackRequest>,
    ) -> Result<Json<OrderView>, Said> {
        Ok(Json(caller.office().send_back(&payment_id.0, body.0).await?))
    }
}
