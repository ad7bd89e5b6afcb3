//! Commissions and withdrawals.

use super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::storefront::model::{
    CommissionPage, PageRequest, WithdrawRequest, WithdrawalPage, WithdrawalView,
};
use poem_openapi::{
    OpenApi,
    param::{Header, Query},
    payload::Json,
};

pub struct Earnings;

#[OpenApi(tag = "Area::Invites")]
impl Earnings {
    /// List what orders brought me
    ///
    /// Newest first. A share is money of the wallet when its hold is over, and can be withdrawn from then on.
    #[oai(path = "/account/commissions", method = "get", operation_id = "listCommissions")]
    async fn commissions(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<CommissionPage> {
        Ok(Json(caller.store().commissions(PageRequest { cursor: cursor.0, limit: limit.0 }).await?))
    }

    /// List my withdrawals
    ///
    /// Newest first.
    #[oai(path = "/account/withdrawals", method = "get", operation_id = "listWithdrawals")]
    async fn withdrawals(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<WithdrawalPage> {
        Ok(Json(caller.store().withdrawals(PageRequest { cursor: cursor.0, limit: limit.0 }).await?))
    }

    /// Withdraw commission money
    ///
    /// It leaves the wallet at once, and somebody of the shop pays or refuses it. `not_enough_funds` says what is lacking: only
    /// money that came of commissions whose hold is over can be withdrawn. `withdrawal_not_offered` when the shop does not
    /// pay in this way, `amount_out_of_range` below the least amount, `payment_disputed` while a
    /// payment of mine is contested. A session needs a fresh proof (`prove_again`).
    #[oai(path = "/account/withdrawals", method = "post", operation_id = "withdraw", transform = "once")]
    async fn withdraw(
        &self,
        caller: SignedIn,
        /// Names this withdrawal; required, because a repeat would move money twice.
        #[oai(name = "Idempotency-Key")]
        _key: Header<String>,
        body: Json<WithdrawRequest>,
    ) -> Result<Made<WithdrawalView>, Said> {
        Ok(made(caller.store().withdraw(body.0).await?))
    }
}
