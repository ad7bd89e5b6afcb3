//! Links that carry an invitation or a campaign, through the pages to the account that is made.

use crate::{browser::Browser, shop::Shop};
use nexa_core::backoffice::model::CampaignRequest;
use poem::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn an_invitation_is_carried_from_the_first_page_to_the_account() {
    let shop = Shop::open().await;
    let office = shop.office().await;
    let request =
        CampaignRequest { code: "spring-1".to_owned(), name: "Spring".to_owned(), postback_url: None };
    let campaign = office.add_campaign(request).await.unwrap().remove(0);
    let token = shop.customer(0).await;
    let bearer = format!("Bearer {token}");
    let own = async || shop.get("/v1/invitation", &[("authorization", &bearer)]).await.json();
    let link = own().await["web_link"].as_str().unwrap().to_owned();
    let browser = Browser::new(&shop);
    for link in [&link, &campaign.web_link] {
        let page = browser.get(link.strip_prefix(crate::shop::URL).unwrap()).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    browser.get(&format!("/?c={}&click=a1.B-2", campaign.code)).await;
    browser.get(&format!("/?c={}&click=%0d%0aset-cookie:x", campaign.code)).await;
    assert_eq!(browser.cookie("campaign").as_deref(), Some("spring-1"), "what is no click is left out");
    browser.get(&format!("/?c={}&click=a1.B-2", campaign.code)).await;
    browser.get("/?i=%0d%0aset-cookie:x").await;
    browser.get("/sign-up").await;
    let page = browser.post("/sign-up", &[("next", "/wallet")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(browser.cookie("__Host-session").is_some());
    assert_eq!(own().await["invited"], 1);
    assert_eq!(office.campaigns().await.unwrap()[0].sign_ups, 1);
}

#[tokio::test]
async fn an_invitation_is_accepted_over_the_api() {
    let shop = Shop::open().await;
    let (ann, bob) = (shop.customer(0).await, shop.customer(0).await);
    let of_ann = shop.get("/v1/invitation", &[("authorization", &format!("Bearer {ann}"))]).await.json();
    let accept =
        async |code: &Value| shop.post("/v1/invitation/accept", &bob, &json!({ "code": code })).await;
    let unknown = accept(&json!("b".repeat(26))).await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invitation_unknown")
    );
    assert_eq!(accept(&of_ann["code"]).await.status, StatusCode::NO_CONTENT);
    assert_eq!((&of_ann["terms"]["on"], &of_ann["terms"]["hold_days"]), (&json!(false), &json!(14)));
}
