//! Another key for what is sealed.

use super::{child, cluster};
use nexa_core::{
    Nexa,
    backoffice::{Backoffice, model as office},
    domain::{money::Currency, shop::Locale, time::from_millis, user::Principal},
    ids::ShopId,
    secret::Keys,
    sim::{self, SimClock, gateway::FakeKind, panel_kind::FakePanelKind},
    sql::{Place, Resealed, SqliteStorage, copy, reseal},
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, OpenTicketRequest, PageRequest, SignUpRequest},
    },
    world::{Clock as _, World},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const MASTER: [u8; 32] = [7; 32];
const FRESH: [u8; 32] = [8; 32];

/// Before, while and after the key changes.
fn keys() -> [Keys; 3] {
    [Keys::new(MASTER), Keys::resealing(MASTER, FRESH, Some(MASTER)), Keys::resealing(MASTER, FRESH, None)]
}

struct Shop {
    id: ShopId,
    nexa: Nexa,
    storage: Arc<SqliteStorage>,
    clock: Arc<SimClock>,
}

impl Shop {
    async fn open(path: &Path, keys: Keys) -> Self {
        // Each life of the program draws other numbers.
        static LIVES: AtomicU64 = AtomicU64::new(11);
        let storage = Arc::new(SqliteStorage::open(path).await.unwrap());
        let seed = LIVES.fetch_add(1, Ordering::Relaxed);
        let (world, clock) = sim::world(seed, from_millis(1_700_000_000_000));
        let nexa = Nexa::builder(Arc::<SqliteStorage>::clone(&storage), keys)
            .world(world)
            .panel_kind(Arc::new(FakePanelKind::default()))
            .gateway_kind(Arc::new(FakeKind::default()))
            .build();
        let id = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap().shop_id;
        Self { id, nexa, storage, clock }
    }

    async fn works(&self) {
        let worker = self.nexa.worker();
        for _ in 0..200 {
            match worker.tick().await.unwrap() {
                Some(due) if due <= self.clock.now() => {}
                _ => return,
            }
        }
    }

    async fn customer(&self, token: &str) -> Arc<dyn Storefront> {
        self.nexa.storefront(self.nexa.frontdesk().principal(self.id, token).await.unwrap())
    }

    async fn close(self) {
        self.storage.close().await;
    }
}

/// What a customer sees of what is sealed.
#[derive(PartialEq, Eq, Debug)]
struct Seen {
    links: Vec<String>,
    invitation: String,
    said: Vec<String>,
}

async fn seen(of: &Arc<dyn Storefront>) -> Seen {
    let tickets = of.tickets(PageRequest::default()).await.unwrap().items;
    let mut said = Vec::new();
    for ticket in tickets {
        let whole = of.ticket(&ticket.ticket_id).await.unwrap();
        said.extend(whole.messages.into_iter().map(|message| message.text));
    }
    let links = of.subscriptions().await.unwrap().into_iter().map(|held| held.link).collect();
    Seen { links, invitation: of.invitation().await.unwrap().code, said }
}

async fn stock(operator: &Arc<dyn Backoffice>) -> String {
    let server = office::AddServerRequest {
        name: "one".to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": "one" }),
        region: None,
        capacity: None,
    };
    operator.add_server(server).await.unwrap();
    let config = json!({ "wallet": "w" });
    let gateway = office::AddGatewayRequest { kind: "fake".to_owned(), name: "Transfer".to_owned(), config };
    operator.add_gateway(gateway).await.unwrap();
    let campaign = office::CampaignRequest {
        code: "spring".to_owned(),
        name: "Spring".to_owned(),
        postback_url: Some("https://ads.example/{click}".to_owned()),
    };
    operator.add_campaign(campaign).await.unwrap();
    let plan = office::AddPlanRequest {
        name: "Month".to_owned(),
        days: 30,
        traffic_bytes: 10 << 30,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices: vec![MoneyView { minor: 500, currency: "USD".to_owned() }],
        on_sale: true,
    };
    operator.add_plan(plan).await.unwrap().plan_id
}

/// A shop with something sealed in many places; gives its customers' tokens.
async fn filled(path: &Path, customers: usize) -> Vec<String> {
    let shop = Shop::open(path, Keys::new(MASTER)).await;
    let claim = shop.nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap().claim;
    let key = shop.nexa.frontdesk().claim(&claim.unwrap()).await.unwrap().api_key;
    let who = shop.nexa.frontdesk().principal(shop.id, &key).await.unwrap();
    let operator: Arc<dyn Backoffice> = shop.nexa.backoffice(who);
    let plan = stock(&operator).await;
    let mut tokens = Vec::new();
    for _ in 0..customers {
        let guest = shop.nexa.storefront(Principal::guest(shop.id));
        let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
        let amount = MoneyView { minor: 1_000, currency: "USD".to_owned() };
        let user = session.user_id.clone();
        operator.correct_wallet(&user, office::WalletCorrection { amount }, user.clone()).await.unwrap();
        let ali = shop.customer(&session.token).await;
        ali.checkout(CheckoutRequest::of_plan(&plan, "wallet"), None).await.unwrap();
        let note = Some("for {you} / and + more".to_owned());
        let gift = CheckoutRequest { gift: true, note, ..CheckoutRequest::of_plan(&plan, "wallet") };
        ali.checkout(gift, None).await.unwrap();
        shop.works().await;
        let ask = OpenTicketRequest {
            subject: Some("slow".to_owned()),
            text: "It is slow.".to_owned(),
            subscription_id: None,
        };
        ali.open_ticket(ask, None).await.unwrap();
        ali.totp_begin().await.unwrap();
        seen(&ali).await;
        tokens.push(session.token);
    }
    drop(operator);
    shop.close().await;
    tokens
}

