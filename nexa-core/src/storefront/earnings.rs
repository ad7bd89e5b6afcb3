//! The part of the customer's port that is about commissions.

use super::{
    LocalStorefront,
    model::{CommissionPage, CommissionView, PageRequest, WithdrawRequest, WithdrawalPage, WithdrawalView},
    view::{amount, moment, money, next, page, word},
};
use crate::{
    domain::{
        commission::{Commission, RewardDays},
        user::Scope,
        withdrawal::{Withdrawal, WithdrawalWay},
    },
    engine::cases::{self, Withdraw},
    error::{Failure, Result},
    ports::storage::{CommissionFilter, WithdrawalFilter},
};
use async_trait::async_trait;

/// What the invitations of one customer brought, and taking it out of the shop.
///
/// # Behaviour
/// - `commissions` shows every share that an order brought the caller, without saying whose order it was.
/// - `withdraw` takes money out of the wallet that came of commissions whose hold is over, and no other money; what is
///   lacking is answered with `not_enough_funds`, whoever else spends from the wallet meanwhile.
/// - `withdraw` answers `prove_again` when the session was opened, or `Storefront::prove` was called with it, 15 minutes ago or
///   longer. A key for programs with the scope `buy` proves nothing, and needs not.
/// - What is refused is in the wallet again, and can be withdrawn again.
#[async_trait]
pub trait Earnings: Send + Sync {
    /// What orders brought me, newest first.
    async fn commissions(&self, page: PageRequest) -> Result<CommissionPage>;
    /// What I wanted out of the shop, newest first.
    async fn withdrawals(&self, page: PageRequest) -> Result<WithdrawalPage>;
    /// Takes commission money out of the shop. Takes a fresh proof.
    async fn withdraw(&self, request: WithdrawRequest) -> Result<WithdrawalView>;
}

#[async_trait]
impl Earnings for LocalStorefront {
    async fn commissions(&self, request: PageRequest) -> Result<CommissionPage> {
        let (user, page) = (self.who.with(Scope::Read)?, page(&request)?);
        let filter = CommissionFilter { user: Some(user), state: None };
        let rows = self.core.read().await?.commissions(self.who.shop_id, filter, page).await?;
        let items = rows.iter().map(commission).collect();
        Ok(CommissionPage { items, next: next(&rows, page, |row| row.id.to_string()) })
    }

    async fn withdrawals(&self, request: PageRequest) -> Result<WithdrawalPage> {
        let (user, page) = (self.who.with(Scope::Read)?, page(&request)?);
        let filter = WithdrawalFilter { user: Some(user), state: None };
        let rows = self.core.read().await?.withdrawals(self.who.shop_id, filter, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(withdrawal(row, cases::destination(&self.core, row)?));
        }
        Ok(WithdrawalPage { items, next: next(&rows, page, |row| row.id.to_string()) })
    }

    async fn withdraw(&self, request: WithdrawRequest) -> Result<WithdrawalView> {
        let way = WithdrawalWay::from_name(&request.way)?;
        let asked = Withdraw { amount: amount(&request.amount)?, way, destination: request.destination };
        let id = cases::withdraw(&self.core, &self.who, asked).await?;
        let row = self.core.read().await?.withdrawal(self.who.shop_id, id).await?;
        let row = row.ok_or_else(|| Failure::core("a withdrawal is gone"))?;
        Ok(withdrawal(&row, cases::destination(&self.core, &row)?))
    }
}

pub(crate) fn commission(of: &Commission) -> CommissionView {
    CommissionView {
        commission_id: of.id.to_string(),
        level: of.level.number(),
        amount: money(of.amount),
        reversed: money(of.reversed),
        days: of.days.map(RewardDays::due),
        state: word(&of.state),
        reason: of.reason.clone(),
        made_at: moment(of.made_at),
        matures_at: moment(of.matures_at),
    }
}

pub(crate) fn withdrawal(of: &Withdrawal, destination: Option<String>) -> WithdrawalView {
    WithdrawalView {
        withdrawal_id: of.id.to_string(),
        amount: money(of.amount),
        way: word(&of.way),
        destination,
        state: word(&of.state),
        note: of.note.clone(),
        asked_at: moment(of.asked_at),
        decided_at: of.decided_at.map(moment),
    }
}
