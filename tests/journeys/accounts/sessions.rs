//! How long a session lives, and how one is ended from another.

use super::{anew, by_number, enters, inside};
use crate::world::{Shop, days, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::ApiKeyRequest,
    storefront::{
        Storefront,
        model::{MoneyView, SignInRequest, SignUpRequest, WithdrawRequest},
    },
};
use std::sync::Arc;

on_every_storage!(
    a_session_lives_as_long_as_it_is_used_but_not_for_ever,
    an_operator_s_session_ends_after_a_shift,
    sessions_are_listed_and_ended,
    a_session_of_another_is_not_there,
    a_key_for_programs_changes_no_account,
    a_proof_is_fresh_for_a_quarter_of_an_hour,
    money_leaves_only_after_a_fresh_proof,
    a_language_is_chosen,
);

async fn a_session_lives_as_long_as_it_is_used_but_not_for_ever(shop: Shop) {
    let (used, left) = (shop.customer().await, shop.customer().await);
    for _ in 0..4 {
        shop.clock.advance(days(20));
        shop.door.principal(shop.id, &used.token).await.expect("alive");
    }
    assert_eq!(refused(shop.door.principal(shop.id, &left.token).await), "not_signed_in", "30 days unused");
    shop.clock.advance(days(9));
    shop.door.principal(shop.id, &used.token).await.expect("on its 89th day");
    shop.clock.advance(days(1));
    assert_eq!(refused(shop.door.principal(shop.id, &used.token).await), "not_signed_in", "90 days old");
}

async fn an_operator_s_session_ends_after_a_shift(shop: Shop) {
    let (home, door) = shop.unclaimed().await;
    let number = door.claim(&home.claim).await.expect("claimed").account_number;
    let guest = home.nexa.storefront(nexa_core::domain::user::Principal::guest(home.shop_id));
    let session = guest.sign_in(by_number(&number)).await.expect("a session");
    for _ in 0..11 {
        shop.clock.advance(hours(1));
        door.principal(home.shop_id, &session.token).await.expect("at work");
    }
    shop.clock.advance(hours(1));
    assert_eq!(refused(door.principal(home.shop_id, &session.token).await), "not_signed_in");
}

async fn sessions_are_listed_and_ended(shop: Shop) {
    let customer = shop.customer().await;
    let client = Some("Firefox, Linux".to_owned());
    let with = SignInRequest { client, ..by_number(&customer.number) };
    let second = enters(&shop, with).await.expect("a session");
    let third = enters(&shop, by_number(&customer.number)).await.expect("a session");
    let all = customer.shop.sessions().await.expect("my sessions");
    let shown: Vec<_> = all.iter().map(|s| (s.client.as_str(), s.current)).collect();
    assert_eq!(shown, [("", false), ("Firefox, Linux", false), ("", true)]);

    shop.clock.advance(minutes(59));
    shop.door.principal(shop.id, &second.token).await.expect("alive");
    let seen = |of: &[nexa_core::storefront::model::SessionEntryView]| of[1].last_seen.clone();
    let all = customer.shop.sessions().await.expect("my sessions");
    assert_eq!(seen(&all), all[1].created_at, "known to the hour only");
    shop.clock.advance(minutes(1));
    shop.door.principal(shop.id, &second.token).await.expect("alive");
    let all = customer.shop.sessions().await.expect("my sessions");
    assert_eq!(seen(&all), shop.now().to_string());

    customer.shop.revoke_session(&all[0].session_id).await.expect("ended");
    assert_eq!(refused(shop.door.principal(shop.id, &third.token).await), "not_signed_in");
    assert_eq!(refused(customer.shop.revoke_session(&all[0].session_id).await), "not_found");
    assert_eq!(refused(customer.shop.revoke_session("nonsense").await), "not_found");
    customer.shop.revoke_other_sessions().await.expect("ended");
    assert_eq!(refused(shop.door.principal(shop.id, &second.token).await), "not_signed_in");
    shop.door.principal(shop.id, &customer.token).await.expect("this one goes on");
    let long = Some("x".repeat(61));
    let with = SignInRequest { client: long.clone(), ..by_number(&customer.number) };
    assert_eq!(refused(enters(&shop, with).await), "bad_input");
    let with = SignUpRequest { client: long, ..SignUpRequest::default() };
    assert_eq!(refused(shop.guest().sign_up(with).await), "bad_input");
}

