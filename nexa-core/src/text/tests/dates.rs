use super::moment;
use crate::{
    domain::shop::Locale,
    text::{date, datetime},
};
use jiff::Timestamp;

#[test]
fn dates_as_people_write_them() {
    let show = |text| Locale::ALL.map(|locale| date(locale, moment(text)));
    assert_eq!(show("2026-11-24T12:00:00Z"), ["۳ آذر ۱۴۰۵", "November 24, 2026", "24 ноября 2026"]);
    assert_eq!(show("2026-03-20T20:29:59Z"), ["۲۹ اسفند ۱۴۰۴", "March 20, 2026", "20 марта 2026"]);
    assert_eq!(
        show("2026-03-20T20:30:00Z"),
        ["۱ فروردین ۱۴۰۵", "March 20, 2026", "20 марта 2026"],
        "midnight in Tehran"
    );
    assert_eq!(show("2025-03-20T12:00:00Z")[0], "۳۰ اسفند ۱۴۰۳", "a leap year");
    assert_eq!(show("1970-01-01T00:00:00Z"), ["۱۱ دی ۱۳۴۸", "January 1, 1970", "1 января 1970"]);
    let at = |text| Locale::ALL.map(|locale| datetime(locale, moment(text)));
    assert_eq!(
        at("2026-11-24T10:35:59Z"),
        ["۳ آذر ۱۴۰۵، ۱۴:۰۵", "November 24, 2026, 10:35 UTC", "24 ноября 2026, 10:35 UTC"]
    );
    assert_eq!(at("2021-07-01T10:00:00Z")[0], "۱۰ تیر ۱۴۰۰، ۱۴:۳۰", "summer time, when Tehran had it");
    for locale in Locale::ALL {
        assert!(!date(locale, Timestamp::MIN).is_empty() && !date(locale, Timestamp::MAX).is_empty());
    }
}
