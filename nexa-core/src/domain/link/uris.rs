//! Share links, one a line: `scheme://credential@host:port?parameters#name`, and `vmess://` with base64 JSON.

use super::{FAKE, MAX_BYTES, Merged, Names, Part, Room, is_message};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding};
use serde_json::{Map, Value};
use std::{collections::HashSet, fmt::Write};

pub(super) fn merge(parts: &[Part<'_>], status: Option<&str>, mut names: Names) -> Merged {
    let mut lines: Vec<String> = status.map(dead).into_iter().collect();
    let mut seen = HashSet::new();
    let mut room = Room::new();
    let mut entries = 0;
    let mut dropped = Vec::new();
    for part in parts {
        let mut usable = false;
        for entry in read(part.body) {
            usable = true;
            if seen.contains(&entry.identity()) || !room.take(entry.len()) {
                continue;
            }
            seen.insert(entry.identity());
            lines.push(entry.called(&names.entry(part.server, &entry.name())));
            entries += 1;
        }
        if !usable {
            dropped.push(part.server.to_owned());
        }
    }
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    Merged { text, entries, dropped }
}

/// Nothing listens at port 1 of the own device; the method is one that every app knows.
fn dead(name: &str) -> String {
    format!("ss://{}@127.0.0.1:1#{}", BASE64URL_NOPAD.encode(b"aes-128-gcm:-"), escape(name))
}

pub(super) fn read(body: &str) -> Vec<Entry> {
    if body.len() > MAX_BYTES {
        return Vec::new();
    }
    let unpacked = if body.contains("://") { None } else { decode(body.trim()) };
    unpacked.as_deref().unwrap_or(body).lines().filter_map(|line| Entry::read(line.trim())).collect()
}

/// One share link in its parts.
pub(super) enum Entry {
    /// The JSON of a `vmess://` link.
    Vmess(Map<String, Value>),
    /// All others: the text before `#`, and the name behind it.
    Uri { scheme: String, rest: String, name: String },
}

impl Entry {
    /// Reads a line; `None` for comments, messages and what is not a share link.
    fn read(line: &str) -> Option<Self> {
        let (scheme, rest) = line.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let mut letters = scheme.chars();
        let plain = letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        // Apps would download a bare web address as another subscription: a panel must not be able to ask for that.
        let web = matches!(scheme.as_str(), "http" | "https" | "file" | "ftp" | "javascript" | "data");
        if !plain || web || line.contains(FAKE) {
            return None;
        }
        let (rest, name) = rest.split_once('#').unwrap_or((rest, ""));
        if scheme == "vmess" && !rest.contains('@') {
            return Self::vmess(rest);
        }
        let (credential, host, port) = address(rest);
        if rest.is_empty() || rest.chars().any(char::is_whitespace) || is_message(host, port, credential) {
            return None;
        }
        Some(Self::Uri { scheme, rest: rest.to_owned(), name: unescape(name) })
    }

    /// The base64 form.
    fn vmess(rest: &str) -> Option<Self> {
        let Ok(Value::Object(map)) = serde_json::from_str(&decode(rest.trim_end_matches('/'))?) else {
            return None;
        };
        let message = is_message(&word(&map, "add"), &word(&map, "port"), &word(&map, "id"))
            || map.values().any(|v| v.as_str().is_some_and(|text| text.contains(FAKE)));
        (!message).then_some(Self::Vmess(map))
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Vmess(map) => word(map, "ps"),
            Self::Uri { name, .. } => name.clone(),
        }
    }

    /// All that decides where and how the entry connects: everything but its name and the order of its parameters.
    fn identity(&self) -> String {
        match self {
            Self::Vmess(map) => {
                let fields = map.iter().filter(|(key, _)| !matches!(key.as_str(), "ps" | "remark" | "v"));
                let fields: Vec<_> = fields.map(|(key, _)| (key, word(map, key))).collect();
                format!("vmess {fields:?}")
            }
            Self::Uri { scheme, rest, .. } => {
                let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
                let mut fields: Vec<&str> =
                    query.split('&').filter(|f| !f.is_empty() && !f.starts_with("hiddify=")).collect();
                fields.sort_unstable();
                let place = place.trim_end_matches('/');
                match place.rsplit_once('@') {
                    Some((credential, host)) => {
                        format!("{scheme} {credential}@{} {fields:?}", host.to_ascii_lowercase())
                    }
                    None => format!("{scheme} {place} {fields:?}"),
                }
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Vmess(map) => map.iter().map(|(key, value)| key.len() + value.to_string().len() + 8).sum(),
            Self::Uri { scheme, rest, name } => scheme.len() + rest.len() + 3 * name.len() + 4,
        }
    }

    fn called(&self, name: &str) -> String {
        match self {
            Self::Vmess(map) => {
                let mut map = map.clone();
                map.insert("ps".to_owned(), name.into());
                format!("vmess://{}", BASE64.encode(Value::Object(map).to_string().as_bytes()))
            }
            Self::Uri { scheme, rest, .. } => format!("{scheme}://{rest}#{}", escape(name)),
        }
    }
}

/// Credential, host and port of what stands behind `scheme://`; empty where there is none.
pub(super) fn address(rest: &str) -> (&str, &str, &str) {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (credential, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (credential, host, port),
        _ => (credential, place, ""),
    }
}

/// A field as text, whether the panel wrote a string or a number.
fn word(map: &Map<String, Value>, key: &str) -> String {
    match map.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Base64 in any of the four alphabets that are met.
pub(super) fn decode(text: &str) -> Option<String> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let try_as = |encoding: &Encoding| encoding.decode(&packed).ok();
    let bytes = [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD].iter().find_map(try_as)?;
    String::from_utf8(bytes).ok()
}

/// Percent-encodes all but the unreserved characters of RFC 3986, section 2.3.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _written = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The opposite of [`escape`]; a `%` that begins no pair of digits stands for itself.
pub(super) fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair =
            bytes.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|p| std::str::from_utf8(p).ok());
        let value = pair.filter(|p| !p.starts_with('+')).and_then(|p| u8::from_str_radix(p, 16).ok());
        out.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}
