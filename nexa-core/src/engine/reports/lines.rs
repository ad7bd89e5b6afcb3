//! Points by day into lines of a series.

use std::collections::BTreeMap;

/// Lines of a series that are shown by themselves.
pub(super) const LINES: u32 = 8;

/// One line of a series.
pub(crate) struct Line {
    pub(crate) slice: String,
    pub(crate) values: Vec<i64>,
}

/// A value for each day: sums where nothing is 0, and what stood last where days were not counted.
pub(super) fn daily(points: &[(i64, i64)], (from, to): (i64, i64), sums: bool) -> Vec<i64> {
    let mut last = points.iter().rev().find(|(day, _)| *day < from).map_or(0, |(_, value)| *value);
    let mut of_day: BTreeMap<i64, i64> = BTreeMap::new();
    for (day, value) in points {
        let sum = of_day.entry(*day).or_default();
        *sum = sum.saturating_add(*value);
    }
    (from..=to)
        .map(|day| match of_day.get(&day) {
            Some(value) => {
                last = *value;
                last
            }
            None if sums => 0,
            None => last,
        })
        .collect()
}

/// The greatest lines by their sums; what is beyond is one line more.
pub(super) fn greatest(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.values.iter().fold(0_i64, |a, b| a.saturating_add(*b))));
    let most = usize::try_from(LINES).unwrap_or(usize::MAX);
    if lines.len() <= most {
        return lines;
    }
    let rest = lines.split_off(most);
    let length = rest.first().map_or(0, |line| line.values.len());
    let at = |day: usize| rest.iter().filter_map(|line| line.values.get(day)).sum();
    lines.push(Line { slice: "other".to_owned(), values: (0..length).map(at).collect() });
    lines
}
