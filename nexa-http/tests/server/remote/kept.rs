//! What is seen while the shop does not answer.

use super::{
    folder, hasty, is_offline, online,
    stand_in::{StandIn, json, reply},
};
use crate::shop::Shop;
use jiff::SignedDuration;
use nexa_core::{
    secret::Secret,
    storefront::{Gifts, Storefront, model::PageRequest},
    world::{Clock as _, SystemClock},
};
use nexa_http::client::{Remote, RemoteSettings, ViewCache};
use std::sync::Arc;

fn with(cache: &Arc<dyn ViewCache>, base: &str, token: &str) -> Remote {
    let settings = RemoteSettings { cache: Some(Arc::clone(cache)), ..hasty(&[base]) };
    Remote::new(settings).unwrap().signed_in(Secret::new(token.to_owned()))
}

#[tokio::test]
async fn what_was_seen_last_is_shown_with_its_age() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let (_home, cache) = folder();
    let token = shop.customer(700).await;
    let (mine, freshness) = with(&cache, &base, &token).dated();
    let before = (
        mine.me().await.unwrap(),
        mine.plans().await.unwrap(),
        mine.orders(PageRequest::default()).await.unwrap(),
    );
    assert_eq!(freshness.stale_since(), None);
    drop(mine);
    server.end().await;

    let (later, freshness) = with(&cache, &base, &token).dated();
    let after = (
        later.me().await.unwrap(),
        later.plans().await.unwrap(),
        later.orders(PageRequest::default()).await.unwrap(),
    );
    assert_eq!(after, before);
    let age = SystemClock.now().duration_since(freshness.stale_since().expect("it is old"));
    assert!(age >= SignedDuration::ZERO && age < SignedDuration::from_mins(10), "{age}");
    assert!(is_offline(&later.gifts().await), "what was never seen is not shown");
    assert_eq!(freshness.stale_since(), None, "and nothing old was");
}

#[tokio::test]
async fn nobody_sees_what_another_saw() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let (_home, cache) = folder();
    let (ann, bob) = (shop.customer(700).await, shop.customer(100).await);
    with(&cache, &base, &ann).me().await.unwrap();
    server.end().await;
    assert!(is_offline(&with(&cache, &base, &bob).me().await));
    assert!(is_offline(&with(&cache, &base, &bob).guest().me().await));
    assert_eq!(with(&cache, &base, &ann).me().await.unwrap().wallet.minor, 700);
}

#[tokio::test]
async fn what_is_kept_goes_with_the_session() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    for revoked in [false, true] {
        let (_home, cache) = folder();
        let token = shop.customer(700).await;
        let mine = with(&cache, &base, &token);
        mine.me().await.unwrap();
        if revoked {
            let id = mine.sessions().await.unwrap().remove(0).session_id;
            mine.revoke_session(&id).await.unwrap();
            assert!(mine.plans().await.is_err(), "the session has ended");
        } else {
            mine.sign_out().await.unwrap();
        }
        let dead = super::nowhere().await;
        assert!(is_offline(&with(&cache, &dead, &token).me().await), "revoked: {revoked}");
    }
    server.end().await;
}

#[tokio::test]
async fn an_answer_that_comes_after_signing_out_is_not_kept() {
    let (_home, cache) = folder();
    let server = StandIn::that(|_, request| {
        if request.starts_with("DELETE ") {
            reply("204 No Content", "application/json", "")
        } else {
            json("[]")
        }
    })
    .await;
    let mine = with(&cache, &server.base, "nxs_t");
    assert_eq!(mine.plans().await.unwrap(), []);
    mine.sign_out().await.unwrap();
    assert_eq!(mine.plans().await.unwrap(), []);
    let dead = super::nowhere().await;
    assert!(is_offline(&with(&cache, &dead, "nxs_t").plans().await));
}

#[tokio::test]
async fn who_signs_out_without_a_connection_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let (_home, cache) = folder();
    let token = shop.customer(700).await;
    let before = with(&cache, &base, &token).me().await.unwrap();
    server.end().await;
    let mine = with(&cache, &base, &token);
    assert_eq!(mine.me().await.unwrap(), before, "it is kept");
    let told = mine.sign_out().await;
    assert!(told.is_err(), "the shop was not told: {told:?}");
    assert!(is_offline(&mine.me().await), "and now it is gone");
}

#[tokio::test]
async fn a_refusal_is_never_papered_over() {
    let (_home, cache) = folder();
    let no = || reply("403 Forbidden", "application/problem+json", r#"{"code":"blocked","detail":"x"}"#);
    let server = StandIn::that(move |number, _| if number == 0 { json("[]") } else { no() }).await;
    let mine = with(&cache, &server.base, "nxs_t");
    assert_eq!(mine.plans().await.unwrap(), []);
    let refused = mine.plans().await;
    assert!(matches!(refused, Err(nexa_core::error::Error::Refused(_))), "{refused:?}");
}
