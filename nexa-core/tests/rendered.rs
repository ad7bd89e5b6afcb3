//! Two engines on one storage, as two processes of one installation, with what they keep for each other of links.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{
            AddPlanRequest, AddServerRequest, LinkRuleView, LinkRulesRequest, UpdateServerRequest,
            WalletCorrection,
        },
    },
    domain::{
        measure::Traffic,
        money::{Currency, Money},
        shop::Locale,
        user::Principal,
    },
    frontdesk::{LinkAnswer, LinkAsk, LinkForm},
    memory::MemoryStorage,
    secret::Keys,
    sim::{SimClock, panel_kind::FakePanelKind, stash::MemoryStash},
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, SignUpRequest},
    },
    world::World,
};
use serde_json::json;
use std::sync::Arc;

struct Two {
    here: Nexa,
    there: Nexa,
    stash: Arc<MemoryStash>,
    clock: Arc<SimClock>,
    office: Arc<dyn Backoffice>,
    store: Arc<dyn Storefront>,
    subscription: String,
    token: String,
}

impl Two {
    /// A shop with one delivered subscription on three servers.
    async fn open() -> Self {
        let start: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
        let (world, clock) = nexa_core::sim::world(11, start);
        let (panels, storage) = (Arc::new(FakePanelKind::default()), Arc::new(MemoryStorage::new()));
        let stash = Arc::new(MemoryStash::new(world.clone()));
        let engine = |world: &World| {
            Nexa::builder(Arc::<MemoryStorage>::clone(&storage), Keys::new([7; 32]))
                .world(world.clone())
                .stash(Arc::<MemoryStash>::clone(&stash))
                .panel_kind(Arc::<FakePanelKind>::clone(&panels))
                .build()
        };
        let (here, there) = (engine(&world), engine(&world));
        let made = here.install("Fast Net", Currency::Usd, Locale::En, true, None).await.unwrap();
        let (door, shop) = (here.frontdesk(), made.shop_id);
        let key = door.claim(&made.claim.unwrap()).await.unwrap().api_key;
        let office = here.backoffice(door.principal(shop, &key).await.unwrap());
        for name in ["a", "b", "c"] {
            let server = AddServerRequest::new(name, "memory", json!({ "name": name }));
            office.add_server(server).await.unwrap();
        }
        let plan = AddPlanRequest::new("Month", 30, Traffic::gib(50), Money::new(499, Currency::Usd));
        let plan = office.add_plan(plan).await.unwrap().plan_id;
        let guest = here.storefront(Principal::guest(shop));
        let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
        let amount = MoneyView { minor: 1000, currency: "USD".to_owned() };
        let correction = WalletCorrection { amount };
        office.correct_wallet(&session.user_id, correction, "k".to_owned()).await.unwrap();
        let store = here.storefront(door.principal(shop, &session.token).await.unwrap());
        store.checkout(CheckoutRequest::of_plan(&plan, "wallet"), None).await.unwrap();
        let worker = here.worker();
        for _ in 0..20 {
            worker.tick().await.unwrap();
        }
        let mine = store.subscriptions().await.unwrap().remove(0);
        let token = mine.link.rsplit_once('/').unwrap().1.to_owned();
        Self { here, there, stash, clock, office, store, subscription: mine.subscription_id, token }
    }

    fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

async fn fetch(nexa: &Nexa, token: &str) -> LinkAnswer {
    nexa.frontdesk().link(token, LinkAsk::of(LinkForm::Plain)).await.unwrap()
}

/// The form that the rules choose for a client.
async fn chosen(nexa: &Nexa, token: &str) -> LinkForm {
    let headers = vec![("user-agent".to_owned(), "Probe/1.0".to_owned())];
    nexa.frontdesk().link(token, LinkAsk { headers, ..LinkAsk::default() }).await.unwrap().form
}

#[test]
fn what_one_process_made_is_what_the_other_gives() {
    block_on(async {
        let two = Two::open().await;
        let made = fetch(&two.here, &two.token).await;
        assert!(made.status.servers.len() == 3 && made.body.contains("://"), "delivered");
        let kept = two.stash.values();
        assert_eq!(kept.len(), 1, "one document");
        let kept = String::from_utf8_lossy(&kept.concat()).into_owned();
        assert!(!kept.contains("://") && !kept.contains(&two.token), "sealed: {kept}");
        let given = fetch(&two.there, &two.token).await;
        assert!(given == made, "all of it, headers and servers too");
        assert_eq!(two.stash.values().len(), 1, "it was found, not made again");
        // Another form is another document; the page and headers alone are not kept.
        for form in [LinkForm::SingBox, LinkForm::Page] {
            two.here.frontdesk().link(&two.token, LinkAsk::of(form)).await.unwrap();
        }
        let ask = LinkAsk { only_headers: true, ..LinkAsk::of(LinkForm::Clash) };
        assert_eq!(two.here.frontdesk().link(&two.token, ask).await.unwrap().body, "");
        assert_eq!(two.stash.values().len(), 2);
    });
}

#[test]
fn a_changed_subscription_is_another_document_at_once() {
    block_on(async {
        let two = Two::open().await;
        let first = fetch(&two.there, &two.token).await;
        two.office.suspend(&two.subscription).await.unwrap();
        let suspended = fetch(&two.there, &two.token).await;
        assert!(suspended.status.state == "suspended" && suspended.body != first.body);
        two.office.resume(&two.subscription).await.unwrap();
        assert!(fetch(&two.there, &two.token).await.body == first.body);
        let link = two.store.reset_link(&two.subscription).await.unwrap().link;
        let dead = two.there.frontdesk().link(&two.token, LinkAsk::of(LinkForm::Plain)).await;
        assert!(dead.is_err(), "the old link is dead at once, though its document is still kept");
        let fresh = fetch(&two.there, link.rsplit_once('/').unwrap().1).await;
        assert!(fresh.body != first.body, "its credentials are new");
    });
}

#[test]
fn a_changed_server_is_seen_within_ten_seconds() {
    block_on(async {
        let two = Two::open().await;
        let names =
            |answer: &LinkAnswer| answer.status.servers.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&fetch(&two.there, &two.token).await).len(), 3);
        let server = two.office.servers().await.unwrap().remove(0);
        let off = UpdateServerRequest {
            name: None,
            state: Some("off".to_owned()),
            config: None,
            region: None,
            capacity: None,
        };
        two.office.update_server(&server.server_id, off).await.unwrap();
        two.wait(11);
        assert_eq!(names(&fetch(&two.there, &two.token).await).len(), 2);
    });
}

#[test]
fn changed_rules_are_seen_within_a_second() {
    block_on(async {
        let two = Two::open().await;
        for nexa in [&two.here, &two.there] {
            assert_eq!(chosen(nexa, &two.token).await, LinkForm::Base64);
        }
        for form in [LinkForm::SingBox, LinkForm::Clash] {
            let rule = LinkRuleView {
                header: "user-agent".to_owned(),
                operator: "contains".to_owned(),
                value: "probe".to_owned(),
                form: form.name().to_owned(),
                headers: Vec::new(),
            };
            two.office.set_link_rules(LinkRulesRequest { rules: Some(vec![rule]) }).await.unwrap();
            assert_eq!(chosen(&two.here, &two.token).await, form, "where it was changed");
            two.wait(1);
            assert_eq!(chosen(&two.there, &two.token).await, form, "and elsewhere");
        }
    });
}
