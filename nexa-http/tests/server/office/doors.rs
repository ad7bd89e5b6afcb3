//! Who gets into the office: those who run this shop, and for everybody else there is nothing.

use super::scene::Scene;
use crate::{
    browser::{Browser, between},
    shop::Answer,
};
use nexa_core::storefront::model::OpenTicketRequest;
use poem::http::{Method, StatusCode};
use serde_json::json;

/// Every page of the office, and whether it takes a form, too.
const PAGES: &[(&str, bool)] = &[
    ("/office", false),
    ("/office/orders", false),
    ("/office/users", true),
    ("/office/tickets", false),
    ("/office/support", true),
    ("/office/articles", true),
    ("/office/articles/edit", true),
    ("/office/settings/texts", true),
    ("/office/unresolved", false),
    ("/office/receipts", true),
    ("/office/reviews", true),
    ("/office/deposits", true),
    ("/office/takings", false),
    ("/office/resellers", true),
    ("/office/wholesale", true),
    ("/office/supply", true),
    ("/office/import", true),
    ("/office/exports", false),
    ("/office/broadcasts", true),
    ("/office/bulks", true),
    ("/office/settings", true),
    ("/office/settings/links", true),
    ("/office/settings/bot", true),
    ("/office/settings/growth", true),
    ("/office/affiliates", true),
    ("/office/analytics", false),
    ("/office/setup", false),
    ("/office/proof", false),
    ("/office/plans", false),
    ("/office/plans/new", true),
    ("/office/packs/new", true),
    ("/office/groups", true),
    ("/office/servers", false),
    ("/office/servers/new?kind=memory", true),
    ("/office/gateways", false),
    ("/office/gateways/new?kind=card", true),
    ("/office/gateways/new?kind=sandbox", true),
    ("/office/rates", true),
    ("/office/coupons", false),
    ("/office/coupons/new", true),
    ("/office/staff", true),
    ("/office/audit", false),
    ("/office/webhooks", true),
];

/// What an answer tells, without what is new with each.
fn told(answer: &Answer) -> (StatusCode, &str) {
    (answer.status, &answer.text)
}

