//! Who may come in: account numbers, passwords, the operator's link, keys for programs.

use crate::world::{Customer, Shop, days, on_every_storage, refused};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::{
        Backoffice,
        model::{ApiKeyRequest, ApiKeyView},
    },
    error::Result,
    storefront::model::{PageRequest, SessionView, SignInRequest, SignUpRequest},
};
use std::sync::Arc;

on_every_storage!(
    an_account_number_opens_the_account,
    an_e_mail_address_belongs_to_one_account,
    guessing_a_password_becomes_slow,
    signing_out_ends_the_session,
    a_session_ends_by_itself,
    the_operator_s_link_works_once,
    a_key_allows_what_it_was_made_for,
    a_blocked_customer_stays_outside,
);

async fn enters(shop: &Shop, number: &str) -> Result<SessionView> {
    let account_number = Some(number.to_owned());
    shop.guest().sign_in(SignInRequest { account_number, ..SignInRequest::default() }).await
}

async fn tries(shop: &Shop, password: &str) -> Result<SessionView> {
    let (email, password) = (Some("Ali@Example.org".to_owned()), Some(password.to_owned()));
    shop.guest().sign_in(SignInRequest { email, password, ..SignInRequest::default() }).await
}

async fn registers(shop: &Shop, email: &str, password: &str) -> Result<String> {
    let (email, password) = (Some(email.to_owned()), Some(password.to_owned()));
    let made = shop.guest().sign_up(SignUpRequest { email, password, ..SignUpRequest::default() }).await?;
    assert_eq!(made.account_number, None);
    Ok(made.session.user_id)
}

async fn an_account_number_opens_the_account(shop: Shop) {
    let customer = shop.customer().await;
    let session = enters(&shop, &customer.number).await.expect("a session");
    assert_eq!(session.user_id, customer.id);
    let typed: String = customer
        .number
        .chars()
        .enumerate()
        .flat_map(|(n, digit)| {
            let persian = char::from_u32(u32::from('۰') + digit.to_digit(10).expect("a digit"));
            (n > 0 && n % 5 == 0).then_some(' ').into_iter().chain(persian)
        })
        .collect();
    assert_eq!(enters(&shop, &typed).await.expect("as people type it").user_id, customer.id);
    assert_eq!(refused(enters(&shop, "1234512345123451234512345").await), "wrong_credentials");
    assert_eq!(refused(enters(&shop, "").await), "wrong_credentials");
    assert_eq!(refused(enters(&shop, &"9".repeat(100_000)).await), "wrong_credentials");
}

async fn an_e_mail_address_belongs_to_one_account(shop: Shop) {
    let id = registers(&shop, "ali@example.org", "correct horse").await.expect("an account");
    assert_eq!(refused(registers(&shop, "ALI@example.org ", "another horse").await), "email_taken");
    assert_eq!(refused(registers(&shop, "ali", "correct horse").await), "bad_email");
    assert_eq!(refused(registers(&shop, "sara@example.org", "12345678").await), "weak_password");
    assert_eq!(refused(registers(&shop, "sara@example.org", "short").await), "weak_password");
    assert_eq!(tries(&shop, "correct horse").await.expect("a session").user_id, id);
    let found = shop.operator.find_user(" Ali@example.org").await.expect("found");
    assert_eq!((found.user_id, found.email.as_deref()), (id, Some("ali@example.org")));
}

async fn guessing_a_password_becomes_slow(shop: Shop) {
    registers(&shop, "ali@example.org", "correct horse").await.expect("an account");
    for _ in 0..5 {
        assert_eq!(refused(tries(&shop, "wrong horse").await), "wrong_credentials");
    }
    assert_eq!(refused(tries(&shop, "correct horse").await), "too_many_attempts");
    shop.clock.advance(SignedDuration::from_secs(2));
    tries(&shop, "correct horse").await.expect("nobody is locked out");
    assert_eq!(refused(tries(&shop, "wrong horse").await), "wrong_credentials", "and it begins anew");
}

async fn signing_out_ends_the_session(shop: Shop) {
    let customer = shop.customer().await;
    customer.shop.sign_out().await.expect("out");
    assert_eq!(refused(shop.door.principal(shop.id, &customer.token).await), "not_signed_in");
    enters(&shop, &customer.number).await.expect("in again");
}

