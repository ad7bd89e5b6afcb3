//! What operators do in the bot: the day's sales, gifts of time, the switch that closes the shop, and broadcasts.

use crate::{
    script::{Chat, in_every_language},
    services::with_a_month,
    world::Shop,
};
use nexa_core::{
    backoffice::model::{BotRequest, BroadcastView},
    domain::shop::Locale,
    storefront::model::PageRequest,
    text,
};

in_every_language!(
    the_day_is_looked_at,
    a_plan_and_days_are_given,
    the_shop_is_closed,
    many_are_told,
    no_more_are_told,
    what_failed_is_sent_again,
    some_are_told,
    a_bot_that_is_switched_off_tells_nobody,
    alerts_go_where_they_shall,
    customers_have_no_office,
);

/// An operator at the office.
async fn at_the_office(shop: &Shop) -> Chat {
    let mut office = Chat::new(shop);
    shop.hires(&office.phone).await;
    office.starts(shop, Some("office")).await;
    office
}

async fn the_day_is_looked_at(locale: Locale) {
    let shop = Shop::open(locale).await;
    with_a_month(&shop).await;
    let mut office = at_the_office(&shop).await;
    office.taps(&shop, "bot-office-sales").await;
    office.taps(&shop, "bot-back").await;
    office.is_as_kept(&shop, "office_sales").await;
}

async fn a_plan_and_days_are_given(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    let mut office = at_the_office(&shop).await;
    office.taps(&shop, "bot-office-find").await;
    office.phone.says(&chat.phone.id().to_string());
    office.passes(&shop, "the customer's Telegram id").await;
    office.taps(&shop, "bot-give").await;
    office.picks(&shop, shop.word("یک‌ماهه", "Month")).await;
    office.phone.says(shop.word("قطعی دیروز", "Yesterday's outage"));
    office.phone.says(shop.word("قطعی دیروز", "Yesterday's outage"));
    office.passes(&shop, "the reason, twice").await;
    shop.works().await;
    assert!(chat.hears("the shop gives a month"), "it is ready");
    office.taps(&shop, "bot-back").await;
    office.taps(&shop, "bot-office-find").await;
    office.phone.says(&chat.phone.id().to_string());
    office.passes(&shop, "the customer's Telegram id").await;
    office.picks(&shop, &text::get(locale, "bot-extend")).await;
    office.picks(&shop, &text::days(locale, 7)).await;
    office.says(&shop, shop.word("قطعی امروز", "Today's outage")).await;
    shop.works().await;
    assert!(chat.hears("the shop gives a week"), "more days");
    let mine = shop.known(&chat.phone).await.1.subscriptions().await.expect("subscriptions");
    assert_eq!(mine.iter().map(|mine| mine.days_left).collect::<Vec<_>>(), [37], "one month and a week");
    let done = shop.operator.actions(PageRequest::default()).await.expect("actions");
    let reasons =
        done.items.iter().filter(|action| format!("{action:?}").contains(shop.word("قطعی", "outage")));
    assert_eq!(reasons.count(), 2, "each is in the record, with its reason");
    office.is_as_kept(&shop, "office_gives").await;
    chat.is_as_kept(&shop, "given").await;
}

async fn the_shop_is_closed(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    let mut office = at_the_office(&shop).await;
    office.taps(&shop, "bot-maintenance-start").await;
    office.says(&shop, shop.word("تا ساعت ۶ تعمیرات داریم.", "We are back at six.")).await;
    chat.says(&shop, "/buy").await;
    chat.taps(&shop, "bot-renew").await;
    chat.taps(&shop, "bot-packs").await;
    chat.taps(&shop, "bot-change").await;
    assert!(!chat.phone.is_offered("👛"), "no price is shown");
    chat.says(&shop, "/services").await;
    chat.taps(&shop, "bot-link").await;
    office.taps(&shop, "bot-maintenance-stop").await;
    chat.says(&shop, "/buy").await;
    assert_eq!(shop.orders(&chat.phone).await.len(), 1, "nothing was bought meanwhile");
    office.is_as_kept(&shop, "office_closes").await;
    chat.is_as_kept(&shop, "shop_closed").await;
}

