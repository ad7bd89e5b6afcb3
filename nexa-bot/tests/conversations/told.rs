//! What the shop tells by itself: reminders, quiet nights, and whoever wants to hear nothing.

use crate::{
    script::{Chat, in_every_language},
    services::with_a_month,
    world::Shop,
};
use jiff::SignedDuration;
use nexa_core::{domain::shop::Locale, storefront::model::PageRequest};

in_every_language!(
    the_end_comes_near,
    a_quiet_night,
    nothing_more_is_to_be_heard,
    the_bot_is_blocked,
    what_was_asked_is_forgotten_elsewhere,
);

async fn the_end_comes_near(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    shop.after(SignedDuration::from_hours(24 * 27)).await;
    assert!(chat.hears("27 days later"), "a reminder");
    chat.taps(&shop, "action-renew").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    assert!(chat.hears("a few seconds later"), "it is renewed");
    shop.after(SignedDuration::from_hours(24 * 2)).await;
    assert!(!chat.hears("two days later"), "the next end is far");
    chat.is_as_kept(&shop, "reminder").await;
}

async fn a_quiet_night(locale: Locale) {
    let shop = Shop::open(locale).await;
    // Night in UTC and in Tehran.
    shop.after(SignedDuration::from_hours(15)).await;
    let mut chat = with_a_month(&shop).await;
    chat.says(&shop, "/settings").await;
    chat.taps(&shop, "bot-messages").await;
    chat.taps(&shop, "bot-quiet-start").await;
    shop.after(SignedDuration::from_hours(24 * 27)).await;
    assert!(!chat.hears("27 days later, at night"), "silence");
    shop.after(SignedDuration::from_hours(10)).await;
    assert!(chat.hears("in the morning"), "a reminder");
    chat.says(&shop, "/settings").await;
    chat.taps(&shop, "bot-messages").await;
    chat.taps(&shop, "bot-quiet-stop").await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "quiet_night").await;
}

async fn nothing_more_is_to_be_heard(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.says(&shop, "/settings").await;
    chat.taps(&shop, "bot-messages").await;
    for key in ["bot-hear-reminders", "bot-hear-support", "bot-hear-news"] {
        chat.picks(&shop, &format!("✅ {}", nexa_core::text::get(locale, key))).await;
    }
    shop.after(SignedDuration::from_hours(24 * 27)).await;
    assert!(!chat.hears("27 days later"), "no reminder");
    shop.after(SignedDuration::from_hours(24 * 4)).await;
    assert!(chat.hears("31 days later"), "that it ended is told all the same");
    chat.is_as_kept(&shop, "preferences").await;
}

async fn the_bot_is_blocked(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.phone.blocks();
    shop.telegram.rests().await;
    let before = shop.telegram.calls("sendmessage");
    shop.after(SignedDuration::from_hours(24 * 27)).await;
    assert_eq!(shop.telegram.calls("sendmessage"), before + 1, "tried once");
    shop.after(SignedDuration::from_hours(24 * 2)).await;
    assert_eq!(shop.telegram.calls("sendmessage"), before + 1, "and not again");
    assert!(!chat.hears("the bot is blocked; 29 days later"), "nothing came");
    chat.phone.unblocks();
    chat.starts(&shop, None).await;
    shop.after(SignedDuration::from_hours(19)).await;
    assert!(chat.hears("19 hours later"), "who writes is written to");
    chat.is_as_kept(&shop, "bot_blocked").await;
}

async fn what_was_asked_is_forgotten_elsewhere(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/help").await;
    chat.taps(&shop, "bot-ask").await;
    chat.says(&shop, "/wallet").await;
    chat.says(&shop, shop.word("سلام", "hello")).await;
    chat.taps(&shop, "top-up").await;
    chat.starts(&shop, None).await;
    chat.says(&shop, "5").await;
    let tickets = shop.known(&chat.phone).await.1.tickets(PageRequest::default()).await.expect("tickets");
    assert_eq!((tickets.items.len(), shop.orders(&chat.phone).await.len()), (0, 0), "nothing was answered");
    shop.hires(&chat.phone).await;
    chat.says(&shop, "/office").await;
    chat.taps(&shop, "bot-broadcasts").await;
    chat.picks(&shop, "✏️").await;
    chat.taps(&shop, "bot-never").await;
    chat.says(&shop, shop.word("سلام", "hello")).await;
    let broadcasts = shop.operator.broadcasts(PageRequest::default()).await.expect("broadcasts");
    assert_eq!(broadcasts.items.len(), 0, "nothing was written");
    chat.is_as_kept(&shop, "elsewhere").await;
}
