//! Commissions and withdrawals, from the customer's page and the API to the operator who pays.

use super::scene::Scene;
use crate::{browser::between, shop::Shop};
use jiff::SignedDuration;
use nexa_core::{
    domain::user::Principal,
    storefront::model::{PageRequest, ReferralTermsView, SignUpRequest, WithdrawalTermsView},
};
use poem::http::StatusCode;
use serde_json::json;

/// A fifth of every order at once, and withdrawals from half a dollar on.
async fn gives(shop: &Shop) {
    let least = crate::shop::usd(50);
    let terms = ReferralTermsView {
        on: true,
        reward_bp: 2000,
        orders: Some("every".to_owned()),
        hold_days: Some(0),
        withdrawal: Some(WithdrawalTermsView { least, ways: vec!["chain".to_owned(), "other".to_owned()] }),
        ..ReferralTermsView::default()
    };
    shop.office().await.set_referral_terms(terms).await.unwrap();
}

/// The session of somebody whom this customer's invitation brought, who has bought a month; what it cost.
async fn brings(shop: &Shop, token: &str) -> i64 {
    let own = shop.get("/v1/invitation", &[("authorization", &format!("Bearer {token}"))]).await.json();
    let invitation = Some(own["code"].as_str().unwrap().to_owned());
    let guest = shop.nexa.storefront(Principal::guest(shop.id));
    let made = guest.sign_up(SignUpRequest { invitation, ..SignUpRequest::default() }).await.unwrap();
    let correction = nexa_core::backoffice::model::WalletCorrection { amount: crate::shop::usd(1000) };
    let office = shop.office().await;
    let user = shop.nexa.frontdesk().principal(shop.id, &made.session.token).await.unwrap().user_id.unwrap();
    office.correct_wallet(&user.to_string(), correction, format!("for {user}")).await.unwrap();
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &made.session.token, &wish).await.json();
    shop.work().await;
    order["price"]["minor"].as_i64().unwrap()
}

#[tokio::test]
async fn a_commission_is_withdrawn_over_the_api_and_paid_in_the_office() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    gives(shop).await;
    let ann = shop.customer(0).await;
    let share = brings(shop, &ann).await / 5;
    let bearer = format!("Bearer {ann}");
    let ask = async |path: &str| shop.get(path, &[("authorization", &bearer)]).await.json();
    let own = ask("/v1/invitation").await;
    assert_eq!((&own["earned"]["minor"], &own["withdrawable"]["minor"]), (&json!(share), &json!(share)));
    let commissions = ask("/v1/account/commissions").await;
    assert_eq!(commissions["items"][0]["state"], "matured");
    let address = "0x52908400098527886E0F7030069857D2E4169EE7";
    let wish = |minor: i64, destination: &str| {
        let amount = json!({ "minor": minor, "currency": "USD" });
        json!({ "amount": amount, "way": "chain", "destination": destination })
    };
    let path = "/v1/account/withdrawals";
    let wants = async |key: &str, body| shop.post_with(path, &ann, &body, &[("idempotency-key", key)]).await;
    assert_eq!(wants("a", wish(share, "nowhere")).await.code(), "bad_input");
    assert_eq!(wants("b", wish(share + 1, address)).await.code(), "not_enough_funds");
    for _ in 0..2 {
        let made = wants("c", wish(share, address)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    assert_eq!(ask(path).await["items"].as_array().unwrap().len(), 1, "a repeat is harmless");

    let operator = scene.operator().await;
    let page = operator.get("/office/affiliates").await.text;
    assert!(page.contains(address), "{page}");
    let id = between(&page, "name=\"id\" value=\"", "\"").to_owned();
    let decide = [("id", id.as_str()), ("step", "paid"), ("note", "0xabc")];
    let paid = operator.post("/office/affiliates", &decide).await;
    assert_eq!(paid.header("location"), "/office/affiliates?done=decided", "{}", paid.text);
    let twice = operator.post("/office/affiliates", &decide).await;
    assert!(twice.status.is_client_error(), "{}", twice.text);
    let mine = ask(path).await;
    assert_eq!((&mine["items"][0]["state"], &mine["items"][0]["note"]), (&json!("paid"), &json!("0xabc")));
    let list = operator.get("/office/exports/withdrawals.csv").await.text;
    assert!(list.contains(&id) && list.contains("0xabc") && !list.contains(address), "{list}");
}

#[tokio::test]
async fn a_customer_withdraws_on_the_page() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    gives(shop).await;
    let ann = shop.customer(0).await;
    let share = brings(shop, &ann).await / 5;
    let browser = scene.shows(&ann);
    let page = browser.get("/invite").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("/?i=") && page.text.contains("name=\"destination\""), "{}", page.text);
    let amount = format!("{}.{:02}", share / 100, share % 100);
    let fields = [("amount", amount.as_str()), ("way", "other"), ("destination", "my friend Bob")];
    let short = browser.post("/invite", &[("amount", "0.01"), ("way", "other"), fields[2]]).await;
    assert!(short.status.is_client_error() && short.text.contains("my friend Bob"), "{}", short.text);
    let key = between(&short.text, "name=\"key\" value=\"", "\"").to_owned();
    let named = [&fields[..], &[("key", key.as_str())]].concat();
    for _ in 0..2 {
        let asked = browser.post("/invite", &named).await;
        assert_eq!(asked.header("location"), "/invite?done=asked", "{}", asked.text);
    }
    let other = [("amount", "0.75"), ("way", "other"), fields[2], ("key", key.as_str())];
    assert!(
        browser.post("/invite", &other).await.status.is_client_error(),
        "another wish under the same name"
    );
    let office = shop.office().await;
    let waiting = office.all_withdrawals(Some("asked".to_owned()), PageRequest::default()).await.unwrap();
    assert_eq!(waiting.items.len(), 1, "a second press is no second withdrawal");
    assert_eq!(waiting.items[0].withdrawal.destination.as_deref(), Some("my friend Bob"));
    let refused = office
        .refuse_withdrawal(
            &waiting.items[0].withdrawal.withdrawal_id,
            nexa_core::backoffice::model::DecideRequest { note: "who is that?".to_owned() },
        )
        .await
        .unwrap();
    assert_eq!(refused.withdrawal.state, "refused");
    let page = browser.get("/invite").await.text;
    assert!(page.contains("who is that?"), "{page}");
}

