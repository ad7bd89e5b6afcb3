//! Usage as a picture: one bar a day, drawn as SVG on the server, with the figures in words for whoever does not see it.

use crate::say::Words;
use nexa_core::storefront::model::{DayView, UsageView};

const WIDTH: u64 = 600;
const HEIGHT: u64 = 140;
/// Where the axis lies.
const FLOOR: u64 = 116;
const CEILING: u64 = 14;

/// The bars of some days, the newest at the right whatever the language, as time is drawn in charts.
#[must_use]
pub fn bars(words: Words, usage: &UsageView) -> String {
    let most = usage.days.iter().map(|day| day.bytes).max().unwrap_or(0).max(1);
    let wide = WIDTH / u64::try_from(usage.days.len()).unwrap_or(1).max(1);
    let top = escaped(&words.traffic(most));
    let bars = (0u64..).zip(&usage.days).filter_map(|(at, day)| bar(words, day, at * wide, wide, most));
    // In a picture whose time runs to the right, each text is still read in its own direction.
    let way = words.dir();
    let (left, right) = if way == "rtl" { ("end", "start") } else { ("start", "end") };
    let first = usage.days.first().map(|day| label(words, day, 0, left));
    let last = usage.days.last().map(|day| label(words, day, WIDTH, right));
    let inside: String = bars.chain(first).chain(last).collect();
    format!(
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false"><line x1="0" y1="{FLOOR}" x2="{WIDTH}" y2="{FLOOR}"/><g direction="{way}"><text x="0" y="10" text-anchor="{left}">{top}</text>{inside}</g></svg>"#
    )
}

fn bar(words: Words, day: &DayView, left: u64, wide: u64, most: u64) -> Option<String> {
    let tall = day.bytes.saturating_mul(FLOOR - CEILING).checked_div(most).unwrap_or(0).max(2);
    let (x, y, width) = (left + 1, FLOOR - tall.min(FLOOR), wide.saturating_sub(3).max(1));
    let (date, traffic) = (escaped(&words.day(&day.date)), escaped(&words.traffic(day.bytes)));
    (day.bytes > 0).then(|| {
        format!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{tall}" rx="2"><title>{date}: {traffic}</title></rect>"#
        )
    })
}

fn label(words: Words, day: &DayView, x: u64, anchor: &str) -> String {
    let (y, date) = (HEIGHT - 8, escaped(&words.day(&day.date)));
    format!(r#"<text x="{x}" y="{y}" text-anchor="{anchor}">{date}</text>"#)
}

/// Text inside SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::domain::shop::Locale;

    fn day(date: &str, bytes: u64) -> DayView {
        DayView { date: date.into(), bytes, servers: vec![] }
    }

    #[test]
    fn days_without_traffic_have_no_bar_and_the_greatest_the_tallest() {
        let days = vec![day("2026-03-01", 0), day("2026-03-02", 1), day("2026-03-03", u64::MAX / 1000)];
        let picture = bars(Words(Locale::En), &UsageView { days, total_bytes: 0 });
        assert_eq!(picture.matches("<rect").count(), 2, "{picture}");
        assert!(picture.contains(r#"height="102""#) && picture.contains(r#"height="2""#), "{picture}");
    }

    #[test]
    fn nothing_used_is_an_empty_picture() {
        for locale in Locale::ALL {
            let picture = bars(Words(locale), &UsageView { days: vec![], total_bytes: 0 });
            assert!(picture.ends_with("</svg>") && !picture.contains("<rect"));
        }
    }
}
