//! The pages as an app: manifest, icons, worker.

use crate::shop::{Answer, Shop};
use nexa_http::{Config, routes};
use poem::{endpoint::ToDynEndpoint, http::Method};

async fn manifest(shop: &Shop, lang: &str) -> serde_json::Value {
    let answer = shop.get(&format!("/manifest.webmanifest?lang={lang}"), &[]).await;
    assert_eq!(answer.header("content-type"), "application/manifest+json");
    answer.json()
}

#[tokio::test]
async fn the_manifest_makes_an_app_in_each_language() {
    let shop = Shop::open().await;
    for (lang, dir) in [("fa", "rtl"), ("en", "ltr"), ("ru", "ltr")] {
        let app = manifest(&shop, lang).await;
        assert_eq!((&app["lang"], &app["dir"]), (&lang.into(), &dir.into()));
        assert_eq!((&app["id"], &app["display"]), (&"/".into(), &"standalone".into()));
        assert_eq!((&app["name"], &app["short_name"]), (&"Test <shop>".into(), &"Test <shop>".into()));
        assert_eq!(app["start_url"], "/subscriptions?app=1");
        assert_eq!(app["theme_color"], "#1f5fd0");
        assert_eq!(app["shortcuts"].as_array().unwrap().len(), 3);
        for icon in app["icons"].as_array().unwrap() {
            let answer = shop.get(icon["src"].as_str().unwrap(), &[]).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("content-type")),
                (200, icon["type"].as_str().unwrap())
            );
        }
        let purposes: Vec<_> = app["icons"].as_array().unwrap().iter().map(|i| &i["purpose"]).collect();
        assert!(purposes.contains(&&"maskable".into()) && purposes.contains(&&"any".into()));
    }
    assert_ne!(manifest(&shop, "fa").await["shortcuts"], manifest(&shop, "en").await["shortcuts"]);
}

#[tokio::test]
async fn the_icon_has_the_colour_of_the_shop_and_no_style() {
    let shop = Shop::open().await;
    let icon = shop.get("/icon.svg", &[]).await.text;
    assert!(
        icon.starts_with("<svg xmlns=") && icon.contains("#1f5fd0") && icon.contains("#ffffff"),
        "{icon}"
    );
    assert!(!icon.contains("currentColor") && !icon.contains("var("), "{icon}");
}

#[tokio::test]
async fn the_worker_knows_its_release_and_comes_first_with_what_it_needs() {
    let shop = Shop::open().await;
    let worker = shop.get("/sw.js", &[]).await;
    assert_eq!((worker.status.as_u16(), worker.header("cache-control")), (200, "no-cache"));
    let release = worker.text.strip_prefix("const RELEASE = \"").unwrap().split('"').next().unwrap();
    assert_eq!(release.len(), 12);
    let files = worker.text.lines().nth(1).unwrap();
    let files: Vec<String> =
        serde_json::from_str(files.strip_prefix("const FILES = ").unwrap().trim_end_matches(';')).unwrap();
    for file in &files {
        assert_eq!(shop.get(file, &[]).await.status.as_u16(), 200, "{file}");
    }
    let page = shop.get("/sign-in", &[("accept", "text/html")]).await;
    assert!(page.text.contains(" data-worker=\"/sw.js\""));
    assert!(files.iter().all(|file| file == "/offline" || page.text.contains(file.as_str())), "{files:?}");
    assert_eq!(page.header("x-visitor"), "", "a guest's page is kept by nobody");
    let alone = shop.get("/s/nowhere", &[("accept", "text/html")]).await;
    assert!(!alone.text.contains("data-worker"), "who opens a link gets no worker");
}

#[tokio::test]
async fn what_is_kept_belongs_to_one_customer_and_goes_with_the_session() {
    let shop = Shop::open().await;
    let wallet = async |token: &str| -> Answer {
        let cookie = format!("__Host-session={token}");
        shop.get("/wallet", &[("accept", "text/html"), ("cookie", &cookie)]).await
    };
    let (one, other) = (shop.customer(0).await, shop.customer(0).await);
    let mark = wallet(&one).await.header("x-visitor").to_owned();
    assert_eq!(mark.len(), 16);
    assert_eq!(wallet(&one).await.header("x-visitor"), mark);
    assert_ne!(wallet(&other).await.header("x-visitor"), mark);
    let cookie = format!("__Host-session={one}");
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let out = shop.send(Method::POST, "/sign-out", &headers, "").await;
    assert_eq!((out.status.as_u16(), out.header("clear-site-data")), (303, "\"storage\""));
    let ended = wallet(&one).await;
    assert_eq!((ended.status.as_u16(), ended.header("clear-site-data")), (303, "\"storage\""));
    assert_eq!(wallet(&other).await.header("clear-site-data"), "");
}

#[tokio::test]
async fn an_operator_can_end_the_worker() {
    let mut shop = Shop::open().await;
    let mut config = Config::new(crate::shop::URL);
    config.service_worker = false;
    shop.routes = Box::new(ToDynEndpoint(routes(shop.nexa.clone(), config)));
    let worker = shop.get("/sw.js", &[]).await.text;
    assert!(worker.contains("registration.unregister()") && !worker.contains("\"fetch\""), "{worker}");
    let page = shop.get("/sign-in", &[("accept", "text/html")]).await.text;
    assert!(!page.contains("data-worker"));
}

#[tokio::test]
async fn a_page_tells_which_browser_shows_messages() {
    let shop = Shop::open().await;
    let token = shop.customer(0).await;
    let cookie = format!("__Host-session={token}");
    let json = "application/json";
    let post = async |headers: &[(&str, &str)], body: &str| {
        let answer = shop.send(Method::POST, "/account/push", headers, body).await;
        let code = if answer.status.as_u16() == 204 { String::new() } else { answer.code() };
        (answer.status.as_u16(), code)
    };
    let told = |status: u16, code: &str| (status, code.to_owned());
    let own = [("cookie", cookie.as_str()), ("content-type", json), ("sec-fetch-site", "same-origin")];
    let off = r#"{"off":"https://web.push.apple.com/x"}"#;
    assert_eq!(post(&own, off).await, told(204, ""));
    let on = r#"{"endpoint":"https://web.push.apple.com/x","p256dh":"x","auth":"x"}"#;
    // This shop sends none.
    assert_eq!(post(&own, on).await, told(422, "bad_input"));
    assert_eq!(post(&own, r#"{"on":1}"#).await, told(400, "bad_form"));
    assert_eq!(post(&own, "").await, told(400, "bad_form"));
    assert_eq!(post(&own[1..], off).await, told(401, "not_signed_in"));
    let foreign = [own[0], own[1], ("sec-fetch-site", "cross-site")];
    assert_eq!(post(&foreign, off).await, told(403, "cross_site"));
    let form = [own[0], ("content-type", "text/plain"), own[2]];
    assert_eq!(post(&form, off).await, told(400, "bad_form"));
    let key = shop.get("/account/push", &[own[0]]).await;
    assert_eq!((key.status.as_u16(), key.text.as_str()), (200, r#"{"key":null}"#));
    assert_eq!(shop.get("/account/push", &[]).await.code(), "not_signed_in");
}
