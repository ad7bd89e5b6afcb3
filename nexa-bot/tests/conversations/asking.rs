//! A question to the shop, and its answer.

use crate::{
    script::{Chat, in_every_language},
    world::Shop,
};
use nexa_core::domain::shop::Locale;

in_every_language!(a_question_is_answered, a_picture_is_asked_about);

async fn a_question_is_answered(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/help").await;
    chat.taps(&shop, "bot-ask").await;
    chat.says(&shop, shop.word("لینکم کار نمی‌کند", "My link does not work")).await;
    let mut office = Chat::new(&shop);
    shop.hires(&office.phone).await;
    office.starts(&shop, Some("office")).await;
    office.picks(&shop, "💬").await;
    office.picks(&shop, " · ").await;
    office.says(&shop, shop.word("روی کدام دستگاه؟", "On which device?")).await;
    shop.works().await;
    assert!(chat.hears("the shop answers"), "the answer is told");
    chat.taps(&shop, "action-open-ticket").await;
    chat.taps(&shop, "bot-ticket-say").await;
    chat.says(&shop, shop.word("آیفون", "An iPhone")).await;
    office.taps(&shop, "bot-back").await;
    office.picks(&shop, "💬").await;
    office.picks(&shop, " · ").await;
    office.taps(&shop, "bot-ticket-close").await;
    shop.works().await;
    chat.hears("the shop closes it");
    chat.taps(&shop, "bot-ticket-show").await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "question").await;
    office.is_as_kept(&shop, "office_question").await;
}

async fn a_picture_is_asked_about(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/help").await;
    chat.taps(&shop, "bot-ask").await;
    chat.phone.sends_sticker();
    chat.passes(&shop, "[sticker]").await;
    chat.sends_receipt(&shop, "what I see", shop.word("این چیست؟", "What is this?")).await;
    chat.taps(&shop, "bot-ticket-show").await;
    chat.taps(&shop, "bot-ticket-close").await;
    chat.is_as_kept(&shop, "question_with_picture").await;
}
