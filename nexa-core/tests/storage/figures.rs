//! What the day's sales make of an event that nobody can read.

use super::file::tamper;
use nexa_core::{
    Nexa,
    backoffice::Backoffice,
    domain::{money::Currency, shop::Locale, user::Principal},
    secret::Keys,
    sql::SqliteStorage,
    storefront::model::SignUpRequest,
};
use std::sync::Arc;

async fn new_today(office: &Arc<dyn Backoffice>) -> u32 {
    office.sales(None).await.unwrap().sales.new_users
}

/// With a thread for the storage: the refused fold still holds the file for a moment, and whoever tampers with it waits here.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_event_that_cannot_be_read_is_passed_over_on_the_page_and_not_in_the_figures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let storage = Arc::new(SqliteStorage::open(&path).await.unwrap());
    let nexa = Nexa::builder(storage, Keys::new([7; 32])).build();
    let made = nexa.install("Fast Net", Currency::Usd, Locale::En, true, None).await.unwrap();
    nexa.frontdesk().claim(&made.claim.unwrap()).await.unwrap();
    let office = nexa.owner(made.shop_id).await.unwrap();
    let guest = nexa.storefront(Principal::guest(made.shop_id));
    let mut known = Vec::new();
    for _ in 0..3 {
        known.push(guest.sign_up(SignUpRequest::default()).await.unwrap().session.user_id);
    }
    let before = new_today(&office).await;
    let of_second = format!("name = 'user_signed_up' AND body LIKE '%{}%'", known[1]);
    // As a newer program writes it, or a bit that fell over leaves it.
    tamper(&path, &format!("UPDATE events SET body = '{{\"what\":1}}' || body WHERE {of_second}")).unwrap();
    assert_eq!(new_today(&office).await, before - 1, "all the others are counted");
    let refused = office.refresh_figures().await.unwrap_err();
    assert!(refused.to_string().contains("cannot be read"), "{refused}");
    assert_eq!(new_today(&office).await, before - 1);
    // Who can read it finds it: the fold stopped in front of it.
    let mended =
        "UPDATE events SET body = substr(body, length('{\"what\":1}') + 1) WHERE body LIKE '{\"what\":1}%'";
    tamper(&path, mended).unwrap();
    office.refresh_figures().await.unwrap();
    assert_eq!(new_today(&office).await, before);
    let of_day = office.series("users_new".to_owned(), None, 1).await.unwrap().lines[0].values[0];
    assert_eq!(of_day, i64::from(before));
}
