//! Programs of a shop that are told what happens in it.

use crate::world::{Shop, days, dollars, hours, minutes, on_every_storage, payment_of, refused};
use futures::future::join_all;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::{
        AddGatewayRequest, AlertSettingsView, BotRequest, HookDeliveryView, ReplayRequest, TelegramRequest,
        UpdateWebhookRequest, WebhookRequest, WebhookView,
    },
    domain::webhook::{GIVE_UP_AFTER, SCHEDULE},
    storefront::model::PageRequest,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_every_storage!(
    a_sale_is_told_once_and_signed,
    a_receiver_that_is_down_is_tried_by_the_schedule,
    a_worker_that_dies_sends_the_same_again,
    who_asks_to_be_left_alone_is,
    another_address_begins_without_the_failures_of_the_last,
    who_says_that_it_is_gone_is_left_alone,
    days_of_failing_switch_a_webhook_off_and_somebody_hears,
    what_was_not_taken_is_sent_again,
    both_secrets_sign_for_a_day,
    each_shop_is_told_of_its_own,
    guests_have_nothing_called_inside,
    many_workers_send_each_message_once,
    a_webhook_is_set_up_with_care,
    money_that_comes_and_goes_is_told,
);

const URL: &str = "https://crm.example.org/in?token=hidden";

fn wish(kinds: &[&str]) -> WebhookRequest {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    WebhookRequest { url: URL.to_owned(), kinds, description: Some(" CRM ".to_owned()) }
}

async fn adds(shop: &Shop, kinds: &[&str]) -> WebhookView {
    shop.operator.add_webhook(wish(kinds)).await.expect("a webhook")
}

async fn sent(shop: &Shop, of: &WebhookView) -> Vec<HookDeliveryView> {
    let page = PageRequest { cursor: None, limit: Some(100) };
    shop.operator.webhook_deliveries(&of.webhook_id, None, page).await.expect("deliveries").items
}

async fn state(shop: &Shop, of: &WebhookView) -> String {
    let all = shop.operator.webhooks().await.expect("webhooks").webhooks;
    all.into_iter().find(|one| one.webhook_id == of.webhook_id).expect("it").state
}

