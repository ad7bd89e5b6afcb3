//! sing-box configurations: the `outbounds` of all, everything else from the first.

use super::{FAKE, MAX_BYTES, Merged, Names, Part, Room, is_message};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

type Object = Map<String, Value>;

pub(super) fn merge(parts: &[Part<'_>], status: Option<&str>, mut names: Names) -> Merged {
    let mut dropped = Vec::new();
    let mut base: Option<Base> = None;
    let mut pool = Pool::default();
    for part in parts {
        let Some((document, outbounds)) = read(part.body) else {
            dropped.push(part.server.to_owned());
            continue;
        };
        let (proxies, others): (Vec<Object>, Vec<Object>) = outbounds.into_iter().partition(is_proxy);
        // A panel gives a disabled identity a document without groups: no base, as long as there is another.
        let better = base.is_none() || pool.proxies.is_empty();
        if better {
            for other in &others {
                names.reserve(text(other, "tag"));
            }
        }
        let proxies: Vec<Object> = proxies.into_iter().filter(|p| !is_dead(p)).collect();
        if proxies.is_empty() {
            dropped.push(part.server.to_owned());
        }
        let usable = base.is_none() || !proxies.is_empty();
        let renamed = pool.add(part.server, proxies, &mut names);
        if better && usable {
            base = Some(Base { document, others, renamed });
        }
    }
    let entries = pool.proxies.len();
    let text = assemble(base.unwrap_or_default(), pool.proxies, status);
    Merged { text, entries, dropped }
}

/// The document that gives all that is not a proxy.
#[derive(Default)]
struct Base {
    document: Object,
    others: Vec<Object>,
    renamed: HashMap<String, String>,
}

/// The proxies of all documents.
struct Pool {
    proxies: Vec<Object>,
    by_identity: HashMap<String, String>,
    room: Room,
}

impl Default for Pool {
    fn default() -> Self {
        Self { proxies: Vec::new(), by_identity: HashMap::new(), room: Room::new() }
    }
}

impl Pool {
    /// Takes the proxies that are new and returns what each is called now.
    fn add(&mut self, server: &str, proxies: Vec<Object>, names: &mut Names) -> HashMap<String, String> {
        let mut renamed = HashMap::new();
        let first = self.proxies.len();
        for mut proxy in proxies {
            let tag = text(&proxy, "tag").to_owned();
            proxy.remove("tag");
            let identity = Value::Object(proxy.clone()).to_string();
            if let Some(known) = self.by_identity.get(&identity) {
                renamed.entry(tag).or_insert_with(|| known.clone());
                continue;
            }
            if !self.room.take(identity.len() + tag.len() + server.len()) {
                continue;
            }
            let name = names.entry(server, &tag);
            proxy.insert("tag".to_owned(), name.as_str().into());
            self.by_identity.insert(identity, name.clone());
            renamed.entry(tag).or_insert(name);
            self.proxies.push(proxy);
        }
        for proxy in self.proxies.iter_mut().skip(first) {
            follow(proxy, &renamed);
        }
        renamed
    }
}

/// Points `detour` at the new name, or away from what is gone.
fn follow(proxy: &mut Object, renamed: &HashMap<String, String>) {
    let Some(target) = proxy.get("detour").and_then(Value::as_str) else { return };
    match renamed.get(target).cloned() {
        Some(name) => proxy.insert("detour".to_owned(), name.into()),
        None => None,
    };
}

fn assemble(base: Base, proxies: Vec<Object>, status: Option<&str>) -> String {
    let Base { mut document, others, renamed } = base;
    let tags: Vec<String> = proxies.iter().map(|p| text(p, "tag").to_owned()).collect();
    let mut groups: Vec<Object> = others;
    let endpoints = tagged(document.get("endpoints"));
    let known = |groups: &[Object]| {
        let tags = groups.iter().map(|g| text(g, "tag").to_owned());
        tags.chain(endpoints.iter().cloned()).collect::<HashSet<String>>()
    };
    let mut kept = known(&groups);
    loop {
        let before = groups.len();
        for group in &mut groups {
            fill(group, &tags, status, &kept, &renamed);
        }
        // A group without members stops sing-box; without it, those that named it may be empty too.
        groups.retain(|g| {
            !is_group(g) || g.get("outbounds").and_then(Value::as_array).is_some_and(|m| !m.is_empty())
        });
        kept = known(&groups);
        if groups.len() == before {
            break;
        }
    }
    for key in ["route", "dns"] {
        if let Some(section) = document.get_mut(key) {
            rename(section, &renamed);
        }
    }
    let status = status.map(|tag| {
        object(&json!({
            "type": "socks", "tag": tag, "server": "127.0.0.1", "server_port": 1, "version": "5"
        }))
    });
    // A group at the head stays there: apps start with the first outbound.
    let (heads, tails): (Vec<Object>, Vec<Object>) = groups.into_iter().partition(is_group);
    let all = heads.into_iter().chain(status).chain(proxies).chain(tails);
    document.insert("outbounds".to_owned(), all.map(Value::Object).collect());
    let mut text = serde_json::to_string_pretty(&Value::Object(document)).unwrap_or_default();
    text.push('\n');
    text
}

/// Makes a group name the merged proxies and no others, behind the groups and direct ways that it named before.
fn fill(
    group: &mut Object,
    tags: &[String],
    status: Option<&str>,
    kept: &HashSet<String>,
    renamed: &HashMap<String, String>,
) {
    if !is_group(group) {
        return;
    }
    let own = text(group, "tag").to_owned();
    let selector = text(group, "type") == "selector";
    let named = group.get("outbounds").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut unique = HashSet::new();
    let mut members: Vec<String> = named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    members.retain(|m| kept.contains(m) && *m != own && unique.insert(m.clone()));
    if selector {
        members.extend(status.map(str::to_owned));
        // Or the dead line would be what a fresh app connects to.
        let default = group.get("default").and_then(Value::as_str).map(|d| renamed.get(d).map_or(d, |n| n));
        let known = default.filter(|d| kept.contains(*d) || tags.iter().any(|t| t == d)).map(str::to_owned);
        let best = members.iter().find(|m| Some(m.as_str()) != status).or_else(|| tags.first());
        match known.or_else(|| best.cloned()) {
            Some(tag) => group.insert("default".to_owned(), tag.into()),
            None => group.remove("default"),
        };
    }
    members.extend(tags.iter().cloned());
    group.insert("outbounds".to_owned(), members.into_iter().map(Value::String).collect());
}

/// Follows the new names where routes and DNS servers point at outbounds.
fn rename(value: &mut Value, renamed: &HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                let points = matches!(key.as_str(), "outbound" | "detour" | "final" | "download_detour");
                match inner.as_str().filter(|_| points).and_then(|name| renamed.get(name)) {
                    Some(name) => *inner = name.as_str().into(),
                    None => rename(inner, renamed),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| rename(inner, renamed)),
        _ => {}
    }
}

