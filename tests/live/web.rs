//! The pages in a real browser: what they say to a screen reader, what they weigh, and whether a keyboard is enough.
//!
//! The journeys themselves are scripts in `tests/live/web/journeys/`; a test here sets a shop up and hands them what
//! they need. Figures go to the terminal. `NEXA_UPDATE_SNAPSHOTS=1` writes `tests/live/web/snapshots/` anew.

use super::{
    node::scene::Scene,
    require::{Missing, found, tell},
};
use crate::process::Shop;
use serde_json::{Value, json};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

/// Seconds that one journey may take before it is ended; a busy machine needs a minute.
const MOST_SECONDS: &str = "300";

/// What journeys run on.
struct Browser {
    chromium: PathBuf,
    /// The folder that holds `node_modules`.
    modules: PathBuf,
}

static BROWSER: LazyLock<Result<Browser, String>> = LazyLock::new(|| {
    let install = "apt-get install --no-install-recommends";
    let chromium = program("chromium").ok_or_else(|| format!("chromium:{install} chromium"))?;
    for name in ["node", "npm"] {
        program(name).ok_or_else(|| format!("node:{install} nodejs npm"))?;
    }
    Ok(Browser { chromium, modules: modules().map_err(|why| format!("node:{why}"))? })
});

/// The browser, or what is missing of it.
fn browser() -> Result<&'static Browser, Missing> {
    BROWSER.as_ref().map_err(|told| {
        let (what, why) = told.split_once(':').unwrap_or_default();
        Missing::new(if what == "node" { "node" } else { "chromium" }, why)
    })
}

fn program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("live/web")
}

/// Has npm install what the lock file names, once for each state of that file.
fn modules() -> Result<PathBuf, String> {
    let told = |error: std::io::Error| error.to_string();
    let wanted = ["package.json", "package-lock.json", ".npmrc"];
    let mut hasher = DefaultHasher::new();
    for name in wanted {
        fs::read(scripts().join(name)).map_err(told)?.hash(&mut hasher);
    }
    let test = std::env::current_exe().map_err(told)?;
    let target = test.ancestors().nth(3).ok_or("a test lies in target/PROFILE/deps")?;
    let folder = target.join(format!("web-{:016x}", hasher.finish()));
    if folder.is_dir() {
        return Ok(folder);
    }
    let fresh = tempfile::tempdir_in(target).map_err(told)?;
    for name in wanted {
        fs::copy(scripts().join(name), fresh.path().join(name)).map_err(told)?;
    }
    let npm = Command::new("npm").args(["ci", "--no-progress"]).current_dir(fresh.path()).output();
    let npm = npm.map_err(told)?;
    if !npm.status.success() {
        return Err(format!("npm ci failed: {}", said(&npm)));
    }
    // Another process may have been faster; its folder is the same.
    drop(fs::rename(fresh.path(), &folder));
    if folder.is_dir() { Ok(folder) } else { Err(format!("{} was not made", folder.display())) }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs `journeys/NAME.mjs` against the shop at `url`; `more` is what else it needs. Gives its figures, or what is wrong.
fn journey(browser: &Browser, name: &str, url: &str, more: &Value) -> Result<String, String> {
    // One browser at a time: they measure time, too.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut input = json!({ "url": url, "chromium": browser.chromium });
    for (key, value) in more.as_object().into_iter().flatten() {
        input[key] = value.clone();
    }
    let mut node = Command::new("timeout")
        .args(["--signal=KILL", MOST_SECONDS, "node", "journey.mjs", name])
        .current_dir(scripts())
        .env("NEXA_WEB_MODULES", &browser.modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{}\n{}", output.status, said(&output)))
    }
}

/// Runs a journey beside whatever else the test does; fails as it does.
async fn run(browser: &'static Browser, name: &'static str, shop: &Shop, more: Value) {
    let url = shop.url();
    let ran = tokio::task::spawn_blocking(move || journey(browser, name, &url, &more)).await.unwrap();
    let figures = ran.unwrap_or_else(|told| panic!("{name}: {told}"));
    for line in figures.lines() {
        tell(&format!("live web: {line}\n"));
    }
}

/// Ports for a shop's own server that no other live test uses.
fn ports() -> String {
    let first = 40_050 + std::process::id() % 80 * 100;
    format!("{first}-{}", first + 49)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checks_find_faults() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mut shop = Shop::new(&[]);
    shop.start().await;
    run(browser, "faults", &shop, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_is_for_everybody() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mut shop = Shop::new(&[]);
    shop.start().await;
    run(browser, "home", &shop, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_begins_with_the_keyboard() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let claim = shop.output().operator_link().await;
    run(browser, "operator", &shop, json!({ "claim": claim })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_a_page_for_everybody() {
    let Some(browser) = found("live::web", browser()) else { return };
    let ports = ports();
    let scene = Scene::open(&[("node", "true"), ("node_ports", &ports)]).await;
    let plan = scene.plan(50 << 30, &[], None).await;
    let bought = scene.buy_new("web", &plan).await;
    run(browser, "link", &scene.shop, json!({ "link": bought.link })).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_and_opens_the_account() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mut shop = Shop::new(&[]);
    // A passkey belongs to a name; browsers let this one do without TLS.
    let url = shop.at_localhost();
    shop.start().await;
    run(browser, "passkeys", &shop, json!({ "url": url })).await;
}
