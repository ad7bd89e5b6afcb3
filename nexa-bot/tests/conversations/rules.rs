//! The made-up Telegram keeps Telegram's rules: what the tests rely on, held against the documentation.

use nexa_bot::testing::{FakeTelegram, Phone};
use teloxide::{
    ApiError, Bot, RequestError,
    net::Download as _,
    payloads::{
        AnswerCallbackQuerySetters as _, AnswerPreCheckoutQuerySetters as _, GetUpdatesSetters as _,
        SendInvoiceSetters as _, SendMessageSetters as _, SendPhotoSetters as _,
    },
    prelude::Requester as _,
    types::{
        ChatId, CopyTextButton, InlineKeyboardButton as Key, InlineKeyboardMarkup, InputFile, LabeledPrice,
        MessageId, ParseMode, UpdateKind, WebAppInfo,
    },
};
use tokio::time::Duration;

const TOKEN: &str = "700700700:AAHk3n5Yt0aJ2mUqfVbW8xZcRdLeOpQsTuv";

async fn telegram() -> (FakeTelegram, Bot, Phone) {
    let telegram = FakeTelegram::start(TOKEN, "a_bot").await;
    let bot = Bot::new(TOKEN).set_api_url(telegram.url().parse().expect("an address"));
    let phone = telegram.person("Sara", Some("en"));
    phone.start(None);
    (telegram, bot, phone)
}

fn chat(phone: &Phone) -> ChatId {
    ChatId(phone.id())
}

#[tokio::test]
async fn who_it_is_and_who_it_is_not() {
    let (telegram, bot, phone) = telegram().await;
    assert_eq!(bot.get_me().await.expect("itself").username(), "a_bot");
    for (token, error) in [(format!("1:{}", "A".repeat(35)), 401), ("nonsense".to_owned(), 404)] {
        let other = Bot::new(token).set_api_url(telegram.url().parse().expect("an address"));
        let refused = other.get_me().await.expect_err("nobody");
        assert!(matches!(&refused, RequestError::Api(_)), "{error}: {refused:?}");
    }
    assert!(bot.send_message(ChatId(1), "hello").await.is_err(), "an unknown chat");
    let stranger = telegram.person("Bob", None);
    assert!(bot.send_message(chat(&stranger), "hello").await.is_err(), "somebody who never wrote");
    phone.blocks();
    let blocked = bot.send_message(chat(&phone), "hello").await;
    assert!(matches!(blocked, Err(RequestError::Api(ApiError::BotBlocked))), "{blocked:?}");
}

#[tokio::test]
async fn texts_have_their_limits() {
    let (_telegram, bot, phone) = telegram().await;
    let say = |text: String| bot.send_message(chat(&phone), text).parse_mode(ParseMode::Html);
    assert!(say("😀".repeat(2048)).await.is_ok());
    for wrong in
        ["😀".repeat(2049), String::new(), "<b> </b>".to_owned(), "<b>a".to_owned(), "a<br>".to_owned()]
    {
        assert!(say(wrong.clone()).await.is_err(), "{wrong}");
    }
    let picture = || InputFile::memory(nexa_core::qr::png("a").expect("a picture"));
    assert!(bot.send_photo(chat(&phone), picture()).caption("x".repeat(1024)).await.is_ok());
    assert!(bot.send_photo(chat(&phone), picture()).caption("x".repeat(1025)).await.is_err());
    assert!(bot.send_photo(chat(&phone), InputFile::memory("no picture")).await.is_err());
    let sent = say("once".to_owned()).await.expect("sent");
    let same = bot.edit_message_text(chat(&phone), sent.id, "once").await;
    assert!(matches!(same, Err(RequestError::Api(ApiError::MessageNotModified))), "{same:?}");
    assert!(bot.edit_message_text(chat(&phone), sent.id, "twice").await.is_ok());
    assert!(bot.edit_message_text(chat(&phone), MessageId(1), "twice").await.is_err());
    assert!(phone.shows().contains("twice") && !phone.shows().contains("once"));
    assert!(bot.delete_message(chat(&phone), sent.id).await.is_ok());
    assert!(!phone.shows().contains("twice"));
}

