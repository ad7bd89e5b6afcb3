//! The part of the operator's port that is about those who bring customers.

use super::{
    LocalBackoffice,
    model::{
        AffiliateView, DecideRequest, OperatorCommissionPage, OperatorCommissionView, OperatorWithdrawalPage,
        OperatorWithdrawalView,
    },
};
use crate::{
    domain::{
        commission::{Affiliate, Commission, CommissionState, Sign},
        money::{Currency, Money},
        permission::{Permission, SEE_AFFILIATES},
        refusal::Refusal,
        withdrawal::{Withdrawal, WithdrawalState},
    },
    engine::cases,
    error::{Failure, Result},
    ids::WithdrawalId,
    ports::storage::{CommissionFilter, WithdrawalFilter},
    storefront::{
        model::PageRequest,
        view::{commission, money, next, withdrawal},
    },
};
use async_trait::async_trait;

/// Those who bring customers, what is odd about it, and what they want out of the shop.
///
/// # Behaviour
/// - `affiliates` shows at most fifty, those first who earned most.
/// - `approve_commission` lets one go on that was held; `refuse_commission` takes a reason, and refuses what is not in the
///   wallet yet. A second decision answers `already_decided`.
/// - `pay_withdrawal` takes what proves that it was paid; `refuse_withdrawal` takes a reason and puts the money back into
///   the wallet, once, without what was refunded of the orders that it came of. A second decision answers
///   `already_decided`.
#[async_trait]
pub trait Affiliates: Send + Sync {
    /// Whoever brings customers.
    async fn affiliates(&self) -> Result<Vec<AffiliateView>>;
    /// Commissions, newest first; of one state only, if it is named.
    async fn all_commissions(
        &self,
        state: Option<String>,
        page: PageRequest,
    ) -> Result<OperatorCommissionPage>;
    /// Lets a commission go on that was held.
    async fn approve_commission(&self, commission_id: &str) -> Result<OperatorCommissionView>;
    /// Refuses a commission.
    async fn refuse_commission(
        &self,
        commission_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorCommissionView>;
    /// Withdrawals, newest first; of one state only, if it is named.
    async fn all_withdrawals(
        &self,
        state: Option<String>,
        page: PageRequest,
    ) -> Result<OperatorWithdrawalPage>;
    /// A withdrawal was paid.
    async fn pay_withdrawal(
        &self,
        withdrawal_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorWithdrawalView>;
    /// Refuses a withdrawal.
    async fn refuse_withdrawal(
        &self,
        withdrawal_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorWithdrawalView>;
}

#[async_trait]
impl Affiliates for LocalBackoffice {
    async fn affiliates(&self) -> Result<Vec<AffiliateView>> {
        let all = cases::affiliates(&self.core, &self.who).await?;
        let mut read = self.core.read().await?;
        let currency = self.core.shop(read.as_mut(), self.who.shop_id).await?.currency;
        let mut shown = Vec::new();
        for one in &all {
            let shop = self.who.shop_id;
            let customer = cases::masked_customer(&self.core, read.as_mut(), shop, one.user_id).await?;
            shown.push(affiliate(one, customer, currency));
        }
        Ok(shown)
    }

    async fn all_commissions(
        &self,
        state: Option<String>,
        request: PageRequest,
    ) -> Result<OperatorCommissionPage> {
        let page = self.page(SEE_AFFILIATES, &request)?;
        let filter =
            CommissionFilter { user: None, state: state.as_deref().map(commission_state).transpose()? };
        let rows = self.core.read().await?.commissions(self.who.shop_id, filter, page).await?;
        let items = rows.iter().map(shown_commission).collect();
        Ok(OperatorCommissionPage { items, next: next(&rows, page, |row| row.id.to_string()) })
    }

    async fn approve_commission(&self, commission_id: &str) -> Result<OperatorCommissionView> {
        let id = self.id(Permission::MoveMoney, commission_id)?;
        Ok(shown_commission(&cases::decide_commission(&self.core, &self.who, id, None).await?))
    }

    async fn refuse_commission(
        &self,
        commission_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorCommissionView> {
        let id = self.id(Permission::MoveMoney, commission_id)?;
        let decided = cases::decide_commission(&self.core, &self.who, id, Some(&request.note)).await?;
        Ok(shown_commission(&decided))
    }

    async fn all_withdrawals(
        &self,
        state: Option<String>,
        request: PageRequest,
    ) -> Result<OperatorWithdrawalPage> {
        let page = self.page(SEE_AFFILIATES, &request)?;
        let filter =
            WithdrawalFilter { user: None, state: state.as_deref().map(withdrawal_state).transpose()? };
        let rows = self.core.read().await?.withdrawals(self.who.shop_id, filter, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(self.shown_withdrawal(row)?);
        }
        Ok(OperatorWithdrawalPage { items, next: next(&rows, page, |row| row.id.to_string()) })
    }

    async fn pay_withdrawal(
        &self,
        withdrawal_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorWithdrawalView> {
        self.decided(withdrawal_id, true, &request.note).await
    }

    async fn refuse_withdrawal(
        &self,
        withdrawal_id: &str,
        request: DecideRequest,
    ) -> Result<OperatorWithdrawalView> {
        self.decided(withdrawal_id, false, &request.note).await
    }
}

impl LocalBackoffice {
    async fn decided(&self, id: &str, paid: bool, words: &str) -> Result<OperatorWithdrawalView> {
        let id: WithdrawalId = self.id(Permission::MoveMoney, id)?;
        cases::decide_withdrawal(&self.core, &self.who, id, paid, words).await?;
        let row = self.core.read().await?.withdrawal(self.who.shop_id, id).await?;
        self.shown_withdrawal(&row.ok_or_else(|| Failure::core("a withdrawal is gone"))?)
    }

    /// Where the money goes is for those who pay it.
    fn shown_withdrawal(&self, of: &Withdrawal) -> Result<OperatorWithdrawalView> {
        let pays = self.who.may(Permission::MoveMoney).is_ok();
        let destination = if pays { cases::destination(&self.core, of)? } else { None };
        Ok(OperatorWithdrawalView {
            user_id: of.user_id.to_string(),
            withdrawal: withdrawal(of, destination),
        })
    }
}

fn commission_state(name: &str) -> Result<CommissionState, Refusal> {
    Ok(match name {
        "pending" => CommissionState::Pending,
        "held" => CommissionState::Held,
        "matured" => CommissionState::Matured,
        "refused" => CommissionState::Refused,
        "reversed" => CommissionState::Reversed,
        _ => return Err(Refusal::bad_input("state", "pending, held, matured, refused or reversed")),
    })
}

fn withdrawal_state(name: &str) -> Result<WithdrawalState, Refusal> {
    Ok(match name {
        "asked" => WithdrawalState::Asked,
        "paid" => WithdrawalState::Paid,
        "refused" => WithdrawalState::Refused,
        _ => return Err(Refusal::bad_input("state", "asked, paid or refused")),
    })
}

fn shown_commission(of: &Commission) -> OperatorCommissionView {
    OperatorCommissionView {
        user_id: of.user_id.to_string(),
        invited_id: of.invited_id.to_string(),
        order_id: of.order_id.to_string(),
        base: money(of.base),
        paid: money(of.paid),
        back: money(of.back),
        signs: of.signs.iter().copied().map(Sign::name).map(str::to_owned).collect(),
        commission: commission(of),
    }
}

fn affiliate(of: &Affiliate, customer: Option<String>, currency: Currency) -> AffiliateView {
    let sum = |minor| money(Money::new(minor, currency));
    AffiliateView {
        user_id: of.user_id.to_string(),
        customer,
        invited: of.invited,
        paying: of.paying,
        pending: sum(of.count.pending),
        matured: sum(of.count.matured),
        reversed: sum(of.count.reversed),
        days_pending: of.count.days_pending,
        days_given: of.count.days_given,
    }
}
