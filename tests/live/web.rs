//! The pages in a real browser: what they say to a screen reader, what they weigh, and whether a keyboard is enough.
//!
//! The journeys themselves are scripts in `tests/live/web/journeys/`; a test here sets a shop up and hands them what
//! they need. Figures go to the terminal. `NEXA_UPDATE_SNAPSHOTS=1` writes `tests/live/web/snapshots/` anew.

mod letters;
mod offices;
mod shops;
mod smtp;

use self::shops::Stall;
use super::{
    litecoin::LitecoinNode,
    node::scene::Scene,
    npm,
    require::{Missing, found, tell},
};
use crate::process::Shop;
use nexa_payments::testing::{EsploraServer, NodeChain};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{LazyLock, PoisonError, RwLock},
};

/// Seconds that one journey may take before it is ended; a busy machine needs minutes for a part of the office.
const MOST_SECONDS: &str = "600";

/// The languages that a journey with steps is walked in.
const WALKED: [&str; 2] = ["fa", "en"];
/// The journeys that measure how quick pages are.
const MEASURED: [&str; 5] = ["home", "operator", "link", "office", "pages"];

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
    Ok(Browser { chromium, modules: npm::modules(&scripts(), "web").map_err(|why| format!("node:{why}"))? })
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

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs `journeys/NAME.mjs` against the shop at `url`; `more` is what else it needs. Gives its figures, or what is wrong.
fn journey(browser: &Browser, name: &str, url: &str, more: &Value) -> Result<String, String> {
    // Whoever measures time is alone; the others share the machine.
    static TURN: RwLock<()> = RwLock::new(());
    let (_alone, _shared) = if MEASURED.contains(&name) {
        (Some(TURN.write().unwrap_or_else(PoisonError::into_inner)), None)
    } else {
        (None, Some(TURN.read().unwrap_or_else(PoisonError::into_inner)))
    };
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
async fn subscriptions_are_there_without_a_network() {
    let Some(browser) = found("live::web", browser()) else { return };
    let ports = ports();
    let scene = Scene::open(&[("node", "true"), ("node_ports", &ports)]).await;
    let plan = scene.plan(50 << 30, &[], None).await;
    let bought = scene.buy_new("web", &plan).await;
    let other = scene.shop.guest().sign_up().await;
    let more = json!({
        "session": scene.customer.token(), "other": other.token(),
        "link": bought.link, "subscription": bought.subscription_id,
    });
    run(browser, "offline", &scene.shop, more).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_shown_on_a_device() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let customer = shop.guest().sign_up().await;
    run(browser, "push", &shop, json!({ "session": customer.token(), "piece": PUSH_PIECE })).await;
}

/// The switch as pages have it, with the sentences left out.
const PUSH_PIECE: &str = "<div data-push=\"/account/push\" hidden><p data-push-denied hidden>denied</p>\
    <button type=\"button\" data-push-on hidden>on</button><button type=\"button\" data-push-off hidden>off</button></div>";

#[tokio::test(flavor = "multi_thread")]
async fn trial() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    stall.gives_trials().await;
    for locale in WALKED {
        // The panel answers once the journey has seen the page that waits for it.
        let thaw = tempfile::tempdir().unwrap();
        let file = thaw.path().join("thaw");
        let input = json!({ "locale": locale, "thaw": file });
        stall.panel.set_frozen(true);
        let walk = run(browser, "trial", &stall.scene.shop, input);
        tokio::join!(walk, stall.thaws_once(&file));
    }
    stall.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn litecoin() {
    let Some(browser) = found("live::web", browser()) else { return };
    let Some(node) = found("live::web::litecoin", LitecoinNode::start().await) else { return };
    let (user, password) = LitecoinNode::credentials();
    let chain = NodeChain::new(node.url(), user, password).unwrap();
    let esplora = EsploraServer::start(chain).await.unwrap();
    let stall = Stall::open(&[]).await;
    stall.sells(&[]).await;
    let method = stall.takes_litecoin(&esplora.base_url()).await;
    let node = json!({ "url": node.url(), "user": user, "password": password });
    run(browser, "litecoin", &stall.scene.shop, json!({ "method": method, "node": node })).await;
    stall.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn card() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[("currency", "IRR")]).await;
    stall.sells(&[]).await;
    let method = stall.takes_cards().await;
    let input = json!({ "method": method, "operator": stall.scene.operator.token() });
    run(browser, "card", &stall.scene.shop, input).await;
    stall.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    let input = json!({ "session": stall.scene.customer.token(), "bought": stall.bought(&WALKED).await });
    run(browser, "devices", &stall.scene.shop, input).await;
    stall.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account() {
    let Some(browser) = found("live::web", browser()) else { return };
    for locale in WALKED {
        // A shop each: what is tried here is what a shop lets nobody try often.
        let mut shop = Shop::new(&[]);
        shop.start().await;
        run(browser, "account", &shop, json!({ "locale": locale })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    stall.gives_trials().await;
    let bought = stall.bought_small().await;
    stall.is_used(100 << 20).await;
    let input = json!({ "session": stall.scene.customer.token(), "subscription": bought["id"] });
    run(browser, "pages", &stall.scene.shop, input).await;
    stall.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    let method = stall.takes_cards().await;
    let bought = stall.bought(&WALKED).await;
    let input = json!({ "session": stall.scene.customer.token(), "bought": bought, "method": method });
    run(browser, "hostile", &stall.scene.shop, input).await;
    stall.scene.end().await;
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
