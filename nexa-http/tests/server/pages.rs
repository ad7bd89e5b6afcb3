//! The claim, the demo payment, and forms of other sites.

use crate::{
    office::resale,
    shop::{Shop, usd},
};
use nexa_core::backoffice::model::InviteMemberRequest;
use poem::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_shop_is_claimed_once_and_looking_does_not_count() {
    let shop = Shop::unclaimed().await;
    let path = format!("/operator/{}", shop.claim.as_deref().unwrap());
    for _ in 0..2 {
        let page = shop.get(&path, &[]).await;
        assert!(page.text.contains("method=\"post\""), "{}", page.text);
    }
    let forged = shop.send(Method::POST, &path, &[("sec-fetch-site", "cross-site")], "").await;
    assert_eq!((forged.status.as_u16(), forged.code().as_str()), (403, "cross_site"));
    let claimed = shop.send(Method::POST, &path, &[("sec-fetch-site", "same-origin")], "").await;
    assert_eq!(claimed.status.as_u16(), 200, "{}", claimed.text);
    let key = between(&claimed.text, "Bearer ", "'");
    let shop_view = shop.get("/v1/admin/shop", &[("authorization", &format!("Bearer {key}"))]).await;
    assert_eq!(shop_view.json()["test"], true, "{}", shop_view.text);
    for method in [Method::GET, Method::POST] {
        assert_eq!(shop.send(method, &path, &[], "").await.status.as_u16(), 404);
    }
}

#[tokio::test]
async fn an_invitation_says_what_it_is_and_is_good_at_its_own_shop_only() {
    let shop = Shop::open().await;
    let (name, permissions) = ("Sara".to_owned(), vec!["support".to_owned()]);
    let wish = InviteMemberRequest { name, permissions, owner: false };
    let link = shop.office().await.invite_member(wish).await.unwrap().link;
    let path = format!("/operator/{}", link.rsplit('/').next().unwrap());
    let page = shop.get(&path, &[]).await;
    assert!(page.text.contains("Join the staff") && !page.text.contains("Run this shop"), "{}", page.text);
    resale::one(&shop).await;
    for method in [Method::GET, Method::POST] {
        let request = poem::Request::builder().method(method).uri_str(&path).header("host", "branch.example");
        let elsewhere = shop.ask(request.header("sec-fetch-site", "same-origin").finish()).await;
        assert_eq!(elsewhere.status.as_u16(), 404, "{}", elsewhere.text);
    }
    let came = shop.send(Method::POST, &path, &[("sec-fetch-site", "same-origin")], "").await;
    assert!(came.text.contains("Welcome to the staff"), "{}", came.text);
    let gone = shop.get(&path, &[]).await;
    assert!(gone.status.as_u16() == 404 && gone.text.contains("ask for a new link"), "{}", gone.text);
}

#[tokio::test]
async fn a_demo_payment_goes_through_the_page() {
    let shop = Shop::open().await;
    let gateway = shop.sandbox().await;
    let token = shop.customer(0).await;
    let wish = json!({ "purpose": "top_up", "method": gateway.gateway_id, "amount": usd(700) });
    let order = shop.post("/v1/orders", &token, &wish).await.json();
    let url = order["payment"]["redirect_url"].as_str().unwrap_or_else(|| panic!("{order}")).to_owned();
    let page = shop.get(url.strip_prefix(crate::shop::URL).unwrap(), &[]).await;
    assert_eq!(page.status.as_u16(), 200, "{url} {}", page.text);
    let action = between(&page.text, "action=\"", "\"");
    let fields: Vec<String> = ["reference", "amount", "currency", "sig"]
        .iter()
        .map(|name| format!("{name}={}", between(&page.text, &format!("name=\"{name}\" value=\""), "\"")))
        .collect();
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let forged =
        shop.send(Method::POST, &action, &form, &fields.join("&").replace("amount=700", "amount=7")).await;
    assert_eq!((forged.status.as_u16(), forged.code().as_str()), (401, "bad_signature"));
    let paid = shop.send(Method::POST, &action, &form, &fields.join("&")).await;
    assert_eq!(paid.status.as_u16(), 200, "{}", paid.text);
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let wallet = shop.get("/v1/wallet", &[("authorization", &bearer)]).await;
    assert_eq!(wallet.json()["balance"]["minor"], 700, "{}", wallet.text);
}

fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_once(end).unwrap().0.to_owned()
}

#[tokio::test]
async fn the_demo_page_posts_to_nobody_else() {
    let shop = Shop::open().await;
    let path = "/sandbox/x?amount=1&currency=USD&sig=00&hook=https%3A%2F%2Fevil.example%2F";
    assert_eq!(shop.get(path, &[]).await.status.as_u16(), 404);
}

#[tokio::test]
async fn home_and_documentation_are_there() {
    let shop = Shop::open().await;
    let home = shop.get("/", &[("accept-language", "fa")]).await;
    assert!(home.text.contains("dir=\"rtl\"") && home.text.contains("/docs"));
    let russian = shop.get("/", &[("accept-language", "ru-RU,ru;q=0.9,en;q=0.8")]).await;
    assert!(russian.text.contains("lang=\"ru\" dir=\"ltr\""), "{}", russian.text);
    assert!(russian.text.contains("href=\"/?lang=fa\"") && russian.text.contains(">English</a>"));
    assert!(!russian.text.contains("href=\"/?lang=ru"), "no link to itself");
    let docs = shop.get("/docs", &[]).await;
    assert!(docs.header("content-security-policy").contains("script-src 'self'"));
    assert!(docs.text.contains("<h1>") && !docs.text.contains("<script"), "a page to read");
    let reference = shop.get("/docs/reference", &[]).await;
    assert!(reference.header("content-security-policy").contains("script-src 'self'"));
    for own in ["<script src=\"/docs/", "<rapi-doc spec-url=\"/openapi.json\""] {
        assert!(reference.text.contains(own), "{own}");
    }
    assert!(!reference.text.contains("http"), "no request to another host");
    let document = shop.get("/openapi.json", &[]).await.json();
    assert_eq!(document["openapi"], "3.1.1");
    let nowhere = shop.get("/nowhere", &[("accept", "text/html")]).await;
    assert!(nowhere.status.as_u16() == 404 && nowhere.text.contains("<html"));
    assert_eq!(shop.get("/nowhere", &[]).await.code(), "unknown_path");
    assert_eq!(shop.get("/healthz", &[]).await.text, "ok\n");
}
