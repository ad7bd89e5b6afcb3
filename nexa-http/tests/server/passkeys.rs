//! Passkeys over HTTP: what is asked, by whom, from where. Right answers are the business of the journeys.

use crate::shop::{Answer, Shop, URL};
use poem::{
    Request,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};

/// What the script of a page posts.
async fn step(shop: &Shop, step: &str, session: &str, body: &Value) -> Answer {
    let cookie = format!("__Host-session={session}");
    let mut headers = vec![("content-type", "application/json"), ("origin", URL)];
    if !session.is_empty() {
        headers.push(("cookie", &cookie));
    }
    shop.send(Method::POST, &format!("/passkeys/{step}"), &headers, &body.to_string()).await
}

fn nonsense() -> Value {
    json!({ "state": "nonsense", "response": { "id": "AAAA" } })
}

#[tokio::test]
async fn the_api_asks_lists_and_refuses() {
    let shop = Shop::open().await;
    let asked = shop.post("/v1/passkeys/ask", "", &Value::Null).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert_eq!(asked.json()["options"]["publicKey"]["rpId"], "shop.example");
    let wrong = shop.post("/v1/sessions", "", &json!({ "passkey": nonsense() })).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "bad_passkey"));

    let token = shop.customer(0).await;
    let bearer = format!("Bearer {token}");
    let mine = shop.get("/v1/me/passkeys", &[("authorization", &bearer)]).await;
    assert_eq!(mine.json(), json!([]));
    let begun = shop.post("/v1/me/passkeys/begin", &token, &Value::Null).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let options = &begun.json()["options"]["publicKey"];
    assert_eq!(options["rp"], json!({ "id": "shop.example", "name": "Test <shop>" }));
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let added = shop.post("/v1/me/passkeys", &token, &json!({ "passkey": nonsense() })).await;
    assert_eq!(added.code(), "bad_passkey");
    let long = json!({ "passkey": nonsense(), "client": "x".repeat(61) });
    assert_eq!(shop.post("/v1/me/passkeys", &token, &long).await.code(), "bad_input");
    let gone = shop.send(Method::DELETE, "/v1/me/passkeys/nowhere", &[("authorization", &bearer)], "").await;
    assert_eq!((gone.status, gone.code().as_str()), (StatusCode::NOT_FOUND, "not_found"));
    for path in ["/v1/me/passkeys", "/v1/me/passkeys/begin"] {
        let guest = shop.post(path, "", &json!({ "passkey": nonsense() })).await;
        assert_eq!(guest.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn the_script_is_answered_in_json() {
    let shop = Shop::open().await;
    let asked = step(&shop, "ask", "", &json!({})).await;
    assert_eq!((asked.status, asked.header("content-type")), (StatusCode::OK, "application/json"));
    let state = asked.json()["state"].clone();
    assert_eq!(asked.json()["options"]["publicKey"]["userVerification"], "required");
    let wrong = step(&shop, "sign-in", "", &json!({ "state": state, "response": {} })).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "bad_passkey"));
    assert_eq!(wrong.header("set-cookie"), "");
    let session = shop.customer(0).await;
    assert_eq!(step(&shop, "begin", &session, &json!({})).await.status, StatusCode::OK);
    for what in ["add", "prove"] {
        assert_eq!(step(&shop, what, &session, &nonsense()).await.code(), "bad_passkey", "{what}");
    }
}

#[tokio::test]
async fn the_script_of_another_site_or_a_guest_gets_nothing() {
    let shop = Shop::open().await;
    for what in ["ask", "begin", "sign-in", "add", "prove"] {
        let path = format!("/passkeys/{what}");
        let cross = [("content-type", "application/json"), ("sec-fetch-site", "cross-site")];
        let answer = shop.send(Method::POST, &path, &cross, &nonsense().to_string()).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "cross_site"), "{what}");
    }
    for what in ["begin", "add", "prove"] {
        let answer = step(&shop, what, "", &nonsense()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "not_signed_in"),
            "{what}"
        );
    }
    for odd in [json!({}), json!([]), json!({ "state": 1, "response": {} }), json!({ "state": "x" })] {
        assert_eq!(step(&shop, "sign-in", "", &odd).await.code(), "bad_form", "{odd}");
    }
    assert_eq!(step(&shop, "nowhere", "", &json!({})).await.code(), "not_found");
    for _ in 0..20 {
        step(&shop, "sign-in", "", &nonsense()).await;
    }
    assert_eq!(step(&shop, "sign-in", "", &nonsense()).await.code(), "too_many_attempts");
}

#[tokio::test]
async fn pages_offer_passkeys_where_they_work() {
    let shop = Shop::open().await;
    let page = shop.get("/sign-in", &[("accept", "text/html")]).await;
    assert!(page.text.contains("data-passkey=\"sign-in\"") && page.text.contains("hidden>"), "{}", page.text);
    let elsewhere = Request::builder().uri_str("/sign-in").header("host", "other.example");
    let page = shop.ask(elsewhere.header("accept", "text/html").finish()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("data-passkey"), "the browser would refuse on another host");
    let cookie = format!("__Host-session={}", shop.customer(0).await);
    let page = shop.get("/account", &[("accept", "text/html"), ("cookie", &cookie)]).await;
    assert!(page.text.contains("data-passkey=\"add\""), "{}", page.text);
    let form =
        [("cookie", cookie.as_str()), ("origin", URL), ("content-type", "application/x-www-form-urlencoded")];
    let gone = shop.send(Method::POST, "/account/passkey-remove", &form, "passkey=nowhere").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let back = shop.send(Method::POST, "/account/passkey", &form, "").await;
    assert_eq!(back.status, StatusCode::OK, "who proved lately is not asked again");
}
