//! Figures as pictures, drawn as SVG on the server: time runs to the right in every language, as in all our charts, and
//! the greatest value stands where the reader's lines begin. A table beside each says the same in words.

use crate::say::Words;

const WIDTH: i64 = 600;
const HEIGHT: i64 = 140;
/// Where the axis lies.
const FLOOR: i64 = 116;
const CEILING: i64 = 14;

/// What a picture shows.
pub struct Picture<'a> {
    /// Unique on its page: the names of title and description are made from it.
    pub id: &'a str,
    /// What it shows.
    pub title: String,
    /// The same in a sentence.
    pub about: String,
    /// A date for each value.
    pub days: &'a [String],
    /// The values.
    pub values: &'a [i64],
    /// How a value is written.
    pub write: &'a dyn Fn(i64) -> String,
}

/// One bar a day, for what happens.
#[must_use]
pub fn bars(words: Words, of: &Picture<'_>) -> String {
    let most = of.values.iter().copied().max().unwrap_or(0).max(1);
    let count = i64::try_from(of.values.len()).unwrap_or(1).max(1);
    let bar = |(at, (day, value)): (i64, (&String, &i64))| {
        let (left, right) = (at * WIDTH / count, (at + 1) * WIDTH / count);
        let gap = i64::from(count <= 120);
        let width = (right - left - gap).max(1);
        let tall = height(*value, most).max(2);
        let (y, told) = (FLOOR - tall, escaped(&format!("{}: {}", words.day(day), (of.write)(*value))));
        (*value > 0).then(|| {
            format!(
                r#"<rect x="{left}" y="{y}" width="{width}" height="{tall}"><title>{told}</title></rect>"#
            )
        })
    };
    let inside: String = (0_i64..).zip(of.days.iter().zip(of.values)).filter_map(bar).collect();
    framed(words, of, most, &inside)
}

/// A line through the days, for what stands.
#[must_use]
pub fn line(words: Words, of: &Picture<'_>) -> String {
    let most = of.values.iter().copied().max().unwrap_or(0).max(1);
    let last = i64::try_from(of.values.len()).unwrap_or(1).saturating_sub(1).max(1);
    let point = |(at, value): (i64, &i64)| format!("{},{}", at * WIDTH / last, FLOOR - height(*value, most));
    let points: Vec<String> = (0_i64..).zip(of.values).map(point).collect();
    let inside = format!(r#"<polyline points="{}"/>"#, points.join(" "));
    framed(words, of, most, &inside)
}

fn height(value: i64, most: i64) -> i64 {
    let scaled = i128::from(value.max(0)) * i128::from(FLOOR - CEILING);
    i64::try_from(scaled.checked_div(i128::from(most)).unwrap_or(0)).unwrap_or(0)
}

fn framed(words: Words, of: &Picture<'_>, most: i64, inside: &str) -> String {
    let Picture { id, title, about, days, .. } = of;
    let (title, about) = (escaped(title), escaped(about));
    let top = escaped(&(of.write)(most));
    // In a picture whose time runs to the right, each text is still read in its own direction.
    let way = words.dir();
    let (at, left, right) = if way == "rtl" { (WIDTH, "end", "start") } else { (0, "start", "end") };
    let y = HEIGHT - 8;
    let day = |day: Option<&String>| day.map(|day| escaped(&words.day(day))).unwrap_or_default();
    let (first, last) = (day(days.first()), day(days.last()));
    format!(
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-about" focusable="false"><title id="{id}-title">{title}</title><desc id="{id}-about">{about}</desc><line x1="0" y1="{FLOOR}" x2="{WIDTH}" y2="{FLOOR}"/>{inside}<g direction="{way}"><text x="{at}" y="10" text-anchor="start">{top}</text><text x="0" y="{y}" text-anchor="{left}">{first}</text><text x="{WIDTH}" y="{y}" text-anchor="{right}">{last}</text></g></svg>"#
    )
}

/// Text inside SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::domain::shop::Locale;

    fn drawn(draw: fn(Words, &Picture<'_>) -> String, locale: Locale, values: &[i64]) -> String {
        let days: Vec<String> = (1..=values.len()).map(|day| format!("2026-03-{day:02}")).collect();
        let write = |value: i64| value.to_string();
        let (title, about) = ("<Sold>".to_owned(), "a & b".to_owned());
        draw(Words(locale), &Picture { id: "sold", title, about, days: &days, values, write: &write })
    }

    #[test]
    fn days_without_anything_have_no_bar_and_the_greatest_the_tallest() {
        let picture = drawn(bars, Locale::En, &[0, 1, -5, i64::MAX]);
        assert_eq!(picture.matches("<rect").count(), 2, "{picture}");
        assert!(picture.contains(r#"height="102""#) && picture.contains(r#"height="2""#), "{picture}");
        assert!(picture.contains("&lt;Sold&gt;") && picture.contains("a &amp; b"), "{picture}");
    }

    #[test]
    fn a_line_goes_through_every_day() {
        assert!(drawn(line, Locale::En, &[0, 2, 4]).contains(r#"points="0,116 300,65 600,14""#));
        for locale in Locale::ALL {
            assert!(drawn(line, locale, &[]).ends_with("</svg>"));
            assert!(drawn(bars, locale, &[]).ends_with("</svg>"));
        }
    }

    #[test]
    fn the_greatest_value_stands_where_lines_begin() {
        assert!(
            drawn(bars, Locale::Fa, &[1])
                .contains(r#"<g direction="rtl"><text x="600" y="10" text-anchor="start">"#)
        );
        assert!(
            drawn(bars, Locale::En, &[1])
                .contains(r#"<g direction="ltr"><text x="0" y="10" text-anchor="start">"#)
        );
    }
}
