//! The part of the operator's port that is about money that came without saying for which payment.

use super::{
    LocalBackoffice,
    model::{AssignRequest, DepositView},
};
use crate::{
    domain::deposit::{Deposit, DepositState},
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
/// - `assign_deposit` and `dismiss_deposit` decide once; a second decision answers `already_decided`.
#[async_trait]
pub trait Deposits: Send + Sync {
    /// Deposits that wait.
    async fn deposits(&self, page: PageRequest) -> Result<Vec<DepositView>>;
    /// Says which payment it is for.
    async fn assign_deposit(&self, deposit_id: &str, request: AssignRequest) -> Result<DepositView>;
    /// Says that it is for none.
    async fn dismiss_deposit(&self, deposit_id: &str) -> Result<DepositView>;
}

#[async_trait]
impl Deposits for LocalBackoffice {
    async fn deposits(&self, request: PageRequest) -> Result<Vec<DepositView>> {
        let page = self.page(&request)?;
        let waiting = cases::waiting_deposits(&self.core, &self.who, page).await?;
        Ok(waiting.iter().map(view).collect())
    }

    async fn assign_deposit(&self, deposit_id: &str, request: AssignRequest) -> Result<DepositView> {
        let (deposit, payment) = (self.id(deposit_id)?, self.id(&request.payment_id)?);
        Ok(view(&cases::assign_deposit(&self.core, &self.who, deposit, payment).await?))
    }

    async fn dismiss_deposit(&self, deposit_id: &str) -> Result<DepositView> {
        Ok(view(&cases::dismiss_deposit(&self.core, &self.who, self.id(deposit_id)?).await?))
    }
}

fn view(of: &Deposit) -> DepositView {
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
        heard_at: moment(of.heard_at),
    }
}
