//! The part of the operator's port that is about money that came without saying for which payment.

use super::{
    LocalBackoffice,
    model::{AssignRequest, DepositView, UnpaidPaymentView},
};
use crate::{
    domain::{
        deposit::{Deposit, DepositState},
        order::OrderNumber,
        payment::Payment,
        permission::{Permission, SEE_PAYMENTS},
    },
    engine::cases,
    error::Result,
    storefront::{
        model::PageRequest,
        view::{moment, money},
    },
};
use async_trait::async_trait;

/// Deposits that a bank told of, as the operator sees them.
///
/// # Behaviour
/// - `deposits` gives those that wait for a person, oldest first.
/// - `assign_deposit` credits a payment that is not paid yet; one that is answers `already_decided`, unless a deposit was
///   matched with it before, so that this one is more.
/// - `assign_deposit_to_order` is `assign_deposit` to the last payment of the order at the deposit's gateway.
/// - `unpaid_payments` gives what a deposit at a gateway may be for: what waits for money there or was given up for lack
///   of it, newest first.
/// - `assign_deposit` and `dismiss_deposit` decide once; a second decision answers `already_decided`.
#[async_trait]
pub trait Deposits: Send + Sync {
    /// Deposits that wait.
    async fn deposits(&self, page: PageRequest) -> Result<Vec<DepositView>>;
    /// Says which payment it is for.
    async fn assign_deposit(&self, deposit_id: &str, request: AssignRequest) -> Result<DepositView>;
    /// Says by the number of its order which payment it is for.
    async fn assign_deposit_to_order(&self, deposit_id: &str, number: &str) -> Result<DepositView>;
    /// Payments at a gateway that are not paid.
    async fn unpaid_payments(&self, gateway_id: &str, page: PageRequest) -> Result<Vec<UnpaidPaymentView>>;
    /// Says that it is for none.
    async fn dismiss_deposit(&self, deposit_id: &str) -> Result<DepositView>;
}

#[async_trait]
impl Deposits for LocalBackoffice {
    async fn deposits(&self, request: PageRequest) -> Result<Vec<DepositView>> {
        let page = self.page(SEE_PAYMENTS, &request)?;
        let waiting = cases::waiting_deposits(&self.core, &self.who, page).await?;
        let mut all = Vec::new();
        for of in &waiting {
            all.push(self.deposit_view(of).await?);
        }
        Ok(all)
    }

    async fn assign_deposit(&self, deposit_id: &str, request: AssignRequest) -> Result<DepositView> {
        let (deposit, payment) = (
            self.id(Permission::DecidePayments, deposit_id)?,
            self.id(Permission::DecidePayments, &request.payment_id)?,
        );
        let assigned = cases::assign_deposit(&self.core, &self.who, deposit, payment).await?;
        self.deposit_view(&assigned).await
    }

    async fn assign_deposit_to_order(&self, deposit_id: &str, number: &str) -> Result<DepositView> {
        let deposit = self.id(Permission::DecidePayments, deposit_id)?;
        let payment = cases::numbered_payment(&self.core, &self.who, deposit, number).await?;
        let assigned = cases::assign_deposit(&self.core, &self.who, deposit, payment).await?;
        self.deposit_view(&assigned).await
    }

    async fn unpaid_payments(
        &self,
        gateway_id: &str,
        request: PageRequest,
    ) -> Result<Vec<UnpaidPaymentView>> {
        let (page, gateway) = (self.page(SEE_PAYMENTS, &request)?, self.id(SEE_PAYMENTS, gateway_id)?);
        let unpaid = cases::unpaid_payments(&self.core, &self.who, gateway, page).await?;
        Ok(unpaid.iter().map(unpaid_payment).collect())
    }

    async fn dismiss_deposit(&self, deposit_id: &str) -> Result<DepositView> {
        let dismissed =
            cases::dismiss_deposit(&self.core, &self.who, self.id(Permission::DecidePayments, deposit_id)?)
                .await?;
        self.deposit_view(&dismissed).await
    }
}

impl LocalBackoffice {
    async fn deposit_view(&self, of: &Deposit) -> Result<DepositView> {
        let payment = match of.payment_id {
            Some(id) => self.read(SEE_PAYMENTS).await?.payment(of.shop_id, id).await?,
            None => None,
        };
        Ok(view(of, payment.as_ref()))
    }
}

fn unpaid_payment(of: &Payment) -> UnpaidPaymentView {
    UnpaidPaymentView {
        payment_id: of.id.to_string(),
        order_number: OrderNumber::of(of.order_id).to_string(),
        due: money(of.due),
        created_at: moment(of.created_at),
    }
}

fn view(of: &Deposit, payment: Option<&Payment>) -> DepositView {
    let state = match of.state {
        DepositState::Waiting => "waiting",
        DepositState::Matched => "matched",
        DepositState::Dismissed => "dismissed",
    };
    DepositView {
        deposit_id: of.id.to_string(),
        gateway_id: of.gateway_id.to_string(),
        place: of.place.clone(),
        amount: money(of.amount),
        state: state.to_owned(),
        payment_id: of.payment_id.map(|id| id.to_string()),
        order_number: payment.map(|payment| OrderNumber::of(payment.order_id).to_string()),
        heard_at: moment(of.heard_at),
    }
}
