//! Reads the files of other panels and bots, whose kinds `domain/import` knows, into rows of ours.
//!
//! A file is read piece by piece, and only what is needed of each row is kept.

use crate::{
    domain::{
        import::{
            Found, ImportKind, MOST_BYTES, MOST_JSON, MOST_ROWS,
            cells::Row,
            dump::Dump,
            list::{LONGEST_LINE, List},
            marzban,
            mirza::{self, Mirza},
        },
        refusal::Refusal,
    },
    error::Result,
};
use jiff::Timestamp;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
};

/// Bytes read at once.
const PIECE: usize = 256 << 10;

/// The rows of a file, if it is one of this kind.
pub(crate) async fn read(kind: ImportKind, path: PathBuf, now: Timestamp) -> Result<Vec<Found>> {
    let (size, start) = {
        let path = path.clone();
        blocking::unblock(move || looked_at(&path)).await?
    };
    if size > MOST_BYTES {
        return Err(Refusal::bad_input("file", "is larger than 256 MiB").into());
    }
    match kind {
        ImportKind::List => Ok(blocking::unblock(move || list(&path)).await?),
        ImportKind::Mirza => Ok(blocking::unblock(move || dump(&path)).await?),
        ImportKind::Marzban if matches!(start, Start::Json) => {
            Ok(blocking::unblock(move || answer(&path, size, now)).await?)
        }
        ImportKind::Marzban | ImportKind::HiddifyBot if !matches!(start, Start::Sqlite) => {
            Err(Refusal::bad_input("file", "not a SQLite database").into())
        }
        ImportKind::Marzban => databases::marzban(&path, now).await,
        ImportKind::HiddifyBot => databases::hiddify_bot(&path).await,
        ImportKind::Hiddify => Err(Refusal::bad_input("file", "a panel is read through its server").into()),
    }
}

/// How a file begins.
enum Start {
    Sqlite,
    Json,
    Other,
}

fn unreadable(_: std::io::Error) -> Refusal {
    Refusal::bad_input("file", "cannot be read")
}

fn looked_at(path: &Path) -> Result<(u64, Start), Refusal> {
    // Looked at by its name first: opening a pipe would wait for whoever writes to it.
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Refusal::bad_input("file", "not a file"));
    }
    let mut start = Vec::new();
    File::open(path).map_err(unreadable)?.take(16).read_to_end(&mut start).map_err(unreadable)?;
    let start = match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        _ if start == b"SQLite format 3\0" => Start::Sqlite,
        Some(b'{' | b'[') => Start::Json,
        _ => Start::Other,
    };
    Ok((about.len(), start))
}

fn keep(all: &mut Vec<Found>, found: impl IntoIterator<Item = Found>) -> Result<(), Refusal> {
    all.extend(found);
    if all.len() > MOST_ROWS { Err(Refusal::bad_input("file", "has more than 200,000 rows")) } else { Ok(()) }
}

fn list(path: &Path) -> Result<Vec<Found>, Refusal> {
    let mut reader = BufReader::with_capacity(PIECE, File::open(path).map_err(unreadable)?);
    let (mut list, mut all, mut line, mut is_long) = (List::default(), Vec::new(), Vec::new(), false);
    loop {
        let piece = reader.fill_buf().map_err(unreadable)?;
        if piece.is_empty() {
            break;
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        let (some, used) = match end {
            Some(at) => (piece.get(..at).unwrap_or_default(), at.saturating_add(1)),
            None => (piece, piece.len()),
        };
        if line.len().saturating_add(some.len()) > LONGEST_LINE {
            is_long = true;
            line.clear();
        } else if !is_long {
            line.extend_from_slice(some);
        }
        reader.consume(used);
        if end.is_some() {
            keep(&mut all, list.line((!is_long).then_some(&line)))?;
            line.clear();
            is_long = false;
        }
    }
    if is_long || !line.is_empty() {
        keep(&mut all, list.line((!is_long).then_some(&line)))?;
    }
    Ok(all)
}

fn dump(path: &Path) -> Result<Vec<Found>, Refusal> {
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut mirza, mut all, mut kept) = (Mirza::default(), Vec::new(), Ok(()));
    let mut sink = |table: &str, names: &[String], values: &[Option<String>]| {
        if kept.is_ok() {
            kept = keep(&mut all, mirza.row(table, &Row::new(names, values)));
        }
    };
    let (mut dump, mut piece) = (Dump::new(mirza::TABLES), vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        dump.read(piece.get(..read).unwrap_or_default(), &mut sink);
    }
    let (whole, tables) = dump.end(&mut sink);
    kept?;
    if tables < mirza::TABLES.len() {
        return Err(Refusal::bad_input("file", "not a dump with the tables user and invoice"));
    }
    if whole { Ok(all) } else { Err(Refusal::bad_input("file", "the dump is cut off")) }
}

