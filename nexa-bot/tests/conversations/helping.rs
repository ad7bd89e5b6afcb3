//! What the shop explains, asked for before somebody writes; and what it says in its own words.

use crate::{
    script::{Chat, in_every_language},
    world::Shop,
};
use nexa_core::{
    backoffice::model::{ArticleRequest, OwnTextRequest},
    domain::shop::Locale,
};

in_every_language!(an_article_is_read_and_judged, the_shop_speaks_for_itself);

async fn an_article_is_read_and_judged(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/help").await;
    chat.taps(&shop, "bot-help-topics").await;
    chat.taps(&shop, "help-category-service").await;
    chat.taps(&shop, "article-renew").await;
    chat.taps(&shop, "bot-help-helped").await;
    chat.taps(&shop, "bot-help-missed").await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "article").await;
    let entries = shop.operator.help_entries("en").await.expect("entries");
    let renew = entries.iter().find(|entry| entry.slug == "renew").expect("there");
    assert_eq!((renew.helped, renew.missed), (1, 0), "counted once");
}

async fn the_shop_speaks_for_itself(locale: Locale) {
    let shop = Shop::open(locale).await;
    let tag = locale.tag();
    for (key, text) in [("welcome", "<b>{shop}</b> :)\n1"), ("help", "?? {shop}")] {
        let own = OwnTextRequest { key: key.to_owned(), locale: tag.to_owned(), text: text.to_owned() };
        shop.operator.set_own_text(own).await.expect("kept");
    }
    let own = ArticleRequest {
        article_id: None,
        slug: "renew".to_owned(),
        locale: tag.to_owned(),
        category: "service".to_owned(),
        platforms: None,
        title: "<i>***</i>".to_owned(),
        body: "# <b>\n- [x](https://a.example)\n- [y](javascript:z)".to_owned(),
        published: true,
    };
    shop.operator.save_article(own).await.expect("kept");
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-help").await;
    chat.taps(&shop, "bot-help-topics").await;
    chat.taps(&shop, "help-category-service").await;
    chat.picks(&shop, "***").await;
    chat.is_as_kept(&shop, "own_words").await;
}
