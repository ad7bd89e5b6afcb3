//! Coming in through the shop's bot: Telegram says whose message it is, and the bot asks the door.

use super::{enters, inside, sets_second_factor, telegram};
use crate::world::{Shop, minutes, on_every_storage, refused};
use futures::future::join;
use nexa_core::{
    backoffice::model::{BotRequest, TelegramRequest},
    domain::{
        shop::{Locale, Shop as ShopRow},
        telegram::Bot,
    },
    frontdesk::{TelegramVisitor, Visitor},
};

on_every_storage!(
    one_telegram_account_is_one_user,
    two_first_messages_at_once_make_one_user,
    a_blocked_user_is_not_greeted,
    a_second_factor_is_shown_once_to_the_bot,
    what_was_shown_to_the_bot_is_taken_back,
    another_telegram_account_shows_the_second_factor_itself,
    what_the_bot_remembers_is_given_back_to_the_same_user,
    an_account_that_left_begins_anew,
    an_operator_decides_how_the_bot_behaves,
    a_bot_that_cannot_be_opened_takes_no_other_along,
);

const SARA: i64 = 279_058_397;

async fn greeted(shop: &Shop, id: i64) -> Visitor {
    shop.door
        .greet(shop.id, TelegramVisitor { id, locale: Some(Locale::En), ..TelegramVisitor::default() })
        .await
        .expect("greeted")
}

async fn one_telegram_account_is_one_user(shop: Shop) {
    telegram::sets_bot(&shop).await;
    assert!(shop.door.known(shop.id, SARA).await.expect("an answer").is_none(), "nobody yet, nor by asking");
    let first = greeted(&shop, SARA).await;
    let known = shop.door.known(shop.id, SARA).await.expect("an answer").expect("the same");
    assert_eq!(known.user_id, first.user_id);
    assert!(first.is_new && !first.locked && !first.operator && first.memory.is_none());
    assert_eq!((first.locale, first.has_chosen), (Locale::En, true));
    let again = greeted(&shop, SARA).await;
    assert!(!again.is_new);
    assert_eq!(again.user_id, first.user_id);
    // The same account as on the pages.
    let session =
        enters(&shop, super::by_telegram(telegram::mini_app(&shop, SARA))).await.expect("a session");
    assert_eq!(session.user_id, first.user_id.to_string());
    let me = shop.nexa.storefront(again.principal).me().await.expect("me");
    assert_eq!(me.identities, ["telegram"]);
    let other = shop.next_door().await;
    assert_ne!(greeted(&other, SARA).await.user_id, first.user_id, "a shop next door");
    assert_ne!(greeted(&shop, SARA + 1).await.user_id, first.user_id);
}

async fn two_first_messages_at_once_make_one_user(shop: Shop) {
    let (one, two) = join(greeted(&shop, SARA), greeted(&shop, SARA)).await;
    assert_eq!(one.user_id, two.user_id);
    let all = shop.operator.users(nexa_core::storefront::model::PageRequest::default()).await.expect("users");
    let made = all.items.iter().filter(|user| user.telegram.is_some()).count();
    assert_eq!(made, 1);
}

async fn a_blocked_user_is_not_greeted(shop: Shop) {
    let sara = greeted(&shop, SARA).await;
    shop.operator.block_user(&sara.user_id.to_string(), true).await.expect("blocked");
    let greeted_again =
        shop.door.greet(shop.id, TelegramVisitor { id: SARA, ..TelegramVisitor::default() }).await;
    assert_eq!(greeted_again.err().map(|error| error.to_string()), Some("refused: blocked".to_owned()));
    shop.operator.block_user(&sara.user_id.to_string(), false).await.expect("let in");
    assert_eq!(greeted(&shop, SARA).await.user_id, sara.user_id);
}

