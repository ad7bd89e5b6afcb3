//! What operators give away, what they did, and whether the shop sells.

use super::{
    LocalBackoffice,
    model::{
        ExtendRequest, GrantRequest, MaintenanceRequest, OperatorActionPage, OperatorActionView,
        OperatorSubscriptionView, ShopView,
    },
    view,
};
use crate::{
    domain::{
        deed::{Deed, DeedRecord},
        measure::Traffic,
        permission::Permission,
        subscription::More,
    },
    engine::cases,
    error::Result,
    storefront::{
        model::{OrderView, PageRequest},
        view::{moment, money, next},
    },
};
use async_trait::async_trait;

/// What operators may do beside selling.
///
/// # Behaviour
/// - `grant_subscription` and `extend_subscription` with the same key and the same wish are done once; another wish with
///   the same key answers `key_reused`.
/// - What is given away is worth nothing when the plan is changed.
/// - `actions` names who did what when: everything that is given, extended, stopped, blocked, corrected, decided or taken
///   back.
/// - Under maintenance customers are refused with `maintenance` whatever they want to buy; links, pages and money that is
///   on its way go on, and operators may still buy.
#[async_trait]
pub trait HandOuts: Send + Sync {
    /// Gives a user a subscription of a plan for nothing. `key` makes a repeat harmless.
    async fn grant_subscription(
        &self,
        user_id: &str,
        request: GrantRequest,
        key: String,
    ) -> Result<OrderView>;
    /// Adds days or traffic to the current period of a subscription, and tells its owner. `key` makes a repeat harmless.
    async fn extend_subscription(
        &self,
        subscription_id: &str,
        request: ExtendRequest,
        key: String,
    ) -> Result<OperatorSubscriptionView>;
    /// What operators did, newest first.
    async fn actions(&self, page: PageRequest) -> Result<OperatorActionPage>;
    /// Lets customers buy nothing, or again.
    async fn set_maintenance(&self, request: MaintenanceRequest) -> Result<ShopView>;
}

#[async_trait]
impl HandOuts for LocalBackoffice {
    async fn grant_subscription(
        &self,
        user_id: &str,
        request: GrantRequest,
        key: String,
    ) -> Result<OrderView> {
        let (user, plan) = (
            self.id(Permission::ServeCustomers, user_id)?,
            self.id(Permission::ServeCustomers, &request.plan_id)?,
        );
        let order =
            cases::grant_subscription(&self.core, &self.who, user, plan, &request.reason, key).await?;
        self.one_order(Permission::ServeCustomers, order).await
    }

    async fn extend_subscription(
        &self,
        subscription_id: &str,
        request: ExtendRequest,
        key: String,
    ) -> Result<OperatorSubscriptionView> {
        let held = self.id(Permission::ServeCustomers, subscription_id)?;
        let traffic = Traffic::bytes(request.traffic_bytes.unwrap_or(0));
        let more = More { days: request.days.unwrap_or(0), traffic };
        cases::extend_subscription(&self.core, &self.who, held, more, &request.reason, key).await?;
        self.subscription_view(Permission::ServeCustomers, held).await
    }

    async fn actions(&self, request: PageRequest) -> Result<OperatorActionPage> {
        let page = self.page(Permission::Staff, &request)?;
        let rows = self.read(Permission::Staff).await?.actions(self.who.shop_id, page).await?;
        let items = rows.iter().map(shown).collect();
        Ok(OperatorActionPage { items, next: next(&rows, page, |a| a.id.to_string()) })
    }

    async fn set_maintenance(&self, request: MaintenanceRequest) -> Result<ShopView> {
        let note = request.note.unwrap_or_default();
        Ok(view::shop(&cases::set_maintenance(&self.core, &self.who, request.on, &note).await?))
    }
}

