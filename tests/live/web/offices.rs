//! The office in a browser: from nothing to the first sale, a reseller, and every page of it looked at.

use super::{WALKED, browser, ports, run, shops::Stall};
use crate::{
    drill::bot::BOT_TOKEN,
    live::require::found,
    process::{Caller, GIB, Shop},
};
use nexa_core::storefront::model::SessionView;
use nexa_hiddify::testing::{FakeHiddify, Release};
use reqwest::Method;
use serde_json::{Value, json};

/// What a new operator and their first customer may take together.
const MOST_MINUTES: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sale() {
    let Some(browser) = found("live::web", browser()) else { return };
    for locale in WALKED {
        let panel = FakeHiddify::start(Release::V14).await.unwrap();
        let ports = ports();
        let mut shop = Shop::untouched(&[("node_ports", &*ports)]);
        shop.start().await;
        let claim = shop.output().operator_link().await;
        let link = panel.config()["admin_link"].clone();
        shop.output().secret(link.as_str().unwrap().trim_end_matches('/').rsplit('/').next().unwrap());
        let input = json!({ "claim": claim, "locale": locale, "panel": link, "most_minutes": MOST_MINUTES });
        run(browser, "first-sale", &shop, input).await;
        assert_eq!(panel.users().len(), 1, "the customer is on the panel that was added");
        assert_eq!(shop.terminate().await.0.code(), Some(0));
        shop.output().drain();
        shop.output().assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    let plan = stall.sells(&[]).await;
    stall.takes_cards().await;
    let input = json!({ "number": stall.scene.number, "plan": plan.plan_id, "host": "branch.localhost" });
    run(browser, "reseller", &stall.scene.shop, input).await;
    stall.scene.end().await;
}

/// Something of all that an office shows.
async fn fills(stall: &Stall) -> Value {
    let operator = &stall.scene.operator;
    stall.gives_trials().await;
    let bought = stall.bought(&["office"]).await;
    let method = stall.takes_cards().await;
    let price = json!([{ "minor": 199, "currency": "USD" }]);
    let pack = json!({ "kind": "traffic", "name": "20 GiB more", "amount": 20 * GIB, "on_sale": true, "prices": price });
    let _pack: Value = operator.send(Method::PUT, "/admin/packs", pack).await;
    let coupon = json!({ "code": "SPRING20", "terms": { "percent": 20, "total": 100 }, "enabled": true });
    let _coupon: Value = operator.post("/admin/coupons", coupon).await;
    let _campaign: Value =
        operator.post("/admin/campaigns", json!({ "code": "spring-news", "name": "Spring news" })).await;
    let texts = json!({ "en": "Your subscription ends soon.", "fa": "اشتراک شما رو به پایان است." });
    let draft =
        json!({ "segment": "all", "texts": texts, "buttons": [{ "label": "Renew", "action": "renew" }] });
    let _draft: Value = operator.post("/admin/broadcasts", draft).await;
    let rate = json!({ "asset": "LTC", "price": { "minor": 8_812, "currency": "USD" }, "valid_hours": 24 });
    let _rate: Value = operator.send(Method::PUT, "/admin/rates", rate).await;
    let bot = json!({ "token": BOT_TOKEN, "username": "drill_bot" });
    let _bot: Value = operator.send(Method::PUT, "/admin/telegram", bot).await;
    // Nobody is there: the page is looked at, not the bot.
    let nowhere = json!({ "api_url": "http://127.0.0.1:9" });
    let _bot: Value = operator.send(Method::PATCH, "/admin/telegram", nowhere).await;
    json!({ "session": stall.scene.customer.token(), "method": method, "subscription": bought["office"]["id"] })
}

/// A session of the operator's, for a browser.
async fn signs_in(stall: &Stall) -> String {
    let guest: Caller = stall.scene.shop.guest();
    let session: SessionView = guest.post("/sessions", json!({ "account_number": stall.scene.number })).await;
    stall.scene.shop.output().secret(&session.token);
    session.token
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office() {
    let Some(browser) = found("live::web", browser()) else { return };
    let stall = Stall::open(&[]).await;
    let mut input = fills(&stall).await;
    for part in ["fill", "money", "people", "shop", "settings", "forms"] {
        input["part"] = json!(part);
        input["office"] = json!(signs_in(&stall).await);
        run(browser, "office", &stall.scene.shop, input.clone()).await;
    }
    stall.scene.end().await;
}
