//! What the shop came to over time, as JSON and as tables.

use super::super::{Answer, Area, Done};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::{
    backoffice::model::{CohortsView, FunnelView, SeriesView, ServerFiguresView, SignalView, SummaryView},
    domain::csv::{self, Cell},
    error::Result as Asked,
};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::Query,
    payload::{Json, PlainText},
};

/// A month of days, where nothing else is asked for.
const DAYS: u32 = 30;
/// A year of months.
const MONTHS: u32 = 12;

/// See the module.
pub struct Analytics;

#[OpenApi(prefix_path = "/admin/analytics", tag = "Area::AdminAnalytics")]
impl Analytics {
    /// See the figures of the last days
    ///
    /// Beside those of as many days before: users, active subscriptions, monthly recurring revenue, churn, what a customer
    /// brings, waits for an answer and more. Figures are at most a minute behind, three where several processes may share
    /// the database. Days are those of the shop's zone. Needs the permission `reports` (`not_allowed`), as everything here.
    #[oai(path = "/summary", method = "get", operation_id = "adminAnalyticsSummary")]
    async fn summary(
        &self,
        caller: SignedIn,
        /// How many days, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Answer<SummaryView> {
        Ok(Json(caller.office().summary(days.0.unwrap_or(DAYS)).await?))
    }

    /// See one figure day by day
    ///
    /// A name that nobody knows is `bad_input`.
    #[oai(path = "/series", method = "get", operation_id = "adminAnalyticsSeries")]
    async fn series(
        &self,
        caller: SignedIn,
        /// `revenue`, `refunded`, `users_new`, `orders_paid`, `active`, `mrr`, `payers`, `trials`, `ended`, `traffic`, …
        figure: Query<String>,
        /// `plan`, `method`, `kind`, `server` or `reseller` (`traffic`: only `server`); the whole shop when not given.
        by: Query<Option<String>>,
        /// How many days, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Answer<SeriesView> {
        Ok(Json(caller.office().series(figure.0, by.0, days.0.unwrap_or(DAYS)).await?))
    }

    /// See who stayed, by the month of the first payment
    ///
    /// Months are those of the shop's calendar: Persian where it speaks Persian.
    #[oai(path = "/cohorts", method = "get", operation_id = "adminAnalyticsCohorts")]
    async fn cohorts(
        &self,
        caller: SignedIn,
        /// How many months, this one included, 1 to 36; 12 when not given.
        months: Query<Option<u32>>,
    ) -> Answer<CohortsView> {
        Ok(Json(caller.office().cohorts(months.0.unwrap_or(MONTHS)).await?))
    }

    /// See how far new users came
    ///
    /// How far those came who signed up in these days: tried, ordered, paid, paid again.
    #[oai(path = "/funnel", method = "get", operation_id = "adminAnalyticsFunnel")]
    async fn funnel(
        &self,
        caller: SignedIn,
        /// How many days of sign-ups, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Answer<FunnelView> {
        Ok(Json(caller.office().funnel(days.0.unwrap_or(DAYS)).await?))
    }

    /// See what the servers carry, and when they are full
    ///
    /// What each server carries, when it will be full, and what it costs and brings in a month.
    #[oai(path = "/servers", method = "get", operation_id = "adminAnalyticsServers")]
    async fn servers(
        &self,
        caller: SignedIn,
        /// How many days of traffic, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Answer<Vec<ServerFiguresView>> {
        Ok(Json(caller.office().server_figures(days.0.unwrap_or(DAYS)).await?))
    }

    /// See what happens more often than usual
    ///
    /// Today's trials, sign-ups, expired orders, rejected receipts, doubted payments and refunds, each beside what is usual.
    #[oai(path = "/signals", method = "get", operation_id = "adminAnalyticsSignals")]
    async fn signals(&self, caller: SignedIn) -> Answer<Vec<SignalView>> {
        Ok(Json(caller.office().signals().await?))
    }

    /// Bring the figures up to now
    ///
    /// Figures follow sales within moments by themselves; this asks for it now.
    #[oai(path = "/refresh", method = "post", operation_id = "adminRefreshAnalytics")]
    async fn refresh(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.office().refresh_figures().await?;
        Ok(Done::Done)
    }

    /// Fold all figures again from the beginning
    ///
    /// Gives the same figures; until it is through, which takes a while in a large shop, they are incomplete. What was counted
    /// once a day (`active`, `payers`, `mrr`) stays.
    #[oai(path = "/fold-again", method = "post", operation_id = "adminFoldAnalyticsAgain")]
    async fn fold_again(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.office().fold_again().await?;
        Ok(Done::Done)
    }
}

/// A table.
#[derive(ApiResponse)]
pub enum Csv {
    /// The table, with a head.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    Table(PlainText<String>),
}

fn answer(table: Asked<String>) -> Result<Csv, Said> {
    Ok(Csv::Table(PlainText(table?)))
}

/// The same as tables.
pub struct Tables;

#[OpenApi(prefix_path = "/admin/analytics", tag = "Area::AdminAnalytics")]
impl Tables {
    /// Take the figures of the last days along
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/summary.csv", method = "get", operation_id = "adminAnalyticsSummaryCsv")]
    async fn summary(
        &self,
        caller: SignedIn,
        /// How many days, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Result<Csv, Said> {
        answer(caller.office().summary(days.0.unwrap_or(DAYS)).await.map(|view| summary(&view)))
    }