/// What a shop has after a while: a doubt, a receipt, and a customer with one of each.
struct Filled {
    pages: Vec<String>,
    pictures: Vec<String>,
    /// Every form about one thing, filled in so that it works.
    steps: Vec<(String, Vec<(&'static str, String)>)>,
    /// What the API tells of all that the forms could change.
    told_of: Vec<String>,
}

async fn filled(scene: &Scene) -> Filled {
    let shop = &scene.shop;
    let doubt = scene.doubted().await;
    super::customers::handed_in(scene, &super::customers::card(scene).await, "a receipt").await;
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &token, &wish).await.json();
    let who = shop.nexa.frontdesk().principal(shop.id, &token).await.unwrap();
    let question = OpenTicketRequest { subject: None, text: "?".to_owned(), subscription_id: None };
    let picture = nexa_core::qr::png("a picture").unwrap();
    let ticket = shop.nexa.storefront(who).open_ticket(question, Some(picture)).await.unwrap();
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let ask = async |path| shop.get(path, &[("authorization", &bearer)]).await.json();
    let (me, held) = (ask("/v1/me").await, ask("/v1/subscriptions").await);
    let id = |of: &serde_json::Value| of.as_str().unwrap().to_owned();
    let (order, user, subscription) =
        (id(&order["order_id"]), id(&me["user_id"]), id(&held[0]["subscription_id"]));
    let ticket = ticket.ticket.ticket_id;
    let (list, reseller) = super::resale::one(shop).await;
    let page = |place: &str, id: &str| format!("/office/{place}/{id}");
    let pages = vec![
        page("orders", &id(&doubt["order_id"])),
        page("orders", &order),
        page("users", &user),
        page("subscriptions", &subscription),
        page("tickets", &ticket),
        page("resellers", &reseller),
    ];
    let operator = scene.operator().await;
    let receipt = between(&operator.get("/office/receipts").await.text, "<img src=\"", "\"").to_owned();
    let asked = page("tickets", &ticket);
    let question = operator.get(&asked).await.text;
    let shown = between(&question, &format!("<a href=\"{asked}/pictures/"), "\"");
    let things = Things { ticket, user, subscription, order, reseller, list };
    let steps = steps(&things, &shop.plan);
    let Things { ticket, user, subscription, order, reseller, .. } = things;
    let (made, changes, told) = super::catalogue::furnished(scene).await;
    let (pages, steps) = ([pages, made].concat(), [steps, changes].concat());
    Filled {
        pages,
        pictures: vec![receipt, format!("{asked}/pictures/{shown}")],
        steps,
        told_of: [
            told,
            vec![
                format!("/v1/admin/users/{user}"),
                format!("/v1/admin/orders/{order}"),
                format!("/v1/admin/subscriptions/{subscription}"),
                format!("/v1/admin/tickets/{ticket}"),
                format!("/v1/admin/resellers/{reseller}"),
                "/v1/admin/subscriptions".to_owned(),
                "/v1/admin/actions".to_owned(),
            ],
        ]
        .concat(),
    }
}

/// What the steps are about.
struct Things {
    ticket: String,
    user: String,
    subscription: String,
    order: String,
    reseller: String,
    list: String,
}

fn steps(of: &Things, plan: &str) -> Vec<(String, Vec<(&'static str, String)>)> {
    let text = |value: &str| value.to_owned();
    let given = |key: &'static str| [("key", text(key)), ("reason", text("?"))];
    let plan = [("plan", plan.to_owned())];
    let step = |place: &str, id: &str, step: &str, fields: Vec<(&'static str, String)>| {
        (format!("/office/{place}/{id}/{step}"), fields)
    };
    vec![
        step("tickets", &of.ticket, "take", vec![]),
        step("tickets", &of.ticket, "assign", vec![]),
        step("tickets", &of.ticket, "answer", vec![("text", text("!")), ("version", text("3"))]),
        step("tickets", &of.ticket, "close", vec![("version", text("4"))]),
        step(
            "users",
            &of.user,
            "wallet",
            [&given("a")[..], &[("amount", text("1")), ("way", text("in"))]].concat(),
        ),
        step("users", &of.user, "give", [&given("b")[..], &plan].concat()),
        step("users", &of.user, "block", vec![]),
        step("users", &of.user, "unblock", vec![]),
        step("subscriptions", &of.subscription, "extend", [&given("c")[..], &[("days", text("1"))]].concat()),
        step("subscriptions", &of.subscription, "suspend", vec![]),
        step("subscriptions", &of.subscription, "resume", vec![]),
        step("orders", &of.order, "refund-to-payer", vec![("sure", text("1"))]),
        step("orders", &of.order, "refund", vec![("sure", text("1"))]),
        step("resellers", &of.reseller, "suspend", vec![]),
        step("resellers", &of.reseller, "resume", vec![]),
        step("resellers", &of.reseller, "terms", vec![("list", of.list.clone())]),
    ]
}

impl Filled {
    /// How all of it stands.
    async fn stands(&self, scene: &Scene) -> Vec<String> {
        let bearer = format!("Bearer {}", scene.shop.key);
        let mut all = Vec::new();
        for path in &self.told_of {
            let told = scene.shop.get(path, &[("authorization", &bearer)]).await;
            assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text);
            all.push(told.text);
        }
        all
    }
}

async fn posts(browser: &Browser<'_>, (path, fields): &(String, Vec<(&'static str, String)>)) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

async fn sees_nothing(who: &str, browser: &Browser<'_>, filled: &Filled) {
    let nowhere = browser.get("/nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let steps = filled.steps.iter().map(|(path, _)| path);
    for path in filled.pages.iter().chain(&filled.pictures).chain(steps) {
        assert_eq!(told(&browser.get(path).await), told(&nowhere), "{who} at {path}");
    }
    for step in &filled.steps {
        assert_eq!(told(&posts(browser, step).await), told(&nowhere), "{who} posts to {}", step.0);
    }
    for (path, takes_a_form) in PAGES {
        assert_eq!(told(&browser.get(path).await), told(&nowhere), "{who} at {path}");
        if *takes_a_form {
            let posted = browser.post(path, &[("step", "accept"), ("version", "0")]).await;
            assert_eq!(told(&posted), told(&nowhere), "{who} posts to {path}");
        }
    }
}

#[tokio::test]
async fn only_those_who_run_the_shop_get_in() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let filled = filled(&scene).await;
    let wish = json!({ "label": "no manager", "scopes": ["read", "buy"], "days": 1 });
    let key = shop.post("/v1/admin/keys", &shop.key, &wish).await.json()["token"].clone();
    let before = filled.stands(&scene).await;
    sees_nothing("a guest", &Browser::new(shop), &filled).await;
    sees_nothing("a customer", &scene.shows(&shop.customer(0).await), &filled).await;
    let next_door = scene.next_door().await;
    sees_nothing("the operator of another shop", &scene.shows(&next_door), &filled).await;
    sees_nothing("the operator without the scope", &scene.shows(key.as_str().unwrap()), &filled).await;
    assert_eq!(filled.stands(&scene).await, before, "what they posted did nothing");

    let operator = scene.operator().await;
    let pages = PAGES.iter().map(|(path, _)| *path);
    for path in pages.chain(filled.pages.iter().chain(&filled.pictures).map(String::as_str)) {
        let page = operator.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(page.header("cache-control").contains("no-store"), "{path}");
    }
    let account = operator.get("/account").await;
    assert!(account.text.contains("href=\"/office\""), "the way to the office");
    for step in &filled.steps {
        let posted = posts(&operator, step).await;
        let unpaid_by_gateway = step.0.ends_with("refund-to-payer");
        let works = posted.status == StatusCode::SEE_OTHER;
        assert!(works != unpaid_by_gateway, "the form of {}: {} {}", step.0, posted.status, posted.text);
        assert!(works || posted.text.contains("cannot be sent back"), "{}", posted.text);
    }
}

