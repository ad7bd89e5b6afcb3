//! A service that was made by hand, in the panel, and comes along.

use crate::{
    script::{Chat, in_every_language},
    world::{GIB, Shop},
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    backoffice::model::ShopRequest,
    domain::{
        extras::Extras,
        grant::{Grant, PanelId},
        measure::Traffic,
        shop::Locale,
    },
    ports::panel::Panel as _,
    text,
    world::Clock as _,
};

in_every_language!(a_service_comes_along, what_is_no_service, what_is_over, where_nothing_is_adopted);

const SERVICE: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

async fn adopting(locale: Locale) -> Shop {
    let shop = Shop::open(locale).await;
    shop.updates(ShopRequest { adoption_plan_id: Some(shop.month.clone()), ..ShopRequest::default() }).await;
    shop
}

/// Made by hand: 20 GiB for so many days from now.
async fn by_hand(shop: &Shop, days: i64) -> PanelId {
    let panel_id = SERVICE.parse().expect("an identity");
    let grant = Grant {
        panel_id,
        label: "Ali".to_owned(),
        enabled: true,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: shop.clock.now() + SignedDuration::from_hours(24 * days),
        limit: Traffic::bytes(20 * GIB),
        devices: 1,
        extras: Extras::NONE,
        counted: Traffic::ZERO,
    };
    shop.panels.panel("frankfurt").apply(&grant).await.done().expect("made");
    panel_id
}

async fn subscriptions(shop: &Shop, chat: &Chat) -> usize {
    shop.known(&chat.phone).await.1.subscriptions().await.expect("subscriptions").len()
}

async fn a_service_comes_along(locale: Locale) {
    let mut shop = adopting(locale).await;
    let service = by_hand(&shop, 12).await;
    shop.panels.panel("frankfurt").consume(service, 5 * GIB);
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-adopt").await;
    shop.bot_restarts().await;
    chat.notes("the program is started again");
    let pasted = format!("https://panel.example/x/{SERVICE}/#Ali");
    chat.phone.says(&pasted);
    chat.phone.says(&pasted);
    chat.passes(&shop, &format!("{pasted} twice")).await;
    shop.works().await;
    assert!(chat.hears("a few seconds later"), "it is told");
    assert!(chat.phone.copies(&text::get(locale, "copy")).starts_with("https://"));
    chat.taps(&shop, "bot-service").await;
    chat.taps(&shop, "bot-home").await;
    assert_eq!(subscriptions(&shop, &chat).await, 1);
    let (id, _) = shop.known(&chat.phone).await;
    let mut read = shop.storage.read().await.expect("storage");
    let memory = read.dialogue(shop.id, id.parse().expect("an id")).await.expect("a dialogue");
    assert!(!format!("{memory:?}").contains(SERVICE), "nothing of what was pasted is kept");
    chat.is_as_kept(&shop, "adopt").await;
}

async fn what_is_no_service(locale: Locale) {
    let shop = adopting(locale).await;
    let panel = shop.panels.panel("frankfurt");
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-adopt").await;
    chat.says(&shop, "https://panel.example/").await;
    chat.says(&shop, SERVICE).await;
    chat.sends_receipt(&shop, "a picture of a code", "").await;
    by_hand(&shop, 12).await;
    panel.set_down(true);
    chat.says(&shop, SERVICE).await;
    panel.set_down(false);
    chat.notes("the server is back");
    chat.says(&shop, SERVICE).await;
    assert_eq!(subscriptions(&shop, &chat).await, 1, "in the end");
    let mut other = Chat::new(&shop);
    other.starts(&shop, None).await;
    other.taps(&shop, "bot-adopt").await;
    other.says(&shop, SERVICE).await;
    assert_eq!(subscriptions(&shop, &other).await, 0, "it is somebody's");
    other.taps(&shop, "bot-home").await;
    other.says(&shop, SERVICE).await;
    other.taps(&shop, "bot-home").await;
    chat.is_as_kept(&shop, "adopt_wrong").await;
    other.is_as_kept(&shop, "adopt_another").await;
}

async fn what_is_over(locale: Locale) {
    let shop = adopting(locale).await;
    by_hand(&shop, -3).await;
    let mut chat = Chat::new(&shop);
    shop.gives(&chat.phone, 1000).await;
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-settings").await;
    chat.taps(&shop, "bot-adopt").await;
    chat.says(&shop, SERVICE).await;
    shop.works().await;
    chat.hears("a few seconds later");
    chat.taps(&shop, "action-open-subscription").await;
    chat.taps(&shop, "bot-renew").await;
    chat.picks(&shop, "👛").await;
    shop.works().await;
    assert!(chat.hears("a few seconds later"), "it goes on");
    chat.is_as_kept(&shop, "adopt_over").await;
}

async fn where_nothing_is_adopted(locale: Locale) {
    let shop = adopting(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    shop.updates(ShopRequest { adoption_plan_id: Some(String::new()), ..ShopRequest::default() }).await;
    chat.notes("the operator adopts nothing any more");
    chat.taps(&shop, "bot-adopt").await;
    chat.starts(&shop, None).await;
    assert!(!chat.phone.is_offered(&text::get(locale, "bot-adopt")));
    chat.is_as_kept(&shop, "adopt_off").await;
}
