//! One conversation by mail, in the bot and in the office: whoever asks and whoever answers need not use the same.

use super::{browser, run, smtp::MailSink};
use crate::{
    drill::bot::{BOT_TOKEN, at_the_api, telegram_proof},
    live::require::found,
    process::{Caller, Shop},
};
use nexa_bot::testing::{FakeTelegram, Phone};
use nexa_core::storefront::model::SessionView;
use reqwest::Method;
use serde_json::{Value, json};

const SARA: &str = "sara@example.org";
const DESK: &str = "support@shop.example.org";

/// Comes in with the code that was mailed to her, and adds her Telegram.
async fn comes(shop: &Shop, mails: &MailSink, phone: &Phone) -> Caller {
    let guest = shop.guest();
    let asked = guest.ask(Method::POST, "/codes", None, Some(&json!({ "email": SARA }))).await.unwrap();
    assert!(asked.status.is_success(), "{asked:?}");
    let letter = mails.nth(SARA, 0).await;
    let digits = |line: &&str| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit());
    let code = letter.raw.lines().find(digits).expect("a code on a line of its own").to_owned();
    let session: SessionView = guest.post("/sessions", json!({ "email": SARA, "code": code })).await;
    shop.output().secret(&session.token);
    let sara = guest.with(&session.token);
    let added = json!({ "init_data": telegram_proof(phone) });
    let added = sara.ask(Method::POST, "/me/telegram", None, Some(&added)).await.unwrap();
    assert!(added.status.is_success(), "{added:?}");
    sara
}

/// A mail of hers, handed over as the shop's mail server does.
async fn writes(shop: &Shop, hook: &str, to: &str, id: &str, text: &str) {
    let raw = format!(
        "From: <{SARA}>\r\nTo: <{to}>\r\nSubject: Slow\r\nMessage-ID: <{id}@example.org>\r\n\r\n{text}\r\n"
    );
    let path = hook.split_once("/hooks/").map(|(_, rest)| format!("/hooks/{rest}")).unwrap();
    let taken = Caller::answer(shop.guest().raw(Method::POST, &path).body(raw)).await;
    assert!(taken.status.is_success(), "{taken:?}");
}

async fn has_a_bot(operator: &Caller, telegram: &FakeTelegram) {
    let bot = json!({ "token": BOT_TOKEN, "username": "drill_bot" });
    let _named: Value = operator.send(Method::PUT, "/admin/telegram", bot).await;
    let there = json!({ "api_url": telegram.url() });
    let _reached: Value = operator.send(Method::PATCH, "/admin/telegram", there).await;
}

/// Opens the bot for the first time: an account that never chose a language is asked.
async fn greets(telegram: &FakeTelegram, phone: &Phone) {
    phone.start(None);
    telegram.until("the bot answers", || phone.answers() > 0).await;
    phone.taps("English");
    telegram.rests().await;
}

/// Somebody of the staff, with the bot at hand.
async fn clerk(shop: &Shop, telegram: &FakeTelegram, number: &str) -> Phone {
    let clerk = telegram.person("Reza", Some("en"));
    let session: SessionView = shop.guest().post("/sessions", json!({ "account_number": number })).await;
    shop.output().secret(&session.token);
    let added = json!({ "init_data": telegram_proof(&clerk) });
    let _me: Value = shop.guest().with(&session.token).post("/me/telegram", added).await;
    greets(telegram, &clerk).await;
    clerk
}

#[tokio::test(flavor = "multi_thread")]
async fn letters() {
    let Some(browser) = found("live::web", browser()) else { return };
    let mails = MailSink::start().await;
    let telegram = FakeTelegram::start(BOT_TOKEN, "drill_bot").await;
    let port = mails.port();
    let mail =
        [("mail_host", "127.0.0.1"), ("mail_port", &*port), ("mail_security", "none"), ("mail_from", DESK)];
    let mut shop = Shop::new(&mail);
    shop.start().await;
    let (operator, number) = shop.claim_with_number().await;
    has_a_bot(&operator, &telegram).await;
    let sara = telegram.person("Sara", Some("en"));
    let customer = comes(&shop, &mails, &sara).await;
    greets(&telegram, &sara).await;
    let desk = async |step: &str, says: &str, more: Value| {
        let mut input = json!({ "number": number, "step": step, "says": says });
        for (key, value) in more.as_object().into_iter().flatten() {
            input[key] = value.clone();
        }
        run(browser, "letters", &shop, input).await;
    };

    // The desk is opened in the browser, where the address of the hook is shown.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hook");
    desk("open", "", json!({ "address": DESK, "file": file })).await;
    let hook = std::fs::read_to_string(&file).unwrap();
    shop.output().secret(hook.rsplit('/').next().unwrap());

    // By mail, and answered by mail: who wrote by mail waits there. In the bot the same conversation is seen.
    writes(&shop, &hook, DESK, "one", "It is slow since yesterday.").await;
    desk("answer", "Which app?", json!({ "hears": "It is slow since yesterday." })).await;
    let answer = mails.nth(SARA, 1).await;
    assert!(answer.raw.contains("Which app?"), "{answer:?}");
    let back = answer.header("Reply-To").split(['<', '>']).nth(1).unwrap_or_default().to_owned();
    assert!(back.starts_with("support+"), "it can be answered to: {answer:?}");
    sara.says("/help");
    telegram.rests().await;
    sara.taps("My questions");
    telegram.rests().await;
    sara.taps("Slow");
    telegram.until("the whole conversation", || sara.last().contains("Which app?")).await;
    assert!(sara.last().contains("It is slow since yesterday."), "{}", sara.last());

    // She goes on in the bot, and is answered there.
    sara.taps("Say more");
    telegram.rests().await;
    sara.says("Hiddify, on a phone.");
    telegram.rests().await;
    desk("answer", "Refresh the link.", json!({ "hears": "Hiddify, on a phone.", "messages": 3 })).await;
    telegram.until("the bot tells", || sara.is_offered("Read the answer")).await;
    sara.taps("Read the answer");
    telegram.until("the answer", || sara.last().contains("Refresh the link.")).await;
    assert_eq!(mails.to(SARA).len(), 2, "where she asked, and nowhere else");

    // The other way round: she answers that mail, and somebody of the staff sees to it in the bot.
    writes(&shop, &hook, &back, "two", "It works now, thanks.").await;
    desk("see", "", json!({ "hears": "It works now, thanks.", "messages": 5 })).await;
    let clerk = clerk(&shop, &telegram, &number).await;
    clerk.says("/office");
    telegram.until("the office", || clerk.is_offered("Questions (")).await;
    clerk.taps("Questions (");
    telegram.until("one waits", || clerk.is_offered("Slow")).await;
    clerk.taps("Slow");
    telegram.until("the question", || clerk.last().contains("It works now, thanks.")).await;
    clerk.says("You are welcome.");
    telegram.rests().await;
    let last = mails.nth(SARA, 2).await;
    assert!(last.raw.contains("You are welcome."), "{last:?}");
    desk("see", "", json!({ "hears": "You are welcome.", "messages": 6 })).await;
    let tickets: Value = customer.get("/tickets").await;
    assert_eq!(tickets["items"].as_array().map(Vec::len), Some(1), "one conversation: {tickets}");
    let same = at_the_api(&shop, &sara).await;
    assert_eq!(same.get::<Value>("/tickets").await, tickets, "of one customer, however she comes in");
    assert_eq!(telegram.faults(), Vec::<String>::new());
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    shop.output().drain();
    shop.output().assert_clean();
}
