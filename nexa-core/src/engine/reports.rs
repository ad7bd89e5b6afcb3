//! Reads figures for those who run the shop: a handful of ranges over indexes, whatever the shop has sold.

mod lines;

pub(crate) use lines::Line;

use super::{Core, figures::ShopCalendar};
use crate::{
    domain::{
        analytics::{
            Answered, Calendar as _, Change, Cost, Figure, Row, Signal, churn, forecast, retained, share,
            slice_of, trend,
        },
        money::Currency,
        permission::Permission,
        refusal::Refusal,
        rent::Rent,
        server::Server,
        shop::Shop,
        time::{after, days, from_millis},
        user::Principal,
    },
    error::{Failure, Result},
    ids::ServerId,
    ports::storage::Read,
};
use lines::{LINES, daily, greatest};
use std::collections::BTreeMap;

/// The longest span, in days, and the most cohorts.
const MOST_DAYS: u32 = 730;
const MOST_MONTHS: u32 = 36;
/// The days that a forecast looks back.
const FORECAST_DAYS: i64 = 14;

/// Figures of one shop, as they are now.
pub(crate) struct Report {
    pub(crate) shop: Shop,
    pub(crate) read: Box<dyn Read>,
    today: i64,
    now: jiff::Timestamp,
}

/// A figure's name, its unit and its value.
type Named = (&'static str, &'static str, Option<i64>);

/// One figure of a summary: its name, its unit, and it beside that of the time before.
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) value: Option<i64>,
    pub(crate) before: Option<i64>,
}

impl Metric {
    /// The change in basis points.
    pub(crate) fn change(&self) -> Option<i64> {
        Change { now: self.value?, before: self.before? }.change()
    }
}

/// One cohort: the first day of its month, and its users, share and revenue month by month.
pub(crate) struct Cohort {
    pub(crate) month: i64,
    pub(crate) users: i64,
    pub(crate) ltv: i64,
    pub(crate) months: Vec<(i64, i64, i64)>,
}

/// One step of the funnel.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) users: i64,
    pub(crate) share: i64,
}

/// What is known of a server.
pub(crate) struct ServerFigures {
    pub(crate) server: Server,
    pub(crate) load: i64,
    pub(crate) growth: i64,
    pub(crate) full_in_days: Option<i64>,
    pub(crate) bytes: i64,
    pub(crate) hours: Vec<i64>,
    pub(crate) cost: Option<i64>,
    pub(crate) profit: Option<i64>,
}

impl Report {
    /// The figures of the caller's shop.
    pub(crate) async fn open(core: &Core, who: &Principal) -> Result<Self> {
        who.may(Permission::Reports)?;
        let mut read = core.read_stale().await?;
        let shop = core.shop(read.as_mut(), who.shop_id).await?;
        let now = core.world.now();
        Ok(Self { today: ShopCalendar::of(&shop).day(now), now, shop, read })
    }

    /// The first day of the last `length` days, refused when that is out of bounds; and today.
    pub(crate) fn span(&self, length: u32) -> Result<(i64, i64), Refusal> {
        if !(1..=MOST_DAYS).contains(&length) {
            return Err(Refusal::bad_input("days", "1 to 730"));
        }
        Ok((self.today - i64::from(length) + 1, self.today))
    }

    /// The same in days of UTC, by which traffic is kept.
    pub(crate) fn span_of_utc(&self, length: u32) -> Result<(i64, i64), Refusal> {
        self.span(length)?;
        let to = self.now.as_second().div_euclid(86_400);
        Ok((to - i64::from(length) + 1, to))
    }

    async fn sum(&mut self, figure: Figure, (from, to): (i64, i64)) -> Result<i64, Failure> {
        self.read.figure_sum(self.shop.id, figure, "", from, to).await
    }

    /// The sum since the shop began.
    async fn total(&mut self, figure: Figure, until: i64) -> Result<i64, Failure> {
        self.sum(figure, (i64::MIN, until)).await
    }

    async fn level(&mut self, figure: Figure, day: i64) -> Result<i64, Failure> {
        let row = self.read.last_figure(self.shop.id, figure, "", day).await?;
        Ok(row.map_or(0, |row| row.value))
    }

