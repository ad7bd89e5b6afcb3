//! Many at once: bulks, gifts, messages; and the small things for one customer.

use super::scene::{CANARY, Scene};
use crate::browser::{Browser, between};
use jiff::SignedDuration;
use nexa_core::{backoffice::model::OperatorSubscriptionView, storefront::model::PageRequest};
use poem::http::StatusCode;
use serde_json::json;

fn hidden(text: &str, name: &str) -> String {
    between(text, &format!("name=\"{name}\" value=\""), "\"").to_owned()
}

async fn sold(scene: &Scene, many: u32) -> Vec<OperatorSubscriptionView> {
    for _ in 0..many {
        let token = scene.shop.customer(1000).await;
        let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": scene.shop.plan });
        assert_eq!(scene.shop.post("/v1/orders", &token, &wish).await.status, StatusCode::CREATED);
    }
    scene.shop.work().await;
    let office = scene.shop.office().await;
    office.subscriptions(None, PageRequest::default()).await.unwrap().items
}

/// Looks at what would be changed, and begins; gives the page that was looked at, and the answer.
async fn begins(operator: &Browser<'_>, wish: &[(&str, &str)]) -> (String, crate::shop::Answer) {
    let seen = operator.post("/office/bulks", &[&[("step", "preview")], wish].concat()).await.text;
    let (key, count) = (hidden(&seen, "key"), hidden(&seen, "count"));
    let begin = [("step", "begin"), ("key", &*key), ("count", &*count), ("reason", "an outage")];
    let answer = operator.post("/office/bulks", &[&begin[..], wish].concat()).await;
    (seen, answer)
}

#[tokio::test]
async fn many_are_changed_after_a_look() {
    let scene = Scene::open().await;
    let before = sold(&scene, 3).await;
    let operator = scene.operator().await;
    let wish = [("plan", scene.shop.plan.as_str()), ("state", "active"), ("what", "extend"), ("days", "۲")];
    let (seen, begun) = begins(&operator, &wish).await;
    assert!(seen.contains("3 subscriptions") || seen.contains("\u{2068}3\u{2069} subscriptions"), "{seen}");
    assert!(!seen.contains(CANARY));
    assert_eq!(begun.header("location"), "/office/bulks?done=begun", "{}", begun.text);
    scene.shop.work().await;
    let office = scene.shop.office().await;
    for was in &before {
        let now = office.subscription(&was.subscription_id).await.unwrap();
        assert_ne!(now.ends_at, was.ends_at);
    }
    let page = operator.get("/office/bulks?lang=en").await.text;
    assert!(page.contains("Done") && page.contains("3 / 3"), "{page}");
}

#[tokio::test]
async fn what_grew_since_the_look_is_shown_again() {
    let scene = Scene::open().await;
    sold(&scene, 1).await;
    let operator = scene.operator().await;
    let seen = operator.post("/office/bulks", &[("step", "preview"), ("what", "suspend")]).await.text;
    let (key, count) = (hidden(&seen, "key"), hidden(&seen, "count"));
    assert_eq!(count, "1");
    sold(&scene, 1).await;
    let wish = [("step", "begin"), ("what", "suspend"), ("key", &*key), ("count", &*count), ("reason", "x")];
    let grown = operator.post("/office/bulks", &wish).await;
    assert_eq!(grown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden(&grown.text, "count"), "2", "{}", grown.text);
    scene.shop.work().await;
    let office = scene.shop.office().await;
    let all = office.subscriptions(None, PageRequest::default()).await.unwrap().items;
    assert!(all.iter().all(|held| held.state == "active"));
}

#[tokio::test]
async fn gifts_are_made_in_bulk_and_can_be_claimed() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let page = operator.get("/office/bulks").await.text;
    let key = hidden(&page, "key");
    let wish = [
        ("step", "gifts"),
        ("key", &*key),
        ("plan", scene.shop.plan.as_str()),
        ("count", "3"),
        ("reason", "a fair"),
    ];
    let file = operator.post("/office/bulks", &wish).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8", "{}", file.text);
    let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3);
    let twice = operator.post("/office/bulks", &wish).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let (code, link) = lines[0].split_once(',').unwrap();
    assert!(link.ends_with(&format!("/?g={code}")), "{link}");
    let token = scene.shop.customer(0).await;
    let claimed = scene.shop.post("/v1/gifts/claim", &token, &json!({ "code": code })).await;
    assert!(claimed.status.is_success(), "{}", claimed.text);
    scene.shop.work().await;
    let held = scene.shop.get("/v1/subscriptions", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(held.json()[0]["state"], "active");
}

