//! What a shop came to over time.

use super::{
    LocalBackoffice,
    model::{
        CohortMonthView, CohortView, CohortsView, FunnelStepView, FunnelView, SeriesLineView, SeriesView,
        ServerFiguresView, SignalView, SummaryFigureView, SummaryView,
    },
};
use crate::{
    domain::{
        analytics::{Figure, Kind},
        refusal::Refusal,
    },
    engine::cases::{self, Line, Report, ServerFigures},
    error::Result,
};
use async_trait::async_trait;

/// Figures of a shop over time.
///
/// # Behaviour
/// - Figures are at most a minute behind; `refresh_figures` brings them up to now. Where several processes may share the
///   database, both are two minutes later, and only the sales of a day count what is newer. With a replica they are shown some
///   seconds after that.
/// - `summary` gives the last days, today included, beside as many before; days are the shop's.
/// - `series` gives one value for each of the last days, also where nothing happened. `traffic` is by the day of UTC, for
///   all servers together or by `server`.
/// - `cohorts` groups users by the month of their first payment, and never counts a month that is still to come.
/// - `funnel` counts those who signed up in the last days, each step once.
/// - `fold_again` forgets what was folded, and folding it again gives the same.
/// - Spans outside 1 to 730 days, unknown figures and unknown slices are `bad_input`.
#[async_trait]
pub trait Analytics: Send + Sync {
    /// The figures of the last days.
    async fn summary(&self, days: u32) -> Result<SummaryView>;
    /// One figure day by day: a name of [`Figure`] or `traffic`; by `plan`, `method`, `kind`, `server` or `reseller`, or
    /// for the whole shop.
    async fn series(&self, figure: String, by: Option<String>, days: u32) -> Result<SeriesView>;
    /// Who paid first in which of the last months.
    async fn cohorts(&self, months: u32) -> Result<CohortsView>;
    /// How far those came who signed up in the last days.
    async fn funnel(&self, days: u32) -> Result<FunnelView>;
    /// The servers, with what went through them in the last days.
    async fn server_figures(&self, days: u32) -> Result<Vec<ServerFiguresView>>;
    /// What happens more often than usual today.
    async fn signals(&self) -> Result<Vec<SignalView>>;
    /// Brings the figures up to now, as far as what happened is settled.
    async fn refresh_figures(&self) -> Result<()>;
    /// Has all that is folded folded again from the beginning, which takes a while in a large shop.
    async fn fold_again(&self) -> Result<()>;
}

#[async_trait]
impl Analytics for LocalBackoffice {
    async fn summary(&self, days: u32) -> Result<SummaryView> {
        let mut report = Report::open(&self.core, &self.who).await?;
        let (from, to) = report.span(days)?;
        let all = report.summary(days).await?;
        let figure = |of: cases::Metric| SummaryFigureView {
            name: of.name.to_owned(),
            unit: of.unit.to_owned(),
            value: of.value,
            before: of.before,
            change: of.change(),
        };
        Ok(SummaryView {
            from: date(from),
            to: date(to),
            days,
            currency: report.shop.currency.code().to_owned(),
            figures: all.into_iter().map(figure).collect(),
        })
    }

    async fn series(&self, figure: String, by: Option<String>, days: u32) -> Result<SeriesView> {
        let mut report = Report::open(&self.core, &self.who).await?;
        let by = by.unwrap_or_default();
        let is_traffic = figure == "traffic";
        let (from, to) = if is_traffic { report.span_of_utc(days)? } else { report.span(days)? };
        let (lines, unit) = if is_traffic {
            (report.traffic(&by, days).await?, "bytes")
        } else {
            let known = Figure::named(&figure).ok_or_else(|| Refusal::bad_input("figure", "unknown"))?;
            let unit = match known.kind() {
                Kind::Count => "count",
                Kind::Money => "money",
            };
            (report.series(known, &by, days).await?, unit)
        };
        let names = names(&mut report, &lines).await?;
        let view = |line: Line| SeriesLineView {
            name: names.iter().find(|(id, _)| *id == line.slice).map(|(_, name)| name.clone()),
            slice: line.slice,
            values: line.values,
        };
        Ok(SeriesView {
            figure,
            unit: unit.to_owned(),
            currency: report.shop.currency.code().to_owned(),
            days: (from..=to).map(date).collect(),
            lines: lines.into_iter().map(view).collect(),
        })
    }

