//! What those who run the shop hear of at once.

use crate::world::{Shop, dollars, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{AlertSettingsView, AlertTopicView, BotRequest, TelegramRequest},
    storefront::model::OpenTicketRequest,
};

on_every_storage!(
    operators_hear_of_what_waits_for_them,
    what_has_settled_itself_is_not_told,
    a_server_that_stays_silent_is_told_and_a_hiccup_is_not,
    a_kind_that_is_muted_is_not_told,
    alerts_go_with_their_bot,
    a_chat_that_fails_is_tried_again,
);

const CHAT: i64 = -1_001_234_567_890;

fn bot(id: u64) -> TelegramRequest {
    TelegramRequest {
        token: format!("{id}:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"),
        username: "@fast_net_bot".to_owned(),
    }
}

fn chat() -> AlertSettingsView {
    let topic = |kind: &str, thread_id| AlertTopicView { kind: kind.to_owned(), thread_id };
    AlertSettingsView {
        chat_id: CHAT,
        topics: vec![topic("receipts", 4), topic("tickets", 7)],
        muted: vec![],
        large_payment: Some(dollars(5)),
    }
}

async fn listens(shop: &Shop) {
    shop.operator.set_telegram(bot(5_768_337_691)).await.expect("a bot");
    let set = shop.operator.set_alerts(chat()).await.expect("alerts");
    assert_eq!(set, chat());
    assert_eq!(shop.operator.alerts().await.expect("alerts"), Some(chat()));
}

fn question() -> OpenTicketRequest {
    OpenTicketRequest { text: "why?".to_owned(), ..OpenTicketRequest::default() }
}

async fn operators_hear_of_what_waits_for_them(shop: Shop) {
    listens(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&shop.card).await.expect("an order");
    customer.hands_in(&order, "a transfer").await.expect("a receipt");
    shop.works().await;
    let told = shop.messenger.posted_to(CHAT);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == Some(4) && told[0].1.contains("receipt"), "{told:?}");
    let opened = customer.shop.open_ticket(question(), None).await.expect("a ticket");
    shop.works().await;
    customer.shop.reply_ticket(&opened.ticket.ticket_id, "well?", None).await.expect("replied");
    shop.works().await;
    let told = shop.messenger.posted_to(CHAT);
    let words = [(Some(7), "A customer asks something."), (Some(7), "A customer has replied.")];
    assert_eq!(told[1..].iter().map(|(to, text)| (*to, text.as_str())).collect::<Vec<_>>(), words);
    customer.receives(dollars(5)).await;
    customer.orders("wallet").await.expect("bought");
    shop.works().await;
    let told = shop.messenger.posted_to(CHAT);
    assert_eq!(told[3], (None, "An order of 5.00 USD was paid.".to_owned()), "no thread of its own");
    shop.operator.clear_alerts().await.expect("off");
    customer.shop.reply_ticket(&opened.ticket.ticket_id, "hello?", None).await.expect("replied");
    shop.works().await;
    assert_eq!(shop.messenger.posted_to(CHAT).len(), 4, "nothing more");
}

async fn what_has_settled_itself_is_not_told(shop: Shop) {
    listens(&shop).await;
    let customer = shop.customer().await;
    let opened = customer.shop.open_ticket(question(), None).await.expect("a ticket");
    shop.operator.answer_ticket(&opened.ticket.ticket_id, "because").await.expect("answered at once");
    customer.has_a_month(&shop).await;
    let small = shop.adds_plan("Week", 7, 1 << 30, dollars(1)).await;
    customer.receives(dollars(1)).await;
    let mine = customer.subscription().await;
    customer.renews_with(&mine, &small, "wallet").await.expect("renewed");
    shop.works().await;
    let told = shop.messenger.posted_to(CHAT);
    assert_eq!(told, [(None, "An order of 5.00 USD was paid.".to_owned())], "and nothing of the small one");
}