    /// Every figure of the last `length` days, beside those before.
    pub(crate) async fn summary(&mut self, length: u32) -> Result<Vec<Metric>> {
        let (from, to) = self.span(length)?;
        let earlier = (from - i64::from(length), from - 1);
        let now = self.of((from, to)).await?;
        let before = self.of(earlier).await?;
        Ok(now
            .into_iter()
            .zip(before)
            .map(|((name, unit, value), (_, _, before))| Metric { name, unit, value, before })
            .collect())
    }

    async fn of(&mut self, span: (i64, i64)) -> Result<Vec<Named>, Failure> {
        let to = span.1;
        let (count, money) = ("count", "money");
        let mut all = self.people(span).await?;
        let (revenue, refunded) =
            (self.sum(Figure::Revenue, span).await?, self.sum(Figure::Refunded, span).await?);
        let payers = self.level(Figure::Payers, to).await?;
        let net = revenue - refunded;
        let brought = self.total(Figure::Revenue, to).await? - self.total(Figure::Refunded, to).await?;
        let ever = self.total(Figure::PayersNew, to).await?;
        let wallets = self.read.figure_sum(self.shop.id, Figure::Books, "wallet", i64::MIN, to).await?;
        let wallets =
            wallets + self.read.figure_sum(self.shop.id, Figure::Books, "held", i64::MIN, to).await?;
        all.extend([
            ("active", count, Some(self.level(Figure::Active, to).await?)),
            ("payers", count, Some(payers)),
            ("mrr", money, Some(self.level(Figure::Mrr, to).await?)),
            ("revenue", money, Some(revenue)),
            ("refunded", money, Some(refunded)),
            ("net_revenue", money, Some(net)),
            ("orders_paid", count, Some(self.sold(span).await?)),
            ("refunds", count, Some(self.sum(Figure::Refunds, span).await?)),
            ("topped_up", money, Some(self.sum(Figure::ToppedUp, span).await?)),
            ("wallets", money, Some(wallets)),
            ("arpu", money, net.checked_div(payers)),
            ("ltv", money, brought.checked_div(ever)),
        ]);
        all.extend(self.staying(span).await?);
        let waits = self.read.figure_slices(self.shop.id, Figure::FirstResponse, span.0, to).await?;
        let answered = Answered::of(&waits);
        all.extend([
            ("first_responses", count, Some(answered.count)),
            ("first_response_median", "minutes", answered.median),
            ("first_response_p90", "minutes", answered.ninetieth),
        ]);
        Ok(all)
    }

    /// Orders that customers paid for: neither trials, nor what was given away, nor top-ups.
    async fn sold(&mut self, (from, to): (i64, i64)) -> Result<i64, Failure> {
        self.read.figure_sum(self.shop.id, Figure::OrdersPaid, "sold", from, to).await
    }

    async fn people(&mut self, span: (i64, i64)) -> Result<Vec<Named>, Failure> {
        let to = span.1;
        let users = self.total(Figure::UsersNew, to).await? - self.total(Figure::UsersLeft, to).await?;
        let (trials, paid) =
            (self.sum(Figure::Trials, span).await?, self.sum(Figure::TrialsPaid, span).await?);
        Ok(vec![
            ("users", "count", Some(users)),
            ("users_new", "count", Some(self.sum(Figure::UsersNew, span).await?)),
            ("trials", "count", Some(trials)),
            ("trial_to_paid", "share", (trials > 0).then(|| share(paid, trials))),
        ])
    }

    /// Churn and renewals of what ended in these days, as far as the seven days to come back are over.
    async fn staying(&mut self, (from, to): (i64, i64)) -> Result<Vec<Named>, Failure> {
        let grace = i64::from(crate::domain::analytics::RETURN_DAYS);
        let decided = (from - grace, to - grace);
        let ended = self.sum(Figure::Ended, decided).await?;
        let returned = self.sum(Figure::Returned, decided).await?;
        let renewed = self.sum(Figure::RenewedBefore, decided).await?;
        Ok(vec![
            ("churn", "share", (ended > 0).then(|| churn(ended, returned))),
            ("renewal_rate", "share", (renewed + ended > 0).then(|| retained(renewed, ended, returned))),
            ("churned", "count", Some(ended - returned)),
        ])
    }

