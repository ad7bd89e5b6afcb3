//! What a link's answer says beside its body, in the headers that client apps read.
//!
//! The Clash convention (`subscription-userinfo` and friends) as the Hiddify app parses it: all four keys must be
//! there, the interval is in whole hours, and a file name is only understood in quotes. A `base64:` prefix carries
//! names beyond ASCII (hiddify.com, "URL Scheme").

use crate::say::Words;
use data_encoding::BASE64;
use nexa_core::{
    apps::percent,
    frontdesk::{DeviceGate, LinkAnswer, LinkForm, LinkMove, LinkStatus},
};
use poem::http::{HeaderValue, header};

/// Hours after which an app asks again.
const UPDATE_HOURS: &str = "1";
/// Where the link lives from now on (hiddify.com, "URL Scheme"; best effort, as not every version reads it).
pub const MOVED: &str = "moved-permanently-to";
/// What an answer depends on; encodings are the server's business, and it adds no second line when they are named here.
const VARY: &str = "accept, accept-encoding, accept-language, user-agent, x-hwid";

/// The address of the link to give away.
#[must_use]
pub fn link(status: &LinkStatus) -> &str {
    status.links.first().map_or("", String::as_str)
}

const fn content_type(form: LinkForm) -> &'static str {
    match form {
        LinkForm::Base64 | LinkForm::Plain | LinkForm::WireGuard => "text/plain; charset=utf-8",
        LinkForm::SingBox | LinkForm::Sip008 | LinkForm::Xray => "application/json",
        LinkForm::Clash => "text/yaml; charset=utf-8",
        LinkForm::Page => "text/html; charset=utf-8",
    }
}

/// The headers of an answer, each once.
#[must_use]
pub fn of(found: &LinkAnswer) -> Vec<(String, String)> {
    let (status, form) = (&found.status, found.form);
    let mut all = vec![
        (header::CONTENT_TYPE.to_string(), content_type(form).to_owned()),
        (header::CACHE_CONTROL.to_string(), "private, no-store".to_owned()),
        (header::VARY.to_string(), VARY.to_owned()),
    ];
    if form == LinkForm::Page {
        return all;
    }
    let mut push = |name: &str, value: String| all.push((name.to_owned(), value));
    push("subscription-userinfo", userinfo(status));
    push("profile-title", format!("base64:{}", BASE64.encode(status.shop.name.as_bytes())));
    push("profile-update-interval", UPDATE_HOURS.to_owned());
    push("profile-web-page-url", format!("{}/{}", link(status), LinkForm::Page.name()));
    push("content-disposition", disposition(&status.shop.name, form));
    if let Some(support) = status.shop.support_url.as_ref().filter(|url| HeaderValue::from_str(url).is_ok()) {
        push("support-url", support.clone());
    }
    if status.moving.is_some() {
        push(MOVED, link(status).to_owned());
    }
    if let Some(key) = announcement(status.state).or(notice(found)) {
        let text = Words(status.locale).get(key);
        push("announce", format!("base64:{}", BASE64.encode(nexa_core::text::plain(&text).as_bytes())));
    }
    for name in device(found.device) {
        push(name, "true".to_owned());
    }
    for (name, value) in &found.headers {
        all.retain(|(known, _)| known != name);
        all.push((name.clone(), value.clone()));
    }
    all
}

/// What is to be said of a subscription that works, or would.
fn notice(found: &LinkAnswer) -> Option<&'static str> {
    match (found.device, found.status.moving) {
        (DeviceGate::Full, _) => Some("link-devices-full"),
        (DeviceGate::Missing, _) => Some("link-device-unnamed"),
        _ if found.status.in_grace => Some("link-grace"),
        (_, Some(LinkMove::Announced)) => Some("link-moving"),
        _ => None,
    }
}

/// The headers by which Remnawave tells clients of device limits (`subscription.service.ts`), which apps know.
const fn device(gate: DeviceGate) -> &'static [&'static str] {
    match gate {
        DeviceGate::NotCounted => &[],
        DeviceGate::Admitted => &["x-hwid-active"],
        DeviceGate::Full => &["x-hwid-active", "x-hwid-limit", "x-hwid-max-devices-reached"],
        DeviceGate::Missing => &["x-hwid-active", "x-hwid-not-supported"],
    }
}

fn userinfo(status: &LinkStatus) -> String {
    let (used, limit) = (status.used_bytes, status.limit_bytes);
    format!("upload=0; download={used}; total={limit}; expire={}", status.ends_at.max(0))
}

fn disposition(name: &str, form: LinkForm) -> String {
    let ending = match form {
        LinkForm::SingBox | LinkForm::Sip008 | LinkForm::Xray => ".json",
        LinkForm::Clash => ".yaml",
        LinkForm::WireGuard => ".conf",
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
        "suspended" | "frozen" => "link-suspended",
        "pending" => "link-pending",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_no_trick() {
        let value = disposition("نکسا \"x\"\r\n; a=b", LinkForm::Clash);
        assert!(HeaderValue::from_str(&value).is_ok(), "{value}");
        assert_eq!(value.matches('"').count(), 2, "{value}");
        assert!(value.contains("filename*=UTF-8''%D9%86"), "{value}");
    }

    #[test]
    fn only_ends_are_announced() {
        assert_eq!(announcement("active"), None);
        for state in ["exhausted", "ended", "suspended", "frozen", "pending", "revoked"] {
            let key = announcement(state).unwrap();
            assert_ne!(Words(nexa_core::domain::shop::Locale::Fa).get(key), key);
        }
    }
}
