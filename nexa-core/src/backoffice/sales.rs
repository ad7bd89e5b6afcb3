//! What a shop sold.

use super::{
    LocalBackoffice,
    model::{DaySalesView, MethodSalesView, PlanSalesView, SalesView},
};
use crate::{
    domain::{gateway::GatewayAccount, permission::Permission, plan::Plan, refusal::Refusal, sales},
    engine::cases,
    error::Result,
    storefront::view::money,
};
use async_trait::async_trait;
use jiff::civil::Date;

/// Sales of a shop.
///
/// # Behaviour
/// - `sales` of a day are what was paid on it by the shop's clock, beside the same day a week before; today's are those up
///   to this moment, unless the worker is thousands of events behind.
/// - What was counted stays on its day when the shop is given another zone, until all figures are folded again.
/// - What is taken back later stays on the day it was sold, and counts as a refund on the day it was taken back.
#[async_trait]
pub trait Sales: Send + Sync {
    /// What was sold on a day, e.g. `2026-11-27`, or today.
    async fn sales(&self, day: Option<String>) -> Result<SalesView>;
}

#[async_trait]
impl Sales for LocalBackoffice {
    async fn sales(&self, day: Option<String>) -> Result<SalesView> {
        self.who.may(Permission::Reports)?;
        let read = |text: String| text.parse::<Date>();
        let day =
            day.map(read).transpose().map_err(|_| Refusal::bad_input("day", "a date like 2026-11-27"))?;
        let daily = cases::sales(&self.core, &self.who, day).await?;
        let mut read = self.read(Permission::Reports).await?;
        let (plans, gateways) = (read.plans(daily.shop.id).await?, read.gateways(daily.shop.id).await?);
        Ok(SalesView {
            day: daily.day.to_string(),
            sales: shown(&daily.sales, &plans, &gateways),
            week_before: shown(&daily.week_before, &plans, &gateways),
        })
    }
}

fn shown(of: &sales::Sales, plans: &[Plan], gateways: &[GatewayAccount]) -> DaySalesView {
    let by_plan = of.by_plan.iter().map(|(plan, tally)| PlanSalesView {
        plan_id: plan.map(|id| id.to_string()),
        name: plans.iter().find(|p| Some(p.id) == *plan).map(|p| p.name.clone()),
        orders: tally.count,
        sum: money(tally.sum),
    });
    let by_method = of.by_gateway.iter().map(|(gateway, tally)| MethodSalesView {
        method: gateway.map_or_else(|| "wallet".to_owned(), |id| id.to_string()),
        name: gateways.iter().find(|g| Some(g.id) == *gateway).map(|g| g.name.clone()),
        orders: tally.count,
        sum: money(tally.sum),
    });
    DaySalesView {
        orders: of.orders,
        revenue: money(of.revenue),
        refunds: of.refunds.count,
        refunded: money(of.refunds.sum),
        top_ups: of.top_ups.count,
        topped_up: money(of.top_ups.sum),
        new_users: of.new_users,
        trials: of.trials,
        renewals: of.renewals,
        given: of.given,
        by_plan: by_plan.collect(),
        by_method: by_method.collect(),
    }
}