fn told(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

async fn switches(shop: &Shop, of: &WebhookView, on: bool) {
    let change = UpdateWebhookRequest { on: Some(on), ..UpdateWebhookRequest::default() };
    shop.operator.update_webhook(&of.webhook_id, change).await.expect("switched");
}

async fn a_sale_is_told_once_and_signed(shop: Shop) {
    let made = adds(&shop, &["order.paid", "subscription.started"]).await;
    let secret = made.secret.clone().expect("shown this once");
    let customer = shop.customer().await;
    let held = customer.has_a_month(&shop).await;
    shop.works().await;
    let came = shop.receivers.told();
    assert_eq!(came.len(), 2, "{came:?}");
    let paid = told(&came[0].body);
    assert_eq!(
        (&paid["type"], &paid["data"]["subscription_id"]),
        (&json!("order.paid"), &json!(held.subscription_id))
    );
    let started = told(&came[1].body);
    assert_eq!(started["type"], "subscription.started");
    assert_eq!(started["data"]["ends_at"], json!(held.ends_at));
    for call in &came {
        assert_eq!((call.url.expose().as_str(), call.inside), (URL, true));
        assert_eq!(
            call.keys.iter().map(|key| format!("whsec_{}", key.expose())).collect::<Vec<_>>(),
            std::slice::from_ref(&secret)
        );
        assert!(call.id.starts_with("msg_") && call.at == shop.now());
    }
    let all = sent(&shop, &made).await;
    assert!(all.iter().all(|one| one.state == "delivered" && one.attempts.len() == 1), "{all:?}");
    assert_eq!(all[1].message_id, came[0].id);
    assert_eq!(all[1].attempts[0].status, Some(204));
    shop.after(days(5)).await;
    let kinds: Vec<_> = shop.receivers.told().iter().map(|call| told(&call.body)["type"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "order.paid").count(), 1);
    shop.is_in_order().await;
}

async fn a_receiver_that_is_down_is_tried_by_the_schedule(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    shop.receivers.set_down(true);
    let begun = shop.now();
    shop.customer().await;
    shop.works().await;
    for pause in &SCHEDULE[1..] {
        let before = shop.receivers.told().len();
        shop.after(SignedDuration::from_secs(*pause - 1)).await;
        assert_eq!(shop.receivers.told().len(), before, "not before its time");
        // The jitter takes a tenth more.
        shop.after(SignedDuration::from_secs(*pause / 10 + 2)).await;
        assert_eq!(shop.receivers.told().len(), before + 1, "after {pause} s");
    }
    assert!(shop.now().duration_since(begun).as_secs() >= GIVE_UP_AFTER);
    let all = sent(&shop, &made).await;
    assert_eq!((all.len(), &*all[0].state, all[0].tries), (1, "failed", 10));
    assert_eq!(all[0].attempts[9].told, "no connection");
    let came = shop.receivers.told();
    assert!(
        came.iter().all(|call| (&call.id, &call.body) == (&came[0].id, &came[0].body)),
        "the same each time"
    );
    shop.after(days(2)).await;
    assert_eq!(shop.receivers.told().len(), 10);
    shop.is_in_order().await;
}

async fn a_worker_that_dies_sends_the_same_again(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    shop.customer().await;
    shop.dies_at_work_and_starts_again().await;
    shop.after(minutes(5)).await;
    assert_eq!(shop.receivers.told().len(), 1);
    assert_eq!(&*sent(&shop, &made).await[0].state, "delivered");
}

async fn who_asks_to_be_left_alone_is(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    shop.receivers.set_status(429);
    shop.receivers.set_retry_after(3600);
    shop.customer().await;
    shop.works().await;
    shop.after(minutes(59)).await;
    assert_eq!(shop.receivers.told().len(), 1, "the hour is not over");
    shop.receivers.set_status(204);
    shop.after(minutes(1)).await;
    assert_eq!(shop.receivers.told().len(), 2);
    assert_eq!(&*sent(&shop, &made).await[0].state, "delivered");
}

async fn another_address_begins_without_the_failures_of_the_last(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    shop.receivers.set_down(true);
    shop.customer().await;
    shop.works().await;
    let moves = async |url: &str| {
        let change = UpdateWebhookRequest { url: Some(url.to_owned()), ..UpdateWebhookRequest::default() };
        shop.operator.update_webhook(&made.webhook_id, change).await.expect("changed").failing_since
    };
    assert!(moves(URL).await.is_some(), "the same address");
    assert_eq!(moves("https://books.example.org/in").await, None);
}

async fn who_says_that_it_is_gone_is_left_alone(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    shop.receivers.set_down(true);
    shop.customer().await;
    shop.works().await;
    shop.receivers.set_down(false);
    shop.receivers.set_status(410);
    shop.customer().await;
    shop.works().await;
    assert_eq!(state(&shop, &made).await, "gone");
    shop.after(days(1)).await;
    assert_eq!(shop.receivers.told().len(), 2, "nobody is called any more");
    assert!(sent(&shop, &made).await.iter().all(|one| one.state == "abandoned"));
    shop.customer().await;
    assert_eq!(sent(&shop, &made).await.len(), 2, "nor is anything written down");
    assert_eq!(refused(shop.operator.try_webhook(&made.webhook_id).await), "bad_input");
}

async fn days_of_failing_switch_a_webhook_off_and_somebody_hears(shop: Shop) {
    let bot = TelegramRequest {
        token: "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8".to_owned(),
        username: "@fast_net_bot".to_owned(),
    };
    shop.operator.set_telegram(bot).await.expect("a bot");
    let chat = AlertSettingsView { chat_id: -100, topics: vec![], muted: vec![], large_payment: None };
    shop.operator.set_alerts(chat).await.expect("alerts");
    let made = adds(&shop, &["user.created"]).await;
    shop.receivers.set_status(500);
    for _ in 0..6 {
        shop.customer().await;
        for _ in 0..24 {
            shop.after(hours(1)).await;
        }
    }
    assert_eq!(state(&shop, &made).await, "failing");
    let told: Vec<_> =
        shop.messenger.posted_to(-100).into_iter().filter(|(_, text)| text.contains("webhook")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let calls = shop.receivers.told().len();
    shop.after(days(2)).await;
    assert_eq!(shop.receivers.told().len(), calls);
    shop.receivers.set_status(200);
    switches(&shop, &made, true).await;
    shop.operator.try_webhook(&made.webhook_id).await.expect("tried");
    shop.works().await;
    let last = shop.receivers.told().pop().expect("a message");
    assert_eq!(self::told(&last.body)["type"], "webhook.test");
    assert_eq!(state(&shop, &made).await, "on");
}

async fn what_was_not_taken_is_sent_again(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    let begun = shop.now();
    shop.receivers.set_down(true);
    shop.customer().await;
    for _ in 0..100 {
        shop.after(hours(1)).await;
    }
    let later = shop.now();
    shop.customer().await;
    switches(&shop, &made, false).await;
    shop.after(hours(1)).await;
    let states: Vec<_> = sent(&shop, &made).await.into_iter().map(|one| one.state).collect();
    assert_eq!(states, ["abandoned", "failed"]);
    let again = |since: jiff::Timestamp| ReplayRequest { since: since.to_string() };
    let off = shop.operator.replay_untaken(&made.webhook_id, again(begun)).await;
    assert_eq!(refused(off), "bad_input", "it is switched off");
    switches(&shop, &made, true).await;
    shop.receivers.set_down(false);
    let calls = shop.receivers.told().len();
    let count = shop.operator.replay_untaken(&made.webhook_id, again(later)).await.expect("again").count;
    assert_eq!(count, 1);
    shop.works().await;
    let count = shop.operator.replay_untaken(&made.webhook_id, again(begun)).await.expect("again").count;
    assert_eq!(count, 1, "what was taken meanwhile is not sent");
    shop.works().await;
    let all = sent(&shop, &made).await;
    assert!(all.iter().all(|one| one.state == "delivered"), "{all:?}");
    let one = &all[0];
    let first = shop.operator.replay_delivery(&one.delivery_id).await.expect("once more");
    let second = shop.operator.replay_delivery(&one.delivery_id).await.expect("on its way");
    assert_eq!((&*first.state, &first), ("pending", &second));
    shop.works().await;
    let came: Vec<_> = shop.receivers.told().drain(calls..).map(|call| call.id).collect();
    assert_eq!(came, [&all[0].message_id, &all[1].message_id, &all[0].message_id].map(Clone::clone));
    assert_eq!(sent(&shop, &made).await[0].attempts.len(), one.attempts.len() + 1);
    shop.is_in_order().await;
}

async fn both_secrets_sign_for_a_day(shop: Shop) {
    let made = adds(&shop, &["user.created"]).await;
    let old = made.secret.clone().expect("a secret");
    let renewed = shop.operator.renew_webhook_secret(&made.webhook_id).await.expect("a new one");
    let new = renewed.secret.clone().expect("a secret");
    assert!(new != old && renewed.both_until.is_some());
    let seen = shop.operator.webhooks().await.expect("webhooks").webhooks.remove(0);
    assert_eq!((seen.secret, seen.url.as_str()), (None, "https://crm.example.org/in?…"));
    let signed = async || {
        shop.customer().await;
        shop.works().await;
        let call = shop.receivers.told().pop().expect("a message");
        call.keys.iter().map(|key| format!("whsec_{}", key.expose())).collect::<Vec<_>>()
    };
    assert_eq!(signed().await, [new.clone(), old]);
    shop.after(days(1)).await;
    assert_eq!(signed().await, [new]);
}

async fn each_shop_is_told_of_its_own(shop: Shop) {
    let other = shop.next_door().await;
    let (ours, theirs) = (adds(&shop, &["user.created"]).await, adds(&other, &["user.created"]).await);
    shop.customer().await;
    other.customer().await;
    other.customer().await;
    shop.works().await;
    assert_eq!((sent(&shop, &ours).await.len(), sent(&other, &theirs).await.len()), (1, 2));
    let delivery = &sent(&other, &theirs).await[0].delivery_id;
    let strange = &theirs.webhook_id;
    let office = &shop.operator;
    assert_eq!(refused(office.replay_delivery(delivery).await), "not_found");
    assert_eq!(refused(office.webhook_delivery(delivery).await), "not_found");
    assert_eq!(refused(office.remove_webhook(strange).await), "not_found");
    assert_eq!(refused(office.renew_webhook_secret(strange).await), "not_found");
    assert_eq!(refused(office.webhook_deliveries(strange, None, PageRequest::default()).await), "not_found");
    office.remove_webhook(&ours.webhook_id).await.expect("removed");
    shop.customer().await;
    shop.works().await;
    assert_eq!(shop.receivers.told().len(), 3);
}

async fn guests_have_nothing_called_inside(shop: Shop) {
    let inside = || WebhookRequest { url: "http://127.0.0.1:9000/in".to_owned(), ..wish(&["user.created"]) };
    assert_eq!(refused(shop.operator.add_webhook(inside()).await), "bad_config", "not allowed here");
    shop.receivers.set_private(true);
    shop.operator.add_webhook(inside()).await.expect("the operator's own");
    let reseller = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    assert_eq!(refused(reseller.shop.operator.add_webhook(inside()).await), "bad_config");
    let made = adds(&reseller.shop, &["user.created"]).await;
    let change = UpdateWebhookRequest { url: Some(inside().url), ..UpdateWebhookRequest::default() };
    assert_eq!(refused(reseller.shop.operator.update_webhook(&made.webhook_id, change).await), "bad_config");
    let config = json!({ "base_url": "http://127.0.0.1:23000", "merchant": "zibal" });
    let gateway = AddGatewayRequest { kind: "zibal".to_owned(), name: "Inside".to_owned(), config };
    assert_eq!(refused(reseller.shop.operator.add_gateway(gateway.clone()).await), "bad_config");
    let own = shop.operator.add_gateway(gateway).await.map_err(|error| error.to_string());
    assert!(!own.is_err_and(|why| why.contains("public")), "the operator may");
    let bot = TelegramRequest {
        token: "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8".to_owned(),
        username: "@branch_net_bot".to_owned(),
    };
    reseller.shop.operator.set_telegram(bot).await.expect("a bot");
    for (api_url, proxy) in
        [("http://127.0.0.1:8081", ""), ("https://api.internal", ""), ("", "socks5://10.0.0.1:1080")]
    {
        let wish = BotRequest {
            api_url: Some(api_url.to_owned()),
            proxy: Some(proxy.to_owned()),
            ..BotRequest::default()
        };
        assert_eq!(refused(reseller.shop.operator.update_bot(wish).await), "bad_config", "{api_url}{proxy}");
    }
    reseller.shop.customer().await;
    shop.works().await;
    let call = shop.receivers.told().pop().expect("a message");
    assert!(!call.inside && call.url.expose() == URL);
}

async fn many_workers_send_each_message_once(shop: Shop) {
    let made = [adds(&shop, &["user.created"]).await, adds(&shop, &["user.created"]).await];
    for _ in 0..20 {
        shop.customer().await;
    }
    let workers: Vec<_> = (0..64).map(|_| shop.nexa.worker()).collect();
    for _ in 0..40 {
        for done in join_all(workers.iter().map(nexa_core::Worker::tick)).await {
            done.expect("the queue");
        }
    }
    let came = shop.receivers.told();
    let ids: BTreeSet<_> = came.iter().map(|call| call.id.clone()).collect();
    assert_eq!((came.len(), ids.len()), (40, 20), "once to each of both");
    for one in &made {
        assert!(sent(&shop, one).await.iter().all(|one| one.state == "delivered" && one.tries == 1));
    }
}

async fn a_webhook_is_set_up_with_care(shop: Shop) {
    let refusal = async |wish: WebhookRequest| refused(shop.operator.add_webhook(wish).await);
    assert_eq!(refusal(wish(&[])).await, "bad_input");
    assert_eq!(refusal(wish(&["order.eaten"])).await, "bad_input");
    assert_eq!(refusal(wish(&["webhook.test"])).await, "bad_input");
    for url in ["http://crm.example.org/", "https://127.0.0.1/", "https://2130706433/", "https://crm", ""] {
        let wrong = WebhookRequest { url: url.to_owned(), ..wish(&["order.paid"]) };
        assert_eq!(refusal(wrong).await, "bad_config", "{url}");
    }
    let made = adds(&shop, &["order.paid"]).await;
    assert_eq!((&*made.description, &*made.state), ("CRM", "on"));
    for _ in 1..10 {
        adds(&shop, &["order.paid"]).await;
    }
    assert_eq!(refusal(wish(&["order.paid"])).await, "bad_input", "ten are enough");
    let change = UpdateWebhookRequest {
        kinds: Some(vec!["user.created".to_owned()]),
        description: Some(String::new()),
        ..UpdateWebhookRequest::default()
    };
    let changed = shop.operator.update_webhook(&made.webhook_id, change).await.expect("changed");
    assert_eq!((changed.kinds, changed.secret), (vec!["user.created".to_owned()], None));
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    assert_eq!(deeds.iter().filter(|deed| deed.deed.starts_with("webhook_")).count(), 11);
}

async fn money_that_comes_and_goes_is_told(shop: Shop) {
    adds(&shop, &["payment.received", "payment.seen", "order.placed"]).await;
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    let payment = payment_of(&order).payment_id.clone();
    shop.bank.pays(&order);
    shop.after(minutes(10)).await;
    let kinds: Vec<_> = shop
        .receivers
        .told()
        .iter()
        .map(|call| told(&call.body)["type"].as_str().expect("a kind").to_owned())
        .collect();
    assert!(kinds.contains(&"order.placed".to_owned()), "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "payment.received").count(), 1, "{kinds:?}");
    let received =
        shop.receivers.told().into_iter().find(|call| call.body.contains("payment.received")).expect("it");
    assert_eq!(told(&received.body)["data"]["payment_id"], json!(payment));
}