async fn a_session_of_another_is_not_there(shop: Shop) {
    let (mine, other) = (shop.customer().await, shop.customer().await);
    let theirs = other.shop.sessions().await.expect("sessions").remove(0);
    assert_eq!(refused(mine.shop.revoke_session(&theirs.session_id).await), "not_found");
    mine.shop.revoke_other_sessions().await.expect("nothing to end");
    shop.door.principal(shop.id, &other.token).await.expect("untouched");
}

/// The operator's own account, for a program.
async fn by_key(shop: &Shop) -> Arc<dyn Storefront> {
    let scopes = vec!["read".to_owned(), "buy".to_owned(), "manage".to_owned()];
    let request = ApiKeyRequest { label: "a program".to_owned(), scopes, permissions: None, days: 30 };
    let key = shop.operator.add_api_key(request).await.expect("a key").token.expect("shown once");
    shop.nexa.storefront(shop.door.principal(shop.id, &key).await.expect("a key"))
}

async fn a_key_for_programs_changes_no_account(shop: Shop) {
    let program = by_key(&shop).await;
    assert_eq!(refused(program.new_account_number().await), "not_allowed");
    assert_eq!(refused(program.totp_begin().await), "not_allowed");
    assert_eq!(refused(program.revoke_other_sessions().await), "not_allowed");
    assert_eq!(refused(program.export().await), "not_allowed");
    assert_eq!(refused(program.delete_account(true).await), "not_allowed");
}

async fn a_proof_is_fresh_for_a_quarter_of_an_hour(shop: Shop) {
    let (customer, other) = (shop.customer().await, shop.customer().await);
    shop.clock.advance(minutes(15));
    assert_eq!(refused(customer.shop.new_account_number().await), "prove_again");
    assert_eq!(refused(customer.shop.totp_begin().await), "prove_again");
    assert_eq!(refused(customer.shop.remove_identity("email").await), "prove_again");
    assert_eq!(refused(customer.shop.add_email("a@example.org").await), "prove_again");
    assert_eq!(refused(customer.shop.export().await), "prove_again");
    assert_eq!(refused(customer.shop.delete_account(true).await), "prove_again");
    let somebody_else = customer.shop.prove(by_number(&other.number)).await;
    assert_eq!(refused(somebody_else), "wrong_credentials");
    assert_eq!(refused(customer.shop.new_account_number().await), "prove_again");
    customer.shop.prove(by_number(&customer.number)).await.expect("proved");
    let number = customer.shop.new_account_number().await.expect("a number").account_number;
    assert_eq!(
        refused(enters(&shop, by_number(&customer.number)).await),
        "wrong_credentials",
        "dead at once"
    );
    let session = enters(&shop, by_number(&number)).await.expect("a session");
    let me = inside(&shop, &session).await.me().await.expect("me");
    assert_eq!(me.user_id, customer.id);
}

async fn money_leaves_only_after_a_fresh_proof(shop: Shop) {
    let wanted = || {
        let amount = MoneyView { minor: 50, currency: "USD".to_owned() };
        WithdrawRequest { amount, way: "other".to_owned(), destination: "in person".to_owned() }
    };
    let customer = shop.customer().await;
    let program = by_key(&shop).await;
    let embedder = shop.nexa.customer(shop.id, &customer.id).await.expect("let in");
    // What the shop offers is asked behind the proof.
    assert_eq!(refused(customer.shop.withdraw(wanted()).await), "withdrawal_not_offered", "just signed up");
    shop.clock.advance(minutes(15));
    assert_eq!(refused(customer.shop.withdraw(wanted()).await), "prove_again");
    assert_eq!(refused(program.withdraw(wanted()).await), "withdrawal_not_offered", "made for it");
    assert_eq!(refused(embedder.withdraw(wanted()).await), "withdrawal_not_offered", "let in each time");
    customer.shop.prove(by_number(&customer.number)).await.expect("a number is enough to prove");
    assert_eq!(refused(customer.shop.withdraw(wanted()).await), "withdrawal_not_offered");
}

async fn a_language_is_chosen(shop: Shop) {
    let customer = shop.customer().await;
    assert_eq!(customer.shop.set_locale("fa-IR").await.expect("me").locale.as_deref(), Some("fa"));
    assert_eq!(refused(customer.shop.set_locale("tlh").await), "bad_input");
    assert_eq!(refused(shop.guest().set_locale("fa").await), "not_signed_in");
    let again = anew(&shop, &customer).await;
    assert_eq!(again.me().await.expect("me").locale.as_deref(), Some("fa"));
}