    /// A figure on each of the last `length` days, for the whole shop or by slice.
    pub(crate) async fn series(&mut self, figure: Figure, by: &str, length: u32) -> Result<Vec<Line>> {
        if !matches!(by, "" | "plan" | "method" | "kind" | "server" | "reseller") {
            return Err(Refusal::bad_input("by", "plan, method, kind, server or reseller").into());
        }
        let (from, to) = self.span(length)?;
        // What stands may have been counted last before the first day.
        let back = if figure.is_folded() { from } else { from - FORECAST_DAYS };
        let rows = if by.is_empty() {
            self.read.figure_days(self.shop.id, figure, "", back, to).await?
        } else {
            self.read.figures_by(self.shop.id, figure, by, back, to).await?
        };
        let mut slices: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
        for row in rows {
            let name = if by.is_empty() { Some("") } else { slice_of(&row, by) };
            if let Some(name) = name {
                slices.entry(name.to_owned()).or_default().push((row.day, row.value));
            }
        }
        if by.is_empty() {
            slices.entry(String::new()).or_default();
        }
        let line = |(slice, points): (String, Vec<(i64, i64)>)| Line {
            slice,
            values: daily(&points, (from, to), figure.is_folded()),
        };
        Ok(greatest(slices.into_iter().map(line).collect()))
    }

    /// What went through the servers on each of the last `length` days of UTC: through all of them, or by server.
    pub(crate) async fn traffic(&mut self, by: &str, length: u32) -> Result<Vec<Line>> {
        if !matches!(by, "" | "server") {
            return Err(Refusal::bad_input("by", "server").into());
        }
        let (from, to) = self.span_of_utc(length)?;
        let since = from_millis(from.saturating_mul(86_400_000));
        let (most, rest) = if by.is_empty() { (0, "") } else { (LINES, "other") };
        let mut slices: BTreeMap<Option<ServerId>, Vec<(i64, i64)>> = BTreeMap::new();
        if by.is_empty() {
            slices.entry(None).or_default();
        }
        for (server, day, bytes) in self.read.server_days(self.shop.id, since, most).await? {
            slices.entry(server).or_default().push((day, bytes));
        }
        let line =
            |slice: String, points: &[(i64, i64)]| Line { slice, values: daily(points, (from, to), true) };
        let others = slices.remove(&None).map(|points| line(rest.to_owned(), &points));
        let named =
            slices.into_iter().filter_map(|(server, points)| Some(line(server?.to_string(), &points)));
        let mut lines = greatest(named.collect());
        lines.extend(others);
        Ok(lines)
    }

    /// The cohorts of the last `count` months.
    pub(crate) async fn cohorts(&mut self, count: u32) -> Result<Vec<Cohort>> {
        if !(1..=MOST_MONTHS).contains(&count) {
            return Err(Refusal::bad_input("months", "1 to 36").into());
        }
        let calendar = ShopCalendar::of(&self.shop);
        let mut months = vec![calendar.month(self.today)];
        for _ in 1..count {
            let first = months.last().copied().unwrap_or(self.today);
            months.push(calendar.month(first - 1));
        }
        months.reverse();
        let span = (months.first().copied().unwrap_or(0), self.today);
        let kept = self.read.figures(self.shop.id, Figure::CohortRetained, span.0, span.1).await?;
        let paid = self.read.figures(self.shop.id, Figure::CohortRevenue, span.0, span.1).await?;
        let table = |rows: Vec<Row>| -> BTreeMap<(i64, String), i64> {
            rows.into_iter().map(|row| ((row.day, row.slice), row.value)).collect()
        };
        let (kept, paid) = (table(kept), table(paid));
        let cell = |of: &BTreeMap<(i64, String), i64>, cohort: i64, month: i64| -> i64 {
            of.get(&(month, format!("month:{cohort}"))).copied().unwrap_or(0)
        };
        let cohort = |&month: &i64| {
            let users = cell(&kept, month, month);
            let line = months.iter().filter(|later| **later >= month).map(|later| {
                let retained = cell(&kept, month, *later);
                (retained, share(retained, users), cell(&paid, month, *later))
            });
            let line: Vec<_> = line.collect();
            let brought: i64 = line.iter().map(|(_, _, revenue)| *revenue).sum();
            Cohort { month, users, ltv: brought.checked_div(users).unwrap_or(0), months: line }
        };
        Ok(months.iter().map(cohort).collect())
    }

