//! Clash Meta (mihomo) configurations: the `proxies` of all, everything else from the first.

use super::{FAKE, MAX_BYTES, Merged, Names, Part, Room, is_message};
use serde_yaml_ng::{Mapping, Value};
use std::collections::{HashMap, HashSet};

/// Names that mihomo itself knows (wiki.metacubex.one, "proxies: built-in").
const BUILT_IN: [&str; 6] = ["DIRECT", "REJECT", "REJECT-DROP", "PASS", "COMPATIBLE", "GLOBAL"];

pub(super) fn merge(parts: &[Part<'_>], status: Option<&str>, mut names: Names) -> Merged {
    let mut dropped = Vec::new();
    let mut base: Option<Mapping> = None;
    let mut proxies: Vec<Mapping> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut room = Room::new();
    for name in BUILT_IN {
        names.reserve(name);
    }
    for part in parts {
        let Some((document, own)) = read(part.body) else {
            dropped.push(part.server.to_owned());
            continue;
        };
        if base.is_none() {
            for group in groups(&document) {
                names.reserve(text(&group, "name"));
            }
        }
        if own.is_empty() {
            dropped.push(part.server.to_owned());
        }
        add(part.server, own, &mut proxies, &mut known, &mut room, &mut names);
        base.get_or_insert(document);
    }
    let entries = proxies.len();
    Merged { text: assemble(base.unwrap_or_default(), proxies, status), entries, dropped }
}

/// Takes the proxies that are new, under names that are free.
fn add(
    server: &str,
    own: Vec<Mapping>,
    proxies: &mut Vec<Mapping>,
    known: &mut HashSet<String>,
    room: &mut Room,
    names: &mut Names,
) {
    let first = proxies.len();
    let mut renamed = HashMap::new();
    for mut proxy in own {
        let name = text(&proxy, "name").to_owned();
        let tagged = proxy.shift_remove("tag").is_some();
        proxy.shift_remove("name");
        let identity = identity(&proxy);
        if known.contains(&identity) || !room.take(identity.len() + name.len() + server.len()) {
            continue;
        }
        known.insert(identity);
        let chosen = names.entry(server, &name);
        renamed.entry(name).or_insert_with(|| chosen.clone());
        // The name stands first, as people expect it when they read the document.
        let mut entry = Mapping::new();
        entry.insert("name".into(), chosen.as_str().into());
        entry.extend(proxy);
        if tagged {
            entry.insert("tag".into(), chosen.into());
        }
        proxies.push(entry);
    }
    for proxy in proxies.iter_mut().skip(first) {
        let Some(target) = proxy.get("dialer-proxy").and_then(Value::as_str) else { continue };
        if let Some(name) = renamed.get(target).cloned() {
            proxy.insert("dialer-proxy".into(), name.into());
        }
    }
}

/// All fields in the order of their names.
fn identity(proxy: &Mapping) -> String {
    let mut fields: Vec<String> = proxy.iter().map(|(key, value)| format!("{key:?}={value:?}")).collect();
    fields.sort_unstable();
    fields.join(";")
}

fn assemble(mut document: Mapping, proxies: Vec<Mapping>, status: Option<&str>) -> String {
    let tags: Vec<String> = proxies.iter().map(|p| text(p, "name").to_owned()).collect();
    let mut groups = groups(&document);
    let mut kept: HashSet<String> = BUILT_IN.iter().map(|&name| name.to_owned()).collect();
    kept.extend(groups.iter().map(|g| text(g, "name").to_owned()));
    for group in &mut groups {
        fill(group, &tags, status, &kept);
    }
    let dead = status.map(|name| {
        let fields: [(&str, Value); 4] = [
            ("name", name.into()),
            ("type", "socks5".into()),
            ("server", "127.0.0.1".into()),
            ("port", 1.into()),
        ];
        fields.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>()
    });
    let all: Vec<Value> = dead.into_iter().chain(proxies).map(Value::Mapping).collect();
    document.insert("proxies".into(), all.into());
    if !groups.is_empty() {
        document
            .insert("proxy-groups".into(), groups.into_iter().map(Value::Mapping).collect::<Vec<_>>().into());
    }
    serde_yaml_ng::to_string(&document).unwrap_or_default()
}

/// Makes a group name the merged proxies, behind the groups and built-in ways that it named before. A group that takes
/// all by a filter that only shuts names out is written out too, because mihomo would sort it, our dead line first.
fn fill(group: &mut Mapping, tags: &[String], status: Option<&str>, kept: &HashSet<String>) {
    let takes_all = group.get("include-all").and_then(Value::as_bool) == Some(true)
        || group.get("include-all-proxies").and_then(Value::as_bool) == Some(true);
    let filter = text(group, "filter").to_owned();
    if takes_all && !filter.is_empty() && !(filter.contains("^(?!") && filter.ends_with(").*")) {
        return;
    }
    if takes_all {
        for key in ["include-all", "include-all-proxies", "filter"] {
            group.shift_remove(key);
        }
    }
    let own = text(group, "name").to_owned();
    let named = group.get("proxies").and_then(Value::as_sequence).cloned().unwrap_or_default();
    let mut unique = HashSet::new();
    let mut members: Vec<String> = named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    members.retain(|m| kept.contains(m) && *m != own && unique.insert(m.clone()));
    members.extend(tags.iter().cloned());
    if text(group, "type") == "select" {
        // Behind the others: an app starts with the first.
        members.extend(status.map(str::to_owned));
    }
    if members.is_empty() {
        // mihomo refuses a group without members, and REJECT sends nothing past the tunnel.
        members.push("REJECT".to_owned());
    }
    group.insert("proxies".into(), members.into_iter().map(Value::from).collect::<Vec<_>>().into());
}

fn read(body: &str) -> Option<(Mapping, Vec<Mapping>)> {
    if body.len() > MAX_BYTES {
        return None;
    }
    let Ok(Value::Mapping(mut document)) = serde_yaml_ng::from_str(body) else { return None };
    let Some(Value::Sequence(list)) = document.shift_remove("proxies") else { return None };
    let own = list.into_iter().filter_map(|item| match item {
        Value::Mapping(proxy) if !text(&proxy, "type").is_empty() && !is_dead(&proxy) => Some(proxy),
        _ => None,
    });
    let own = own.collect();
    Some((document, own))
}

fn groups(document: &Mapping) -> Vec<Mapping> {
    let listed = document.get("proxy-groups").and_then(Value::as_sequence).cloned().unwrap_or_default();
    let mut names = HashSet::new();
    let mappings = listed.into_iter().filter_map(|item| match item {
        Value::Mapping(group) => Some(group),
        _ => None,
    });
    mappings.filter(|group| names.insert(text(group, "name").to_owned())).collect()
}

fn is_dead(proxy: &Mapping) -> bool {
    let port = match proxy.get("port") {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    let fake = |value: &Value| value.as_str().is_some_and(|text| text.contains(FAKE));
    (proxy.contains_key("server") && is_message(text(proxy, "server"), &port, text(proxy, "password")))
        || proxy.values().any(fake)
}

fn text<'a>(mapping: &'a Mapping, key: &str) -> &'a str {
    mapping.get(key).and_then(Value::as_str).unwrap_or_default()
}
