//! Two processes of one installation, as far as one test can hold them: two engines and two routers on one storage, at one
//! Valkey.

#![expect(clippy::unwrap_used, reason = "a test may stop where it finds a fault")]

use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{AddPlanRequest, AddServerRequest, LinkRuleView, LinkRulesRequest, WalletCorrection},
    },
    domain::{measure::Traffic, money::Currency, money::Money, shop::Locale, user::Principal},
    ids::ShopId,
    memory::MemoryStorage,
    ports::limiter::Limiter,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    storefront::model::{CheckoutRequest, MoneyView, SignUpRequest},
};
use nexa_http::{Config, routes};
use nexa_valkey::{Valkey, testing::Server};
use poem::{
    Endpoint, Request, Response,
    endpoint::{DynEndpoint, ToDynEndpoint},
    http::{Method, StatusCode},
};
use serde_json::json;
use std::{io::Write as _, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

const URL: &str = "https://shop.example";

/// One process.
struct Process {
    nexa: Nexa,
    routes: Box<dyn DynEndpoint<Output = Response>>,
    valkey: Option<Arc<Valkey>>,
}

impl Process {
    async fn new(storage: &Arc<MemoryStorage>, panels: &Arc<FakePanelKind>, server: Option<&Server>) -> Self {
        let keys = Keys::new([7; 32]);
        let valkey = server.map(|server| {
            // However busy this machine is.
            let deadline = Duration::from_secs(2);
            Valkey::with_deadline(&server.address(), &keys.seed("valkey"), deadline).unwrap()
        });
        let storage = Arc::<MemoryStorage>::clone(storage);
        let mut builder =
            Nexa::builder(storage, keys).public_url(URL).panel_kind(Arc::<FakePanelKind>::clone(panels));
        let mut config = Config::new(URL);
        if let Some(valkey) = &valkey {
            let limiter: Arc<dyn Limiter> = Arc::<Valkey>::clone(valkey);
            builder = builder.limiter(Arc::clone(&limiter)).stash(Arc::<Valkey>::clone(valkey));
            config.limiter = Some(limiter);
            let running = Arc::clone(valkey);
            #[expect(clippy::disallowed_methods, reason = "a test stands in for the composition root")]
            tokio::spawn(async move { running.run(std::future::pending()).await });
            while !valkey.is_up() {
                sleep(Duration::from_millis(10)).await;
            }
        }
        let nexa = builder.build();
        let routes = Box::new(ToDynEndpoint(routes(nexa.clone(), config)));
        Self { nexa, routes, valkey }
    }

    async fn ask(&self, method: Method, path: &str, body: &str) -> (StatusCode, String, String) {
        let request = Request::builder()
            .method(method)
            .uri_str(path)
            .header("host", "shop.example")
            .header("content-type", "application/json")
            .header("user-agent", "Probe/1.0")
            .body(body.to_owned());
        let mut response = self.routes.get_response(request).await;
        let left = response.header("RateLimit").unwrap_or_default().to_owned();
        let text = String::from_utf8(response.take_body().into_vec().await.unwrap()).unwrap();
        (response.status(), left, text)
    }

    async fn fetch(&self, path: &str) -> (StatusCode, String) {
        let (status, _, text) = self.ask(Method::GET, path, "").await;
        (status, text)
    }

    /// Tries to sign in with a number that nobody has; gives whether it was tried at all, and what is said to be left.
    async fn try_number(&self) -> (bool, String) {
        let body = json!({ "account_number": "1111122222333334444455555" }).to_string();
        let (status, left, _) = self.ask(Method::POST, "/v1/sessions", &body).await;
        (status != StatusCode::TOO_MANY_REQUESTS, left)
    }
}

/// Two of them, with one delivered subscription.
struct Two {
    here: Process,
    there: Process,
    office: Arc<dyn Backoffice>,
    shop: ShopId,
    subscription: String,
    /// The path of its link.
    link: String,
}

impl Two {
    async fn open(server: Option<&Server>) -> Self {
        let (storage, panels) = (Arc::new(MemoryStorage::new()), Arc::new(FakePanelKind::default()));
        let here = Process::new(&storage, &panels, server).await;
        let there = Process::new(&storage, &panels, server).await;
        let installed = here.nexa.install("Test", Currency::Usd, Locale::En, true, None).await.unwrap();
        let shop = installed.shop_id;
        let key = here.nexa.frontdesk().claim(&installed.claim.unwrap()).await.unwrap().api_key;
        let office = here.nexa.backoffice(here.nexa.frontdesk().principal(shop, &key).await.unwrap());
        for name in ["a", "b", "c"] {
            let request = AddServerRequest::new(name, "memory", json!({ "name": name }));
            office.add_server(request).await.unwrap();
        }
        let price = Money::new(499, Currency::Usd);
        let request = AddPlanRequest::new("Month", 30, Traffic::gib(50), price);
        let plan = office.add_plan(request).await.unwrap().plan_id;
        let guest = here.nexa.storefront(Principal::guest(shop));
        let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
        let amount = MoneyView { minor: 1000, currency: "USD".to_owned() };
        let correction = WalletCorrection { amount };
        office.correct_wallet(&session.user_id, correction, "k".to_owned()).await.unwrap();
        let customer = here.nexa.frontdesk().principal(shop, &session.token).await.unwrap();
        let store = here.nexa.storefront(customer);
        store.checkout(CheckoutRequest::of_plan(&plan, "wallet"), None).await.unwrap();
        let worker = here.nexa.worker();
        for _ in 0..20 {
            worker.tick().await.unwrap();
        }
        let mine = store.subscriptions().await.unwrap().remove(0);
        let link = mine.link.strip_prefix(URL).unwrap().to_owned();
        Self { here, there, office, shop, subscription: mine.subscription_id, link }
    }

    /// So many tries in each, all at the same moment; gives how many were let through.
    async fn tries(&self, each: usize) -> usize {
        let all = (0..each).flat_map(|_| [&self.here, &self.there]).map(Process::try_number);
        let tried = futures::future::join_all(all).await;
        tried.into_iter().filter(|(through, _)| *through).count()
    }
}

#[tokio::test]
async fn sign_ins_over_two_processes_are_limited_to_those_of_one() {
    let Some(server) = Server::start("sign_ins_over_two_processes", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    assert_eq!(two.tries(32).await, 20);
    let (through, left) = two.there.try_number().await;
    assert!(!through && left.contains("\"account\";r=0;"), "{left}");
    let written = server.written();
    assert!(written.contains("nexa:count:") && !written.contains("0.0.0.0"), "{written}");
}

#[tokio::test]
async fn each_tells_what_is_left_for_both() {
    let Some(server) = Server::start("each_tells_what_is_left", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    for turn in 1..=20 {
        let process = if turn % 2 == 0 { &two.here } else { &two.there };
        let (through, left) = process.try_number().await;
        assert!(through && left.contains(&format!("\"account\";r={};", 20 - turn)), "{turn}: {left}");
    }
}

#[tokio::test]
async fn without_valkey_and_when_it_is_lost_each_limits_alone() {
    let alone = Two::open(None).await;
    assert_eq!(alone.tries(32).await, 40, "as before");
    let Some(mut server) = Server::start("when_it_is_lost", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    server.pause(true);
    let began = Instant::now();
    assert_eq!(two.tries(32).await, 40, "the same rate for each, not more");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    server.pause(false);
    server.kill();
    assert_eq!(two.tries(32).await, 0);
    assert_eq!(two.there.fetch(&two.link).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_flushed_valkey_gives_no_process_more_than_its_own() {
    let Some(server) = Server::start("a_flushed_valkey", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    let mut through = 0;
    for _ in 0..10 {
        through += two.tries(32).await;
        assert!(server.say(&["FLUSHALL", "SYNC"]).starts_with('+'));
    }
    assert!((20..=40).contains(&through), "{through}");
}

#[tokio::test]
async fn a_changed_subscription_is_seen_by_the_other_process_at_once() {
    let Some(server) = Server::start("a_changed_subscription", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    let path = format!("{}/plain", two.link);
    let (_, first) = two.here.fetch(&path).await;
    assert!(first.contains("vless://") || first.contains("ss://"), "{first}");
    assert_eq!(two.there.fetch(&path).await.1, first, "from what the other has kept");
    let written = server.written();
    let token = two.link.trim_start_matches("/s/");
    assert!(written.contains("nexa:kept:"), "{written}");
    for secret in ["vless", "ss://", token, &two.subscription, &two.shop.to_string()] {
        assert!(!written.contains(secret), "{secret}");
    }
    two.office.suspend(&two.subscription).await.unwrap();
    let (_, suspended) = two.there.fetch(&path).await;
    assert_ne!(suspended, first);
    two.office.resume(&two.subscription).await.unwrap();
    assert_eq!(two.there.fetch(&path).await.1, first);
}

#[tokio::test]
async fn changed_rules_are_seen_by_the_other_process_within_a_second() {
    let Some(server) = Server::start("changed_rules", &[]).await else { return };
    let two = Two::open(Some(&server)).await;
    let before = two.there.fetch(&two.link).await.1;
    assert_eq!(two.here.fetch(&two.link).await.1, before);
    let rule = LinkRuleView {
        header: "user-agent".to_owned(),
        operator: "contains".to_owned(),
        value: "probe".to_owned(),
        form: "sing-box".to_owned(),
        headers: Vec::new(),
    };
    let changed = Instant::now();
    two.office.set_link_rules(LinkRulesRequest { rules: Some(vec![rule]) }).await.unwrap();
    assert!(two.here.fetch(&two.link).await.1.contains("outbounds"), "at once where it was changed");
    while !two.there.fetch(&two.link).await.1.contains("outbounds") {
        assert!(changed.elapsed() < Duration::from_secs(5), "ten seconds without Valkey, one with it");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn figures() {
    let Some(server) = Server::start("figures", &[]).await else { return };
    let (with, without) = (Two::open(Some(&server)).await, Two::open(None).await);
    let [alone, shared] = [&without, &with];
    let fetch = async |two: &Two| {
        let mut all = Vec::new();
        for _ in 0..300 {
            let began = Instant::now();
            two.here.fetch(&format!("{}/plain", two.link)).await;
            all.push(began.elapsed().as_micros());
        }
        all.sort_unstable();
        all[150]
    };
    let fetches = (fetch(alone).await, fetch(shared).await);
    let count = async |two: &Two| {
        let mut all = Vec::new();
        for _ in 0..300 {
            let began = Instant::now();
            two.here.try_number().await;
            all.push(began.elapsed().as_micros());
        }
        all.sort_unstable();
        all[150]
    };
    let counts = (count(alone).await, count(shared).await);
    let mut stderr = std::io::stderr().lock();
    drop(writeln!(stderr, "one process, storage in memory, Valkey on this machine; medians of 300:"));
    for (what, without, with) in
        [("a link is fetched", fetches.0, fetches.1), ("a try is refused", counts.0, counts.1)]
    {
        let percent = with.saturating_mul(100).checked_div(without).unwrap_or(0);
        drop(writeln!(stderr, "  {what}: {without} µs without it, {with} µs with it ({percent} %)"));
    }
    drop(stderr);
    assert!(shared.here.valkey.as_ref().is_some_and(|valkey| valkey.is_up()), "it was really asked");
}
