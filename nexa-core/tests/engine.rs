//! The engine on storage in memory, with panels and a bank that fail as they are told: what must hold when things
//! happen in an unlucky order.

#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "engine/acting.rs"]
mod acting;
#[path = "engine/beside.rs"]
mod beside;
#[path = "engine/figures.rs"]
mod figures;
#[path = "engine/scan.rs"]
mod scan;
#[path = "engine/usage.rs"]
mod usage;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    FirstServer, Nexa, Worker,
    backoffice::{Backoffice, model as office},
    domain::{
        money::{Currency, Money},
        refusal::Refusal,
        shop::Locale,
        user::Principal,
    },
    error::Error,
    ids::ShopId,
    memory::MemoryStorage,
    secret::Keys,
    sim::{SimClock, gateway::FakeKind, panel_kind::FakePanelKind},
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, OrderView, PageRequest, Purpose, SignUpRequest},
    },
    world::Clock as _,
};
use serde_json::{Value, json};
use std::sync::Arc;

struct Shop {
    id: ShopId,
    nexa: Nexa,
    storage: MemoryStorage,
    operator: Arc<dyn Backoffice>,
    worker: Worker,
    clock: Arc<SimClock>,
    panels: Arc<FakePanelKind>,
    bank: Arc<nexa_core::sim::gateway::FakeBank>,
    plan: String,
}

fn usd(minor: i64) -> MoneyView {
    MoneyView { minor, currency: "USD".to_owned() }
}

impl Shop {
    /// A shop with these servers and a plan for five dollars.
    async fn with(servers: &[&str]) -> Self {
        let start: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
        let (world, clock) = nexa_core::sim::world(11, start);
        let (panels, fake) = (Arc::new(FakePanelKind::default()), FakeKind::default());
        let bank = Arc::clone(&fake.bank);
        let storage = MemoryStorage::new();
        let nexa = Nexa::builder(Arc::new(storage.clone()), Keys::new([7; 32]))
            .world(world)
            .panel_kind(Arc::<FakePanelKind>::clone(&panels))
            .gateway_kind(Arc::new(fake))
            .build();
        let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
        let door = nexa.frontdesk();
        let key = door.claim(&made.claim.unwrap()).await.unwrap().api_key;
        let operator = nexa.backoffice(door.principal(made.shop_id, &key).await.unwrap());
        let worker = nexa.worker();
        for name in servers {
            let request = office::AddServerRequest {
                name: (*name).to_owned(),
                kind: "memory".to_owned(),
                group_id: None,
                config: json!({ "name": name }),
                region: None,
                capacity: None,
            };
            operator.add_server(request).await.unwrap();
        }
        let request = office::AddPlanRequest {
            name: "Month".to_owned(),
            days: 30,
            traffic_bytes: 10 << 30,
            devices: 2,
            extras: vec![],
            group_id: None,
            prices: vec![usd(500)],
            on_sale: true,
        };
        let plan = operator.add_plan(request).await.unwrap().plan_id;
        Self { id: made.shop_id, nexa, storage, operator, worker, clock, panels, bank, plan }
    }

    async fn gateway(&self, config: Value) -> String {
        let request =
            office::AddGatewayRequest { kind: "fake".to_owned(), name: "Transfer".to_owned(), config };
        let id = self.operator.add_gateway(request).await.unwrap().gateway_id;
        let enable = office::UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        self.operator.update_gateway(&id, enable).await.unwrap();
        id
    }

    async fn customer(&self, wallet: i64) -> Arc<dyn Storefront> {
        let guest = self.nexa.storefront(Principal::guest(self.id));
        let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
        if wallet > 0 {
            let correction = office::WalletCorrection { amount: usd(wallet) };
            self.operator
                .correct_wallet(&session.user_id, correction, session.user_id.clone())
                .await
                .unwrap();
        }
        let who = self.nexa.frontdesk().principal(self.id, &session.token).await.unwrap();
        self.nexa.storefront(who)
    }

    fn wish(&self, method: &str, renewed: Option<String>) -> CheckoutRequest {
        CheckoutRequest {
            purpose: if renewed.is_some() { Purpose::Renewal } else { Purpose::New },
            method: method.to_owned(),
            plan_id: Some(self.plan.clone()),
            subscription_id: renewed,
            ..CheckoutRequest::default()
        }
    }

    async fn works(&self) {
        for _ in 0..500 {
            match self.worker.tick().await.unwrap() {
                Some(due) if due <= self.clock.now() => {}
                _ => return,
            }
        }
        panic!("the worker does not come to rest");
    }

    async fn after(&self, steps: u32, step: SignedDuration) {
        for _ in 0..steps {
            self.clock.advance(step);
            self.works().await;
        }
    }

    fn held_by(&self, server: &str) -> usize {
        self.panels.panel(server).truth().accounts.len()
    }
}

