//! Numbers and texts, in whatever dress a provider writes them.

use serde_json::Value;

/// A whole number that a provider writes as a number, as text, or with zeros behind a point.
pub(crate) fn whole(value: Option<&Value>) -> Option<i64> {
    let text = match value? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (plain(digits) && plain(fraction) && fraction.bytes().all(|b| b == b'0'))
        .then(|| whole.parse().ok())
        .flatten()
}

/// A text that a provider writes as text or as a number.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_are_read_in_every_dress_and_nothing_else_is() {
        for (value, number) in [
            (json!(7), Some(7)),
            (json!("-50"), Some(-50)),
            (json!(" 10 "), Some(10)),
            (json!(10.0), Some(10)),
            (json!("10.00"), Some(10)),
            (json!(9_007_199_254_740_993_i64), Some(9_007_199_254_740_993)),
            (json!(10.5), None),
            (json!(1e300), None),
            (json!("1e3"), None),
            (json!("+7"), None),
            (json!("۷"), None),
            (json!("10."), None),
            (json!(""), None),
            (json!(null), None),
            (json!([7]), None),
            (json!("99999999999999999999"), None),
        ] {
            assert_eq!(whole(Some(&value)), number, "{value}");
        }
    }
}
