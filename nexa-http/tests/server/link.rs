//! The customer's link, as apps and browsers ask for it.

use crate::shop::Shop;
use data_encoding::BASE64;
use poem::http::Method;
use serde_json::{Value, json};

pub const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

/// A shop with one delivered subscription; gives the link's path and the customer's session.
pub async fn delivered() -> (Shop, String, String, String) {
    let shop = Shop::open().await;
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    assert_eq!(shop.post("/v1/orders", &token, &wish).await.status.as_u16(), 201);
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let mine = shop.get("/v1/subscriptions", &[("authorization", &bearer)]).await.json();
    let link = mine[0]["link"].as_str().unwrap();
    let path = link.strip_prefix(crate::shop::URL).unwrap().to_owned();
    let id = mine[0]["subscription_id"].as_str().unwrap().to_owned();
    (shop, path, token, id)
}

#[tokio::test]
async fn apps_get_their_form_and_every_header() {
    let (shop, path, _, _) = delivered().await;
    let answer = shop.get(&path, &[("user-agent", "v2rayNG/1.9.5")]).await;
    let text = String::from_utf8(BASE64.decode(answer.text.as_bytes()).unwrap()).unwrap();
    assert!(text.contains("vless://"), "{text}");
    let info = answer.header("subscription-userinfo").to_owned();
    for key in ["upload=", "download=", "total=53687091200", "expire="] {
        assert!(info.contains(key), "{info}");
    }
    let name =
        BASE64.decode(answer.header("profile-title").trim_start_matches("base64:").as_bytes()).unwrap();
    assert_eq!(String::from_utf8(name).unwrap(), "Test <shop>");
    assert_eq!(answer.header("profile-update-interval"), "1");
    assert!(
        answer
            .header("content-disposition")
            .contains("filename=\"Test _shop_.txt\"; filename*=UTF-8''Test%20")
    );
    assert!(answer.header("profile-web-page-url").ends_with("/page"));
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(answer.header("announce"), "");

    let clash = shop.get(&path, &[("user-agent", "clash-verge/v2")]).await;
    assert!(
        clash.header("content-type").starts_with("text/yaml") && clash.text.contains("proxies:"),
        "{}",
        clash.text
    );
    let sing = shop.get(&path, &[("user-agent", "SFA/1.10")]).await;
    assert!(serde_json::from_str::<Value>(&sing.text).unwrap()["outbounds"].is_array());
    let plain = shop.get(&format!("{path}/plain"), &[]).await;
    assert_eq!(plain.text, text);

    let sip008 = shop.get(&format!("{path}/sip008"), &[]).await;
    assert_eq!(sip008.header("content-type"), "application/json");
    assert!(sip008.header("content-disposition").contains(".json"));
    let document = sip008.json();
    assert_eq!((&document["version"], &document["bytes_remaining"]), (&json!(1), &json!(50_u64 << 30)));
    assert_eq!(document["servers"][0]["server_port"], 8388);
    let chosen = shop.get(&path, &[("user-agent", "ShadowsocksWindows/4.4.1")]).await;
    assert_eq!(chosen.text, sip008.text, "the same ids at every fetch");
}

#[tokio::test]
async fn browsers_get_a_page_in_their_language() {
    let (shop, path, _, _) = delivered().await;
    let page = shop.get(&path, &[BROWSER, ("accept-language", "fa")]).await;
    assert!(page.text.contains("lang=\"fa\" dir=\"rtl\""), "{}", page.text);
    assert!(page.text.contains("Test &#60;shop&#62;") && !page.text.contains("<shop>"), "names are escaped");
    assert!(page.text.contains("hiddify://import/https://shop.example/s/") && page.text.contains("<svg"));
    assert!(!page.text.contains(">web-") && !page.text.contains("<script>"), "{}", page.text);
    let english = shop.get(&format!("{path}/page?lang=en"), &[]).await;
    assert!(english.text.contains("lang=\"en\" dir=\"ltr\"") && english.text.contains("no real money"));
    assert!(english.text.contains("Frankfurt"));
    assert!(english.text.contains("/page?lang=fa\"") && english.text.contains("/page?lang=ru\""));
    let russian = shop.get(&format!("{path}/page?lang=ru"), &[]).await;
    assert!(russian.text.contains("lang=\"ru\" dir=\"ltr\"") && russian.text.contains("осталось"));
}

