//! The wallet, and the operator's side of receipts.

use crate::{
    script::{Chat, in_every_language},
    world::Shop,
};
use nexa_core::domain::shop::Locale;

in_every_language!(
    a_wallet_is_filled,
    an_amount_is_typed,
    a_receipt_is_accepted,
    another_amount_came,
    a_receipt_is_rejected,
    a_user_is_found,
);

async fn a_wallet_is_filled(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/wallet").await;
    chat.taps(&shop, "top-up").await;
    chat.picks(&shop, shop.amount("۱۰۰٬۰۰۰", "5.00", "5,00")).await;
    chat.picks(&shop, shop.word("تتر", "Tether")).await;
    shop.is_sent(&chat.phone).await;
    chat.hears("the money is sent, and a few minutes pass");
    chat.taps(&shop, "bot-check").await;
    chat.says(&shop, "/wallet").await;
    chat.taps(&shop, "bot-orders").await;
    chat.is_as_kept(&shop, "top_up").await;
}

async fn an_amount_is_typed(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.says(&shop, "/wallet").await;
    chat.taps(&shop, "top-up").await;
    chat.says(&shop, shop.word("زیاد", "a lot")).await;
    chat.says(&shop, "-5").await;
    chat.says(&shop, "99999999999999999999").await;
    chat.says(&shop, shop.word("۲۵۰٬۰۰۰", "۱۲٫۵۰")).await;
    chat.taps(&shop, "bot-back").await;
    chat.is_as_kept(&shop, "top_up_typed").await;
}

/// A customer who handed in a receipt, and an operator at the office.
async fn with_a_receipt(shop: &Shop) -> (Chat, Chat) {
    let customer = Chat::new(shop);
    customer.phone.start(None);
    shop.telegram.rests().await;
    let words = ["bot-buy", "", "send-receipt"].map(|key| match key {
        "" => shop.word("کارت به کارت", "Card to card").to_owned(),
        key => nexa_core::text::get(shop.locale, key),
    });
    for word in words {
        customer.phone.taps(&word);
        shop.telegram.rests().await;
    }
    customer.phone.sends_photo(&nexa_core::qr::png("a receipt").expect("a picture"), "پیگیری ۱۲۳۴");
    shop.telegram.rests().await;
    drop(customer.phone.news());
    let mut office = Chat::new(shop);
    shop.hires(&office.phone).await;
    office.says(shop, "/office").await;
    (customer, office)
}

async fn a_receipt_is_accepted(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut customer, mut office) = with_a_receipt(&shop).await;
    office.picks(&shop, "🧾").await;
    office.picks(&shop, "·").await;
    office.picks(&shop, "✅").await;
    shop.works().await;
    customer.hears("the office has looked at it");
    customer.taps(&shop, "bot-service-order").await;
    office.is_as_kept(&shop, "office_accept").await;
    customer.is_as_kept(&shop, "receipt_accepted").await;
}

async fn another_amount_came(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut customer, mut office) = with_a_receipt(&shop).await;
    office.picks(&shop, "🧾").await;
    office.picks(&shop, "·").await;
    office.taps(&shop, "bot-receipt-other").await;
    office.says(&shop, shop.word("چی؟", "what?")).await;
    office.says(&shop, shop.word("۲۰۰٬۰۰۰", "2")).await;
    shop.works().await;
    customer.hears("the office has looked at it");
    customer.taps(&shop, "bot-service-order").await;
    office.is_as_kept(&shop, "office_other_amount").await;
    customer.is_as_kept(&shop, "receipt_other_amount").await;
}

async fn a_receipt_is_rejected(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut customer, mut office) = with_a_receipt(&shop).await;
    office.picks(&shop, "🧾").await;
    office.picks(&shop, "·").await;
    let receipt = office.phone.newest();
    office.taps(&shop, "bot-reject-unreadable").await;
    office.phone.taps_on(receipt, "✅");
    office.passes(&shop, "[✅] of the same receipt").await;
    shop.works().await;
    customer.hears("the office has looked at it");
    customer.taps(&shop, "bot-service-order").await;
    office.is_as_kept(&shop, "office_reject").await;
    customer.is_as_kept(&shop, "receipt_rejected").await;
}

async fn a_user_is_found(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (customer, mut office) = with_a_receipt(&shop).await;
    office.taps(&shop, "bot-office-find").await;
    office.says(&shop, "nobody@example.org").await;
    let id = customer.phone.id().to_string();
    office.phone.says(&id);
    office.passes(&shop, "the customer's Telegram id").await;
    office.taps(&shop, "bot-block").await;
    customer.phone.says("/wallet");
    shop.telegram.rests().await;
    let mut customer = customer;
    customer.passes(&shop, "/wallet").await;
    office.taps(&shop, "bot-unblock").await;
    customer.says(&shop, "/wallet").await;
    office.is_as_kept(&shop, "office_user").await;
    customer.is_as_kept(&shop, "blocked").await;
}
