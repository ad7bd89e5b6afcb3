//! Several addresses of one shop.

use super::{
    hasty, is_offline, nowhere,
    stand_in::{Reply, StandIn, json, reply},
};
use nexa_core::storefront::{Storefront, model::SignUpRequest};
use nexa_http::client::Remote;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[tokio::test]
async fn the_address_that_answered_stays_the_first() {
    let portal = StandIn::always(|| reply("200 OK", "text/html", "<form>")).await;
    let works = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&works);
    let second =
        StandIn::always(move || if state.load(Ordering::SeqCst) { json("[]") } else { Reply::Break }).await;
    let third = StandIn::always(|| json("[]")).await;
    let remote = Remote::new(hasty(&[&nowhere().await, &portal.base, &second.base, &third.base])).unwrap();
    for _ in 0..3 {
        assert_eq!(remote.plans().await.unwrap(), []);
    }
    assert_eq!((portal.heard().len(), second.heard().len(), third.heard().len()), (1, 3, 0));
    works.store(false, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(remote.plans().await.unwrap(), []);
    }
    assert_eq!((portal.heard().len(), second.heard().len(), third.heard().len()), (1, 4, 2));
}

#[tokio::test]
async fn an_address_that_failed_is_tried_again_when_the_others_do() {
    let works = Arc::new(AtomicBool::new(false));
    let (one, other) = (Arc::clone(&works), Arc::clone(&works));
    let portal = || reply("511 Sign In", "text/html", "<form>");
    let first = StandIn::always(move || if one.load(Ordering::SeqCst) { json("[]") } else { portal() }).await;
    let second =
        StandIn::always(move || if other.load(Ordering::SeqCst) { portal() } else { json("[]") }).await;
    let remote = Remote::new(hasty(&[&first.base, &second.base])).unwrap();
    assert_eq!(remote.plans().await.unwrap(), []);
    works.store(true, Ordering::SeqCst);
    assert_eq!(remote.plans().await.unwrap(), []);
    assert_eq!((first.heard().len(), second.heard().len()), (2, 2));
}

#[tokio::test]
async fn what_must_not_be_repeated_goes_on_only_where_it_did_not_arrive() {
    let second = StandIn::always(|| json("{}")).await;
    let portal = StandIn::always(|| reply("302 Found", "text/html", "")).await;
    let remote = Remote::new(hasty(&[&nowhere().await, &portal.base, &second.base])).unwrap();
    drop(remote.sign_up(SignUpRequest::default()).await);
    assert_eq!(second.heard().len(), 1, "nothing arrived at the others");
    let broken = StandIn::always(|| Reply::Break).await;
    let remote = Remote::new(hasty(&[&broken.base, &second.base])).unwrap();
    drop(remote.sign_up(SignUpRequest::default()).await);
    assert_eq!(second.heard().len(), 1, "the other may have done it");
}

#[tokio::test]
async fn without_any_address_that_answers_one_is_offline() {
    let remote = Remote::new(hasty(&[&nowhere().await, &nowhere().await])).unwrap();
    assert!(is_offline(&remote.plans().await));
    assert!(is_offline(&remote.sign_up(SignUpRequest::default()).await), "it surely did not arrive");
}
