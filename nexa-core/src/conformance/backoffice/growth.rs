//! How customers come, one function per sentence of [`crate::backoffice::Growth`].

use super::{Codes, Fixture, refused, some};
use crate::{
    backoffice::{
        Backoffice,
        model::{CampaignRequest, DecideRequest, PostbackRequest},
    },
    storefront::model::{MoneyView, PageRequest, ReferralTermsView},
};

fn campaign(code: &str) -> CampaignRequest {
    CampaignRequest { code: code.to_owned(), name: "Spring".to_owned(), postback_url: None }
}

fn terms(reward_bp: u32, welcome: Option<MoneyView>) -> ReferralTermsView {
    ReferralTermsView {
        on: true,
        reward_bp,
        second_bp: Some(0),
        reward_days: None,
        second_days: None,
        orders: Some("first".to_owned()),
        order_days: None,
        hold_days: Some(14),
        welcome,
        withdrawal: None,
    }
}

fn page() -> PageRequest {
    PageRequest { cursor: Some("?".to_owned()), limit: Some(0) }
}

fn words() -> DecideRequest {
    DecideRequest { note: String::new() }
}

/// The codes of everything about it, for one who may not.
pub(super) async fn codes(shop: &dyn Backoffice) -> Codes {
    vec![
        ("referral_terms", refused(shop.referral_terms().await)),
        ("set_referral_terms", refused(shop.set_referral_terms(terms(0, Some(some(-1)))).await)),
        ("campaigns", refused(shop.campaigns().await)),
        ("add_campaign", refused(shop.add_campaign(campaign("?")).await)),
        ("set_postback", refused(shop.set_postback("?", PostbackRequest { postback_url: None }).await)),
        ("affiliates", refused(shop.affiliates().await)),
        ("all_commissions", refused(shop.all_commissions(Some("?".to_owned()), page()).await)),
        ("approve_commission", refused(shop.approve_commission("?").await)),
        ("refuse_commission", refused(shop.refuse_commission("?", words()).await)),
        ("all_withdrawals", refused(shop.all_withdrawals(Some("?".to_owned()), page()).await)),
        ("pay_withdrawal", refused(shop.pay_withdrawal("?", words()).await)),
        ("refuse_withdrawal", refused(shop.refuse_withdrawal("?", words()).await)),
    ]
}

/// `set_referral_terms` refuses shares that together are above half of an order, and credits in another currency than the shop's.
pub async fn keeps_terms_in_bounds(world: &dyn Fixture) {
    let shop = world.operator();
    assert!(!shop.referral_terms().await.expect("terms").on, "nothing is given unasked");
    let good = terms(5000, Some(some(50)));
    assert_eq!(shop.set_referral_terms(good.clone()).await.expect("set"), good);
    let euros = MoneyView { minor: 1, currency: "EUR".to_owned() };
    for (wrong, code) in [
        (terms(5001, None), "bad_input"),
        (terms(0, None), "bad_input"),
        (terms(1, Some(some(0))), "amount_out_of_range"),
        (terms(1, Some(euros)), "wrong_currency"),
        (ReferralTermsView { second_bp: Some(1001), ..terms(4000, None) }, "bad_input"),
        (ReferralTermsView { hold_days: Some(181), ..terms(1, None) }, "bad_input"),
        (ReferralTermsView { orders: Some("within".to_owned()), ..terms(1, None) }, "bad_input"),
        (ReferralTermsView { order_days: Some(5), ..terms(1, None) }, "bad_input"),
    ] {
        assert_eq!(refused(shop.set_referral_terms(wrong).await), code);
    }
    assert_eq!(shop.referral_terms().await.expect("terms"), good);
}

/// `add_campaign` takes each code once.
/// `campaigns` counts who signed up by each, who of them tried and bought, for how much, and what others get for it; what
/// was refunded is left out.
pub async fn counts_what_campaigns_brought(world: &dyn Fixture) {
    let shop = world.operator();
    shop.add_campaign(campaign("spring-1")).await.expect("added");
    assert_eq!(refused(shop.add_campaign(campaign("spring-1")).await), "name_taken");
    assert_eq!(refused(shop.add_campaign(campaign("spring 1")).await), "bad_input");
    let (first, second) = (world.sell_by("spring-1").await, world.sell_by("spring-1").await);
    world.sell_by("nowhere").await;
    let price = shop.order(&first).await.expect("an order").price;
    let brought = async || {
        let all = shop.campaigns().await.expect("campaigns");
        assert_eq!(all.len(), 1);
        (all[0].sign_ups, all[0].paying, all[0].revenue.minor)
    };
    assert_eq!(brought().await, (2, 2, 2 * price.minor));
    shop.refund_order(&second).await.expect("begun");
    world.work().await;
    assert_eq!(brought().await, (2, 1, price.minor));
}
