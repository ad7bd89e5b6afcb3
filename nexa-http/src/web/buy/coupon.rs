//! What a code does for what is chosen, before it is bought.

use crate::{
    say::Words,
    web::{Visitor, sign_in::ensure_account},
};
use nexa_core::{
    error::Result,
    storefront::model::{CheckoutRequest, CouponQuoteView, CouponRequest},
    text::Arg,
};

/// Asks what the code of a purchase does. Guessing is slowed down by account, so a guest gets one.
pub(super) async fn looked_at(visitor: &mut Visitor, purchase: &CheckoutRequest) -> Result<CouponQuoteView> {
    ensure_account(visitor).await?;
    visitor.store().coupon_quote(CouponRequest::about(purchase)).await
}

/// The same in words.
pub(super) fn said(words: Words, of: &CouponQuoteView) -> Vec<String> {
    let code = Arg::Text(&of.coupon.code);
    let mut all = Vec::new();
    if of.coupon.saving.minor > 0 {
        let (price, before) = (words.money(&of.price), words.money(&of.price_before));
        let args = [("code", code), ("price", Arg::Text(&price)), ("before", Arg::Text(&before))];
        all.push(words.with("coupon-price", &args));
    }
    if of.coupon.extra_days > 0 {
        let days = words.days(of.coupon.extra_days);
        all.push(words.with("coupon-days", &[("code", code), ("days", Arg::Text(&days))]));
    }
    if of.coupon.extra_traffic_bytes > 0 {
        let traffic = words.traffic(of.coupon.extra_traffic_bytes);
        all.push(words.with("coupon-traffic", &[("code", code), ("traffic", Arg::Text(&traffic))]));
    }
    if of.coupon.bonus.minor > 0 {
        let bonus = words.money(&of.coupon.bonus);
        all.push(words.with("coupon-bonus", &[("code", code), ("amount", Arg::Text(&bonus))]));
    }
    all
}
