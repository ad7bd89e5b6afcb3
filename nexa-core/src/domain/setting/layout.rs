//! From what is kept to what is shown.

use super::{Field, Input};
use serde_json::Value;

/// A setting with what stands in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Laid {
    /// Its path, with the row's number in place of a star.
    pub name: String,
    /// What it is.
    pub field: Field,
    /// What stands in it, as one types it; empty for a secret.
    pub value: String,
    /// Whether something stands in it.
    pub set: bool,
}

/// Every setting that can be typed, in the kind's order. Lists have so many empty rows behind those that are filled.
#[must_use]
pub fn lay_out(fields: &[Field], config: &Value, spare: usize) -> Vec<Laid> {
    let mut all = Vec::new();
    let mut rest = fields;
    while let Some(first) = rest.first() {
        let list = first.in_rows().map(|(list, _)| list);
        let count = rest.iter().take_while(|field| field.in_rows().map(|(of, _)| of) == list).count().max(1);
        let (these, others) = rest.split_at(if list.is_some() { count } else { 1 });
        match list {
            None => all.extend(laid(*first, first.name.to_owned(), at(config, first.name))),
            Some(list) => {
                let rows = at(config, list).and_then(Value::as_array).map_or(0, Vec::len);
                for row in 0..rows.saturating_add(spare) {
                    for field in these {
                        let name = field.name.replacen('*', &row.to_string(), 1);
                        let value = at(config, &name);
                        all.extend(laid(*field, name, value));
                    }
                }
            }
        }
        rest = others;
    }
    all
}

/// What stands at a path.
pub(super) fn at<'a>(config: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(config, |value, part| match value {
        Value::Array(rows) => rows.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

/// One setting; none where what stands in it cannot be typed.
fn laid(field: Field, name: String, value: Option<&Value>) -> Option<Laid> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Some(Laid { name, field, value: String::new(), set: false });
    };
    let text = match (field.input, value) {
        (Input::Secret, Value::String(_)) => String::new(),
        (Input::Lines, Value::Array(lines)) => {
            let lines: Option<Vec<&str>> = lines.iter().map(Value::as_str).collect();
            lines?.join("\n")
        }
        (Input::Flag, Value::Bool(on)) => if *on { "1" } else { "" }.to_owned(),
        (Input::Number, Value::Number(number)) => number.to_string(),
        (Input::Text | Input::Choice(_), Value::String(text)) => text.clone(),
        _ => return None,
    };
    Some(Laid { name, field, value: text, set: true })
}
