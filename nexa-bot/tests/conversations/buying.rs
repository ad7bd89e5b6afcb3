//! From the plans to a link.

use crate::{
    script::{Chat, in_every_language},
    services::with_a_month,
    world::Shop,
};
use jiff::SignedDuration;
use nexa_core::domain::shop::Locale;
use serde_json::json;

in_every_language!(
    from_the_wallet,
    several_plans_and_places,
    by_card_with_a_receipt,
    on_a_chain,
    on_a_chain_with_a_comment,
    another_way,
    an_order_is_given_up,
    a_trial,
    kept_until_the_wallet_has_enough,
    a_price_that_moved,
);

async fn kept_until_the_wallet_has_enough(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 200).await;
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    let keep = nexa_core::text::get(locale, "bot-keep");
    chat.phone.taps(&keep);
    chat.phone.taps(&keep);
    chat.passes(&shop, &format!("[{keep}] twice")).await;
    let kept = shop.orders(&chat.phone).await;
    assert_eq!(
        kept.iter().map(|of| (of.state.as_str(), of.from_wallet)).collect::<Vec<_>>(),
        [("awaiting_payment", true)]
    );
    shop.gives(&chat.phone, 300).await;
    shop.works().await;
    assert!(chat.hears("the rest comes into the wallet"), "it is ready");
    assert_eq!(shop.orders(&chat.phone).await.remove(0).state, "fulfilled");
    assert_eq!(shop.wallet(&chat.phone).await, 0, "paid once");
    chat.is_as_kept(&shop, "kept").await;
}

async fn a_price_that_moved(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    shop.adds_plan(shop.word("خانواده", "Family"), 30, 50, 900).await;
    shop.after(SignedDuration::from_hours(24 * 10)).await;
    chat.notes("ten days later");
    chat.taps(&shop, "bot-change").await;
    chat.picks(&shop, shop.word("خانواده", "Family")).await;
    shop.after(SignedDuration::from_hours(24)).await;
    chat.notes("a day later");
    chat.picks(&shop, "👛").await;
    assert_eq!(shop.orders(&chat.phone).await.len(), 1, "nothing is bought at a price that was not shown");
    let (before, shown) = (shop.wallet(&chat.phone).await, chat.phone.shows());
    shop.after(SignedDuration::from_mins(10)).await;
    chat.notes("ten minutes later");
    chat.picks(&shop, "👛").await;
    shop.works().await;
    let bought = shop.orders(&chat.phone).await.remove(0);
    let price = nexa_core::text::money(
        locale,
        nexa_core::domain::money::Money::new(bought.price.minor, shop.currency),
    );
    assert!(shown.contains(&price), "{price} was shown");
    assert_eq!(before - shop.wallet(&chat.phone).await, bought.price.minor, "and is what was charged");
    shop.is_in_order().await;
}

async fn from_the_wallet(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 2000).await;
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.taps(&shop, "bot-home").await;
    assert_eq!(shop.orders(&chat.phone).await.len(), 1, "one order");
    assert_eq!(shop.wallet(&chat.phone).await, shop.money(1500).minor, "paid once");
    chat.is_as_kept(&shop, "buy_from_wallet").await;
}

async fn several_plans_and_places(locale: Locale) {
    let shop = Shop::open(locale).await;
    shop.adds_plan(shop.word("سه‌ماهه", "Three months"), 90, 100, 1200).await;
    shop.adds_server("amsterdam", "NL").await;
    shop.adds_server("helsinki", "FI").await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("سه‌ماهه", "Three months")).await;
    chat.picks(&shop, "🇫🇮").await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "several_plans").await;
}

async fn by_card_with_a_receipt(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("کارت به کارت", "Card to card")).await;
    chat.taps(&shop, "send-receipt").await;
    chat.says(&shop, "123456").await;
    chat.sends_receipt(&shop, "a receipt", "123456").await;
    chat.taps(&shop, "bot-service-order").await;
    chat.taps(&shop, "bot-check").await;
    chat.is_as_kept(&shop, "buy_by_card").await;
}

async fn on_a_chain(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 200).await;
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("تتر", "Tether")).await;
    chat.taps(&shop, "bot-check").await;
    shop.is_sent(&chat.phone).await;
    chat.hears("the money is sent, and a few minutes pass");
    chat.taps(&shop, "bot-check").await;
    chat.taps(&shop, "bot-service").await;
    assert_eq!(shop.wallet(&chat.phone).await, 0, "the wallet's part is used");
    chat.is_as_kept(&shop, "buy_on_chain").await;
}

async fn on_a_chain_with_a_comment(locale: Locale) {
    let shop = Shop::open(locale).await;
    let config = json!({ "asset": shop.currency, "wallet": "everybody", "memo": true });
    shop.adds_gateway("fake", shop.word("تون", "Toncoin"), config).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("تون", "Toncoin")).await;
    shop.is_sent(&chat.phone).await;
    chat.hears("the money is sent with the comment, and a few minutes pass");
    chat.is_as_kept(&shop, "buy_on_chain_with_comment").await;
}

async fn another_way(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("تتر", "Tether")).await;
    chat.taps(&shop, "bot-other-way").await;
    chat.picks(&shop, shop.word("کارت به کارت", "Card to card")).await;
    shop.gives(&chat.phone, 500).await;
    chat.notes("money comes into the wallet");
    chat.taps(&shop, "bot-other-way").await;
    chat.taps(&shop, "bot-pay-from-wallet").await;
    assert_eq!(shop.wallet(&chat.phone).await, 0, "paid from the wallet");
    chat.is_as_kept(&shop, "another_way").await;
}

async fn an_order_is_given_up(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("کارت به کارت", "Card to card")).await;
    chat.taps(&shop, "bot-home").await;
    chat.taps(&shop, "bot-finish-order").await;
    chat.taps(&shop, "bot-cancel-order").await;
    chat.taps(&shop, "bot-orders").await;
    shop.after(SignedDuration::from_hours(72)).await;
    chat.taps(&shop, "bot-home").await;
    chat.is_as_kept(&shop, "cancel").await;
}

async fn a_trial(locale: Locale) {
    let mut shop = Shop::closed(locale).await;
    shop.gives_trials().await;
    shop.bot_starts();
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    let offer = chat.phone.newest();
    chat.taps(&shop, "bot-trial").await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.taps(&shop, "bot-services").await;
    chat.starts(&shop, None).await;
    let before = shop.known(&chat.phone).await.1.subscriptions().await.expect("subscriptions").len();
    chat.phone.forges("tr");
    chat.passes(&shop, "the trial once more").await;
    let after = shop.known(&chat.phone).await.1.subscriptions().await.expect("subscriptions").len();
    assert_eq!((before, after), (1, 1), "one trial");
    assert!(offer > 0);
    chat.is_as_kept(&shop, "trial").await;
}
