//! Money that came without saying for which payment.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once};
use nexa_core::backoffice::model::{AssignRequest, DepositView};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Deposits;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminReceipts")]
impl Deposits {
    /// List deposits that wait for you
    ///
    /// Money that a bank's message told of, and whose amount no open payment has, or that is above what you let pay an
    /// order by itself. Oldest first.
    #[oai(path = "/deposits", method = "get", operation_id = "adminListDeposits")]
    async fn deposits(
        &self,
        caller: SignedIn,
        /// The id of the last deposit of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<Vec<DepositView>> {
        Ok(Json(caller.office().deposits(page(cursor.0, limit.0)).await?))
    }

    /// Say which payment a deposit is for
    ///
    /// Settles the payment with the deposit's amount. Decided once; a second decision, and a payment that is paid
    /// already, are refused with `already_decided`. `wrong_currency` when the payment is made in another one.
    #[oai(
        path = "/deposits/:deposit_id/assign",
        method = "post",
        operation_id = "adminAssignDeposit",
        transform = "once"
    )]
    async fn assign(
        &self,
        caller: SignedIn,
        deposit_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<AssignRequest>,
    ) -> Answer<DepositView> {
        Ok(Json(caller.office().assign_deposit(&deposit_id.0, body.0).await?))
    }

    /// Set a deposit aside
    ///
    /// It is for no payment. `already_decided` when it was decided before.
    #[oai(path = "/deposits/:deposit_id/dismiss", method = "post", operation_id = "adminDismissDeposit")]
    async fn dismiss(&self, caller: SignedIn, deposit_id: Path<String>) -> Answer<DepositView> {
        Ok(Json(caller.office().dismiss_deposit(&deposit_id.0).await?))
    }
}
