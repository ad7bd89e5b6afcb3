//! Whether the copy is what was copied.

use super::{Copied, CopyError, CopyStep, Pace, Side, Table};
use crate::{
    error::Failure,
    sql::{
        engine::sql,
        row::{Row, Value},
    },
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Every table on both sides, read whole and hashed, and what the books sum up to.
pub(super) async fn all(
    source: &mut Side,
    target: &mut Side,
    tables: &[Table],
    tell: &mut (dyn FnMut(CopyStep<'_>) + Send),
) -> Result<Copied, CopyError> {
    let (mut rows, mut whole) = (0, Sha256::new());
    for table in tables {
        let (here, there) = futures::join!(content(source, table), content(target, table));
        let (here, there) = (here?, there?);
        if here != there {
            return Err(CopyError::Differs(format!("the table {}", table.name)));
        }
        tell(CopyStep::Compared { table: &table.name, rows: here.0, digest: &here.1 });
        rows += here.0;
        whole.update(format!("{} {}\n", table.name, here.1));
    }
    let (here, there) = futures::join!(books(source), books(target));
    let (here, there) = (here?, there?);
    if here != there {
        return Err(CopyError::Differs("the sum of the books".to_owned()));
    }
    let unbalanced = here.iter().filter(|line| line.sum != 0).map(|line| line.of.clone()).collect();
    let entries = here.iter().map(|line| line.lines).sum();
    let digest = HEXLOWER.encode(&whole.finalize());
    Ok(Copied { tables: tables.len(), rows, written: 0, digest, entries, unbalanced })
}

/// The number of rows of a table, and the hash of all of them in the order of their keys.
async fn content(side: &mut Side, table: &Table) -> Result<(u64, String), Failure> {
    let (mut hash, mut count, mut pace) = (Sha256::new(), 0_u64, Pace::default());
    let mut rows = side.page(table, None, pace.limit()).await?;
    while let Some(last) = rows.last() {
        let behind = table.key_of(last);
        pace.saw(&rows);
        count += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        for row in &rows {
            feed(&mut hash, row);
        }
        rows = side.page(table, Some(&behind), pace.limit()).await?;
    }
    Ok((count, HEXLOWER.encode(&hash.finalize())))
}

/// No two rows feed the same bytes: each value tells its kind and its length.
fn feed(hash: &mut Sha256, row: &Row) {
    for value in row.values() {
        match value {
            Value::Null => hash.update(b"n"),
            Value::Int(int) => {
                hash.update(b"i");
                hash.update(int.to_be_bytes());
            }
            Value::Text(text) => {
                hash.update(format!("t{}:", text.len()));
                hash.update(text);
            }
        }
    }
}

/// The books of one shop in one currency.
#[derive(PartialEq, Eq)]
struct Books {
    of: String,
    lines: u64,
    sum: i64,
    /// What all balances come to, which are kept beside the lines.
    held: i64,
}

async fn books(side: &mut Side) -> Result<Vec<Books>, Failure> {
    let text = "SELECT e.shop_id AS shop, e.currency AS currency, COUNT(*) AS lines, CAST(SUM(e.minor) AS BIGINT) AS sum, \
        COALESCE((SELECT CAST(SUM(b.minor) AS BIGINT) FROM balances b \
            WHERE b.shop_id = e.shop_id AND b.currency = e.currency), 0) AS held \
        FROM entries e GROUP BY e.shop_id, e.currency ORDER BY e.shop_id, e.currency";
    let rows = side.ask(sql(text)).await?;
    let books = |row: &Row| {
        Ok(Books {
            of: format!("{} {}", row.text("shop")?, row.text("currency")?),
            lines: u64::try_from(row.int("lines")?).unwrap_or(0),
            sum: row.int("sum")?,
            held: row.int("held")?,
        })
    };
    rows.iter().map(books).collect()
}
