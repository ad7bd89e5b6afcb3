//! Adding and removing ways into an account.

use super::{
    SARA, by_code, by_password, by_telegram, comes_by_mail, enters, inside,
    telegram::{mini_app, sets_bot, widget},
};
use crate::world::{Shop, minutes, on_every_storage, refused};
use nexa_core::backoffice::model::ShopRequest;
use serde_json::json;

on_every_storage!(
    an_address_is_added_with_a_code,
    what_belongs_to_another_is_not_added,
    telegram_is_added_with_a_young_proof,
    the_last_way_in_stays,
    a_password_takes_the_one_before,
    trials_want_what_the_shop_asks_for,
    a_new_number_brings_no_new_trial,
);

async fn an_address_is_added_with_a_code(shop: Shop) {
    let customer = shop.customer().await;
    customer.shop.add_email(SARA).await.expect("a code");
    let typed = shop.mail.code(SARA);
    assert!(!shop.mail.newest(SARA).contains("http"), "no link that would sign in");
    assert_eq!(refused(enters(&shop, by_code(SARA, &typed)).await), "wrong_code", "it is not for that");
    let other = shop.customer().await;
    assert_eq!(refused(other.shop.confirm_email(SARA, &typed).await), "wrong_code", "nor for another");
    let mine = customer.shop.confirm_email(SARA, &typed).await.expect("added");
    assert_eq!(mine.iter().map(|i| i.kind.as_str()).collect::<Vec<_>>(), ["account_number", "email"]);
    assert_eq!(mine[0].value, None);
    assert_eq!(refused(customer.shop.confirm_email(SARA, &typed).await), "wrong_code", "used up");
    shop.clock.advance(minutes(1));
    assert_eq!(comes_by_mail(&shop, SARA).await.user_id, customer.id);

    customer.shop.add_email("new@example.org").await.expect("a code");
    let typed = shop.mail.code("new@example.org");
    let mine = customer.shop.confirm_email("new@example.org", &typed).await.expect("changed");
    assert_eq!(mine[1].value.as_deref(), Some("n***@example.org"));
    shop.clock.advance(minutes(1));
    assert_ne!(comes_by_mail(&shop, SARA).await.user_id, customer.id, "the old address is free again");
}

async fn what_belongs_to_another_is_not_added(shop: Shop) {
    sets_bot(&shop).await;
    let sara = comes_by_mail(&shop, SARA).await;
    inside(&shop, &sara).await.add_telegram(mini_app(&shop, 5)).await.expect("added");
    let customer = shop.customer().await;
    shop.clock.advance(minutes(1));
    customer.shop.add_email(SARA).await.expect("the same answer");
    let typed = shop.mail.code(SARA);
    assert_eq!(refused(customer.shop.confirm_email(SARA, &typed).await), "identity_taken");
    assert_eq!(refused(customer.shop.add_telegram(mini_app(&shop, 5)).await), "identity_taken");
    assert_eq!(customer.shop.me().await.expect("me").identities, ["account_number"]);
    let again = enters(&shop, by_telegram(mini_app(&shop, 5))).await.expect("still hers");
    assert_eq!(again.user_id, sara.user_id);
}

async fn telegram_is_added_with_a_young_proof(shop: Shop) {
    sets_bot(&shop).await;
    let customer = shop.customer().await;
    let (app, old) = (mini_app(&shop, 279_058_397), widget(&shop, 279_058_397));
    shop.clock.advance(minutes(6));
    assert_eq!(refused(customer.shop.add_telegram(app).await), "telegram_proof_old");
    assert_eq!(refused(customer.shop.add_telegram(old).await), "telegram_proof_old");
    let proof = widget(&shop, 279_058_397);
    let mine = customer.shop.add_telegram(proof.clone()).await.expect("added");
    assert_eq!(mine[1].value.as_deref(), Some("***397"));
    assert_eq!(refused(enters(&shop, by_telegram(proof)).await), "bad_telegram_proof", "used up");
    let again = enters(&shop, by_telegram(mini_app(&shop, 279_058_397))).await.expect("a session");
    assert_eq!(again.user_id, customer.id);
    let mine = customer.shop.add_telegram(mini_app(&shop, 42)).await.expect("changed");
    assert_eq!((mine.len(), mine[1].value.as_deref()), (2, Some("***42")));
}