#[tokio::test]
async fn buttons_have_their_limits() {
    let (_telegram, bot, phone) = telegram().await;
    let url = |text: &str| text.parse::<url::Url>().expect("an address");
    let app = |text: &str| Key::web_app("a", WebAppInfo { url: url(text) });
    let copy = |length: usize| Key::copy_text_button("a", CopyTextButton { text: "x".repeat(length) });
    let right = [
        Key::callback("a", "x".repeat(64)),
        Key::url("a", url("tg://resolve?domain=a_bot")),
        Key::url("a", url("https://example.org")),
        app("https://example.org"),
        copy(256),
    ];
    for key in right {
        let sent =
            bot.send_message(chat(&phone), "a").reply_markup(InlineKeyboardMarkup::new([[key.clone()]]));
        assert!(sent.await.is_ok(), "{key:?}");
    }
    let wrong = [
        Key::callback("a", "x".repeat(65)),
        Key::callback("a", ""),
        Key::callback("", "x"),
        Key::url("a", url("v2rayng://install")),
        app("http://example.org"),
        copy(257),
        copy(0),
    ];
    for key in wrong {
        let sent =
            bot.send_message(chat(&phone), "a").reply_markup(InlineKeyboardMarkup::new([[key.clone()]]));
        assert!(sent.await.is_err(), "{key:?}");
    }
}

#[tokio::test]
async fn a_tap_is_answered_once_and_in_time() {
    let (telegram, bot, phone) = telegram().await;
    let key = InlineKeyboardMarkup::new([[Key::callback("go", "go")]]);
    bot.send_message(chat(&phone), "a").reply_markup(key).await.expect("sent");
    let mut offset = 0;
    for (length, taken) in [(200, true), (201, false)] {
        phone.taps("go");
        let updates = bot.get_updates().offset(offset).timeout(5).await.expect("updates");
        let last = updates.last().expect("an update");
        offset = i32::try_from(last.id.0).expect("small") + 1;
        let UpdateKind::CallbackQuery(tap) = &last.kind else { panic!("a tap") };
        let answer = || bot.answer_callback_query(tap.id.clone()).text("x".repeat(length));
        assert_eq!(answer().await.is_ok(), taken, "{length}");
        assert!(answer().await.is_err(), "not twice");
    }
    assert_eq!(telegram.unanswered(), [phone.id()]);
}

#[tokio::test]
async fn updates_come_until_they_are_confirmed() {
    let (telegram, bot, phone) = telegram().await;
    phone.says("one");
    phone.says("two");
    let ids = |updates: Vec<teloxide::types::Update>| updates.into_iter().map(|u| u.id.0).collect::<Vec<_>>();
    let first = ids(bot.get_updates().await.expect("updates"));
    assert_eq!(first.len(), 3);
    assert_eq!(ids(bot.get_updates().await.expect("updates")), first, "again");
    let next = i32::try_from(first[0]).expect("small") + 1;
    assert_eq!(ids(bot.get_updates().offset(next).limit(1).await.expect("updates")), [first[1]]);
    let all = i32::try_from(first[2]).expect("small") + 1;
    let waiting = bot.get_updates().offset(all).timeout(10);
    let (told, ()) = tokio::join!(waiting, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        phone.says("three");
    });
    assert_eq!(told.expect("updates").len(), 1, "as soon as it is there");
    let one = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().offset(i32::MAX).timeout(10).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let two = bot.get_updates().offset(i32::MAX).timeout(0).await;
    assert!(two.is_ok());
    let ended = one.await.expect("an answer");
    assert!(matches!(ended, Err(RequestError::Api(ApiError::TerminatedByOtherGetUpdates))), "{ended:?}");
    assert!(bot.set_webhook("http://example.org".parse().expect("an address")).await.is_err());
    bot.set_webhook("https://nowhere.invalid/".parse().expect("an address")).await.expect("set");
    assert!(bot.get_updates().await.is_err(), "not both");
    bot.delete_webhook().await.expect("deleted");
    drop(telegram);
}

