//! The statements of a dump: which columns a table has, and which rows are put into it.

use super::dump::{Sink, Token};
use std::{collections::BTreeMap, sync::Arc};

/// Columns of a table at most; more is no table of ours.
const MOST_COLUMNS: usize = 400;
/// What begins an item of a table that is no column.
const KEYS: [&str; 9] =
    ["primary", "key", "unique", "constraint", "index", "fulltext", "spatial", "foreign", "check"];

enum State {
    /// Between statements.
    Between,
    /// In one that is passed over.
    Other,
    /// In an `INSERT`, before its table is known for sure.
    Insert { table: Option<String> },
    /// In the list of its columns.
    Columns { table: String, names: Vec<String> },
    /// Before or between its rows.
    Rows { table: String, names: Arc<[String]> },
    /// In a row.
    Row { table: String, names: Arc<[String]>, row: Row },
    /// In a `CREATE TABLE`, before what it has.
    Create { table: Option<String> },
    /// In what it has.
    Items { table: String, names: Vec<String>, depth: u32, is_first: bool },
}

#[derive(Default)]
struct Row {
    values: Vec<Option<String>>,
    value: Option<String>,
    /// Parentheses that are open within the row.
    depth: u32,
    /// The value is what a function gives, which nobody knows here.
    is_computed: bool,
}

/// What was read so far.
pub(super) struct Statements<'a> {
    wanted: &'a [&'a str],
    /// Shared, because a dump may have very many statements about a table with very long names.
    columns: BTreeMap<String, Arc<[String]>>,
    state: State,
}

