//! Money that a person must look at.

use super::scene::{CANARY, Scene};
use crate::browser::between;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use poem::http::{Method, StatusCode};
use serde_json::json;
use sha2::Sha256;

fn hidden(text: &str, name: &str) -> String {
    between(text, &format!("name=\"{name}\" value=\""), "\"").to_owned()
}

#[tokio::test]
async fn the_first_page_says_what_waits() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let calm = operator.get("/office").await.text;
    assert!(
        calm.contains("What waits for you") && calm.contains("Doubtful payments</b><span class=\"badge\">0<"),
        "{calm}"
    );
    scene.doubted().await;
    let page = operator.get("/office").await.text;
    assert!(page.contains("Doubtful payments</b><span class=\"badge warm\">1<"), "{page}");
    assert!(!page.contains(CANARY) && page.contains("&#60;script&#62;"), "names are text: {page}");
}

#[tokio::test]
async fn a_doubt_is_decided_once_with_a_reason_by_who_has_just_shown_who_it_is() {
    let scene = Scene::open().await;
    let order = scene.doubted().await;
    let operator = scene.operator().await;
    let page = operator.get("/office/reviews").await.text;
    assert!(page.contains("4.99") && page.contains("in doubt") && !page.contains(CANARY), "{page}");
    let (payment, version) = (hidden(&page, "payment"), hidden(&page, "version"));
    let fields = |received: &'static str, reason: &'static str| {
        [
            ("payment", payment.clone()),
            ("version", version.clone()),
            ("currency", "USD".to_owned()),
            ("received", received.to_owned()),
            ("reason", reason.to_owned()),
            ("step", "accept".to_owned()),
        ]
    };
    let post = async |of: [(&'static str, String); 6]| {
        let of: Vec<_> = of.iter().map(|(name, value)| (*name, value.as_str())).collect();
        operator.post("/office/reviews", &of).await
    };
    let without = post(fields("4.99", "")).await;
    assert!(without.status.is_client_error() && without.text.contains("Reason"), "{}", without.text);
    let odd = post(fields("much", "<b>why</b>")).await;
    assert!(odd.status.is_client_error() && odd.text.contains("&#60;b&#62;why&#60;/b&#62;"), "{}", odd.text);

    scene.clock.advance(jiff::SignedDuration::from_mins(15));
    let asked = post(fields("4.99", "it is there")).await;
    assert!(asked.text.contains("action=\"/account/prove\""), "{}", asked.text);
    assert!(asked.text.contains("name=\"next\" value=\"/office/reviews\""), "{}", asked.text);
    let proof = [("number", scene.number.as_str()), ("next", "/office/reviews")];
    let (back, _) = operator.through("/account/prove", &proof).await;
    assert_eq!(back, "/office/reviews");

    let done = post(fields("4.99", "it is there")).await;
    assert_eq!(done.header("location"), "/office/reviews?done=decided", "{}", done.text);
    let after = operator.get("/office/reviews?done=decided").await.text;
    assert!(after.contains("Decided.") && after.contains("No payment is in doubt"), "{after}");
    let again = post(fields("4.99", "it is there")).await;
    assert!(again.status.is_client_error() && again.text.contains("role=\"alert\""), "{}", again.text);
    scene.after(20).await;
    let path = format!("/v1/admin/orders/{}", order["order_id"].as_str().unwrap());
    let bearer = format!("Bearer {}", scene.shop.key);
    let now = scene.shop.get(&path, &[("authorization", &bearer)]).await.json();
    assert_eq!(now["state"], "fulfilled", "{now}");
}

#[tokio::test]
async fn what_is_contested_is_not_credited_but_can_be_given_up() {
    let scene = Scene::open().await;
    let order = scene.contested().await;
    let operator = scene.operator().await;
    let path = format!("/office/orders/{}", order["order_id"].as_str().unwrap());
    let story = operator.get(&path).await.text;
    for part in ["contested, not decided", ">contested<", "href=\"/office/reviews\""] {
        assert!(story.contains(part), "no {part} in {story}");
    }
    let page = operator.get("/office/reviews").await.text;
    assert!(page.contains("contested, not decided") && page.contains("They decide, not you"), "{page}");
    assert!(page.contains("Give it up as lost") && !page.contains(CANARY), "{page}");
    for part in ["Credit this amount", "Nothing more is there", "name=\"received\"", "value=\"accept\""] {
        assert!(!page.contains(part), "{part} in {page}");
    }
    let (payment, version) = (hidden(&page, "payment"), hidden(&page, "version"));
    let wish = |step: &'static str| {
        [("payment", &*payment), ("version", &*version), ("reason", "no use"), ("step", step)]
    };
    let credited = [("currency", "USD"), ("received", "4.99")];
    let refused = operator.post("/office/reviews", &[&wish("accept")[..], &credited].concat()).await;
    assert!(refused.status.is_client_error() && refused.text.contains("role=\"alert\""), "{}", refused.text);
    let (to, after) = operator.through("/office/reviews", &wish("dismiss")).await;
    assert_eq!(to, "/office/reviews?done=decided");
    let gone = after.text;
    assert!(
        gone.contains("This money was credited and is gone") && !gone.contains("Credit this amount"),
        "{gone}"
    );
    let (payment, version) = (hidden(&gone, "payment"), hidden(&gone, "version"));
    let seen =
        [("payment", &*payment), ("version", &*version), ("reason", "charged back"), ("step", "dismiss")];
    let (_, after) = operator.through("/office/reviews", &seen).await;
    assert!(after.text.contains("No payment is in doubt"), "{}", after.text);
}

