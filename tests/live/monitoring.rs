//! What those who watch the program see of a real sale: every metric that alerts and dashboard ask for is there, the tools of
//! Prometheus take all of it, and neither page nor log holds anything of the customer.

use super::{
    demo::press,
    require::{Missing, found},
};
use crate::process::{self, Caller, GIB, Shop, add_gateway};
use nexa_core::storefront::model::{OrderView, SignUpView, SubscriptionView};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// An address that nobody has (<https://www.rfc-editor.org/rfc/rfc5737>).
const ADDRESS: &str = "203.0.113.77";
const MAIL: &str = "parvaneh.watched@example.com";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/deploy/monitoring").join(name)
}

/// A customer behind a proxy, whose address the proxy tells.
fn from_afar(request: RequestBuilder) -> RequestBuilder {
    request.header("X-Forwarded-For", ADDRESS)
}

/// Where the metrics are.
fn admin(shop: &Shop) -> String {
    let said = shop.output().said();
    let (_, rest) = said.split_once("Metrics are at ").expect("the program says where");
    rest.split("/metrics").next().unwrap().to_owned()
}

async fn text(url: &str) -> (u16, String) {
    let answer = process::http().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Sells a month to a customer with a mail address, and gives what must stay between the two.
async fn sell(shop: &Shop) -> Vec<String> {
    let operator = shop.claim().await;
    let memory = json!({ "name": "Frankfurt", "kind": "memory", "config": { "name": "f" }, "region": "DE" });
    let _server: Value = operator.post("/admin/servers", memory).await;
    let price = json!([{ "minor": 500, "currency": "USD" }]);
    let plan = json!({ "name": "Month", "days": 30, "traffic_bytes": GIB, "devices": 2, "on_sale": true, "prices": price });
    let plan: Value = operator.post("/admin/plans", plan).await;
    let secret = "5e".repeat(32);
    let gateway = add_gateway(&operator, "sandbox", json!({ "secret": secret })).await;

    let guest = shop.guest();
    let wish = json!({ "email": MAIL, "password": "a long pass phrase of hers" });
    let made = Caller::answer(from_afar(guest.raw(Method::POST, "/v1/accounts").json(&wish))).await;
    let made: SignUpView = made.view();
    let customer = guest.with(&made.session.token);
    let order = json!({ "purpose": "new", "method": gateway.gateway_id, "plan_id": plan["plan_id"] });
    let order = customer.raw(Method::POST, "/v1/orders").header("Idempotency-Key", "watched-1").json(&order);
    let order: OrderView = Caller::answer(from_afar(order)).await.view();
    let page =
        order.payment.as_ref().and_then(|payment| payment.redirect_url.clone()).expect("a page to pay on");
    press(&page).await;
    let order = customer.order_in(&order.order_id, "fulfilled", Duration::from_secs(30)).await;
    let subscription = order.subscription_id.clone().unwrap();
    let path = format!("/v1/subscriptions/{subscription}");
    let view: SubscriptionView = Caller::answer(from_afar(customer.raw(Method::GET, &path))).await.view();
    let token = view.link.rsplit('/').next().unwrap().to_owned();
    for form in ["plain", "clash"] {
        let link = Caller::answer(from_afar(guest.raw(Method::GET, &format!("/s/{token}/{form}")))).await;
        assert!(link.status.is_success(), "{}", link.body);
    }
    // Strangers who guess, and the words that they guess with.
    let guessed = "zzzguessedtokenzzzguessedtokenzz";
    let missed =
        Caller::answer(from_afar(guest.raw(Method::GET, &format!("/s/{guessed}?password=hunter2hunter2"))))
            .await;
    assert_eq!(missed.status, 404);
    let _lost = Caller::answer(from_afar(guest.raw(Method::GET, "/nowhere/at-all-here"))).await;
    let user = made.session.user_id;
    let kept = [
        MAIL,
        ADDRESS,
        guessed,
        "hunter2hunter2",
        "at-all-here",
        &token,
        &made.session.token,
        "a long pass phrase",
        &secret,
    ];
    let mut kept: Vec<String> = kept.into_iter().map(str::to_owned).collect();
    for secret in &kept {
        shop.output().secret(secret);
    }
    kept.extend([user, order.order_id, subscription]);
    kept
}

fn watched() -> Shop {
    Shop::new(&[("admin", "127.0.0.1:0"), ("trusted_proxies", "127.0.0.1"), ("log_json", "true")])
}

#[tokio::test]
async fn a_sale_is_seen_and_nobody_is_seen_in_it() {
    let mut shop = watched();
    shop.start().await;
    let kept = sell(&shop).await;
    let admin = admin(&shop);
    let (_, page) = text(&format!("{admin}/metrics")).await;
    for line in [
        "nexa_events_total{event=\"order_paid\"} 1",
        "nexa_jobs_total{job=\"provision\",outcome=\"done\"} 1",
        "nexa_panel_calls_total{kind=\"memory\",call=\"apply\",outcome=\"done\"} ",
        "nexa_gateway_calls_total{kind=\"sandbox\",call=\"open\",outcome=\"done\"} 1",
        "nexa_http_requests_total{method=\"POST\",route=\"/v1/orders\",status=\"2xx\"} 1",
        "nexa_http_requests_total{method=\"GET\",route=\"/s/:token/:format\",status=\"2xx\"} 2",
        "nexa_http_requests_total{method=\"GET\",route=\"/s/:token\",status=\"4xx\"} 1",
        "nexa_links_total{form=\"clash\",subscription=\"active\"} 1",
        "nexa_storage_up 1",
        "nexa_draining 0",
    ] {
        assert!(
            page.lines().any(|said| said == line || (line.ends_with(' ') && said.starts_with(line))),
            "{line} is not there:\n{page}"
        );
    }
    for secret in &kept {
        assert!(!page.contains(secret.as_str()), "the metrics hold {secret}");
    }
    summed_up(&admin).await;
    let public = text(&format!("{}/metrics", shop.url())).await;
    assert_eq!(public.0, 404, "customers' listener tells none of it");
    assert_eq!(text(&format!("{admin}/health/live")).await, (200, "ok\n".to_owned()));
    assert_eq!(text(&format!("{admin}/health/ready")).await, (200, "ok\n".to_owned()));
    let asked = names_asked_for();
    assert!(asked.len() > 30, "the files were read: {asked:?}");
    let told: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    for name in asked {
        let known = told.contains(name.as_str());
        assert!(known, "alerts or dashboard ask for {name}, which nobody tells");
    }
    let (status, _) = shop.terminate().await;
    assert!(status.success());
    shop.output().drain();
    shop.output().assert_clean();
    logged(&shop.output().log());
}

/// The books are summed up every few seconds, and told at most twelve seconds late.
async fn summed_up(admin: &str) {
    for _ in 0..40 {
        let (_, page) = text(&format!("{admin}/metrics")).await;
        if page.contains("\nnexa_ledger_sum_minor{currency=\"USD\"} 0\n") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the books were not summed up");
}

/// Each line of the log is JSON, and requests and jobs are told with what they came to.
fn logged(log: &str) {
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of = |what: &'static str| {
        lines.iter().map(|line| &line["fields"]).filter(move |fields| fields["message"] == what)
    };
    let order = of("request").find(|fields| fields["route"] == "/v1/orders").expect("a line for the request");
    assert_eq!((&order["method"], &order["status"]), (&json!("POST"), &json!(201)), "{order}");
    assert!(order["id"].as_str().is_some_and(|id| id.len() == 16) && order["took_ms"].is_u64(), "{order}");
    let job = of("job").find(|fields| fields["job"] == "provision").expect("a line for the job");
    assert!(job["outcome"] == "done" && job["took_ms"].is_u64(), "{job}");
}

/// The program's metrics that alerts and dashboard name.
fn names_asked_for() -> BTreeSet<String> {
    let rules = fs::read_to_string(file("alerts.yml")).unwrap();
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(file("grafana.json")).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let asked = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let asked: Vec<&str> = asked.map(|target| target["expr"].as_str().unwrap()).collect();
    assert!(asked.len() > 30, "the dashboard has panels");
    let all = format!("{rules}\n{}", asked.join("\n"));
    let words = all.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("nexa_") || word.starts_with("process_"));
    ours.map(|word| word.trim_end_matches("_bucket").to_owned()).collect()
}

