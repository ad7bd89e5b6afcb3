//! The whole way of a customer, on real programs: `nexa`, a HiddifyPanel and a litecoind, spoken to as people and
//! their apps would.

use super::{
    hiddify::HiddifyPanel,
    litecoin::LitecoinNode,
    require::{found, tell},
};
use crate::process::{Answer, Caller, Sale, Shop};
use data_encoding::BASE64;
use nexa_core::{
    backoffice::model::{BooksView, JobView, OperatorReceiptView},
    storefront::model::{OrderView, ReceiptView, SubscriptionView, WalletView},
};
use nexa_payments::testing::{EsploraServer, NodeChain};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const MIB: u64 = 1 << 20;
/// Less than a gibibyte, so that the shop reads this customer's counter every minute.
const TRAFFIC: u64 = 256 * MIB;
/// The shop looks for money every 20 seconds, and a real panel takes its time for each write.
const PATIENCE: Duration = Duration::from_secs(90);

struct Scene {
    panel: HiddifyPanel,
    node: LitecoinNode,
    _esplora: EsploraServer,
    shop: Shop,
    sale: Sale,
    card: String,
    customer: Caller,
}

impl Scene {
    async fn open(panel: HiddifyPanel, node: LitecoinNode) -> Self {
        let (user, password) = LitecoinNode::credentials();
        let esplora =
            EsploraServer::start(NodeChain::new(node.url(), user, password).unwrap()).await.unwrap();
        let HiddifyPanel { base_url, admin_proxy_path, admin_uuid, client_proxy_path, .. } = &panel;
        let mut shop = Shop::new(&[]);
        for secret in [admin_proxy_path, admin_uuid, client_proxy_path] {
            shop.output().secret(secret);
        }
        shop.start().await;
        let link = format!("{base_url}/{admin_proxy_path}/{admin_uuid}/");
        let config = json!({ "admin_link": link, "allow_private": true });
        let sale = Sale::open(&shop, config, &esplora.base_url(), TRAFFIC).await;
        let card = json!({
            "currency": "USD", "step": 1, "steps": 99,
            "cards": [{ "number": "6219861034529007", "holder": "Reza Karimi", "bank": "Melli" }],
        });
        let card = sale.add_gateway("card", card).await.gateway_id;
        let customer = shop.guest().sign_up().await;
        Self { panel, node, _esplora: esplora, shop, sale, card, customer }
    }

    async fn sql(&self, query: &str) -> String {
        self.panel.sql(query).await.unwrap().trim().to_owned()
    }

