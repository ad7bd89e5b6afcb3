//! How customers come, one function per sentence of [`crate::backoffice::Growth`].

use super::{Codes, Fixture, refused, some};
use crate::{
    backoffice::{Backoffice, model::CampaignRequest},
    storefront::model::{MoneyView, ReferralTermsView},
};

fn campaign(code: &str) -> CampaignRequest {
    CampaignRequest { code: code.to_owned(), name: "Spring".to_owned() }
}

fn terms(reward_bp: u32, welcome: Option<MoneyView>) -> ReferralTermsView {
    ReferralTermsView { on: true, reward_bp, welcome }
}

/// The codes of everything about it, for one who may not.
pub(super) async fn codes(shop: &dyn Backoffice) -> Codes {
    vec![
        ("referral_terms", refused(shop.referral_terms().await)),
        ("set_referral_terms", refused(shop.set_referral_terms(terms(0, Some(some(-1)))).await)),
        ("campaigns", refused(shop.campaigns().await)),
        ("add_campaign", refused(shop.add_campaign(campaign("?")).await)),
    ]
}

/// `set_referral_terms` refuses rewards above half of an order, and credits in another currency than the shop's.
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
    ] {
        assert_eq!(refused(shop.set_referral_terms(wrong).await), code);
    }
    assert_eq!(shop.referral_terms().await.expect("terms"), good);
}

/// `add_campaign` takes each code once.
/// `campaigns` counts who signed up by each, who of them bought, and for how much; what was refunded is left out.
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