#[tokio::test]
async fn a_message_is_written_looked_at_and_not_sent_without_a_bot() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let wrong = operator.post("/office/broadcasts", &[("segment", "all"), ("fa", "سلام")]).await;
    assert!(wrong.status.is_client_error() && wrong.text.contains(">سلام</textarea>"), "{}", wrong.text);
    let wish = [("segment", "all"), ("en", CANARY), ("label1", "Buy"), ("action1", "buy")];
    let made = operator.post("/office/broadcasts", &wish).await;
    let path = made.header("location").to_owned();
    let page = operator.get(&path).await.text;
    assert!(page.contains("&#60;script&#62;") && !page.contains(CANARY), "{page}");
    assert!(page.contains("Nobody would get it") && !page.contains(&format!("{path}/send")), "{page}");
    let sent = operator.post(&format!("{path}/send"), &[("key", "once")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody can be reached: {}", sent.text);
    let list = operator.get("/office/broadcasts").await.text;
    assert!(list.contains(&path), "{list}");
    let nowhere = operator.post(&format!("{path}/burn"), &[]).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_gets_a_new_link_from_the_operator() {
    let scene = Scene::open().await;
    let held = sold(&scene, 1).await.remove(0);
    let operator = scene.operator().await;
    let path = format!("/office/subscriptions/{}", held.subscription_id);
    let office = scene.shop.office().await;
    let unsure = operator.post(&format!("{path}/link"), &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsure.text);
    assert!(unsure.text.contains("Tick the box that says you are sure"), "{}", unsure.text);
    assert!(unsure.text.contains("name=\"sure\""), "the page offers it: {}", unsure.text);
    let deeds = office.actions(PageRequest::default()).await.unwrap().items;
    assert!(deeds.iter().all(|of| of.deed != "link_renewed"), "nothing was done");
    let done = operator.post(&format!("{path}/link"), &[("sure", "1")]).await;
    assert_eq!(done.header("location"), format!("{path}?done=renewed"), "{}", done.text);
    assert_eq!(office.actions(PageRequest::default()).await.unwrap().items[0].deed, "link_renewed");
    scene.clock.advance(SignedDuration::from_mins(16));
    let asked = operator.post(&format!("{path}/link"), &[]).await;
    assert!(asked.text.contains("/account/prove"), "{}", asked.text);
}

#[tokio::test]
async fn each_gets_a_coupon_after_a_look() {
    let scene = Scene::open().await;
    sold(&scene, 2).await;
    let operator = scene.operator().await;
    let wish = [("what", "coupon"), ("benefit", "percent"), ("percent", "۴۰"), ("until", "2100-01-01")];
    let (seen, begun) = begins(&operator, &wish).await;
    assert!(seen.contains("name=\"percent\" value=\"۴۰\""), "{seen}");
    assert_eq!(begun.header("location"), "/office/bulks?done=begun", "{}", begun.text);
    scene.shop.work().await;
    let page = operator.get("/office/bulks?lang=en").await.text;
    assert!(page.contains("Done") && page.contains("2 / 2") && page.contains("40%"), "{page}");
    let endless = [("step", "preview"), ("what", "coupon"), ("benefit", "percent"), ("percent", "40")];
    assert!(operator.post("/office/bulks", &endless).await.status.is_client_error());
}

#[tokio::test]
async fn a_message_to_a_selection_is_a_broadcast_to_look_at() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let plan = scene.shop.plan.as_str();
    let wish = [("step", "preview"), ("what", "notice"), ("plan", plan), ("en", "New servers")];
    let made = operator.post("/office/bulks", &wish).await;
    let path = made.header("location").to_owned();
    assert!(path.starts_with("/office/broadcasts/"), "{}", made.text);
    let page = operator.get(&path).await.text;
    assert!(page.contains("New servers"), "{page}");
    let empty = operator.post("/office/bulks", &wish[..3]).await;
    assert!(empty.status.is_client_error(), "{}", empty.text);
}
