//! What goes wrong between a shop and its customers: restarts, double taps, old buttons, silence and floods. There is
//! always an answer, and nothing is ever paid twice.

use crate::{script::Chat, world::Shop};
use nexa_bot::testing::Phone;
use nexa_core::{
    backoffice::model::UpdatePlanRequest,
    domain::shop::Locale,
    storefront::model::{MoneyView, PageRequest},
    text,
};
use tokio::time::{Duration, sleep};

/// A shop, and somebody with money for four months who looks at a price.
pub async fn at_the_price() -> (Shop, Phone) {
    let shop = Shop::open(Locale::En).await;
    let phone = Chat::new(&shop).phone;
    shop.gives(&phone, 2000).await;
    phone.start(None);
    shop.telegram.rests().await;
    taps(&shop, &phone, "bot-buy").await;
    assert!(phone.is_offered("👛 Pay"));
    (shop, phone)
}

/// Presses the button with one of our words.
pub async fn taps(shop: &Shop, phone: &Phone, key: &str) {
    phone.taps(&text::get(shop.locale, key));
    shop.telegram.rests().await;
}

/// So many months were ordered and paid, each once.
pub async fn has_bought(shop: &Shop, phone: &Phone, months: usize) {
    shop.works().await;
    assert_eq!(shop.orders(phone).await.len(), months, "orders");
    let paid = i64::try_from(months).expect("few") * 500;
    assert_eq!(shop.wallet(phone).await, shop.money(2000 - paid).minor, "paid");
    shop.is_in_order().await;
}

#[tokio::test]
async fn a_double_tap_buys_once() {
    let (shop, phone) = at_the_price().await;
    for _ in 0..5 {
        phone.taps("👛 Pay");
    }
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn a_button_of_before_comes_to_the_same_order() {
    let (shop, phone) = at_the_price().await;
    let price = phone.newest();
    phone.says("/buy");
    shop.telegram.rests().await;
    assert_ne!(phone.newest(), price, "the same price on a second screen");
    phone.taps_on(price, "👛 Pay");
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn a_button_of_an_older_cart_buys_nothing() {
    let (shop, phone) = at_the_price().await;
    let price = phone.newest();
    shop.adds_plan("Week", 7, 2, 200).await;
    phone.says("/buy");
    shop.telegram.rests().await;
    phone.taps("Week");
    shop.telegram.rests().await;
    phone.taps_on(price, "👛 Pay");
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 0).await;
    assert!(phone.news().contains(&text::get(shop.locale, "bot-stale")), "it says so");
}

#[tokio::test]
async fn two_months_are_two_orders() {
    let (shop, phone) = at_the_price().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    phone.says("/buy");
    shop.telegram.rests().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 2).await;
}

#[tokio::test]
async fn a_restart_loses_and_doubles_nothing() {
    let (mut shop, phone) = at_the_price().await;
    // Between the price and the tap, with the tap unanswered, and after the answer.
    shop.bot_ends().await;
    phone.taps("👛 Pay");
    sleep(Duration::from_millis(50)).await;
    shop.bot_starts();
    shop.telegram.rests().await;
    shop.bot_restarts().await;
    phone.taps_on(phone.newest(), &text::get(shop.locale, "bot-orders"));
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 1).await;
    // In the middle of each question.
    taps(&shop, &phone, "bot-home").await;
    taps(&shop, &phone, "bot-service").await;
    taps(&shop, &phone, "bot-rename").await;
    shop.bot_restarts().await;
    phone.says("Mum");
    shop.telegram.rests().await;
    assert!(phone.last().contains("Mum"), "{}", phone.last());
    phone.says("/wallet");
    shop.telegram.rests().await;
    taps(&shop, &phone, "top-up").await;
    shop.bot_restarts().await;
    phone.says("12.50");
    shop.telegram.rests().await;
    shop.bot_restarts().await;
    phone.taps("Card to card");
    shop.telegram.rests().await;
    taps(&shop, &phone, "send-receipt").await;
    shop.bot_restarts().await;
    phone.sends_photo(&nexa_core::qr::png("a receipt").expect("a picture"), "");
    shop.telegram.rests().await;
    assert_eq!(shop.operator.receipts(PageRequest::default()).await.expect("receipts").len(), 1);
    assert_eq!(shop.orders(&phone).await.len(), 2, "a month and a top-up");
    shop.is_in_order().await;
}

#[tokio::test]
async fn a_restart_before_every_tap_changes_nothing() {
    let (mut shop, phone) = at_the_price().await;
    shop.adds_pack("traffic", "Ten more", 10 << 30, 300).await;
    // Each step is taken by a bot that knows nothing of the ones before.
    for label in [
        "👛 Pay",
        "Home",
        "My subscription",
        "Renew",
        "👛 Pay",
        "Home",
        "My subscription",
        "➕",
        "+10",
        "👛 Pay",
    ] {
        shop.bot_restarts().await;
        phone.taps(label);
        shop.telegram.rests().await;
        shop.works().await;
    }
    assert_eq!(shop.orders(&phone).await.len(), 3, "a month, another one, and a pack");
    assert_eq!(shop.wallet(&phone).await, shop.money(2000 - 500 - 500 - 300).minor);
    shop.is_in_order().await;
}