async fn the_last_way_in_stays(shop: Shop) {
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.remove_identity("account_number").await), "last_identity");
    assert_eq!(refused(customer.shop.remove_identity("email").await), "not_found");
    assert_eq!(refused(customer.shop.remove_identity("fax").await), "not_found");
    customer.shop.add_email(SARA).await.expect("a code");
    customer.shop.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("added");
    let left = customer.shop.remove_identity("account_number").await.expect("removed");
    assert_eq!(left.len(), 1);
    let number = super::by_number(&customer.number);
    assert_eq!(refused(enters(&shop, number).await), "wrong_credentials");
    assert_eq!(refused(customer.shop.remove_identity("email").await), "last_identity");
}

async fn a_password_takes_the_one_before(shop: Shop) {
    let customer = shop.customer().await;
    let set = |current: Option<&str>, new: &str| {
        customer.shop.set_password(current.map(str::to_owned), new.to_owned())
    };
    assert_eq!(refused(set(None, "correct horse").await), "not_found", "without an address");
    customer.shop.add_email(SARA).await.expect("a code");
    customer.shop.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("added");
    assert_eq!(refused(set(None, "short").await), "weak_password");
    let other = enters(&shop, super::by_number(&customer.number)).await.expect("a session");
    set(None, "correct horse").await.expect("set");
    assert_eq!(
        refused(shop.door.principal(shop.id, &other.token).await),
        "not_signed_in",
        "other sessions end"
    );
    assert!(customer.shop.identities().await.expect("identities")[1].has_password);
    enters(&shop, by_password(SARA, "correct horse")).await.expect("a session");
    assert_eq!(refused(set(None, "another horse").await), "bad_input");
    for _ in 0..5 {
        assert_eq!(refused(set(Some("wrong horse"), "another horse").await), "wrong_credentials");
    }
    assert_eq!(refused(set(Some("correct horse"), "another horse").await), "too_many_attempts");
    shop.clock.advance(minutes(16));
    set(Some("correct horse"), "another horse").await.expect("the old one is proof enough");
    assert_eq!(refused(enters(&shop, by_password(SARA, "correct horse")).await), "wrong_credentials");
}

async fn asks_for(shop: &Shop, needs: &str) {
    let request: ShopRequest =
        serde_json::from_value(json!({ "trial_plan_id": shop.month, "trial_needs": needs }))
            .expect("a request");
    shop.operator.update_shop(request).await.expect("changed");
}

async fn trials_want_what_the_shop_asks_for(shop: Shop) {
    sets_bot(&shop).await;
    asks_for(&shop, "verified").await;
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.trial().await), "trial_needs_identity");
    let mail = inside(&shop, &comes_by_mail(&shop, SARA).await).await;
    asks_for(&shop, "telegram").await;
    assert_eq!(refused(mail.trial().await), "trial_needs_identity");
    mail.add_telegram(mini_app(&shop, 5)).await.expect("added");
    mail.trial().await.expect("a trial");
    asks_for(&shop, "email").await;
    let typed = nexa_core::storefront::model::SignUpRequest {
        email: Some("typed@example.org".to_owned()),
        password: Some("correct horse".to_owned()),
        ..Default::default()
    };
    let session = shop.guest().sign_up(typed).await.expect("an account").session;
    let only_typed = inside(&shop, &session).await;
    assert_eq!(refused(only_typed.trial().await), "trial_needs_identity", "an address that is not proved");
    asks_for(&shop, "none").await;
    customer.shop.trial().await.expect("a trial");
    let odd = serde_json::from_value(json!({ "trial_needs": "luck" })).expect("a request");
    assert_eq!(refused(shop.operator.update_shop(odd).await), "bad_input");
}

async fn a_new_number_brings_no_new_trial(shop: Shop) {
    asks_for(&shop, "none").await;
    let customer = shop.customer().await;
    customer.shop.trial().await.expect("a trial");
    customer.shop.new_account_number().await.expect("a number");
    assert_eq!(refused(customer.shop.trial().await), "trial_used");
}
