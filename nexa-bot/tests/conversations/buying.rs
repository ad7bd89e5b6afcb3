//! From the plans to a link.

use crate::{
    script::{Chat, in_both_languages},
    world::Shop,
};
use nexa_core::domain::shop::Locale;

async fn from_the_wallet(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 2000).await;
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    chat.notes("a few seconds later");
    chat.taps(&shop, "bot-home").await;
    assert_eq!(shop.orders(&chat.phone).await.len(), 1, "one order");
    assert_eq!(shop.wallet(&chat.phone).await, shop.money(1500).minor, "paid once");
    chat.is_as_kept(&shop, "buy_from_wallet").await;
}

in_both_languages!(from_the_wallet);
