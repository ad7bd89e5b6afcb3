//! Rows of a SQLite file of somebody else's, only looked at.
//!
//! Nothing in such a file is trusted: what is asked of it are tables, never views or what would be computed while they are
//! read; every value comes as text of a bounded length, and rows come in slices.

use super::{
    engine::{Connection, Engine as _, sql},
    row::Row as Found,
};
use crate::domain::refusal::Refusal;
use std::path::{Path, PathBuf};

/// Rows of one slice.
const SLICE: i64 = 1_000;

/// A table that is read: what is asked of it, with the row's number as `at`, and the columns that come back.
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// The statement. `$1` is the number of the last row of the slice before, `$2` how many rows are wanted.
    text: &'static str,
    /// The columns that come back.
    pub(crate) columns: &'static [&'static str],
}

/// A statement about one table, whose named columns come as text, or as nothing where they are longer than any that is
/// wanted: of such a value only the length is read, which stands at the beginning of its row.
macro_rules! table {
    ($name:literal: $($column:literal),+) => {
        Table {
            name: $name,
            text: concat!(
                "SELECT rowid AS at",
                $(", CASE WHEN octet_length(", $column, ") <= 1024 THEN CAST(", $column, " AS TEXT) END AS ", $column,)+
                " FROM ", $name, " WHERE rowid > $1 ORDER BY rowid LIMIT $2"
            ),
            columns: &[$($column),+],
        }
    };
}

/// `users` of Marzban.
pub(crate) const MARZBAN_USERS: Table =
    table!("users": "id", "status", "used_traffic", "data_limit", "expire", "on_hold_expire_duration");
/// `proxies` of Marzban.
pub(crate) const MARZBAN_PROXIES: Table = table!("proxies": "user_id", "type", "settings");
/// `users` of Hiddify-Telegram-Bot.
pub(crate) const BOT_USERS: Table = table!("users": "telegram_id");
/// `wallet` of it.
pub(crate) const BOT_WALLETS: Table = table!("wallet": "telegram_id", "balance");
/// `orders` of it.
pub(crate) const BOT_ORDERS: Table = table!("orders": "id", "telegram_id", "plan_id");
/// What was bought with them.
pub(crate) const BOT_BOUGHT: Table = table!("order_subscriptions": "order_id", "uuid");
/// What users brought along.
pub(crate) const BOT_BROUGHT: Table = table!("non_order_subscriptions": "telegram_id", "uuid");

/// One row: its number, and its values in the order of the table's columns.
pub(crate) type Row = (i64, Vec<Option<String>>);

/// A file that is open.
pub(crate) struct ForeignFile(Connection);

const fn unreadable() -> Refusal {
    Refusal::bad_input("file", "not a whole SQLite database")
}

