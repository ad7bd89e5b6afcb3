//! A real HiddifyPanel with its own database, started by `hiddify/hiddify-panel` and gone when dropped.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::require::{Missing, asked};

const NAME: &str = "hiddify";
/// The exit status of the script for "cannot run on this machine".
const NOT_HERE: i32 = 4;
/// How many panels this run has started: each gets its own directory.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// A running panel; each has its own empty database.
#[derive(Debug)]
pub struct HiddifyPanel {
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
    /// The first part of every admin path.
    pub admin_proxy_path: String,
    /// The first part of every customer path.
    pub client_proxy_path: String,
    /// The owner's key, for the header `Hiddify-API-Key`.
    pub admin_uuid: String,
    /// What the panel says of itself, for example `14.0.5`.
    pub version: String,
    dir: PathBuf,
}

impl HiddifyPanel {
    /// Starts a panel of this version: half a minute, minutes when it must be installed first.
    pub async fn start(version: &str) -> Result<Self, Missing> {
        if !asked(NAME) {
            return Err(Missing::new(NAME, "slow, so it runs only when NEXA_LIVE or NEXA_REQUIRE names it"));
        }
        let runs = Path::new(env!("CARGO_TARGET_TMPDIR"));
        sweep(runs);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let dir = runs.join(format!("hiddify-{}-{number}", std::process::id()));
        // Held from here on, so that a start that fails or is given up is cleaned up as well.
        let mut panel = Self {
            base_url: String::new(),
            admin_proxy_path: String::new(),
            client_proxy_path: String::new(),
            admin_uuid: String::new(),
            version: String::new(),
            dir,
        };
        let output =
            panel.run(&["start", "--version", version]).await.map_err(|why| Missing::new(NAME, why))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match output.status.code() {
            Some(0) => {}
            Some(NOT_HERE) => return Err(Missing::new(NAME, said)),
            _ => return Err(Missing::broken(NAME, said)),
        }
        let info: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| Missing::broken(NAME, format!("the script's answer: {error}")))?;
        let text = |name: &str| info[name].as_str().unwrap_or_default().to_owned();
        panel.base_url = text("base_url");
        panel.admin_proxy_path = text("admin_proxy_path");
        panel.client_proxy_path = text("client_proxy_path");
        panel.admin_uuid = text("admin_uuid");
        panel.version = text("version");
        Ok(panel)
    }

    /// The versions to test: `NEXA_HIDDIFY_VERSIONS` (separated by spaces or commas), else the newest one and the
    /// oldest API that is supported.
    pub fn versions() -> Vec<String> {
        let set = std::env::var_os("NEXA_HIDDIFY_VERSIONS").unwrap_or_default();
        let set = set.to_string_lossy().into_owned();
        let mut list: Vec<String> =
            set.split([' ', ',']).filter(|v| !v.is_empty()).map(str::to_owned).collect();
        if list.is_empty() {
            list = vec!["14.0.5".to_owned(), "10.80.11".to_owned()];
        }
        list
    }

    /// Counts traffic for a user as a core would report it, through the panel's own accounting.
    pub async fn usage(&self, uuid: &str, bytes: u64) -> Result<(), String> {
        self.done(&["usage", uuid, &bytes.to_string()]).await.map(drop)
    }

    /// Adds users by SQL, for long lists.
    pub async fn seed(&self, users: u32) -> Result<(), String> {
        self.done(&["seed", &users.to_string()]).await.map(drop)
    }

    /// The panel accepts connections but answers nothing.
    pub async fn freeze(&self) -> Result<(), String> {
        self.done(&["freeze"]).await.map(drop)
    }

    /// Ends `freeze`.
    pub async fn thaw(&self) -> Result<(), String> {
        self.done(&["thaw"]).await.map(drop)
    }

    /// Runs SQL on the panel's database. Rows come as lines, columns separated by tabs.
    pub async fn sql(&self, query: &str) -> Result<String, String> {
        self.done(&["sql", query]).await
    }

    async fn done(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.run(arguments).await?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        Err(format!("{}: {}", arguments[0], String::from_utf8_lossy(&output.stderr)))
    }

    async fn run(&self, arguments: &[&str]) -> Result<Output, String> {
        let mut command = tokio::process::Command::from(script(&self.dir, arguments));
        command.output().await.map_err(|error| format!("bash cannot be started: {error}"))
    }
}

impl Drop for HiddifyPanel {
    fn drop(&mut self) {
        wipe(&self.dir);
    }
}

fn script(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("live/hiddify/hiddify-panel"));
    command.args(arguments).arg("--dir").arg(dir).stdin(Stdio::null());
    command
}

fn wipe(dir: &Path) {
    drop(script(dir, &["stop", "--wipe"]).output());
    drop(std::fs::remove_dir_all(dir));
}

/// Stops the panels of test runs that were killed: their directories carry the process id of the run.
fn sweep(runs: &Path) {
    let Ok(entries) = std::fs::read_dir(runs) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let run = name.strip_prefix("hiddify-").and_then(|rest| rest.split('-').next());
        if run.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            wipe(&entry.path());
        }
    }
}
