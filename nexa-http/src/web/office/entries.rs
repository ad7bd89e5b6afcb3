//! The settings of an adapter as fields of a form.

use crate::{say::Words, web::form::Form};
use nexa_core::{
    backoffice::model::{FieldView, SettingRequest, SettingView},
    text::{self, Arg},
};
use std::collections::BTreeSet;

/// Empty rows of a list in a form.
pub const SPARE: u32 = 2;

/// One setting as a field.
pub struct Entry {
    /// The name of the field.
    pub name: String,
    pub label: String,
    /// What stands above it, where a row of a list begins.
    pub heading: Option<String>,
    pub hint: Option<String>,
    pub input: String,
    pub choices: Vec<String>,
    pub value: String,
    /// Whether a secret stands in it.
    pub kept: bool,
    /// Whether a browser should ask for it.
    pub required: bool,
    place: Place,
    /// Whether what stands in it is not shown, so that leaving it empty says nothing.
    pub unseen: bool,
    /// The row of a list that it stands in.
    row: Option<(String, i64)>,
}

/// Where in a form a setting stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Open.
    Usual,
    /// Folded away with those that most shops leave.
    Seldom,
    /// Folded away with the rows in which nothing stands yet, behind the first.
    Spare,
}

/// The settings of one form.
pub struct Entries(Vec<Entry>);

impl Entries {
    /// Those that stand open.
    pub fn usual(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| entry.place == Place::Usual)
    }

    /// Rows that may be filled in, too.
    pub fn rows(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| entry.place == Place::Spare)
    }

    /// Whether there are such rows.
    pub fn has_rows(&self) -> bool {
        self.rows().next().is_some()
    }

    /// Those that are folded away.
    pub fn more(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| entry.place == Place::Seldom)
    }

    /// Whether any is folded away.
    pub fn has_more(&self) -> bool {
        self.more().next().is_some()
    }

    /// Whether the kind describes none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same where nothing is shown of what stands: all of it is kept unless something is typed, and goes for `-`.
    pub fn kept(mut self) -> Self {
        for entry in &mut self.0 {
            entry.required = false;
            entry.kept = entry.input == "secret";
            entry.unseen = true;
        }
        self
    }
}

/// The name of a setting's field in a form.
fn field(name: &str) -> String {
    format!("set-{name}")
}

/// The settings of a kind with nothing in them.
pub fn blank(fields: &[FieldView]) -> Vec<SettingView> {
    let mut all = Vec::new();
    let mut rest = fields;
    while let Some(first) = rest.first() {
        let list = first.name.split_once(".*.").map(|(list, _)| list);
        let same =
            |field: &&FieldView| list.is_some() && field.name.split_once(".*.").map(|(of, _)| of) == list;
        let count = rest.iter().take_while(same).count().max(1);
        let (these, others) = rest.split_at(count);
        for row in 0..if list.is_some() { SPARE.saturating_add(1) } else { 1 } {
            all.extend(these.iter().map(|field| SettingView {
                name: field.name.replacen('*', &row.to_string(), 1),
                field: field.clone(),
                value: String::new(),
                set: false,
            }));
        }
        rest = others;
    }
    all
}

/// The fields of a form: with what was typed, or else with what stands there.
pub fn of(words: Words, settings: &[SettingView], typed: Option<&Form>) -> Entries {
    let mut list = String::new();
    let mut all: Vec<Entry> =
        settings.iter().map(|setting| entry(words, setting, typed, &mut list)).collect();
    let filled = all.iter().filter(|entry| entry.kept || !entry.value.is_empty());
    let filled: BTreeSet<_> = filled.filter_map(|entry| entry.row.clone()).collect();
    for entry in &mut all {
        if entry.row.as_ref().is_some_and(|row| row.1 > 0 && !filled.contains(row)) {
            entry.place = Place::Spare;
        }
    }
    Entries(all)
}

fn entry(words: Words, of: &SettingView, typed: Option<&Form>, row: &mut String) -> Entry {
    let name = field(&of.name);
    let key = text::setting_key(&of.field.name);
    let number = of.name.split('.').find_map(|part| part.parse::<i64>().ok());
    let begins = number.is_some_and(|number| {
        let here = format!("{}{number}", of.field.name.split('*').next().unwrap_or_default());
        std::mem::replace(row, here.clone()) != here
    });
    let heading = number.filter(|_| begins).map(|number| {
        let list = of.field.name.split('.').next().unwrap_or_default();
        words.with(&format!("office-row-{list}"), &[("number", Arg::Number(number.saturating_add(1)))])
    });
    let hint =
        Some(format!("{key}-hint")).map(|key| (words.get(&key), key)).filter(|(hint, key)| hint != key);
    Entry {
        label: Some(words.get(&key)).filter(|label| *label != key).unwrap_or_else(|| of.name.clone()),
        heading,
        hint: hint.map(|(hint, _)| hint),
        input: of.field.input.clone(),
        choices: of.field.choices.clone(),
        value: typed.map_or_else(|| of.value.clone(), |form| form.text(&name).to_owned()),
        kept: of.set && of.field.input == "secret",
        required: of.field.needed && !of.set && number.is_none_or(|number| number == 0),
        place: if of.field.seldom { Place::Seldom } else { Place::Usual },
        unseen: false,
        row: number.map(|number| (of.field.name.split('.').next().unwrap_or_default().to_owned(), number)),
        name,
    }
}

/// What was typed into them.
pub fn typed(settings: &[SettingView], form: &Form) -> Vec<SettingRequest> {
    let one = |of: &SettingView| SettingRequest {
        name: of.name.clone(),
        value: form.text(&field(&of.name)).to_owned(),
    };
    settings.iter().map(one).collect()
}
