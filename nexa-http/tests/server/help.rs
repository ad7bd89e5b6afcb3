//! What the shop explains, and says in its own words: on its pages, through the API, and in the office.

use crate::{
    browser::{Browser, between, signed_up},
    office::scene::Scene,
    shop::Shop,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn put(shop: &Shop, path: &str, body: &Value) -> crate::shop::Answer {
    let bearer = format!("Bearer {}", shop.key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    shop.send(Method::PUT, path, &headers, &body.to_string()).await
}

fn article(slug: &str, title: &str, body: &str) -> Value {
    json!({ "slug": slug, "locale": "en", "category": "trouble", "title": title, "body": body, "published": true })
}

#[tokio::test]
async fn the_help_is_read_and_searched_without_an_account() {
    let shop = Shop::open().await;
    let browser = Browser::new(&shop);
    let page = browser.get("/help?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("href=\"/help/connect-android\"") && page.text.contains("Set up"),
        "{}",
        page.text
    );
    let found = browser.get("/help?lang=en&q=slow").await;
    assert!(
        found.text.contains("/help/slow-or-blocked") && !found.text.contains("/help/renew\""),
        "{}",
        found.text
    );
    let persian = browser.get("/help?lang=fa&q=%D8%A7%D9%86%D8%AF%D8%B1%D9%88%D9%8A%D8%AF").await;
    assert!(
        persian.text.contains("/help/connect-android"),
        "with the Arabic form of a letter: {}",
        persian.text
    );
    let nothing = browser.get("/help?lang=en&q=%3Czebra%3E").await;
    assert!(
        nothing.text.contains("Nothing was found") && !nothing.text.contains("<zebra>"),
        "{}",
        nothing.text
    );
    let one = browser.get("/help/renew?lang=en").await;
    assert!(one.text.contains("<ol><li>") && one.text.contains("Did this help?"), "{}", one.text);
    assert_eq!(browser.get("/help/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/terms").await.status, StatusCode::NOT_FOUND, "nobody wrote them");
}

#[tokio::test]
async fn a_browser_says_once_whether_an_article_helped() {
    let shop = Shop::open().await;
    let browser = Browser::new(&shop);
    for (said, status) in [("yes", 303), ("no", 303), ("perhaps", 422)] {
        let answer = browser.post("/help/renew", &[("helped", said)]).await;
        assert_eq!(answer.status.as_u16(), status, "{said}: {}", answer.text);
    }
    assert!(browser.get("/help/renew?lang=en").await.text.contains("Thank you"));
    assert!(browser.get("/help/devices?lang=en").await.text.contains("Did this help?"));
    assert_eq!(browser.post("/help/none", &[("helped", "no")]).await.status, StatusCode::NOT_FOUND);
    let customer = shop.customer(0).await;
    for counted in [true, false] {
        let judged = shop.post("/v1/articles/renew/votes", &customer, &json!({ "helped": false })).await;
        assert_eq!((judged.status, judged.json()), (StatusCode::OK, json!({ "counted": counted })));
    }
    let all = shop.office().await.help_entries("en").await.unwrap();
    let renew = all.iter().find(|entry| entry.slug == "renew").unwrap();
    assert_eq!((renew.helped, renew.missed), (1, 1), "each once");
}

#[tokio::test]
async fn what_operators_write_is_never_markup_of_theirs() {
    let shop = Shop::open().await;
    let hostile =
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) **<b>** [ok](https://a.example/?a=1&b=2)";
    let saved = put(&shop, "/v1/admin/articles", &article("own", "<i>Own</i>", hostile)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let page = Browser::new(&shop).get("/help/own?lang=en").await;
    let inside = between(&page.text, "<article", "</article>");
    assert!(
        !inside.contains("<script") && !inside.contains("href=\"javascript") && !inside.contains("<b>"),
        "{inside}"
    );
    assert!(
        inside.contains("rel=\"nofollow noopener noreferrer\"") && inside.contains("&#60;i&#62;Own"),
        "{inside}"
    );
    let told = shop.get("/v1/articles/own", &[("accept-language", "en")]).await.json();
    assert!(!told["html"].as_str().unwrap().contains("<script"), "{told}");
    for wrong in [
        article("Own page", "t", "b"),
        article("own", "t", "b"),
        article("other", "", "b"),
        article("other", "t", &"x".repeat(20_481)),
        json!({ "slug": "x", "locale": "de", "category": "pay", "title": "t", "body": "b", "published": true }),
    ] {
        let refused = put(&shop, "/v1/admin/articles", &wrong).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (422, "bad_input"),
            "{}",
            refused.text
        );
    }
}

#[tokio::test]
async fn the_help_is_written_in_the_office() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let shown = operator.get("/office/articles").await;
    assert!(
        shown.text.contains("connect-android") && shown.text.contains("/office/articles/edit"),
        "{}",
        shown.text
    );
    let begun = operator.get("/office/articles/edit?slug=renew&locale=en").await;
    assert!(
        begun.text.contains("value=\"renew\"") && begun.text.contains("automatic renewal"),
        "{}",
        begun.text
    );
    let long = format!("# Ours\n\n{}", "کلمه ".repeat(1500));
    let fields = |step: &'static str, body: &str| {
        vec![
            ("step", step.to_owned()),
            ("slug", "renew".to_owned()),
            ("locale", "en".to_owned()),
            ("category", "service".to_owned()),
            ("for-android", "1".to_owned()),
            ("title", "Renew with us".to_owned()),
            ("body", body.to_owned()),
            ("published", "1".to_owned()),
        ]
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        operator.post("/office/articles/edit", &fields).await
    };
    let preview = send(fields("preview", &long)).await;
    assert!(preview.status.is_success() && preview.text.contains("<h2>Ours</h2>"), "{}", preview.status);
    let visitor = Browser::new(&scene.shop);
    assert!(!visitor.get("/help/renew?lang=en").await.text.contains("Renew with us"), "nothing was kept");
    let kept = send(fields("save", &long)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let page = visitor.get("/help/renew?lang=en").await;
    assert!(page.text.contains("Renew with us") && page.text.contains("Android"), "{}", page.text);
    assert!(
        !visitor.get("/help/renew?lang=ru").await.text.contains("Renew with us"),
        "ours in their language"
    );
    let twice = send(fields("save", "again")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "taken in this language");
    assert!(twice.text.contains(">again</textarea>"), "nothing that was typed is lost");
    for step in [("slug", "devices"), ("slug", "none")] {
        let hidden = operator.post("/office/articles", &[("step", "hide"), step]).await;
        assert_eq!(hidden.status.as_u16(), if step.1 == "devices" { 303 } else { 404 }, "{}", hidden.text);
    }
    assert_eq!(visitor.get("/help/devices").await.status, StatusCode::NOT_FOUND);
    let list = operator.get("/office/articles").await;
    let id = between(&list.text, "edit?article=", "\"").to_owned();
    let asked = operator.post("/office/articles", &[("step", "remove"), ("article", &id)]).await;
    assert!(asked.status.is_success() && asked.text.contains("name=\"sure\""), "{}", asked.text);
    assert!(visitor.get("/help/renew?lang=en").await.text.contains("Renew with us"), "nothing is gone yet");
    let sure = [("step", "remove"), ("article", &*id), ("sure", "1")];
    let removed = operator.post("/office/articles", &sure).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    assert!(!visitor.get("/help/renew?lang=en").await.text.contains("Renew with us"), "the starter is back");
}