async fn wallet(of: &Arc<dyn Storefront>) -> i64 {
    of.me().await.unwrap().wallet.minor
}

async fn now_state(of: &Arc<dyn Storefront>, order: &OrderView) -> String {
    of.order(&order.order_id).await.unwrap().state
}

#[test]
fn a_server_that_was_down_at_the_sale_follows_when_it_is_back() {
    block_on(async {
        let shop = Shop::with(&["one", "two"]).await;
        shop.panels.panel("two").set_down(true);
        let ali = shop.customer(500).await;
        let order = ali.checkout(shop.wish("wallet", None), None).await.unwrap();
        shop.works().await;
        assert_eq!(now_state(&ali, &order).await, "fulfilled");
        assert_eq!((shop.held_by("one"), shop.held_by("two")), (1, 0));
        shop.panels.panel("two").set_down(false);
        shop.after(10, SignedDuration::from_mins(1)).await;
        assert_eq!(shop.held_by("two"), 1);
        assert!(shop.operator.poison_jobs().await.unwrap().is_empty());
    });
}

#[test]
fn a_sale_and_its_renewal_can_both_be_refunded() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let ali = shop.customer(1000).await;
        let first = ali.checkout(shop.wish("wallet", None), None).await.unwrap();
        shop.works().await;
        let second = ali.checkout(shop.wish("wallet", first.subscription_id.clone()), None).await.unwrap();
        shop.works().await;
        for order in [&first, &second] {
            shop.operator.refund_order(&order.order_id).await.unwrap();
            shop.works().await;
        }
        assert_eq!(now_state(&ali, &second).await, "refunded");
        assert_eq!(wallet(&ali).await, 1000);
        assert_eq!(shop.held_by("one"), 0);
    });
}

#[test]
fn the_price_of_a_renewal_that_cannot_be_delivered_returns() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let ali = shop.customer(1000).await;
        let first = ali.checkout(shop.wish("wallet", None), None).await.unwrap();
        shop.works().await;
        let held = first.subscription_id.clone().unwrap();
        let second = ali.checkout(shop.wish("wallet", Some(held.clone())), None).await.unwrap();
        shop.operator.revoke(&held).await.unwrap();
        shop.works().await;
        assert_eq!(now_state(&ali, &second).await, "refunded");
        assert_eq!(wallet(&ali).await, 500);
        assert!(shop.operator.poison_jobs().await.unwrap().is_empty());
        assert!(shop.operator.books().await.unwrap().balanced);
    });
}

#[test]
fn late_money_that_is_worth_less_is_told_once_and_takes_nothing_later() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let coin = shop.gateway(json!({ "wallet": "w", "asset": "LTC", "window_minutes": 60 })).await;
        let rate =
            |minor| office::RateRequest { asset: "LTC".to_owned(), price: usd(minor), valid_hours: 100 };
        shop.operator.set_rate(rate(10_000)).await.unwrap();
        let ali = shop.customer(0).await;
        let order = ali.checkout(shop.wish(&coin, None), None).await.unwrap();
        shop.after(4, SignedDuration::from_mins(60)).await;
        assert_eq!(now_state(&ali, &order).await, "expired");
        shop.operator.set_rate(rate(8_000)).await.unwrap();
        let payment = order.payment.clone().unwrap();
        let due = Money::new(payment.due.minor, Currency::Ltc);
        let transfer = shop.bank.pay(&payment.address.unwrap(), due, shop.clock.now());
        shop.bank.confirm(&transfer);
        shop.after(8, SignedDuration::from_mins(60)).await;
        assert_eq!(wallet(&ali).await, 400);
        let told = ali.notices(PageRequest::default()).await.unwrap().items;
        assert_eq!(told.iter().filter(|n| n.key == "money-in-wallet").count(), 1, "{told:?}");
        let correction = office::WalletCorrection { amount: usd(500) };
        let user = ali.me().await.unwrap().user_id;
        shop.operator.correct_wallet(&user, correction, "later".to_owned()).await.unwrap();
        shop.after(4, SignedDuration::from_mins(60)).await;
        assert_eq!((wallet(&ali).await, now_state(&ali, &order).await.as_str()), (900, "expired"));
    });
}

#[test]
fn usage_is_read_again_after_an_outage_of_days() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let ali = shop.customer(500).await;
        ali.checkout(shop.wish("wallet", None), None).await.unwrap();
        shop.works().await;
        let panel = shop.panels.panel("one");
        panel.set_down(true);
        shop.after(7 * 48, SignedDuration::from_mins(30)).await;
        panel.set_down(false);
        let id = *panel.truth().accounts.keys().next().unwrap();
        panel.consume(id, 1 << 30);
        shop.after(48, SignedDuration::from_mins(30)).await;
        assert_eq!(ali.subscriptions().await.unwrap()[0].used_bytes, 1 << 30);
    });
}

