//! Commissions of orders that were paid from a wallet whose money did not stay.

use crate::world::{Customer, Shop, days, dollars, hours, minutes, on_every_storage, payment_of};
use nexa_core::{
    backoffice::model::OperatorCommissionView,
    storefront::model::{PageRequest, ReferralTermsView, SignUpRequest},
};

on_every_storage!(
    while_what_filled_the_wallet_is_contested_nothing_is_paid,
    when_it_is_lost_a_person_decides,
);

/// Ann, whose friend filled a wallet by this transfer and bought a month from it; a tenth of that is Ann's in two days.
async fn bought_from_a_wallet(shop: &Shop) -> (Customer, String) {
    let terms = ReferralTermsView {
        on: true,
        reward_bp: 1000,
        orders: Some("every".to_owned()),
        hold_days: Some(2),
        ..ReferralTermsView::default()
    };
    shop.operator.set_referral_terms(terms).await.expect("terms");
    let ann = shop.customer().await;
    let invitation = Some(ann.shop.invitation().await.expect("an invitation").code);
    let bob = Customer::comes(shop, SignUpRequest { invitation, ..SignUpRequest::default() }).await;
    let order = bob.tops_up(dollars(5), &shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &payment_of(&order).due.clone());
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    bob.orders("wallet").await.expect("a month");
    shop.works().await;
    (ann, transfer)
}

async fn in_state(shop: &Shop, state: &str) -> Vec<OperatorCommissionView> {
    let page = PageRequest::default();
    shop.operator.all_commissions(Some(state.to_owned()), page).await.expect("commissions").items
}

async fn while_what_filled_the_wallet_is_contested_nothing_is_paid(shop: Shop) {
    let (ann, transfer) = bought_from_a_wallet(&shop).await;
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    shop.after(days(2)).await;
    assert_eq!((ann.wallet().await, in_state(&shop, "pending").await.len()), (0, 1));
}

async fn when_it_is_lost_a_person_decides(shop: Shop) {
    let (ann, transfer) = bought_from_a_wallet(&shop).await;
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(in_state(&shop, "pending").await.len(), 1, "its order is as good as any other");
    shop.after(days(2)).await;
    let held = in_state(&shop, "held").await;
    assert_eq!((held.len(), ann.wallet().await), (1, 0));
    assert_eq!(held[0].signs, ["lost_money"]);
    shop.operator.approve_commission(&held[0].commission.commission_id).await.expect("approved");
    shop.works().await;
    assert_eq!(ann.wallet().await, 50, "asked about once");
    shop.is_in_order().await;
}