    /// Take one figure along, day by day
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/series.csv", method = "get", operation_id = "adminAnalyticsSeriesCsv")]
    async fn series(
        &self,
        caller: SignedIn,
        /// As in the series.
        figure: Query<String>,
        /// `plan`, `method`, `kind`, `server` or `reseller` (`traffic`: only `server`); the whole shop when not given.
        by: Query<Option<String>>,
        /// How many days, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Result<Csv, Said> {
        let view = caller.office().series(figure.0, by.0, days.0.unwrap_or(DAYS)).await;
        answer(view.map(|view| series(&view)))
    }

    /// Take the cohorts along
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/cohorts.csv", method = "get", operation_id = "adminAnalyticsCohortsCsv")]
    async fn cohorts(
        &self,
        caller: SignedIn,
        /// How many months, this one included, 1 to 36; 12 when not given.
        months: Query<Option<u32>>,
    ) -> Result<Csv, Said> {
        answer(caller.office().cohorts(months.0.unwrap_or(MONTHS)).await.map(|view| cohorts(&view)))
    }

    /// Take the funnel along
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/funnel.csv", method = "get", operation_id = "adminAnalyticsFunnelCsv")]
    async fn funnel(
        &self,
        caller: SignedIn,
        /// How many days of sign-ups, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Result<Csv, Said> {
        answer(caller.office().funnel(days.0.unwrap_or(DAYS)).await.map(|view| funnel(&view)))
    }

    /// Take what the servers carry along
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/servers.csv", method = "get", operation_id = "adminAnalyticsServersCsv")]
    async fn servers(
        &self,
        caller: SignedIn,
        /// How many days of traffic, today included, 1 to 730; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Result<Csv, Said> {
        answer(caller.office().server_figures(days.0.unwrap_or(DAYS)).await.map(|all| servers(&all)))
    }

    /// Take what happens more often than usual along
    ///
    /// The same as a file for spreadsheets.
    #[oai(path = "/signals.csv", method = "get", operation_id = "adminAnalyticsSignalsCsv")]
    async fn signals(&self, caller: SignedIn) -> Result<Csv, Said> {
        answer(caller.office().signals().await.map(|all| signals(&all)))
    }
}

/// A table with its head, so that spreadsheets read names in any script.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut text = csv::BYTE_ORDER_MARK.to_string();
    let head: Vec<Cell> = head.iter().map(|name| Cell::text(*name)).collect();
    text.push_str(&csv::line(&head));
    for row in rows {
        text.push_str(&csv::line(&row));
    }
    text
}

fn maybe(value: Option<i64>) -> Cell {
    value.map_or(Cell::Empty, Cell::number)
}

fn summary(view: &SummaryView) -> String {
    let row = |of: &nexa_core::backoffice::model::SummaryFigureView| {
        let (name, unit) = (Cell::text(&*of.name), Cell::text(&*of.unit));
        vec![name, unit, maybe(of.value), maybe(of.before), maybe(of.change)]
    };
    table(&["figure", "unit", "value", "before", "change_basis_points"], view.figures.iter().map(row))
}

fn series(view: &SeriesView) -> String {
    let line = |line: &nexa_core::backoffice::model::SeriesLineView| {
        let (slice, name) = (Cell::text(&*line.slice), Cell::maybe(line.name.as_deref()));
        let values = view.days.iter().zip(line.values.clone());
        values
            .map(|(day, value)| vec![Cell::text(&**day), slice.clone(), name.clone(), Cell::number(value)])
            .collect::<Vec<_>>()
    };
    table(&["day", "slice", "name", &view.figure], view.lines.iter().flat_map(line))
}

fn cohorts(view: &CohortsView) -> String {
    let rows = view.cohorts.iter().flat_map(|cohort| {
        (0..).zip(&cohort.months).map(move |(at, month): (i64, _)| {
            let numbers = [cohort.users, at, month.retained, month.share, month.revenue];
            [Cell::text(&*cohort.month)].into_iter().chain(numbers.map(Cell::number)).collect()
        })
    });
    table(&["cohort", "users", "month", "retained", "share_basis_points", "revenue"], rows)
}

fn funnel(view: &FunnelView) -> String {
    let row = |of: &nexa_core::backoffice::model::FunnelStepView| {
        vec![Cell::text(&*of.name), Cell::number(of.users), Cell::number(of.share)]
    };
    table(&["step", "users", "share_basis_points"], view.steps.iter().map(row))
}

fn servers(all: &[ServerFiguresView]) -> String {
    let row = |of: &ServerFiguresView| {
        vec![
            Cell::text(&*of.server_id),
            Cell::text(&*of.name),
            Cell::number(of.load),
            Cell::number(of.capacity),
            Cell::number(of.growth),
            maybe(of.full_in_days),
            Cell::number(of.bytes),
            maybe(of.monthly_cost),
            maybe(of.monthly_profit),
        ]
    };
    let head = [
        "server_id",
        "name",
        "load",
        "capacity",
        "growth_thousandths_a_day",
        "full_in_days",
        "bytes",
        "monthly_cost",
        "monthly_profit",
    ];
    table(&head, all.iter().map(row))
}

fn signals(all: &[SignalView]) -> String {
    let row = |of: &SignalView| {
        let name = Cell::text(&*of.name);
        vec![name, Cell::number(of.today), Cell::number(of.usual), Cell::text(of.high.to_string())]
    };
    table(&["signal", "today", "usual", "high"], all.iter().map(row))
}
