//! Mails: handed over by a mail server, and ended by one click.

use crate::{
    browser::{Browser, between, signed_up},
    shop::{Answer, Shop},
};
use nexa_core::backoffice::model::SupportTermsRequest;
use poem::http::{Method, StatusCode};

/// The path of the shop's hook.
async fn hook(shop: &Shop) -> String {
    let office = shop.office().await;
    let terms = SupportTermsRequest {
        address: Some("support@shop.example".to_owned()),
        target_minutes: Some(30),
        days: None,
        from: None,
        until: None,
    };
    office.set_support_terms(terms).await.unwrap();
    let url = office.new_letter_hook().await.unwrap().url;
    url.strip_prefix("https://shop.example").unwrap().to_owned()
}

async fn hand_over(shop: &Shop, path: &str, mail: &str) -> Answer {
    shop.send(Method::POST, path, &[("content-type", "message/rfc822")], mail).await
}

#[tokio::test]
async fn a_mail_server_hands_mails_over_with_the_secret_alone() {
    let shop = Shop::open().await;
    let path = hook(&shop).await;
    let mail =
        "From: nobody@example.org\r\nTo: support@shop.example\r\nMessage-ID: <a@example.org>\r\n\r\nHi\r\n";
    let taken = hand_over(&shop, &path, mail).await;
    assert_eq!(
        (taken.status, taken.text.as_str()),
        (StatusCode::OK, "ignored"),
        "there is no mailer to answer with"
    );
    let strange = format!("{}x", &path[..path.len() - 1]);
    for wrong in [strange.as_str(), "/hooks/mail/nowhere/secret"] {
        assert_eq!(hand_over(&shop, wrong, mail).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let odd = hand_over(&shop, &path, "").await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
    let large = format!("{mail}{}", "x".repeat(6 << 20));
    assert_eq!(hand_over(&shop, &path, &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn one_click_needs_no_session_and_comes_from_anywhere() {
    let shop = Shop::open().await;
    let nowhere = shop.get("/u/nonsense", &[]).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "https://mail.example.org"),
        ("sec-fetch-site", "cross-site"),
    ];
    let posted = shop.send(Method::POST, "/u/nonsense", &headers, "List-Unsubscribe=One-Click").await;
    assert_eq!(
        posted.status,
        StatusCode::NOT_FOUND,
        "it was looked at, and not turned away as a forged form"
    );
}

#[tokio::test]
async fn a_picture_comes_along_with_a_question_on_the_pages() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    let form = |text: &str, picture: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--x\r\nContent-Disposition: \
             form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n{picture}\r\n--x--\r\n"
        )
    };
    let kind = "multipart/form-data; boundary=x";
    let opened = browser.ask(Method::POST, "/tickets", kind, &form("See", "")).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "an empty field is no picture: {}", opened.text);
    let page = browser.get(opened.header("location")).await;
    assert!(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("See"));
    let refused = browser.ask(Method::POST, "/tickets", kind, &form("See", "no picture")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains(">See</textarea>"), "nothing that was filled in is lost");
}

#[tokio::test]
async fn the_desk_is_run_from_the_office() {
    let scene = super::office::scene::Scene::open().await;
    let operator: Browser<'_> = scene.operator().await;
    let page = operator.get("/office/support").await;
    assert!(
        page.text.contains("name=\"target_minutes\"") && page.text.contains("value=\"60\""),
        "{}",
        page.text
    );
    let terms = [
        ("what", "terms"),
        ("target_minutes", "30"),
        ("day1", "1"),
        ("from", "09:00"),
        ("until", "17:00"),
        ("address", "support@shop.example"),
    ];
    let (_, page) = operator.through("/office/support", &terms).await;
    assert!(
        page.text.contains("name=\"day1\" value=\"1\" checked") && page.text.contains("value=\"30\""),
        "{}",
        page.text
    );
    let made = operator.post("/office/support", &[("what", "hook")]).await;
    assert!(made.text.contains("/hooks/mail/"), "{}", made.text);
    assert!(!operator.get("/office/support").await.text.contains("/hooks/mail/"), "shown this once");
    let kept = [("what", "keep"), ("name", "Refresh <b>"), ("text", "Refresh it")];
    let (_, page) = operator.through("/office/support", &kept).await;
    assert!(page.text.contains("Refresh &#60;b&#62;"), "{}", page.text);
    let odd = operator.post("/office/support", &[("what", "terms"), ("target_minutes", "1")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
    let answer = between(&page.text, "name=\"answer\" value=\"", "\"").to_owned();
    let (browser, _) = signed_up(&scene.shop).await;
    let (to, _) = browser.through("/tickets", &[("text", "Slow")]).await;
    let id = to.rsplit('/').next().unwrap();
    let ticket = operator.get(&format!("/office/tickets/{id}?answer={answer}")).await;
    assert!(ticket.text.contains(">Refresh it</textarea>"), "{}", ticket.text);
    let version = between(&ticket.text, "name=\"version\" value=\"", "\"").to_owned();
    let (_, page) = operator.through(&format!("/office/tickets/{id}/take"), &[]).await;
    assert!(page.text.contains("<bdi>Me</bdi>"), "{}", page.text);
    let stale = operator
        .post(&format!("/office/tickets/{id}/answer"), &[("text", "Past"), ("version", &version)])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    assert!(
        stale.text.contains("Past</textarea>") && stale.text.contains("role=\"alert\""),
        "{}",
        stale.text
    );
}