fn shown(of: &DeedRecord) -> OperatorActionView {
    let bare = OperatorActionView {
        action_id: of.id.to_string(),
        operator_id: of.operator.to_string(),
        deed: of.deed.name().to_owned(),
        user_id: None,
        subscription_id: None,
        plan_id: None,
        order_id: None,
        receipt_id: None,
        deposit_id: None,
        payment_id: None,
        broadcast_id: None,
        reseller_id: None,
        bulk_id: None,
        count: None,
        amount: None,
        days: None,
        traffic_bytes: None,
        reason: of.reason.clone(),
        at: moment(of.at),
    };
    match of.deed {
        Deed::Given { user, plan, order, subscription } => OperatorActionView {
            user_id: Some(user.to_string()),
            plan_id: Some(plan.to_string()),
            order_id: Some(order.to_string()),
            subscription_id: Some(subscription.to_string()),
            ..bare
        },
        Deed::Extended { subscription, days, traffic } => OperatorActionView {
            subscription_id: Some(subscription.to_string()),
            days: Some(days),
            traffic_bytes: Some(traffic.as_bytes()),
            ..bare
        },
        Deed::Suspended { subscription }
        | Deed::Resumed { subscription }
        | Deed::Revoked { subscription }
        | Deed::LinkRenewed { subscription } => {
            OperatorActionView { subscription_id: Some(subscription.to_string()), ..bare }
        }
        Deed::Blocked { user } | Deed::Unblocked { user } => {
            OperatorActionView { user_id: Some(user.to_string()), ..bare }
        }
        Deed::WalletCorrected { user, by } => {
            OperatorActionView { user_id: Some(user.to_string()), amount: Some(money(by)), ..bare }
        }
        Deed::Refunded { order } | Deed::RefundedToPayer { order } | Deed::OrderResolved { order } => {
            OperatorActionView { order_id: Some(order.to_string()), ..bare }
        }
        _ => about_the_shop(of.deed, bare),
    }
}

/// What was done about many, or about the shop.
fn about_the_shop(deed: Deed, bare: OperatorActionView) -> OperatorActionView {
    match deed {
        Deed::BroadcastSent { broadcast } | Deed::BroadcastStopped { broadcast } => {
            OperatorActionView { broadcast_id: Some(broadcast.to_string()), ..bare }
        }
        Deed::GiftsMade { plan, count } => {
            OperatorActionView { plan_id: Some(plan.to_string()), count: Some(count), ..bare }
        }
        Deed::BulkBegun { bulk, count } => {
            OperatorActionView { bulk_id: Some(bulk.to_string()), count: Some(count), ..bare }
        }
        Deed::ImportBegun { rows, .. } => OperatorActionView { count: Some(rows), ..bare },
        Deed::Imported { services, credited, .. } => {
            OperatorActionView { count: Some(services), amount: Some(money(credited)), ..bare }
        }
        Deed::BulkStopped { bulk } => OperatorActionView { bulk_id: Some(bulk.to_string()), ..bare },
        Deed::AdoptionSet { plan } => {
            OperatorActionView { plan_id: plan.map(|plan| plan.to_string()), ..bare }
        }
        Deed::PlanTaken { plan } => OperatorActionView { plan_id: Some(plan.to_string()), ..bare },
        Deed::ResellerAdded { reseller }
        | Deed::ResellerChanged { reseller }
        | Deed::ResellerSuspended { reseller }
        | Deed::ResellerResumed { reseller }
        | Deed::ResellerLinkRenewed { reseller } => {
            OperatorActionView { reseller_id: Some(reseller.to_string()), ..bare }
        }
        Deed::TicketAssigned { to, .. } => {
            OperatorActionView { user_id: to.map(|user| user.to_string()), ..bare }
        }
        _ => about_money(deed, bare),
    }
}

/// What was decided about money that came.
fn about_money(deed: Deed, bare: OperatorActionView) -> OperatorActionView {
    match deed {
        Deed::ReceiptAccepted { receipt, received } => OperatorActionView {
            receipt_id: Some(receipt.to_string()),
            amount: Some(money(received)),
            ..bare
        },
        Deed::ReceiptRejected { receipt } => {
            OperatorActionView { receipt_id: Some(receipt.to_string()), ..bare }
        }
        Deed::DepositAssigned { deposit, payment } => OperatorActionView {
            deposit_id: Some(deposit.to_string()),
            payment_id: Some(payment.to_string()),
            ..bare
        },
        Deed::DepositDismissed { deposit } => {
            OperatorActionView { deposit_id: Some(deposit.to_string()), ..bare }
        }
        Deed::PaymentAccepted { payment, received } => OperatorActionView {
            payment_id: Some(payment.to_string()),
            amount: Some(money(received)),
            ..bare
        },
        Deed::SentBack { payment, amount } => {
            OperatorActionView { payment_id: Some(payment.to_string()), amount: Some(money(amount)), ..bare }
        }
        Deed::PaymentDismissed { payment } => {
            OperatorActionView { payment_id: Some(payment.to_string()), ..bare }
        }
        _ => bare,
    }
}
