//! Ways to be paid and rates: the pages by which they are set up.

use super::scene::Scene;
use crate::browser::between;
use jiff::SignedDuration;
use poem::http::StatusCode;

const NEW: &str = "/office/gateways/new";
const SECRET: &str = "telephone-secret-5c1e77";

fn card<'a>(holder: &'a str, secret: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "card"),
        ("name", "Our card"),
        ("set-cards.0.number", "6219861034529007"),
        ("set-cards.0.holder", holder),
        ("set-cards.0.bank", "Melli"),
        ("set-currency", "USD"),
        ("set-sms.secret", secret),
        ("set-sms.cap_minor", "5000"),
    ]
}

#[tokio::test]
async fn a_card_is_filled_in_checked_and_switched_on() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let list = operator.get("/office/gateways").await.text;
    assert!(list.contains("/office/gateways/new?kind=card") && list.contains("Card-to-card"), "{list}");
    let form = operator.get("/office/gateways/new?kind=card").await.text;
    for field in ["set-cards.0.number", "set-cards.2.number", "set-sms.secret"] {
        assert!(form.contains(&format!("name=\"{field}\"")), "{field}: {form}");
    }
    let refused = operator.post(NEW, &card("", SECRET)).await;
    assert!(refused.status.is_client_error() && refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert!(refused.text.contains("value=\"6219861034529007\""), "what was typed stays: {}", refused.text);
    let (to, page) = operator.through(NEW, &card("Reza Karimi", SECRET)).await;
    let path = to.split('?').next().unwrap().to_owned();
    assert!(page.text.contains("Check it below") && page.text.contains("Reza Karimi"), "{}", page.text);
    assert!(!page.text.contains(SECRET), "a secret came out");
    assert_eq!(between(&page.text, "name=\"set-sms.secret\" value=\"", "\""), "");
    let office = scene.shop.office().await;
    let id = path.rsplit('/').next().unwrap();
    let stands =
        async || office.gateways().await.unwrap().into_iter().find(|of| of.gateway_id == id).unwrap();
    assert!(!stands().await.enabled);
    let checked = operator.post(&format!("{path}/check"), &[]).await;
    assert!(checked.status == StatusCode::OK && checked.text.contains("It works"), "{}", checked.text);
    operator.through(&format!("{path}/enable"), &[]).await;
    assert!(stands().await.enabled);
    // Changed without typing the secret again, it is still there.
    let version = between(&page.text, "name=\"version\" value=\"", "\"").to_owned();
    let saved = |holder, version| [&card(holder, "")[..], &[("version", version)]].concat();
    let (_, page) = operator.through(&format!("{path}/save"), &saved("Sara Karimi", &*version)).await;
    assert!(page.text.contains("Sara Karimi") && page.text.contains("Leave it empty"), "{}", page.text);
    let settings = office.gateway_settings(id, 0).await.unwrap().settings;
    assert!(settings.iter().any(|of| of.name == "sms.secret" && of.set && of.value.is_empty()));
    let stale = operator.post(&format!("{path}/save"), &saved("Reza Karimi", &*version)).await;
    assert!(stale.status == StatusCode::CONFLICT && stale.text.contains("changed since"), "{}", stale.text);
    let version = between(&page.text, "name=\"version\" value=\"", "\"");
    let wrong = operator.post(&format!("{path}/save"), &saved("", version)).await;
    assert!(wrong.status.is_client_error() && wrong.text.contains("role=\"alert\""), "{}", wrong.text);
    operator.through(&format!("{path}/disable"), &[]).await;
    assert!(!stands().await.enabled);
}

#[tokio::test]
async fn what_was_typed_is_not_lost_for_a_proof() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    scene.clock.advance(SignedDuration::from_mins(16));
    let first = operator.get("/office/gateways/new?kind=card").await.text;
    assert!(
        first.contains("name=\"next\" value=\"/office/gateways/new?kind=card\""),
        "asked before: {first}"
    );
    let late = operator.post(NEW, &card("Reza Karimi", SECRET)).await;
    assert!(late.status.is_client_error(), "{}", late.text);
    assert!(
        late.text.contains("value=\"Reza Karimi\"") && late.text.contains("/office/proof"),
        "{}",
        late.text
    );
    assert!(scene.shop.office().await.gateways().await.unwrap().is_empty());
    let asked = operator.get("/office/proof").await.text;
    assert!(asked.contains("name=\"next\" value=\"/office/proof\""), "{asked}");
    let (to, page) =
        operator.through("/account/prove", &[("number", &scene.number), ("next", "/office/proof")]).await;
    assert!(to == "/office/proof" && page.text.contains("Close this tab"), "{to}: {}", page.text);
    operator.through(NEW, &card("Reza Karimi", SECRET)).await;
    scene.clock.advance(SignedDuration::from_mins(16));
    let server = scene.shop.office().await.servers().await.unwrap().remove(0).server_id;
    for (path, fields) in [
        (format!("/office/servers/{server}/save"), vec![("name", "Other")]),
        ("/office/rates".to_owned(), vec![("asset", "LTC"), ("price", "80"), ("hours", "24")]),
    ] {
        let late = operator.post(&path, &fields).await;
        assert!(
            late.status.is_client_error() && late.text.contains("/office/proof"),
            "{path}: {}",
            late.text
        );
    }
    let late = operator.post(&format!("/office/servers/{server}/remove"), &[("sure", "1")]).await;
    assert!(late.text.contains("action=\"/account/prove\""), "{}", late.text);
    assert_eq!(scene.shop.office().await.servers().await.unwrap()[0].state, "open");
}

#[tokio::test]
async fn rates_are_set_by_hand_or_asked_for() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    scene.shop.toncoin().await;
    let office = scene.shop.office().await;
    let refused =
        operator.post("/office/rates", &[("asset", "LTC"), ("price", "much"), ("hours", "24")]).await;
    assert!(refused.status.is_client_error() && refused.text.contains("value=\"much\""), "{}", refused.text);
    let (_, page) =
        operator.through("/office/rates", &[("asset", "LTC"), ("price", "80.5"), ("hours", "24")]).await;
    assert!(page.text.contains("80.50 USD") && page.text.contains("set by hand"), "{}", page.text);
    operator.through("/office/rates", &[("step", "automatic")]).await;
    assert!(office.shop().await.unwrap().automatic_rates);
    operator.through("/office/rates", &[("step", "by-hand")]).await;
    assert!(!office.shop().await.unwrap().automatic_rates);
}
