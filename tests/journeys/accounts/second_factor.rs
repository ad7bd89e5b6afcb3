//! The second factor, whichever way somebody comes in.

use super::{
    SARA, and_second, anew, by_code, by_link, by_number, by_password, by_telegram, enters,
    sets_second_factor,
    telegram::{mini_app, sets_bot, widget},
};
use crate::world::{Shop, minutes, on_every_storage, refused};
use jiff::SignedDuration;

on_every_storage!(
    it_is_set_once_the_app_shows_a_right_code,
    every_way_in_asks_for_it_and_uses_nothing_up,
    a_code_and_a_recovery_code_work_once,
    guessing_it_becomes_slow,
    it_is_taken_off_with_a_code,
    proving_again_asks_for_it,
);

async fn it_is_set_once_the_app_shows_a_right_code(shop: Shop) {
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.totp_confirm("123456").await), "not_found");
    let begun = customer.shop.totp_begin().await.expect("begun");
    assert!(begun.uri.starts_with("otpauth://totp/Fast%20Net:"), "{}", begun.uri);
    assert!(begun.uri.contains(&begun.secret) && begun.uri.contains("issuer=Fast%20Net"));
    enters(&shop, by_number(&customer.number)).await.expect("not yet asked for");
    assert_eq!(refused(customer.shop.totp_disable("123456").await), "not_found");
    assert_eq!(refused(customer.shop.totp_confirm("nonsense").await), "wrong_code");
    let app = super::App::new(&customer.shop.totp_begin().await.expect("begun anew").secret);
    let codes = customer.shop.totp_confirm(&app.shows(&shop)).await.expect("set").codes;
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|c| c.len() == 19));
    assert!(customer.shop.me().await.expect("me").second_factor);
    assert_eq!(refused(customer.shop.totp_begin().await), "second_factor_set");
    assert_eq!(refused(customer.shop.totp_confirm(&app.shows(&shop)).await), "second_factor_set");
    let by_same = enters(&shop, and_second(by_number(&customer.number), &app.shows(&shop))).await;
    assert_eq!(refused(by_same), "wrong_code", "the code that set it is used up");
    let mut read = shop.storage.read().await.expect("storage");
    let kept = read.second_factor(shop.id, customer.id.parse().expect("an id")).await.expect("read");
    let kept = format!("{kept:?}");
    assert!(
        !kept.contains(&begun.secret) && !codes.iter().any(|c| kept.contains(c.as_str())),
        "sealed and hashed"
    );
}

async fn every_way_in_asks_for_it_and_uses_nothing_up(shop: Shop) {
    sets_bot(&shop).await;
    let customer = shop.customer().await;
    customer.shop.add_email(SARA).await.expect("a code");
    customer.shop.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("added");
    customer.shop.set_password(None, "correct horse".to_owned()).await.expect("set");
    customer.shop.add_telegram(mini_app(&shop, 5)).await.expect("added");
    let (app, _) = sets_second_factor(&shop, &customer.shop).await;
    shop.guest().request_code(SARA, None).await.expect("a code");
    let ways = [
        by_number(&customer.number),
        by_password(SARA, "correct horse"),
        by_code(SARA, &shop.mail.code(SARA)),
        by_telegram(mini_app(&shop, 5)),
        by_telegram(widget(&shop, 5)),
    ];
    for with in ways {
        for _ in 0..7 {
            assert_eq!(refused(enters(&shop, with.clone()).await), "second_factor_needed");
        }
        assert_eq!(refused(enters(&shop, and_second(with.clone(), " ")).await), "second_factor_needed");
        assert_eq!(refused(enters(&shop, and_second(with.clone(), "nonsense")).await), "wrong_code");
        let session =
            enters(&shop, and_second(with, &app.shows(&shop))).await.expect("the proof is still good");
        assert_eq!(session.user_id, customer.id);
        shop.clock.advance(SignedDuration::from_secs(30));
    }
    shop.clock.advance(minutes(1));
    shop.guest().request_code(SARA, None).await.expect("a code");
    let link = by_link(&shop.mail.token(SARA));
    assert_eq!(refused(enters(&shop, link.clone()).await), "second_factor_needed");
    enters(&shop, and_second(link, &app.shows(&shop))).await.expect("the link is still good");
}

async fn a_code_and_a_recovery_code_work_once(shop: Shop) {
    let customer = shop.customer().await;
    let (app, codes) = sets_second_factor(&shop, &customer.shop).await;
    let with = |second: &str| and_second(by_number(&customer.number), second);
    let shown = app.shows(&shop);
    enters(&shop, with(&shown)).await.expect("a session");
    assert_eq!(refused(enters(&shop, with(&shown)).await), "wrong_code", "replayed");
    shop.clock.advance(SignedDuration::from_secs(30));
    assert_eq!(refused(enters(&shop, with(&shown)).await), "wrong_code", "also within its time");
    let persian: String =
        app.shows(&shop).chars().filter_map(|c| char::from_u32(u32::from('۰') + c.to_digit(10)?)).collect();
    enters(&shop, with(&persian)).await.expect("as people type it");
    enters(&shop, with(&codes[3].to_lowercase())).await.expect("a recovery code");
    assert_eq!(refused(enters(&shop, with(&codes[3])).await), "wrong_code", "used up");
    enters(&shop, with(&codes[4])).await.expect("another one");
}

async fn guessing_it_becomes_slow(shop: Shop) {
    let customer = shop.customer().await;
    let (app, codes) = sets_second_factor(&shop, &customer.shop).await;
    let with = |second: &str| and_second(by_number(&customer.number), second);
    let wrong = if app.shows(&shop) == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(refused(enters(&shop, with(wrong)).await), "wrong_code");
    }
    assert_eq!(refused(enters(&shop, with(&codes[0])).await), "too_many_attempts", "also for a right one");
    assert_eq!(refused(customer.shop.totp_disable(&codes[0]).await), "too_many_attempts", "on every way");
    shop.clock.advance(minutes(1));
    enters(&shop, with(&codes[0])).await.expect("nobody is locked out");
}

async fn it_is_taken_off_with_a_code(shop: Shop) {
    let customer = shop.customer().await;
    let (app, _) = sets_second_factor(&shop, &customer.shop).await;
    shop.clock.advance(minutes(20));
    assert_eq!(refused(customer.shop.totp_disable("nonsense").await), "wrong_code");
    assert_eq!(refused(customer.shop.totp_disable("").await), "second_factor_needed");
    customer.shop.totp_disable(&app.shows(&shop)).await.expect("off");
    anew(&shop, &customer).await.totp_begin().await.expect("and may be set again");
}

async fn proving_again_asks_for_it(shop: Shop) {
    let customer = shop.customer().await;
    let (app, _) = sets_second_factor(&shop, &customer.shop).await;
    shop.clock.advance(minutes(20));
    let with = by_number(&customer.number);
    assert_eq!(refused(customer.shop.prove(with.clone()).await), "second_factor_needed");
    assert_eq!(refused(customer.shop.new_account_number().await), "prove_again");
    let both = and_second(with, &app.shows(&shop));
    customer.shop.prove(both).await.expect("proved");
    customer.shop.new_account_number().await.expect("a number");
    let session = enters(&shop, and_second(by_number(&customer.number), &app.shows(&shop))).await;
    assert_eq!(refused(session), "wrong_credentials", "the number before");
}
