//! Who gets into the office: those who run this shop, and for everybody else there is nothing.

use super::scene::Scene;
use crate::{browser::Browser, shop::Answer};
use poem::http::{Method, StatusCode};
use serde_json::json;

/// Every page of the office, and whether it takes a form, too.
const PAGES: &[(&str, bool)] = &[
    ("/office", false),
    ("/office/orders", false),
    ("/office/users", true),
    ("/office/tickets", false),
    ("/office/unresolved", false),
    ("/office/receipts", true),
    ("/office/reviews", true),
    ("/office/deposits", true),
    ("/office/takings", false),
];

/// What an answer tells, without what is new with each.
fn told(answer: &Answer) -> (StatusCode, &str) {
    (answer.status, &answer.text)
}

/// What is there only with something in it.
const PARTS: &[&str] = &[
    "/office/receipts/nowhere/picture",
    "/office/orders/nowhere",
    "/office/orders/nowhere/refund",
    "/office/users/nowhere",
    "/office/users/nowhere/block",
    "/office/subscriptions/nowhere",
    "/office/subscriptions/nowhere/suspend",
    "/office/tickets/nowhere",
    "/office/tickets/nowhere/pictures/nowhere",
    "/office/tickets/nowhere/answer",
];

async fn sees_nothing(who: &str, browser: &Browser<'_>) {
    let nowhere = browser.get("/nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    for path in PARTS {
        assert_eq!(told(&browser.get(path).await), told(&nowhere), "{who} at {path}");
    }
    for (path, posts) in PAGES {
        assert_eq!(told(&browser.get(path).await), told(&nowhere), "{who} at {path}");
        if *posts {
            let form = "application/x-www-form-urlencoded";
            let posted = browser.ask(Method::POST, path, form, "step=accept&version=0").await;
            assert_eq!(told(&posted), told(&nowhere), "{who} posts to {path}");
        }
    }
}

#[tokio::test]
async fn only_those_who_run_the_shop_get_in() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    sees_nothing("a guest", &Browser::new(shop)).await;
    sees_nothing("a customer", &scene.shows(&shop.customer(0).await)).await;
    let next_door = scene.next_door().await;
    sees_nothing("the operator of another shop", &scene.shows(&next_door)).await;
    let wish = json!({ "label": "no manager", "scopes": ["read", "buy"], "days": 1 });
    let key = shop.post("/v1/admin/keys", &shop.key, &wish).await.json()["token"].clone();
    sees_nothing("the operator without the scope", &scene.shows(key.as_str().unwrap())).await;

    let cookie = format!("__Host-session={next_door}");
    let there = [("host", "other.example"), ("cookie", &*cookie), ("accept", "text/html")];
    let mut request = poem::Request::builder().method(Method::GET).uri_str("/office");
    for (name, value) in there {
        request = request.header(name, value);
    }
    assert_eq!(shop.ask(request.finish()).await.status, StatusCode::OK, "at home they are let in");

    let operator = scene.operator().await;
    for (path, _) in PAGES {
        let page = operator.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(page.header("cache-control").contains("no-store"), "{path}");
    }
    let account = operator.get("/account").await;
    assert!(account.text.contains("href=\"/office\""), "the way to the office");
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let cookie = format!("__Host-session={}", operator.cookie("__Host-session").unwrap());
    for (path, posts) in PAGES {
        let headers = [
            ("cookie", &*cookie),
            ("sec-fetch-site", "cross-site"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = scene.shop.send(Method::POST, path, &headers, "").await;
        assert_eq!(answer.code(), "cross_site", "{path}");
        assert!(*posts || answer.status == StatusCode::FORBIDDEN);
    }
}

/// Pages of what a shop has after a while: a doubt, a receipt, and a customer with one of each.
async fn filled(scene: &Scene) -> Vec<String> {
    let shop = &scene.shop;
    let doubt = scene.doubted().await;
    super::customers::handed_in(scene, &super::customers::card(scene).await, "a receipt").await;
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &token, &wish).await.json();
    let ticket = shop.post("/v1/tickets", &token, &json!({ "text": "?" })).await.json();
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let ask = async |path| shop.get(path, &[("authorization", &bearer)]).await.json();
    let (me, held) = (ask("/v1/me").await, ask("/v1/subscriptions").await);
    let page = |place: &str, id: &serde_json::Value| format!("/office/{place}/{}", id.as_str().unwrap());
    vec![
        page("orders", &doubt["order_id"]),
        page("orders", &order["order_id"]),
        page("users", &me["user_id"]),
        page("subscriptions", &held[0]["subscription_id"]),
        page("tickets", &ticket["ticket"]["ticket_id"]),
        "/office/orders?attention=1".to_owned(),
    ]
}

#[tokio::test]
async fn every_page_speaks_every_language() {
    let scene = Scene::open().await;
    let mut pages: Vec<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    pages.extend(filled(&scene).await);
    let operator = scene.operator().await;
    for lang in ["fa", "en", "ru"] {
        for path in &pages {
            let page = operator
                .get(&format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' }))
                .await;
            assert!(page.text.contains(&format!("<html lang=\"{lang}\"")), "{path}");
            for key in [">office", "office-", "page-", "web-", ">field-", ">order-"] {
                let shown = page.text.match_indices(key).find(|(at, _)| {
                    // A key that no language has is shown itself; attributes and addresses are none.
                    let before = page.text.get(..*at).and_then(|text| text.chars().next_back());
                    matches!(before, Some('>' | ' ' | '\n')) || key.starts_with('>')
                });
                assert!(shown.is_none(), "{path} in {lang} shows a key {key}: {}", page.text);
            }
        }
    }
}