fn tool(name: &'static str) -> Result<(), Missing> {
    let here = Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success());
    let why = "apt-get install --no-install-recommends prometheus prometheus-alertmanager";
    if here { Ok(()) } else { Err(Missing::new("promtool", why)) }
}

/// Runs a tool that must be content, with `input` to read; gives what it says.
fn content(tool: &str, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(tool);
    command.args(arguments).current_dir(file("")).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{tool} {arguments:?}: {said}");
    said
}

#[tokio::test]
async fn the_tools_of_prometheus_take_all_of_it() {
    let tools = ["promtool", "amtool"].map(tool).into_iter().collect::<Result<Vec<_>, _>>();
    if found("live::monitoring: tools", tools).is_none() {
        return;
    }
    let config = content("promtool", &["check", "config", "prometheus.yml"], "");
    assert!(config.contains("rules found"), "with its alerts: {config}");
    content("promtool", &["check", "rules", "alerts.yml"], "");
    content("promtool", &["test", "rules", "alerts_test.yml"], "");
    content("amtool", &["check-config", "alertmanager.yml"], "");
    let mut shop = watched();
    shop.start().await;
    sell(&shop).await;
    let (_, page) = text(&format!("{}/metrics", admin(&shop))).await;
    let said = content("promtool", &["check", "metrics"], &page);
    assert_eq!(said.trim(), "", "no advice either");
    shop.kill();
}