#[tokio::test]
async fn the_page_shows_what_the_extras_came_to() {
    let shop = Shop::open().await;
    let bearer = format!("Bearer {}", shop.key);
    let servers = shop.get("/v1/admin/servers", &[("authorization", &bearer)]).await.json();
    let server = format!("/v1/admin/servers/{}", servers[0]["server_id"].as_str().unwrap());
    let offers = json!({ "config": { "name": "a", "offers": ["dedicated_ip", "port_forward"] } });
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let changed = shop.send(Method::PATCH, &server, &headers, &offers.to_string()).await;
    assert_eq!(changed.json()["offers"], json!(["dedicated_ip", "port_forward"]));
    let plan = json!({
        "name": "Own address", "days": 30, "traffic_bytes": 1_u64 << 30, "devices": 1, "on_sale": true,
        "prices": [{ "minor": 499, "currency": "USD" }], "extras": ["dedicated_ip", "port_forward"],
    });
    let plan = shop.post("/v1/admin/plans", &shop.key, &plan).await.json();
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": plan["plan_id"] });
    assert_eq!(shop.post("/v1/orders", &token, &wish).await.status.as_u16(), 201);
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let mine = shop.get("/v1/subscriptions", &[("authorization", &bearer)]).await.json();
    assert_eq!(mine[0]["extras"], json!(["dedicated_ip", "port_forward"]));
    let id = mine[0]["subscription_id"].as_str().unwrap();
    let single = shop.get(&format!("/v1/subscriptions/{id}"), &[("authorization", &bearer)]).await.json();
    let address = single["servers"][0]["outgoing"].as_str().unwrap();
    let password = single["servers"][0]["forward"]["password"].as_str().unwrap();
    let path = mine[0]["link"].as_str().unwrap().strip_prefix(crate::shop::URL).unwrap();
    for (language, sentence) in [("en", "Your address"), ("fa", "آدرس شما")] {
        let page = shop.get(&format!("{path}/page?lang={language}"), &[]).await.text;
        assert!(page.contains(sentence) && page.contains(address), "{page}");
        assert!(
            page.contains("ssh -N -R 20000:localhost:80 demo@127.0.0.1 -p 2022") && page.contains(password)
        );
        assert!(page.contains("20000–20009") && !page.contains("web-"), "{page}");
    }
}

#[tokio::test]
async fn a_reset_link_is_dead_at_once_and_all_dead_links_look_alike() {
    let (shop, path, token, id) = delivered().await;
    let before = shop.get(&path, &[]).await;
    assert_eq!(before.status.as_u16(), 200);
    let reset = shop.post(&format!("/v1/subscriptions/{id}/reset-link"), &token, &json!({})).await;
    assert_eq!(reset.status.as_u16(), 200, "{}", reset.text);
    let dead = shop.get(&path, &[]).await;
    let never = shop.get("/s/abcdefghijklmnopqrstuvwxyz234567", &[]).await;
    let short = shop.get("/s/x", &[]).await;
    for other in [&never, &short] {
        assert_eq!((dead.status.as_u16(), &dead.text), (404, &other.text));
    }
    assert!(dead.text.contains("leads nowhere"), "{}", dead.text);
    let page = shop.get(&path, &[BROWSER]).await;
    assert!(page.status.as_u16() == 404 && page.text.contains("<html"));
    let unknown_form = shop.get(&format!("{path}/exe"), &[]).await;
    assert_eq!(unknown_form.status.as_u16(), 404);
}
