//! Telegram calls the bot instead of being asked.

use crate::{
    script::Chat,
    world::{Shop, TOKEN},
};
use nexa_bot::{Bots, Taken, testing::Phone};
use nexa_core::{backoffice::model::BotRequest, domain::shop::Locale};
use poem::{Endpoint, IntoResponse, Request, Response, Server, http::StatusCode, listener::TcpAcceptor};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// The page of the shop that Telegram calls. It gives so many calls back before it takes one.
struct Page {
    bots: Bots,
    fails: Arc<AtomicU32>,
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let failing = self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if failing.is_ok() {
            return Ok(StatusCode::BAD_GATEWAY.into_response());
        }
        let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let secret = request.header("x-telegram-bot-api-secret-token").unwrap_or_default().to_owned();
        let body = request.into_body().into_vec().await?;
        Ok(match self.bots.take(&name, &secret, &body).await {
            Taken::Done => StatusCode::OK,
            Taken::Unknown => StatusCode::NOT_FOUND,
            Taken::Unreadable => StatusCode::BAD_REQUEST,
            Taken::Later => StatusCode::SERVICE_UNAVAILABLE,
        }
        .into_response())
    }
}

async fn called() -> (Shop, Phone, Bots, Arc<AtomicU32>) {
    let mut shop = Shop::closed(Locale::En).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    shop.telegram.finds("https://shop.example.org", &address);
    let bots = shop.bot_waits_for_calls();
    let fails = Arc::new(AtomicU32::new(0));
    let page = Page { bots: bots.clone(), fails: Arc::clone(&fails) };
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a port");
    tokio::spawn(async move { drop(Server::new_with_acceptor(acceptor).run(page).await) });
    shop.telegram.until("the address is set", || shop.telegram.calls_back()).await;
    let phone = Chat::new(&shop).phone;
    shop.gives(&phone, 2000).await;
    (shop, phone, bots, fails)
}

#[tokio::test]
async fn a_month_is_bought_over_calls() {
    let (shop, phone, _, fails) = called().await;
    for _ in 0..2 {
        fails.store(2, Ordering::SeqCst);
        phone.start(None);
        shop.telegram.rests().await;
    }
    phone.taps("🛒");
    shop.telegram.rests().await;
    phone.taps("👛 Pay");
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    assert_eq!(shop.orders(&phone).await.len(), 1, "one order");
    assert_eq!(shop.wallet(&phone).await, shop.money(1500).minor, "paid once");
    assert_eq!(shop.telegram.calls("getupdates"), 0, "nobody asks");
    shop.is_in_order().await;
}

#[tokio::test]
async fn an_update_that_is_called_twice_is_done_once() {
    let (shop, phone, _, _) = called().await;
    for label in ["", "🛒", "👛 Pay"] {
        if label.is_empty() {
            phone.start(None);
        } else {
            phone.taps(label);
        }
        shop.telegram.rests().await;
        shop.telegram.repeats_itself();
        shop.telegram.rests().await;
    }
    shop.works().await;
    assert_eq!(shop.orders(&phone).await.len(), 1, "one order");
    assert_eq!(shop.wallet(&phone).await, shop.money(1500).minor, "paid once");
}

#[tokio::test]
async fn books_that_cannot_be_opened_are_told_of_once() {
    let (shop, phone, _, _) = called().await;
    phone.start(None);
    shop.telegram.rests().await;
    phone.taps("🛒");
    shop.telegram.rests().await;
    let before = phone.answers();
    shop.broken.store(true, Ordering::SeqCst);
    phone.says("/wallet");
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    assert_eq!(phone.answers(), before + 1, "the text is answered once: {}", phone.shows());
    assert!(phone.news().contains("Something went wrong on our side"), "and so is the tap");
    shop.broken.store(false, Ordering::SeqCst);
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    assert_eq!(shop.orders(&phone).await.len(), 1, "one order");
    shop.is_in_order().await;
}

#[tokio::test]
async fn only_telegram_is_listened_to() {
    let (shop, phone, bots, _) = called().await;
    phone.start(None);
    shop.telegram.rests().await;
    let before = phone.answers();
    let path = bots.hook_path(shop.id);
    let name = path.rsplit('/').next().expect("a name");
    let body = format!(
        r#"{{"update_id":1,"message":{{"message_id":1,"date":1800000000,"chat":{{"id":{0},"type":"private","first_name":"S"}},
        "from":{{"id":{0},"is_bot":false,"first_name":"S"}},"text":"/start"}}}}"#,
        phone.id()
    );
    let secret = shop.telegram.secret().expect("a secret");
    assert_ne!(name, secret);
    for (name, given) in [(name, ""), (name, "wrong"), (name, name), ("wrong", &secret), ("", "")] {
        assert_eq!(bots.take(name, given, body.as_bytes()).await, Taken::Unknown, "{name} {given}");
    }
    assert_eq!(phone.answers(), before, "nobody was answered");
    for nonsense in ["", "{}", "[]", "\u{0}"] {
        let taken = bots.take(name, &secret, nonsense.as_bytes()).await;
        assert_eq!(taken, Taken::Unreadable, "{nonsense}");
    }
    assert_eq!(bots.take(name, &secret, body.as_bytes()).await, Taken::Done);
    assert_eq!(phone.answers(), before + 1);
    assert!(!path.contains("AAHk3n5"), "the path holds no token");
}

#[tokio::test]
async fn a_bot_that_is_switched_off_is_not_called_any_more() {
    let (shop, phone, _, _) = called().await;
    let off = BotRequest { answers: Some(false), ..BotRequest::default() };
    shop.bot_behaves(off).await;
    shop.telegram.until("the address is taken back", || !shop.telegram.calls_back()).await;
    phone.start(None);
    assert_eq!(phone.answers(), 0);
    let on = BotRequest { answers: Some(true), ..BotRequest::default() };
    shop.bot_behaves(on).await;
    shop.telegram.until("the address is set again", || shop.telegram.calls_back()).await;
}

#[tokio::test]
async fn an_address_of_another_program_stays() {
    let mut shop = Shop::closed(Locale::En).await;
    let off = BotRequest { answers: Some(false), ..BotRequest::default() };
    shop.bot_behaves(off).await;
    let bot = teloxide::Bot::new(TOKEN).set_api_url(shop.telegram.url().parse().expect("an address"));
    let elsewhere = "https://elsewhere.example.org/".parse().expect("an address");
    teloxide::prelude::Requester::set_webhook(&bot, elsewhere).await.expect("set");
    shop.bot_starts();
    shop.telegram.until("it was looked at", || shop.telegram.calls("getwebhookinfo") > 0).await;
    assert!(shop.telegram.calls_back(), "it is not ours");
    assert_eq!(shop.telegram.calls("deletewebhook"), 0);
}

#[tokio::test]
async fn whoever_asks_again_is_not_called_any_more() {
    let (mut shop, phone, _, _) = called().await;
    shop.bot_ends().await;
    shop.bot_starts();
    shop.telegram.until("the address is taken back", || !shop.telegram.calls_back()).await;
    phone.start(None);
    shop.telegram.until("an answer", || phone.answers() == 1).await;
    shop.telegram.rests().await;
    shop.is_in_order().await;
}
