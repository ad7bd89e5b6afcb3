//! Passkeys: adding them, coming in with them, and what is no passkey.

use super::{SARA, and_second, anew, by_number, comes_by_mail, enters, inside, sets_second_factor};
use crate::world::{Authenticator, Customer, Shop, minutes, on_every_storage, refused};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::{InviteMemberRequest, SecondFactorRequest},
    ids::UserId,
    storefront::{
        Storefront,
        model::{PasskeyProof, PasskeyView, SignInRequest},
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

on_every_storage!(
    a_passkey_is_added_and_opens_a_session,
    a_passkey_stands_for_both_factors,
    of_the_staff_a_passkey_has_to_be_shown,
    a_passkey_is_all_that_setting_up_asks_for,
    a_passkey_proves_once_more,
    an_answer_is_good_once_and_for_five_minutes,
    an_answer_for_another_address_or_question_is_none,
    an_authenticator_that_is_not_unlocked_is_none,
    a_counter_that_goes_back_is_refused,
    a_passkey_is_good_in_one_shop,
    ten_passkeys_are_enough,
    only_who_proved_lately_adds_and_removes,
    a_passkey_is_never_the_last_way_in,
    a_passkey_goes_with_the_account,
    whoever_lay_in_wait_stays_outside,
    odd_answers_are_refused,
);

const ORIGIN: &str = "https://shop.example.org";

fn device() -> Authenticator {
    Authenticator::new(ORIGIN)
}

/// Adds a passkey that the device makes.
async fn adds(customer: &Arc<dyn Storefront>, device: &mut Authenticator) -> Vec<PasskeyView> {
    let asked = customer.passkey_begin().await.expect("a question");
    let response = device.creates(&asked.options).expect("a new passkey");
    let made = PasskeyProof { state: asked.state, response };
    customer.passkey_add(made, Some("Chrome, Android".to_owned())).await.expect("added")
}

/// What the device answers to a question that the shop asks now.
async fn answers(shop: &Shop, device: &mut Authenticator) -> SignInRequest {
    let asked = shop.guest().passkey_ask().await.expect("a question");
    by_passkey(asked.state, device.shows(&asked.options))
}

fn by_passkey(state: String, response: Value) -> SignInRequest {
    SignInRequest { passkey: Some(PasskeyProof { state, response }), ..SignInRequest::default() }
}

async fn with_passkey(shop: &Shop) -> (Customer, Authenticator) {
    let (customer, mut device) = (shop.customer().await, device());
    adds(&customer.shop, &mut device).await;
    (customer, device)
}

async fn a_passkey_is_added_and_opens_a_session(shop: Shop) {
    let (customer, mut device) = (shop.customer().await, device());
    assert_eq!(customer.shop.passkeys().await.expect("passkeys"), []);
    let asked = customer.shop.passkey_begin().await.expect("a question");
    assert_eq!(asked.options["publicKey"]["rp"], json!({ "id": "shop.example.org", "name": "Fast Net" }));
    let added = adds(&customer.shop, &mut device).await;
    assert_eq!(added.len(), 1);
    assert_eq!((added[0].name.as_str(), &added[0].last_used), ("Chrome, Android", &None));
    let again = customer.shop.passkey_begin().await.expect("a question");
    assert_eq!(device.creates(&again.options), None, "the same device is told that it has one");

    shop.clock.advance(minutes(1));
    let with = SignInRequest { client: Some("Firefox".to_owned()), ..answers(&shop, &mut device).await };
    let session = enters(&shop, with).await.expect("a session");
    assert_eq!(session.user_id, customer.id);
    let mine = inside(&shop, &session).await;
    let used = mine.passkeys().await.expect("passkeys").remove(0).last_used.expect("used");
    assert!(used > added[0].created_at);
    assert_eq!(mine.sessions().await.expect("sessions")[0].client, "Firefox");
    enters(&shop, answers(&shop, &mut device).await).await.expect("again");

    let owner: UserId = customer.id.parse().expect("an id");
    let mut read = shop.storage.read().await.expect("storage");
    let kept = read.passkeys(shop.id, owner).await.expect("read").remove(0);
    assert!(!kept.sealed.contains("cred") && kept.lookup.0.len() == 64, "sealed and hashed");
}

async fn a_passkey_stands_for_both_factors(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    let (app, _) = sets_second_factor(&shop, &customer.shop).await;
    enters(&shop, answers(&shop, &mut device).await).await.expect("a session");
    let with = by_number(&customer.number);
    assert_eq!(refused(enters(&shop, with.clone()).await), "second_factor_needed");
    enters(&shop, and_second(with, &app.shows(&shop))).await.expect("the other way");
}

async fn of_the_staff_a_passkey_has_to_be_shown(shop: Shop) {
    let permissions = vec!["support".to_owned()];
    let invited = InviteMemberRequest { name: "Sara".to_owned(), permissions, owner: false };
    let link = shop.operator.invite_member(invited).await.expect("invited").link;
    let keys = shop.door.claim(link.rsplit('/').next().expect("a link")).await.expect("came");
    let with = by_number(&keys.account_number);
    let early = enters(&shop, with.clone()).await.expect("whoever knows the number").token;
    let session = enters(&shop, with.clone()).await.expect("nothing is set up yet");
    let mut device = device();
    adds(&inside(&shop, &session).await, &mut device).await;
    assert_eq!(refused(shop.door.principal(shop.id, &early).await), "not_signed_in");
    assert_eq!(refused(enters(&shop, with.clone()).await), "second_factor_needed");
    let session = enters(&shop, answers(&shop, &mut device).await).await.expect("a session");
    let mine = inside(&shop, &session).await;
    assert_eq!(refused(mine.prove(with.clone()).await), "second_factor_needed");
    mine.prove(answers(&shop, &mut device).await).await.expect("proved");
    let lifted = SecondFactorRequest { required: false };
    shop.operator.set_second_factor_rule(lifted).await.expect("lifted");
    enters(&shop, with).await.expect("where none is wanted, none is missing");
}

async fn a_passkey_is_all_that_setting_up_asks_for(shop: Shop) {
    let permissions = vec!["settings".to_owned()];
    let invited = InviteMemberRequest { name: "Sara".to_owned(), permissions, owner: false };
    let link = shop.operator.invite_member(invited).await.expect("invited").link;
    let keys = shop.door.claim(link.rsplit('/').next().expect("a link")).await.expect("came");
    let session = enters(&shop, by_number(&keys.account_number)).await.expect("nothing is set up yet");
    let mut device = device();
    adds(&inside(&shop, &session).await, &mut device).await;
    let session = enters(&shop, answers(&shop, &mut device).await).await.expect("a session");
    let who = shop.door.principal(shop.id, &session.token).await.expect("Sara");
    let steps = shop.nexa.backoffice(who).setup().await.expect("what is left").steps;
    assert!(steps.iter().any(|of| of.step == "second_factor" && of.done), "{steps:?}");
}

async fn a_passkey_proves_once_more(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    let other = shop.customer().await;
    shop.clock.advance(minutes(20));
    assert_eq!(refused(customer.shop.new_account_number().await), "prove_again");
    let answer = answers(&shop, &mut device).await;
    assert_eq!(refused(other.shop.prove(answer.clone()).await), "wrong_credentials", "another's");
    customer.shop.prove(answer.clone()).await.expect("proved, and not used up before");
    customer.shop.new_account_number().await.expect("a number");
    assert_eq!(refused(customer.shop.prove(answer).await), "bad_passkey", "used up");
}

async fn an_answer_is_good_once_and_for_five_minutes(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    let answer = answers(&shop, &mut device).await;
    shop.clock.advance(SignedDuration::from_secs(299));
    enters(&shop, answer.clone()).await.expect("in time");
    assert_eq!(refused(enters(&shop, answer.clone()).await), "bad_passkey", "used up");
    device.counter += 5;
    let asked = shop.guest().passkey_ask().await.expect("a question");
    let (first, second) = (device.shows(&asked.options), device.shows(&asked.options));
    enters(&shop, by_passkey(asked.state.clone(), first)).await.expect("a session");
    let second = by_passkey(asked.state, second);
    assert_eq!(refused(enters(&shop, second).await), "bad_passkey", "one answer to a question");

    let late = answers(&shop, &mut device).await;
    let making = customer.shop.passkey_begin().await.expect("a question");
    shop.clock.advance(minutes(5));
    assert_eq!(refused(enters(&shop, late).await), "bad_passkey", "too late");
    let mut new = Authenticator::new(ORIGIN);
    new.counter = 3;
    let response = new.creates(&making.options).expect("a passkey");
    let made = PasskeyProof { state: making.state, response };
    assert_eq!(refused(customer.shop.passkey_add(made, None).await), "bad_passkey", "too late");
}

async fn an_answer_for_another_address_or_question_is_none(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    for origin in [
        "https://evil.example",
        "https://shop.example.org.evil.example",
        "http://shop.example.org",
        "https://a.shop.example.org",
        "https://shop.example.org:8443",
    ] {
        origin.clone_into(&mut device.origin);
        assert_eq!(
            refused(enters(&shop, answers(&shop, &mut device).await).await),
            "bad_passkey",
            "{origin}"
        );
        let asked = customer.shop.passkey_begin().await.expect("a question");
        let response = Authenticator::new(origin).creates(&asked.options).expect("a passkey");
        let made = PasskeyProof { state: asked.state, response };
        assert_eq!(refused(customer.shop.passkey_add(made, None).await), "bad_passkey", "{origin}");
    }
    ORIGIN.clone_into(&mut device.origin);
    let (one, two) = (answers(&shop, &mut device).await, answers(&shop, &mut device).await);
    let (one, two) = (one.passkey.expect("a proof"), two.passkey.expect("a proof"));
    let crossed = by_passkey(two.state.clone(), one.response);
    assert_eq!(refused(enters(&shop, crossed).await), "bad_passkey", "the answer to another question");
    let making = customer.shop.passkey_begin().await.expect("a question");
    let moved = by_passkey(making.state, two.response.clone());
    assert_eq!(refused(enters(&shop, moved).await), "bad_passkey", "a question of another kind");
    let other = shop.customer().await;
    let making = customer.shop.passkey_begin().await.expect("a question");
    let response = Authenticator::new(ORIGIN).creates(&making.options).expect("a passkey");
    let stolen = PasskeyProof { state: making.state, response };
    assert_eq!(refused(other.shop.passkey_add(stolen, None).await), "bad_passkey", "another's question");
    enters(&shop, by_passkey(two.state, two.response)).await.expect("the right one");
}

async fn an_authenticator_that_is_not_unlocked_is_none(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    device.unlocks = false;
    assert_eq!(refused(enters(&shop, answers(&shop, &mut device).await).await), "bad_passkey");
    let asked = customer.shop.passkey_begin().await.expect("a question");
    let mut locked = self::device();
    locked.unlocks = false;
    let response = locked.creates(&asked.options).expect("a passkey");
    let made = PasskeyProof { state: asked.state, response };
    assert_eq!(refused(customer.shop.passkey_add(made, None).await), "bad_passkey");
}

async fn a_counter_that_goes_back_is_refused(shop: Shop) {
    let (_, mut device) = with_passkey(&shop).await;
    device.counter = 40;
    enters(&shop, answers(&shop, &mut device).await).await.expect("a session");
    device.counter = 40;
    let same = answers(&shop, &mut device).await;
    assert_eq!(refused(enters(&shop, same).await), "bad_passkey", "a copy of the authenticator");
    device.counter = 50;
    enters(&shop, answers(&shop, &mut device).await).await.expect("a session");
}

async fn a_passkey_is_good_in_one_shop(shop: Shop) {
    let (_, mut device) = with_passkey(&shop).await;
    let other = shop.next_door().await;
    let answer = answers(&shop, &mut device).await;
    assert_eq!(refused(enters(&other, answer).await), "bad_passkey", "the state is this shop's");
    let asked = other.guest().passkey_ask().await.expect("a question");
    let mut moved = asked.options.clone();
    moved["publicKey"]["rpId"] = json!("shop.example.org");
    let answer = by_passkey(asked.state, device.shows(&moved));
    assert_eq!(refused(enters(&other, answer).await), "bad_passkey", "and so is the passkey");
}

async fn ten_passkeys_are_enough(shop: Shop) {
    let customer = shop.customer().await;
    let mut devices = Vec::new();
    let waiting = customer.shop.passkey_begin().await.expect("a question");
    for serial in 0..10 {
        let mut one = device();
        one.serial = serial;
        adds(&customer.shop, &mut one).await;
        devices.push(one);
    }
    assert_eq!(customer.shop.passkeys().await.expect("passkeys").len(), 10);
    assert_eq!(refused(customer.shop.passkey_begin().await), "too_many_passkeys");
    let mut eleventh = device();
    eleventh.serial = 10;
    let response = eleventh.creates(&waiting.options).expect("a passkey");
    let made = PasskeyProof { state: waiting.state, response };
    assert_eq!(refused(customer.shop.passkey_add(made, None).await), "too_many_passkeys", "asked before");
    let first = customer.shop.passkeys().await.expect("passkeys").remove(0);
    customer.shop.passkey_remove(&first.passkey_id).await.expect("removed");
    assert_eq!(refused(enters(&shop, answers(&shop, &mut devices[0]).await).await), "bad_passkey", "removed");
    enters(&shop, answers(&shop, &mut devices[9]).await).await.expect("a session");
    adds(&customer.shop, &mut device()).await;
}

async fn only_who_proved_lately_adds_and_removes(shop: Shop) {
    let (customer, _) = with_passkey(&shop).await;
    let asked = customer.shop.passkey_begin().await.expect("a question");
    let mine = customer.shop.passkeys().await.expect("passkeys").remove(0);
    let guest = shop.guest();
    let empty = PasskeyProof::default();
    assert_eq!(refused(guest.passkey_begin().await), "not_signed_in");
    assert_eq!(refused(guest.passkey_add(empty.clone(), None).await), "not_signed_in");
    assert_eq!(refused(guest.passkeys().await), "not_signed_in");
    assert_eq!(refused(guest.passkey_remove(&mine.passkey_id).await), "not_signed_in");
    let other = shop.customer().await;
    assert_eq!(refused(other.shop.passkey_remove(&mine.passkey_id).await), "not_found", "another's");
    assert_eq!(refused(customer.shop.passkey_remove("nonsense").await), "not_found");
    shop.clock.advance(minutes(15));
    assert_eq!(refused(customer.shop.passkey_begin().await), "prove_again");
    let made = PasskeyProof { state: asked.state, response: json!({}) };
    assert_eq!(refused(customer.shop.passkey_add(made, None).await), "prove_again");
    assert_eq!(refused(customer.shop.passkey_remove(&mine.passkey_id).await), "prove_again");
    assert_eq!(customer.shop.passkeys().await.expect("may be looked at"), [mine]);
}

async fn a_passkey_is_never_the_last_way_in(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    assert_eq!(refused(customer.shop.remove_identity("account_number").await), "last_identity");
    let mine = customer.shop.passkeys().await.expect("passkeys").remove(0);
    assert_eq!(customer.shop.passkey_remove(&mine.passkey_id).await.expect("removed"), []);
    assert_eq!(refused(customer.shop.passkey_remove(&mine.passkey_id).await), "not_found");
    assert_eq!(refused(enters(&shop, answers(&shop, &mut device).await).await), "bad_passkey");
    anew(&shop, &customer).await.me().await.expect("the number still opens it");
}

async fn a_passkey_goes_with_the_account(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    let text = customer.shop.export().await.expect("an export");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["passkeys"][0]["name"], "Chrome, Android");
    let user: UserId = customer.id.parse().expect("an id");
    customer.shop.delete_account(false).await.expect("gone");
    assert_eq!(shop.storage.read().await.expect("storage").passkeys(shop.id, user).await.expect("read"), []);
    assert_eq!(refused(enters(&shop, answers(&shop, &mut device).await).await), "bad_passkey");
}

