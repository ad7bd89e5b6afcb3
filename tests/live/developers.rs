//! What the documentation tells developers to do, done literally against the real program.

use super::{
    demo::{Demo, press},
    require::{Missing, found, tell},
};
use crate::process::{Caller, Shop, binary};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use nexa_core::world::{Clock as _, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../nexa-http/templates/docs").join(name)
}

/// Whether a program is here; `name` is what `NEXA_REQUIRE` calls it.
fn program(name: &'static str, command: &str, packages: &str) -> Result<(), Missing> {
    let here = Command::new(command).arg("--version").output().is_ok_and(|said| said.status.success());
    let why = format!("apt-get install --no-install-recommends {packages}");
    if here { Ok(()) } else { Err(Missing::new(name, why)) }
}

#[test]
fn the_walk_through_of_the_sandbox_works_as_it_is_written() {
    if found("live::developers: sandbox", program("curl", "curl", "curl")).is_none() {
        return;
    }
    let demo = Demo::start();
    assert!(demo.key.starts_with("nxk_test_"), "a key of play money says so: {}", demo.key);
    let mut shell = Command::new("sh");
    shell.arg(docs("sandbox.sh")).env("API", format!("{}/v1", demo.url)).env("KEY", &demo.key);
    let done = shell.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let lines: Vec<_> = said.lines().map(str::trim).collect();
    assert!(lines[0].eq_ignore_ascii_case("idempotent-replay: true"), "{said}");
    assert_eq!(lines[1], "order: fulfilled", "{said}");
    assert!(lines[2].starts_with(&format!("link: {}/s/", demo.url)), "{said}");
    assert_eq!(lines[3], "fulfilled", "what the operator sees: {said}");
}

