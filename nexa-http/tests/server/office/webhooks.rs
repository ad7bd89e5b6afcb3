//! Programs that are told what happens, as the office sets them up.

use super::scene::Scene;
use crate::browser::between;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::{ShopRequest, UpdateWebhookRequest, WebhookRequest},
    storefront::model::PageRequest,
};
use poem::http::StatusCode;

const URL: &str = "https://crm.example.org/in?token=hidden";

#[tokio::test]
async fn a_webhook_is_added_tried_out_and_taken_away() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let wrong = [("url", "https://127.0.0.1/"), ("kind-order-paid", "1"), ("description", "The books")];
    let refused = operator.post("/office/webhooks", &wrong).await;
    assert!(refused.status.is_client_error() && refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert!(refused.text.contains("value=\"The books\""), "what was typed stays");
    let right =
        [("url", URL), ("kind-order-paid", "1"), ("kind-user-created", "1"), ("description", "The books")];
    let made = operator.post("/office/webhooks", &right).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = format!("whsec_{}", between(&made.text, "whsec_", "<"));
    let office = scene.shop.office().await;
    let webhook = office.webhooks().await.unwrap().webhooks.remove(0);
    assert_eq!(webhook.kinds, ["order.paid", "user.created"]);
    let page = format!("/office/webhooks/{}", webhook.webhook_id);
    let shown = operator.get(&format!("{page}?lang=en")).await.text;
    assert!(!shown.contains(&secret) && !shown.contains("token=") && shown.contains("The books"), "{shown}");
    let (to, _) = operator.through(&format!("{page}/try"), &[]).await;
    assert_eq!(to, format!("{page}?done=begun"));
    scene.shop.work().await;
    let sent = operator.get(&format!("{page}?lang=en")).await.text;
    assert!(sent.contains("webhook.test") && sent.contains("Taken") && sent.contains("204"), "{sent}");
    let delivery = between(&sent, "name=\"delivery\" value=\"", "\"").to_owned();
    operator.through(&format!("{page}/replay"), &[("delivery", &delivery)]).await;
    scene.shop.work().await;
    let all =
        office.webhook_deliveries(&webhook.webhook_id, None, PageRequest::default()).await.unwrap().items;
    assert_eq!((all.len(), all[0].attempts.len()), (1, 2));
    let renewed = operator.post(&format!("{page}/renew"), &[]).await.text;
    assert!(renewed.contains("whsec_") && !renewed.contains(&secret), "{renewed}");
    let (to, _) = operator.through(&format!("{page}/save"), &[("kind-ticket-opened", "1")]).await;
    assert_eq!(to, format!("{page}?done=saved"));
    assert_eq!(office.webhooks().await.unwrap().webhooks[0].kinds, ["ticket.opened"]);
    operator.through(&format!("{page}/off"), &[]).await;
    assert_eq!(office.webhooks().await.unwrap().webhooks[0].state, "off");
    let none = operator.post(&format!("{page}/replay-all"), &[("since", "2026-03-01")]).await;
    assert!(none.status.is_client_error(), "it is switched off: {}", none.text);
    let (to, _) = operator.through(&format!("{page}/remove"), &[]).await;
    assert_eq!(to, "/office/webhooks?done=taken-away");
    assert_eq!(operator.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_first_day_of_what_is_sent_again_is_one_of_the_shop() {
    let scene = Scene::open().await;
    let office = scene.shop.office().await;
    let zone = ShopRequest { timezone: Some("Asia/Tehran".to_owned()), ..ShopRequest::default() };
    office.update_shop(zone).await.unwrap();
    let kinds = vec!["order.paid".to_owned()];
    let wish = WebhookRequest { url: URL.to_owned(), kinds, description: None };
    let id = office.add_webhook(wish).await.unwrap().webhook_id;
    // Nine in the evening of UTC is half past midnight in Tehran.
    scene.clock.advance(SignedDuration::from_hours(13));
    office.try_webhook(&id).await.unwrap();
    for on in [false, true] {
        let switch = UpdateWebhookRequest { on: Some(on), ..UpdateWebhookRequest::default() };
        office.update_webhook(&id, switch).await.unwrap();
        scene.shop.work().await;
    }
    let operator = scene.operator().await;
    let path = format!("/office/webhooks/{id}/replay-all");
    for (since, state) in [("2026-03-03", "abandoned"), ("2026-03-02", "delivered")] {
        let (to, _) = operator.through(&path, &[("since", since)]).await;
        assert_eq!(to, format!("/office/webhooks/{id}?done=begun"));
        scene.shop.work().await;
        let sent = office.webhook_deliveries(&id, None, PageRequest::default()).await.unwrap().items;
        assert_eq!((sent.len(), sent[0].state.as_str()), (1, state), "{since}");
    }
    let wrong = operator.post(&path, &[("since", "yesterday")]).await;
    assert!(wrong.status.is_client_error(), "{}", wrong.text);
}

#[tokio::test]
async fn the_pages_speak_every_language() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    for (lang, word) in [("fa", "وب‌هوک تازه"), ("en", "New webhook"), ("ru", "Новый вебхук")]
    {
        let page = operator.get(&format!("/office/webhooks?lang={lang}")).await.text;
        assert!(page.contains(word), "{page}");
        assert!(!page.contains("webhook-kind-"), "every kind has words: {page}");
    }
}
