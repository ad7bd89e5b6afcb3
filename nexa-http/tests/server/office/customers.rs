//! Customers, their orders and questions, and receipts, as operators see them.

use super::scene::{CANARY, Scene};
use crate::browser::{Browser, between};
use jiff::SignedDuration;
use poem::http::StatusCode;
use serde_json::{Value, json};

fn hidden(text: &str, name: &str) -> String {
    between(text, &format!("name=\"{name}\" value=\""), "\"").to_owned()
}

fn field<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_else(|| panic!("no {name} in {of}"))
}

/// An order by card, with a receipt whose note would like to run.
pub async fn handed_in(scene: &Scene, card: &str, picture: &str) -> Value {
    let (token, order) = scene.ordered(card).await;
    let who = scene.shop.nexa.frontdesk().principal(scene.shop.id, &token).await.unwrap();
    let payment = field(&order["payment"], "payment_id");
    let bytes = nexa_core::qr::png(picture).unwrap();
    let store = scene.shop.nexa.storefront(who);
    store.upload_receipt(payment, bytes, CANARY.to_owned()).await.unwrap();
    order
}

pub async fn card(scene: &Scene) -> String {
    let cards = json!([{ "number": "6219861034529007", "holder": "Reza Karimi", "bank": "Melli" }]);
    let config = json!({ "cards": cards, "currency": "USD", "step": 1, "steps": 9 });
    scene.adds_gateway("card", config).await
}

/// Decides on the receipt that a page shows.
async fn decides(operator: &Browser<'_>, page: &str, step: &str, received: &str) -> crate::shop::Answer {
    let (receipt, version) = (hidden(page, "receipt"), hidden(page, "version"));
    let wish = [
        ("receipt", receipt.as_str()),
        ("version", &version),
        ("currency", "USD"),
        ("received", received),
        ("step", step),
    ];
    operator.post("/office/receipts", &wish).await
}

