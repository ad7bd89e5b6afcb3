//! What one has: the link, devices, renewals, and all else that can be done with it.

use crate::{
    script::{Chat, in_every_language},
    world::{GIB, Shop},
};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::LinkSettingsRequest,
    domain::shop::Locale,
    frontdesk::{LinkAsk, LinkForm},
    text,
};

in_every_language!(
    to_a_device,
    several_of_them,
    more_time,
    more_traffic_and_devices,
    another_plan,
    its_devices,
    what_was_used,
    renewed_by_itself,
    another_link,
    another_server,
    another_name,
    ended,
);

/// Somebody with a month and money left, at the subscription's card.
pub async fn with_a_month(shop: &Shop) -> Chat {
    let mut chat = Chat::new(shop);
    shop.gives(&chat.phone, 3000).await;
    chat.phone.start(None);
    shop.telegram.rests().await;
    for label in [nexa_core::text::get(shop.locale, "bot-buy"), "👛".to_owned()] {
        chat.phone.taps(&label);
        shop.telegram.rests().await;
    }
    shop.works().await;
    chat.phone.says("/services");
    shop.telegram.rests().await;
    // What led here is told elsewhere.
    drop(chat.phone.news());
    chat.says(shop, "/services").await;
    chat
}

async fn to_a_device(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-link").await;
    assert!(chat.phone.copies(&nexa_core::text::get(locale, "copy")).starts_with("https://"));
    chat.taps(&shop, "bot-connect").await;
    for system in ["Android", "iOS", "Windows", "macOS", "Linux"] {
        chat.picks(&shop, system).await;
        chat.taps(&shop, "bot-back").await;
    }
    chat.is_as_kept(&shop, "connect").await;
}

async fn several_of_them(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    shop.adds_plan(shop.word("هفتگی", "Week"), 7, 2, 200).await;
    chat.says(&shop, "/buy").await;
    chat.picks(&shop, shop.word("هفتگی", "Week")).await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.taps(&shop, "bot-home").await;
    chat.taps(&shop, "bot-services").await;
    chat.picks(&shop, shop.word("هفتگی", "Week")).await;
    chat.is_as_kept(&shop, "several_subscriptions").await;
}

async fn more_time(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-renew").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.says(&shop, "/services").await;
    assert_eq!(shop.wallet(&chat.phone).await, shop.money(2000).minor, "two months are paid");
    chat.is_as_kept(&shop, "renew").await;
}

async fn more_traffic_and_devices(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-packs").await;
    chat.taps(&shop, "bot-back").await;
    shop.adds_pack("traffic", shop.word("ده گیگ بیشتر", "Ten more"), 10 * GIB, 300).await;
    shop.adds_pack("devices", shop.word("یک دستگاه بیشتر", "One more device"), 1, 100).await;
    chat.taps(&shop, "bot-packs").await;
    chat.picks(&shop, "+").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.says(&shop, "/services").await;
    chat.taps(&shop, "bot-packs").await;
    let one = [("devices", text::Arg::Number(1))];
    chat.picks(&shop, &format!("+{}", text::with(locale, "devices", &one))).await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "packs").await;
}

async fn another_plan(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    shop.adds_plan(shop.word("خانواده", "Family"), 30, 50, 900).await;
    shop.after(SignedDuration::from_hours(24 * 10)).await;
    chat.notes("ten days later");
    chat.taps(&shop, "bot-change").await;
    chat.picks(&shop, shop.word("خانواده", "Family")).await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.says(&shop, "/services").await;
    chat.is_as_kept(&shop, "change").await;
}

async fn its_devices(locale: Locale) {
    let shop = Shop::open(locale).await;
    let rule = LinkSettingsRequest { devices: Some("count".to_owned()), hosts: None };
    shop.operator.update_link_settings(rule).await.expect("a rule");
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-devices").await;
    let link = shop.known(&chat.phone).await.1.subscriptions().await.expect("mine").remove(0).link;
    for (hwid, model) in [("phone-0001", "Pixel 8"), ("laptop-001", "ThinkPad <X1> & co")] {
        let said = [("x-hwid", hwid), ("x-device-model", model), ("x-device-os", "Android")];
        let headers = said.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let ask = LinkAsk { headers, ..LinkAsk::of(LinkForm::Plain) };
        let token = link.rsplit('/').next().expect("a token");
        shop.nexa.frontdesk().link(token, ask).await.expect("servers");
    }
    chat.notes("two devices fetch the link");
    chat.taps(&shop, "bot-back").await;
    chat.taps(&shop, "bot-devices").await;
    chat.picks(&shop, "Pixel").await;
    chat.is_as_kept(&shop, "devices").await;
}

async fn what_was_used(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-usage").await;
    let panel = shop.panels.panel("frankfurt");
    for gib in [1, 3, 2] {
        let id = panel.truth().accounts.into_keys().next().expect("an account");
        panel.consume(id, gib * GIB);
        shop.after(SignedDuration::from_hours(24)).await;
    }
    chat.notes("three days later");
    chat.taps(&shop, "bot-back").await;
    chat.taps(&shop, "bot-usage").await;
    chat.is_as_kept(&shop, "usage").await;
}

async fn renewed_by_itself(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-auto-renew-start").await;
    chat.taps(&shop, "bot-back").await;
    chat.taps(&shop, "bot-auto-renew-stop").await;
    chat.is_as_kept(&shop, "auto_renew").await;
}

async fn another_link(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-reset-link").await;
    chat.taps(&shop, "bot-never").await;
    chat.taps(&shop, "bot-reset-link").await;
    chat.taps(&shop, "bot-reset-link-sure").await;
    chat.is_as_kept(&shop, "reset_link").await;
}

async fn another_server(locale: Locale) {
    let shop = Shop::open(locale).await;
    shop.sells_abroad(shop.word("سفر", "Travel")).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 3000).await;
    chat.phone.says("/buy");
    shop.telegram.rests().await;
    let finland = format!("🇫🇮 {}", text::get(locale, "country-fi"));
    for label in [shop.word("سفر", "Travel"), &finland, "👛"] {
        chat.phone.taps(label);
        shop.telegram.rests().await;
    }
    shop.works().await;
    shop.telegram.rests().await;
    drop(chat.phone.news());
    chat.says(&shop, "/services").await;
    let sweden = format!("🇸🇪 {}", text::get(locale, "country-se"));
    chat.taps(&shop, "bot-move").await;
    chat.taps(&shop, "bot-back").await;
    for to in [&sweden, &finland, &sweden] {
        chat.taps(&shop, "bot-move").await;
        chat.picks(&shop, to).await;
        shop.works().await;
        chat.hears("a few seconds later");
        chat.says(&shop, "/services").await;
    }
    chat.taps(&shop, "bot-move").await;
    chat.picks(&shop, &finland).await;
    chat.is_as_kept(&shop, "move").await;
}

async fn another_name(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    chat.taps(&shop, "bot-rename").await;
    chat.says(&shop, &"x".repeat(41)).await;
    chat.says(&shop, shop.word("گوشی مامان <3", "Mum's phone <3")).await;
    chat.taps(&shop, "bot-home").await;
    chat.is_as_kept(&shop, "rename").await;
}

async fn ended(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    shop.after(SignedDuration::from_hours(24 * 31)).await;
    chat.notes("a month later");
    chat.taps(&shop, "bot-home").await;
    chat.taps(&shop, "bot-service").await;
    chat.taps(&shop, "bot-renew").await;
    chat.is_as_kept(&shop, "ended").await;
}
