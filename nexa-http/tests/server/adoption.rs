//! A service that was made by hand in the panel, over the API and on the pages.

use crate::{browser::Browser, shop::Shop};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    backoffice::model::ShopRequest,
    domain::{extras::Extras, grant::Grant, measure::Traffic},
    ports::panel::Panel as _,
    world::{Clock as _, SystemClock},
};
use poem::http::StatusCode;
use serde_json::json;

const SERVICE: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

/// A shop that adopts; 20 GiB for 12 days on its server.
async fn adopting() -> Shop {
    let shop = Shop::open().await;
    let request = ShopRequest { adoption_plan_id: Some(shop.plan.clone()), ..ShopRequest::default() };
    shop.office().await.update_shop(request).await.unwrap();
    let grant = Grant {
        panel_id: SERVICE.parse().unwrap(),
        label: "Ali".to_owned(),
        enabled: true,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: SystemClock.now() + SignedDuration::from_hours(24 * 12),
        limit: Traffic::gib(20),
        devices: 1,
        extras: Extras::NONE,
        counted: Traffic::ZERO,
    };
    shop.panels.panel("a").apply(&grant).await.done().unwrap();
    shop
}

#[tokio::test]
async fn a_service_comes_along_over_the_api() {
    let shop = adopting().await;
    let (ann, bob) = (shop.customer(0).await, shop.customer(0).await);
    assert_eq!(shop.get("/v1/offer", &[]).await.json()["adopts"], true);
    let adopt = async |token: &str, service: &str, key: &[(&str, &str)]| {
        shop.post_with("/v1/subscriptions/adopt", token, &json!({ "service": service }), key).await
    };
    let key = [("idempotency-key", "mine")];
    let link = format!("https://panel.example/x/{SERVICE}/#Ali");
    let adopted = adopt(&ann, &link, &key).await;
    assert_eq!(adopted.status, StatusCode::CREATED, "{}", adopted.text);
    let view = adopted.json();
    assert_eq!((&view["state"], &view["remaining_bytes"]), (&json!("active"), &json!(20_u64 << 30)));
    assert_eq!(adopt(&ann, &link, &key).await.text, adopted.text, "a repeat gets the first answer");
    assert_eq!(adopt(&ann, SERVICE, &[]).await.json()["subscription_id"], view["subscription_id"]);
    for (pasted, code) in [(SERVICE, "service_unknown"), ("nothing", "no_identity")] {
        let wrong = adopt(&bob, pasted, &[]).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code));
        assert!(!wrong.text.contains(SERVICE), "what was pasted is not said again");
    }
    assert_eq!(adopt("", SERVICE, &[]).await.code(), "not_signed_in");
}

#[tokio::test]
async fn a_service_comes_along_on_the_pages() {
    let shop = adopting().await;
    let (ann, bob) = (shop.customer(0).await, shop.customer(0).await);
    let enter = |token: String| {
        let browser = Browser::new(&shop);
        browser.cookies.borrow_mut().insert("__Host-session".into(), token);
        browser
    };
    let (hers, his) = (enter(ann), enter(bob));
    let page = hers.get("/subscriptions").await;
    assert!(page.text.contains("I already have a service"), "{}", page.text);
    let (to, shown) = hers.through("/subscriptions", &[("service", &SERVICE.to_uppercase())]).await;
    assert!(to.starts_with("/subscriptions/") && to.ends_with("?done=adopted"), "{to}");
    assert!(shown.text.contains("Your service is here now"), "{}", shown.text);
    assert!(!to.contains(SERVICE));
    let (same, _) = hers.through("/subscriptions", &[("service", SERVICE)]).await;
    assert_eq!(same, to, "a second tap comes to the same");
    let no = his.post("/subscriptions", &[("service", SERVICE)]).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no.text.contains("found no service") && !no.text.contains(SERVICE), "{}", no.text);
    let off = ShopRequest { adoption_plan_id: Some(String::new()), ..ShopRequest::default() };
    shop.office().await.update_shop(off).await.unwrap();
    let page = his.get("/subscriptions").await;
    assert!(!page.text.contains("I already have a service"), "{}", page.text);
    let no = his.post("/subscriptions", &[("service", SERVICE)]).await;
    assert!(no.text.contains("takes over no services"), "{}", no.text);
}
