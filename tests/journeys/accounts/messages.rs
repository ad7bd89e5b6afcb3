//! Messages that come by Telegram: when they come, when they wait, and when they stop.

use super::{
    by_telegram, enters, inside,
    telegram::{mini_app, sets_bot},
};
use crate::world::{Customer, GIB, Shop, days, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::ShopRequest,
    domain::user::Principal,
    storefront::model::{NoticePreferencesRequest, PageRequest},
};

on_every_storage!(
    what_is_told_comes_by_telegram_with_something_to_do,
    who_blocks_the_bot_is_left_alone_until_heard_of_again,
    a_pause_that_telegram_asks_for_is_kept,
    reminders_wait_for_the_morning_and_payments_do_not,
    who_wants_no_reminders_still_finds_them_in_the_inbox,
    wishes_that_make_no_sense_are_refused,
    who_never_connects_is_asked_once,
    the_last_hours_and_the_last_traffic_are_told_once,
    wishes_are_in_the_export_and_go_with_the_account,
);

const ACCOUNT: i64 = 279_058_397;

/// Somebody who came by Telegram.
async fn comes(shop: &Shop) -> Customer {
    sets_bot(shop).await;
    let session = enters(shop, by_telegram(mini_app(shop, ACCOUNT))).await.expect("a session");
    let who: Principal = shop.door.principal(shop.id, &session.token).await.expect("a session");
    Customer::with(shop, who)
}

fn came(shop: &Shop) -> Vec<String> {
    shop.messenger.came_to(ACCOUNT).into_iter().map(|told| told.text).collect()
}

async fn what_is_told_comes_by_telegram_with_something_to_do(shop: Shop) {
    let customer = comes(&shop).await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.after(minutes(1)).await;
    shop.bank.confirms(&transfer);
    shop.after(minutes(2)).await;
    assert_eq!(customer.was_told().await, ["ready", "payment-confirmed", "payment-seen"]);
    let told = shop.messenger.came_to(ACCOUNT);
    let titles: Vec<&str> = told.iter().map(|message| message.title.as_str()).collect();
    assert_eq!(titles, ["Payment", "Payment", "Your subscription"]);
    assert_eq!(told[2].actions[0].1, "Open subscription");
    let page = customer.shop.notices(PageRequest::default()).await.expect("notices");
    let newest = &page.items[0];
    assert_eq!((newest.text.as_str(), newest.title.as_str()), (told[2].text.as_str(), "Your subscription"));
    assert_eq!(newest.actions[0].action, "open-subscription");
    let mine = customer.subscription().await.subscription_id;
    assert_eq!(newest.actions[0].subscription_id.as_deref(), Some(mine.as_str()));
    assert_eq!(page.items[1].actions[0].order_id.as_deref(), Some(order.order_id.as_str()));
    shop.after(hours(1)).await;
    assert_eq!(came(&shop).len(), 3, "each once");
}

async fn who_blocks_the_bot_is_left_alone_until_heard_of_again(shop: Shop) {
    let customer = comes(&shop).await;
    shop.messenger.set_blocked(ACCOUNT, true);
    let mine = customer.has_a_month(&shop).await;
    assert_eq!(shop.messenger.calls(), 1, "tried once");
    customer.shop.reset_link(&mine.subscription_id).await.expect("a link");
    shop.after(hours(2)).await;
    assert_eq!(shop.messenger.calls(), 1, "and then not any more");
    assert_eq!(customer.was_told().await, ["link-reset", "ready"], "the inbox has it all");
    shop.messenger.set_blocked(ACCOUNT, false);
    let user = customer.id.parse().expect("an id");
    shop.door.reached_again(shop.id, user).await.expect("noted");
    shop.door.reached_again(shop.id, user).await.expect("harmless");
    customer.shop.reset_link(&mine.subscription_id).await.expect("a link");
    shop.works().await;
    assert_eq!(came(&shop).len(), 1, "from now on");
    shop.is_in_order().await;
}

