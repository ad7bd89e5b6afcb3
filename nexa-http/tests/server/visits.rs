//! The customer's pages as a browser without script sees them: cookies, forms, redirects.

use crate::{
    browser::{Browser, between, signed_up},
    shop::{Answer, Shop},
};
use nexa_http::Config;
use poem::http::{Method, StatusCode};

#[tokio::test]
async fn the_first_page_sells_in_every_language() {
    let shop = Shop::open().await;
    for (lang, word) in [("fa", "پلن"), ("en", "See plans"), ("ru", "Тарифы")] {
        let page = shop.get("/", &[("accept-language", lang)]).await;
        assert!(
            page.text.contains(word)
                && page.text.contains("4.99") | page.text.contains("۴٫۹۹") | page.text.contains("4,99"),
            "{lang}: {}",
            page.text
        );
        for key in ["page-", "web-", "country-", "extra-"] {
            assert!(!page.text.contains(&format!(">{key}")), "{lang} shows a key {key}");
        }
        assert!(page.text.contains(&format!("/buy?plan={}", shop.plan)));
    }
    let browser = Browser::new(&shop);
    browser.get("/?lang=ru").await;
    assert_eq!(browser.cookie("lang").as_deref(), Some("ru"), "a choice is remembered");
    assert!(browser.get("/sign-in").await.text.contains("lang=\"ru\""));
    assert!(
        browser.get("/?lang=xx").await.text.contains("lang=\"ru\""),
        "an unknown language changes nothing"
    );
}

