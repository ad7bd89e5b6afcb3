//! A PostgreSQL server of the test's own, started once and gone with the process.
//!
//! `NEXA_REQUIRE=postgres` makes a missing server a failure; without it the test says that it was skipped.

use nexa_core::sql::PostgresStorage;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

/// Starts the server, says so, and stops it when nobody is at the other end any more, however that came.
const KEEPER: &str = "trap '' HUP INT TERM; \"$0\"/initdb -D \"$1\"/data -A trust -U nexa -E UTF8 --locale=C.UTF-8 >\"$1\"/init.log 2>&1 || exit 1; \
    \"$0\"/pg_ctl -D \"$1\"/data -w -l \"$1\"/log -o \"-c listen_addresses= -c unix_socket_directories=$1 \
    -c fsync=off -c max_connections=400\" start >/dev/null || exit 1; echo ready; cat >/dev/null; \
    \"$0\"/pg_ctl -D \"$1\"/data -m immediate stop >/dev/null; rm -rf \"$1\"";

/// The same for a standby of it.
const COPIER: &str = "trap '' HUP INT TERM; \"$0\"/pg_basebackup -h \"$1\" -U nexa -D \"$2\"/data -R -c fast >\"$2\"/log 2>&1 \
    || exit 1; \"$0\"/pg_ctl -D \"$2\"/data -w -l \"$2\"/log -o \"-c listen_addresses= -c unix_socket_directories=$2 \
    -c fsync=off -c max_connections=400\" start >/dev/null || exit 1; echo ready; cat >/dev/null; \
    \"$0\"/pg_ctl -D \"$2\"/data -m immediate stop >/dev/null; rm -rf \"$2\"";

/// The server.
pub struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    /// Its input stays open as long as this process lives.
    _keeper: Child,
    made: AtomicU32,
    template: Mutex<bool>,
}

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// The server, or none after telling loudly that the test is skipped.
#[track_caller]
pub fn found(test: &str) -> Option<&'static Cluster> {
    or_told(test, CLUSTER.get_or_init(Cluster::start).as_ref())
}

/// A server that the test may crash.
#[track_caller]
pub fn own(test: &str) -> Option<&'static Cluster> {
    or_told(test, Cluster::start().map(|cluster| &*Box::leak(Box::new(cluster))).as_ref().copied())
}

