//! The first minutes: language, terms, channel, the home card.

use crate::{
    script::{Chat, in_every_language},
    world::Shop,
};
use nexa_core::{
    backoffice::model::{BotRequest, OwnTextRequest, ShopRequest},
    domain::shop::Locale,
    text,
};

async fn a_first_start(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-help").await;
    chat.taps(&shop, "bot-home").await;
    chat.taps(&shop, "bot-settings").await;
    chat.is_as_kept(&shop, "first_start").await;
}

/// What a language calls itself.
fn locale_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Fa => "فارسی",
        Locale::En => "English",
        Locale::Ru => "Русский",
    }
}

async fn a_client_in_another_language(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::speaking(&shop, Some("de"));
    chat.starts(&shop, Some("g_ABC")).await;
    chat.picks(&shop, locale_name(locale)).await;
    chat.is_as_kept(&shop, "another_language").await;
}

async fn terms_and_a_channel(locale: Locale) {
    let mut shop = Shop::closed(locale).await;
    let (terms_url, channel) = (Some("https://fast.example/terms".to_owned()), Some("@fast_net".to_owned()));
    shop.bot_behaves(BotRequest { terms_url, channel, ..BotRequest::default() }).await;
    shop.bot_starts();
    let mut chat = Chat::new(&shop);
    chat.phone.leaves("@fast_net");
    chat.starts(&shop, None).await;
    chat.says(&shop, "hello").await;
    chat.taps(&shop, "bot-terms-accept").await;
    chat.says(&shop, "/buy").await;
    chat.taps(&shop, "bot-channel-joined").await;
    chat.phone.joins("@fast_net");
    chat.notes("joins the channel");
    chat.taps(&shop, "bot-channel-joined").await;
    chat.is_as_kept(&shop, "terms_and_channel").await;
}

async fn terms_of_the_shops_own(locale: Locale) {
    let mut shop = Shop::closed(locale).await;
    let (key, said) = ("terms".to_owned(), "Be kind.".to_owned());
    let own = OwnTextRequest { key, locale: locale.tag().to_owned(), text: said };
    shop.operator.set_own_text(own).await.expect("kept");
    shop.bot_starts();
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    let page = chat.phone.address(&text::get(locale, "bot-terms-read"));
    assert_eq!(page, "https://shop.example.org/terms");
    chat.taps(&shop, "bot-terms-accept").await;
    chat.says(&shop, "/help").await;
    assert!(chat.phone.is_offered(&text::get(locale, "bot-help-topics")), "{}", chat.phone.shows());
    shop.is_in_order().await;
}

async fn every_home(locale: Locale) {
    let mut shop = Shop::closed(locale).await;
    shop.gives_trials().await;
    let support_url = Some("https://t.me/fast_net_support".to_owned());
    shop.updates(ShopRequest { support_url, ..ShopRequest::default() }).await;
    shop.bot_starts();
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    shop.gives(&chat.phone, 2000).await;
    chat.notes("money in the wallet");
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-trial").await;
    shop.works().await;
    chat.hears("a while later");
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-help").await;
    chat.is_as_kept(&shop, "homes").await;
}

async fn a_second_factor(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    let code = shop.protects(&chat.phone).await;
    chat.starts(&shop, None).await;
    chat.says(&shop, "/wallet").await;
    chat.says(&shop, "no code").await;
    chat.says(&shop, code).await;
    chat.says(&shop, "/wallet").await;
    chat.is_as_kept(&shop, "second_factor").await;
}

async fn another_language_is_chosen(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/settings").await;
    chat.taps(&shop, "bot-language").await;
    chat.picks(&shop, shop.word("English", "فارسی")).await;
    chat.says(&shop, "/help").await;
    chat.says(&shop, "hello").await;
    chat.phone.sends_sticker();
    chat.passes(&shop, "[sticker]").await;
    chat.is_as_kept(&shop, "settings").await;
}

in_every_language!(
    another_language_is_chosen,
    a_first_start,
    a_client_in_another_language,
    terms_and_a_channel,
    terms_of_the_shops_own,
    every_home,
    a_second_factor,
);
