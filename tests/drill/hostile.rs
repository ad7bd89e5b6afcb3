//! People who mean harm, at the door of the real program.
//!
//! Whatever they send, the answer is a problem document with a stable code and a sentence in the caller's language;
//! never a 500, never a panic, never something of somebody else.

use crate::process::{Answer, Caller, GIB, Sale, Shop};
use nexa_core::{
    backoffice::model::BooksView,
    storefront::model::{MeView, MoneyView, OrderPage, OrderView, WalletView},
};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

struct Scene {
    panel: FakeHiddify,
    _esplora: EsploraServer,
    shop: Shop,
    sale: Sale,
}

impl Scene {
    async fn open(settings: &[(&str, &str)]) -> Self {
        let panel = FakeHiddify::start(Release::V14).await.unwrap();
        let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
        let mut shop = Shop::new(settings);
        shop.start().await;
        let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
        Self { panel, _esplora: esplora, shop, sale }
    }

    /// No 500, no panic and no secret, and it still runs.
    async fn close(mut self) {
        let books: BooksView = self.sale.operator.get("/admin/books").await;
        assert!(books.balanced);
        assert_eq!(self.shop.terminate().await.0.code(), Some(0));
        self.shop.output().drain();
        let log = self.shop.output().log();
        let failed = log.lines().find(|line| line.contains("status=5") || line.contains(" ERROR "));
        assert_eq!(failed, None);
        self.shop.output().assert_clean();
    }
}

/// Asks in both languages and holds the answer against the contract of problems. Gives the code.
async fn problem(what: &str, request: impl Fn() -> RequestBuilder, status: u16) -> String {
    let mut told: Vec<(String, Value)> = Vec::new();
    for language in ["en", "fa", "ru"] {
        let answer = Caller::answer(request().header("Accept-Language", language)).await;
        let body = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        assert_eq!(answer.header("content-language"), language, "{what}");
        let code = answer.code();
        assert_eq!(body["status"], status, "{what}");
        assert_eq!(body["type"], format!("urn:nexavpn:{code}"), "{what}");
        for text in ["title", "detail"] {
            let text = body[text].as_str().unwrap_or_default();
            assert!(!text.is_empty() && !text.contains('{'), "{what}: {}", answer.body);
            let persian = text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
            let russian = text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
            assert_eq!((persian, russian), (language == "fa", language == "ru"), "{what}: {text}");
        }
        told.push((code, body));
    }
    for (code, body) in &told[1..] {
        assert_eq!(told[0].0, *code, "{what}: the code does not depend on the language");
        assert_ne!(told[0].1["detail"], body["detail"], "{what}");
    }
    told.swap_remove(0).0
}

fn post(caller: &Caller, path: &str, body: &str) -> RequestBuilder {
    caller.raw(Method::POST, path).header("Content-Type", "application/json").body(body.to_owned())
}

#[tokio::test]
async fn bad_requests_are_refused_with_reasons() {
    let scene = Scene::open(&[]).await;
    let customer = scene.shop.guest().sign_up().await;
    let order = scene.sale.new_order(&scene.sale.litecoin.gateway_id).to_string();
    let extra = order.replacen('{', "{\"price\":1,", 1);
    let deep = format!("{{\"purpose\":{}", "[".repeat(30_000));
    let bad_json = ["", "{", "null", "[]", "\"x\"", "{\"purpose\":\"gift\"}", extra.as_str(), deep.as_str()];
    for body in bad_json {
        let shown = &body[..body.len().min(60)];
        let code = problem(shown, || post(&customer, "/v1/orders", body), 400).await;
        assert_eq!(code, "bad_json", "{shown}");
    }
    let plain =
        || customer.raw(Method::POST, "/v1/orders").header("Content-Type", "text/plain").body(order.clone());
    assert_eq!(problem("plain text", plain, 415).await, "unsupported_media_type");
    let large = format!("{{\"purpose\":\"{}\"}}", "x".repeat(65 * 1024));
    assert_eq!(problem("65 KiB", || post(&customer, "/v1/orders", &large), 413).await, "too_large");

    let gateway = &scene.sale.litecoin.gateway_id;
    let top_up = |minor: &str, currency: &str| {
        format!("{{\"method\":\"{gateway}\",\"amount\":{{\"minor\":{minor},\"currency\":\"{currency}\"}}}}")
    };
    let wrong = [
        (top_up("0", "USD"), 422),
        (top_up("-500", "USD"), 422),
        (top_up("-9223372036854775808", "USD"), 422),
        (top_up("9223372036854775807", "USD"), 422),
        (top_up("500", "IRR"), 422),
        (top_up("500", "DOGE"), 422),
        (top_up("9223372036854775808", "USD"), 400),
        (top_up("5.5", "USD"), 400),
        (top_up("\"500\"", "USD"), 400),
    ];
    for (body, status) in &wrong {
        problem(body, || post(&customer, "/v1/top-ups", body), *status).await;
    }
    for query in ["limit=0", "limit=101", "limit=-1", "limit=x", "cursor=%00", "cursor=zzz", "cursor=%F0%9F"]
    {
        let request = || customer.raw(Method::GET, &format!("/v1/orders?{query}"));
        let answer = Caller::answer(request()).await;
        problem(query, request, answer.status.as_u16()).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{query}: {answer:?}");
    }
    let orders: OrderPage = customer.get("/orders").await;
    assert_eq!(orders.items, [], "nothing was bought by any of it");
    scene.close().await;
}