async fn a_second_factor_is_shown_once_to_the_bot(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let session =
        enters(&shop, super::by_telegram(telegram::mini_app(&shop, SARA))).await.expect("a session");
    let (app, _) = sets_second_factor(&shop, &inside(&shop, &session).await).await;
    let sara = greeted(&shop, SARA).await;
    assert!(sara.locked);
    let locked_out = shop.nexa.storefront(sara.principal.clone()).me().await;
    assert_eq!(refused(locked_out), "not_signed_in");
    assert_eq!(refused(shop.door.unlock(shop.id, sara.user_id, "000000").await), "wrong_code");
    assert!(greeted(&shop, SARA).await.locked);
    shop.door.unlock(shop.id, sara.user_id, &app.shows(&shop)).await.expect("unlocked");
    let sara = greeted(&shop, SARA).await;
    assert!(!sara.locked);
    shop.nexa.storefront(sara.principal).me().await.expect("me");
    // It stays so when the bot remembers something else.
    shop.door.keep_memory(shop.id, sara.user_id, "{}").await.expect("kept");
    assert!(!greeted(&shop, SARA).await.locked);
}

async fn what_was_shown_to_the_bot_is_taken_back(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let session =
        enters(&shop, super::by_telegram(telegram::mini_app(&shop, SARA))).await.expect("a session");
    let pages = inside(&shop, &session).await;
    let (app, _) = sets_second_factor(&shop, &pages).await;
    let shows = async || {
        let user = greeted(&shop, SARA).await.user_id;
        shop.clock.advance(minutes(1));
        shop.door.unlock(shop.id, user, &app.shows(&shop)).await.expect("unlocked");
        assert!(!greeted(&shop, SARA).await.locked);
    };
    shows().await;
    pages.revoke_other_sessions().await.expect("ended");
    assert!(greeted(&shop, SARA).await.locked, "with the other sessions");
    shows().await;
    shop.clock.advance(minutes(1));
    pages.totp_disable(&app.shows(&shop)).await.expect("off");
    assert!(!greeted(&shop, SARA).await.locked, "there is none to show");
    sets_second_factor(&shop, &pages).await;
    assert!(greeted(&shop, SARA).await.locked, "another one");
}

async fn another_telegram_account_shows_the_second_factor_itself(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let customer = shop.customer().await;
    customer.shop.add_telegram(telegram::mini_app(&shop, SARA)).await.expect("added");
    let (app, _) = sets_second_factor(&shop, &customer.shop).await;
    let sara = greeted(&shop, SARA).await;
    shop.clock.advance(minutes(1));
    shop.door.unlock(shop.id, sara.user_id, &app.shows(&shop)).await.expect("unlocked");
    customer.shop.add_telegram(telegram::mini_app(&shop, SARA + 1)).await.expect("replaced");
    let other = greeted(&shop, SARA + 1).await;
    assert_eq!(other.user_id, sara.user_id);
    assert!(other.locked);
    shop.clock.advance(minutes(1));
    shop.door.unlock(shop.id, sara.user_id, &app.shows(&shop)).await.expect("unlocked");
    customer.shop.remove_identity("telegram").await.expect("removed");
    let dialogue = shop.storage.read().await.expect("storage").dialogue(shop.id, sara.user_id).await;
    assert!(!dialogue.expect("read").expect("kept").unlocked);
}

async fn what_the_bot_remembers_is_given_back_to_the_same_user(shop: Shop) {
    let (sara, omid) = (greeted(&shop, SARA).await, greeted(&shop, SARA + 1).await);
    shop.door.keep_memory(shop.id, sara.user_id, "{\"cart\":1}").await.expect("kept");
    assert_eq!(greeted(&shop, SARA).await.memory.as_deref(), Some("{\"cart\":1}"));
    assert_eq!(greeted(&shop, SARA + 1).await.memory, None, "another's");
    let stored = shop.storage.read().await.expect("storage").dialogue(shop.id, sara.user_id).await;
    assert!(!stored.expect("read").expect("there").sealed.contains("cart"), "sealed");
    let much = "x".repeat(17 * 1024);
    assert!(shop.door.keep_memory(shop.id, omid.user_id, &much).await.is_err());
}