fn answer(path: &Path, size: u64, now: Timestamp) -> Result<Vec<Found>, Refusal> {
    if size > MOST_JSON {
        return Err(Refusal::bad_input("file", "JSON larger than 64 MiB"));
    }
    let json = std::fs::read(path).map_err(unreadable)?;
    let users = marzban::users(&json).ok_or(Refusal::bad_input("file", "not an answer of /api/users"))?;
    let mut all = Vec::new();
    keep(&mut all, (1..).zip(&users).map(|(number, user)| marzban::found(number, user, now)))?;
    Ok(all)
}

/// Databases of others.
#[cfg(feature = "sqlite")]
mod databases {
    use super::keep;
    use crate::{
        domain::{
            import::{
                Found, MOST_ROWS,
                cells::Row,
                hiddify_bot,
                marzban::{self, User},
            },
            refusal::Refusal,
        },
        error::Result,
        sql::foreign::{
            BOT_BOUGHT, BOT_BROUGHT, BOT_ORDERS, BOT_USERS, BOT_WALLETS, ForeignFile, MARZBAN_PROXIES,
            MARZBAN_USERS, Table,
        },
    };
    use jiff::Timestamp;
    use std::{collections::BTreeMap, path::Path};

    /// Hands every row of a table over.
    async fn each(
        file: &mut ForeignFile,
        table: &Table,
        mut take: impl FnMut(i64, &Row<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let names: Vec<String> = table.columns.iter().map(|name| (*name).to_owned()).collect();
        let (mut after, mut count) = (i64::MIN, 0_usize);
        loop {
            let rows = file.rows(table, after).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            count = count.saturating_add(rows.len());
            // As many proxies as there are protocols may belong to one user.
            if count > MOST_ROWS.saturating_mul(4) {
                return Err(Refusal::bad_input("file", "has too many rows"));
            }
            for (number, values) in &rows {
                take(*number, &Row::new(&names, values))?;
            }
        }
    }

    pub(super) async fn marzban(path: &Path, now: Timestamp) -> Result<Vec<Found>> {
        let mut file = ForeignFile::open(path, &[&MARZBAN_USERS, &MARZBAN_PROXIES]).await?;
        let mut proxies: BTreeMap<String, BTreeMap<String, marzban::Proxy>> = BTreeMap::new();
        each(&mut file, &MARZBAN_PROXIES, |_, row| {
            let (user, protocol) = (row.text("user_id"), row.text("type"));
            let settings = row.text("settings").and_then(|json| serde_json::from_str(json).ok());
            if let (Some(user), Some(protocol), Some(settings)) = (user, protocol, settings) {
                proxies.entry(user.to_owned()).or_default().insert(protocol.to_owned(), settings);
            }
            Ok(())
        })
        .await?;
        let mut all = Vec::new();
        each(&mut file, &MARZBAN_USERS, |number, row| {
            let own = row.text("id").and_then(|id| proxies.remove(id)).unwrap_or_default();
            let user = User { proxies: own, ..marzban::of_row(row) };
            keep(&mut all, [marzban::found(number, &user, now)])
        })
        .await?;
        file.close().await?;
        Ok(all)
    }

    pub(super) async fn hiddify_bot(path: &Path) -> Result<Vec<Found>> {
        let tables = [&BOT_USERS, &BOT_WALLETS, &BOT_ORDERS, &BOT_BOUGHT, &BOT_BROUGHT];
        let mut file = ForeignFile::open(path, &tables).await?;
        let mut all = Vec::new();
        for table in [&BOT_USERS, &BOT_WALLETS, &BOT_BROUGHT] {
            each(&mut file, table, |number, row| keep(&mut all, [hiddify_bot::row(table.name, number, row)]))
                .await?;
        }
        let mut orders: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
        each(&mut file, &BOT_ORDERS, |_, row| {
            let owned = |name| row.text(name).map(str::to_owned);
            if let Some(order) = owned("id") {
                orders.insert(order, [owned("telegram_id"), owned("plan_id")]);
            }
            Ok(())
        })
        .await?;
        let names = ["telegram_id", "plan", "uuid"].map(str::to_owned);
        each(&mut file, &BOT_BOUGHT, |number, row| {
            let [buyer, plan] =
                row.text("order_id").and_then(|id| orders.get(id).cloned()).unwrap_or_default();
            let values = [buyer, plan, row.text("uuid").map(str::to_owned)];
            keep(&mut all, [hiddify_bot::row(BOT_BOUGHT.name, number, &Row::new(&names, &values))])
        })
        .await?;
        file.close().await?;
        Ok(all)
    }
}

/// Without SQLite there are no databases to look into.
#[cfg(not(feature = "sqlite"))]
mod databases {
    use crate::{
        domain::{import::Found, refusal::Refusal},
        error::Result,
    };
    use jiff::Timestamp;
    use std::path::Path;

    const NONE: Refusal = Refusal::bad_input("kind", "this program was built without SQLite");

    #[expect(clippy::unused_async, reason = "as with SQLite")]
    pub(super) async fn marzban(_: &Path, _: Timestamp) -> Result<Vec<Found>> {
        Err(NONE.into())
    }

    #[expect(clippy::unused_async, reason = "as with SQLite")]
    pub(super) async fn hiddify_bot(_: &Path) -> Result<Vec<Found>> {
        Err(NONE.into())
    }
}