fn world() -> World {
    sim::world(5, from_millis(1_700_000_000_000)).0
}

async fn look(place: &Place, keys: &Keys) -> Resealed {
    reseal(place, keys, &world(), true).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_ends_when_it_is_begun_again() {
    let [old, both, new] = keys();
    if let Some(path) = child::task() {
        reseal(&Place::file(Path::new(&path)), &both, &world(), false).await.unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let tokens = filled(&path, 6).await;
    let place = Place::file(&path);
    let shop = Shop::open(&path, old.clone()).await;
    let before = seen(&shop.customer(&tokens[0]).await).await;
    assert_eq!((before.links.len(), before.said.as_slice()), (1, &["It is slow.".to_owned()][..]));
    shop.close().await;
    let all = look(&place, &old).await;
    // Three of the shop, seven of each customer: link, note, gift, subject, text, second factor, invitation.
    assert_eq!((all.changed, all.unreadable.len()), (0, 0), "{all:?}");
    assert!(all.kept >= 3 + 6 * 7, "{all:?}");
    let name = "storage::resealing::a_rotation_that_is_killed_ends_when_it_is_begun_again";
    for n in 0..10 {
        let wait = Duration::from_millis(10 * n);
        let ended = tokio::task::block_in_place(|| {
            child::kill_after(child::start(name, &path.display().to_string()), wait)
        });
        assert_ne!(ended, Some(false), "it failed by itself");
        // At every moment both keys together open all of it.
        let now = look(&place, &both).await;
        assert_eq!((now.kept + now.changed, now.unreadable.len()), (all.kept, 0), "{now:?}");
    }
    let done = reseal(&place, &both, &world(), false).await.unwrap();
    assert_eq!(done.kept + done.changed, all.kept);
    let now = look(&place, &new).await;
    assert_eq!((now.kept, now.changed, now.unreadable.len()), (all.kept, 0, 0), "{now:?}");
    let gone = look(&place, &old).await;
    assert_eq!(
        (gone.kept, gone.unreadable.values().sum::<u64>()),
        (0, all.kept),
        "the old key opens nothing"
    );
    let shop = Shop::open(&path, new.clone()).await;
    assert_eq!(seen(&shop.customer(&tokens[0]).await).await, before, "customers see what they saw");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_sealed_anew_like_a_file() {
    let Some(cluster) = cluster::found("a_server_is_sealed_anew_like_a_file") else { return };
    let (folder, database) = (tempfile::tempdir().unwrap(), cluster.empty());
    let path = folder.path().join("shop.db");
    filled(&path, 2).await;
    let server = Place::parse(&database.url).unwrap();
    copy(&Place::file(&path), &server, &mut |_| {}).await.unwrap();
    let [old, both, new] = keys();
    let all = look(&server, &old).await;
    let done = reseal(&server, &both, &world(), false).await.unwrap();
    assert_eq!((done.changed, done.kept, done.unreadable.len()), (all.kept, 0, 0), "{done:?}");
    assert_eq!(look(&server, &new).await.kept, all.kept);
    // What no key opens is told and left alone.
    database.tell("UPDATE servers SET config_sealed = 'nonsense'").unwrap();
    let odd = reseal(&server, &both, &world(), false).await.unwrap();
    assert_eq!(odd.unreadable.into_iter().collect::<Vec<_>>(), [("servers.config_sealed".to_owned(), 1)]);
    assert_eq!(database.tell("SELECT config_sealed FROM servers").unwrap(), "nonsense");
}

/// All texts of the form `format!("…|{…}…")`, with every name in braces left out.
fn contexts(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            contexts(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut is_context = false;
        for line in text.lines() {
            is_context |= line.contains("fn ") && line.contains("context(");
            if is_context && let Some((_, rest)) = line.split_once("format!(\"") {
                found.insert(nameless(rest.split('"').next().unwrap()));
            }
            is_context &= line != "}";
        }
    }
}

fn nameless(pattern: &str) -> String {
    let parts = pattern.split(['{', '}']).enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { "{}" } else { part }).collect()
}

#[test]
fn whatever_a_use_case_seals_is_sealed_anew() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sealed = BTreeSet::new();
    contexts(&source.join("engine"), &mut sealed);
    // What a browser keeps while it makes or shows a passkey lives for minutes.
    for short in ["passkey_add|{}|{}", "passkey_ask|{}"] {
        assert!(sealed.remove(short), "{short}");
    }
    let known = std::fs::read_to_string(source.join("sql/reseal.rs")).unwrap();
    let known: BTreeSet<String> = known
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("spot(\"") || line.starts_with("inside(\""))
        .filter_map(|line| line.rsplit('"').nth(1))
        .map(nameless)
        .collect();
    assert_eq!(sealed, known);
    // No column is forgotten either.
    let schema = std::fs::read_to_string(source.join("../migrations/0001_initial.sql")).unwrap();
    let reseal = std::fs::read_to_string(source.join("sql/reseal.rs")).unwrap();
    let mut table = "";
    for line in schema.lines() {
        if let Some(name) = line.strip_prefix("CREATE TABLE ") {
            table = name.trim_end_matches(" (");
        }
        let column = line.split_whitespace().next().unwrap_or_default();
        if column == "sealed" || column.ends_with("_sealed") {
            assert!(reseal.contains(&format!("spot(\"{table}\", \"{column}\"")), "{table}.{column}");
        }
    }
}
