//! Accounts with an address that was only typed in, and the holder of the mailbox.

use super::{
    SARA, and_second, by_code, by_number, by_password, comes_by_mail, enters, inside, sets_second_factor,
};
use crate::world::{Customer, Shop, minutes, on_every_storage, refused, wish};
use nexa_core::storefront::model::{CheckoutRequest, Purpose, SessionView, SignUpRequest};

on_every_storage!(
    who_only_typed_an_address_in_loses_it_to_its_owner,
    an_account_with_other_ways_in_loses_the_address_alone,
    a_mailbox_opens_no_account_with_a_second_factor,
    a_second_factor_with_the_code_shows_whose_the_address_is,
    an_owner_proves_the_address_that_was_typed_in,
    who_lay_in_wait_connects_and_spends_no_more,
);

const PASSWORD: &str = "correct horse";

/// Somebody types Sara's address in.
async fn types_in(shop: &Shop) -> SessionView {
    let (email, password) = (Some(SARA.to_owned()), Some(PASSWORD.to_owned()));
    let request = SignUpRequest { email, password, ..SignUpRequest::default() };
    let session = shop.guest().sign_up(request).await.expect("an account").session;
    let all = inside(shop, &session).await.identities().await.expect("identities");
    assert!(!all[0].verified);
    session
}

async fn who_only_typed_an_address_in_loses_it_to_its_owner(shop: Shop) {
    let squatter = types_in(&shop).await;
    inside(&shop, &squatter).await.totp_begin().await.expect("begun, never set");
    let owner = comes_by_mail(&shop, SARA).await;
    assert_eq!(owner.user_id, squatter.user_id, "the account goes to the mailbox's owner");
    assert_eq!(refused(shop.door.principal(shop.id, &squatter.token).await), "not_signed_in");
    assert_eq!(refused(enters(&shop, by_password(SARA, PASSWORD)).await), "wrong_credentials");
    let me = inside(&shop, &owner).await.me().await.expect("me");
    assert_eq!((me.identities.as_slice(), me.second_factor), (["email".to_owned()].as_slice(), false));
}

async fn an_account_with_other_ways_in_loses_the_address_alone(shop: Shop) {
    let first = types_in(&shop).await;
    let theirs = inside(&shop, &first).await;
    let number = theirs.new_account_number().await.expect("a number").account_number;
    let owner = comes_by_mail(&shop, SARA).await;
    assert_ne!(owner.user_id, first.user_id, "a mailbox alone opens nothing that has another way in");
    let me = theirs.me().await.expect("still inside");
    assert_eq!(me.identities, ["account_number"]);
    let again = enters(&shop, by_number(&number)).await.expect("by the number");
    assert_eq!(again.user_id, first.user_id);
    assert_eq!(refused(enters(&shop, by_password(SARA, PASSWORD)).await), "wrong_credentials");
    let mine = inside(&shop, &owner).await.identities().await.expect("identities");
    assert_eq!((mine.len(), mine[0].verified, mine[0].has_password), (1, true, false));
    shop.clock.advance(minutes(1));
    assert_eq!(comes_by_mail(&shop, SARA).await.user_id, owner.user_id);
}

async fn a_mailbox_opens_no_account_with_a_second_factor(shop: Shop) {
    let first = types_in(&shop).await;
    let theirs = inside(&shop, &first).await;
    let (app, _) = sets_second_factor(&shop, &theirs).await;
    let reader = comes_by_mail(&shop, SARA).await;
    assert_ne!(reader.user_id, first.user_id, "not without the second factor");
    let me = theirs.me().await.expect("still inside");
    assert!(me.second_factor && me.identities.is_empty());
    theirs.totp_disable(&app.shows(&shop)).await.expect("it is still that app's");
}

async fn a_second_factor_with_the_code_shows_whose_the_address_is(shop: Shop) {
    let first = types_in(&shop).await;
    let theirs = inside(&shop, &first).await;
    let (app, _) = sets_second_factor(&shop, &theirs).await;
    shop.guest().request_code(SARA, None).await.expect("a code");
    let code = by_code(SARA, &shop.mail.code(SARA));
    let shown = app.shows(&shop);
    let wrong = if shown == "000000" { "111111" } else { "000000" };
    assert_eq!(refused(enters(&shop, and_second(code.clone(), wrong)).await), "wrong_code");
    assert!(!theirs.identities().await.expect("identities")[0].verified, "nothing came of it");
    let again = enters(&shop, and_second(code, &shown)).await.expect("a session");
    assert_eq!(again.user_id, first.user_id);
    let mine = theirs.identities().await.expect("still inside");
    assert_eq!((mine.len(), mine[0].verified, mine[0].has_password), (1, true, true));
}

async fn an_owner_proves_the_address_that_was_typed_in(shop: Shop) {
    let first = types_in(&shop).await;
    let own = inside(&shop, &first).await;
    let number = own.new_account_number().await.expect("a number").account_number;
    own.add_email(SARA).await.expect("a code");
    own.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("one's own");
    let all = own.identities().await.expect("identities");
    let mail = all.iter().find(|i| i.kind == "email").expect("the address");
    assert!(mail.verified && mail.has_password && all.len() == 2);
    shop.clock.advance(minutes(1));
    assert_eq!(comes_by_mail(&shop, SARA).await.user_id, first.user_id, "it leads home now");
    assert_eq!(enters(&shop, by_number(&number)).await.expect("a session").user_id, first.user_id);
}

async fn who_lay_in_wait_connects_and_spends_no_more(shop: Shop) {
    let squatter = types_in(&shop).await;
    let who = shop.door.principal(shop.id, &squatter.token).await.expect("a session");
    let theirs = Customer::with(&shop, who);
    let held = theirs.has_a_month(&shop).await;
    theirs.shop.set_auto_renew(&held.subscription_id, true).await.expect("on");
    let kept = CheckoutRequest { keep: true, ..wish(Purpose::New, &shop.month, None, "wallet") };
    let kept = theirs.shop.checkout(kept, None).await.expect("an order that waits for money");
    let unpaid = theirs.orders(&shop.transfer).await.expect("an order that waits for a transfer");

    let session = comes_by_mail(&shop, SARA).await;
    assert_eq!(session.user_id, squatter.user_id);
    let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
    let owner = Customer::with(&shop, who);
    for order in [kept, unpaid] {
        assert_eq!(owner.looks_at(&order).await.state, "cancelled");
    }
    let mine = owner.subscription().await;
    assert!(!mine.auto_renew);
    assert_ne!(mine.link, held.link);
    assert_eq!(refused(shop.opens(&held.link).await), "not_found");
    let old: Vec<_> = shop.server("frankfurt").entries().iter().map(|entry| entry.id).collect();
    assert_eq!(old.len(), 1);
    shop.works().await;
    let entries = shop.server("frankfurt").entries();
    let connects: Vec<_> = entries.iter().filter(|e| e.account.grant.enabled).map(|e| e.id).collect();
    assert!(connects.len() == 1 && connects != old, "with new keys alone");
    assert!(shop.opens(&mine.link).await.expect("the new link").contains("://"));
    theirs.receives(crate::world::dollars(5)).await;
    shop.works().await;
    assert_eq!(owner.wallet().await, 500, "nothing waits for money that comes in");
    shop.is_in_order().await;
}
