//! The real `nexa` program, started, killed and asked over HTTP as an operator and customers would.
//!
//! It must never reach into the program: what a test knows, it knows from answers, output and files.

pub mod binary;
mod caller;
mod output;
mod sale;

pub use caller::{Answer, Caller};
pub use output::Output;
pub use sale::{CENTS_PER_COIN, GIB, Sale, add_gateway, add_litecoin};

use std::{
    net::TcpListener,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// A client that talks to this machine only.
pub fn http() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    caller::http(Duration::from_secs(30))
}

/// Below the ports that systems give to outgoing connections, so that none of those takes a shop's port while the shop
/// is being started again.
const FIRST_PORT: u16 = 20_000;
/// A machine under load is slow; a program that hangs is found nevertheless.
const MOST_START: Duration = Duration::from_secs(30);

/// A shop in a folder of its own: one program at a time, and everything that it ever printed.
pub struct Shop {
    folder: TempDir,
    port: u16,
    settings: Vec<(String, String)>,
    front: Option<String>,
    output: Output,
    child: Option<Child>,
}

impl Shop {
    /// A shop of play money in dollars that is not started yet. `settings` are further ones, as in `nexa.toml`.
    pub fn new(settings: &[(&str, &str)]) -> Self {
        // Most shops sell what a panel gives; those that sell this machine say so.
        let fixed = [
            ("test", "true"),
            ("locale", "en"),
            ("currency", "USD"),
            ("shop_name", "Drill"),
            ("node", "false"),
        ];
        Self::untouched(&[&fixed, settings].concat())
    }

    /// A shop as somebody has it who wrote no `nexa.toml`, but for these `settings`; not started yet.
    pub fn untouched(settings: &[(&str, &str)]) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        // All that the program could say, so that a secret in it is found.
        let log = [(
            "log",
            "debug,nexa_core=trace,nexa_http=trace,nexa_hiddify=trace,nexa_payments=trace,nexa_shadowsocks=trace",
        )];
        let all = log.iter().chain(settings);
        Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            settings: all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            front: None,
            output: Output::default(),
            child: None,
        }
    }

    /// Has it listen on this port.
    pub fn on(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Has customers reach the shop through a proxy on this machine.
    pub fn behind(mut self, url: &str) -> Self {
        for (name, value) in [("public_url", url), ("trusted_proxies", "127.0.0.1")] {
            self.settings.push((name.to_owned(), value.to_owned()));
        }
        self.front = Some(url.to_owned());
        self
    }

    /// The folder of database and key.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `http://127.0.0.1:PORT`, the same after every start.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Has the shop be at a name of this machine instead of a number: `http://localhost:PORT`, which it gives.
    pub fn at_localhost(&mut self) -> String {
        let url = format!("http://localhost:{}", self.port);
        self.settings.push(("public_url".to_owned(), url.clone()));
        url
    }

    /// What it printed in all its lives.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// The command that serves this shop.
    pub fn command(&self) -> Command {
        self.does(&["serve"])
    }

    /// A command on this shop.
    pub fn does(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary::nexa());
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("RUST_BACKTRACE", "1")
            .env("NEXA_DATA", self.data())
            .env("NEXA_LISTEN", format!("127.0.0.1:{}", self.port))
            .stdin(Stdio::null());
        for (name, value) in &self.settings {
            command.env(format!("NEXA_{}", name.to_uppercase()), value);
        }
        command
    }

    /// Runs a command that must end by itself: its exit status, and all that it printed.
    pub fn ends(mut command: Command) -> (ExitStatus, String) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = Output::default();
        output.listen(&mut child);
        let mut left = MOST_START.as_millis() / 10;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            left -= 1;
            if left == 0 {
                child.kill().unwrap();
                panic!("it runs instead of ending\n{}\n{}", output.said(), output.tail());
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        output.drain();
        (status, format!("{}{}", output.said(), output.log()))
    }

    /// Starts the program and waits until it answers. Gives how long that took.
    pub async fn start(&mut self) -> Duration {
        assert!(self.child.is_none(), "it runs already");
        let began = Instant::now();
        let mut child = self.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        self.output.listen(&mut child);
        self.child = Some(child);
        let http = caller::http(Duration::from_millis(500));
        let health = format!("{}/healthz", self.url());
        while !http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", self.output.tail());
            assert!(began.elapsed() < MOST_START, "not ready in time\n{}", self.output.tail());
            sleep(Duration::from_millis(2)).await;
        }
        began.elapsed()
    }

    /// Ends it with no chance to tidy up.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(9), "it ended before it was killed\n{}", self.output.tail());
    }

    /// Sends it a signal, e.g. `STOP`.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Asks it to end, as an operator's system does, and waits. Gives its exit status and how long it took.
    pub async fn terminate(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let mut child = self.child.take().expect("it runs");
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let ended = async {
            loop {
                if let Some(status) = child.try_wait().unwrap() {
                    return status;
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let status = timeout(Duration::from_secs(40), ended).await.expect("it ends when it is asked to");
        (status, began.elapsed())
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// Nobody in particular.
    pub fn guest(&self) -> Caller {
        Caller::guest(self.front.clone().unwrap_or_else(|| self.url()), self.output.clone())
    }

    /// Opens the link that the first start printed and becomes the operator.
    pub async fn claim(&self) -> Caller {
        self.claim_with_number().await.0
    }

    /// The same, with the account number that a browser signs in with.
    pub async fn claim_with_number(&self) -> (Caller, String) {
        let link = self.output.operator_link().await;
        let page = self.guest().page(&link).await;
        // The API key is what the page's example sends.
        let (_, rest) = page.split_once("Bearer ").expect("the page shows a key");
        let key: String = rest.chars().take_while(char::is_ascii_graphic).collect();
        let key = key.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).replace("&#39;", "");
        assert!(key.len() >= 40, "a key of 256 bits");
        self.output.secret(&key);
        let (_, rest) =
            page.split_once("class=\"copy\" dir=\"ltr\">").expect("the page shows the account number");
        let number: String = rest.chars().take_while(|c| *c != '<').collect();
        assert_eq!(number.split(' ').map(str::len).collect::<Vec<_>>(), [5; 5]);
        self.output.secret(&number);
        self.output.secret(&number.replace(' ', ""));
        (self.guest().with(&key), number)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; then there is nothing to end.
            drop(child.kill());
            drop(child.wait());
        }
        self.output.drain();
        if std::thread::panicking() {
            eprintln!("the last lines of the program:\n{}", self.output.tail());
        }
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let spread = u16::try_from(std::process::id() % 900).unwrap() * 10;
    loop {
        let port = FIRST_PORT + (spread + TAKEN.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