async fn a_pause_that_telegram_asks_for_is_kept(shop: Shop) {
    let customer = comes(&shop).await;
    shop.messenger.set_pause(Some(minutes(10)));
    customer.has_a_month(&shop).await;
    assert_eq!(shop.messenger.calls(), 1);
    shop.messenger.set_pause(None);
    shop.after(minutes(9)).await;
    assert_eq!(shop.messenger.calls(), 1, "not earlier");
    shop.after(minutes(1)).await;
    assert_eq!(came(&shop).len(), 1, "and then it comes");
    shop.messenger.set_down(true);
    let mine = customer.subscription().await;
    customer.shop.reset_link(&mine.subscription_id).await.expect("a link");
    shop.works().await;
    shop.messenger.set_down(false);
    shop.after(minutes(1)).await;
    assert_eq!(came(&shop).len(), 2, "an outage delays only");
    shop.is_in_order().await;
}

async fn reminders_wait_for_the_morning_and_payments_do_not(shop: Shop) {
    let customer = comes(&shop).await;
    let tehran = ShopRequest { timezone: Some("Asia/Tehran".to_owned()), ..ShopRequest::default() };
    shop.operator.update_shop(tehran).await.expect("a zone");
    // The month begins at 08:00 UTC, 11:30 in Tehran; its third day before the end, too.
    let quiet = NoticePreferencesRequest {
        quiet_from: Some("11:00".to_owned()),
        quiet_until: Some("13:30".to_owned()),
        ..NoticePreferencesRequest::default()
    };
    let chosen = customer.shop.set_notice_preferences(quiet).await.expect("chosen");
    assert_eq!(chosen.in_timezone, "Asia/Tehran");
    let mine = customer.has_a_month(&shop).await;
    assert_eq!(came(&shop).len(), 1, "what was bought does not wait");
    shop.server("frankfurt").carries(GIB);
    shop.after(minutes(2)).await;
    shop.after(days(27) - minutes(2)).await;
    assert_eq!(customer.was_told().await[0], "ends-in-three-days", "the inbox has it at once");
    assert_eq!(came(&shop).len(), 1, "the messenger waits");
    customer.shop.reset_link(&mine.subscription_id).await.expect("a link");
    shop.after(minutes(119)).await;
    assert_eq!(came(&shop).len(), 2, "only what is important");
    shop.after(minutes(1)).await;
    assert!(came(&shop)[2].contains("three days"), "{:?}", came(&shop));
    let own =
        NoticePreferencesRequest { timezone: Some("UTC".to_owned()), ..NoticePreferencesRequest::default() };
    let own = customer.shop.set_notice_preferences(own).await.expect("chosen");
    assert_eq!((own.in_timezone.as_str(), own.quiet_from.as_deref()), ("UTC", Some("11:00")));
    shop.after(days(2) - hours(2)).await;
    assert!(came(&shop)[3].contains("a day"), "08:00 is not quiet where this customer is");
}

async fn who_wants_no_reminders_still_finds_them_in_the_inbox(shop: Shop) {
    let customer = comes(&shop).await;
    let all = customer.shop.notice_preferences().await.expect("preferences");
    assert!(all.reminders && all.news && all.support && all.quiet_from.is_none());
    let none = NoticePreferencesRequest { reminders: Some(false), ..NoticePreferencesRequest::default() };
    let chosen = customer.shop.set_notice_preferences(none).await.expect("chosen");
    assert!(!chosen.reminders && chosen.news && chosen.support);
    customer.has_a_month(&shop).await;
    shop.after(days(27)).await;
    assert_eq!(customer.was_told().await[0], "ends-in-three-days");
    assert_eq!(came(&shop).len(), 1, "only that it is ready");
    shop.after(days(3)).await;
    assert_eq!(came(&shop).len(), 2, "its end is no reminder");
}