#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    let scene = Scene::open(&[]).await;
    let (owner, thief) = (scene.shop.guest().sign_up().await, scene.shop.guest().sign_up().await);
    let me: MeView = owner.get("/me").await;
    let paid = json!({ "amount": { "minor": 500, "currency": "USD" } });
    let path = format!("/admin/users/{}/wallet/corrections", me.user_id);
    let given = scene.sale.operator.ask(Method::POST, &path, Some("gift"), Some(&paid)).await.unwrap();
    assert_eq!(given.status, StatusCode::OK, "{given:?}");
    let order: OrderView = owner.checkout("1", &scene.sale.new_order("wallet")).await.unwrap().view();
    let order = owner.order_in(&order.order_id, "fulfilled", Duration::from_secs(20)).await;
    let subscription = order.subscription_id.clone().unwrap();
    let open = scene.sale.new_order(&scene.sale.litecoin.gateway_id);
    let open: OrderView = owner.checkout("2", &open).await.unwrap().view();
    let payment = open.payment.unwrap().payment_id;

    let nobody = "019abcde-0000-7000-8000-000000000000";
    let renewal = |id: &str| scene.sale.renewal(&scene.sale.litecoin.gateway_id, id).to_string();
    let pay = json!({ "method": scene.sale.litecoin.gateway_id }).to_string();
    let asks: Vec<(Method, String, String, &str)> = vec![
        (Method::GET, "/v1/orders/ID".into(), String::new(), &order.order_id),
        (Method::POST, "/v1/orders/ID/cancel".into(), String::new(), &open.order_id),
        (Method::POST, "/v1/orders/ID/payments".into(), pay, &open.order_id),
        (Method::GET, "/v1/subscriptions/ID".into(), String::new(), &subscription),
        (Method::GET, "/v1/subscriptions/ID/qr".into(), String::new(), &subscription),
        (Method::POST, "/v1/subscriptions/ID/reset-link".into(), String::new(), &subscription),
        (Method::POST, "/v1/orders".into(), renewal("ID"), &subscription),
    ];
    for (method, path, body, theirs) in &asks {
        let ask = |id: &str| {
            let request = thief.raw(method.clone(), &path.replace("ID", id));
            request.header("Content-Type", "application/json").body(body.replace("ID", id))
        };
        let what = format!("{method} {path}");
        assert_eq!(problem(&what, || ask(theirs), 404).await, "not_found", "{what}");
        let bodies = [Caller::answer(ask(theirs)).await.body, Caller::answer(ask(nobody)).await.body];
        assert_eq!(bodies[0], bodies[1], "{what}: another's and nobody's cannot be told apart");
    }
    let form = reqwest::header::HeaderValue::from_static("multipart/form-data; boundary=b");
    let part =
        "--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n";
    let receipt = || {
        let request = thief.raw(Method::POST, &format!("/v1/payments/{payment}/receipts"));
        request.header("Content-Type", form.clone()).body(part)
    };
    let code = problem("receipt", receipt, Caller::answer(receipt()).await.status.as_u16()).await;
    assert!(matches!(code.as_str(), "not_found" | "bad_picture"), "{code}");

    for path in ["books", "users", "orders", "servers", "gateways", "keys", "receipts", "jobs/poison"] {
        let path = format!("/v1/admin/{path}");
        let code = problem(&path, || thief.raw(Method::GET, &path), 403).await;
        assert_eq!(code, "not_allowed", "{path}");
        assert_eq!(problem(&path, || scene.shop.guest().raw(Method::GET, &path), 401).await, "not_signed_in");
    }
    let forged = thief.with("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(problem("token", || forged.raw(Method::GET, "/v1/me"), 401).await, "not_signed_in");
    assert_eq!(owner.order(&order.order_id).await.state, "fulfilled", "the owner has lost nothing");
    assert_eq!(scene.panel.users().len(), 1);
    scene.close().await;
}

