//! What the shop came to over time: figures, charts with their tables, cohorts, the funnel, servers, signals.

use super::{
    Operator,
    chart::{self, Picture},
};
use crate::{
    problem::Said,
    say::Words,
    web::{Face, visitor::asked},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        CohortsView, FunnelView, SeriesLineView, SeriesView, ServerFiguresView, SignalView,
        SummaryFigureView, SummaryView,
    },
    domain::permission::Permission,
    error::Result as Done,
    storefront::model::MoneyView,
    text::Arg,
};
use poem::{Request, Response, Result, handler};

/// The spans to choose from, in days.
const SPANS: [u32; 4] = [7, 30, 90, 365];
/// What charts can be cut by.
const CUTS: [&str; 4] = ["plan", "method", "server", "reseller"];
/// Cohorts on the page: as many as a phone shows side by side.
const MONTHS: u32 = 6;

#[derive(Template)]
#[template(path = "office/analytics.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    days: u32,
    by: &'static str,
    figures: Vec<Measure>,
    charts: Vec<Chart>,
    cohorts: &'a CohortsView,
    funnel: &'a FunnelView,
    servers: &'a [ServerFiguresView],
    signals: &'a [SignalView],
}

impl Page<'_> {
    fn money(&self, minor: i64) -> String {
        self.words.money(&MoneyView { minor, currency: self.cohorts.currency.clone() })
    }

    fn percent(words: Words, basis_points: i64) -> String {
        percent(words, basis_points)
    }

    /// The head of a cohort's month: the month itself, then one later, two later.
    fn month_label(words: Words, at: usize) -> String {
        format!("+{}", words.number(i64::try_from(at).unwrap_or(0)))
    }

    fn full_in(words: Words, days: i64) -> String {
        if days == 0 {
            return words.get("analytics-full");
        }
        words.with("analytics-full-in", &[("count", Arg::Number(days))])
    }

    fn traffic(words: Words, bytes: i64) -> String {
        written(words, "bytes", "", bytes)
    }

    /// A class for a share: ten steps from nothing to all.
    fn heat(share: i64) -> i64 {
        share.div_euclid(1000).clamp(0, 9)
    }
}

/// A figure with its change, in words.
pub struct Measure {
    /// What it is.
    pub name: String,
    /// How much.
    pub value: String,
    /// By how much that differs from before; none where there was nothing.
    pub change: Option<String>,
    /// `better`, `worse` or nothing of both.
    pub turn: &'static str,
}

impl Measure {
    /// A figure of a summary in words.
    #[must_use]
    pub fn of(words: Words, currency: &str, figure: &SummaryFigureView) -> Self {
        let less_is_better =
            matches!(&*figure.name, "churn" | "churned" | "refunds" | "refunded" | "first_response_median")
                || figure.name == "first_response_p90";
        let value =
            figure.value.map_or_else(|| "–".to_owned(), |v| written(words, &figure.unit, currency, v));
        let turn = match figure.change.unwrap_or(0) {
            0 => "",
            change if (change > 0) == less_is_better => "worse",
            _ => "better",
        };
        Self {
            name: words.part("figure", &figure.name),
            value,
            change: figure.change.map(|bp| signed(words, bp)),
            turn,
        }
    }

    /// The figures of a summary that are named, in this order.
    #[must_use]
    pub fn chosen(words: Words, summary: &SummaryView, names: &[&str]) -> Vec<Self> {
        let find = |name: &&str| summary.figures.iter().find(|figure| figure.name == *name);
        names.iter().filter_map(find).map(|of| Self::of(words, &summary.currency, of)).collect()
    }
}

/// A value with its unit.
fn written(words: Words, unit: &str, currency: &str, value: i64) -> String {
    let count = |key: &str, of: i64| words.with(key, &[("count", Arg::Number(of))]);
    match unit {
        "money" => words.money(&MoneyView { minor: value, currency: currency.to_owned() }),
        "share" => percent(words, value),
        "bytes" => words.traffic(u64::try_from(value).unwrap_or(0)),
        "minutes" if value >= 1440 => count("analytics-days", value / 1440),
        "minutes" if value >= 120 => count("analytics-hours", value / 60),
        "minutes" => count("analytics-minutes", value),
        _ => words.number(value),
    }
}

/// A share in basis points as whole percent.
fn percent(words: Words, basis_points: i64) -> String {
    let whole = (basis_points + 50).div_euclid(100);
    nexa_core::text::plain(&words.with("analytics-percent", &[("percent", Arg::Number(whole))]))
}

