//! A file with rows in every table, in whatever form the schema allows.

use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};
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
pub async fn fill(path: &Path) -> Vec<String> {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut file = SqliteConnection::connect_with(&options).await.unwrap();
    let text_of_tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
        AND name <> 'migrations' ORDER BY name";
    let tables = sqlx::query(text_of_tables).fetch_all(&mut file).await.unwrap();
    let mut names = Vec::new();
    for table in tables {
        let (name, schema): (String, String) = (table.get(0), table.get(1));
        let rows = if name == "heartbeat" { 1 } else { ROWS };
        for row in 0..rows {
            insert(&mut file, &name, &schema, row, None).await;
        }
        if name == "users" {
            for row in 0..ROWS {
                insert(&mut file, &name, &schema, row, Some(format!("w{row}"))).await;
            }
        }
        names.push(name);
    }
    let odd = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut file).await.unwrap();
    let odd: Vec<String> = odd.iter().map(|row| row.get(0)).collect();
    assert_eq!(odd, Vec::<String>::new(), "rows that refer to nothing");
    file.close().await.unwrap();
    names
}

async fn insert(file: &mut SqliteConnection, table: &str, schema: &str, row: usize, id: Option<String>) {
    let columns = format!("SELECT name, type FROM pragma_table_info('{table}')");
    let columns = sqlx::query(sqlx::AssertSqlSafe(columns)).fetch_all(&mut *file).await.unwrap();
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let statement = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for column in &columns {
        let (name, kind): (String, String) = (column.get(0), column.get(1));
        query = match exception(table, &name) {
            Some(Value::Nothing) => query.bind(None::<String>),
            Some(Value::Int(int)) => query.bind(int),
            Some(Value::Next) => query.bind(text((row + 1) % ROWS)),
            Some(Value::Other) => query.bind(format!("w{row}")),
            None if kind == "INTEGER" => query.bind(1_i64),
            None => query.bind(match (&id, name.as_str()) {
                (Some(id), "id") => id.clone(),
                _ => word(schema, &name).unwrap_or_else(|| text(row)),
            }),
        };
    }
    query.execute(file).await.unwrap_or_else(|error| panic!("{table}: {error}"));
}