#[tokio::test]
async fn odd_http_is_answered_or_closed() {
    let scene = Scene::open(&[("head_seconds", "1")]).await;
    let customer = scene.shop.guest().sign_up().await;
    let order = scene.sale.new_order(&scene.sale.litecoin.gateway_id).to_string();
    for (method, path, allowed) in [
        (Method::DELETE, "/v1/orders", "GET, POST, HEAD"),
        (Method::PUT, "/v1/me", "GET, HEAD, PATCH, DELETE"),
        (Method::GET, "/v1/top-ups", "POST"),
        (Method::PATCH, "/v1/orders/1", "GET, HEAD"),
    ] {
        let request = || customer.raw(method.clone(), path);
        assert_eq!(problem(path, request, 405).await, "method_not_allowed");
        let answer = Caller::answer(request()).await;
        let split = |list: &str| list.split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(split(answer.header("allow")), split(allowed), "{method} {path}");
    }
    for path in ["/v1/none", "/v1/orders/", "/v1//orders", "/v1/%00"] {
        let answer = Caller::answer(customer.raw(Method::GET, path)).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
    assert_eq!(problem("unknown", || customer.raw(Method::GET, "/v1/none"), 404).await, "unknown_path");
    for key in [String::new(), "k".repeat(101), "with space".into(), "tab\tinside".into()] {
        let request = || post(&customer, "/v1/orders", &order).header("Idempotency-Key", &key);
        assert_eq!(problem("key", request, 422).await, "bad_input", "{key:?}");
    }
    let first = customer.checkout("twice", &scene.sale.new_order(&scene.sale.litecoin.gateway_id)).await;
    assert_eq!(first.unwrap().status, StatusCode::CREATED);
    let other = || post(&customer, "/v1/orders", "{\"purpose\":\"new\",\"method\":\"wallet\"}");
    assert_eq!(problem("reuse", || other().header("Idempotency-Key", "twice"), 422).await, "key_reused");

    let secret = "another-secret-for-play-money";
    scene.shop.output().secret(secret);
    let sandbox = scene.sale.add_gateway("sandbox", json!({ "secret": secret })).await;
    let (_, hook) = sandbox.callback_url.split_once("/hooks/").unwrap();
    let hook = format!("/hooks/{hook}");
    let forged = format!("reference={}&amount=500&currency=USD&sig={}", "0".repeat(32), "0".repeat(64));
    let send = |path: &str| {
        let request = customer.raw(Method::POST, path).body(forged.clone());
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    assert_eq!(Caller::answer(send(&hook)).await.status, StatusCode::UNAUTHORIZED);
    let guessed = format!("{}x", &hook[..hook.len() - 1]);
    assert_eq!(Caller::answer(send(&guessed)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(Caller::answer(send("/hooks/pay/1/2")).await.status, StatusCode::NOT_FOUND);

    let address = scene.shop.url().trim_start_matches("http://").to_owned();
    for sent in ["", "GET /v1/plans HTTP/1.1\r\nHost: x\r\nX-Slow: ", "\u{16}\u{3}\u{1}\u{2}\u{0}"] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let ended = timeout(Duration::from_secs(8), stream.read_to_end(&mut heard)).await;
        assert!(ended.is_ok(), "{sent:?} keeps a connection open");
        assert!(began.elapsed() < Duration::from_secs(6), "{sent:?}: {:?}", began.elapsed());
        assert!(!heard.starts_with(b"HTTP/1.1 5"), "{sent:?}");
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_gives_one_order_and_one_wallet_pays_once() {
    let scene = Scene::open(&[]).await;
    let customer = scene.shop.guest().sign_up().await;
    let body = scene.sale.new_order(&scene.sale.litecoin.gateway_id);
    let answers = all_at_once(200, |_| (customer.clone(), "same".to_owned(), body.clone())).await;
    let mut ids = BTreeSet::new();
    for answer in &answers {
        match answer.status {
            StatusCode::CREATED => {
                ids.insert(answer.view::<OrderView>().order_id);
            }
            StatusCode::CONFLICT => assert_eq!(answer.code(), "in_flight"),
            other => panic!("{other}: {}", answer.body),
        }
    }
    let orders: OrderPage = customer.get("/orders").await;
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [orders.items[0].order_id.clone()]);
    assert_eq!(orders.items.len(), 1);

    let me: MeView = customer.get("/me").await;
    let path = format!("/admin/users/{}/wallet/corrections", me.user_id);
    let gift = json!({ "amount": { "minor": 999, "currency": "USD" } });
    for _ in 0..2 {
        let given = scene.sale.operator.ask(Method::POST, &path, Some("gift"), Some(&gift)).await.unwrap();
        assert_eq!(given.view::<MoneyView>().minor, 999, "the same gift is given once");
    }
    let body = scene.sale.new_order("wallet");
    let answers = all_at_once(64, |index| (customer.clone(), format!("spend-{index}"), body.clone())).await;
    let bought = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|answer| answer.code() == "not_enough_funds").count();
    assert_eq!((bought, refused), (1, 63), "{:?}", answers.iter().map(Answer::code).collect::<Vec<_>>());
    let wallet: WalletView = customer.get("/wallet").await;
    assert_eq!(wallet.balance.minor, 499);
    let orders: OrderPage = customer.get("/orders").await;
    let sold = orders.items.iter().find(|order| order.payment.is_none()).unwrap();
    customer.order_in(&sold.order_id, "fulfilled", Duration::from_secs(20)).await;
    assert_eq!((orders.items.len(), scene.panel.users().len()), (2, 1));
    scene.close().await;
}

async fn all_at_once(count: usize, of: impl Fn(usize) -> (Caller, String, Value)) -> Vec<Answer> {
    let mut all = JoinSet::new();
    for index in 0..count {
        let (caller, key, body) = of(index);
        all.spawn(async move { caller.checkout(&key, &body).await.unwrap() });
    }
    all.join_all().await
}