#[tokio::test]
async fn a_guest_buys_pays_and_gets_a_link() {
    let shop = Shop::open().await;
    let gateway = shop.sandbox().await.gateway_id;
    let browser = Browser::new(&shop);
    let page = browser.get(&format!("/buy?plan={}", shop.plan)).await;
    let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
    let wish = [("key", key.as_str()), ("item", &shop.plan), ("method", &gateway)];
    let (order, page) = browser.through("/buy", &wish).await;
    assert!(browser.cookie("__Host-session").is_some() && browser.cookie("unsaved").is_some());
    assert!(page.text.contains("Pay exactly") && page.text.contains("4.99"), "{}", page.text);
    let again = browser.post("/buy", &wish).await;
    assert_eq!(again.header("location"), order, "a second press of the button is the same order");
    let pay = between(&page.text, "<a class=\"button big full\" href=\"", "\"").replace("&#38;", "&");
    let sandbox = browser.get(pay.strip_prefix(crate::shop::URL).unwrap()).await;
    let hook = between(&sandbox.text, "action=\"", "\"").to_owned();
    let field = |name: &str| between(&sandbox.text, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    let fields = ["reference", "amount", "currency", "sig"].map(|name| (name, field(name)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let before = browser.get(&format!("{order}/mark")).await.text;
    let (back, _) = browser.through(&hook, &fields).await;
    assert_eq!(back, order.replace("/orders/", "/back/"));
    assert_eq!(browser.get(&back).await.header("location"), order, "who comes back goes on to the order");
    // A bank's page posts from another site, so the browser sends no cookie along.
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers = [
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "https://bank.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let posted = shop.send(Method::POST, &hook, &headers, &body.join("&")).await;
    assert_eq!((posted.status, posted.header("location")), (StatusCode::SEE_OTHER, &*back));
    let elsewhere = Browser::new(&shop).get(&back).await;
    assert!(elsewhere.text.contains("is being checked") && elsewhere.text.contains(&order));
    shop.work().await;
    assert_ne!(browser.get(&format!("{order}/mark")).await.text, before, "a page that listens is told");
    let ready = browser.get(&order).await;
    assert_eq!(ready.status, StatusCode::SEE_OTHER);
    let page = browser.get(ready.header("location")).await;
    for part in ["Ready!", "https://shop.example/s/", "<svg", "hiddify://import/", "Save your account number"]
    {
        assert!(page.text.contains(part), "no {part} in {}", page.text);
    }
    let receipt = browser.get(&format!("{order}/print")).await;
    assert!(receipt.text.contains("Month") && receipt.text.contains("4.99"), "{}", receipt.text);
    let number = browser.post("/account/number", &[]).await;
    assert!(number.text.contains("shown only once") && browser.cookie("unsaved").is_none());
}

#[tokio::test]
async fn what_is_private_is_for_its_owner_only() {
    let shop = Shop::open().await;
    let gateway = shop.sandbox().await.gateway_id;
    let (owner, _) = signed_up(&shop).await;
    let (order, _) = owner.through("/buy", &[("item", &shop.plan), ("method", &gateway)]).await;
    let (other, _) = signed_up(&shop).await;
    let guest = Browser::new(&shop);
    for path in [order.clone(), format!("{order}/print")] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        let away = guest.get(&path).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER);
        assert_eq!(away.header("location"), format!("/sign-in?next={}", path.replace('/', "%2F")));
    }
    for path in [format!("{order}/mark"), format!("{order}/watch")] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(guest.get(&path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let cancel = other.post(&format!("{order}/cancel"), &[]).await;
    assert_eq!(cancel.status, StatusCode::NOT_FOUND);
    assert!(owner.get(&order).await.text.contains("Cancel this order"), "nothing happened to it");
    for path in [
        "/subscriptions",
        "/wallet",
        "/account",
        "/notices",
        "/orders",
        "/tickets",
        "/gift",
        "/account/export",
    ] {
        assert_eq!(guest.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[tokio::test]
async fn signing_in_and_out_changes_the_session() {
    let shop = Shop::open().await;
    let (first, number) = signed_up(&shop).await;
    let second = Browser::new(&shop);
    let wrong =
        second.post("/sign-in", &[("number", "1234567890123456789012345"), ("next", "/wallet")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(wrong.text.contains("role=\"alert\"") && wrong.text.contains("1234567890123456789012345"));
    assert!(wrong.text.contains("value=\"/wallet\""), "nothing that was filled in is lost");
    let (to, _) = second.through("/sign-in", &[("number", &number), ("next", "/wallet")]).await;
    assert_eq!(to, "/wallet");
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let third = Browser::new(&shop);
        let (to, _) = third.through("/sign-in", &[("number", &number), ("next", evil)]).await;
        assert_eq!(to, "/subscriptions", "{evil}");
    }
    let old = first.cookie("__Host-session").unwrap();
    first.through("/sign-out", &[]).await;
    assert!(first.cookie("__Host-session").is_none());
    first.cookies.borrow_mut().insert("__Host-session".into(), old);
    assert_eq!(first.get("/wallet").await.status, StatusCode::SEE_OTHER, "the old cookie is dead");
    assert!(first.cookie("__Host-session").is_none(), "and taken away");
}

#[tokio::test]
async fn forms_from_elsewhere_do_nothing() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    let cookie = format!("__Host-session={}", browser.cookie("__Host-session").unwrap());
    let form = ("content-type", "application/x-www-form-urlencoded");
    for from in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![],
    ] {
        let mut headers = vec![("cookie", cookie.as_str()), form];
        headers.extend(from.iter().copied());
        let answer = shop.send(Method::POST, "/sign-out", &headers, "").await;
        assert_eq!(answer.code(), "cross_site", "{from:?}");
    }
    assert_eq!(browser.get("/wallet").await.status, StatusCode::OK);
    let json = browser.ask(Method::POST, "/wallet", "application/json", "{}").await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST, "a page takes forms only");
}

#[tokio::test]
async fn odd_forms_get_a_sentence_and_change_nothing() {
    let shop = Shop::open().await;
    let gateway = shop.sandbox().await.gateway_id;
    let (browser, _) = signed_up(&shop).await;
    for amount in ["", "-5", "0", "abc", "1e9", "99999999999999999999", "<b>5</b>", "5.001"] {
        let page = browser.post("/wallet", &[("amount", amount), ("method", &gateway)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        assert!(page.text.contains("role=\"alert\"") && !page.text.contains("<b>5"), "{amount}");
    }
    for (item, method) in [("nonsense", gateway.as_str()), (shop.plan.as_str(), "nonsense"), ("", "")] {
        let page = browser.post("/buy", &[("item", item), ("method", method)]).await;
        assert!(
            page.status.is_client_error() && page.text.contains("role=\"alert\""),
            "{item}: {}",
            page.status
        );
    }
    let long = "x".repeat(20_000);
    let page = browser.post("/wallet", &[("amount", &long), ("method", &gateway)]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let unknown = browser.post("/account/nonsense", &[]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn names_are_shown_as_text() {
    let shop = Shop::open().await;
    let token = shop.customer(2000).await;
    let browser = Browser::new(&shop);
    browser.cookies.borrow_mut().insert("__Host-session".into(), token);
    let (order, _) = browser.through("/buy", &[("item", &shop.plan), ("method", "wallet")]).await;
    shop.work().await;
    let page = browser.get(&order).await;
    let subscription = page.header("location").split('?').next().unwrap().to_owned();
    let name = format!("{subscription}/name");
    for wrong in ["", "\u{202e}evil", "a\u{0}b", &"x".repeat(41), &"ن".repeat(10_000)] {
        let page = browser.post(&name, &[("name", wrong)]).await;
        assert!(page.status.is_client_error(), "{wrong:.20}: {}", page.status);
    }
    let (_, page) = browser.through(&name, &[("name", "<img src=x onerror=alert(1)> 🚀")]).await;
    assert!(page.text.contains("&#60;img src=x") && page.text.contains("🚀"), "{}", page.text);
    assert!(!page.text.contains("<img"), "{}", page.text);
    let (_, on) = browser.through(&format!("{subscription}/auto-renew"), &[("on", "1")]).await;
    assert!(on.text.contains("48 hours before"), "{}", on.text);
    let old = between(&page.text, "https://shop.example/s/", "<").to_owned();
    let (_, reset) = browser.through(&format!("{subscription}/reset"), &[]).await;
    assert!(reset.text.contains("Your new link is below") && !reset.text.contains(&old));
    let guide = browser.post(&format!("{subscription}/guide"), &[]).await;
    assert!(guide.text.contains("https://shop.example/guide/"), "{}", guide.text);
}

#[tokio::test]
async fn a_receipt_must_be_a_picture() {
    let shop = Shop::open().await;
    let card = shop.card().await;
    let (browser, _) = signed_up(&shop).await;
    let (order, page) = browser.through("/buy", &[("item", &shop.plan), ("method", &card)]).await;
    assert!(page.text.contains("6219 8610") && page.text.contains("type=\"file\""), "{}", page.text);
    let upload = |name: &str, bytes: &str| {
        let body = format!(
            "--B\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n{bytes}\r\n--B--\r\n"
        );
        let path = format!("{order}/receipt");
        let browser = &browser;
        async move { browser.ask(Method::POST, &path, "multipart/form-data; boundary=B", &body).await }
    };
    for (name, bytes) in [
        ("a.png", ""),
        ("a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        ("a.png", "<!doctype html><script>alert(1)</script>"),
        ("a.png", "\u{89}PNG\r\n\u{1a}\nnot a picture"),
        ("a.png", "PK\u{3}\u{4}zip"),
    ] {
        let page = upload(name, bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", page.text);
        assert!(page.text.contains("role=\"alert\"") && page.text.contains("6219 8610"), "{}", page.text);
    }
    let torn = browser.ask(Method::POST, &format!("{order}/receipt"), "multipart/form-data", "x").await;
    assert!(torn.status.is_client_error(), "{}", torn.status);
}

#[tokio::test]
async fn a_shop_has_its_own_colours() {
    let shop = Shop::open().await;
    let request = serde_json::json!({ "accent": "#ffee00", "tagline": "Quiet <net>" });
    let headers =
        [("authorization", format!("Bearer {}", shop.key)), ("content-type", "application/json".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let before = shop.get("/", &[]).await;
    let changed = shop.send(Method::PATCH, "/v1/admin/shop", &headers, &request.to_string()).await;
    assert_eq!(changed.json()["accent"], "#ffee00", "{}", changed.text);
    let page = shop.get("/", &[]).await;
    assert!(page.text.contains("Quiet &#60;net&#62;"), "{}", page.text);
    let style = |page: &Answer| between(&page.text, "rel=\"stylesheet\" href=\"", "\"").to_owned();
    assert_ne!(style(&before), style(&page), "no browser keeps the old colours");
    let css = shop.get(&style(&page), &[]).await;
    assert!(css.text.starts_with(":root{--accent:#") && css.header("cache-control").contains("immutable"));
    assert!(
        !css.text.starts_with(":root{--accent:#ffee00"),
        "yellow cannot be read on white, so it was darkened"
    );
    let wrong = shop.send(Method::PATCH, "/v1/admin/shop", &headers, "{\"accent\":\"red;}\"}").await;
    assert_eq!(wrong.code(), "bad_input");
}

#[tokio::test]
async fn telegram_without_a_bot_and_forged_proofs_are_told() {
    let shop = Shop::open().await;
    let browser = Browser::new(&shop);
    assert!(!browser.get("/sign-in").await.text.contains("oauth.telegram.org"));
    let none = browser.post("/sign-in/telegram", &[("init_data", "hash=00&auth_date=1")]).await;
    assert!(none.status.is_client_error() && none.text.contains("role=\"alert\""), "{}", none.status);
    let bot = serde_json::json!({ "token": "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8", "username": "nexa_bot" });
    let key = format!("Bearer {}", shop.key);
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let set = shop.send(Method::PUT, "/v1/admin/telegram", &headers, &bot.to_string()).await;
    assert!(set.status.is_success() && !set.text.contains("AAH5Ykoi"), "{}", set.text);
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("/sign-in/telegram/go?for=sign-in"), "{}", page.text);
    // Telegram's own example of 2022: authentic, but too old.
    let old = "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";
    for proof in [old.to_owned(), old.replace("1662771648", "4102444800"), "x".to_owned(), String::new()] {
        let page = browser.post("/sign-in/telegram", &[("init_data", &proof)]).await;
        assert!(page.status.is_client_error() && browser.cookie("__Host-session").is_none(), "{proof}");
    }
}

/// The fields of Telegram's Login Widget, signed now with a shop's bot token (core.telegram.org/widgets/login).
fn widget(token: &str, id: u64) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};
    let now = Config::new(crate::shop::URL).world.now().as_second();
    let text = format!("auth_date={now}\nfirst_name=Sara\nid={id}");
    let mut mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(token)).unwrap();
    mac.update(text.as_bytes());
    let hash = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("{}&hash={hash}", text.replace('\n', "&"))
}

#[tokio::test]
async fn what_telegram_signed_counts_only_in_the_browser_that_went_there() {
    const TOKEN: &str = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
    let shop = Shop::open().await;
    let key = format!("Bearer {}", shop.key);
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let bot = serde_json::json!({ "token": TOKEN, "username": "nexa_bot" });
    shop.send(Method::PUT, "/v1/admin/telegram", &headers, &bot.to_string()).await;
    let (victim, _) = signed_up(&shop).await;
    // An attacker signs for himself, and makes the victim's browser post it.
    let foreign = widget(TOKEN, 666);
    for (path, state) in [
        ("/account/telegram", ""),
        ("/account/telegram", "x"),
        ("/account/prove", ""),
        ("/sign-in/telegram", ""),
    ] {
        let page = victim.post(path, &[("widget", &foreign), ("state", state)]).await;
        assert!(
            page.status.is_client_error() && page.text.contains("role=\"alert\""),
            "{path}: {}",
            page.status
        );
    }
    let init = victim.post("/account/telegram", &[("init_data", "x")]).await;
    assert!(init.status.is_client_error());
    assert!(!victim.get("/account").await.text.contains("Telegram</b>"), "nothing was added");
    // The way as it is meant.
    let away = victim.get("/sign-in/telegram/go?for=add").await;
    let to = away.header("location").to_owned();
    assert!(
        to.starts_with("https://oauth.telegram.org/auth?bot_id=5768337691&origin=https%3A%2F%2Fshop.example"),
        "{to}"
    );
    let state = victim.cookie("telegram").unwrap();
    assert!(to.contains(&state), "{to}");
    let other =
        victim.post("/account/telegram", &[("widget", &widget(TOKEN, 7)), ("state", &"A".repeat(32))]).await;
    assert!(other.status.is_client_error());
    let (back, page) =
        victim.through("/account/telegram", &[("widget", &widget(TOKEN, 8)), ("state", &state)]).await;
    assert_eq!(back, "/account?done=saved");
    assert!(page.text.contains("Telegram</b>"), "{}", page.text);
    let arrives = victim.get(&format!("/sign-in/telegram?for=add&state={state}")).await;
    assert!(arrives.text.contains(&format!("name=\"state\" value=\"{state}\"")));
}

#[tokio::test]
async fn the_address_of_a_form_leads_to_its_page() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    for (step, page) in [
        ("/account/number", "/account"),
        ("/orders/x/pay", "/orders/x"),
        ("/subscriptions/x/guide", "/subscriptions/x"),
        ("/trial", "/"),
    ] {
        let back = browser.get(step).await;
        assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, page), "{step}");
    }
    let wrong = shop.send(Method::PUT, "/sign-in", &[], "").await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, "GET, HEAD, POST"));
    let wrong = shop.send(Method::POST, "/orders", &[("origin", crate::shop::URL)], "").await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn a_number_that_was_not_saved_is_not_signed_out_of() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    assert!(!browser.get("/account").await.text.contains("action=\"/sign-out\""));
    browser.through("/account/saved", &[("next", "/wallet")]).await;
    let page = browser.get("/account").await;
    assert!(page.text.contains("action=\"/sign-out\"") && browser.cookie("unsaved").is_none());
    let export = browser.get("/account/export").await;
    assert_eq!(export.header("content-type"), "application/json", "{}", export.text);
}