#[track_caller]
fn or_told(test: &str, cluster: Result<&'static Cluster, &String>) -> Option<&'static Cluster> {
    match cluster {
        Ok(cluster) => Some(cluster),
        Err(why) => {
            let list = std::env::var_os("NEXA_REQUIRE").unwrap_or_default();
            let required =
                list.to_string_lossy().split(',').any(|name| ["postgres", "all"].contains(&name.trim()));
            assert!(!required, "{test}: postgres is required (NEXA_REQUIRE) but not found: {why}");
            let line = format!("SKIPPED: {test}: postgres not found: {why}\n");
            drop(std::io::stderr().lock().write_all(line.as_bytes()));
            None
        }
    }
}

/// Where the server's programs are: the newest of what the system has.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut homes: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    homes.sort();
    std::env::split_paths(&path)
        .chain(homes.into_iter().rev())
        .find(|home| ["initdb", "pg_ctl", "psql"].iter().all(|name| home.join(name).exists()))
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let binaries = binaries().ok_or("neither PATH nor /usr/lib/postgresql has initdb")?;
        let folder = tempfile::Builder::new().prefix("nexa-pg").tempdir().map_err(|e| e.to_string())?.keep();
        let mut command = unprivileged(&folder);
        command.args(["sh", "-c", KEEPER]).arg(&binaries).arg(&folder);
        let keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut keeper = keeper.map_err(|e| e.to_string())?;
        let mut said = String::new();
        let out = keeper.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut said).map_err(|e| e.to_string())?;
        if said.trim() != "ready" {
            let log = |name| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            return Err(format!("it does not start: {}{}", log("init.log"), log("log")));
        }
        Ok(Self { binaries, folder, _keeper: keeper, made: AtomicU32::new(0), template: Mutex::new(false) })
    }

    /// A standby of the server, as far as one of its databases goes.
    pub fn standby(&self, of: &Database) -> Standby {
        let folder = tempfile::Builder::new().prefix("nexa-pg").tempdir().expect("a folder").keep();
        let mut command = unprivileged(&folder);
        command.args(["sh", "-c", COPIER]).arg(&self.binaries).arg(&self.folder).arg(&folder);
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a standby");
        let mut said = String::new();
        BufReader::new(keeper.stdout.take().expect("output")).read_line(&mut said).expect("a line");
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(said.trim(), "ready", "{}", log());
        let url = format!("postgres://nexa@localhost/{}?host={}", of.name, folder.display());
        Standby { psql: self.binaries.join("psql"), folder, name: of.name.clone(), keeper, url }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://nexa@localhost/{database}?host={}", self.folder.display())
    }

    /// Says something to a database as its owner, and gives what it answers.
    pub fn tell(&self, database: &str, text: &str) -> Result<String, String> {
        tell(&self.binaries.join("psql"), &self.folder, database, text)
    }

    fn name(&self) -> String {
        format!("test{}", self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// A database with nothing in it.
    pub fn empty(&'static self) -> Database {
        let name = self.name();
        self.tell("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0")).expect("a database");
        Database { cluster: self, url: self.url(&name), name }
    }

    /// A database as a new shop has it.
    pub async fn database(&'static self) -> Database {
        let name = self.name();
        let mut made = self.template.lock().await;
        if !*made {
            self.tell("postgres", "CREATE DATABASE pattern TEMPLATE template0").expect("a database");
            PostgresStorage::open(&self.url("pattern")).await.expect("opened").close().await;
            // The server takes leave of a connection a moment after it was closed, and copies nothing before.
            let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'pattern'";
            while self.tell("postgres", others).expect("a number") != "0" {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            *made = true;
        }
        self.tell("postgres", &format!("CREATE DATABASE {name} TEMPLATE pattern")).expect("a database");
        drop(made);
        Database { cluster: self, url: self.url(&name), name }
    }

    /// Kills the server as a loss of power would, and starts it again.
    pub fn crash(&self) {
        let mut restart = unprivileged(&self.folder);
        restart.arg(self.binaries.join("pg_ctl")).arg("-D").arg(self.folder.join("data"));
        let log = self.folder.join("log");
        restart.args(["-m", "immediate", "-w", "-l"]).arg(log).arg("restart");
        let done = restart.stdout(Stdio::null()).status().expect("pg_ctl");
        assert!(done.success(), "it does not start again");
    }
}

fn tell(psql: &Path, home: &Path, database: &str, text: &str) -> Result<String, String> {
    let mut psql = Command::new(psql);
    psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "nexa", "-h"]).arg(home);
    let done = psql.args(["-d", database, "-c", text]).output().expect("psql");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() { Ok(said(&done.stdout)) } else { Err(said(&done.stderr)) }
}

/// A standby; dropped, it is gone.
pub struct Standby {
    psql: PathBuf,
    folder: PathBuf,
    name: String,
    keeper: Child,
    pub url: String,
}

impl Standby {
    /// Says something to it.
    pub fn tell(&self, text: &str) -> Result<String, String> {
        tell(&self.psql, &self.folder, &self.name, text)
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// The server refuses to run as root.
fn unprivileged(folder: &Path) -> Command {
    use std::os::unix::fs::{MetadataExt as _, chown};
    const NOBODY: u32 = 65_534;
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !root {
        return Command::new("env");
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).expect("given away");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command
}

/// One database of the server; dropped, it is gone.
pub struct Database {
    cluster: &'static Cluster,
    pub url: String,
    name: String,
}

impl Database {
    /// Says something to it behind the storage's back.
    pub fn tell(&self, text: &str) -> Result<String, String> {
        self.cluster.tell(&self.name, text)
    }

    /// Ends connections of the storage, and says how many.
    pub fn end_connections(&self, which: &str) -> u32 {
        let text = format!(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        );
        self.tell(&text).expect("told").parse().expect("a number")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A server that a test crashed may be gone already.
        self.cluster.tell("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name)).ok();
    }
}
