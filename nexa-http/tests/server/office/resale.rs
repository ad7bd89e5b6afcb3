//! A supplier and its reseller, each in an office of its own, and over the API.

use super::scene::{CANARY, Scene};
use crate::{
    browser::{Browser, between},
    shop::{Answer, Shop, usd},
};
use poem::http::{Method, StatusCode};
use serde_json::json;

/// A list of prices and a reseller of a shop: their ids.
pub async fn one(shop: &Shop) -> (String, String) {
    let price = json!({ "plan_id": shop.plan, "price": usd(300), "free": false });
    let list = json!({ "name": format!("Gold {CANARY}"), "prices": [price] });
    let list = shop.post("/v1/admin/wholesale", &shop.key, &list).await;
    assert_eq!(list.status, StatusCode::CREATED, "{}", list.text);
    let list = list.json()["list_id"].as_str().unwrap().to_owned();
    let wish = json!({
        "shop_name": format!("Branch {CANARY}"),
        "currency": "USD",
        "locale": "en",
        "hosts": ["branch.example"],
        "terms": { "list_id": list, "limit": usd(9000), "floor_percent": 110, "dunning": false },
    });
    let made = shop.post("/v1/admin/resellers", &shop.key, &wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let reseller = made.json()["reseller"]["reseller_id"].as_str().unwrap().to_owned();
    (list, reseller)
}

/// The reseller's browser, at its own host.
async fn at_branch(shop: &Shop, method: Method, path: &str, key: &str, body: &str) -> Answer {
    let cookie = format!("__Host-session={key}");
    let request = poem::Request::builder()
        .method(method)
        .uri_str(path)
        .header("host", "branch.example")
        .header("cookie", cookie)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    shop.ask(request.body(body.to_owned())).await
}

#[tokio::test]
async fn a_reseller_is_made_in_the_office_and_sells_from_its_own() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let operator = scene.operator().await;
    let (_, page) = operator
        .through("/office/wholesale", &[("step", "list"), ("name", "Gold"), ("return_days", "3")])
        .await;
    assert!(page.text.contains("Gold") && page.text.contains("Saved"), "{}", page.text);
    let list = between(&page.text, "name=\"list\" value=\"", "\"").to_owned();
    let ware = format!("plan:{}", shop.plan);
    let price = [("step", "price"), ("list", &*list), ("ware", &*ware), ("price", "3")];
    let (_, page) = operator.through("/office/wholesale", &price).await;
    assert!(page.text.contains("3.00"), "{}", page.text);
    let nothing = [("step", "price"), ("list", &*list), ("ware", &*ware), ("price", "0")];
    let refused = operator.post("/office/wholesale", &nothing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing has to be said");
    assert!(refused.text.contains("maxlength=\"20\" value=\"0\"") && refused.text.contains(" open>"));

    let new = [
        ("name", "Branch"),
        ("hosts", "branch.example www.branch.example"),
        ("currency", "USD"),
        ("locale", "en"),
        ("list", &*list),
        ("floor_percent", "150"),
    ];
    let made = operator.post("/office/resellers", &new).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let claim = between(&made.text, "https://branch.example/operator/", "<").to_owned();
    assert!(!operator.get("/office/resellers").await.text.contains(&claim), "shown once");
    let again = operator.post("/office/resellers", &new).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    let id = between(&made.text, "href=\"/office/resellers/", "\"").to_owned();
    let renewed = operator.post(&format!("/office/resellers/{id}/claim"), &[]).await;
    assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.text);
    let former = claim;
    let claim = between(&renewed.text, "https://branch.example/operator/", "<").to_owned();
    assert_ne!(claim, former, "a new one");
    let keys = shop.nexa.frontdesk().claim(&claim).await.unwrap();
    let page = operator.get(&format!("/office/resellers/{id}")).await.text;
    assert!(!page.contains("/claim\""), "somebody came in by it: {page}");
    let late = operator.post(&format!("/office/resellers/{id}/claim"), &[]).await;
    assert!(late.status == StatusCode::CONFLICT && !late.text.contains("branch.example/operator/"));

    let supply = at_branch(shop, Method::GET, "/office/supply", &keys.api_key, "").await;
    assert!(supply.status == StatusCode::OK && supply.text.contains("4.50"), "the floor: {}", supply.text);
    assert!(supply.text.contains("&#60;script&#62;") && !supply.text.contains(CANARY), "{}", supply.text);
    let take = |price: &str| format!("ware={ware}&name=Mine&price={price}");
    let cheap = at_branch(shop, Method::POST, "/office/supply", &keys.api_key, &take("4.49")).await;
    assert_eq!(cheap.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", cheap.text);
    assert!(cheap.text.contains("value=\"Mine\"") && cheap.text.contains("value=\"4.49\""), "{}", cheap.text);
    let taken = at_branch(shop, Method::POST, "/office/supply", &keys.api_key, &take("7")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let theirs = at_branch(shop, Method::GET, &format!("/office/resellers/{id}"), &keys.api_key, "").await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{}", theirs.text);
    let landing = at_branch(shop, Method::GET, "/", "", "").await;
    assert!(landing.text.contains("Branch") && landing.text.contains("Mine"), "{}", landing.text);
    assert!(!landing.text.contains("Test &#60;shop"), "its own name: {}", landing.text);

    let path = format!("/office/resellers/{id}");
    operator.post(&format!("{path}/suspend"), &[]).await;
    assert!(operator.get(&path).await.text.contains("suspended"));
    let seen = at_branch(shop, Method::GET, "/office/supply", &keys.api_key, "").await;
    assert!(seen.text.contains("suspended"), "{}", seen.text);
}

/// What is refused comes back as it was typed.
async fn stays(operator: &Browser<'_>, path: &str, fields: &[(&str, &str)], shown: &[&str]) {
    let refused = operator.post(path, fields).await;
    assert!(refused.status.is_client_error(), "{path}: {}", refused.text);
    for typed in shown {
        assert!(refused.text.contains(typed), "{path} lost {typed}: {}", refused.text);
    }
}

#[tokio::test]
async fn what_was_typed_stays_when_it_is_refused() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let (list, reseller) = one(&scene.shop).await;
    let nameless = [("step", "list"), ("name", ""), ("return_days", "7")];
    stays(&operator, "/office/wholesale", &nameless, &["maxlength=\"2\" value=\"7\""]).await;
    let taken = [
        ("name", "Second"),
        ("hosts", "branch.example second.example"),
        ("currency", "EUR"),
        ("locale", "ru"),
        ("list", &*list),
        ("floor_percent", "150"),
    ];
    let shown = [
        "value=\"Second\"",
        "value=\"branch.example second.example\"",
        "<option selected>EUR",
        "value=\"ru\" selected",
        "value=\"150\"",
    ];
    stays(&operator, "/office/resellers", &taken, &shown).await;
    let terms = [("list", &*list), ("floor_percent", "many"), ("quota", "12")];
    let path = format!("/office/resellers/{reseller}/terms");
    stays(&operator, &path, &terms, &["value=\"many\"", "value=\"12\""]).await;
}

#[tokio::test]
async fn what_was_never_written_down_is_not_found() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let (_, reseller) = one(shop).await;
    let bearer = format!("Bearer {}", shop.key);
    let invoices = format!("/v1/admin/resellers/{reseller}/invoices");
    let none = shop.get(&invoices, &[("authorization", &bearer)]).await;
    assert_eq!((none.status, none.text.as_str()), (StatusCode::OK, "[]"));
    let unknown = scene.operator().await.get("/office/invoices/00000000-0000-0000-0000-000000000000").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let own = shop.get("/v1/admin/supply/invoices", &[("authorization", &bearer)]).await;
    assert_eq!((own.status, own.code().as_str()), (StatusCode::NOT_FOUND, "not_found"));
}
