//! Payments that a person must look at.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::{
    backoffice::model::{AcceptPaymentRequest, DismissRequest, ReviewPage},
    storefront::model::OrderView,
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Reviews;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminOrders")]
impl Reviews {
    /// List payments to look at
    ///
    /// Those whose news contradicted our records, e.g. a transfer whose amount changed or that came for another payment.
    #[oai(path = "/reviews", method = "get", operation_id = "adminListReviews")]
    async fn reviews(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many orders, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<ReviewPage> {
        Ok(Json(caller.office().reviews(page(cursor.0, limit.0)).await?))
    }

    /// Say how much is there
    ///
    /// Beside what was counted, in the gateway's asset; it is credited once. `already_decided` when somebody was faster or
    /// the payment changed since.
    #[oai(
        path = "/reviews/:payment_id/accept",
        method = "post",
        operation_id = "adminAcceptPayment",
        transform = "once"
    )]
    async fn accept(
        &self,
        caller: SignedIn,
        payment_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<AcceptPaymentRequest>,
    ) -> Result<Json<OrderView>, Said> {
        Ok(Json(caller.office().accept_payment(&payment_id.0, body.0).await?))
    }

    /// Dismiss a doubt
    ///
    /// Nothing more is there than was counted.
    #[oai(path = "/reviews/:payment_id/dismiss", method = "post", operation_id = "adminDismissPayment")]
    async fn dismiss(
        &self,
        caller: SignedIn,
        payment_id: Path<String>,
        body: Json<DismissRequest>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.office().dismiss_payment(&payment_id.0, body.0).await?))
    }
}