const SECRET: &str = "kX2vQ9mZt7LwR4bN";

/// A card whose bank's messages are handed on.
async fn listens(scene: &Scene) -> String {
    let cards = json!([{ "number": "6219861034529007", "holder": "Reza Karimi", "bank": "Melli" }]);
    let sms = json!({ "secret": SECRET, "cap_minor": 800 });
    let config = json!({ "cards": cards, "currency": "USD", "step": 1, "steps": 9, "sms": sms });
    scene.adds_gateway("card", config).await
}

/// The bank says that so many cents came.
async fn says(scene: &Scene, method: &str, minor: i64) {
    let all = scene.shop.office().await.gateways().await.unwrap();
    let hook = all.into_iter().find(|of| of.gateway_id == method).unwrap().callback_url;
    let text = format!("+{}.{:02}\nbalance 9,107.11", minor / 100, minor % 100);
    let body = json!({ "card": "9007", "from": "SAMAN", "text": text }).to_string();
    let time = nexa_core::world::Clock::now(&*scene.clock).as_second();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    let signed = format!("t={time},v1={}", HEXLOWER.encode(&mac.finalize().into_bytes()));
    let path = hook.strip_prefix(crate::shop::URL).unwrap();
    let told = scene.shop.send(Method::POST, path, &[("x-nexa-signature", &signed)], &body).await;
    assert!(told.status.is_success(), "{} {}", told.status, told.text);
    scene.shop.work().await;
}