    /// How far those came who signed up in the last `length` days, and how many of their trials were paid for.
    pub(crate) async fn funnel(&mut self, length: u32) -> Result<(Vec<Step>, i64)> {
        let span = self.span(length)?;
        let steps = [
            ("signed_up", Figure::UsersNew),
            ("trial", Figure::FunnelTrial),
            ("ordered", Figure::FunnelPlaced),
            ("paid", Figure::FunnelPaid),
            ("paid_again", Figure::FunnelSecond),
        ];
        let mut all: Vec<Step> = Vec::new();
        for (name, figure) in steps {
            let users = self.sum(figure, span).await?;
            let first = all.first().map_or(users, |step| step.users);
            all.push(Step { name, users, share: share(users, first) });
        }
        let (trials, paid) =
            (self.sum(Figure::Trials, span).await?, self.sum(Figure::TrialsPaid, span).await?);
        Ok((all, share(paid, trials)))
    }

    /// Every server, with what went through it in the last `length` days.
    pub(crate) async fn servers(&mut self, length: u32) -> Result<Vec<ServerFigures>> {
        self.span(length)?;
        let shop = self.shop.id;
        let from = self.today - FORECAST_DAYS + 1;
        let mut points: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
        for row in self.read.figures(shop, Figure::Load, from, self.today).await? {
            if let Some(server) = slice_of(&row, "server") {
                points.entry(server.to_owned()).or_default().push((row.day, row.value));
            }
        }
        // Whole days of UTC: what is older than a few is kept by the day.
        let since = from_millis(self.span_of_utc(length)?.0.saturating_mul(86_400_000));
        let sums: BTreeMap<ServerId, i64> = self.read.server_bytes(shop, since).await?.into_iter().collect();
        let hour = self.now.as_second().div_euclid(3600);
        let mut hours: BTreeMap<(ServerId, i64), i64> = BTreeMap::new();
        for row in self.read.server_traffic(shop, after(self.now, -days(1))).await? {
            let sum = hours.entry((row.server, hour - row.since.as_second().div_euclid(3600))).or_default();
            *sum = sum.saturating_add(row.bytes);
        }
        let mrr = self.level(Figure::Mrr, self.today).await?;
        let servers = self.read.servers(shop).await?;
        let rents = self.read.rents(shop).await?;
        let of = |id: ServerId| points.get(&id.to_string()).map(Vec::as_slice).unwrap_or_default();
        let newest = |id: ServerId| of(id).last().map_or(0, |point| point.1);
        let all: i64 = servers.iter().map(|server| newest(server.id)).sum();
        let figures = servers.into_iter().map(|server| {
            let (points, load) = (of(server.id), newest(server.id));
            let at = |back: i64| hours.get(&(server.id, back)).copied().unwrap_or(0);
            let cost = monthly_cost(&rents, &server, self.shop.currency);
            ServerFigures {
                load,
                growth: trend(points).unwrap_or(0),
                full_in_days: forecast(points, i64::from(server.capacity)),
                bytes: sums.get(&server.id).copied().unwrap_or(0),
                hours: (0..24).rev().map(at).collect(),
                cost,
                profit: cost.map(|monthly| Cost { monthly, load }.profit(mrr, all)),
                server,
            }
        });
        Ok(figures.collect())
    }

    /// What happens more often than usual.
    pub(crate) async fn signals(&mut self) -> Result<Vec<(&'static str, Signal)>> {
        let looked_after = [
            Figure::Trials,
            Figure::UsersNew,
            Figure::OrdersExpired,
            Figure::ReceiptsRejected,
            Figure::PaymentsDoubted,
            Figure::Refunds,
        ];
        let mut all = Vec::new();
        for figure in looked_after {
            let today = self.sum(figure, (self.today, self.today)).await?;
            let before = self.sum(figure, (self.today - Signal::DAYS, self.today - 1)).await?;
            all.push((figure.name(), Signal::of(today, before)));
        }
        Ok(all)
    }
}

/// What a server costs in a month, where that is known in the shop's currency.
fn monthly_cost(rents: &[(ServerId, Rent)], server: &Server, currency: Currency) -> Option<i64> {
    let (_, rent) = rents.iter().find(|(id, _)| *id == server.id)?;
    rent.cost.filter(|cost| cost.currency == currency).map(|cost| cost.minor)
}
