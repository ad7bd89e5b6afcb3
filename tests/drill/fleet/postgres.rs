//! A PostgreSQL server and the standby that its commits wait for.
#![expect(clippy::disallowed_methods, reason = "the programs under test live in real time")]

use super::part::{Part, unprivileged};
use crate::process::free_port;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long servers may take to find each other.
const MOST: Duration = Duration::from_secs(30);

/// Both.
pub struct Pair {
    home: PathBuf,
    /// The ports of the first primary and of its standby.
    pub ports: [u16; 2],
    primary: Option<Part>,
    standby: Part,
    // Goes after those who write there.
    folder: TempDir,
}

impl Pair {
    /// Starts both, with an empty database `nexa`; `home` is where the server's programs are.
    pub fn start(home: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("nexa-fleet").tempdir().unwrap();
        let ports = [free_port(), free_port()];
        let run = |program: &str, args: &[&str]| {
            let mut command = unprivileged(folder.path());
            command.arg(home.join(program)).args(args).stdout(Stdio::null());
            assert!(command.status().unwrap().success(), "{program}");
        };
        let data = |name: &str| folder.path().join(name).display().to_string();
        run("initdb", &["-D", &data("a"), "-A", "trust", "-U", "nexa", "-E", "UTF8", "--locale=C.UTF-8"]);
        let primary = server("primary", home, folder.path(), "a", ports[0]);
        tell(home, ports[0], "postgres", "CREATE DATABASE nexa TEMPLATE template0");
        let port = ports[0].to_string();
        let copy = ["-h", "127.0.0.1", "-p", &port, "-U", "nexa", "-D", &data("b"), "-R", "-c", "fast"];
        run("pg_basebackup", &copy);
        let standby = server("standby", home, folder.path(), "b", ports[1]);
        let pair = Self { home: home.to_owned(), ports, primary: Some(primary), standby, folder };
        // Only the primary's own file says so: what is promoted waits for nobody.
        pair.tell("ALTER SYSTEM SET synchronous_standby_names = '*'");
        pair.tell("SELECT pg_reload_conf()");
        pair.until("SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'", "1");
        pair
    }

    /// Says something to whichever of them is the primary, as the owner of the database, and gives the answer.
    pub fn tell(&self, text: &str) -> String {
        tell(&self.home, self.ports[usize::from(self.primary.is_none())], "nexa", text)
    }

    fn until(&self, text: &str, answer: &str) {
        let began = Instant::now();
        while self.tell(text) != answer {
            assert!(began.elapsed() < MOST, "not in time: {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills the standby, so that commits wait, and starts it again.
    pub fn kill_standby(&mut self) {
        self.standby.end("KILL");
        self.rest_of_standby();
        self.standby.start_again();
    }

    /// What its first process started ends a moment later, and until then its folder is taken.
    fn rest_of_standby(&self) {
        let data = self.folder.path().join("b").canonicalize().unwrap();
        let began = Instant::now();
        while is_lived_in(&data) {
            assert!(began.elapsed() < MOST, "what the standby started does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(std::fs::remove_file(data.join("postmaster.pid")));
    }

    /// Waits until a proxy on this port leads to the primary only: a proxy takes servers for good until it has looked.
    pub fn is_reached_through(&self, port: u16) {
        let began = Instant::now();
        let mut in_a_row = 0;
        while in_a_row < 6 {
            assert!(began.elapsed() < MOST, "the proxy does not find the primary");
            let old = tell(&self.home, port, "nexa", "SELECT pg_is_in_recovery()");
            in_a_row = if old == "f" { in_a_row + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops the primary as a loss of power would, and makes the standby the primary.
    pub fn fail_over(&mut self) {
        self.primary.take().expect("it was not failed over yet").end("QUIT");
        assert_eq!(tell(&self.home, self.ports[1], "postgres", "SELECT pg_promote(true, 30)"), "t");
    }
}

/// Whether a process still works in this folder, as all of a database server do.
fn is_lived_in(folder: &Path) -> bool {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|process| std::fs::read_link(process.path().join("cwd")).ok()).any(|home| home == folder)
}

fn server(name: &'static str, home: &Path, folder: &Path, data: &str, port: u16) -> Part {
    let (home, folder, data) = (home.to_owned(), folder.to_owned(), folder.join(data));
    Part::start(name, port, move || {
        let mut command = unprivileged(&folder);
        command.arg(home.join("postgres")).arg("-D").arg(&data).args(["-p", &port.to_string()]);
        let settings =
            ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200"];
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = std::fs::File::options().create(true).append(true).open(data.with_extension("log"));
        command.stderr(log.unwrap());
        command
    })
}

fn tell(home: &Path, port: u16, database: &str, text: &str) -> String {
    let began = Instant::now();
    loop {
        let mut psql = Command::new(home.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "nexa", "-h", "127.0.0.1"]);
        let done = psql.args(["-p", &port.to_string(), "-d", database, "-c", text]).output().unwrap();
        if done.status.success() {
            return String::from_utf8_lossy(&done.stdout).trim().to_owned();
        }
        // It takes connections before it answers.
        let why = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(began.elapsed() < MOST, "{text}: {why}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
