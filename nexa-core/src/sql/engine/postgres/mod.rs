//! PostgreSQL: connections, and statements bound to them.

mod bulk;
mod hear;
mod listener;
mod statement;
mod transaction;
mod whole;

pub(in crate::sql) use listener::Listener;
pub(in crate::sql) use statement::{Accident, Kind};
pub(in crate::sql) use transaction::{Mark, Transaction, Turn};

use super::{super::row::Row, Engine, Sql, sql};
use crate::error::Failure;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use statement::{Locks, accident, ask, in_time, run};
use std::time::Duration;

/// Transactions that one process has open at the same time; the others wait.
const WRITERS: u32 = 12;
/// Statements of views that one process asks at the same time.
const READERS: u32 = 8;
/// How long somebody waits for one of these connections.
const WAIT: Duration = Duration::from_secs(20);
/// The same for a server that can be done without.
const SPARE_WAIT: Duration = Duration::from_secs(1);
/// How often a view is asked again when its connection went away: a restart of the server takes some seconds.
const READ_TRIES: u32 = 8;

/// What no transaction may exceed. The last limit frees what a process holds that sleeps.
const LIMITS: &str = "SET lock_timeout = '15s'; SET statement_timeout = '20s'; \
    SET idle_in_transaction_session_timeout = '8s'";

/// What marks a database as ours.
const MARK: &str = "NexaVPN";
/// What the server shows of the connection.
const NAME: &str = "nexa";

/// Where the server is and who we are there. It never shows the password.
#[derive(Clone)]
pub(in crate::sql) struct Server(PgConnectOptions);

