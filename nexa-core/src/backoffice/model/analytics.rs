//! What a shop came to over time.

use serde::{Deserialize, Serialize};

view! {
    /// The figures of the last days, today included, beside those of as many days before.
    pub struct SummaryView {
        /// The first day, e.g. `2026-11-01`. Days are the shop's.
        pub from: String,
        /// The last day: today.
        pub to: String,
        /// How many days that are.
        pub days: u32,
        /// The shop's currency, in whose minor units money is given.
        pub currency: String,
        /// Each figure.
        pub figures: Vec<SummaryFigureView>,
    }
    /// One figure of a summary.
    pub struct SummaryFigureView {
        /// Its name.
        pub name: String,
        /// `count`, `money` (minor units), `share` (basis points: 10,000 are all) or `minutes`.
        pub unit: String,
        /// In these days, or at their end; none where nothing tells it.
        pub value: Option<i64>,
        /// In the days before, or at their end.
        pub before: Option<i64>,
        /// The change in basis points of what was before; none when that was nothing.
        pub change: Option<i64>,
    }
    /// One figure day by day.
    pub struct SeriesView {
        /// Its name.
        pub figure: String,
        /// `count`, `money` (minor units of the shop's currency) or `bytes`.
        pub unit: String,
        /// The shop's currency.
        pub currency: String,
        /// The days, oldest first, today last.
        pub days: Vec<String>,
        /// One line for the whole shop, or one for each slice, the greatest first; what is beyond eight is in `other`.
        pub lines: Vec<SeriesLineView>,
    }
    /// One line of a series.
    pub struct SeriesLineView {
        /// The id of a plan, gateway, server or reseller, a kind of order, `wallet`, `resellers`, `none` or `other`; empty: the whole shop.
        pub slice: String,
        /// What it is called today, where it has a name.
        pub name: Option<String>,
        /// A value for each day.
        pub values: Vec<i64>,
    }
    /// Who paid first in which month, and what became of them.
    pub struct CohortsView {
        /// The shop's currency, in whose minor units money is given.
        pub currency: String,
        /// The months, oldest first. Months are those of the shop's calendar.
        pub cohorts: Vec<CohortView>,
    }
    /// The users who paid first in one month.
    pub struct CohortView {
        /// The first day of the month.
        pub month: String,
        /// How many.
        pub users: i64,
        /// What one of them brought until now, on average.
        pub ltv: i64,
        /// Month by month, the first one included.
        pub months: Vec<CohortMonthView>,
    }
    /// What became of them in one month.
    pub struct CohortMonthView {
        /// How many had paid for time in it.
        pub retained: i64,
        /// Which share that is, in basis points.
        pub share: i64,
        /// What they paid in it, less refunds.
        pub revenue: i64,
    }
    /// How far those came who signed up in the last days.
    pub struct FunnelView {
        /// The first day.
        pub from: String,
        /// The last day: today.
        pub to: String,
        /// The steps: `signed_up`, `trial`, `ordered`, `paid`, `paid_again`.
        pub steps: Vec<FunnelStepView>,
        /// Of the trials of these days, the share that paid until now, in basis points.
        pub trial_to_paid: i64,
    }
    /// One step.
    pub struct FunnelStepView {
        /// Which.
        pub name: String,
        /// How many took it until now.
        pub users: i64,
        /// Which share of the first step that is, in basis points.
        pub share: i64,
    }
    /// One server: what it carries, when it is full, and what it costs.
    pub struct ServerFiguresView {
        /// Which.
        pub server_id: String,
        /// Its name.
        pub name: String,
        /// Subscriptions placed on it.
        pub load: i64,
        /// How many it takes; 0 for no bound.
        pub capacity: i64,
        /// How its load grows in a day, in thousandths, by the last 14 days.
        pub growth: i64,
        /// In how many days it is full if it goes on like this; none when never.
        pub full_in_days: Option<i64>,
        /// Bytes in the last days.
        pub bytes: i64,
        /// Bytes in each of the last 24 hours, the present one last.
        pub hours: Vec<i64>,
        /// What it costs in a month, in minor units of the shop's currency, once that is known.
        pub monthly_cost: Option<i64>,
        /// Its share of the monthly recurring revenue by its load, less its cost.
        pub monthly_profit: Option<i64>,
    }
    /// Something that happens more often than usual.
    pub struct SignalView {
        /// `trials`, `users_new`, `orders_expired`, `receipts_rejected`, `payments_doubted` or `refunds`.
        pub name: String,
        /// How often today.
        pub today: i64,
        /// How often on a day of the last 14, on average, rounded down.
        pub usual: i64,
        /// Whether that is more than three times the usual and ten.
        pub high: bool,
    }
}
