//! Nothing is bought twice, and nothing is lost, whatever becomes of connections, programs and clocks.

use super::{folder, hasty, is_offline, online, remote, stand_in};
use crate::shop::Shop;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    secret::Secret,
    storefront::{
        Storefront,
        model::{CheckoutRequest, PageRequest, Purpose, SignInRequest},
    },
    world::{Clock, OsEntropy, SystemClock, World},
};
use nexa_http::client::{Remote, RemoteSettings};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

fn month(shop: &Shop) -> CheckoutRequest {
    CheckoutRequest {
        purpose: Purpose::New,
        method: "wallet".to_owned(),
        plan_id: Some(shop.plan.clone()),
        ..CheckoutRequest::default()
    }
}

async fn bought(shop: &Shop, token: &str) -> usize {
    let who = shop.nexa.frontdesk().principal(shop.id, token).await.unwrap();
    shop.nexa.storefront(who).orders(PageRequest::default()).await.unwrap().items.len()
}

/// The idempotency keys of these requests.
fn keys(heard: &Mutex<Vec<String>>) -> Vec<String> {
    let heard = heard.lock().unwrap();
    let lines = heard.iter().flat_map(|request| request.lines());
    lines.filter_map(|line| line.strip_prefix("idempotency-key: ")).map(str::to_owned).collect()
}

const PURCHASE: &str = "POST /v1/orders ";

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again() {
    let shop = Shop::open().await;
    let (server, _) = online(&shop).await;
    let token = shop.customer(2000).await;
    let (base, heard) = stand_in::losing(server.at, PURCHASE, 2).await;
    let mine = remote(&base).signed_in(Secret::new(token.clone()));
    mine.checkout(month(&shop), None).await.unwrap();
    let sent = keys(&heard);
    assert!(sent.len() == 3 && sent.iter().all(|key| *key == sent[0]), "{sent:?}");
    assert_eq!(bought(&shop, &token).await, 1);
    server.end().await;
}

#[tokio::test]
async fn a_purchase_that_was_cut_off_is_taken_up_again_by_another_run_of_the_program() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    let (_home, cache) = folder();
    let open = |base: &str, token: &str| {
        let settings = RemoteSettings { cache: Some(Arc::clone(&cache)), ..hasty(&[base]) };
        Remote::new(settings).unwrap().signed_in(Secret::new(token.to_owned()))
    };
    let who = shop.nexa.storefront(nexa_core::domain::user::Principal::guest(shop.id));
    let made = who.sign_up(nexa_core::storefront::model::SignUpRequest::default()).await.unwrap();
    let token = made.session.token.clone();
    let correction = nexa_core::backoffice::model::WalletCorrection { amount: crate::shop::usd(2000) };
    shop.office().await.correct_wallet(&made.session.user_id, correction, "k".to_owned()).await.unwrap();

    let (cut, heard) = stand_in::losing(server.at, PURCHASE, usize::MAX).await;
    assert!(is_offline(&open(&cut, &token).checkout(month(&shop), None).await));
    assert_eq!(bought(&shop, &token).await, 1, "it arrived, and nobody was told");
    let sent = keys(&heard);
    assert!(sent.len() > 1 && sent.iter().all(|key| *key == sent[0]), "{sent:?}");

    // The customer has to sign in again, too: the wish is theirs, not the session's.
    let number = SignInRequest { account_number: made.account_number, ..SignInRequest::default() };
    let token = remote(&direct).sign_in(number).await.unwrap().token;
    open(&direct, &token).checkout(month(&shop), None).await.unwrap();
    assert_eq!(bought(&shop, &token).await, 1, "the same purchase");
    open(&direct, &token).checkout(month(&shop), None).await.unwrap();
    assert_eq!(bought(&shop, &token).await, 2, "and the next one is another");
    server.end().await;
}