impl Server {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`.
    pub(in crate::sql) fn parse(url: &str) -> Result<Self, Failure> {
        // What the parser says may quote the password.
        let options: PgConnectOptions =
            url.parse().map_err(|_| Failure::core("this is not a postgres:// URL"))?;
        Ok(Self(options.application_name(NAME).statement_cache_capacity(256).disable_statement_logging()))
    }

    /// Its name for people: host and database.
    pub(in crate::sql) fn name(&self) -> String {
        format!("{}/{}", self.0.get_host(), self.0.get_database().unwrap_or_default())
    }

    /// A connection of its own.
    pub(in crate::sql) async fn connect(&self) -> Result<Connection, Failure> {
        self.0.connect().await.map(Connection).map_err(|error| accident(error).failure)
    }
}

/// A connection to bring a database to the version of the program.
pub(in crate::sql) struct Connection(PgConnection);

impl Connection {
    /// Closes it.
    pub(in crate::sql) async fn close(self) -> Result<(), Failure> {
        self.0.close().await.map_err(|error| accident(error).failure)
    }
}

impl Engine for Connection {
    const TABLE: &str =
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1";
    const BEGIN: &str = "BEGIN";

    async fn ask(&mut self, sql: Sql) -> Result<Vec<Row>, Failure> {
        ask(&mut self.0, &sql, Locks::None).await.map_err(|accident| accident.failure)
    }

    async fn run(&mut self, sql: Sql) -> Result<u64, Failure> {
        run(&mut self.0, &sql).await.map_err(|accident| accident.failure)
    }

    async fn script(&mut self, text: String) -> Result<(), Failure> {
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut self.0).await;
        done.map(drop).map_err(|error| accident(error).failure)
    }

    /// The mark, the table by whose locks transactions take turns, and the one in which they leave their names.
    fn mark() -> String {
        format!(
            "CREATE TABLE turns (); COMMENT ON TABLE migrations IS '{MARK}'; \
            CREATE TABLE commits (number BIGINT NOT NULL, name TEXT NOT NULL DEFAULT gen_random_uuid()::text, \
            at TIMESTAMPTZ NOT NULL DEFAULT now()); CREATE INDEX commits_by_age ON commits (at);\n"
        )
    }

    /// Texts compare by their bytes, as in `SQLite`: ids and words sort the same.
    fn render(text: &str) -> String {
        let plain = text
            .replace("{int}", "BIGINT")
            .replace("{bool}", "BIGINT")
            .replace("{strict}", "")
            .replace("{clustered}", "")
            .replace(" TEXT", " TEXT COLLATE \"C\"");
        plain.lines().map(|line| immutable(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
    }
}

/// The triggers that keep rows of a table as they are, for a line `{immutable table}`.
fn immutable(line: &str) -> Option<String> {
    let table = super::kept_as_it_is(line)?;
    Some(format!(
        "CREATE FUNCTION {table}_as_they_are() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{table} are never changed'; END $$;\n\
         CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION {table}_as_they_are();\n\
         CREATE TRIGGER {table}_no_end BEFORE TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_as_they_are();"
    ))
}

/// What is known of a database before it is touched.
pub(in crate::sql) struct Found {
    /// Whether we made it.
    pub(in crate::sql) ours: bool,
    /// Whether nothing is in it.
    pub(in crate::sql) empty: bool,
}

impl Connection {
    /// Waits until no other instance brings the database to its version; holds until the connection is closed.
    pub(in crate::sql) async fn take_turn(&mut self) -> Result<(), Failure> {
        // The number is ours: "NEXA" in ASCII. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
        self.script("SELECT pg_advisory_lock(1313165377)".to_owned()).await
    }

    /// Whether no other process has the database open.
    pub(in crate::sql) async fn is_alone(&mut self) -> Result<bool, Failure> {
        let rows = self.ask(sql("SELECT pg_try_advisory_lock(1313165378) AS alone")).await?;
        let alone = rows.first().map_or(Ok(false), |row| row.flag("alone"))?;
        if alone {
            self.script("SELECT pg_advisory_unlock(1313165378)".to_owned()).await?;
        }
        Ok(alone)
    }

    /// Whether a transaction was committed a moment ago, by whoever.
    pub(in crate::sql) async fn was_busy(&mut self) -> Result<bool, Failure> {
        let text = "SELECT EXISTS (SELECT 1 FROM commits WHERE at > now() - INTERVAL '15 seconds') AS busy";
        self.ask(sql(text)).await?.first().map_or(Ok(false), |row| row.flag("busy"))
    }

    /// Fails when the connection is gone.
    pub(in crate::sql) async fn is_there(&mut self) -> Result<(), Failure> {
        self.script("SELECT 1".to_owned()).await
    }

    /// From here on others see that this process has the database open, until the connection is closed. Gives a name that
    /// no other process has.
    pub(in crate::sql) async fn be_seen(&mut self) -> Result<String, Failure> {
        // A machine that lost its power says nothing; the server shall not wait two hours to notice.
        let text = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; \
            SELECT pg_advisory_lock_shared(1313165378)";
        self.script(text.to_owned()).await?;
        let rows = self.ask(sql("SELECT CAST(gen_random_uuid() AS TEXT) AS name")).await?;
        rows.first().ok_or_else(|| Failure::core("the server gives no name"))?.text("name")
    }

    /// Forgets the names of transactions that nobody can ask about any more: whoever lost one asks for less than an hour.
    /// It stands in no transaction's way, and fails when the connection is gone.
    pub(in crate::sql) async fn forget_commits(&mut self) -> Result<(), Failure> {
        let text = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; \
            DELETE FROM commits WHERE at < now() - INTERVAL '1 hour'; COMMIT";
        self.script(text.to_owned()).await
    }

    /// Looks at the schema that statements go to; refuses a server that keeps texts in anything else than UTF-8.
    pub(in crate::sql) async fn inspect(&mut self) -> Result<Found, Failure> {
        let text = "SELECT (SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = current_schema()) AS things, \
            (SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = current_schema() AND c.relname = 'migrations' \
                AND obj_description(c.oid, 'pg_class') = $1) AS ours, \
            (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()) AS letters";
        let rows = self.ask(sql(text).bind(MARK)).await?;
        let row = rows.first().ok_or_else(|| Failure::core("the server says nothing of itself"))?;
        if row.text("letters")? != "UTF8" {
            return Err(Failure::core("the database must have the encoding UTF8"));
        }
        Ok(Found { ours: row.int("ours")? > 0, empty: row.int("things")? == 0 })
    }
}

/// Connections for transactions. Clones share them.
#[derive(Clone)]
pub(in crate::sql) struct Pool(PgPool);

impl Pool {
    /// Up to [`WRITERS`], opened when they are first needed.
    pub(in crate::sql) fn open(server: &Server) -> Self {
        let pool = PgPoolOptions::new().max_connections(WRITERS).acquire_timeout(WAIT);
        let pool = pool.after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(LIMITS).execute(connection).await.map(drop) })
        });
        Self(pool.connect_lazy_with(server.0.clone()))
    }

    /// Waits for what is under way and closes them.
    pub(in crate::sql) async fn close(&self) {
        self.0.close().await;
    }

    /// Whether a transaction was committed whose connection was lost during that; none while the server still has it.
    pub(in crate::sql) async fn fate(&self, of: &Mark) -> Result<Option<bool>, Accident> {
        let mut connection = self.0.acquire().await.map_err(accident)?;
        let fate = in_time(of.fate(&mut connection)).await;
        if fate.is_err() {
            drop(connection.detach());
        }
        fate
    }
}

/// Connections that only read. Clones share them.
#[derive(Clone)]
pub(in crate::sql) struct Readers(PgPool);

impl Readers {
    /// Up to [`READERS`], opened when they are first needed.
    pub(in crate::sql) fn open(server: &Server) -> Self {
        Self::waiting(server, WAIT)
    }

    /// The same for a server that can be done without.
    pub(in crate::sql) fn spare(server: &Server) -> Self {
        Self::waiting(server, SPARE_WAIT)
    }

    fn waiting(server: &Server, wait: Duration) -> Self {
        let pool = PgPoolOptions::new().max_connections(READERS).acquire_timeout(wait);
        let pool = pool.after_connect(|connection, _| {
            let text = "SET default_transaction_read_only = on; SET statement_timeout = '30s'";
            Box::pin(async move { sqlx::raw_sql(text).execute(connection).await.map(drop) })
        });
        Self(pool.connect_lazy_with(server.0.clone()))
    }

    /// The rows of a statement, asked once.
    pub(in crate::sql) async fn ask_once(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        self.once(&sql).await.map_err(|accident| accident.failure)
    }

    async fn once(&self, sql: &Sql) -> Result<Vec<Row>, Accident> {
        let mut connection = self.0.acquire().await.map_err(accident)?;
        let rows = in_time(ask(&mut connection, sql, Locks::None)).await;
        if rows.as_ref().is_err_and(|accident| accident.kind == Kind::Lost) {
            drop(connection.detach());
        }
        rows
    }

    /// The rows of a statement. When the connection is lost it is asked again, for nothing was changed.
    pub(in crate::sql) async fn ask(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        let mut tries = 0;
        loop {
            match self.once(&sql).await {
                Err(accident) if accident.kind == Kind::Lost && tries < READ_TRIES && !self.0.is_closed() => {
                    tokio::time::sleep(Duration::from_millis(25 << tries)).await;
                    tries += 1;
                }
                rows => return rows.map_err(|accident| accident.failure),
            }
        }
    }

    /// Waits for what is under way and closes them.
    pub(in crate::sql) async fn close(&self) {
        self.0.close().await;
    }
}