#[test]
fn a_second_tap_on_paying_finds_the_first_payment() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let transfer = shop.gateway(json!({ "wallet": "w" })).await;
        let ali = shop.customer(0).await;
        let order = ali.checkout(shop.wish(&transfer, None), None).await.unwrap();
        let again = ali.pay(&order.order_id, &transfer, false).await.unwrap();
        assert_eq!(again.payment, order.payment);
    });
}

#[test]
fn one_claim_voids_the_links_of_every_former_start() {
    block_on(async {
        let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32])).build();
        let mut links = Vec::new();
        for _ in 0..2 {
            let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
            links.push(made.claim.unwrap());
        }
        nexa.frontdesk().claim(&links[1]).await.unwrap();
        assert!(nexa.frontdesk().claim(&links[0]).await.is_err());
    });
}

#[test]
fn only_the_first_start_makes_the_first_server() {
    block_on(async {
        let (world, clock) = nexa_core::sim::world(11, "2026-03-01T08:00:00Z".parse().unwrap());
        let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
            .world(world)
            .panel_kind(Arc::new(FakePanelKind::default()))
            .build();
        let first = |kind: &str, config: Value| FirstServer {
            name: "Home".to_owned(),
            kind: kind.to_owned(),
            config: config.into(),
            region: Some("DE".to_owned()),
        };
        let install = |first| nexa.install("Fast Net", Currency::Usd, Locale::En, false, Some(first));
        for wrong in [first("memory", json!({ "nonsense": 1 })), first("unknown", json!({ "name": "home" }))]
        {
            assert!(matches!(install(wrong).await, Err(Error::Refused(_))));
        }
        let rich = json!({ "name": "home", "offers": ["multi_hop"] });
        let made = install(first("memory", rich)).await.unwrap();
        install(first("memory", json!({ "name": "second" }))).await.unwrap();
        let key = nexa.frontdesk().claim(&made.claim.unwrap()).await.unwrap().api_key;
        let operator = nexa.backoffice(nexa.frontdesk().principal(made.shop_id, &key).await.unwrap());
        let [server] = <[_; 1]>::try_from(operator.servers().await.unwrap()).unwrap();
        let [group] = <[_; 1]>::try_from(operator.groups().await.unwrap()).unwrap();
        assert_eq!((server.name.as_str(), server.state.as_str(), server.checked_at), ("Home", "open", None));
        assert_eq!((&server.group_id, server.region.as_deref()), (&group.group_id, Some("DE")));
        assert!(server.offers.is_empty(), "it was not spoken to");
        clock.advance(SignedDuration::from_mins(10));
        for _ in 0..3 {
            nexa.worker().tick().await.unwrap();
        }
        let server = operator.servers().await.unwrap().remove(0);
        assert!(server.usage_at.is_some(), "it is read");
        assert_eq!(server.offers, ["multi_hop"], "and compared");
    });
}

#[test]
fn what_is_wrong_with_a_request_is_told_only_to_the_operator() {
    block_on(async {
        let shop = Shop::with(&[]).await;
        let guest = shop.nexa.backoffice(Principal::guest(shop.id));
        let rate = office::RateRequest { asset: "?".to_owned(), price: usd(0), valid_hours: 0 };
        let page = PageRequest { cursor: Some("?".to_owned()), limit: Some(0) };
        let refusals = [
            guest.set_rate(rate).await.err(),
            guest.users(page.clone()).await.err(),
            guest.receipts(page).await.err(),
            guest.order("?").await.err(),
            guest.suspend("?").await.err(),
            guest.retry_job("?").await.err(),
            guest.remove_api_key("?").await.err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Some(Error::Refused(Refusal::NotSignedIn))), "{refusal:?}");
        }
    });
}

#[test]
fn what_is_refused_is_named_at_the_start() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        shop.gateway(json!({ "wallet": "w" })).await;
        assert_eq!(shop.nexa.unusable().await.unwrap(), []);
        // The same shop in a program that knows neither the panel's nor the gateway's kind.
        let stranger = Nexa::builder(Arc::new(shop.storage), Keys::new([7; 32])).build();
        let named: Vec<_> =
            stranger.unusable().await.unwrap().into_iter().map(|l| (l.subject, l.ok)).collect();
        let expected = ["server \"one\"", "gateway \"Transfer\""].map(|name| (name.to_owned(), false));
        assert_eq!(named, expected);
    });
}

#[test]
fn an_only_shop_answers_every_host() {
    block_on(async {
        let shop = Shop::with(&[]).await;
        let hosts = Some(vec!["shop.example.org".to_owned()]);
        let request = office::ShopRequest { hosts, ..office::ShopRequest::default() };
        shop.operator.update_shop(request).await.unwrap();
        assert_eq!(shop.nexa.frontdesk().shop_of("127.0.0.1").await.unwrap().id, shop.id);
    });
}
