//! Tables as the database itself describes them, so that none is forgotten, and the statements that go over them.

use super::super::{
    engine::{Sql, sql},
    row::{Row, Value},
};
use crate::error::Failure;
use std::collections::BTreeMap;

/// What the engines keep for themselves.
const THEIR_OWN: [&str; 3] = ["migrations", "turns", "commits"];

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::sql) struct Column {
    /// Its name.
    pub(in crate::sql) name: String,
    /// Whether it holds texts; numbers otherwise.
    text: bool,
}

/// A table and the statements that go over it in the order of its keys.
#[derive(Clone, Debug)]
pub(in crate::sql) struct Table {
    /// Its name.
    pub(in crate::sql) name: String,
    /// Its columns, in an order that is the same on every engine.
    pub(in crate::sql) columns: Vec<Column>,
    /// Where the columns of its key are among them.
    key: Vec<usize>,
    /// The tables that its rows refer to.
    parents: Vec<String>,
    texts: Texts,
    /// The statement that changes a text, by column.
    changes: BTreeMap<String, &'static str>,
}

/// What is asked of it. They are made once for each table of a command and stay until it ends.
#[derive(Clone, Copy, Debug)]
struct Texts {
    first: &'static str,
    next: &'static str,
    last: &'static str,
    count: &'static str,
    insert: &'static str,
    copy: &'static str,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.columns, &self.key) == (&other.name, &other.columns, &other.key)
    }
}

impl Table {
    /// Where a column stands in a row.
    pub(in crate::sql) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// Writes another text into a row's column, if it is still as it was read.
    pub(in crate::sql) fn change(&self, column: &str, text: String, row: &Row) -> Sql {
        let was = self.place(column).and_then(|at| row.values().get(at).cloned()).unwrap_or(Value::Null);
        let start = self.changes.get(column).copied().unwrap_or_default();
        let key = self.key_of(row);
        key.into_iter().fold(sql(start).bind(text).bind(was), Sql::bind)
    }

    /// The key of a row.
    pub(in crate::sql) fn key_of(&self, row: &Row) -> Vec<Value> {
        self.key.iter().filter_map(|at| row.values().get(*at).cloned()).collect()
    }

    /// So many rows behind a key, or the first.
    pub(super) fn page(&self, behind: Option<&[Value]>, limit: i64) -> Sql {
        match behind {
            None => sql(self.texts.first).bind(limit),
            Some(key) => {
                key.iter().fold(sql(self.texts.next), |sql, value| sql.bind(value.clone())).bind(limit)
            }
        }
    }

    /// The last key.
    pub(super) const fn last(&self) -> Sql {
        sql(self.texts.last)
    }

    /// The number of rows, as `rows`.
    pub(super) const fn count(&self) -> Sql {
        sql(self.texts.count)
    }

    /// Writes rows that come as JSON, an array of arrays. For SQLite.
    pub(super) fn insert(&self, rows: &str) -> Sql {
        sql(self.texts.insert).bind(rows)
    }

    /// Begins to write rows as they come. For PostgreSQL.
    pub(super) const fn copy(&self) -> &'static str {
        self.texts.copy
    }
}

/// Puts tables together from what an engine says of columns (`name`, `col`, `type`, and the place in the key as `place`, 0
/// for none) and of references (`name`, `parent`).
pub(super) fn tables(columns: &[Row], references: &[Row]) -> Result<Vec<Table>, Failure> {
    let mut found: Vec<(String, Vec<(Column, i64)>)> = Vec::new();
    for row in columns {
        let name = row.text("name")?;
        if THEIR_OWN.contains(&name.as_str()) {
            continue;
        }
        let text = row.text("type")?.eq_ignore_ascii_case("text");
        let column = (Column { name: row.text("col")?, text }, row.int("place")?);
        match found.last_mut() {
            Some((last, columns)) if *last == name => columns.push(column),
            _ => found.push((name, vec![column])),
        }
    }
    let mut parents = Vec::new();
    for row in references {
        parents.push((row.text("name")?, row.text("parent")?));
    }
    found.into_iter().map(|(name, columns)| table(name, columns, &parents)).collect()
}

fn table(
    name: String,
    mut columns: Vec<(Column, i64)>,
    parents: &[(String, String)],
) -> Result<Table, Failure> {
    // Columns that came with later versions stand at different places.
    columns.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let mut key: Vec<(i64, usize)> = columns
        .iter()
        .enumerate()
        .filter(|(_, (_, place))| *place > 0)
        .map(|(at, (_, p))| (*p, at))
        .collect();
    key.sort_unstable();
    if key.is_empty() {
        return Err(Failure::core(&format!("the table {name} has no primary key")));
    }
    let own = |parent: &&(String, String)| parent.0 == name && parent.1 != name;
    let parents = parents.iter().filter(own).map(|(_, parent)| parent.clone()).collect();
    let key: Vec<usize> = key.into_iter().map(|(_, at)| at).collect();
    let columns: Vec<Column> = columns.into_iter().map(|(column, _)| column).collect();
    let texts = texts(&name, &columns, &key);
    let changes = changes(&name, &columns, &key);
    Ok(Table { name, columns, key, parents, texts, changes })
}

