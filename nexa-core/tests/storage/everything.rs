//! A file with rows in every table, in whatever form the schema allows.

use rusqlite::{Connection, types::Value as Kept};
use std::path::Path;

/// Rows of each table.
const ROWS: usize = 3;

/// What every text of one row is, so that all rows with the same number belong together. Nothing in it is to be taken for
/// anything else on its way.
fn text(row: usize) -> String {
    format!("v{row}\t\\ \\N\r\n\"'{{}},[] \u{1}ه😀")
}

/// What a column must be, or must not be, for the rules of its table to hold.
enum Value {
    Nothing,
    Int(i64),
    /// The text of the row behind.
    Next,
    /// Another user of the same shop.
    Other,
}

fn exception(table: &str, column: &str) -> Option<Value> {
    Some(match (table, column) {
        ("receipts", "rejection")
        | ("hook_deliveries", "address")
        | ("withdrawals", "decided_at")
        | ("gifts", "claimed_by" | "claim_order_id")
        | ("commissions", "days" | "days_void" | "given_to")
        | ("resellers", "suspended_at") => Value::Nothing,
        ("resellers" | "supplies" | "invoices", "reseller_shop") | ("sources", "shop_id") => Value::Next,
        ("referrals", "referrer_id") | ("commissions", "invited_id") => Value::Other,
        ("invoices", "ends_at") => Value::Int(2),
        _ => return None,
    })
}

/// The first of the words that a column may be.
fn word(schema: &str, column: &str) -> Option<String> {
    let (_, rest) = schema.split_once(&format!("\n    {column} "))?;
    let end = rest.match_indices("\n    ").find(|(at, _)| !rest[at + 5..].starts_with(' ')).map(|(at, _)| at);
    let (_, words) = rest[..end.unwrap_or(rest.len())].split_once(" IN (")?;
    words.split('\'').nth(1).map(str::to_owned)
}

/// Fills every table of the file that somebody made and closed. Gives the names of the tables.
pub fn fill(path: &Path) -> Vec<String> {
    let file = Connection::open(path).unwrap();
    file.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let text_of_tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
        AND name <> 'migrations' ORDER BY name";
    let mut names = Vec::new();
    for (name, schema) in pairs(&file, text_of_tables) {
        let rows = if name == "heartbeat" { 1 } else { ROWS };
        for row in 0..rows {
            insert(&file, &name, &schema, row, None);
        }
        if name == "users" {
            for row in 0..ROWS {
                insert(&file, &name, &schema, row, Some(&format!("w{row}")));
            }
        }
        names.push(name);
    }
    let odd = pairs(&file, "SELECT \"table\", parent FROM pragma_foreign_key_check");
    assert_eq!(odd, [], "rows that refer to nothing");
    names
}

/// The rows of a statement with two columns.
fn pairs(file: &Connection, text: &str) -> Vec<(String, String)> {
    let mut statement = file.prepare(text).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn insert(file: &Connection, table: &str, schema: &str, row: usize, id: Option<&str>) {
    let columns = pairs(file, &format!("SELECT name, type FROM pragma_table_info('{table}')"));
    let places = vec!["?"; columns.len()].join(", ");
    let kept = columns.iter().map(|(name, kind)| match exception(table, name) {
        Some(Value::Nothing) => Kept::Null,
        Some(Value::Int(int)) => Kept::Integer(int),
        Some(Value::Next) => Kept::Text(text((row + 1) % ROWS)),
        Some(Value::Other) => Kept::Text(format!("w{row}")),
        None if kind == "INTEGER" => Kept::Integer(1),
        None => Kept::Text(match (id, name.as_str()) {
            (Some(id), "id") => id.to_owned(),
            _ => word(schema, name).unwrap_or_else(|| text(row)),
        }),
    });
    let done =
        file.execute(&format!("INSERT INTO {table} VALUES ({places})"), rusqlite::params_from_iter(kept));
    done.unwrap_or_else(|error| panic!("{table}: {error}"));
}
