//! What a link's answer says beside its body, in the headers that client apps read.
//!
//! The Clash convention (`subscription-userinfo` and friends) as the Hiddify app parses it: all four keys must be
//! there, the interval is in whole hours, and a file name is only understood in quotes. A `base64:` prefix carries
//! names beyond ASCII (hiddify.com, "URL Scheme").

use super::choose::Form;
use crate::{paths, say::Words};
use data_encoding::BASE64;
use nexa_core::frontdesk::LinkStatus;
use poem::http::{HeaderValue, header};

/// Hours after which an app asks again.
const UPDATE_HOURS: &str = "1";

/// The headers of an answer.
#[must_use]
pub fn of(status: &LinkStatus, form: Form, public_url: &str, token: &str) -> Vec<(String, String)> {
    let mut all = vec![
        (header::CONTENT_TYPE.to_string(), form.content_type().to_owned()),
        (header::CACHE_CONTROL.to_string(), "private, no-store".to_owned()),
        (header::VARY.to_string(), "user-agent, accept".to_owned()),
    ];
    if form == Form::Page {
        return all;
    }
    let mut push = |name: &str, value: String| all.push((name.to_owned(), value));
    push("subscription-userinfo", userinfo(status));
    push("profile-title", format!("base64:{}", BASE64.encode(status.shop.name.as_bytes())));
    push("profile-update-interval", UPDATE_HOURS.to_owned());
    push("profile-web-page-url", format!("{public_url}{}", paths::link_format(token, "page")));
    push("content-disposition", disposition(&status.shop.name, form));
    if let Some(support) = status.shop.support_url.as_ref().filter(|url| HeaderValue::from_str(url).is_ok()) {
        push("support-url", support.clone());
    }
    if let Some(key) = announcement(status.state) {
        let text = Words(status.locale).get(key);
        push("announce", format!("base64:{}", BASE64.encode(nexa_core::text::plain(&text).as_bytes())));
    }
    all
}

fn userinfo(status: &LinkStatus) -> String {
    let (used, limit) = (status.used_bytes, status.limit_bytes);
    format!("upload=0; download={used}; total={limit}; expire={}", status.ends_at.max(0))
}

fn disposition(name: &str, form: Form) -> String {
    let ending = match form {
        Form::SingBox | Form::Sip008 => ".json",
        Form::Clash => ".yaml",
        _ => ".txt",
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let readable = ascii.contains(|c: char| c.is_ascii_alphanumeric());
    let ascii = if readable { ascii.as_str() } else { "subscription" };
    format!("attachment; filename=\"{}{ending}\"; filename*=UTF-8''{}{ending}", ascii.trim(), percent(name))
}

/// The sentence for a subscription that does not work now.
#[must_use]
pub fn announcement(state: &str) -> Option<&'static str> {
    Some(match state {
        "exhausted" => "link-exhausted",
        "ended" | "revoked" => "link-ended",
        "suspended" => "link-suspended",
        "pending" => "link-pending",
        _ => return None,
    })
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_no_trick() {
        let value = disposition("نکسا \"x\"\r\n; a=b", Form::Clash);
        assert!(HeaderValue::from_str(&value).is_ok(), "{value}");
        assert_eq!(value.matches('"').count(), 2, "{value}");
        assert!(value.contains("filename*=UTF-8''%D9%86"), "{value}");
    }

    #[test]
    fn only_ends_are_announced() {
        assert_eq!(announcement("active"), None);
        for state in ["exhausted", "ended", "suspended", "pending", "revoked"] {
            let key = announcement(state).unwrap();
            assert_ne!(Words(nexa_core::domain::shop::Locale::Fa).get(key), key);
        }
    }
}
