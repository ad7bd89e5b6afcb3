//! Tickets over the API, and what customers want to hear.

use crate::{
    browser::signed_up,
    shop::{Answer, Shop},
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn send(shop: &Shop, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    shop.send(method, path, &headers, &body).await
}

#[tokio::test]
async fn a_ticket_goes_back_and_forth() {
    let shop = Shop::open().await;
    let (token, key) = (shop.customer(0).await, shop.key.clone());
    let once = [("idempotency-key", "ticket-1")];
    let question = json!({ "subject": "No connection", "text": "Why?" });
    let opened = shop.post_with("/v1/tickets", &token, &question, &once).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
    let again = shop.post_with("/v1/tickets", &token, &question, &once).await;
    assert_eq!(opened.text, again.text, "asked once");
    let id = opened.json()["ticket"]["ticket_id"].as_str().unwrap().to_owned();
    let waiting = send(&shop, Method::GET, "/v1/admin/tickets", &key, &Value::Null).await.json();
    assert_eq!(waiting["items"][0]["ticket"]["ticket_id"], json!(id), "{waiting}");
    let path = format!("/v1/admin/tickets/{id}/answers");
    let answered = shop.post(&path, &key, &json!({ "text": "Open the link anew" })).await;
    assert_eq!(answered.json()["ticket"]["ticket"]["state"], "answered", "{}", answered.text);
    let form = "--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\nno picture\r\n--x--\r\n";
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=x")];
    let shown = shop.send(Method::POST, &format!("/v1/tickets/{id}/pictures"), &headers, form).await;
    assert_eq!(shown.code(), "bad_picture", "{}", shown.text);
    let more = shop.post(&format!("/v1/tickets/{id}/messages"), &token, &json!({ "text": "It works" })).await;
    assert_eq!(more.json()["messages"].as_array().unwrap().len(), 3, "{}", more.text);
    let closed = shop.post(&format!("/v1/tickets/{id}/close"), &token, &Value::Null).await;
    assert_eq!(closed.json()["ticket"]["state"], "closed", "{}", closed.text);
    let mine = send(&shop, Method::GET, "/v1/tickets", &token, &Value::Null).await.json();
    assert_eq!(mine["items"][0]["subject"], "No connection");
    let shut = shop.post(&format!("/v1/admin/tickets/{id}/close"), &token, &Value::Null).await;
    assert_eq!(shut.code(), "not_allowed");
    let off = send(&shop, Method::GET, "/v1/admin/alerts", &key, &Value::Null).await;
    assert_eq!(off.json()["alerts"], Value::Null, "{}", off.text);
    let chat = json!({ "chat_id": -5, "topics": [] });
    let set = send(&shop, Method::PUT, "/v1/admin/alerts", &key, &chat).await;
    assert_eq!(set.code(), "telegram_unavailable", "{}", set.text);
}

#[tokio::test]
async fn quiet_hours_are_chosen_over_the_api_and_on_the_page() {
    let shop = Shop::open().await;
    let token = shop.customer(0).await;
    let path = "/v1/notices/preferences";
    let body = json!({ "news": false, "quiet_from": "23:00", "quiet_until": "08:00" });
    let set = send(&shop, Method::PATCH, path, &token, &body).await;
    assert_eq!(set.json()["quiet_from"], "23:00", "{}", set.text);
    let seen = send(&shop, Method::GET, path, &token, &Value::Null).await;
    assert_eq!(seen.text, set.text);
    let odd = send(&shop, Method::PATCH, path, &token, &json!({ "quiet_from": "late" })).await;
    assert_eq!(odd.code(), "bad_input");

    let (browser, _) = signed_up(&shop).await;
    assert!(browser.get("/notices").await.text.contains("name=\"reminders\" value=\"1\" checked"));
    let fields = [("news", "1"), ("quiet_from", "22:00"), ("quiet_until", "07:30")];
    let (_, page) = browser.through("/notices", &fields).await;
    assert!(page.text.contains("name=\"reminders\" value=\"1\">"), "{}", page.text);
    assert!(page.text.contains("name=\"quiet_until\" value=\"07:30\""), "{}", page.text);
    let half = browser.post("/notices", &[("quiet_from", "22:00"), ("quiet_until", "")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text.contains("role=\"alert\""), "{}", half.text);
}

#[tokio::test]
async fn a_question_is_asked_on_the_pages() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    let empty = browser.get("/tickets").await;
    assert!(empty.text.contains("You have asked nothing yet."), "{}", empty.text);
    let words = [("subject", "Slow <b>"), ("text", "It is slow\nsince Friday")];
    let (to, page) = browser.through("/tickets", &words).await;
    assert!(page.text.contains("Slow &#60;b&#62;") && page.text.contains("since Friday"), "{}", page.text);
    let (_, page) = browser.through(&format!("{to}/reply"), &[("text", "And today")]).await;
    assert!(page.text.contains("And today") && page.text.contains("Waiting for us"));
    let nothing = browser.post(&format!("{to}/reply"), &[("text", " ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.text);
    let (_, page) = browser.through(&format!("{to}/close"), &[]).await;
    assert!(page.text.contains("Closed") && !page.text.contains("/close\""));
    assert!(browser.get("/tickets").await.text.contains(&to));
    let long = "x".repeat(101);
    let kept = browser.post("/tickets", &[("subject", &long), ("text", "Hello")]).await;
    assert!(kept.text.contains(">Hello</textarea>"), "nothing that was filled in is lost");
    let (other, _) = signed_up(&shop).await;
    assert_eq!(other.get(&to).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{to}/close"), &[]).await.status, StatusCode::NOT_FOUND);
}