fn read(body: &str) -> Option<(Object, Vec<Object>)> {
    if body.len() > MAX_BYTES {
        return None;
    }
    let Ok(Value::Object(mut document)) = serde_json::from_str(body) else { return None };
    let Some(Value::Array(list)) = document.remove("outbounds") else { return None };
    let mut tags = HashSet::new();
    let mut outbounds = Vec::new();
    for item in list {
        if let Value::Object(outbound) = item
            && !text(&outbound, "type").is_empty()
            && (is_proxy(&outbound) || tags.insert(text(&outbound, "tag").to_owned()))
        {
            outbounds.push(outbound);
        }
    }
    Some((document, outbounds))
}

/// The tags of a list of objects.
fn tagged(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.get("tag").and_then(Value::as_str)).map(str::to_owned).collect()
}

fn is_group(outbound: &Object) -> bool {
    matches!(text(outbound, "type"), "selector" | "urltest")
}

fn is_proxy(outbound: &Object) -> bool {
    !is_group(outbound) && !matches!(text(outbound, "type"), "direct" | "block" | "dns")
}

fn is_dead(proxy: &Object) -> bool {
    let port = proxy.get("server_port").map(ToString::to_string).unwrap_or_default();
    let fake = |value: &Value| value.to_string().contains(FAKE);
    let server = text(proxy, "server");
    (proxy.contains_key("server") && is_message(server, &port, text(proxy, "password")))
        || proxy.values().any(fake)
}

fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn object(value: &Value) -> Object {
    value.as_object().cloned().unwrap_or_default()
}