    /// Waits until the panel's own database says so.
    async fn until_panel(&self, query: &str, wanted: &str) {
        let began = Instant::now();
        loop {
            let said = self.sql(query).await;
            if said == wanted {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{query}: {said:?} instead of {wanted:?}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until the panel knows no such user. Panels from 13 on keep a hidden row, so the panel itself is asked.
    async fn until_gone(&self, uuid: &str) {
        let HiddifyPanel { base_url, admin_proxy_path, admin_uuid, .. } = &self.panel;
        let url = format!("{base_url}/{admin_proxy_path}/api/v2/admin/user/{uuid}/");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let began = Instant::now();
        loop {
            let answer = http.get(&url).header("Hiddify-API-Key", admin_uuid).send().await.unwrap();
            if answer.status() == 404 {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{}", answer.status());
            sleep(Duration::from_millis(500)).await;
        }
    }

    async fn until_state(&self, id: &str, state: &str) -> SubscriptionView {
        let began = Instant::now();
        loop {
            let view = self.customer.subscription(id).await;
            if view.state == state {
                return view;
            }
            assert!(began.elapsed() < PATIENCE, "not {state} in time: {view:?}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    async fn link(&self, link: &str, form: &str) -> Answer {
        let answer = self.customer.open(link, form).await;
        assert_eq!(answer.status, 200, "{form}: {answer:?}");
        assert!(answer.header("subscription-userinfo").contains("total="), "{form}: {answer:?}");
        answer
    }

    /// Signs up, pays with Litecoin, and gets a subscription: its order, and the user's uuid on the panel.
    async fn buys_with_litecoin(&self) -> (OrderView, String) {
        let order = self.sale.new_order(&self.sale.litecoin.gateway_id);
        let order: OrderView = self.customer.checkout("first", &order).await.unwrap().view();
        let payment = order.payment.as_ref().unwrap();
        let address = payment.address.as_deref().unwrap();
        assert!(address.starts_with("rltc1q"), "{address}");
        let due = u64::try_from(payment.due.minor).unwrap();
        assert_eq!((due, payment.due_text.as_str()), (5_000_000, "0.05000000"));
        self.node.send(address, due).await.unwrap();
        self.node.mine(1).await.unwrap();
        let order = self.customer.order_in(&order.order_id, "fulfilled", PATIENCE).await;
        let id = order.subscription_id.as_deref().unwrap();
        let uuid = self.sql(&format!("select uuid from user where name='{id}'")).await;
        assert_eq!(uuid.len(), 36, "exactly one account: {uuid:?}");
        (order, uuid)
    }

    async fn imports_the_link(&self, link: &str, uuid: &str) {
        let plain = self.link(link, "plain").await;
        assert!(plain.body.lines().filter(|line| line.contains(uuid)).count() > 0, "{}", plain.body);
        let base64 = self.link(link, "base64").await;
        assert_eq!(BASE64.decode(base64.body.trim().as_bytes()).unwrap(), plain.body.as_bytes());
        let sing_box = self.link(link, "sing-box").await;
        assert!(sing_box.json()["outbounds"].is_array() && sing_box.body.contains(uuid), "{}", sing_box.body);
        let clash = self.link(link, "clash").await;
        assert!(clash.body.contains("proxies:") && clash.body.contains(uuid), "{}", clash.body);
        let path = link.strip_prefix(&self.shop.url()).unwrap();
        let head = Caller::answer(self.customer.raw(Method::HEAD, &format!("{path}/plain"))).await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
        for name in
            ["subscription-userinfo", "profile-title", "profile-update-interval", "content-disposition"]
        {
            assert_eq!(head.header(name), plain.header(name), "{name}");
            assert!(!head.header(name).is_empty(), "{name}");
        }
        let browser = self.customer.raw(Method::GET, path).header("Accept", "text/html");
        let page = Caller::answer(browser).await;
        assert!(page.header("content-type").starts_with("text/html") && page.body.contains("<svg"));
    }

    async fn renews_by_card(&self, subscription: &str) -> OrderView {
        let order = self.sale.renewal(&self.card, subscription);
        let order: OrderView = self.customer.checkout("second", &order).await.unwrap().view();
        let payment = order.payment.as_ref().unwrap();
        assert_eq!(payment.card.as_ref().unwrap().number, "6219861034529007");
        let picture = nexa_core::qr::png("a receipt").unwrap();
        let mut form = b"--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
                         Content-Type: image/png\r\n\r\n"
            .to_vec();
        form.extend(picture);
        form.extend(b"\r\n--b--\r\n");
        let path = format!("/v1/payments/{}/receipts", payment.payment_id);
        let upload = self.customer.raw(Method::POST, &path).body(form);
        let upload = upload.header("Content-Type", "multipart/form-data; boundary=b");
        let receipt: ReceiptView = Caller::answer(upload).await.view();
        assert_eq!(self.customer.order(&order.order_id).await.state, "awaiting_payment", "no receipt pays");
        let waiting: Vec<OperatorReceiptView> = self.sale.operator.get("/admin/receipts").await;
        assert_eq!((waiting.len(), &waiting[0].receipt_id), (1, &receipt.receipt_id));
        let accept = json!({ "received": waiting[0].due, "version": waiting[0].version });
        let path = format!("/admin/receipts/{}/accept", receipt.receipt_id);
        let _accepted: OrderView = self.sale.operator.post(&path, accept).await;
        self.customer.order_in(&order.order_id, "fulfilled", PATIENCE).await
    }

    async fn refund(&self, order: &OrderView) {
        let path = format!("/admin/orders/{}/refund", order.order_id);
        let _begun: OrderView = self.sale.operator.post(&path, json!({})).await;
        self.customer.order_in(&order.order_id, "refunded", PATIENCE).await;
    }

    async fn balance(&self) -> i64 {
        let wallet: WalletView = self.customer.get("/wallet").await;
        let books: BooksView = self.sale.operator.get("/admin/books").await;
        assert!(books.balanced, "{books:?}");
        wallet.balance.minor
    }
}

async fn walk(mut scene: Scene) {
    let (first, uuid) = scene.buys_with_litecoin().await;
    let id = first.subscription_id.clone().unwrap();
    let view = scene.customer.subscription(&id).await;
    assert_eq!((view.state.as_str(), view.limit_bytes, view.days_left), ("active", TRAFFIC, 30));
    let link = view.link.clone();
    scene.imports_the_link(&link, &uuid).await;
    assert_eq!(scene.balance().await, 0);

    // A renewal adds to what is left.
    scene.panel.usage(&uuid, 100 * MIB).await.unwrap();
    let second = scene.renews_by_card(&id).await;
    let view = scene.customer.subscription(&id).await;
    assert_eq!((view.limit_bytes, view.days_left, view.link.as_str()), (2 * TRAFFIC, 60, link.as_str()));
    let limit = format!("select usage_limit from user where uuid='{uuid}'");
    scene.until_panel(&limit, &(2 * TRAFFIC).to_string()).await;
    assert_eq!(scene.sql("select count(*) from user where name like '%-%-%-%-%'").await, "1");

    // The panel hangs and the shop has just crashed: the link works from what is stored.
    scene.panel.freeze().await.unwrap();
    scene.shop.kill();
    scene.shop.start().await;
    scene.imports_the_link(&link, &uuid).await;
    scene.panel.thaw().await.unwrap();

    // The renewal is taken back; what was used stays used.
    scene.refund(&second).await;
    let view = scene.customer.subscription(&id).await;
    assert_eq!((view.state.as_str(), view.limit_bytes, view.days_left), ("active", TRAFFIC, 30));
    scene.until_panel(&limit, &TRAFFIC.to_string()).await;
    assert_eq!(scene.balance().await, 500);

    // Used up: cut off at the panel, and said in the app.
    scene.panel.usage(&uuid, TRAFFIC).await.unwrap();
    let view = scene.until_state(&id, "exhausted").await;
    assert_eq!((view.used_bytes, view.remaining_bytes), (TRAFFIC + 100 * MIB, 0));
    scene.until_panel(&format!("select enable from user where uuid='{uuid}'"), "0").await;
    let told = scene.link(&link, "plain").await;
    assert!(told.body.replace("%20", " ").contains("Traffic used up"), "{}", told.body);
    assert!(!told.body.contains(&uuid) && !told.header("announce").is_empty(), "{told:?}");

    // So is the first purchase: the account is gone.
    scene.refund(&first).await;
    scene.until_gone(&uuid).await;
    assert_eq!(scene.balance().await, 1000);
    assert_eq!(scene.customer.subscription(&id).await.state, "revoked");

    let poison: Vec<JobView> = scene.sale.operator.get("/admin/jobs/poison").await;
    assert_eq!(poison, []);
    let check = format!("/admin/servers/{}/check", scene.sale.server.server_id);
    let check: Value = scene.sale.operator.post(&check, json!({})).await;
    assert_eq!(check["ok"], true, "{check}");
    assert_eq!(scene.shop.terminate().await.0.code(), Some(0));
    scene.shop.output().drain();
    scene.shop.output().assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_buys_renews_uses_everything_up_and_is_paid_back() {
    for version in HiddifyPanel::versions() {
        let test = format!("live::journey: HiddifyPanel {version}");
        let Some(node) = found(&test, LitecoinNode::start().await) else { continue };
        let Some(panel) = found(&test, HiddifyPanel::start(&version).await) else { continue };
        let scene = Scene::open(panel, node).await;
        let began = Instant::now();
        walk(scene).await;
        tell(&format!(
            "live journey: HiddifyPanel {version}, litecoind: done in {} s\n",
            began.elapsed().as_secs()
        ));
    }
}
