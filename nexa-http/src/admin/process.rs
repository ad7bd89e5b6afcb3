//! What the operating system knows of this process, under the names that every exporter uses
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>). Linux only: elsewhere nothing is there.

use nexa_core::metric::{Amount, Metric, MetricKind, Sample};
use std::{fs, time::Duration};

const CPU: Metric = Metric {
    name: "process_cpu_seconds_total",
    kind: MetricKind::Counter,
    help: "Time that processors spent on the program.",
};
const MEMORY: Metric =
    Metric { name: "process_resident_memory_bytes", kind: MetricKind::Gauge, help: "Memory in use." };
const STARTED: Metric = Metric {
    name: "process_start_time_seconds",
    kind: MetricKind::Gauge,
    help: "When the program began, since 1970.",
};
const FILES: Metric =
    Metric { name: "process_open_fds", kind: MetricKind::Gauge, help: "Open files and connections." };
const MOST_FILES: Metric = Metric {
    name: "process_max_fds",
    kind: MetricKind::Gauge,
    help: "Most files and connections that may be open.",
};

/// Every metric of the process.
pub const METRICS: &[Metric] = &[CPU, MEMORY, STARTED, FILES, MOST_FILES];

/// A tick of `/proc`, which Linux shows in hundredths of a second on every machine that Rust runs on (`USER_HZ`,
/// <https://man7.org/linux/man-pages/man7/time.7.html>).
const TICK_MILLIS: u64 = 10;

/// Those that can be read.
pub fn samples() -> Vec<Sample> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let stat = read("/proc/self/stat");
    let files = fs::read_dir("/proc/self/fd").map(Iterator::count).ok();
    let found = [
        times(&stat).map(|(spent, _)| CPU.sample(Amount::Time(spent))),
        memory(&read("/proc/self/status")).map(|bytes| MEMORY.sample(Amount::Count(bytes))),
        times(&stat).and_then(|(_, began)| {
            Some(STARTED.sample(Amount::Time(Duration::from_secs(booted(&read("/proc/stat"))?) + began)))
        }),
        files.and_then(|count| Some(FILES.sample(Amount::Count(count.try_into().ok()?)))),
        most_files(&read("/proc/self/limits")).map(|count| MOST_FILES.sample(Amount::Count(count))),
    ];
    found.into_iter().flatten().collect()
}

/// The time that the process took, and how long after the start of the machine it began.
fn times(stat: &str) -> Option<(Duration, Duration)> {
    // The name in brackets may hold blanks; what is counted stands behind it, from the third field on.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    let time = |ticks: u64| Duration::from_millis(ticks.saturating_mul(TICK_MILLIS));
    Some((time(ticks(14)?.saturating_add(ticks(15)?)), time(ticks(22)?)))
}

/// When the machine began, in seconds since 1970.
fn booted(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn memory(status: &str) -> Option<i64> {
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    kib.trim().parse::<i64>().ok()?.checked_mul(1024)
}

fn most_files(limits: &str) -> Option<i64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_says_is_read() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 90 0 0 0 250 31 0 0 20 0 9 0 4321 1000 200 18446744073709551615";
        let (spent, began) = times(stat).unwrap();
        assert_eq!((spent, began), (Duration::from_millis(2_810), Duration::from_millis(43_210)));
        assert_eq!(booted("cpu 1 2\nbtime 1700000000\nprocesses 5\n"), Some(1_700_000_000));
        assert_eq!(memory("Name:\tnexa\nVmRSS:\t   2048 kB\n"), Some(2_097_152));
        assert_eq!(
            most_files("Max open files            1024                 4096                 files\n"),
            Some(1024)
        );
        assert_eq!(times("7 (a) S"), None, "what is not there is no panic");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_all_of_them() {
        assert_eq!(samples().len(), METRICS.len());
    }
}
