//! From what was typed to what is kept.

use super::{Field, Input, layout::at};
use crate::domain::{refusal::Refusal, user::digits};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that a list may have.
const MOST_ROWS: usize = 50;

/// Why a secret is asked for that stands there already.
pub(super) const AGAIN: &str = "type it again, because calls go elsewhere";

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

/// The configuration that was typed, over the one before.
///
/// What was not typed stays. An empty text takes a setting away, but a secret stays until another one or `-` is typed. A
/// row in which nothing was typed goes. Where calls would go elsewhere than before, the secrets must be typed again:
/// nobody sends those that they do not know to a place of their own.
pub fn assemble(
    fields: &[Field],
    given: &BTreeMap<String, String>,
    before: Option<&Value>,
) -> Result<Value, Refusal> {
    let mut made = before.cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let mut lists: BTreeMap<&'static str, BTreeSet<usize>> = BTreeMap::new();
    for (name, text) in given {
        let (field, row) = described(fields, name).ok_or(bad("config", "unknown setting"))?;
        match (field.in_rows(), row) {
            (Some((list, _)), Some(row)) => {
                lists.entry(list).or_default().insert(row);
            }
            _ => put(&mut made, field.name, wish(field, text)?),
        }
    }
    for (list, rows) in lists {
        let rows = rows_of(fields, list, &rows, given, at(&made, list))?;
        put(&mut made, list, if rows.is_empty() { Wish::Nothing } else { Wish::Value(Value::Array(rows)) });
    }
    if let Some(before) = before {
        keeps_secrets(fields, given, before, &made)?;
    }
    match fields.iter().find(|field| field.needed && !is_there(field, &made)) {
        Some(field) => Err(bad(field.name, "missing")),
        None => Ok(made),
    }
}

/// What was typed where nothing is shown of what stands: what was left empty stays, and `-` takes any setting away that
/// is in no list.
#[must_use]
pub fn unseen(fields: &[Field], mut given: BTreeMap<String, String>) -> BTreeMap<String, String> {
    given.retain(|_, text| !text.trim().is_empty());
    for (name, text) in &mut given {
        let plain = |field: &Field| field.input != Input::Secret && field.in_rows().is_none();
        if text.trim() == "-" && described(fields, name).is_some_and(|(field, _)| plain(field)) {
            text.clear();
        }
    }
    given
}

/// Refuses to take a stored secret along to another place. Away from such a place, to where the kind goes by itself, it
/// may go. What is both leads only to where it says.
fn keeps_secrets(
    fields: &[Field],
    given: &BTreeMap<String, String>,
    before: &Value,
    made: &Value,
) -> Result<(), Refusal> {
    let moved = |field: &Field| {
        let path = field.in_rows().map_or(field.name, |(list, _)| list);
        field.destination && at(made, path).is_some() && at(made, path) != at(before, path)
    };
    if !fields.iter().any(moved) {
        return Ok(());
    }
    let untyped = |name: &str| {
        let stands = at(before, name).is_some_and(|value| !value.is_null());
        stands && given.get(name).is_none_or(|text| text.trim().is_empty())
    };
    let kept = |field: &&Field| match field.in_rows() {
        None => untyped(field.name),
        Some((list, within)) => {
            let rows = at(before, list).and_then(Value::as_array).map_or(0, Vec::len);
            (0..rows).any(|row| untyped(&format!("{list}.{row}.{within}")))
        }
    };
    let mut secrets = fields.iter().filter(|field| field.input == Input::Secret && !field.destination);
    secrets.find(kept).map_or(Ok(()), |field| Err(bad(field.name, AGAIN)))
}

/// Which setting this is, and in which row.
fn described<'a>(fields: &'a [Field], name: &str) -> Option<(&'a Field, Option<usize>)> {
    if let Some(field) = fields.iter().find(|field| field.name == name && field.in_rows().is_none()) {
        return Some((field, None));
    }
    fields.iter().find_map(|field| {
        let (list, within) = field.in_rows()?;
        let row = name.strip_prefix(list)?.strip_prefix('.')?.strip_suffix(within)?.strip_suffix('.')?;
        let row = row.parse().ok().filter(|row| *row < MOST_ROWS)?;
        Some((field, Some(row)))
    })
}

/// What is to become of a setting.
enum Wish {
    Stay,
    Nothing,
    Value(Value),
}

fn wish(field: &Field, text: &str) -> Result<Wish, Refusal> {
    let text = text.trim();
    Ok(match (field.input, text) {
        (Input::Secret, "") => Wish::Stay,
        (Input::Secret, "-") | (_, "") => Wish::Nothing,
        (Input::Secret | Input::Text, text) => Wish::Value(Value::String(text.to_owned())),
        (Input::Flag, _) => Wish::Value(Value::Bool(true)),
        (Input::Number, text) => {
            let number = digits(text).and_then(|digits| digits.parse::<i64>().ok());
            Wish::Value(Value::from(number.ok_or(bad(field.name, "a whole number"))?))
        }
        (Input::Choice(words), text) if words.contains(&text) => Wish::Value(Value::String(text.to_owned())),
        (Input::Choice(_), _) => return Err(bad(field.name, "unknown")),
        (Input::Lines, text) => {
            let lines = text.split(char::is_whitespace).filter(|line| !line.is_empty());
            Wish::Value(Value::Array(lines.map(Value::from).collect()))
        }
    })
}

/// The rows of a list: those before with what was typed in them, without those that were emptied.
fn rows_of(
    fields: &[Field],
    list: &'static str,
    typed: &BTreeSet<usize>,
    given: &BTreeMap<String, String>,
    before: Option<&Value>,
) -> Result<Vec<Value>, Refusal> {
    let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let end = typed.last().map_or(0, |row| row.saturating_add(1));
    let mut rows = Vec::new();
    for number in 0..end.max(before.len()) {
        let known = before.get(number);
        let mut row = known.cloned().unwrap_or_else(|| Value::Object(Map::new()));
        if !typed.contains(&number) {
            rows.extend(known.cloned());
            continue;
        }
        let mut filled = false;
        for field in fields {
            let Some((of, within)) = field.in_rows().filter(|(of, _)| *of == list) else { continue };
            let Some(text) = given.get(&format!("{of}.{number}.{within}")) else { continue };
            filled |= !text.trim().is_empty();
            put(&mut row, within, wish(field, text)?);
        }
        if filled {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Puts a value at a path, and takes away objects that became empty.
fn put(config: &mut Value, path: &str, wish: Wish) {
    let Value::Object(members) = config else { return };
    match (path.split_once('.'), wish) {
        (_, Wish::Stay) => {}
        (None, Wish::Nothing) => drop(members.remove(path)),
        (None, Wish::Value(value)) => drop(members.insert(path.to_owned(), value)),
        (Some((part, rest)), wish) => {
            let mut inner = members.remove(part).unwrap_or_else(|| Value::Object(Map::new()));
            put(&mut inner, rest, wish);
            if inner.as_object().is_none_or(|inner| !inner.is_empty()) {
                members.insert(part.to_owned(), inner);
            }
        }
    }
}

fn is_there(field: &Field, config: &Value) -> bool {
    match field.in_rows() {
        None => at(config, field.name).is_some(),
        Some((list, within)) => at(config, list)
            .and_then(Value::as_array)
            .is_some_and(|rows| !rows.is_empty() && rows.iter().all(|row| at(row, within).is_some())),
    }
}