#[tokio::test]
async fn a_resellers_program_sells_and_hears_of_it() {
    let mut shop = Shop::new(&[("webhooks_private", "true")]);
    shop.start().await;
    let operator = shop.claim().await;
    let memory = json!({ "name": "Frankfurt", "kind": "memory", "config": { "name": "f" }, "region": "DE" });
    let _server: Value = operator.post("/admin/servers", memory).await;
    let dollars = |minor: i64| json!({ "minor": minor, "currency": "USD" });
    let plan = json!({
        "name": "Month", "days": 30, "traffic_bytes": 1_u64 << 33, "devices": 2, "on_sale": true, "prices": [dollars(500)],
    });
    let plan: Value = operator.post("/admin/plans", plan).await;
    let price = json!({ "plan_id": plan["plan_id"], "price": dollars(300), "free": false });
    let list: Value = operator.post("/admin/wholesale", json!({ "name": "Gold", "prices": [price] })).await;
    let branch: Value = operator
        .post(
            "/admin/resellers",
            json!({
                "shop_name": "Branch", "currency": "USD", "locale": "en", "hosts": ["branch.example"],
                "terms": { "list_id": list["list_id"], "dunning": false },
            }),
        )
        .await;
    let wallet =
        format!("/admin/users/{}/wallet/corrections", branch["reseller"]["user_id"].as_str().unwrap());
    let money = json!({ "amount": dollars(2000) });
    let filled = operator.ask(Method::POST, &wallet, Some("credit"), Some(&money)).await.unwrap();
    assert!(filled.status.is_success(), "{}", filled.body);
    let key = claimed(&shop, branch["claim_link"].as_str().unwrap()).await;
    let ware = json!({ "plan_id": plan["plan_id"], "prices": [dollars(700)], "on_sale": true });
    let taken =
        shop.guest().with(&key).raw(Method::POST, "/v1/admin/supply/wares").header("Host", "branch.example");
    let taken = Caller::answer(taken.json(&ware)).await;
    assert!(taken.status.is_success(), "{}", taken.body);

    let (url, key_of) = (shop.url(), key.clone());
    let done = tokio::task::spawn_blocking(move || {
        let mut program = Command::new(binary::example("reseller_client"));
        program.env("NEXA_URL", url).env("NEXA_HOST", "branch.example").env("NEXA_KEY", key_of).output()
    });
    let done = done.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    for wanted in [
        "Drill sells us:",
        "  Month: 300 minor units of USD",
        "credit before: 2000 minor units of USD",
        "an account number of 25 digits",
        "sold Month for 700 minor units of USD",
        "signed webhook: order.paid",
        "signed webhook: subscription.started",
        "the customer's link: ",
        "credit after: 1700 minor units of USD",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    tell(&format!("live::developers: the reseller's program said {} lines\n", said.lines().count()));
}

#[tokio::test]
async fn the_remote_customer_buys_from_a_demo_as_its_first_lines_say() {
    let demo = Demo::start();
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(binary::example("remote_customer"));
    program.arg(&demo.url).arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut customer = program.spawn().unwrap();
    let (mut said, mut paid) = (String::new(), false);
    for line in BufReader::new(customer.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(page) = line.strip_prefix("pay here: ") {
            press(page).await;
            paid = true;
        }
        said.push_str(&line);
        said.push('\n');
    }
    assert!(customer.wait().unwrap().success(), "{said}");
    assert!(paid && said.contains("your account number: "), "{said}");
    let links = said.lines().filter(|line| line.contains(&format!(": {}/s/", demo.url))).count();
    assert_eq!(links, 1, "what was bought is shown with its link: {said}");
    assert!(folder.path().read_dir().unwrap().next().is_some(), "views are kept where it was said");
}

/// The key of whoever runs a reseller's shop.
async fn claimed(shop: &Shop, link: &str) -> String {
    let (_, token) = link.rsplit_once('/').unwrap();
    let page = shop.guest().raw(Method::POST, &format!("/operator/{token}"));
    let page = page.header("Host", "branch.example").header("Origin", "http://branch.example");
    let page = page.header("Accept", "text/html").header("Content-Type", "application/x-www-form-urlencoded");
    let page = Caller::answer(page).await.body;
    assert!(page.contains("http://branch.example/v1"), "the shop's own address: {page}");
    let (_, rest) = page.split_once("Bearer ").unwrap_or_else(|| panic!("{page}"));
    let key: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    shop.output().secret(&key);
    key
}

/// A message as the shop signs it, and the same with another body.
fn message() -> Value {
    let key = [7_u8; 32];
    let (id, body) = ("msg_1", r#"{"type":"order.paid"}"#);
    let now = SystemClock.now().as_second();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{now}.{body}").as_bytes());
    let signature = format!("v1,AAAA v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    let headers =
        json!({ "webhook-id": id, "webhook-timestamp": now.to_string(), "webhook-signature": signature });
    json!({ "secret": format!("whsec_{}", BASE64.encode(&key)), "headers": headers, "body": body })
}

fn judged(mut command: Command) {
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert_eq!(said.trim(), "yes no no", "ours; another body; an old one");
}

#[test]
fn the_documented_checks_of_signatures_tell_ours_from_others() {
    let message = message().to_string();
    if found("live::developers: python", program("python", "python3", "python3")).is_some() {
        let mut python = Command::new("python3");
        let own = std::fs::read_to_string(docs("verify.py")).unwrap();
        let asked = "import json, sys\nm = json.loads(sys.argv[1])\nh, b = m['headers'], m['body'].encode()\n\
            old = h | {'webhook-timestamp': str(int(h['webhook-timestamp']) - 900)}\n\
            print(*('yes' if is_ours(m['secret'], *one) else 'no' for one in ((h, b), (h, b + b' '), (old, b))))";
        judged({
            python.args(["-c", &format!("{own}\n{asked}"), &message]);
            python
        });
    }
    if found("live::developers: node", program("node", "node", "nodejs")).is_some() {
        let mut node = Command::new("node");
        let own = std::fs::read_to_string(docs("verify.mjs")).unwrap();
        let asked = "const m = JSON.parse(process.argv[1]); const h = m.headers, b = Buffer.from(m.body);\n\
            const old = { ...h, 'webhook-timestamp': String(Number(h['webhook-timestamp']) - 900) };\n\
            console.log([[h, b], [h, Buffer.from(m.body + ' ')], [old, b]]\
            .map((one) => isOurs(m.secret, ...one) ? 'yes' : 'no').join(' '));";
        judged({
            node.args(["--input-type=module", "-e", &format!("{own}\n{asked}"), &message]);
            node
        });
    }
    if found("live::developers: php", program("php", "php", "php-cli")).is_some() {
        let mut php = Command::new("php");
        let own = std::fs::read_to_string(docs("verify.php")).unwrap();
        let asked = "$m = json_decode($argv[1], true); $h = $m['headers']; $b = $m['body'];\n\
            $old = ['webhook-timestamp' => (string) ($h['webhook-timestamp'] - 900)] + $h;\n\
            foreach ([[$h, $b], [$h, \"$b \"], [$old, $b]] as $one) $said[] = is_ours($m['secret'], ...$one) ? 'yes' : 'no';\n\
            echo implode(' ', $said);";
        judged({
            php.args(["-r", &format!("{own}\n{asked}"), &message]);
            php
        });
    }
}
