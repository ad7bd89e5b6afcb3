//! Those who bring customers.

use super::super::{Answer, Area};
use crate::caller::SignedIn;
use nexa_core::{
    backoffice::model::{
        AffiliateView, DecideRequest, OperatorCommissionPage, OperatorCommissionView, OperatorWithdrawalPage,
        OperatorWithdrawalView,
    },
    storefront::model::PageRequest,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};

/// See the module.
pub struct Affiliates;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminGrowth")]
impl Affiliates {
    /// List those who bring customers
    ///
    /// At most fifty, those first who earned most.
    #[oai(path = "/affiliates", method = "get", operation_id = "adminListAffiliates")]
    async fn affiliates(&self, caller: SignedIn) -> Answer<Vec<AffiliateView>> {
        Ok(Json(caller.office().affiliates().await?))
    }

    /// List commissions
    ///
    /// Newest first. Those in the state `held` wait for a decision.
    #[oai(path = "/commissions", method = "get", operation_id = "adminListCommissions")]
    async fn commissions(
        &self,
        caller: SignedIn,
        /// `pending`, `held`, `matured`, `refused` or `reversed`; all of them when not given.
        state: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorCommissionPage> {
        let page = PageRequest { cursor: cursor.0, limit: limit.0 };
        Ok(Json(caller.office().all_commissions(state.0, page).await?))
    }

    /// Approve a commission
    ///
    /// That was held; it is paid when its hold is over. `already_decided` when it was not held.
    #[oai(
        path = "/commissions/:commission_id/approve",
        method = "post",
        operation_id = "adminApproveCommission"
    )]
    async fn approve(&self, caller: SignedIn, commission_id: Path<String>) -> Answer<OperatorCommissionView> {
        Ok(Json(caller.office().approve_commission(&commission_id.0).await?))
    }

    /// Refuse a commission
    ///
    /// That is not in a wallet yet, with a reason that its owner reads.
    #[oai(
        path = "/commissions/:commission_id/refuse",
        method = "post",
        operation_id = "adminRefuseCommission"
    )]
    async fn refuse(
        &self,
        caller: SignedIn,
        commission_id: Path<String>,
        body: Json<DecideRequest>,
    ) -> Answer<OperatorCommissionView> {
        Ok(Json(caller.office().refuse_commission(&commission_id.0, body.0).await?))
    }

    /// List withdrawals
    ///
    /// Newest first. Where the money goes is told to those who may move money.
    #[oai(path = "/withdrawals", method = "get", operation_id = "adminListWithdrawals")]
    async fn withdrawals(
        &self,
        caller: SignedIn,
        /// `asked`, `paid` or `refused`; all of them when not given.
        state: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorWithdrawalPage> {
        let page = PageRequest { cursor: cursor.0, limit: limit.0 };
        Ok(Json(caller.office().all_withdrawals(state.0, page).await?))
    }

    /// Say that a withdrawal was paid
    ///
    /// With what proves it, which its owner reads. `already_decided` when somebody was faster.
    #[oai(path = "/withdrawals/:withdrawal_id/pay", method = "post", operation_id = "adminPayWithdrawal")]
    async fn pay(
        &self,
        caller: SignedIn,
        withdrawal_id: Path<String>,
        body: Json<DecideRequest>,
    ) -> Answer<OperatorWithdrawalView> {
        Ok(Json(caller.office().pay_withdrawal(&withdrawal_id.0, body.0).await?))
    }

    /// Refuse a withdrawal
    ///
    /// With a reason that its owner reads; the money is in the wallet again. `already_decided` when somebody was faster.
    #[oai(
        path = "/withdrawals/:withdrawal_id/refuse",
        method = "post",
        operation_id = "adminRefuseWithdrawal"
    )]
    async fn refuse_withdrawal(
        &self,
        caller: SignedIn,
        withdrawal_id: Path<String>,
        body: Json<DecideRequest>,
    ) -> Answer<OperatorWithdrawalView> {
        Ok(Json(caller.office().refuse_withdrawal(&withdrawal_id.0, body.0).await?))
    }
}