#[tokio::test]
async fn a_shop_says_things_in_its_own_words() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let set = async |key: &str, text: &str| {
        operator.post("/office/settings/texts", &[("key", key), ("locale", "en"), ("text", text)]).await
    };
    for (key, text) in [
        ("footer", "{shop} <b>answers</b>"),
        ("sign_up", "Keep your number."),
        ("terms", "# Terms\n\nBe kind, says {shop}."),
    ] {
        let done = set(key, text).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{key}: {}", done.text);
    }
    let odd = set("footer", "{password}").await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
    assert!(odd.text.contains("{password}</textarea>"), "nothing that was typed is lost");
    let visitor = Browser::new(&scene.shop);
    let page = visitor.get("/?lang=en").await;
    assert!(
        page.text.contains("&#60;b&#62;answers") && page.text.contains("href=\"/terms\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains("href=\"/privacy\""), "{}", page.text);
    let terms = visitor.get("/terms?lang=en").await;
    assert!(terms.text.contains("<h2>Terms</h2>") && terms.text.contains("Be kind, says"), "{}", terms.text);
    assert!(!terms.text.contains("{shop}"), "{}", terms.text);
    assert!(visitor.get("/sign-up?lang=en").await.text.contains("Keep your number."));
    let told = scene.shop.get("/v1/texts/terms", &[("accept-language", "ru")]).await.json();
    assert_eq!(told["locale"], "en", "what there is not in Russian: {told}");
    assert_eq!(scene.shop.get("/v1/texts/privacy", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(set("terms", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.get("/terms").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn answers_are_offered_before_somebody_writes() {
    let shop = Shop::open().await;
    let (browser, _) = signed_up(&shop).await;
    let plain = browser.get("/tickets?lang=en").await;
    assert!(plain.text.contains("action=\"/tickets\" role=\"search\""), "{}", plain.text);
    let asked = browser.get("/tickets?lang=en&q=slow+windows").await;
    assert!(asked.text.contains("Perhaps this answers it already"), "{}", asked.text);
    assert!(asked.text.contains("/help/slow-or-blocked"), "{}", asked.text);
    assert!(
        asked.text.contains("name=\"subject\" maxlength=\"100\" dir=\"auto\" value=\"slow windows\""),
        "{}",
        asked.text
    );
}
