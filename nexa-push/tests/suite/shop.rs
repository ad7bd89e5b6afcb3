//! Messages of a shop: to all browsers of a customer, in the customer's language, and to nobody else.

use crate::receiver::{Reader, Service};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    Nexa,
    backoffice::model::{AddPlanRequest, AddServerRequest, WalletCorrection},
    domain::{money::Currency, refusal::Refusal, shop::Locale, user::Principal},
    error::Error,
    ids::ShopId,
    memory::MemoryStorage,
    secret::{Keys, Secret},
    sim::{self, SimClock, panel_kind::FakePanelKind},
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, NoticePreferencesRequest, Purpose, PushRequest, SignUpRequest},
    },
};
use nexa_push::{Hosts, WebPush};
use serde_json::json;
use std::sync::Arc;

struct Shop {
    nexa: Nexa,
    id: ShopId,
    operator: Principal,
    clock: Arc<SimClock>,
    service: Service,
    plan: String,
}

fn usd(minor: i64) -> MoneyView {
    MoneyView { minor, currency: "USD".to_owned() }
}

impl Shop {
    async fn open() -> Self {
        let service = Service::start().await;
        let (world, clock) = sim::world(3, Timestamp::from_second(1_700_000_000).unwrap());
        let hosts = Hosts::only("127.0.0.1");
        let push = WebPush::new(&Secret::new([7; 32]), "https://shop.example", hosts, world.clone()).unwrap();
        let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
            .world(world)
            .panel_kind(Arc::new(FakePanelKind::default()))
            .pusher(Arc::new(push))
            .build();
        let door = nexa.frontdesk();
        let installed = nexa.install("Quick VPN", Currency::Usd, Locale::En, true, None).await.unwrap();
        let key = door.claim(&installed.claim.unwrap()).await.unwrap().api_key;
        let id = installed.shop_id;
        let operator = door.principal(id, &key).await.unwrap();
        let office = nexa.backoffice(operator.clone());
        let server = AddServerRequest {
            name: "Frankfurt".to_owned(),
            kind: "memory".to_owned(),
            config: json!({ "name": "a" }),
            group_id: None,
            region: None,
            capacity: None,
        };
        office.add_server(server).await.unwrap();
        let plan = AddPlanRequest {
            name: "Month".to_owned(),
            days: 30,
            traffic_bytes: 10 << 30,
            devices: 2,
            extras: vec![],
            group_id: None,
            prices: vec![usd(500)],
            on_sale: true,
        };
        let plan = office.add_plan(plan).await.unwrap().plan_id;
        Self { nexa, id, operator, clock, service, plan }
    }

    /// A customer with money for some plans.
    async fn customer(&self, locale: &str) -> Arc<dyn Storefront> {
        let wish = SignUpRequest { locale: Some(locale.to_owned()), ..SignUpRequest::default() };
        let session = self.nexa.storefront(Principal::guest(self.id)).sign_up(wish).await.unwrap().session;
        let money = WalletCorrection { amount: usd(5_000) };
        let office = self.nexa.backoffice(self.operator.clone());
        office.correct_wallet(&session.user_id, money, "welcome".to_owned()).await.unwrap();
        let who = self.nexa.frontdesk().principal(self.id, &session.token).await.unwrap();
        self.nexa.storefront(who)
    }

    fn wish(&self) -> CheckoutRequest {
        CheckoutRequest {
            purpose: Purpose::New,
            method: "wallet".to_owned(),
            plan_id: Some(self.plan.clone()),
            ..CheckoutRequest::default()
        }
    }

    async fn buys(&self, who: &Arc<dyn Storefront>) {
        who.checkout(self.wish(), None).await.unwrap();
        self.works().await;
    }

    async fn works(&self) {
        for _ in 0..10 {
            self.nexa.worker().tick().await.unwrap();
        }
    }

    fn browser(&self, number: u8) -> (Reader, PushRequest) {
        let reader = Reader::new(&self.service, number);
        let browser = reader.browser.clone();
        let request = PushRequest { endpoint: browser.endpoint, p256dh: browser.p256dh, auth: browser.auth };
        (reader, request)
    }

    /// The paths that were called since the last look.
    fn called(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.service.came().into_iter().map(|came| came.path).collect();
        paths.sort();
        paths
    }
}