impl<'a> Statements<'a> {
    pub(super) const fn new(wanted: &'a [&'a str]) -> Self {
        Self { wanted, columns: BTreeMap::new(), state: State::Between }
    }

    pub(super) const fn is_between(&self) -> bool {
        matches!(self.state, State::Between)
    }

    /// How many of the wanted tables were met.
    pub(super) fn met(&self) -> usize {
        self.columns.len()
    }

    /// The table as it is wanted, whatever database stands before its name.
    fn known(&self, name: &str) -> Option<String> {
        let plain = name.rsplit('.').next().unwrap_or(name);
        self.wanted.iter().find(|one| one.eq_ignore_ascii_case(plain)).map(|one| (*one).to_owned())
    }

    pub(super) fn take(&mut self, token: Token, sink: &mut Sink<'_>) {
        let state = std::mem::replace(&mut self.state, State::Other);
        let in_row = matches!(&state, State::Row { row, .. } if row.depth > 0);
        if token == Token::Sign(b';') && !in_row {
            self.state = State::Between;
            return;
        }
        self.state = match state {
            State::Between => begun(&token),
            State::Other => State::Other,
            State::Insert { table } => self.insert(table, token),
            State::Columns { table, names } => self.listed(table, names, token),
            State::Rows { table, names } => match token {
                Token::Sign(b'(') => State::Row { table, names, row: Row::default() },
                Token::Word(_) | Token::Sign(b',') => State::Rows { table, names },
                _ => State::Other,
            },
            State::Row { table, names, row } => row_read(table, names, row, token, sink),
            State::Create { table } => self.create(table, token),
            State::Items { table, names, depth, is_first } => {
                self.item((table, names), depth, is_first, token)
            }
        };
    }

    fn insert(&self, table: Option<String>, token: Token) -> State {
        match (table, token) {
            (Some(name), Token::Sign(b'(')) => match self.known(&name) {
                Some(table) => State::Columns { table, names: Vec::new() },
                None => State::Other,
            },
            (Some(name), Token::Word(word)) if is_values(&word) => {
                let known =
                    self.known(&name).and_then(|table| Some((Arc::clone(self.columns.get(&table)?), table)));
                known.map_or(State::Other, |(names, table)| State::Rows { table, names })
            }
            (None, Token::Word(word)) if is_one_of(&word, &["ignore", "into", "low_priority", "delayed"]) => {
                State::Insert { table: None }
            }
            // The last of several names is the table: the first may be its database.
            (_, Token::Word(name) | Token::Name(name) | Token::Text(Some(name))) => {
                State::Insert { table: Some(name) }
            }
            (table @ Some(_), Token::Sign(b'.')) => State::Insert { table },
            _ => State::Other,
        }
    }

    fn listed(&mut self, table: String, mut names: Vec<String>, token: Token) -> State {
        match token {
            Token::Word(name) | Token::Name(name) | Token::Text(Some(name)) if names.len() < MOST_COLUMNS => {
                names.push(name);
                State::Columns { table, names }
            }
            Token::Sign(b',') => State::Columns { table, names },
            Token::Sign(b')') => {
                let names: Arc<[String]> = names.into();
                self.columns.entry(table.clone()).or_insert_with(|| Arc::clone(&names));
                State::Rows { table, names }
            }
            _ => State::Other,
        }
    }

    fn create(&self, table: Option<String>, token: Token) -> State {
        match (table, token) {
            (Some(name), Token::Sign(b'(')) => match self.known(&name) {
                Some(table) => State::Items { table, names: Vec::new(), depth: 0, is_first: true },
                None => State::Other,
            },
            (None, Token::Word(word)) if is_one_of(&word, &["table", "if", "not", "exists"]) => {
                State::Create { table: None }
            }
            (_, Token::Word(name) | Token::Name(name) | Token::Text(Some(name))) => {
                State::Create { table: Some(name) }
            }
            (table @ Some(_), Token::Sign(b'.')) => State::Create { table },
            _ => State::Other,
        }
    }

    fn item(
        &mut self,
        (table, mut names): (String, Vec<String>),
        depth: u32,
        is_first: bool,
        token: Token,
    ) -> State {
        match token {
            Token::Sign(b')') if depth == 0 => {
                self.columns.insert(table, names.into());
                return State::Other;
            }
            Token::Sign(b',') if depth == 0 => return State::Items { table, names, depth, is_first: true },
            Token::Sign(b'(') => {
                return State::Items { table, names, depth: depth.saturating_add(1), is_first: false };
            }
            Token::Sign(b')') => {
                return State::Items { table, names, depth: depth.saturating_sub(1), is_first: false };
            }
            Token::Word(name) if is_first && is_one_of(&name, &KEYS) => {}
            Token::Word(name) | Token::Name(name) if is_first && names.len() < MOST_COLUMNS => {
                names.push(name);
            }
            _ => {}
        }
        State::Items { table, names, depth, is_first: false }
    }
}

fn begun(token: &Token) -> State {
    match token {
        Token::Word(word) if is_one_of(word, &["insert", "replace"]) => State::Insert { table: None },
        Token::Word(word) if word.eq_ignore_ascii_case("create") => State::Create { table: None },
        _ => State::Other,
    }
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|one| one.eq_ignore_ascii_case(word))
}

fn is_values(word: &str) -> bool {
    is_one_of(word, &["values", "value"])
}

fn row_read(table: String, names: Arc<[String]>, mut row: Row, token: Token, sink: &mut Sink<'_>) -> State {
    match token {
        Token::Sign(b')') if row.depth == 0 => {
            let last = row.value.take();
            row.values.push(last);
            sink(&table, &names, &row.values);
            return State::Rows { table, names };
        }
        Token::Sign(b',') if row.depth == 0 => {
            if row.values.len() >= MOST_COLUMNS {
                return State::Other;
            }
            let value = row.value.take();
            row.values.push(value);
            row.is_computed = false;
        }
        Token::Sign(b'(') => {
            row.depth = row.depth.saturating_add(1);
            (row.value, row.is_computed) = (None, true);
        }
        Token::Sign(b')') => row.depth = row.depth.saturating_sub(1),
        Token::Text(text) if !row.is_computed => row.value = text,
        Token::Word(word) if !row.is_computed && !word.eq_ignore_ascii_case("null") => row.value = Some(word),
        _ => {}
    }
    State::Row { table, names, row }
}
