//! Receipts as files: in English, of who paid, and only where every letter of them is Latin.

use crate::office::scene::Scene;
use nexa_core::backoffice::model::ShopRequest;
use poem::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_receipt_is_a_file_where_it_can_be_one() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let customer = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    let order = shop.post("/v1/orders", &customer, &wish).await.json();
    shop.work().await;
    let file = format!("/orders/{}/invoice.pdf", order["order_id"].as_str().unwrap());
    let page = format!("/orders/{}/print", order["order_id"].as_str().unwrap());
    let (mine, other) = (scene.shows(&customer), scene.shows(&shop.customer(0).await));
    let name = |name: &str| ShopRequest { name: Some(name.to_owned()), ..ShopRequest::default() };
    shop.office().await.update_shop(name("Café 12")).await.unwrap();
    let sent = mine.get(&file).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert_eq!(sent.header("content-type"), "application/pdf");
    assert_eq!(sent.header("content-disposition"), "attachment; filename=\"receipt.pdf\"");
    assert!(sent.text.starts_with("%PDF-1.4") && sent.text.contains("<436166E9203132> Tj"), "{}", sent.text);
    assert!(mine.get(&format!("{page}?lang=en")).await.text.contains(&file));
    assert!(!mine.get(&format!("{page}?lang=fa")).await.text.contains(&file), "it is in English");
    assert_eq!(other.get(&file).await.status, StatusCode::NOT_FOUND);
    shop.office().await.update_shop(name("فروشگاه")).await.unwrap();
    assert_eq!(mine.get(&file).await.status, StatusCode::NOT_FOUND, "no letter is written wrongly");
    let page = mine.get(&format!("{page}?lang=en")).await;
    assert!(page.status.is_success() && !page.text.contains(&file), "the page is there all the same");
    let unpaid = shop
        .post(
            "/v1/orders",
            &customer,
            &json!({ "purpose": "new", "method": shop.sandbox().await.gateway_id, "plan_id": shop.plan }),
        )
        .await
        .json();
    let file = format!("/orders/{}/invoice.pdf", unpaid["order_id"].as_str().unwrap());
    assert_eq!(mine.get(&file).await.status, StatusCode::NOT_FOUND);
}