    async fn cohorts(&self, months: u32) -> Result<CohortsView> {
        let mut report = Report::open(&self.core, &self.who).await?;
        let all = report.cohorts(months).await?;
        let month =
            |(retained, share, revenue): (i64, i64, i64)| CohortMonthView { retained, share, revenue };
        let cohorts = all.into_iter().map(|of| CohortView {
            month: date(of.month),
            users: of.users,
            ltv: of.ltv,
            months: of.months.into_iter().map(month).collect(),
        });
        Ok(CohortsView { currency: report.shop.currency.code().to_owned(), cohorts: cohorts.collect() })
    }

    async fn funnel(&self, days: u32) -> Result<FunnelView> {
        let mut report = Report::open(&self.core, &self.who).await?;
        let (from, to) = report.span(days)?;
        let (steps, trial_to_paid) = report.funnel(days).await?;
        let steps = steps.into_iter().map(|step| FunnelStepView {
            name: step.name.to_owned(),
            users: step.users,
            share: step.share,
        });
        Ok(FunnelView { from: date(from), to: date(to), steps: steps.collect(), trial_to_paid })
    }

    async fn server_figures(&self, days: u32) -> Result<Vec<ServerFiguresView>> {
        let mut report = Report::open(&self.core, &self.who).await?;
        Ok(report.servers(days).await?.into_iter().map(server).collect())
    }

    async fn signals(&self) -> Result<Vec<SignalView>> {
        let mut report = Report::open(&self.core, &self.who).await?;
        let all = report.signals().await?.into_iter();
        Ok(all
            .map(|(name, signal)| SignalView {
                name: name.to_owned(),
                today: signal.today,
                usual: signal.usual,
                high: signal.is_high(),
            })
            .collect())
    }

    async fn refresh_figures(&self) -> Result<()> {
        cases::refresh(&self.core, &self.who).await
    }

    async fn fold_again(&self) -> Result<()> {
        cases::fold_again(&self.core, &self.who).await
    }
}

fn date(day: i64) -> String {
    crate::domain::analytics::date(day).to_string()
}

/// The names of what these lines may be of.
async fn names(report: &mut Report, lines: &[Line]) -> Result<Vec<(String, String)>> {
    if lines.iter().all(|line| line.slice.is_empty()) {
        return Ok(Vec::new());
    }
    let shop = report.shop.id;
    let plans = report.read.plans(shop).await?.into_iter().map(|p| (p.id.to_string(), p.name));
    let gateways = report.read.gateways(shop).await?.into_iter().map(|g| (g.id.to_string(), g.name));
    let servers = report.read.servers(shop).await?.into_iter().map(|s| (s.id.to_string(), s.name));
    let mut all: Vec<_> = plans.chain(gateways).chain(servers).collect();
    for reseller in report.read.resellers(shop).await? {
        let id = reseller.reseller_shop.to_string();
        // A supplier may have many, and a shop is read by itself: only those that are shown.
        if lines.iter().any(|line| line.slice == id)
            && let Some(own) = report.read.shop(reseller.reseller_shop).await?
        {
            all.push((id, own.name));
        }
    }
    Ok(all)
}

fn server(of: ServerFigures) -> ServerFiguresView {
    ServerFiguresView {
        server_id: of.server.id.to_string(),
        name: of.server.name,
        load: of.load,
        capacity: i64::from(of.server.capacity),
        growth: of.growth,
        full_in_days: of.full_in_days,
        bytes: of.bytes,
        hours: of.hours,
        monthly_cost: of.cost,
        monthly_profit: of.profit,
    }
}