async fn a_session_ends_by_itself(shop: Shop) {
    let customer = shop.customer().await;
    shop.clock.advance(days(91));
    assert_eq!(refused(shop.door.principal(shop.id, &customer.token).await), "not_signed_in");
}

async fn the_operator_s_link_works_once(shop: Shop) {
    let (home, door) = shop.unclaimed().await;
    assert!(door.claim_is_open(home.shop_id, &home.claim).await.expect("an answer").is_some());
    let made = door.claim(&home.claim).await.expect("claimed");
    assert!(door.claim_is_open(home.shop_id, &home.claim).await.expect("an answer").is_none());
    assert_eq!(refused(door.claim(&home.claim).await), "not_found");
    assert_eq!(refused(door.claim("nxc_nonsense").await), "not_found");
    assert_eq!(
        refused(door.principal(home.shop_id, &home.claim).await),
        "not_signed_in",
        "it is not a session"
    );
    let who = door.principal(home.shop_id, &made.api_key).await.expect("the operator");
    home.nexa.backoffice(who).shop().await.expect("runs the shop");
}

async fn key(shop: &Shop, scopes: &[&str], days: u32) -> Result<ApiKeyView> {
    let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
    shop.operator
        .add_api_key(ApiKeyRequest { label: "a program".to_owned(), scopes, permissions: None, days })
        .await
}

async fn program(shop: &Shop, key: &ApiKeyView) -> (Arc<dyn Backoffice>, Customer) {
    let who = shop.door.principal(shop.id, key.token.as_deref().expect("shown once")).await.expect("a key");
    (shop.nexa.backoffice(who.clone()), Customer::with(shop, who))
}

async fn a_key_allows_what_it_was_made_for(shop: Shop) {
    let reading = key(&shop, &["read"], 30).await.expect("a key");
    let (back, front) = program(&shop, &reading).await;
    assert_eq!(refused(back.shop().await), "not_allowed");
    assert_eq!(front.shop.me().await.expect("me").role, "operator");
    assert_eq!(refused(front.orders(&shop.transfer).await), "not_allowed");

    let buying = key(&shop, &["read", "buy"], 30).await.expect("a key");
    let (back, front) = program(&shop, &buying).await;
    front.orders(&shop.transfer).await.expect("buys");
    assert_eq!(refused(back.users(PageRequest::default()).await), "not_allowed");

    let only_buying = key(&shop, &["buy"], 30).await.expect("a key");
    let (_, front) = program(&shop, &only_buying).await;
    let placed = front.orders(&shop.transfer).await.expect("and is told what it bought");
    assert_eq!(refused(front.shop.order(&placed.order_id).await), "not_allowed", "not without `read`");

    let all = key(&shop, &["manage"], 30).await.expect("a key");
    let (back, front) = program(&shop, &all).await;
    back.shop().await.expect("runs the shop");
    assert_eq!(refused(front.shop.me().await), "not_allowed", "not without `read`");

    assert_eq!(refused(key(&shop, &[], 30).await), "not_allowed");
    assert_eq!(refused(key(&shop, &["everything"], 30).await), "bad_input");
    assert_eq!(refused(key(&shop, &["read"], 0).await), "bad_input");
    let known = shop.operator.api_keys().await.expect("my keys");
    assert!(known.iter().all(|k| k.token.is_none()), "shown once");

    let token = reading.token.expect("shown once");
    shop.operator.remove_api_key(&reading.key_id).await.expect("removed");
    assert_eq!(refused(shop.door.principal(shop.id, &token).await), "not_signed_in");
    assert_eq!(refused(shop.operator.remove_api_key(&reading.key_id).await), "not_found");
}

async fn a_blocked_customer_stays_outside(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.operator.block_user(&customer.id, true).await.expect("blocked");
    assert_eq!(refused(shop.door.principal(shop.id, &customer.token).await), "blocked");
    assert_eq!(refused(enters(&shop, &customer.number).await), "blocked");
    assert!(shop.opens(&mine.link).await.is_ok(), "what was paid for goes on");
    assert!(shop.server("frankfurt").lets_in());
    shop.operator.block_user(&customer.id, false).await.expect("unblocked");
    enters(&shop, &customer.number).await.expect("in again");
    let me = shop.operator.find_user(&customer.number).await.expect("found");
    assert!(!me.blocked);
}
