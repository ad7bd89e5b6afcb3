//! Every locale is complete: the same messages, in the same files, with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Breach, File, below, enforce};

/// Where a message stands and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    place: String,
    line: usize,
    variables: BTreeSet<String>,
}

/// The messages of one locale by `file/key` (and `file/key.attribute`).
type Catalogue = BTreeMap<String, Message>;

/// Reads one Fluent file (syntax: projectfluent.org, "Fluent Syntax 1.0"): a message or term begins in the first
/// column, its text and attributes are indented. Returns a breach for each key that the file has twice.
fn read(file: &File, name: &str, into: &mut Catalogue) -> Vec<Breach> {
    let mut twice = Vec::new();
    let mut current: Option<(String, String)> = None;
    for (index, line) in file.text.lines().enumerate() {
        let line_number = index + 1;
        let indented = line.starts_with([' ', '\t', '}']);
        let start = if indented { line.trim_start().strip_prefix('.') } else { Some(line) };
        if let Some((key, _)) =
            start.and_then(|text| text.split_once('=')).filter(|(key, _)| is_key(key.trim()))
        {
            let key = key.trim();
            let base = if indented { current.as_ref().map_or("", |(base, _)| base.as_str()) } else { key };
            let full = if indented { format!("{name}/{base}.{key}") } else { format!("{name}/{key}") };
            let message = Message { place: file.path.clone(), line: line_number, variables: BTreeSet::new() };
            if into.insert(full.clone(), message).is_some() {
                twice.push(Breach::new(&file.path, line_number, format!("has `{key}` twice")));
            }
            current = Some((base.to_owned(), full));
        } else if !indented && !line.is_empty() {
            current = None;
        }
        if let Some(message) = current.as_ref().and_then(|(_, full)| into.get_mut(full)) {
            message.variables.extend(variables(line));
        }
    }
    twice
}

fn is_key(text: &str) -> bool {
    let name = text.strip_prefix('-').unwrap_or(text);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A lone `$` is the sign of the dollar.
fn variables(line: &str) -> impl Iterator<Item = String> + '_ {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
    let names = line.split('$').skip(1).map(move |rest| rest.split(ends).next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).map(ToOwned::to_owned)
}

/// What one locale lacks of another, and where the two speak of different things.
fn differences(from: &Catalogue, to: &Catalogue, locale: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    for (key, message) in from {
        match to.get(key) {
            None => found.push(Breach::new(
                &message.place,
                message.line,
                format!("`{key}` is missing in {locale}"),
            )),
            Some(other) if other.variables != message.variables => {
                let what =
                    format!("`{key}` has {:?} here, {:?} in {locale}", message.variables, other.variables);
                found.push(Breach::new(&message.place, message.line, what));
            }
            Some(_) => {}
        }
    }
    found
}

/// Reads the locale folders from files such as `locales/client/en/shop.ftl` and compares each with English, both ways.
fn compare(files: &[&File]) -> Vec<Breach> {
    let mut locales: BTreeMap<String, Catalogue> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files {
        let mut parts = file.path.rsplit('/');
        let name = parts.next().unwrap_or_default();
        let catalogue = locales.entry(parts.next().unwrap_or_default().to_owned()).or_default();
        found.extend(read(file, name, catalogue));
    }
    let Some(english) = locales.get("en") else {
        found.extend(
            files.first().map(|file| Breach::new(&file.path, 1, "there is no locale `en` to compare with")),
        );
        return found;
    };
    for (locale, catalogue) in locales.iter().filter(|(locale, _)| *locale != "en") {
        found.extend(differences(english, catalogue, locale));
        found.extend(
            differences(catalogue, english, "en")
                .into_iter()
                .filter(|breach| breach.what.contains("missing")),
        );
    }
    found
}

#[test]
fn every_locale_is_complete() {
    let files = below("nexa-core/locales/", |file| file.is("ftl"));
    let folders: BTreeSet<_> = files.iter().filter_map(|file| file.path.split('/').nth(3)).collect();
    assert!(
        files.is_empty() || folders.len() > 1,
        "one locale alone, {folders:?}: the rule would check nothing"
    );
    enforce(
        "every locale has the same messages, in files of the same name, with the same variables",
        "translate the message, or remove it everywhere; a sentence uses every variable that it is given",
        &compare(&files),
    );
}

fn told(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(path, text)| File::new(path, text)).collect();
    compare(&files.iter().collect::<Vec<_>>()).iter().map(ToString::to_string).collect()
}

#[test]
fn incomplete_locales_are_found() {
    let en = (
        "l/en/shop.ftl",
        "# a = b\nbuy = Buy\nleft =\n    { $days ->\n        [one] one day\n       *[other] { $days } days\n    }\n",
    );
    assert_eq!(told(&[en, ("l/fa/shop.ftl", "buy = x\nleft = { $days }\n")]), [""; 0]);
    assert_eq!(
        told(&[en, ("l/fa/shop.ftl", "buy = x\n")]),
        ["l/en/shop.ftl:3: `shop.ftl/left` is missing in fa"]
    );
    assert_eq!(
        told(&[en, ("l/fa/shop.ftl", "buy = x\nleft = { $day }\n")]),
        ["l/en/shop.ftl:3: `shop.ftl/left` has {\"days\"} here, {\"day\"} in fa"]
    );
    assert_eq!(
        told(&[en, ("l/fa/shop.ftl", "buy = x\nleft = { $days }\nmore = y\n")]),
        ["l/fa/shop.ftl:3: `shop.ftl/more` is missing in en"]
    );
    assert_eq!(told(&[en, ("l/fa/order.ftl", en.1)]).len(), 4, "another file is another message");
    assert_eq!(told(&[en, ("l/ru/shop.ftl", "buy = $\nleft = { $days } $\n")]), [""; 0], "a dollar");
}

#[test]
fn attributes_doubles_and_a_missing_original_are_found() {
    let en = ("l/en/a.ftl", "-brand = Nexa\nlogin = Log in\n    .title = Hi { $name }\n");
    assert_eq!(
        told(&[en, ("l/ru/a.ftl", "-brand = Nexa\nlogin = x\n")]),
        ["l/en/a.ftl:3: `a.ftl/login.title` is missing in ru"]
    );
    assert_eq!(told(&[("l/en/a.ftl", "a = 1\na = 2\n")]), ["l/en/a.ftl:2: has `a` twice"]);
    assert_eq!(told(&[("l/fa/a.ftl", "a = 1\n")]).len(), 1);
    assert_eq!(told(&[]), [""; 0]);
}
