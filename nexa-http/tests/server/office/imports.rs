//! Moving over: a file is handed in, looked at, and then done.

use super::scene::{CANARY, Scene};
use crate::{
    browser::{Browser, between},
    shop::Answer,
};
use jiff::SignedDuration;
use poem::http::{Method, StatusCode};

fn form(fields: &[(&str, &str)], file: &str) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"");
        body += &[&head, "\r\n\r\n", *value, "\r\n"].concat();
    }
    body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"<list>.csv\"\r\n\r\n");
    body + file + "\r\n--b--\r\n"
}

const MULTIPART: &str = "multipart/form-data; boundary=b";

async fn looks(operator: &Browser<'_>, kind: &str, file: &str) -> Answer {
    let fields = [("step", "look"), ("kind", kind), ("currency", "USD")];
    operator.ask(Method::POST, "/office/import?lang=en", MULTIPART, &form(&fields, file)).await
}

#[tokio::test]
async fn a_list_is_looked_at_and_then_taken_over() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let page = operator.get("/office/import").await;
    assert!(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("value=\"mirza\""));
    let list = format!("telegram_id,balance,name\n4242,2.50,{CANARY}\nx,1,\n");
    let seen = looks(&operator, "list", &list).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    assert!(seen.text.contains("line 3") && seen.text.contains("not a Telegram id"), "{}", seen.text);
    assert!(!seen.text.contains(CANARY) && !seen.text.contains("4242"), "nothing personal");
    let office = scene.shop.office().await;
    assert!(office.find_user("4242").await.is_err(), "it was only looked at");
    let key = between(&seen.text, "name=\"key\" value=\"", "\"").to_owned();
    let wish = [("step", "do"), ("key", &*key), ("kind", "list"), ("currency", "USD")];
    let other = [("step", "do"), ("key", "other"), ("kind", "list"), ("currency", "USD")];
    let unknown = operator.post("/office/import", &other).await;
    assert!(unknown.status.is_client_error(), "{}", unknown.text);
    let done = operator.post("/office/import?lang=en", &wish).await;
    assert!(done.status == StatusCode::OK && done.text.contains("What it came to"), "{}", done.text);
    let user = office.find_user("4242").await.expect("a user");
    assert_eq!(user.wallet.minor, 250);
    let twice = operator.post("/office/import", &wish).await;
    assert_eq!(twice.status, StatusCode::OK);
    assert_eq!(office.find_user("4242").await.expect("a user").wallet.minor, 250, "once");
}

#[tokio::test]
async fn what_is_no_such_file_is_told_and_an_old_session_is_asked_first() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    for kind in ["mirza", "marzban", "hiddify-bot", "x-ui"] {
        let answer = looks(&operator, kind, "telegram_id\n1").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}: {}", answer.text);
        assert!(answer.text.contains("role=\"alert\""), "{kind}");
    }
    scene.clock.advance(SignedDuration::from_mins(16));
    let asked = operator.get("/office/import").await;
    assert!(asked.text.contains("/account/prove"), "{}", asked.text);
    let late = looks(&operator, "list", "telegram_id\n77").await;
    assert!(late.text.contains("/account/prove"), "{}", late.text);
}

#[tokio::test]
async fn programs_import_over_the_api() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let bearer = format!("Bearer {}", shop.key);
    let headers = [("authorization", bearer.as_str()), ("content-type", MULTIPART)];
    let send = async |fields: &[(&str, &str)], file: &str| {
        shop.send(Method::POST, "/v1/admin/imports", &headers, &form(fields, file)).await
    };
    let list = "telegram_id,balance\n5151,3\n";
    let look = send(&[("kind", "list"), ("currency", "USD"), ("dry_run", "true")], list).await;
    assert_eq!((look.status, look.json()["users_made"].as_u64()), (StatusCode::OK, Some(1)), "{}", look.text);
    let done = send(&[("kind", "list"), ("currency", "USD")], list).await;
    assert_eq!(done.json()["credited"]["minor"], 300, "{}", done.text);
    let again = send(&[("kind", "list"), ("currency", "USD")], list).await;
    assert_eq!((again.json()["here"].as_u64(), again.json()["wallets"].as_u64()), (Some(1), Some(0)));
    let wrong = send(&[("kind", "mirza")], list).await;
    assert_eq!(wrong.code(), "bad_input", "{}", wrong.text);
    let customer = format!("Bearer {}", shop.customer(0).await);
    let headers = [("authorization", customer.as_str()), ("content-type", MULTIPART)];
    let outside =
        shop.send(Method::POST, "/v1/admin/imports", &headers, &form(&[("kind", "list")], list)).await;
    assert_eq!(outside.code(), "not_allowed");
}
