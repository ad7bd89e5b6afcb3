//! Coming in through Telegram. The signatures are made here from the documentation's rule, with the shop's bot token.

use super::{by_telegram, enters, inside};
use crate::world::{Shop, hours, minutes, on_every_storage, refused};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{backoffice::model::TelegramRequest, storefront::model::TelegramProof};
use sha2::{Digest, Sha256};

/// The public test bot of the Telegram Mini Apps libraries.
const TOKEN: &str = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";

on_every_storage!(
    a_mini_app_lets_in_and_makes_an_account_once,
    a_widget_s_proof_works_once,
    without_a_bot_nobody_comes_from_telegram,
    telegram_of_one_shop_opens_no_other,
    a_bot_s_token_is_never_shown,
);

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub(in crate::journeys) async fn sets_bot(shop: &Shop) {
    let request = TelegramRequest { token: TOKEN.to_owned(), username: "@fast_net_bot".to_owned() };
    shop.operator.set_telegram(request).await.expect("a bot");
}

/// What Telegram gives to a Mini App of this user now.
pub(in crate::journeys) fn mini_app(shop: &Shop, id: i64) -> TelegramProof {
    let at = shop.now().as_second();
    let user = format!("{{\"id\":{id},\"first_name\":\"Sara\"}}");
    let hash = mac(&mac(b"WebAppData", TOKEN.as_bytes()), format!("auth_date={at}\nuser={user}").as_bytes());
    let user = user.replace('{', "%7B").replace('}', "%7D").replace('"', "%22").replace(':', "%3A");
    let data = format!("user={user}&auth_date={at}&hash={}", HEXLOWER.encode(&hash));
    TelegramProof { init_data: Some(data), widget: None }
}

/// What the Login Widget gives for this user now.
pub(super) fn widget(shop: &Shop, id: i64) -> TelegramProof {
    let at = shop.now().as_second();
    let key = Sha256::digest(TOKEN.as_bytes());
    let hash = mac(&key, format!("auth_date={at}\nfirst_name=Sara\nid={id}").as_bytes());
    let data = format!("id={id}&first_name=Sara&auth_date={at}&hash={}", HEXLOWER.encode(&hash));
    TelegramProof { init_data: None, widget: Some(data) }
}

async fn a_mini_app_lets_in_and_makes_an_account_once(shop: Shop) {
    sets_bot(&shop).await;
    let proof = mini_app(&shop, 279_058_397);
    let first = enters(&shop, by_telegram(proof.clone())).await.expect("an account");
    let again = enters(&shop, by_telegram(proof.clone())).await.expect("the same data again");
    assert_eq!(first.user_id, again.user_id);
    let me = inside(&shop, &first).await.me().await.expect("me");
    assert_eq!(me.identities, ["telegram"]);
    assert_eq!(shop.operator.find_user("279058397").await.expect("found").user_id, first.user_id);
    let other = enters(&shop, by_telegram(mini_app(&shop, 5))).await.expect("an account");
    assert_ne!(other.user_id, first.user_id);
    shop.clock.advance(hours(24));
    enters(&shop, by_telegram(proof.clone())).await.expect("a day old");
    shop.clock.advance(minutes(1));
    assert_eq!(refused(enters(&shop, by_telegram(proof)).await), "telegram_proof_old");
    let mut forged = mini_app(&shop, 5);
    forged.init_data = forged.init_data.map(|data| data.replace("%3A5", "%3A6"));
    assert_eq!(refused(enters(&shop, by_telegram(forged)).await), "bad_telegram_proof");
    let both = TelegramProof { widget: widget(&shop, 5).widget, ..mini_app(&shop, 5) };
    assert_eq!(refused(enters(&shop, by_telegram(both)).await), "bad_input");
    assert_eq!(refused(enters(&shop, by_telegram(TelegramProof::default())).await), "bad_input");
}

async fn a_widget_s_proof_works_once(shop: Shop) {
    sets_bot(&shop).await;
    let proof = widget(&shop, 279_058_397);
    enters(&shop, by_telegram(proof.clone())).await.expect("an account");
    assert_eq!(refused(enters(&shop, by_telegram(proof.clone())).await), "bad_telegram_proof", "used");
    // The tidying of the worker must not make it good again.
    shop.after(minutes(5)).await;
    assert_eq!(refused(enters(&shop, by_telegram(proof)).await), "bad_telegram_proof", "still used");
    let late = widget(&shop, 7);
    shop.clock.advance(minutes(6));
    assert_eq!(refused(enters(&shop, by_telegram(late)).await), "telegram_proof_old");
    let swapped = TelegramProof { init_data: widget(&shop, 7).widget, widget: None };
    assert_eq!(refused(enters(&shop, by_telegram(swapped)).await), "bad_telegram_proof");
}

async fn without_a_bot_nobody_comes_from_telegram(shop: Shop) {
    assert_eq!(refused(enters(&shop, by_telegram(mini_app(&shop, 5))).await), "telegram_unavailable");
    sets_bot(&shop).await;
    enters(&shop, by_telegram(mini_app(&shop, 5))).await.expect("an account");
    shop.operator.clear_telegram().await.expect("cleared");
    assert_eq!(refused(enters(&shop, by_telegram(mini_app(&shop, 5))).await), "telegram_unavailable");
    let customer = shop.customer().await;
    assert_eq!(
        refused(customer.shop.add_telegram(mini_app(&shop, 6)).await),
        "telegram_unavailable",
        "nor is one added"
    );
}

async fn telegram_of_one_shop_opens_no_other(shop: Shop) {
    sets_bot(&shop).await;
    let other = shop.next_door().await;
    let here = enters(&shop, by_telegram(mini_app(&shop, 5))).await.expect("an account");
    assert_eq!(refused(enters(&other, by_telegram(mini_app(&shop, 5))).await), "telegram_unavailable");
    let same = TelegramRequest { token: TOKEN.to_owned(), username: "@fast_net_bot".to_owned() };
    assert_eq!(refused(other.operator.set_telegram(same).await), "name_taken", "a bot serves one shop");
    shop.operator.clear_telegram().await.expect("cleared");
    sets_bot(&other).await;
    let there = enters(&other, by_telegram(mini_app(&shop, 5))).await.expect("an account");
    assert_ne!(here.user_id, there.user_id);
}

async fn a_bot_s_token_is_never_shown(shop: Shop) {
    sets_bot(&shop).await;
    let shown = shop.operator.shop().await.expect("the shop");
    let bot = shown.telegram.clone().expect("a bot");
    assert_eq!((bot.bot_id, bot.bot_username.as_str()), (5_768_337_691, "fast_net_bot"));
    assert!(!format!("{shown:?}").contains("AAH5"));
    let face = shop.door.shop_of("shop.example.org").await.expect("a face");
    assert_eq!(face.telegram.expect("a bot").bot_id, 5_768_337_691);
    let stored = shop.storage.read().await.expect("storage").shop(shop.id).await.expect("read");
    assert!(!format!("{:?}", stored.expect("a shop").telegram).contains("AAH5"), "sealed");
    for (token, username) in [("", "good_bot"), ("5:short", "good_bot"), (TOKEN, "x")] {
        let request = TelegramRequest { token: token.to_owned(), username: username.to_owned() };
        assert_eq!(refused(shop.operator.set_telegram(request).await), "bad_input");
    }
}