/// Three customers who came once.
async fn three(shop: &Shop) -> [Chat; 3] {
    let mut chats = [Chat::new(shop), Chat::new(shop), Chat::new(shop)];
    for chat in &mut chats {
        chat.phone.start(None);
        shop.telegram.rests().await;
        drop(chat.phone.news());
    }
    chats
}

/// Writes a broadcast to everybody who never bought.
async fn writes(shop: &Shop, office: &mut Chat) {
    office.taps(shop, "bot-broadcasts").await;
    let segment = text::get(shop.locale, "bot-segment-never-bought");
    office.picks(shop, &format!("✏️ {segment}")).await;
    office.says(shop, shop.word("جمعه ۲۰٪ تخفیف داریم.", "On Friday everything is 20% off.")).await;
}

async fn many_are_told(locale: Locale) {
    let shop = Shop::open(locale).await;
    let [mut ann, mut bob, mut eve] = three(&shop).await;
    eve.phone.blocks();
    shop.telegram.rests().await;
    let mut office = at_the_office(&shop).await;
    writes(&shop, &mut office).await;
    office.picks(&shop, "📣").await;
    let sent = shop.telegram.calls("sendmessage");
    shop.works().await;
    assert!(ann.hears("a broadcast"), "one hears it");
    assert!(bob.hears("a broadcast"), "and the other");
    assert!(!eve.hears("a broadcast"), "who blocked the bot does not");
    assert!(shop.telegram.calls("sendmessage") >= sent + 3, "all were tried");
    office.hears("the operator is told as well");
    office.taps(&shop, "bot-check").await;
    office.taps(&shop, "bot-back").await;
    shop.works().await;
    assert!(!ann.hears("later"), "once");
    bob.taps(&shop, "bot-messages").await;
    bob.picks(&shop, &format!("✅ {}", text::get(locale, "bot-hear-news"))).await;
    ann.taps(&shop, "buy").await;
    office.is_as_kept(&shop, "office_broadcast").await;
    ann.is_as_kept(&shop, "broadcast").await;
    bob.is_as_kept(&shop, "broadcast_unwanted").await;
}

async fn no_more_are_told(locale: Locale) {
    let shop = Shop::open(locale).await;
    let [mut ann, ..] = three(&shop).await;
    let mut office = at_the_office(&shop).await;
    writes(&shop, &mut office).await;
    office.picks(&shop, "📣").await;
    office.taps(&shop, "bot-broadcast-stop").await;
    shop.works().await;
    assert!(!ann.hears("later"), "it was stopped in time");
    office.taps(&shop, "bot-back").await;
    office.is_as_kept(&shop, "office_broadcast_stopped").await;
}

async fn what_failed_is_sent_again(locale: Locale) {
    let shop = Shop::open(locale).await;
    let [mut ann, mut bob, _] = three(&shop).await;
    let mut office = at_the_office(&shop).await;
    writes(&shop, &mut office).await;
    office.picks(&shop, "📣").await;
    shop.telegram.goes_down();
    shop.works().await;
    shop.telegram.comes_back();
    assert!(!ann.hears("Telegram cannot be reached"), "nothing came");
    office.taps(&shop, "bot-check").await;
    office.taps(&shop, "bot-broadcast-resend").await;
    shop.works().await;
    office.taps(&shop, "bot-check").await;
    assert!(ann.hears("later"), "one hears it");
    assert!(bob.hears("later"), "and the other");
    office.is_as_kept(&shop, "office_broadcast_again").await;
}