async fn a_server_that_stays_silent_is_told_and_a_hiccup_is_not(shop: Shop) {
    listens(&shop).await;
    shop.works().await;
    let server = shop.server("frankfurt");
    server.goes_down();
    shop.after(minutes(2)).await;
    server.comes_back();
    for _ in 0..10 {
        shop.after(minutes(1)).await;
    }
    assert_eq!(shop.messenger.posted_to(CHAT), [], "a hiccup");
    server.goes_down();
    for _ in 0..20 {
        shop.after(minutes(1)).await;
    }
    let told = shop.messenger.posted_to(CHAT);
    let silent = "The server “frankfurt” has not answered for five minutes.";
    assert_eq!(told, [(None, silent.to_owned())], "once");
    server.comes_back();
    shop.after(minutes(30)).await;
}

async fn a_kind_that_is_muted_is_not_told(shop: Shop) {
    listens(&shop).await;
    let muted = AlertSettingsView { muted: vec!["tickets".to_owned()], ..chat() };
    assert_eq!(shop.operator.set_alerts(muted.clone()).await.expect("muted"), muted);
    let customer = shop.customer().await;
    customer.shop.open_ticket(question(), None).await.expect("a ticket");
    shop.works().await;
    assert!(shop.messenger.posted_to(CHAT).is_empty(), "{:?}", shop.messenger.posted_to(CHAT));
    shop.operator.set_alerts(chat()).await.expect("told again");
    customer.shop.open_ticket(question(), None).await.expect("a ticket");
    shop.works().await;
    assert_eq!(shop.messenger.posted_to(CHAT).len(), 1);
}

async fn alerts_go_with_their_bot(shop: Shop) {
    assert_eq!(refused(shop.operator.set_alerts(chat()).await), "telegram_unavailable");
    listens(&shop).await;
    for wrong in [
        AlertSettingsView { chat_id: 0, ..chat() },
        AlertSettingsView { muted: vec!["gossip".to_owned()], ..chat() },
        AlertSettingsView {
            topics: vec![AlertTopicView { kind: "gossip".to_owned(), thread_id: 1 }],
            ..chat()
        },
        AlertSettingsView {
            topics: vec![AlertTopicView { kind: "tickets".to_owned(), thread_id: 0 }],
            ..chat()
        },
    ] {
        assert_eq!(refused(shop.operator.set_alerts(wrong).await), "bad_input");
    }
    let answers = |answers| BotRequest { answers: Some(answers), ..BotRequest::default() };
    shop.operator.update_bot(answers(false)).await.expect("stopped");
    assert_eq!(refused(shop.operator.set_alerts(chat()).await), "telegram_unavailable", "it says nothing");
    shop.operator.update_bot(answers(true)).await.expect("answers again");
    shop.operator.set_telegram(bot(5_768_337_691)).await.expect("the same bot");
    assert_eq!(shop.operator.alerts().await.expect("alerts"), Some(chat()), "kept");
    shop.operator.set_telegram(bot(6_768_337_692)).await.expect("another bot");
    assert_eq!(shop.operator.alerts().await.expect("alerts"), None, "another one knows no chat");
    let customer = shop.customer().await;
    let as_customer = shop.nexa.backoffice(shop.door.principal(shop.id, &customer.token).await.expect("me"));
    assert_eq!(refused(as_customer.alerts().await), "not_allowed");
    assert_eq!(refused(as_customer.set_alerts(chat()).await), "not_allowed");
}

async fn a_chat_that_fails_is_tried_again(shop: Shop) {
    listens(&shop).await;
    let customer = shop.customer().await;
    shop.messenger.set_down(true);
    customer.shop.open_ticket(question(), None).await.expect("a ticket");
    shop.works().await;
    assert_eq!(shop.messenger.posted_to(CHAT), []);
    shop.messenger.set_down(false);
    // Before the answer is due, which is told in its turn.
    shop.after(minutes(59)).await;
    assert_eq!(shop.messenger.posted_to(CHAT).len(), 1, "later, once");
    shop.is_in_order().await;
}
