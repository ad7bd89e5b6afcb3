//! Dates: Jalali in Tehran's time for Persian, Gregorian in UTC for English and Russian.
//!
//! The zone comes from the data built into jiff, not from the machine, so the same moment reads the same everywhere.

use super::number::digits;
use crate::domain::shop::Locale;
use icu_calendar::{Date, Gregorian, Iso, cal::Persian};
use icu_datetime::{
    FixedCalendarDateTimeFormatter,
    fieldsets::{YM, YMD},
};
use icu_locale_core::locale;
use jiff::{
    Timestamp, civil,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use std::sync::LazyLock;

/// Tehran has kept +03:30 all year since 2022; the zone's data knows the years before.
static TEHRAN: LazyLock<TimeZone> = LazyLock::new(|| {
    let fixed = Offset::from_seconds(12_600).map_or(TimeZone::UTC, TimeZone::fixed);
    TimeZoneDatabase::bundled().get("Asia/Tehran").unwrap_or(fixed)
});

/// The day, e.g. `۳ آذر ۱۴۰۵`, `November 24, 2026` or `24 ноября 2026`.
#[must_use]
pub fn date(locale: Locale, moment: Timestamp) -> String {
    let day = local(locale, moment).date();
    spoken(locale, day).unwrap_or_else(|| digits(locale, &day.to_string()))
}

/// The day and the minute, e.g. `۳ آذر ۱۴۰۵، ۱۴:۰۵` or `November 24, 2026, 10:35 UTC`.
#[must_use]
pub fn datetime(locale: Locale, moment: Timestamp) -> String {
    let time = local(locale, moment).time();
    let clock = digits(locale, &format!("{:02}:{:02}", time.hour(), time.minute()));
    let day = date(locale, moment);
    match locale {
        Locale::Fa => format!("{day}، {clock}"),
        Locale::En | Locale::Ru => format!("{day}, {clock} UTC"),
    }
}

/// The first day of the month that a day is in, in the calendar of the language's readers.
#[must_use]
pub fn month_of(locale: Locale, day: civil::Date) -> civil::Date {
    let in_month = match (locale, iso(day)) {
        (Locale::Fa, Some(iso)) => i64::from(iso.to_calendar(Persian).day_of_month().0),
        _ => i64::from(day.day()),
    };
    day.saturating_sub(jiff::Span::new().days(in_month - 1))
}

/// The month of a day, e.g. `آذر ۱۴۰۵`, `November 2026` or `ноябрь 2026`.
#[must_use]
pub fn month(locale: Locale, day: civil::Date) -> String {
    named_month(locale, day).unwrap_or_else(|| digits(locale, &day.to_string()))
}

fn named_month(locale: Locale, day: civil::Date) -> Option<String> {
    let iso = iso(day)?;
    Some(match locale {
        Locale::Fa => {
            let format =
                FixedCalendarDateTimeFormatter::<Persian, _>::try_new(locale!("fa").into(), YM::long())
                    .ok()?;
            format.format(&iso.to_calendar(Persian)).to_string()
        }
        Locale::En => gregorian_month(locale!("en"), iso)?,
        Locale::Ru => gregorian_month(locale!("ru"), iso)?.trim_end_matches("г.").trim_end().to_owned(),
    })
}

fn gregorian_month(language: icu_locale_core::Locale, day: Date<Iso>) -> Option<String> {
    let format = FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(language.into(), YM::long()).ok()?;
    Some(format.format(&day.to_calendar(Gregorian)).to_string())
}

fn iso(day: civil::Date) -> Option<Date<Iso>> {
    let (month, of_month) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    Date::try_new_iso(i32::from(day.year()), month, of_month).ok()
}

fn local(locale: Locale, moment: Timestamp) -> civil::DateTime {
    match locale {
        Locale::Fa => TEHRAN.to_datetime(moment),
        Locale::En | Locale::Ru => TimeZone::UTC.to_datetime(moment),
    }
}

fn spoken(locale: Locale, day: civil::Date) -> Option<String> {
    let iso = iso(day)?;
    match locale {
        Locale::Fa => {
            let format =
                FixedCalendarDateTimeFormatter::<Persian, _>::try_new(locale!("fa").into(), YMD::long())
                    .ok()?;
            Some(format.format(&iso.to_calendar(Persian)).to_string())
        }
        Locale::En => gregorian(locale!("en"), iso),
        // Without the "г." of a lone date: its full stop would meet that of a sentence.
        Locale::Ru => {
            gregorian(locale!("ru"), iso).map(|day| day.trim_end_matches("г.").trim_end().to_owned())
        }
    }
}

fn gregorian(language: icu_locale_core::Locale, day: Date<Iso>) -> Option<String> {
    let format =
        FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(language.into(), YMD::long()).ok()?;
    Some(format.format(&day.to_calendar(Gregorian)).to_string())
}