async fn whoever_lay_in_wait_stays_outside(shop: Shop) {
    let wish = nexa_core::storefront::model::SignUpRequest {
        email: Some(SARA.to_owned()),
        password: Some("correct horse".to_owned()),
        ..Default::default()
    };
    let lurking = shop.guest().sign_up(wish).await.expect("an address that was not proved").session;
    let mut device = device();
    adds(&inside(&shop, &lurking).await, &mut device).await;
    let hers = comes_by_mail(&shop, SARA).await;
    assert_ne!(hers.user_id, lurking.user_id, "an account with other ways in is not handed over");
    let back = enters(&shop, answers(&shop, &mut device).await).await.expect("their own account");
    assert_eq!(back.user_id, lurking.user_id);
    assert_eq!(inside(&shop, &hers).await.passkeys().await.expect("passkeys"), []);
}

async fn odd_answers_are_refused(shop: Shop) {
    let (customer, mut device) = with_passkey(&shop).await;
    let right = answers(&shop, &mut device).await.passkey.expect("a proof");
    for (place, odd) in [
        ("/response/userHandle", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("/response/userHandle", Value::Null),
        ("/response/signature", json!("MAYCAQECAQE")),
        ("/response/authenticatorData", json!("")),
        ("/response/clientDataJSON", json!("e30")),
        ("/rawId", json!("AAAA")),
        ("", json!([])),
        ("", Value::Null),
    ] {
        let mut response = right.response.clone();
        *response.pointer_mut(place).expect("a place") = odd;
        let with = by_passkey(right.state.clone(), response);
        assert_eq!(refused(enters(&shop, with).await), "bad_passkey", "{place}");
    }
    for state in ["", "nonsense", "AAAA"] {
        let with = by_passkey(state.to_owned(), right.response.clone());
        assert_eq!(refused(enters(&shop, with).await), "bad_passkey", "{state}");
    }
    let asked = customer.shop.passkey_begin().await.expect("a question");
    let made = PasskeyProof { state: asked.state, response: right.response.clone() };
    assert_eq!(refused(customer.shop.passkey_add(made, None).await), "bad_passkey");
    let both = SignInRequest {
        account_number: Some(customer.number.clone()),
        ..by_passkey(right.state.clone(), right.response.clone())
    };
    assert_eq!(refused(enters(&shop, both).await), "bad_input", "one proof");
    enters(&shop, by_passkey(right.state, right.response)).await.expect("the right one is still good");
}
