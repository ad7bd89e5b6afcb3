//! The page of metrics (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>). What stands at a
//! moment is written as whole numbers: an amount of money is exact.

use nexa_core::metric::{Amount, Metric, MetricKind, Sample};
use std::{collections::BTreeSet, fmt::Write as _};

const BUILD: Metric =
    Metric { name: "nexa_build_info", kind: MetricKind::Gauge, help: "1, with the version of the program." };
const DRAINING: Metric = Metric {
    name: "nexa_draining",
    kind: MetricKind::Gauge,
    help: "Whether the program was told to stop and lets open requests end.",
};

/// Every metric of the program itself.
pub const METRICS: &[Metric] = &[BUILD, DRAINING];

/// What the program says of itself.
pub fn about(draining: bool) -> Vec<Sample> {
    vec![
        BUILD.sample(Amount::Count(1)).of("version", env!("CARGO_PKG_VERSION")),
        DRAINING.sample(Amount::Count(i64::from(draining))),
    ]
}

/// The page: what was counted as it is, then the samples, then the names of what has no value yet.
pub fn page(counted: &str, samples: &[Sample], known: &[Metric]) -> String {
    let mut page = String::with_capacity(counted.len() + 8192);
    page.push_str(counted);
    if !page.is_empty() && !page.ends_with('\n') {
        page.push('\n');
    }
    let said = counted.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let mut said: BTreeSet<&str> = said.collect();
    for metric in known {
        if !said.insert(metric.name) {
            continue;
        }
        head(&mut page, *metric);
        for sample in samples.iter().filter(|sample| sample.metric.name == metric.name) {
            line(&mut page, sample);
        }
    }
    page
}

fn head(page: &mut String, metric: Metric) {
    let kind = match metric.kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
    };
    let Metric { name, help, .. } = metric;
    // Writing into a text never fails.
    writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}").ok();
}

fn line(page: &mut String, sample: &Sample) {
    page.push_str(sample.metric.name);
    for (place, (name, word)) in sample.labels.iter().enumerate() {
        page.push(if place == 0 { '{' } else { ',' });
        write!(page, "{name}=\"{}\"", escaped(word)).ok();
    }
    if !sample.labels.is_empty() {
        page.push('}');
    }
    match sample.value {
        Amount::Count(count) => writeln!(page, " {count}"),
        Amount::Time(time) => writeln!(page, " {}.{:09}", time.as_secs(), time.subsec_nanos()),
    }
    .ok();
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_page_says_each_metric_once_and_names_what_has_no_value_yet() {
        let metric = |name, kind| Metric { name, kind, help: "Help." };
        let counted = metric("counted_total", MetricKind::Counter);
        let waits = metric("waits", MetricKind::Gauge);
        let held = metric("held_seconds_total", MetricKind::Counter);
        let never = metric("never_seconds", MetricKind::Histogram);
        let samples = [
            waits.sample(Amount::Count(-3)).of("of", "a\"b\\c\n").of("state", "x"),
            held.sample(Amount::Time(Duration::from_millis(1_007))),
            waits.sample(Amount::Count(i64::MAX)),
        ];
        let text = "# TYPE counted_total counter\ncounted_total 1\n";
        let page = page(text, &samples, &[counted, waits, held, never]);
        let expected = "# TYPE counted_total counter\ncounted_total 1\n\
            # HELP waits Help.\n# TYPE waits gauge\nwaits{of=\"a\\\"b\\\\c\\n\",state=\"x\"} -3\nwaits 9223372036854775807\n\
            # HELP held_seconds_total Help.\n# TYPE held_seconds_total counter\nheld_seconds_total 1.007000000\n\
            # HELP never_seconds Help.\n# TYPE never_seconds histogram\n";
        assert_eq!(page, expected);
    }
}