async fn some_are_told(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = with_a_month(&shop).await;
    let [mut ann, ..] = three(&shop).await;
    let mut office = at_the_office(&shop).await;
    office.taps(&shop, "bot-broadcasts").await;
    office.picks(&shop, &format!("✏️ {}", text::get(locale, "bot-segment-of-language"))).await;
    office.taps(&shop, "bot-back").await;
    office.picks(&shop, &format!("✏️ {}", text::get(locale, "bot-segment-of-group"))).await;
    office.taps(&shop, "bot-back").await;
    office.picks(&shop, &format!("✏️ {}", text::get(locale, "bot-segment-of-plan"))).await;
    office.picks(&shop, shop.word("✏️ یک‌ماهه", "✏️ Month")).await;
    office.says(&shop, shop.word("سرورها به‌روز شدند.", "The servers are new.")).await;
    office.picks(&shop, "📣").await;
    shop.works().await;
    assert!(chat.hears("a broadcast"), "who has the plan hears it");
    assert!(!ann.hears("a broadcast"), "who has not does not");
    office.is_as_kept(&shop, "office_broadcast_some").await;
}

async fn a_bot_that_is_switched_off_tells_nobody(locale: Locale) {
    let shop = Shop::open(locale).await;
    let [mut ann, ..] = three(&shop).await;
    let mut office = at_the_office(&shop).await;
    writes(&shop, &mut office).await;
    office.picks(&shop, "📣").await;
    let off = |answers| BotRequest { answers: Some(answers), ..BotRequest::default() };
    shop.bot_behaves(off(false)).await;
    shop.works().await;
    assert!(!ann.hears("the bot is switched off"), "nobody is told");
    let page = shop.operator.broadcasts(PageRequest::default()).await.expect("broadcasts");
    let state = |of: &BroadcastView| (of.state.clone(), of.progress.sent, of.progress.failed);
    assert_eq!(page.items.iter().map(state).collect::<Vec<_>>(), [("stopped".to_owned(), 0, 0)]);
    shop.bot_behaves(off(true)).await;
    shop.works().await;
    assert!(!ann.hears("the bot is back"), "what was stopped stays so");
}

async fn alerts_go_where_they_shall(locale: Locale) {
    const GROUP: i64 = -1_001_234_567_890;
    let shop = Shop::open(locale).await;
    let mut office = at_the_office(&shop).await;
    office.taps(&shop, "bot-alerts").await;
    office.taps(&shop, "bot-alerts-me").await;
    office.phone.says_in_thread(GROUP, 15, "/alerts");
    office.passes(&shop, "/alerts in a topic of a group").await;
    office.picks(&shop, "📍").await;
    office.picks(&shop, &format!("▫️ {}", text::get(locale, "bot-alerts-tickets"))).await;
    let set = shop.operator.alerts().await.expect("alerts").expect("they are on");
    assert_eq!(set.chat_id, GROUP);
    assert_eq!(
        set.topics.iter().map(|t| (t.kind.as_str(), t.thread_id)).collect::<Vec<_>>(),
        [("tickets", 15)]
    );
    office.picks(&shop, &format!("✅ {}", text::get(locale, "bot-alerts-tickets"))).await;
    let set = shop.operator.alerts().await.expect("alerts").expect("they are on");
    assert!(set.topics.is_empty());
    // Whoever does not run the shop chooses nothing, and does not become a customer by it.
    let stranger = shop.telegram.person("Bob", Some(locale.tag()));
    stranger.says_in_thread(GROUP, 16, "/alerts");
    shop.telegram.rests().await;
    assert!(shop.operator.find_user(&stranger.id().to_string()).await.is_err(), "nobody");
    office.taps(&shop, "bot-alerts-none").await;
    assert!(shop.operator.alerts().await.expect("alerts").is_none(), "off");
    office.is_as_kept(&shop, "office_alerts").await;
}

async fn customers_have_no_office(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.says(&shop, "/office").await;
    for forged in ["O", "Os", "Om:1", "Ob", "Ot", "Al", "Ah:0", "An"] {
        chat.phone.forges(forged);
        chat.passes(&shop, &format!("the operators' button {forged}")).await;
    }
    chat.says(&shop, "/services").await;
    assert!(shop.operator.shop().await.expect("the shop").maintenance.is_none(), "the shop is open");
    chat.is_as_kept(&shop, "no_office").await;
}
