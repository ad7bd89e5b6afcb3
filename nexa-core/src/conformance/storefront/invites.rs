//! Invitations, one function per sentence of [`crate::storefront::Invites`]. What hangs on the operator's terms is told by
//! the journeys.

use super::{Customer, Fixture, customer, refused, subscribed};
use crate::{
    domain::referral::CODE_LENGTH,
    storefront::{
        Storefront,
        model::{MoneyView, PageRequest, SignUpRequest, WithdrawRequest},
    },
};

/// The codes of everything about invitations, for a guest.
pub(super) async fn codes(shop: &dyn Storefront) -> Vec<(&'static str, String)> {
    vec![
        ("invitation", refused(shop.invitation().await)),
        ("accept_invitation", refused(shop.accept_invitation("x").await)),
        ("commissions", refused(shop.commissions(PageRequest::default()).await)),
        ("withdrawals", refused(shop.withdrawals(PageRequest::default()).await)),
        ("withdraw", refused(shop.withdraw(wanted()).await)),
    ]
}

fn wanted() -> WithdrawRequest {
    let amount = MoneyView { minor: 1, currency: "USD".to_owned() };
    WithdrawRequest { amount, way: "other".to_owned(), destination: "somewhere".to_owned() }
}

async fn code(of: &Customer) -> String {
    of.shop.invitation().await.expect("an invitation").code
}

/// Everybody has one invitation, and its code stays the same.
pub async fn has_one_invitation_for_everybody(world: &dyn Fixture) {
    let (ann, bob) = (customer(world).await, customer(world).await);
    let own = ann.shop.invitation().await.expect("an invitation");
    assert_eq!(own.code.len(), CODE_LENGTH);
    assert!(own.web_link.ends_with(&format!("/?i={}", own.code)), "{}", own.web_link);
    assert_eq!((own.invited, own.paying, own.earned.minor), (0, 0, 0));
    assert_eq!(code(&ann).await, own.code);
    assert_ne!(code(&bob).await, own.code);
}

/// `accept_invitation` counts once, before the first paid order, and never for oneself or for whom one invited.
pub async fn takes_one_invitation_of_somebody_else(world: &dyn Fixture) {
    let (ann, bob, eve) = (customer(world).await, customer(world).await, customer(world).await);
    let of_ann = code(&ann).await;
    assert_eq!(refused(ann.shop.accept_invitation(&of_ann).await), "own_invitation");
    assert_eq!(refused(bob.shop.accept_invitation(&"a".repeat(26)).await), "invitation_unknown");
    bob.shop.accept_invitation(&format!(" {} ", of_ann.to_uppercase())).await.expect("accepted");
    bob.shop.accept_invitation(&of_ann).await.expect("the same again is harmless");
    assert_eq!(refused(bob.shop.accept_invitation(&code(&eve).await).await), "already_invited");
    assert_eq!(refused(ann.shop.accept_invitation(&code(&bob).await).await), "own_invitation", "a circle");
    subscribed(world, &eve).await;
    assert_eq!(refused(eve.shop.accept_invitation(&of_ann).await), "invitation_too_late");
    let by = SignUpRequest { invitation: Some(of_ann), ..SignUpRequest::default() };
    world.guest().sign_up(by).await.expect("an account");
    assert_eq!(ann.shop.invitation().await.expect("an invitation").invited, 2);
    assert!(bob.shop.invitation().await.expect("an invitation").accepted);
}