#[tokio::test]
async fn a_plan_that_is_taken_off_sale_is_not_bought() {
    let (shop, phone) = at_the_price().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    phone.says("/services");
    shop.telegram.rests().await;
    let card = phone.newest();
    phone.says("/buy");
    shop.telegram.rests().await;
    shop.operator.update_plan(&shop.month, changed(None, Some(false))).await.expect("off sale");
    for (message, label) in [(card, "Renew"), (phone.newest(), "👛 Pay")] {
        drop(phone.news());
        phone.taps_on(message, label);
        shop.telegram.rests().await;
        assert!(phone.news().contains("no longer on sale"), "{label}: {}", phone.shows());
    }
    has_bought(&shop, &phone, 1).await;
}

/// A plan with another price, or off sale.
fn changed(prices: Option<Vec<MoneyView>>, on_sale: Option<bool>) -> UpdatePlanRequest {
    UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices,
        extras: None,
        on_sale,
    }
}

#[tokio::test]
async fn killed_while_it_buys_it_buys_once() {
    for pause in [0, 1, 3, 6, 10, 20, 40] {
        let (mut shop, phone) = at_the_price().await;
        phone.taps("👛 Pay");
        sleep(Duration::from_millis(pause)).await;
        shop.bot_restarts().await;
        shop.telegram.rests().await;
        shop.works().await;
        assert_eq!(shop.orders(&phone).await.len(), 1, "killed after {pause} ms");
        assert_eq!(shop.wallet(&phone).await, shop.money(1500).minor, "killed after {pause} ms");
    }
}

#[tokio::test]
async fn an_update_that_comes_twice_is_done_once() {
    let (shop, phone) = at_the_price().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.telegram.repeats_itself();
    shop.telegram.rests().await;
    shop.works().await;
    assert_eq!(shop.orders(&phone).await.len(), 1, "one order");
    assert_eq!(shop.wallet(&phone).await, shop.money(1500).minor, "paid once");
    // Its tap was answered the first time.
    assert_eq!(shop.telegram.faults().len(), 1, "{:?}", shop.telegram.faults());
}

#[tokio::test]
async fn a_double_tap_makes_one_new_link() {
    let (shop, phone) = at_the_price().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    phone.says("/services");
    shop.telegram.rests().await;
    taps(&shop, &phone, "bot-reset-link").await;
    let asked = phone.newest();
    let sure = text::get(shop.locale, "bot-reset-link-sure");
    let mut links = Vec::new();
    for _ in 0..3 {
        phone.taps_on(asked, &sure);
        phone.taps_on(asked, &sure);
        shop.telegram.rests().await;
        links.push(phone.copies("Copy"));
    }
    links.dedup();
    assert_eq!(links.len(), 1, "one new link: {links:?}");
    assert_eq!(
        shop.known(&phone).await.1.subscriptions().await.expect("mine").remove(0).link,
        links.remove(0)
    );
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn nobody_pays_another_price_than_was_shown() {
    let (shop, phone) = at_the_price().await;
    let price = phone.newest();
    let dearer = changed(Some(vec![shop.money(900)]), None);
    shop.operator.update_plan(&shop.month, dearer).await.expect("a new price");
    phone.taps_on(price, "👛 Pay");
    shop.telegram.rests().await;
    assert!(phone.last().contains("9.00"), "{}", phone.last());
    has_bought(&shop, &phone, 0).await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    assert_eq!(shop.wallet(&phone).await, shop.money(1100).minor);
}

#[tokio::test]
async fn two_devices_at_once_buy_once() {
    let (shop, phone) = at_the_price().await;
    let price = phone.newest();
    phone.says("/buy");
    shop.telegram.rests().await;
    for _ in 0..3 {
        phone.taps_on(price, "👛 Pay");
        phone.taps("👛 Pay");
        phone.says("/wallet");
    }
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn telegram_is_away_for_a_while() {
    let (shop, phone) = at_the_price().await;
    shop.telegram.goes_down();
    phone.taps("👛 Pay");
    sleep(Duration::from_secs(1)).await;
    shop.telegram.comes_back();
    shop.telegram.rests().await;
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn a_flood_is_waited_out() {
    let (shop, phone) = at_the_price().await;
    shop.telegram.storms(2, 1);
    phone.says("/wallet");
    let before = phone.answers();
    shop.telegram.until("an answer after the flood", || phone.answers() > before).await;
    shop.telegram.rests().await;
    assert!(phone.last().contains("Wallet"), "{}", phone.last());
    shop.telegram.limits(true, true);
    for _ in 0..21 {
        phone.says("/help");
    }
    shop.telegram.until("all are answered", || phone.answers() >= before + 22).await;
}