#[tokio::test]
async fn money_leaves_after_a_fresh_proof_and_what_was_typed_is_kept_meanwhile() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    gives(shop).await;
    let guest = shop.nexa.storefront(Principal::guest(shop.id));
    let made = guest.sign_up(SignUpRequest::default()).await.unwrap();
    let (ann, number) = (made.session.token, made.account_number.unwrap());
    // Each share is rounded by itself.
    let share = brings(shop, &ann).await / 5 + brings(shop, &ann).await / 5;
    scene.clock.advance(SignedDuration::from_mins(15));

    let wish = json!({
        "amount": { "minor": 50, "currency": "USD" }, "way": "other", "destination": "my friend Bob",
    });
    let wants =
        async || shop.post_with("/v1/account/withdrawals", &ann, &wish, &[("idempotency-key", "a")]).await;
    assert_eq!(wants().await.code(), "prove_again");
    let browser = scene.shows(&ann);
    let page = browser.get("/invite").await.text;
    let key = between(&page, "name=\"key\" value=\"", "\"").to_owned();
    let amount = format!("{}.{:02}", (share - 50) / 100, (share - 50) % 100);
    let fields = [
        ("amount", amount.as_str()),
        ("way", "other"),
        ("destination", "my friend Bob"),
        ("key", key.as_str()),
    ];
    let asked = browser.post("/invite", &fields).await;
    assert!(asked.text.contains("action=\"/account/prove\""), "{}", asked.text);
    assert!(
        shop.office().await.all_withdrawals(None, PageRequest::default()).await.unwrap().items.is_empty()
    );
    let kept = between(&asked.text, "name=\"kept\" value=\"", "\"").to_owned();
    let proof =
        [("number", number.as_str()), ("next", "/invite"), ("again", "/invite"), ("kept", kept.as_str())];
    let again = browser.post("/account/prove", &proof).await;
    assert!(again.text.contains("name=\"destination\" value=\"my friend Bob\""), "{}", again.text);
    let asked = browser.post("/invite", &fields).await;
    assert_eq!(asked.header("location"), "/invite?done=asked", "{}", asked.text);
    let made = wants().await;
    assert_eq!(made.status, StatusCode::CREATED, "the same key, once it is proved: {}", made.text);
}