#[tokio::test]
async fn receipts_are_decided_one_after_the_other() {
    let scene = Scene::open().await;
    let method = card(&scene).await;
    for picture in ["first", "second", "third"] {
        handed_in(&scene, &method, picture).await;
        scene.clock.advance(SignedDuration::from_secs(1));
    }
    let (operator, colleague) = (scene.operator().await, scene.operator().await);
    let first = operator.get("/office/receipts").await.text;
    assert!(first.contains("badge warm\">3<") && !first.contains(CANARY), "{first}");
    assert!(first.contains("&#60;script&#62;") && first.contains("data-key=\"KeyJ\""), "{first}");
    let shown = format!("/office/receipts/{}/picture", hidden(&first, "receipt"));
    assert!(first.contains(&format!("<img src=\"{shown}\"")), "{first}");
    let picture = operator.get(&shown).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert!(picture.header("content-security-policy").contains("sandbox"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");

    let due = between(&first, "name=\"received\"", ">");
    let due = between(due, "value=\"", "\"").to_owned();
    let accepted = decides(&operator, &first, "accept", &due).await;
    assert_eq!(accepted.header("location"), "/office/receipts?done=accepted", "{}", accepted.text);
    let late = decides(&colleague, &first, "forged", "").await;
    assert!(late.status.is_client_error() && late.text.contains("A colleague has decided"), "{}", late.text);
    let second = operator.get("/office/receipts?done=accepted").await.text;
    assert_ne!(hidden(&first, "receipt"), hidden(&second, "receipt"), "the next one comes up by itself");
    assert!(second.contains("badge warm\">2<") && second.contains("was accepted"), "{second}");

    scene.clock.advance(SignedDuration::from_mins(16));
    let asked = decides(&operator, &second, "accept", &due).await;
    let back = format!("/office/receipts?receipt={}", hidden(&second, "receipt"));
    assert!(asked.text.contains(&format!("name=\"next\" value=\"{back}\"")), "{}", asked.text);
    let rejected = decides(&operator, &second, "unreadable", "").await;
    assert_eq!(rejected.header("location"), "/office/receipts?done=rejected", "no money moves");
    operator.through("/account/prove", &[("number", &scene.number), ("next", "/office/receipts")]).await;
    let third = operator.get("/office/receipts").await.text;
    let odd = decides(&operator, &third, "accept", "lots").await;
    assert!(odd.status.is_client_error() && odd.text.contains("value=\"lots\""), "{}", odd.text);
    let odd = decides(&operator, &third, "burn", "").await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND, "{}", odd.text);
    assert_eq!(decides(&operator, &third, "accept", "1").await.status, StatusCode::SEE_OTHER);
    let none = operator.get("/office/receipts").await.text;
    assert!(none.contains("No receipt waits"), "{none}");
}

#[tokio::test]
async fn a_question_is_answered_and_closed() {
    let scene = Scene::open().await;
    let token = scene.shop.customer(0).await;
    let question = json!({ "subject": format!("Why {CANARY}"), "text": CANARY });
    let opened = scene.shop.post("/v1/tickets", &token, &question).await.json();
    let path = format!("/office/tickets/{}", field(&opened["ticket"], "ticket_id"));
    let operator = scene.operator().await;
    let list = operator.get("/office/tickets").await.text;
    assert!(list.contains(&path) && !list.contains(CANARY), "{list}");
    let page = operator.get(&path).await.text;
    assert!(page.contains("&#60;script&#62;") && !page.contains(CANARY), "{page}");
    let empty = operator.post(&format!("{path}/answer"), &[("text", ""), ("version", "1")]).await;
    assert!(empty.status.is_client_error() && empty.text.contains("role=\"alert\""), "{}", empty.text);
    let (to, page) = operator.through(&format!("{path}/answer"), &[("text", CANARY), ("version", "1")]).await;
    assert_eq!(to, format!("{path}?done=answered"));
    assert!(page.text.contains("Your answer was sent") && !page.text.contains(CANARY), "{}", page.text);
    let stale = operator.post(&format!("{path}/close"), &[("version", "1")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    let (to, _) = operator.through(&format!("{path}/close"), &[("version", "2")]).await;
    assert_eq!(to, format!("{path}?done=closed"));
    let closed = operator.get("/office/tickets?state=closed").await.text;
    assert!(closed.contains(&path), "{closed}");
    let back = operator.get(&format!("{path}/answer")).await;
    assert_eq!(back.header("location"), path, "a form's address leads to its page");
    let picture = operator.get(&format!("{path}/pictures/nowhere")).await;
    assert_eq!(picture.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_is_found_and_all_of_theirs_is_there() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &token, &wish).await.json();
    shop.post("/v1/tickets", &token, &json!({ "subject": CANARY, "text": "?" })).await;
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let me = shop.get("/v1/me", &[("authorization", &bearer)]).await.json();
    let held = shop.get("/v1/subscriptions", &[("authorization", &bearer)]).await.json();
    let link = field(&held[0], "link");
    let operator = scene.operator().await;
    let user = format!("/office/users/{}", field(&me, "user_id"));
    let (to, page) = operator.through("/office/users", &[("who", link)]).await;
    assert_eq!(to, user, "found by a link, which stands in no address");
    let number = field(&order, "order_id");
    for part in [&format!("/office/orders/{number}"), "/office/subscriptions/", "/office/tickets/", "5.01"] {
        assert!(page.text.contains(part), "no {part} in {}", page.text);
    }
    assert!(!page.text.contains(CANARY), "{}", page.text);
    let nobody = operator.post("/office/users", &[("who", "nobody@example.org")]).await;
    assert!(
        nobody.status == StatusCode::NOT_FOUND && nobody.text.contains("Nobody was found"),
        "{}",
        nobody.text
    );

    let key = hidden(&page.text, "key");
    let more = [("amount", "2.50"), ("way", "in"), ("key", key.as_str())];
    for _ in 0..2 {
        let (to, page) = operator.through(&format!("{user}/wallet"), &more).await;
        assert_eq!(to, format!("{user}?done=saved"));
        assert!(page.text.contains("7.51"), "once, however often it is sent: {}", page.text);
    }
    let gift = [("plan", shop.plan.as_str()), ("reason", CANARY), ("key", "gift-1")];
    let (_, page) = operator.through(&format!("{user}/give"), &gift).await;
    assert!(page.text.contains("Given for free") && !page.text.contains(CANARY), "{}", page.text);
    let (_, page) = operator.through(&format!("{user}/block"), &[]).await;
    assert!(page.text.contains("Unblock"), "{}", page.text);
    operator.through(&format!("{user}/unblock"), &[]).await;

    let subscription = format!("/office/subscriptions/{}", field(&held[0], "subscription_id"));
    let extend = [("days", "۳"), ("gib", "2"), ("reason", "was down"), ("key", "more-1")];
    let (to, page) = operator.through(&format!("{subscription}/extend"), &extend).await;
    assert_eq!(to, format!("{subscription}?done=given"));
    assert!(page.text.contains("52 GiB") && !page.text.contains(CANARY), "{}", page.text);
    let odd = [("days", "many"), ("reason", "x"), ("key", "more-2")];
    let odd = operator.post(&format!("{subscription}/extend"), &odd).await;
    assert!(odd.status.is_client_error() && odd.text.contains("role=\"alert\""), "{}", odd.text);
    let (_, page) = operator.through(&format!("{subscription}/suspend"), &[]).await;
    assert!(page.text.contains("Let it go on"), "{}", page.text);
    operator.through(&format!("{subscription}/resume"), &[]).await;

    scene.clock.advance(SignedDuration::from_mins(15));
    for path in [format!("{user}/block"), format!("{user}/wallet"), format!("{subscription}/suspend")] {
        let asked = operator.post(&path, &[]).await;
        assert!(asked.text.contains("action=\"/account/prove\""), "{path}: {}", asked.text);
    }
}

#[tokio::test]
async fn an_order_tells_its_story_and_is_taken_back() {
    let scene = Scene::open().await;
    let doubted = scene.doubted().await;
    let operator = scene.operator().await;
    let list = operator.get("/office/orders?attention=1").await.text;
    let path = format!("/office/orders/{}", field(&doubted, "order_id"));
    assert!(list.contains(&path) && !list.contains(CANARY), "{list}");
    let page = operator.get(&path).await.text;
    assert!(page.contains("contradicts the records") && page.contains("in doubt"), "{page}");
    assert!(page.contains("4.99") && !page.contains(CANARY), "{page}");
    assert!(!page.contains("Take the order back"), "it is not paid");

    let token = scene.shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": scene.shop.plan });
    let order = scene.shop.post("/v1/orders", &token, &wish).await.json();
    scene.shop.work().await;
    let page = operator.get(&format!("/office/orders/{}", field(&order, "order_id"))).await.text;
    assert!(page.contains("Take the order back") && !page.contains("Refund to the payer"), "{page}");
    let path = format!("/office/orders/{}", field(&order, "order_id"));
    let unsure = operator.post(&format!("{path}/refund"), &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsure.text);
    assert!(unsure.text.contains("Tick the box that says you are sure"), "{}", unsure.text);
    let (to, page) = operator.through(&format!("{path}/refund"), &[("sure", "1")]).await;
    assert_eq!(to, format!("{path}?done=refunding"));
    assert!(page.text.contains("being taken back"), "{}", page.text);
    scene.shop.work().await;
    assert!(operator.get(&path).await.text.contains("taken back"));
    let refunded = operator.get("/office/orders?state=refunded").await.text;
    assert!(refunded.contains(&path), "{refunded}");
    for odd in ["/office/orders?state=nowhere", "/office/orders?user=nobody", "/office/orders?cursor=x"] {
        let answer = operator.get(odd).await;
        assert!(!answer.status.is_server_error(), "{odd}: {}", answer.text);
    }
}

#[tokio::test]
async fn only_what_cost_something_is_taken_back_and_to_the_payer_only_what_came_from_one() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let token = shop.customer(1000).await;
    let bearer = format!("Bearer {token}");
    let me = shop.get("/v1/me", &[("authorization", &bearer)]).await.json();
    let user = format!("/office/users/{}", field(&me, "user_id"));
    let operator = scene.operator().await;
    let gift = [("plan", shop.plan.as_str()), ("reason", "kind"), ("key", "gift-1")];
    operator.through(&format!("{user}/give"), &gift).await;
    let orders = shop.get("/v1/orders", &[("authorization", &bearer)]).await.json();
    let given = orders["items"].as_array().unwrap().iter().find(|of| of["purpose"] == "given");
    let page = operator.get(&format!("/office/orders/{}", field(given.unwrap(), "order_id"))).await.text;
    assert!(!page.contains("Take the order back") && !page.contains("Refund to the payer"), "{page}");

    let (paid, transfer) = scene.paid_to_a_gateway_that_sends_back().await;
    let path = format!("/office/orders/{}", field(&paid, "order_id"));
    let page = operator.get(&path).await.text;
    assert!(page.contains("Take the order back") && page.contains("Refund to the payer"), "{page}");
    let unsure = operator.post(&format!("{path}/refund-to-payer"), &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsure.text);
    let (to, _) = operator.through(&format!("{path}/refund-to-payer"), &[("sure", "1")]).await;
    assert_eq!(to, format!("{path}?done=refunding"));
    scene.after(2).await;
    assert_eq!(scene.sent_back(&paid), [transfer]);
    let page = operator.get(&path).await.text;
    assert!(page.contains("sent back") && !page.contains("Refund to the payer"), "{page}");
}
