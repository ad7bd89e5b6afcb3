//! The real program with its bot, at a made-up Telegram: what the bot shows is what the API and the pages show.

use crate::process::{Caller, GIB, Sale, Shop};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use nexa_bot::testing::{FakeTelegram, Phone};
use nexa_core::storefront::model::{MeView, OrderPage, OrderView, SessionView};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use reqwest::{Method, header};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

/// Of a bot that nobody has.
pub const BOT_TOKEN: &str = "700700700:AAHk3n5Yt0aJ2mUqfVbW8xZcRdLeOpQsTuv";
const MOST: Duration = Duration::from_secs(30);

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[expect(clippy::disallowed_methods, reason = "the program under test lives in real time")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// What Telegram gives to a Mini App of whoever holds this phone.
pub fn telegram_proof(phone: &Phone) -> String {
    let at = now();
    let user = format!("{{\"id\":{},\"first_name\":\"Sara\"}}", phone.id());
    let hash =
        mac(&mac(b"WebAppData", BOT_TOKEN.as_bytes()), format!("auth_date={at}\nuser={user}").as_bytes());
    let user: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
    format!("user={user}&auth_date={at}&hash={}", HEXLOWER.encode(&hash))
}

/// Whoever holds this phone, signed in at the API with that.
pub async fn at_the_api(shop: &Shop, phone: &Phone) -> Caller {
    let init_data = telegram_proof(phone);
    let guest = shop.guest();
    let session: SessionView =
        guest.post("/sessions", json!({ "telegram": { "init_data": init_data } })).await;
    shop.output().secret(&session.token);
    guest.with(&session.token)
}

/// A page of ours, as the same customer sees it.
async fn page(customer: &Caller, shop: &Shop, path: &str) -> String {
    // Only the cookie, as a browser has it.
    let request = shop.guest().raw(Method::GET, path).header("Accept", "text/html");
    let request = request.header("Accept-Language", "en");
    let answer =
        Caller::answer(request.header(header::COOKIE, format!("session={}", customer.token()))).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.body);
    answer.body
}

async fn newest(customer: &Caller) -> OrderView {
    let orders: OrderPage = customer.get("/orders").await;
    orders.items.into_iter().next().expect("an order")
}

#[tokio::test]
async fn what_is_bought_in_the_bot_is_the_same_everywhere() {
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
    let telegram = FakeTelegram::start(BOT_TOKEN, "drill_bot").await;
    let mut shop = Shop::new(&[]);
    shop.start().await;
    shop.output().secret(BOT_TOKEN);
    let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let bot = json!({ "token": BOT_TOKEN, "username": "drill_bot" });
    let _named: Value = sale.operator.send(Method::PUT, "/admin/telegram", bot).await;
    let there = json!({ "api_url": telegram.url() });
    let _reached: Value = sale.operator.send(Method::PATCH, "/admin/telegram", there).await;
    let sara = telegram.person("Sara", Some("en"));
    sara.start(None);
    telegram.until("the bot answers", || sara.answers() > 0).await;

    // A month, from the wallet.
    let customer = at_the_api(&shop, &sara).await;
    let me: MeView = customer.get("/me").await;
    let path = format!("/admin/users/{}/wallet/corrections", me.user_id);
    let gift = json!({ "amount": { "minor": 500, "currency": "USD" } });
    let given = sale.operator.ask(Method::POST, &path, Some("gift"), Some(&gift)).await.unwrap();
    assert!(given.status.is_success(), "{given:?}");
    sara.taps("🛒");
    telegram.rests().await;
    sara.taps("👛 Pay");
    telegram.rests().await;
    let order = customer.order_in(&newest(&customer).await.order_id, "fulfilled", MOST).await;
    let bought = customer.subscription(order.subscription_id.as_deref().expect("a subscription")).await;
    telegram.until("the link comes by itself", || sara.is_offered("Copy")).await;
    assert_eq!(sara.copies("Copy"), bought.link, "the same link");
    let shown = sara.shows();
    assert!(shown.contains(&order.number), "{} is not in\n{shown}", order.number);
    let on_the_page = page(&customer, &shop, &format!("/orders/{}?ready=1", order.order_id)).await;
    for (what, by_bot) in [(order.number.as_str(), &shown), ("Month", &shown), ("5.00 USD", &shown)] {
        assert!(by_bot.contains(what) && on_the_page.contains(what), "{what}\n{by_bot}\n{on_the_page}");
    }
    let own = page(&customer, &shop, &format!("/subscriptions/{}", bought.subscription_id)).await;
    assert!(own.contains(&bought.link), "the same link");

    // A second one, to be paid on the chain: the same address and the same amount everywhere.
    sara.says("/buy");
    telegram.rests().await;
    sara.taps("litecoin");
    telegram.rests().await;
    let asked = newest(&customer).await;
    assert_ne!(asked.order_id, order.order_id);
    let payment = asked.payment.clone().expect("a payment");
    let address = payment.address.expect("an address");
    let on_the_page = page(&customer, &shop, &format!("/orders/{}", asked.order_id)).await;
    for (what, label) in [(&address, "📋 Address"), (&payment.due_text, "📋 Amount")] {
        assert_eq!(sara.copies(label), *what);
        assert!(on_the_page.contains(what), "{what} is not in\n{on_the_page}");
    }
    assert_eq!(telegram.faults(), Vec::<String>::new(), "Telegram takes all that it is given");
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    shop.output().drain();
    shop.output().assert_clean();
}