fn changes(name: &str, columns: &[Column], key: &[usize]) -> BTreeMap<String, &'static str> {
    let names = key.iter().filter_map(|at| columns.get(*at)).map(|column| &column.name);
    let same: Vec<String> = names.enumerate().map(|(at, name)| format!("\"{name}\" = ${}", at + 3)).collect();
    let statement = |column: &Column| {
        let column = &column.name;
        let text = format!(
            "UPDATE \"{name}\" SET \"{column}\" = $1 WHERE \"{column}\" = $2 AND {}",
            same.join(" AND ")
        );
        (column.clone(), &*text.leak())
    };
    columns.iter().filter(|column| column.text).map(statement).collect()
}

fn texts(name: &str, columns: &[Column], key: &[usize]) -> Texts {
    let quoted = |column: &Column| format!("\"{}\"", column.name);
    let all = columns.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let key: Vec<String> = key.iter().filter_map(|at| columns.get(*at)).map(quoted).collect();
    let places: Vec<String> = (1..=key.len()).map(|n| format!("${n}")).collect();
    let (by, places, next) = (key.join(", "), places.join(", "), key.len() + 1);
    let back = key.iter().map(|column| format!("{column} DESC")).collect::<Vec<_>>().join(", ");
    let cells: Vec<String> = (0..columns.len()).map(|at| format!("json_extract(value, '$[{at}]')")).collect();
    Texts {
        first: format!("SELECT {all} FROM \"{name}\" ORDER BY {by} LIMIT $1").leak(),
        next: format!("SELECT {all} FROM \"{name}\" WHERE ({by}) > ({places}) ORDER BY {by} LIMIT ${next}")
            .leak(),
        last: format!("SELECT {by} FROM \"{name}\" ORDER BY {back} LIMIT 1").leak(),
        count: format!("SELECT COUNT(*) AS rows FROM \"{name}\"").leak(),
        insert: format!("INSERT INTO \"{name}\" ({all}) SELECT {} FROM json_each($1)", cells.join(", "))
            .leak(),
        copy: format!("COPY \"{name}\" ({all}) FROM STDIN").leak(),
    }
}

/// Each table behind those that it refers to; the name of one that refers to itself over others is an error.
pub(super) fn ordered(mut rest: Vec<Table>) -> Result<Vec<Table>, String> {
    let mut done: Vec<Table> = Vec::new();
    while !rest.is_empty() {
        let there = |parent: &String| done.iter().any(|table| table.name == *parent);
        let (ready, waiting): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|table| table.parents.iter().all(there));
        if ready.is_empty() {
            return Err(waiting.first().map(|table| table.name.clone()).unwrap_or_default());
        }
        done.extend(ready);
        rest = waiting;
    }
    Ok(done)
}

/// Rows as JSON, an array of arrays.
pub(super) fn as_json(rows: &[Row]) -> Result<String, Failure> {
    let cell = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(int) => (*int).into(),
        Value::Text(text) => text.as_str().into(),
    };
    let rows: Vec<Vec<serde_json::Value>> =
        rows.iter().map(|row| row.values().iter().map(cell).collect()).collect();
    serde_json::to_string(&rows).map_err(|_| Failure::core("rows cannot be written as JSON"))
}

/// Rows in the text format of COPY (<https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2>).
pub(super) fn as_lines(table: &Table, rows: &[Row]) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for row in rows {
        for (at, value) in row.values().iter().enumerate() {
            if at > 0 {
                lines.push(b'\t');
            }
            match value {
                Value::Null => lines.extend(b"\\N"),
                Value::Int(int) => lines.extend(int.to_string().bytes()),
                Value::Text(text) if text.contains('\0') => {
                    let what = format!(
                        "{} holds a text with a zero byte, which PostgreSQL does not keep",
                        table.name
                    );
                    return Err(Failure::core(&what));
                }
                Value::Text(text) => escape(text, &mut lines),
            }
        }
        lines.push(b'\n');
    }
    Ok(lines)
}

fn escape(text: &str, into: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => into.extend(b"\\\\"),
            b'\t' => into.extend(b"\\t"),
            b'\n' => into.extend(b"\\n"),
            b'\r' => into.extend(b"\\r"),
            plain => into.push(plain),
        }
    }
}