async fn wishes_that_make_no_sense_are_refused(shop: Shop) {
    let customer = shop.customer().await;
    let quiet = |from: Option<&str>, until: Option<&str>| NoticePreferencesRequest {
        quiet_from: from.map(str::to_owned),
        quiet_until: until.map(str::to_owned),
        reminders: Some(false),
        ..NoticePreferencesRequest::default()
    };
    for (from, until) in [
        (Some("22:00"), None),
        (None, Some("22:00")),
        (Some("22:00"), Some("22:00")),
        (Some("25:00"), Some("08:00")),
        (Some("22:00"), Some("")),
        (Some("late"), Some("early")),
    ] {
        let answer = customer.shop.set_notice_preferences(quiet(from, until)).await;
        assert_eq!(refused(answer), "bad_input", "{from:?} {until:?}");
    }
    let nowhere = NoticePreferencesRequest {
        timezone: Some("Mars/Base".to_owned()),
        ..NoticePreferencesRequest::default()
    };
    assert_eq!(refused(customer.shop.set_notice_preferences(nowhere).await), "bad_input");
    assert!(customer.shop.notice_preferences().await.expect("preferences").reminders, "nothing changed");
    let night = customer.shop.set_notice_preferences(quiet(Some("23:00"), Some("07:00"))).await.expect("set");
    assert_eq!((night.quiet_from.as_deref(), night.quiet_until.as_deref()), (Some("23:00"), Some("07:00")));
    let none = customer.shop.set_notice_preferences(quiet(Some(""), Some(""))).await.expect("ended");
    assert_eq!(none.quiet_from, None);
    assert_eq!(refused(shop.guest().notice_preferences().await), "not_signed_in");
    let wrong = ShopRequest { timezone: Some("Mars/Base".to_owned()), ..ShopRequest::default() };
    assert_eq!(refused(shop.operator.update_shop(wrong).await), "bad_input");
}

async fn who_never_connects_is_asked_once(shop: Shop) {
    let idle = shop.customer().await;
    idle.has_a_month(&shop).await;
    shop.after(hours(24) - minutes(1)).await;
    assert_eq!(idle.was_told().await, ["ready"]);
    shop.after(minutes(1)).await;
    assert_eq!(idle.was_told().await, ["not-connected", "ready"]);
    shop.after(days(3)).await;
    assert_eq!(idle.was_told().await.len(), 2, "once");
    shop.is_in_order().await;
}

async fn the_last_hours_and_the_last_traffic_are_told_once(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(8 * GIB + GIB / 2);
    shop.after(minutes(2)).await;
    server.carries(GIB);
    shop.after(minutes(2)).await;
    assert_eq!(customer.was_told().await, ["traffic-very-low", "traffic-low", "ready"]);
    server.carries(GIB / 4);
    shop.after(minutes(2)).await;
    assert_eq!(customer.was_told().await.len(), 3, "once");
    shop.after(days(29)).await;
    shop.after(hours(18)).await;
    assert_eq!(customer.was_told().await[..2], ["ends-in-six-hours", "ends-in-one-day"]);
    shop.after(hours(6)).await;
    assert_eq!(customer.was_told().await[0], "ended");
    let told = customer.was_told().await;
    assert_eq!(told.iter().filter(|key| *key == "ends-in-six-hours").count(), 1);
    assert!(!told.contains(&"not-connected".to_owned()), "it was in use: {}", mine.subscription_id);
}

async fn wishes_are_in_the_export_and_go_with_the_account(shop: Shop) {
    sets_bot(&shop).await;
    let session = enters(&shop, by_telegram(mini_app(&shop, ACCOUNT))).await.expect("a session");
    let mine = inside(&shop, &session).await;
    let quiet = NoticePreferencesRequest {
        quiet_from: Some("23:00".to_owned()),
        quiet_until: Some("07:00".to_owned()),
        ..NoticePreferencesRequest::default()
    };
    mine.set_notice_preferences(quiet).await.expect("chosen");
    assert!(mine.export().await.expect("an export").contains("23:00"));
    mine.delete_account(false).await.expect("gone");
    let mut read = shop.storage.read().await.expect("storage");
    let user = session.user_id.parse().expect("an id");
    assert_eq!(read.reach(shop.id, user).await.expect("storage"), None);
}
