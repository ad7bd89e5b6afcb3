//! The real server: `valkey-server` or Debian's `redis-server`, whichever is here.
//!
//! `NEXA_REQUIRE=redis` makes a missing one a failure; without it the test says that it was skipped.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::sleep;

const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];
/// What it takes on a busy machine to start.
const START: u32 = 200;

/// A server of one's own. It ends with its value.
pub struct Server {
    program: &'static str,
    child: Child,
    port: u16,
    options: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts one with these further options, or tells that `test` is skipped because there is no such program here.
    pub async fn start(test: &str, options: &[&str]) -> Option<Self> {
        let here =
            |program: &&&str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
        let Some(program) = PROGRAMS.iter().find(here).copied() else {
            let list = std::env::var_os("NEXA_REQUIRE").unwrap_or_default();
            let list = list.to_string_lossy().into_owned();
            let required = list.split(',').map(str::trim).any(|name| name == "redis" || name == "all");
            assert!(!required, "{test}: redis is required (NEXA_REQUIRE) but not found");
            let line = format!("SKIPPED: {test}: redis not found: install redis-server or valkey\n");
            drop(std::io::stderr().lock().write_all(line.as_bytes()));
            return None;
        };
        // Somebody else may take the port between looking and starting.
        for _ in 0..5 {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let port = listener.local_addr().expect("an address").port();
            drop(listener);
            let folder = tempfile::tempdir().expect("a folder");
            let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
            let child = run(program, port, &options, &folder);
            let mut server = Self { program, child, port, options, folder };
            if server.is_ready().await {
                return Some(server);
            }
        }
        unreachable!("{test}: {program} does not start");
    }

    /// Its port on loopback.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its address without a password.
    #[must_use]
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    async fn is_ready(&mut self) -> bool {
        for _ in 0..START {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            // Also when it wants a password first, it talks.
            if self.say(&["PING"]).starts_with(['+', '-']) {
                return true;
            }
            sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// Kills it as a crash does.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Starts it again at the same port, with nothing of what it held.
    pub async fn restart(&mut self) {
        self.kill();
        self.child = run(self.program, self.port, &self.options, &self.folder);
        assert!(self.is_ready().await, "it comes back");
    }

    /// Stops it without closing anything, as a machine that hangs; or lets it go on.
    pub fn pause(&self, paused: bool) {
        let signal = if paused { "-STOP" } else { "-CONT" };
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {signal}");
    }

    /// Says a command to it, as an administrator; gives the beginning of its answer as it stands on the wire, or nothing.
    #[must_use]
    pub fn say(&self, command: &[&str]) -> String {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return String::new() };
        drop(stream.set_read_timeout(Some(Duration::from_secs(2))));
        let parts: Vec<String> =
            command.iter().map(|part| format!("${}\r\n{part}\r\n", part.len())).collect();
        let wire = format!("*{}\r\n{}", command.len(), parts.concat());
        if stream.write_all(wire.as_bytes()).is_err() {
            return String::new();
        }
        let mut answer = vec![0; 64 * 1024];
        let read = stream.read(&mut answer).unwrap_or(0);
        String::from_utf8_lossy(answer.get(..read).unwrap_or_default()).into_owned()
    }

    /// Every name and value that stands there.
    #[must_use]
    pub fn written(&self) -> String {
        let all = self.say(&["KEYS", "*"]);
        let names: Vec<&str> = all.split("\r\n").filter(|part| part.starts_with("nexa:")).collect();
        let values = names.iter().map(|name| self.say(&["GET", name]));
        names.iter().map(|&name| name.to_owned()).chain(values).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn run(program: &str, port: u16, options: &[String], folder: &TempDir) -> Child {
    let port = port.to_string();
    let fixed =
        ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"];
    let mut command = Command::new(program);
    command.args(fixed).args(options).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}