#[tokio::test]
async fn a_purchase_that_was_cut_off_outlives_a_block_of_its_buyer() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    let (_home, cache) = folder();
    let token = shop.customer(2000).await;
    let open = |base: &str| {
        let settings = RemoteSettings { cache: Some(Arc::clone(&cache)), ..hasty(&[base]) };
        Remote::new(settings).unwrap().signed_in(Secret::new(token.clone()))
    };
    let me = open(&direct).me().await.unwrap();
    let (cut, _) = stand_in::losing(server.at, PURCHASE, usize::MAX).await;
    assert!(is_offline(&open(&cut).checkout(month(&shop), None).await));
    assert_eq!(bought(&shop, &token).await, 1, "it arrived, and nobody was told");

    let office = shop.office().await;
    office.block_user(&me.user_id, true).await.unwrap();
    let told = open(&direct).checkout(month(&shop), None).await;
    assert!(matches!(told, Err(Error::Refused(Refusal::Blocked))), "{told:?}");
    office.block_user(&me.user_id, false).await.unwrap();
    open(&direct).checkout(month(&shop), None).await.unwrap();
    assert_eq!(bought(&shop, &token).await, 1, "the block was no word on the purchase");
    server.end().await;
}

#[tokio::test]
async fn who_hangs_up_in_the_middle_loses_nothing() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    let token = shop.customer(10_000).await;
    let mine = remote(&direct).signed_in(Secret::new(token.clone()));
    mine.me().await.unwrap();
    for micros in [0, 50, 200, 500, 1000, 2000, 4000, 8000, 20_000] {
        let before = bought(&shop, &token).await;
        let checkout = mine.checkout(month(&shop), None);
        let done = tokio::time::timeout(Duration::from_micros(micros), checkout).await.is_ok();
        // However far it came, the same wish ends as one purchase.
        mine.checkout(month(&shop), None).await.unwrap();
        let now = bought(&shop, &token).await;
        assert_eq!(now - before, if done { 2 } else { 1 }, "cut after {micros} us");
    }
    server.end().await;
}

#[tokio::test]
async fn a_call_that_is_dropped_after_sending_is_resumed() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    let (_home, cache) = folder();
    let token = shop.customer(2000).await;
    let (cut, heard) = stand_in::losing(server.at, PURCHASE, usize::MAX).await;
    let open = |base: &str| {
        let settings = RemoteSettings { cache: Some(Arc::clone(&cache)), ..hasty(&[base]) };
        Remote::new(settings).unwrap().signed_in(Secret::new(token.clone()))
    };
    open(&direct).me().await.unwrap();
    let through = open(&cut);
    let checkout = through.checkout(month(&shop), None);
    let sent = async {
        while keys(&heard).is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        done = checkout => panic!("no answer comes through: {done:?}"),
        () = sent => {}
    }
    open(&direct).checkout(month(&shop), None).await.unwrap();
    assert_eq!(bought(&shop, &token).await, 1);
    server.end().await;
}

#[tokio::test]
async fn two_taps_on_one_button_are_one_purchase() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    let token = shop.customer(2000).await;
    let mine = remote(&direct).signed_in(Secret::new(token.clone()));
    mine.me().await.unwrap();
    let (one, other) = tokio::join!(mine.checkout(month(&shop), None), mine.checkout(month(&shop), None));
    assert_eq!(one.unwrap().order_id, other.unwrap().order_id);
    assert_eq!(bought(&shop, &token).await, 1);
    server.end().await;
}

/// A clock that is wrong.
struct Wrong(SignedDuration);

#[async_trait::async_trait]
impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
    async fn sleep_until(&self, moment: Timestamp) {
        SystemClock.sleep_until(moment - self.0).await;
    }
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_changes_nothing() {
    let shop = Shop::open().await;
    let (server, direct) = online(&shop).await;
    for hours in [-1, 1] {
        let token = shop.customer(2000).await;
        let clock = Arc::new(Wrong(SignedDuration::from_hours(hours)));
        let world = World::new(clock, Arc::new(OsEntropy));
        let settings = RemoteSettings { world, ..hasty(&[&direct]) };
        let mine = Remote::new(settings).unwrap().signed_in(Secret::new(token.clone()));
        mine.checkout(month(&shop), None).await.unwrap();
        assert_eq!(mine.orders(PageRequest::default()).await.unwrap().items.len(), 1);
    }
    server.end().await;
}
