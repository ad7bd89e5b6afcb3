//! Orders of all customers, and taking them back.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once};
use nexa_core::{
    backoffice::model::{OperatorOrderFilter, OperatorOrderPage},
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
}