#[tokio::test]
async fn too_much_at_once_is_refused() {
    let (telegram, bot, phone) = telegram().await;
    telegram.limits(true, true);
    let mut taken = 0;
    let wait = loop {
        match bot.send_message(chat(&phone), "a").await {
            Ok(_) => taken += 1,
            Err(RequestError::RetryAfter(wait)) => break wait,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!((20..=22).contains(&taken), "{taken}");
    assert_eq!(wait.duration(), Duration::from_secs(1));
    telegram.limits(false, false);
    telegram.storms(1, 7);
    assert!(bot.send_message(chat(&phone), "a").await.is_err());
    assert!(bot.send_message(chat(&phone), "a").await.is_ok());
    telegram.goes_down();
    assert!(bot.send_message(chat(&phone), "a").await.is_err());
}

#[tokio::test]
async fn stars_are_paid_with_consent() {
    let (_telegram, bot, phone) = telegram().await;
    let invoice = |title: String, payload: String, prices: Vec<LabeledPrice>| {
        bot.send_invoice(chat(&phone), title, "A month", payload, "XTR", prices).provider_token("")
    };
    let price = || LabeledPrice::new("A month", 250);
    for (title, payload, prices) in [
        ("x".repeat(33), "p".to_owned(), vec![price()]),
        ("Month".to_owned(), "x".repeat(129), vec![price()]),
        ("Month".to_owned(), "p".to_owned(), vec![price(), price()]),
        ("Month".to_owned(), "p".to_owned(), vec![]),
    ] {
        assert!(invoice(title.clone(), payload, prices).await.is_err(), "{title}");
    }
    invoice("Month".to_owned(), "order".to_owned(), vec![price()]).await.expect("sent");
    let answers = |yes: bool| {
        let bot = bot.clone();
        async move {
            let mut offset = 0;
            loop {
                let updates = bot.get_updates().offset(offset).timeout(5).await.expect("updates");
                for update in updates {
                    offset = i32::try_from(update.id.0).expect("small") + 1;
                    if let UpdateKind::PreCheckoutQuery(query) = update.kind {
                        let answer = bot.answer_pre_checkout_query(query.id, yes);
                        let why = if yes { "" } else { "sold out" };
                        // One of before was answered already.
                        if answer.error_message(why).await.is_ok() {
                            return;
                        }
                    }
                }
            }
        }
    };
    let (paid, ()) = tokio::join!(phone.pays_stars(), answers(false));
    assert_eq!(paid, Err("sold out".to_owned()));
    let (paid, ()) = tokio::join!(phone.pays_stars(), answers(true));
    assert_eq!(paid, Ok(()));
    let updates = bot.get_updates().await.expect("updates");
    let paid = updates.iter().find_map(|update| match &update.kind {
        UpdateKind::Message(message) => message.successful_payment().cloned(),
        _ => None,
    });
    let paid = paid.expect("a payment");
    assert_eq!((paid.invoice_payload.as_str(), paid.total_amount), ("order", 250));
    let user = teloxide::types::UserId(u64::try_from(phone.id()).expect("positive"));
    let refund = || bot.refund_star_payment(user, paid.telegram_payment_charge_id.clone());
    assert!(refund().await.is_ok());
    assert!(refund().await.is_err(), "once");
}

#[tokio::test]
async fn files_are_fetched_by_their_ids() {
    let (_telegram, bot, phone) = telegram().await;
    phone.sends_photo(b"\xff\xd8\xff picture", "a caption");
    let updates = bot.get_updates().await.expect("updates");
    let Some(UpdateKind::Message(message)) = updates.last().map(|update| &update.kind) else {
        panic!("a message")
    };
    assert_eq!(message.caption(), Some("a caption"));
    let size = message.photo().and_then(|sizes| sizes.last()).expect("a picture");
    let file = bot.get_file(size.file.id.clone()).await.expect("a file");
    let mut bytes = Vec::new();
    bot.download_file(&file.path, &mut bytes).await.expect("its bytes");
    assert_eq!(bytes, b"\xff\xd8\xff picture");
    assert!(bot.get_file("unknown".to_owned().into()).await.is_err());
}
