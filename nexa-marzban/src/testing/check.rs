//! What the panel does not take, and with which words it says so: the models of `app/models/user.py` and
//! `app/models/proxy.py`, and the handler of `app/__init__.py` that tells what is wrong by field.

use super::state::Said;
use serde_json::{Map, Value, json};

/// The panel's inbounds: protocol and tag.
pub(super) const INBOUNDS: [(&str, &str); 4] = [
    ("vless", "VLESS REALITY"),
    ("vless", "VLESS WS"),
    ("vmess", "VMESS TCP"),
    ("shadowsocks", "Shadowsocks TCP"),
];
const KNOWN: [&str; 4] = ["vmess", "vless", "trojan", "shadowsocks"];

fn invalid(field: &str, why: &str) -> Said {
    (422, json!({"detail": {field: why}}))
}

/// The tags of a protocol.
pub(super) fn tags_of(protocol: &str) -> Vec<String> {
    let of = INBOUNDS.iter().filter(|(of, _)| *of == protocol);
    of.map(|(_, tag)| (*tag).to_owned()).collect()
}

/// What is wrong with a new user.
pub(super) fn create(body: &Map<String, Value>) -> Option<Said> {
    let name = body.get("username").and_then(Value::as_str);
    let Some(name) = name else { return Some(invalid("username", "Field required")) };
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_@.".contains(&byte));
    if !plain || !(3..=32).contains(&name.len()) {
        return Some(invalid("username", "Value error, Username only can be 3 to 32 characters"));
    }
    if body.get("proxies").and_then(Value::as_object).is_none_or(Map::is_empty) {
        return Some(invalid("proxies", "Value error, Each user needs at least one proxy"));
    }
    fields(body, &["active", "on_hold"])
}

/// What is wrong with a change.
pub(super) fn change(body: &Map<String, Value>) -> Option<Said> {
    fields(body, &["active", "disabled", "on_hold"])
}

fn fields(body: &Map<String, Value>, statuses: &[&str]) -> Option<Said> {
    let told = |field: &str| body.get(field).filter(|value| !value.is_null());
    for field in ["data_limit", "expire", "on_hold_expire_duration", "auto_delete_in_days"] {
        if told(field).is_some_and(|value| !value.is_i64()) {
            return Some(invalid(field, "Input should be a valid integer"));
        }
    }
    if told("data_limit").and_then(Value::as_i64).is_some_and(|limit| limit < 0) {
        return Some(invalid("data_limit", "Input should be greater than or equal to 0"));
    }
    let note = told("note").map(Value::as_str);
    if note.is_some_and(|note| note.is_none_or(|note| note.chars().count() > 500)) {
        return Some(invalid("note", "Value error, User's note can be a maximum of 500 character"));
    }
    let status = told("status").and_then(Value::as_str);
    if status.is_some_and(|status| !statuses.contains(&status)) {
        return Some(invalid("status", "Input should be 'active' or 'on_hold'"));
    }
    let held = status == Some("on_hold");
    if held && told("on_hold_expire_duration").and_then(Value::as_i64).is_none_or(|lasts| lasts == 0) {
        return Some(invalid("status", "Value error, User cannot be on hold without a valid duration."));
    }
    let strategies = ["no_reset", "day", "week", "month", "year"];
    let strategy = told("data_limit_reset_strategy").map(Value::as_str);
    if strategy.is_some_and(|told| told.is_none_or(|told| !strategies.contains(&told))) {
        return Some(invalid("data_limit_reset_strategy", "Input should be 'no_reset', 'day', …"));
    }
    proxies(body).or_else(|| inbounds(body))
}

fn proxies(body: &Map<String, Value>) -> Option<Said> {
    for (protocol, settings) in body.get("proxies").and_then(Value::as_object).into_iter().flatten() {
        if !KNOWN.contains(&protocol.as_str()) {
            return Some(invalid("proxies", "is not a valid ProxyTypes"));
        }
        let text = |field: &str| settings.get(field).map(|value| value.as_str().unwrap_or_default());
        if text("id").is_some_and(|id| uuid(id).is_none()) {
            return Some(invalid("proxies", "Input should be a valid UUID"));
        }
        if text("password").is_some_and(str::is_empty) {
            return Some(invalid("proxies", "Input should be a valid string"));
        }
        if text("flow").is_some_and(|flow| !matches!(flow, "" | "xtls-rprx-vision")) {
            return Some(invalid("proxies", "Input should be '' or 'xtls-rprx-vision'"));
        }
        if tags_of(protocol).is_empty() {
            return Some((400, json!({"detail": format!("Protocol {protocol} is disabled on your server")})));
        }
    }
    None
}

fn inbounds(body: &Map<String, Value>) -> Option<Said> {
    let all = body.get("inbounds").and_then(Value::as_object).into_iter().flatten();
    for tag in all.flat_map(|(_, tags)| tags.as_array().into_iter().flatten()) {
        if INBOUNDS.iter().all(|(_, known)| tag.as_str() != Some(known)) {
            return Some(invalid("inbounds", "Value error, Inbound doesn't exist"));
        }
    }
    None
}

/// A UUID as Python writes it: lower-case, with dashes.
pub(super) fn uuid(text: &str) -> Option<String> {
    let hex: String = text.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    let plain = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let part = |range| hex.get(range).map(str::to_owned);
    plain.then(|| Some([part(0..8)?, part(8..12)?, part(12..16)?, part(16..20)?, part(20..32)?].join("-")))?
}
