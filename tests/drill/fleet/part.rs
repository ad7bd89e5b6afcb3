//! One program of the fleet: started, killed and started again.
#![expect(clippy::disallowed_methods, reason = "the programs under test live in real time")]

use crate::live::require::Missing;
use std::{
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A machine under load is slow.
const MOST_START: Duration = Duration::from_secs(30);

/// A program that listens on a port of this machine.
pub struct Part {
    name: &'static str,
    port: u16,
    make: Box<dyn Fn() -> Command + Send>,
    child: Option<Child>,
}

impl Part {
    /// Starts it and waits until it takes connections.
    pub fn start(name: &'static str, port: u16, make: impl Fn() -> Command + Send + 'static) -> Self {
        let mut started = Self { name, port, make: Box::new(make), child: None };
        started.start_again();
        started
    }

    /// The same after it ended.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "{} runs", self.name);
        let mut command = (self.make)();
        self.child = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap());
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "{} ended: {ended:?}", self.name);
            assert!(began.elapsed() < MOST_START, "{} does not start", self.name);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it by a signal, `KILL` where nothing shall be tidied up, and waits.
    pub fn end(&mut self, signal: &str) {
        let mut child = self.child.take().expect("it runs");
        let told = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(told.unwrap().success(), "{} ended before", self.name);
        child.wait().unwrap();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.child.is_some() {
            // What a database server left running notices that its first process is gone.
            self.end("KILL");
        }
    }
}

/// Where a program is: in one of these folders, or in those of `PATH`.
pub fn program(name: &'static str, more: &[&str]) -> Result<PathBuf, Missing> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = more.iter().map(PathBuf::from).chain(std::env::split_paths(&path));
    let found = all.map(|home| home.join(name)).find(|path| path.exists());
    found.ok_or_else(|| Missing::new(name, format!("no {name} in {more:?} and PATH")))
}

/// A program that refuses to run as root, with a folder that it may write to.
pub fn unprivileged(folder: &Path) -> Command {
    use std::os::unix::fs::{MetadataExt as _, chown};
    const NOBODY: u32 = 65_534;
    if !std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        return Command::new("env");
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).expect("given away");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command
}
