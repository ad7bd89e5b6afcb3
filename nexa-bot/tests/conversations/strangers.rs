//! Whoever sends whatever, wherever: other hands, other chats, odd messages. There is always an answer, and nobody sees
//! or buys what is another's.

use crate::storms::{at_the_price, has_bought, taps};
use nexa_core::{storefront::model::PageRequest, text};

#[tokio::test]
async fn a_button_in_other_hands_opens_nothing() {
    let (shop, phone) = at_the_price().await;
    let other = shop.telegram.person("Eve", Some("en"));
    other.start(None);
    shop.telegram.rests().await;
    phone.forwards_to(&other, "👛 Pay");
    shop.telegram.rests().await;
    phone.taps("👛 Pay");
    shop.telegram.rests().await;
    shop.works().await;
    taps(&shop, &phone, "bot-home").await;
    taps(&shop, &phone, "bot-service").await;
    for key in ["bot-link", "bot-renew", "bot-devices", "bot-rename", "bot-reset-link", "bot-usage"] {
        phone.forwards_to(&other, &text::get(shop.locale, key));
        shop.telegram.rests().await;
    }
    let seen = other.shows();
    assert!(!seen.contains("/s/"), "no link of another customer: {seen}");
    assert_eq!(shop.orders(&other).await.len(), 0);
    assert_eq!(shop.orders(&phone).await.len(), 1);
    // What was sent on cannot be changed, so the answers came as messages of their own.
    assert!(shop.telegram.faults().iter().all(|fault| fault.ends_with("message can't be edited")));
    assert_eq!(shop.telegram.unanswered(), Vec::<i64>::new());
}

#[tokio::test]
async fn two_operators_accept_a_receipt_once() {
    let (shop, phone) = at_the_price().await;
    phone.says("/wallet");
    shop.telegram.rests().await;
    for label in ["Top up", "20.00", "Card to card", "Send the receipt"] {
        phone.taps(label);
        shop.telegram.rests().await;
    }
    phone.sends_photo(&nexa_core::qr::png("a receipt").expect("a picture"), "");
    shop.telegram.rests().await;
    let offices = ["Ann", "Ben"].map(|name| shop.telegram.person(name, Some("en")));
    for office in &offices {
        shop.hires(office).await;
        office.says("/office");
        shop.telegram.rests().await;
        for label in ["🧾", "·"] {
            office.taps(label);
            shop.telegram.rests().await;
        }
    }
    for office in offices.iter().chain(&offices) {
        office.taps("✅");
    }
    shop.telegram.rests().await;
    shop.works().await;
    assert_eq!(shop.wallet(&phone).await, shop.money(4000).minor, "credited once");
    shop.is_in_order().await;
}

#[tokio::test]
async fn forged_buttons_are_out_of_date() {
    let (shop, phone) = at_the_price().await;
    let forged =
        ["", "x", "co:1", "co:1:w:w", "pl:AAAA", "O", "Oa:AAAAAAAAAAAAAAAAAAAAAA", "tb:-5", "co:99:w"];
    for data in forged.into_iter().filter(|data| !data.is_empty()) {
        phone.forges(data);
        shop.telegram.rests().await;
    }
    has_bought(&shop, &phone, 0).await;
}

#[tokio::test]
async fn whatever_is_sent_is_answered() {
    let (shop, phone) = at_the_price().await;
    let mut answers = phone.answers();
    let mut answered = |what: &str| {
        assert!(phone.answers() > answers, "{what} is answered");
        answers = phone.answers();
    };
    phone.sends_sticker();
    shop.telegram.rests().await;
    answered("a sticker");
    phone.sends_voice();
    shop.telegram.rests().await;
    answered("a voice");
    phone.sends_document(b"%PDF", "application/pdf", "");
    shop.telegram.rests().await;
    answered("a document");
    phone.sends_photo(b"\xff\xd8\xff", "");
    shop.telegram.rests().await;
    answered("a picture");
    phone.says(&"ا".repeat(5000));
    shop.telegram.rests().await;
    answered("a long text");
    phone.edits("short");
    shop.telegram.rests().await;
    answered("an edit");
    phone.says("/nothing");
    shop.telegram.rests().await;
    answered("an unknown command");
    phone.says("<b>&\u{0}\u{202e}{{");
    shop.telegram.rests().await;
    answered("a strange text");
    shop.is_in_order().await;
}

#[tokio::test]
async fn groups_hear_nothing_of_a_customer() {
    let (shop, phone) = at_the_price().await;
    let before = shop.telegram.calls("sendmessage");
    phone.says_in(-100, "/wallet");
    phone.taps_in(-100, "👛 Pay");
    shop.telegram.rests().await;
    assert_eq!(shop.telegram.calls("sendmessage"), before);
    has_bought(&shop, &phone, 0).await;
}

#[tokio::test]
async fn somebody_who_blocks_the_bot_holds_nobody_up() {
    let (shop, phone) = at_the_price().await;
    phone.taps("👛 Pay");
    phone.blocks();
    shop.telegram.rests().await;
    let other = shop.telegram.person("Bob", Some("en"));
    other.start(None);
    shop.telegram.rests().await;
    assert!(other.answers() > 0);
    phone.unblocks();
    phone.start(None);
    shop.telegram.rests().await;
    assert!(phone.is_offered("Home") || phone.is_offered("Wallet"));
    has_bought(&shop, &phone, 1).await;
}

#[tokio::test]
async fn a_picture_that_is_none_is_refused() {
    let (shop, phone) = at_the_price().await;
    phone.says("/wallet");
    shop.telegram.rests().await;
    taps(&shop, &phone, "top-up").await;
    phone.taps("20.00");
    shop.telegram.rests().await;
    phone.taps("Card to card");
    shop.telegram.rests().await;
    taps(&shop, &phone, "send-receipt").await;
    for (bytes, mime) in
        [(&b"\xff\xd8\xff"[..], "image/jpeg"), (b"<svg/>", "image/svg+xml"), (b"", "image/png")]
    {
        phone.sends_document(bytes, mime, &"x".repeat(1024));
        shop.telegram.rests().await;
        assert!(phone.is_offered("Home") || phone.is_offered("Never mind"), "a way on");
    }
    phone.sends_document(&vec![0; 6 * 1024 * 1024], "image/png", "");
    shop.telegram.rests().await;
    assert_eq!(shop.operator.receipts(PageRequest::default()).await.expect("receipts").len(), 0);
    let picture = nexa_core::qr::png("a receipt").expect("a picture");
    phone.sends_document(&picture, "image/png", "");
    phone.sends_document(&picture, "image/png", "");
    shop.telegram.rests().await;
    assert_eq!(
        shop.operator.receipts(PageRequest::default()).await.expect("receipts").len(),
        1,
        "one receipt"
    );
    shop.is_in_order().await;
}

#[tokio::test]
async fn the_menu_is_set_in_every_language() {
    let (shop, _) = at_the_price().await;
    for language in ["", "fa", "ru"] {
        let commands = shop.telegram.commands(language).expect("a menu");
        assert_eq!(commands.as_array().map(Vec::len), Some(6), "{language}");
    }
}