impl ForeignFile {
    /// Opens a file in which all of these tables are.
    pub(crate) async fn open(path: &Path, tables: &[&Table]) -> Result<Self, Refusal> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        if std::fs::metadata(PathBuf::from(log)).is_ok_and(|log| log.len() > 0) {
            return Err(Refusal::bad_input(
                "file",
                "is in use: stop its program, or copy it with VACUUM INTO",
            ));
        }
        let mut file = Self(Connection::foreign(path).await.map_err(|_| unreadable())?);
        for table in tables {
            file.expect(table).await?;
        }
        Ok(file)
    }

    /// Refuses what is no plain table.
    async fn expect(&mut self, table: &Table) -> Result<(), Refusal> {
        let text = "SELECT name FROM sqlite_schema WHERE type = 'table' AND lower(name) = $1 \
            AND upper(sql) LIKE 'CREATE TABLE%'";
        let found = self.0.ask(sql(text).bind(table.name)).await.map_err(|_| unreadable())?;
        if found.is_empty() {
            return Err(Refusal::bad_input("file", "has not the tables of such a database"));
        }
        // Computed columns would run what the file's maker wrote.
        let text = "SELECT name FROM pragma_table_xinfo($1) WHERE hidden <> 0";
        let computed = self.0.ask(sql(text).bind(table.name)).await.map_err(|_| unreadable())?;
        if computed.is_empty() { Ok(()) } else { Err(Refusal::bad_input("file", "has computed columns")) }
    }

    /// The rows of a table behind a number, the lowest numbers first; none behind the last.
    pub(crate) async fn rows(&mut self, table: &Table, after: i64) -> Result<Vec<Row>, Refusal> {
        let asked = self.0.ask(sql(table.text).bind(after).bind(SLICE)).await;
        let odd = |_| Refusal::bad_input("file", "has tables of another form than that program makes");
        let read = |row: &Found| {
            let value = |column: &&str| row.maybe(column, Found::text);
            let values: Result<Vec<_>, _> = table.columns.iter().map(value).collect();
            Ok((row.int("at")?, values?))
        };
        asked.map_err(odd)?.iter().map(read).collect::<Result<_, _>>().map_err(odd)
    }

    /// Closes it.
    pub(crate) async fn close(self) -> Result<(), Refusal> {
        self.0.close().await.map_err(|_| unreadable())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::import::{Fault, Found, ImportKind},
        error::Error,
        import::read,
        sql::engine::{Connection, Engine as _},
    };
    use jiff::Timestamp;
    use std::path::PathBuf;
    use tempfile::TempDir;

    const ID: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";
    const OTHER: &str = "b59e4807-8100-45d7-83b6-f2248e3475f8";

    /// As `app/db/models.py` of Marzban makes them, without what is not read.
    const MARZBAN: &str = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(34), \
        status VARCHAR(8) NOT NULL, used_traffic BIGINT, data_limit BIGINT, expire INTEGER, \
        on_hold_expire_duration BIGINT, note VARCHAR(500)); \
        CREATE TABLE proxies (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER, type VARCHAR(11) NOT NULL, \
        settings JSON NOT NULL);";
    /// As `Database/dbManager.py` of Hiddify-Telegram-Bot makes them.
    const BOT: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, telegram_id INTEGER NOT NULL UNIQUE, \
        full_name TEXT NULL, username TEXT NULL, test_subscription BOOLEAN NOT NULL DEFAULT 0, created_at TEXT NOT NULL); \
        CREATE TABLE orders (id INTEGER PRIMARY KEY, telegram_id INTEGER NOT NULL, plan_id INTEGER NOT NULL, \
        user_name TEXT NOT NULL, created_at TEXT NOT NULL); \
        CREATE TABLE order_subscriptions (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, uuid TEXT NOT NULL, \
        server_id INTEGER NOT NULL); \
        CREATE TABLE non_order_subscriptions (id INTEGER PRIMARY KEY, telegram_id INTEGER NOT NULL, \
        uuid TEXT NOT NULL UNIQUE, server_id INTEGER NOT NULL); \
        CREATE TABLE wallet (telegram_id INTEGER NOT NULL UNIQUE, balance INTEGER NOT NULL DEFAULT 0);";

    async fn made(script: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("their.db");
        std::fs::write(&path, "").unwrap();
        let mut connection = Connection::open(&path).await.unwrap();
        connection.script(script.to_owned()).await.unwrap();
        connection.close().await.unwrap();
        (folder, path)
    }

    async fn found(kind: ImportKind, script: &str) -> Result<Vec<Found>, String> {
        let (_folder, path) = made(script).await;
        let before = std::fs::read(&path).unwrap();
        let found = read(kind, path.clone(), Timestamp::UNIX_EPOCH).await;
        assert_eq!(std::fs::read(&path).unwrap(), before, "it was only looked at");
        found.map_err(|error| match error {
            Error::Refused(crate::domain::refusal::Refusal::BadInput { reason, .. }) => reason.into_owned(),
            other => panic!("{other}"),
        })
    }

    #[tokio::test]
    async fn marzbans_users_are_read_with_their_identities() {
        let script = format!(
            "{MARZBAN} INSERT INTO users VALUES (7, 'ali', 'active', 5, 15, 86400, NULL, '=cmd()'), \
            (9, 'old', 'expired', 0, NULL, 5, NULL, NULL), (10, 'none', 'active', 0, NULL, 99, NULL, NULL); \
            INSERT INTO proxies VALUES (1, 7, 'Trojan', '{{\"password\":\"x\"}}'), \
            (2, 7, 'VLESS', '{{\"id\":\"{ID}\",\"flow\":\"\"}}'), (3, 9, 'VMess', '{{\"id\":\"{OTHER}\"}}'), \
            (4, 10, 'VLESS', 'broken'); \
            INSERT INTO users VALUES (11, 'long', 'active', 0, NULL, 99, NULL, NULL); \
            INSERT INTO proxies VALUES (5, 11, 'VLESS', '{{\"id\":\"{ID}\",\"x\":\"{}\"}}');",
            "x".repeat(1_024)
        );
        let all = found(ImportKind::Marzban, &script).await.unwrap();
        let places: Vec<_> = all.iter().map(|one| (one.place.as_str(), one.fault)).collect();
        let none = Some(Fault::NoIdentity);
        assert_eq!(places, [("user 7", None), ("user 9", None), ("user 10", none), ("user 11", none)]);
        let service = all[0].service.as_ref().unwrap();
        assert!(service.identity == ID.parse().unwrap() && !service.over);
        assert_eq!(service.rest.unwrap().left.as_bytes(), 10);
        assert!(all[1].service.as_ref().unwrap().over);
    }

    #[tokio::test]
    async fn a_bots_wallets_and_services_are_read() {
        let script = format!(
            "{BOT} INSERT INTO users (telegram_id, created_at) VALUES (111, 'x'), (222, 'x'); \
            INSERT INTO wallet VALUES (111, 5000), (222, -1); \
            INSERT INTO orders VALUES (55, 111, 3, 'Ali', 'x'); \
            INSERT INTO order_subscriptions VALUES (1, 55, '{ID}', 1), (2, 56, '{ID}', 1); \
            INSERT INTO non_order_subscriptions VALUES (1, 222, '{OTHER}', 1);"
        );
        let all = found(ImportKind::HiddifyBot, &script).await.unwrap();
        let told: Vec<_> = all
            .iter()
            .map(|one| {
                let plan = one.service.as_ref().and_then(|service| service.plan.clone());
                format!("{} {:?} {:?} {plan:?} {:?}", one.place, one.person.telegram, one.balance, one.fault)
            })
            .collect();
        assert_eq!(
            told,
            [
                "users 1 Some(\"111\") None None None",
                "users 2 Some(\"222\") None None None",
                "wallet 1 Some(\"111\") Some(\"5000\") None None",
                "wallet 2 Some(\"222\") Some(\"-1\") None None",
                "non_order_subscriptions 1 Some(\"222\") None None None",
                "order_subscriptions 1 Some(\"111\") None Some(\"3\") None",
                "order_subscriptions 2 None None None Some(BadTelegram)",
            ]
        );
    }

    #[tokio::test]
    async fn more_than_a_slice_is_read() {
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
            INSERT INTO users (telegram_id, created_at) SELECT i, 'x' FROM n;";
        assert_eq!(found(ImportKind::HiddifyBot, &format!("{BOT} {many}")).await.unwrap().len(), 2_500);
    }

    #[tokio::test]
    async fn odd_databases_are_refused() {
        let missing = "has not the tables of such a database";
        for (script, why) in [
            ("CREATE TABLE whatever (id INTEGER);", missing),
            (&MARZBAN.replace("CREATE TABLE proxies", "CREATE TABLE others"), missing),
            (
                "CREATE TABLE proxies (user_id, type, settings); CREATE VIEW users AS WITH RECURSIVE n(i) AS \
                (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n;",
                missing,
            ),
            (
                &MARZBAN.replace("note VARCHAR(500)", "note TEXT AS (hex(zeroblob(1000000000)))"),
                "has computed columns",
            ),
            (&MARZBAN.replace("data_limit", "other"), "has tables of another form than that program makes"),
        ] {
            assert_eq!(found(ImportKind::Marzban, script).await.err().as_deref(), Some(why), "{script}");
        }
        let odd =
            format!("{MARZBAN} INSERT INTO users VALUES (1, x'ff', x'fffe', 'x', 1.5, 1e300, '=1', x'00');");
        assert!(found(ImportKind::Marzban, &odd).await.is_err_and(|why| why.starts_with("has tables")));
        let (_folder, path) = made(MARZBAN).await;
        let whole = std::fs::read(&path).unwrap();
        for cut in [17, 100, 4_000, whole.len() / 2] {
            std::fs::write(&path, &whole[..cut.min(whole.len())]).unwrap();
            let read = read(ImportKind::Marzban, path.clone(), Timestamp::UNIX_EPOCH).await;
            assert!(read.is_err(), "cut at {cut}");
        }
        std::fs::write(&path, &whole).unwrap();
        std::fs::write(path.with_file_name("their.db-wal"), "x").unwrap();
        let busy = read(ImportKind::Marzban, path, Timestamp::UNIX_EPOCH).await;
        assert!(busy.is_err(), "its program still writes to it");
    }
}
