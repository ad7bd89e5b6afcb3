//! What a cache in front of the shop, such as a CDN, may keep: only what is the same for everybody who asks that host.
//!
//! `examples/deploy/cdn.md` promises it to operators.

use crate::{
    browser::{Browser, signed_up},
    headers::{FRESH, PUBLIC, ROWS, concrete},
    office::scene::Scene,
    shop::{Answer, Shop},
};
use nexa_http::{api, paths};
use poem::http::Method;
use serde_json::{Value, json};

fn kept(answer: &Answer) -> String {
    answer.header("cache-control").to_owned()
}

/// Asks every address outside the API as somebody who is signed in.
async fn walk(shop: &Shop, browser: &Browser<'_>) {
    for (name, pattern, _) in ROWS {
        let path = concrete(pattern);
        let answer = browser.get(&path).await;
        let how_long = kept(&answer);
        if PUBLIC.contains(&&*path) {
            assert!(how_long.starts_with("public, max-age="), "{name}: {how_long}");
            assert_eq!(answer.header("set-cookie"), "", "{name}");
            // This one speaks the visitor's language, and says so.
            if *pattern == paths::MANIFEST {
                assert_eq!(answer.header("vary"), "cookie, accept-language");
            } else {
                let guest = shop.get(&path, &[]).await;
                assert_eq!(answer.text, guest.text, "{name} is not the same for everybody");
            }
        } else if FRESH.contains(&&*path) {
            assert_eq!(how_long, "no-cache", "{name}");
        } else {
            assert!(how_long.contains("no-store") && !how_long.contains("public"), "{name}: {how_long}");
        }
    }
}

#[tokio::test]
async fn nothing_of_a_customer_or_an_operator_may_be_kept() {
    let scene = Scene::open().await;
    walk(&scene.shop, &scene.operator().await).await;
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    walk(&shop, &browser).await;
}

#[tokio::test]
async fn nothing_of_an_order_a_subscription_or_its_link_may_be_kept() {
    let shop = Shop::open().await;
    let customer = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &customer, &wish).await.json();
    shop.work().await;
    let bearer = format!("Bearer {customer}");
    let mine = shop.get("/v1/subscriptions", &[("authorization", &bearer)]).await;
    assert_eq!(kept(&mine), "no-store");
    let mine = mine.json();
    let link = mine["items"][0]["link"].as_str().or_else(|| mine[0]["link"].as_str()).unwrap();
    let (_, link) = link.rsplit_once("/s/").unwrap();
    for form in ["", "/plain", "/clash", "/singbox", "/qr"] {
        let answer = shop.get(&format!("/s/{link}{form}"), &[("accept", "text/html")]).await;
        assert!(!form.is_empty() || answer.status.is_success(), "{}", answer.text);
        assert!(kept(&answer).contains("no-store"), "{form}: {}", kept(&answer));
    }
    let order = format!("/v1/orders/{}", order["order_id"].as_str().unwrap());
    let answer = shop.get(&order, &[("authorization", &bearer)]).await;
    assert_eq!((answer.status.as_u16(), kept(&answer).as_str()), (200, "no-store"));
}

#[tokio::test]
async fn no_answer_of_the_api_may_be_kept() {
    let shop = Shop::open().await;
    let document: Value = serde_json::from_str(&api::document::text()).unwrap();
    let bearer = format!("Bearer {}", shop.key);
    let mut count = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "nowhere" } else { part });
        let path = format!("{}{}", paths::API, parts.collect::<Vec<_>>().join("/"));
        for method in operations.as_object().unwrap().keys() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            for headers in [&[][..], &[("authorization", bearer.as_str())][..]] {
                let answer = shop.send(method.clone(), &path, headers, "").await;
                assert!(kept(&answer).contains("no-store"), "{method} {path}: {}", kept(&answer));
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count} operations were asked");
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_under_the_address_of_its_content_and_no_other() {
    let shop = Shop::open().await;
    let page = shop.get("/", &[("accept", "text/html")]).await.text;
    let versioned: Vec<&str> = page.split('"').filter(|part| part.contains("?v=")).collect();
    assert!(versioned.iter().any(|address| address.starts_with(paths::STYLE)), "{versioned:?}");
    for address in versioned {
        let answer = shop.get(address, &[]).await;
        assert_eq!(kept(&answer), "public, max-age=31536000, immutable", "{address}");
        // Instances of two releases serve side by side: what the other calls by this name must not stay.
        let (bare, _) = address.split_once('?').unwrap();
        let other = shop.get(&format!("{bare}?v=000000000000"), &[]).await;
        assert_eq!((other.status.as_u16(), kept(&other).as_str()), (200, "no-store"), "{address}");
        assert!(kept(&shop.get(bare, &[]).await).starts_with("public, max-age="), "{bare}");
    }
}
