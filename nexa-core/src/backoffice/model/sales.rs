//! What a shop sold.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

view! {
    /// One day, and the same day a week before.
    pub struct SalesView {
        /// The day, e.g. `2026-11-27`. Days are those of the shop's zone.
        pub day: String,
        /// What was sold on it.
        pub sales: DaySalesView,
        /// What was sold on the same day a week before.
        pub week_before: DaySalesView,
    }
    /// What was sold on a day.
    pub struct DaySalesView {
        /// Orders of customers that were paid: neither trials, nor what was given away, nor top-ups.
        pub orders: u32,
        /// What they brought, less what changes of plan gave back to wallets; before refunds.
        pub revenue: MoneyView,
        /// How many orders were taken back.
        pub refunds: u32,
        /// What that gave back.
        pub refunded: MoneyView,
        /// How many top-ups of wallets were paid.
        pub top_ups: u32,
        /// How much they brought; it is revenue when it is spent.
        pub topped_up: MoneyView,
        /// Customers who signed up.
        pub new_users: u32,
        /// Trials.
        pub trials: u32,
        /// Renewals among the orders.
        pub renewals: u32,
        /// Subscriptions that operators gave away.
        pub given: u32,
        /// The orders by plan, the greatest sum first.
        pub by_plan: Vec<PlanSalesView>,
        /// The orders by the way they were paid, the greatest sum first.
        pub by_method: Vec<MethodSalesView>,
    }
    /// What was sold of a plan.
    pub struct PlanSalesView {
        /// The plan; none for packs.
        pub plan_id: Option<String>,
        /// Its name today.
        pub name: Option<String>,
        /// How many orders.
        pub orders: u32,
        /// Their prices together.
        pub sum: MoneyView,
    }
    /// What was paid one way.
    pub struct MethodSalesView {
        /// `wallet` or the id of the gateway whose money was meant for the order.
        pub method: String,
        /// The gateway's name today.
        pub name: Option<String>,
        /// How many orders.
        pub orders: u32,
        /// Their prices together.
        pub sum: MoneyView,
    }
}