#[tokio::test]
async fn each_browser_is_told_in_the_customers_language() {
    let shop = Shop::open().await;
    let (sara, other) = (shop.customer("fa").await, shop.customer("en").await);
    assert_eq!(sara.push_key().await.unwrap().key.unwrap().len(), 87);
    let (reader, one) = shop.browser(1);
    sara.push_on(one.clone()).await.unwrap();
    sara.push_on(shop.browser(2).1).await.unwrap();
    shop.buys(&other).await;
    assert_eq!(shop.called(), [""; 0], "nobody is told what concerns others");
    shop.buys(&sara).await;
    let came = shop.service.came();
    assert_eq!(came.len(), 2);
    let shown = came.iter().find_map(|came| reader.read(&came.body)).unwrap();
    let subscription = sara.subscriptions().await.unwrap().remove(0).subscription_id;
    assert_eq!(shown["title"], "Quick VPN");
    assert_eq!(shown["url"], format!("/subscriptions/{subscription}"));
    assert!(shown["body"].as_str().unwrap().contains("اشتراک"), "{shown}");
    sara.push_off(&one.endpoint).await.unwrap();
    sara.push_off(&one.endpoint).await.unwrap();
    shop.buys(&sara).await;
    assert_eq!(shop.called(), ["/browser/2"]);
}

#[tokio::test]
async fn a_browser_is_its_last_users() {
    let shop = Shop::open().await;
    let (one, two) = (shop.customer("en").await, shop.customer("en").await);
    one.push_on(shop.browser(1).1).await.unwrap();
    two.push_on(shop.browser(1).1).await.unwrap();
    shop.buys(&one).await;
    assert_eq!(shop.called(), [""; 0]);
    one.push_off(&shop.browser(1).1.endpoint).await.unwrap();
    shop.buys(&two).await;
    assert_eq!(shop.called(), ["/browser/1"], "and nobody else turns it off");
}

#[tokio::test]
async fn a_device_that_was_signed_out_shows_nothing_more() {
    let shop = Shop::open().await;
    let sara = shop.customer("en").await;
    sara.push_on(shop.browser(1).1).await.unwrap();
    shop.buys(&sara).await;
    assert_eq!(shop.called().len(), 1);
    sara.checkout(shop.wish(), None).await.unwrap();
    sara.sign_out().await.unwrap();
    shop.works().await;
    assert_eq!(shop.called().len(), 0);
}

#[tokio::test]
async fn of_eleven_browsers_the_oldest_goes() {
    let shop = Shop::open().await;
    let sara = shop.customer("en").await;
    for number in 1..=11 {
        sara.push_on(shop.browser(number).1).await.unwrap();
        shop.clock.advance(SignedDuration::from_secs(1));
    }
    // One that is there already takes no other's place.
    sara.push_on(shop.browser(11).1).await.unwrap();
    shop.buys(&sara).await;
    let called = shop.called();
    assert_eq!(called.len(), 10);
    assert!(!called.contains(&"/browser/1".to_owned()));
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    let shop = Shop::open().await;
    let sara = shop.customer("en").await;
    sara.push_on(shop.browser(1).1).await.unwrap();
    shop.service.answers(410);
    shop.buys(&sara).await;
    assert_eq!(shop.called().len(), 1);
    shop.service.answers(201);
    shop.buys(&sara).await;
    assert_eq!(shop.called().len(), 0);
}

#[tokio::test]
async fn a_service_that_is_away_is_tried_again_for_a_day() {
    let shop = Shop::open().await;
    let sara = shop.customer("en").await;
    sara.push_on(shop.browser(1).1).await.unwrap();
    // A day later there would be a reminder, which is another message.
    let no_reminders =
        NoticePreferencesRequest { reminders: Some(false), ..NoticePreferencesRequest::default() };
    sara.set_notice_preferences(no_reminders).await.unwrap();
    shop.service.answers(503);
    shop.buys(&sara).await;
    assert!(!shop.called().is_empty());
    shop.clock.advance(SignedDuration::from_mins(5));
    shop.service.answers(201);
    shop.works().await;
    assert_eq!(shop.called().len(), 1, "it comes late");
    shop.works().await;
    assert_eq!(shop.called().len(), 0, "and once");
    shop.service.answers(503);
    shop.buys(&sara).await;
    assert!(!shop.called().is_empty());
    shop.clock.advance(SignedDuration::from_hours(25));
    shop.service.answers(201);
    shop.works().await;
    assert_eq!(shop.called().len(), 0, "what is a day old is in the inbox only");
}

#[tokio::test]
async fn strangers_and_strange_addresses_are_refused() {
    let shop = Shop::open().await;
    let guest = shop.nexa.storefront(Principal::guest(shop.id));
    assert!(guest.push_key().await.is_err());
    let refused = |result: nexa_core::error::Result<()>| match result {
        Err(Error::Refused(refusal)) => refusal.code().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(guest.push_on(shop.browser(1).1).await), Refusal::NotSignedIn.code());
    assert_eq!(refused(guest.push_off("x").await), Refusal::NotSignedIn.code());
    let sara = shop.customer("en").await;
    let inside = PushRequest { endpoint: "http://169.254.169.254/".to_owned(), ..shop.browser(1).1 };
    assert_eq!(refused(sara.push_on(inside).await), "bad_input");
}