#[tokio::test]
async fn unknown_money_is_given_to_a_payment_or_to_none() {
    let scene = Scene::open().await;
    let card = listens(&scene).await;
    let (_, order) = scene.ordered(&card).await;
    for minor in [300, 201] {
        says(&scene, &card, minor).await;
    }
    let operator = scene.operator().await;
    let page = operator.get("/office/deposits").await.text;
    assert!(page.contains("6219 86** **** 9007") && !page.contains(CANARY), "{page}");
    let number = order["number"].as_str().unwrap();
    assert!(page.contains(number), "the open order is offered: {page}");
    let payment = order["payment"]["payment_id"].as_str().unwrap();
    let first = hidden(&page, "deposit");
    let wish = [("deposit", first.as_str()), ("payment", payment), ("step", "assign")];
    let (to, page) = operator.through("/office/deposits", &wish).await;
    assert_eq!(to, "/office/deposits?done=assigned");
    let second = hidden(&page.text, "deposit");
    assert_ne!(first, second);
    let again = operator.post("/office/deposits", &wish).await;
    assert!(again.status.is_client_error() && again.text.contains("role=\"alert\""), "{}", again.text);
    let nothing = operator.post("/office/deposits", &[("deposit", &second), ("step", "assign")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.text);
    let (to, page) = operator.through("/office/deposits", &[("deposit", &second), ("step", "dismiss")]).await;
    assert_eq!(to, "/office/deposits?done=dismissed");
    assert!(page.text.contains("No deposit waits"), "{}", page.text);

    says(&scene, &card, 107).await;
    let page = operator.get("/office/deposits").await.text;
    let third = hidden(&page, "deposit");
    assert!(!page.contains("seems to be this one"), "nobody reserved this amount: {page}");
    let typed = |number: &'static str| [("deposit", &*third), ("number", number), ("step", "assign")];
    for unknown in ["<b>", "AAAA-AAAA"] {
        let odd = operator.post("/office/deposits", &typed(unknown)).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
        assert!(odd.text.contains("Order number") && !odd.text.contains("<b>\""), "{}", odd.text);
    }
    let (_, mine) = scene.ordered(&card).await;
    let number = mine["number"].as_str().unwrap().to_lowercase().replace('-', " ");
    let wish = [("deposit", &*third), ("payment", ""), ("number", &*number), ("step", "assign")];
    let (to, _) = operator.through("/office/deposits", &wish).await;
    assert_eq!(to, "/office/deposits?done=assigned", "by the number of its order");
}

#[tokio::test]
async fn the_payment_that_a_deposit_names_is_offered_whatever_else_is_open() {
    let scene = Scene::open().await;
    let card = listens(&scene).await;
    let (_, order) = scene.ordered(&card).await;
    // Above what the gateway believes without a person, and reserved all the same.
    let token = scene.shop.customer(0).await;
    let wish = json!({ "purpose": "top_up", "method": card, "amount": { "minor": 1000, "currency": "USD" } });
    let large = scene.shop.post("/v1/orders", &token, &wish).await.json();
    let due = large["payment"]["due"]["minor"].as_i64().unwrap_or_else(|| panic!("{large}"));
    says(&scene, &card, due).await;
    let operator = scene.operator().await;
    let page = operator.get("/office/deposits").await.text;
    let payment = large["payment"]["payment_id"].as_str().unwrap();
    let number = large["number"].as_str().unwrap();
    let offered = format!("<option value=\"{payment}\" selected>{number} · seems to be this one</option>");
    assert!(page.contains(&offered) && page.matches(payment).count() == 1, "{page}");
    assert!(page.contains(order["number"].as_str().unwrap()), "the others are there, too: {page}");
}

#[tokio::test]
async fn many_deposits_have_a_second_page() {
    let scene = Scene::open().await;
    let card = listens(&scene).await;
    for minor in 100..151 {
        says(&scene, &card, minor).await;
    }
    let operator = scene.operator().await;
    let first = operator.get("/office/deposits").await.text;
    let next = between(&first, "href=\"/office/deposits?cursor=", "\"").to_owned();
    assert!(first.contains("1.49") && !first.contains("1.50"), "{first}");
    let second = operator.get(&format!("/office/deposits?cursor={next}")).await.text;
    assert!(second.contains("1.50") && !second.contains("1.49") && !second.contains("?cursor="), "{second}");
}

#[tokio::test]
async fn old_deposits_are_unresolved() {
    let scene = Scene::open().await;
    let card = listens(&scene).await;
    let operator = scene.operator().await;
    says(&scene, &card, 107).await;
    scene.after(61).await;
    let old = operator.get("/office/unresolved").await.text;
    assert!(old.contains("Deposit</b>") && old.contains("1.07"), "{old}");
}

#[tokio::test]
async fn takings_stand_beside_the_list_of_the_provider() {
    let scene = Scene::open().await;
    listens(&scene).await;
    scene.doubted().await;
    let operator = scene.operator().await;
    let today = operator.get("/office/takings").await.text;
    assert!(today.contains("March 1, 2026") && today.contains("day=2026-02-28"), "{today}");
    assert!(!today.contains(CANARY), "{today}");
    let before = operator.get("/office/takings?day=2026-02-28").await.text;
    assert!(before.contains("February 28, 2026") && before.contains("day=2026-03-01"), "{before}");
    let odd = operator.get("/office/takings?day=%3Cscript%3E").await;
    assert!(odd.status.is_client_error() && odd.text.contains("March 1, 2026"), "{}", odd.text);
}