/// The same of a change, with its sign.
fn signed(words: Words, basis_points: i64) -> String {
    let sign = if basis_points < 0 { "−" } else { "+" };
    format!("{sign}{}", percent(words, basis_points.saturating_abs()))
}

/// A picture and its table.
struct Chart {
    id: String,
    title: String,
    picture: String,
    rows: Vec<(String, String)>,
}

fn charts(words: Words, series: &SeriesView, stands: bool) -> Vec<Chart> {
    let figure = words.part("figure", &series.figure);
    let write = |value: i64| nexa_core::text::plain(&written(words, &series.unit, &series.currency, value));
    let chart = |(at, line): (usize, &SeriesLineView)| {
        let of = slice(words, line);
        let title = if of.is_empty() { figure.clone() } else { format!("{figure} · {of}") };
        let sum: i64 = line.values.iter().fold(0, |all, value| all.saturating_add(*value));
        let end = line.values.last().copied().unwrap_or(0);
        let key = if stands { "analytics-chart-stands" } else { "analytics-chart-sum" };
        let told = write(if stands { end } else { sum });
        let id = format!("{}-{at}", series.figure.replace('_', "-"));
        let picture = Picture {
            id: &id,
            title: title.clone(),
            about: nexa_core::text::plain(&words.with(key, &[("value", Arg::Text(&told))])),
            days: &series.days,
            values: &line.values,
            write: &write,
        };
        let picture = if stands { chart::line(words, &picture) } else { chart::bars(words, &picture) };
        let rows = series.days.iter().zip(&line.values).rev().filter(|(_, value)| stands || **value != 0);
        let rows = rows.take(60).map(|(day, value)| (words.day(day), write(*value))).collect();
        Chart { id, title, picture, rows }
    };
    // Where there is nothing of what it is cut by, that is said.
    let none = SeriesLineView { slice: String::new(), name: None, values: vec![0; series.days.len()] };
    let lines = if series.lines.is_empty() { std::slice::from_ref(&none) } else { series.lines.as_slice() };
    lines.iter().enumerate().map(chart).collect()
}

/// What a slice is called.
fn slice(words: Words, line: &SeriesLineView) -> String {
    match (&line.name, &*line.slice) {
        (Some(name), _) => name.clone(),
        (None, "") => String::new(),
        (None, known @ ("wallet" | "resellers")) => words.get(known),
        (None, known @ ("none" | "other")) => words.part("analytics-slice", known),
        (None, gone) => gone.chars().take(8).collect(),
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Reports).await?;
    let words = operator.words();
    let days = asked("days", request).and_then(|days| days.parse().ok()).unwrap_or(30);
    let days = SPANS.into_iter().find(|span| *span == days).unwrap_or(30);
    let by = asked("by", request).unwrap_or_default();
    let by = CUTS.into_iter().find(|cut| *cut == by).unwrap_or("");
    let (summary, charts) = drawn(&operator, days, by).await.map_err(Said)?;
    let office = &operator.office;
    let page = Page {
        words,
        face: operator.visitor.face(),
        error: None,
        done: None,
        days,
        by,
        figures: summary.figures.iter().map(|of| Measure::of(words, &summary.currency, of)).collect(),
        charts,
        cohorts: &office.cohorts(MONTHS).await.map_err(Said)?,
        funnel: &office.funnel(days).await.map_err(Said)?,
        servers: &office.server_figures(days).await.map_err(Said)?,
        signals: &office.signals().await.map_err(Said)?,
    };
    operator.page(None, &page)
}

async fn drawn(operator: &Operator, days: u32, by: &str) -> Done<(SummaryView, Vec<Chart>)> {
    let (office, words) = (&operator.office, operator.words());
    let summary = office.summary(days).await?;
    let named = |figure: &str, by: &str| {
        let (figure, by) = (figure.to_owned(), (!by.is_empty()).then(|| by.to_owned()));
        office.series(figure, by, days)
    };
    let cut = |of: &[&str]| if of.contains(&by) { by.to_owned() } else { String::new() };
    let mut all = charts(words, &named("revenue", &cut(&["plan", "method", "reseller"])).await?, false);
    all.extend(charts(words, &named("mrr", &cut(&["plan"])).await?, true));
    all.extend(charts(words, &named("active", &cut(&["plan"])).await?, true));
    all.extend(charts(words, &named("orders_paid", &cut(&["plan"])).await?, false));
    if by.is_empty() {
        all.extend(charts(words, &named("users_new", "").await?, false));
    }
    if by == "server" {
        all = charts(words, &named("traffic", "server").await?, false);
        all.extend(charts(words, &named("load", "server").await?, true));
    }
    Ok((summary, all))
}