#[tokio::test]
async fn an_operator_finds_nothing_of_another_shop() {
    let scene = Scene::open().await;
    let filled = filled(&scene).await;
    let before = filled.stands(&scene).await;
    let cookie = format!("__Host-session={}", scene.next_door().await);
    let ask = async |method: Method, path: &str, body: String| {
        let headers = [
            ("host", "other.example"),
            ("cookie", &*cookie),
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let mut request = poem::Request::builder().method(method).uri_str(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        scene.shop.ask(request.body(body)).await
    };
    for (path, _) in PAGES {
        let page = ask(Method::GET, path, String::new()).await;
        assert_eq!(page.status, StatusCode::OK, "at home they are let in to {path}: {}", page.text);
        for theirs in &filled.pages {
            assert!(!page.text.contains(theirs.as_str()), "{theirs} at {path}: {}", page.text);
        }
    }
    for path in filled.pages.iter().chain(&filled.pictures) {
        assert_eq!(ask(Method::GET, path, String::new()).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, fields) in &filled.steps {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let posted = ask(Method::POST, path, body.join("&")).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{path}: {}", posted.text);
    }
    assert_eq!(filled.stands(&scene).await, before, "what they posted did nothing");
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let scene = Scene::open().await;
    let filled = filled(&scene).await;
    let before = filled.stands(&scene).await;
    let operator = scene.operator().await;
    let cookie = format!("__Host-session={}", operator.cookie("__Host-session").unwrap());
    let headers = [
        ("cookie", &*cookie),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let forms =
        PAGES.iter().filter(|(_, takes_a_form)| *takes_a_form).map(|(path, _)| (*path, String::new()));
    let steps = filled.steps.iter().map(|(path, fields)| {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (path.as_str(), body.join("&"))
    });
    for (path, body) in forms.chain(steps) {
        let answer = scene.shop.send(Method::POST, path, &headers, &body).await;
        assert_eq!((answer.status, &*answer.code()), (StatusCode::FORBIDDEN, "cross_site"), "{path}");
    }
    assert_eq!(filled.stands(&scene).await, before);
}

#[tokio::test]
async fn every_page_speaks_every_language() {
    let scene = Scene::open().await;
    let mut pages: Vec<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    pages.extend(filled(&scene).await.pages);
    pages.push(format!("/office/orders/{}", scene.contested().await["order_id"].as_str().unwrap()));
    pages.push("/office/orders?attention=1".to_owned());
    let operator = scene.operator().await;
    for lang in ["fa", "en", "ru"] {
        for path in &pages {
            let page = operator
                .get(&format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' }))
                .await;
            assert!(page.text.contains(&format!("<html lang=\"{lang}\"")), "{path}");
            for key in [">office", "office-", "page-", "web-", ">field-", ">setting-", ">order-"] {
                let shown = page.text.match_indices(key).find(|(at, _)| {
                    // A key that no language has is shown itself; attributes and addresses are none.
                    let before = page.text.get(..*at).and_then(|text| text.chars().next_back());
                    matches!(before, Some('>' | ' ' | '\n')) || key.starts_with('>')
                });
                assert!(shown.is_none(), "{path} in {lang} shows a key {key}: {}", page.text);
            }
        }
    }
}
