//! Campaigns: the address where whoever advertises the shop hears what came of a click.

use crate::world::{Customer, GIB, Shop, dollars, on_every_storage, refused};
use nexa_core::{backoffice::model::CampaignRequest, error::Result, storefront::model::SignUpRequest};

on_every_storage!(
    what_came_of_a_click_is_told_once,
    a_campaign_without_an_address_tells_nobody,
    an_address_that_may_not_be_called_is_not_taken,
);

const URL: &str =
    "https://ads.example.org/pb?k={click}&c={campaign}&e={event}&o={order}&a={amount}&u={currency}";

async fn adds(shop: &Shop, url: Option<&str>) -> Result<()> {
    let (code, name) = ("spring".to_owned(), "Spring".to_owned());
    let request = CampaignRequest { code, name, postback_url: url.map(str::to_owned) };
    shop.operator.add_campaign(request).await.map(drop)
}

async fn comes(shop: &Shop, by: &str) -> Customer {
    let campaign = Some(by.to_owned());
    Customer::comes(shop, SignUpRequest { campaign, ..SignUpRequest::default() }).await
}

/// Buys a month for five dollars out of the wallet.
async fn buys(shop: &Shop, who: &Customer) -> String {
    who.receives(dollars(5)).await;
    let order = who.orders("wallet").await.expect("an order");
    shop.works().await;
    order.order_id
}

fn call(event: &str, order: &str, amount: &str, currency: &str) -> String {
    format!("https://ads.example.org/pb?k=a1&c=spring&e={event}&o={order}&a={amount}&u={currency}")
}

async fn what_came_of_a_click_is_told_once(shop: Shop) {
    adds(&shop, Some(URL)).await.expect("a campaign");
    let plan = shop.adds_plan("Taste", 1, GIB, dollars(1)).await;
    shop.gives_trials_of(&plan).await;
    let stranger = shop.customer().await;
    buys(&shop, &stranger).await;
    let ann = comes(&shop, "spring:a1").await;
    shop.works().await;
    let mut told = vec![call("sign_up", "", "", "")];
    assert_eq!(shop.receivers.fetched(), told, "and nothing of others");
    let trial = ann.shop.trial().await.expect("a trial").order_id;
    shop.works().await;
    told.push(call("trial", &trial, "0.00", "USD"));
    let first = buys(&shop, &ann).await;
    told.push(call("first_order", &first, "5.00", "USD"));
    assert_eq!(shop.receivers.fetched(), told);
    let second = buys(&shop, &ann).await;
    shop.operator.refund_order(&second).await.expect("begun");
    shop.works().await;
    assert_eq!(shop.receivers.fetched(), told, "of the first one only");
    shop.operator.refund_order(&first).await.expect("begun");
    shop.works().await;
    told.push(call("refund", &first, "5.00", "USD"));
    assert_eq!(shop.receivers.fetched(), told);
    shop.is_in_order().await;
}

async fn a_campaign_without_an_address_tells_nobody(shop: Shop) {
    adds(&shop, None).await.expect("a campaign");
    let ann = comes(&shop, "spring:a1").await;
    buys(&shop, &ann).await;
    assert!(shop.receivers.fetched().is_empty());
}

async fn an_address_that_may_not_be_called_is_not_taken(shop: Shop) {
    shop.receivers.set_private(true);
    for wrong in ["https://127.0.0.1/?k={click}", "https://panel.local/", "https://ads.example.org:22/"] {
        assert_eq!(refused(adds(&shop, Some(wrong)).await), "bad_input", "{wrong}");
    }
    adds(&shop, Some(URL)).await.expect("a campaign");
}
