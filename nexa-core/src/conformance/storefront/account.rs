//! Accounts. What hangs on time, mails and authenticator apps is told by the journeys, which hold all three.

use super::{Belongings, Fixture, customer, refused, subscribed};
use crate::storefront::{
    Storefront,
    model::{SignInRequest, TelegramProof},
};

/// The codes of everything about an account, for a guest.
pub(super) async fn codes(shop: &dyn Storefront, of: &Belongings) -> Vec<(&'static str, String)> {
    let number = SignInRequest { account_number: Some(of.order.clone()), ..SignInRequest::default() };
    let proof = TelegramProof { init_data: Some(of.order.clone()), widget: None };
    vec![
        ("set_locale", refused(shop.set_locale("fa").await)),
        ("sessions", refused(shop.sessions().await)),
        ("revoke_session", refused(shop.revoke_session(&of.order).await)),
        ("revoke_other_sessions", refused(shop.revoke_other_sessions().await)),
        ("prove", refused(shop.prove(number).await)),
        ("identities", refused(shop.identities().await)),
        ("add_email", refused(shop.add_email("a@example.org").await)),
        ("confirm_email", refused(shop.confirm_email("a@example.org", "01234567").await)),
        ("add_telegram", refused(shop.add_telegram(proof).await)),
        ("remove_identity", refused(shop.remove_identity("email").await)),
        ("new_account_number", refused(shop.new_account_number().await)),
        ("set_password", refused(shop.set_password(None, "correct horse".to_owned()).await)),
        ("totp_begin", refused(shop.totp_begin().await)),
        ("totp_confirm", refused(shop.totp_confirm("123456").await)),
        ("totp_disable", refused(shop.totp_disable("123456").await)),
        ("export", refused(shop.export().await)),
        ("delete_account", refused(shop.delete_account(true).await)),
    ]
}

/// A revoked session is dead before `revoke_session` and `revoke_other_sessions` return.
pub async fn ends_sessions_at_once(world: &dyn Fixture) {
    let mine = customer(world).await;
    for all in [false, true] {
        let account_number = Some(mine.number.clone());
        let with = SignInRequest { account_number, ..SignInRequest::default() };
        world.guest().sign_in(with).await.expect("a session");
        let listed = mine.shop.sessions().await.expect("sessions");
        assert_eq!(listed.iter().map(|s| s.current).collect::<Vec<_>>(), [false, true]);
        if all {
            mine.shop.revoke_other_sessions().await.expect("ended");
        } else {
            let other = listed.first().expect("a session");
            mine.shop.revoke_session(&other.session_id).await.expect("ended");
        }
        assert_eq!(mine.shop.sessions().await.expect("sessions").len(), 1);
    }
}

/// The last identity is never removed, and an identity of another account is never added.
pub async fn keeps_the_last_way_in(world: &dyn Fixture) {
    let mine = customer(world).await;
    let only = mine.shop.identities().await.expect("identities").remove(0);
    assert_eq!(refused(mine.shop.remove_identity(&only.kind).await), "last_identity");
    let number = mine.shop.new_account_number().await.expect("a number").account_number;
    let with =
        |number: &str| SignInRequest { account_number: Some(number.to_owned()), ..SignInRequest::default() };
    assert_eq!(refused(world.guest().sign_in(with(&mine.number)).await), "wrong_credentials");
    assert_eq!(world.guest().sign_in(with(&number)).await.expect("a session").user_id, mine.id);
}

/// After `delete_account` nothing of the session, the identities and the links works any more.
pub async fn is_gone_after_leaving(world: &dyn Fixture) {
    let mine = customer(world).await;
    let held = subscribed(world, &mine).await;
    mine.shop.delete_account(true).await.expect("gone");
    assert_eq!(refused(mine.shop.me().await), "not_signed_in");
    assert!(!world.leads_somewhere(&held.link).await);
    let account_number = Some(mine.number);
    let with = SignInRequest { account_number, ..SignInRequest::default() };
    assert_eq!(refused(world.guest().sign_in(with).await), "wrong_credentials");
}