async fn an_account_that_left_begins_anew(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let session =
        enters(&shop, super::by_telegram(telegram::mini_app(&shop, SARA))).await.expect("a session");
    let sara = greeted(&shop, SARA).await;
    shop.door.keep_memory(shop.id, sara.user_id, "old").await.expect("kept");
    inside(&shop, &session).await.delete_account(false).await.expect("gone");
    let anew = greeted(&shop, SARA).await;
    assert!(anew.is_new && anew.memory.is_none());
    assert_ne!(anew.user_id, sara.user_id);
}

async fn an_operator_decides_how_the_bot_behaves(shop: Shop) {
    let nothing = BotRequest::default();
    assert_eq!(refused(shop.operator.update_bot(nothing.clone()).await), "telegram_unavailable");
    telegram::sets_bot(&shop).await;
    let proxy = "socks5h://user:secret@127.0.0.1:1080";
    let request = BotRequest {
        channel: Some("fast_net_news".to_owned()),
        terms_url: Some("https://fast.example/terms".to_owned()),
        proxy: Some(proxy.to_owned()),
        ..nothing.clone()
    };
    let shown = shop.operator.update_bot(request).await.expect("changed");
    assert!(!format!("{shown:?}").contains("secret"));
    let bot = shown.telegram.expect("a bot");
    assert!(bot.answers && bot.has_proxy);
    assert_eq!(bot.channel.as_deref(), Some("@fast_net_news"));
    let run = shop.door.bots().await.expect("bots");
    let run = run.iter().find(|bot| bot.shop.id == shop.id).expect("this shop's");
    assert_eq!(run.proxy.as_ref().map(|proxy| proxy.expose().as_str()), Some(proxy));
    let request = BotRequest { channel: Some(String::new()), answers: Some(false), ..nothing.clone() };
    let bot = shop.operator.update_bot(request).await.expect("changed").telegram.expect("a bot");
    assert_eq!((bot.answers, bot.channel, bot.has_proxy), (false, None, true), "what is left out stays");
    assert_eq!(bot.terms_url.as_deref(), Some("https://fast.example/terms"));
    for (api_url, proxy) in [(Some("http://bots.example"), None), (None, Some("file:///etc/passwd"))] {
        let request = BotRequest {
            api_url: api_url.map(str::to_owned),
            proxy: proxy.map(str::to_owned),
            ..nothing.clone()
        };
        assert_eq!(refused(shop.operator.update_bot(request).await), "bad_input");
    }
    // A new token of the same bot keeps what was decided.
    telegram::sets_bot(&shop).await;
    assert!(shop.operator.shop().await.expect("the shop").telegram.is_some_and(|bot| bot.has_proxy));
}

async fn a_bot_that_cannot_be_opened_takes_no_other_along(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let other = shop.next_door().await;
    let token = format!("5768337692:{}", "A".repeat(35));
    let request = TelegramRequest { token, username: "other_bot".to_owned() };
    other.operator.set_telegram(request).await.expect("a bot");
    assert_eq!(shop.door.bots().await.expect("bots").len(), 2);
    let mut tx = shop.storage.begin().await.expect("storage");
    let held = tx.shop(shop.id).await.expect("a shop").expect("a shop");
    let sealed = |bot| Bot { token_sealed: "of another key".to_owned(), ..bot };
    let broken = ShopRow { telegram: held.telegram.clone().map(sealed), ..held };
    tx.save_shop(&broken).await.expect("kept");
    tx.commit().await.expect("committed");
    let bots = shop.door.bots().await.expect("bots");
    assert_eq!(bots.iter().map(|bot| bot.shop.id).collect::<Vec<_>>(), [other.id]);
}
