//! From stored rows to what is shown: rates, percentiles, forecasts. Rates are in basis points: 10,000 are all.

use super::{Row, Wait};
use std::collections::BTreeMap;

/// `part` of `whole` in basis points, rounded down; nothing of nothing is 0.
#[must_use]
pub fn share(part: i64, whole: i64) -> i64 {
    let scaled = i128::from(part) * 10_000;
    scaled.checked_div(i128::from(whole.max(0))).and_then(|bp| i64::try_from(bp).ok()).unwrap_or(0)
}

/// Of the paid subscriptions that ended, the share that did not go on within seven days.
#[must_use]
pub fn churn(ended: i64, returned: i64) -> i64 {
    share(ended.saturating_sub(returned), ended)
}

/// Of the paid subscriptions that came to their end, the share that went on: renewed before it, or within seven days.
#[must_use]
pub fn retained(renewed_before: i64, ended: i64, returned: i64) -> i64 {
    let stayed = renewed_before.saturating_add(returned);
    share(stayed, renewed_before.saturating_add(ended))
}

/// A value beside that of the time before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Change {
    /// Now.
    pub now: i64,
    /// Then.
    pub before: i64,
}

impl Change {
    /// The change in basis points of what was then; none when then was nothing.
    #[must_use]
    pub fn change(self) -> Option<i64> {
        (self.before > 0).then(|| share(self.now.saturating_sub(self.before), self.before))
    }
}

/// What a slice names: `plan:7…` is a plan, the 7….
#[must_use]
pub fn slice_of<'a>(row: &'a Row, by: &str) -> Option<&'a str> {
    row.slice.strip_prefix(by)?.strip_prefix(':')
}

/// The wait that so many percent of the first answers did not exceed, in minutes; none without answers. Rows are those of
/// the first responses.
#[must_use]
pub fn percentile(rows: &[Row], percent: i64) -> Option<i64> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(&row.slice).or_default();
        *sum = sum.saturating_add(row.value);
    }
    let of = |step: &i64| sums.get(format!("minutes:{step}").as_str()).copied().unwrap_or(0);
    let all: i64 = Wait::STEPS.iter().map(of).sum();
    let wanted = (all.saturating_mul(percent).saturating_add(99)).div_euclid(100).max(1);
    let mut seen = 0_i64;
    Wait::STEPS.into_iter().find(|step| {
        seen = seen.saturating_add(of(step));
        seen >= wanted
    })
}

/// First answers of some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answered {
    /// How many.
    pub count: i64,
    /// The wait that half of them did not exceed, in minutes.
    pub median: Option<i64>,
    /// The wait that nine of ten did not exceed, in minutes.
    pub ninetieth: Option<i64>,
}

impl Answered {
    /// From the rows of the first responses.
    #[must_use]
    pub fn of(rows: &[Row]) -> Self {
        let count = rows.iter().map(|row| row.value).sum();
        Self { count, median: percentile(rows, 50), ninetieth: percentile(rows, 90) }
    }
}

/// How much a value grows in a day, in thousandths, by the straight line that lies nearest to the points (least squares);
/// none for less than two days.
#[must_use]
pub fn trend(points: &[(i64, i64)]) -> Option<i64> {
    let count = i128::try_from(points.len()).ok().filter(|count| *count >= 2)?;
    let first = points.first()?.0;
    let x = |point: &(i64, i64)| i128::from(point.0.saturating_sub(first));
    let y = |point: &(i64, i64)| i128::from(point.1);
    let sum_x: i128 = points.iter().map(x).sum();
    let sum_y: i128 = points.iter().map(y).sum();
    let products: i128 = points.iter().map(|p| x(p) * y(p)).sum();
    let squares: i128 = points.iter().map(|p| x(p) * x(p)).sum();
    let slope = ((count * products - sum_x * sum_y) * 1000).checked_div(count * squares - sum_x * sum_x)?;
    i64::try_from(slope).ok()
}

/// In how many days a server is full that grows like this; 0 when it is, none when it never will be.
#[must_use]
pub fn full_in(load: i64, capacity: i64, growth_per_day_thousandths: i64) -> Option<i64> {
    let left = capacity.saturating_sub(load);
    if capacity <= 0 {
        return None;
    }
    if left <= 0 {
        return Some(0);
    }
    (growth_per_day_thousandths > 0)
        .then(|| left.saturating_mul(1000).saturating_add(growth_per_day_thousandths - 1))
        .map(|scaled| scaled.div_euclid(growth_per_day_thousandths))
}

/// When a server is full, from its load on the last days.
#[must_use]
pub fn forecast(points: &[(i64, i64)], capacity: i64) -> Option<i64> {
    let load = points.last()?.1;
    full_in(load, capacity, trend(points).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_nothing_are_nothing() {
        assert_eq!((share(1, 3), share(0, 0), share(3, 3)), (3333, 0, 10_000));
        assert_eq!((churn(10, 4), churn(0, 0)), (6000, 0));
        assert_eq!(retained(6, 10, 4), 6250);
        assert_eq!(Change { now: 15, before: 10 }.change(), Some(5000));
        assert_eq!(Change { now: 15, before: 0 }.change(), None);
    }

    #[test]
    fn half_and_nine_tenths_of_the_answers() {
        let row = |step: i64, value| Row { slice: format!("minutes:{step}"), day: 1, value };
        let rows = [row(5, 5), row(60, 4), row(1440, 1)];
        assert_eq!(Answered::of(&rows), Answered { count: 10, median: Some(5), ninetieth: Some(60) });
        assert_eq!(Answered::of(&[]), Answered { count: 0, median: None, ninetieth: None });
    }

    #[test]
    fn a_server_that_grows_is_full_some_day() {
        let points: Vec<_> = (0..14).map(|day| (20_000 + day, 50 + 2 * day)).collect();
        assert_eq!(trend(&points), Some(2000));
        assert_eq!(forecast(&points, 100), Some(12));
        assert_eq!(forecast(&points, 0), None, "it has no bound");
        assert_eq!(forecast(&points, 70), Some(0));
        assert_eq!(forecast(&[(1, 9), (2, 9)], 70), None);
        assert_eq!(forecast(&[(1, 9)], 70), None);
        assert_eq!(forecast(&[], 70), None);
    }
}
