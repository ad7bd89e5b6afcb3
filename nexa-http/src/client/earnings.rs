//! Commissions and withdrawals.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Earnings,
        model::{CommissionPage, PageRequest, WithdrawRequest, WithdrawalPage, WithdrawalView},
    },
};

#[async_trait]
impl Earnings for Remote {
    async fn commissions(&self, page: PageRequest) -> Result<CommissionPage> {
        self.view(Call::new(api::COMMISSIONS, &[]).page(page)).await
    }
    async fn withdrawals(&self, page: PageRequest) -> Result<WithdrawalPage> {
        self.view(Call::new(api::WITHDRAWALS, &[]).page(page)).await
    }
    async fn withdraw(&self, request: WithdrawRequest) -> Result<WithdrawalView> {
        self.ask(Call::new(api::WITHDRAW, &[]).json(&request)?).await
    }
}
