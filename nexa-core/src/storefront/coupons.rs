//! The part of the customer's port that is about coupons.

use super::{
    LocalStorefront,
    model::{CheckoutRequest, CouponQuoteView, CouponRequest},
    request::wish,
    view::{coupon, money},
};
use crate::{domain::user::Scope, engine::cases, error::Result};
use async_trait::async_trait;

/// Coupons, as one customer sees them. One is used by `checkout` with `coupon`.
///
/// # Behaviour
/// - What `coupon_quote` and `quote` show with a code is what `checkout` charges with it.
/// - A code is the same in any case, and with the digits of any language.
/// - Codes that open nothing answer `coupon_unknown`, and after five of them `too_many_attempts`.
/// - A coupon is used as often as it may be and never more, however many come at once, and its use is free again when
///   the order is given up or expires.
/// - An order that costs nothing with its coupon is paid when `checkout` returns, whatever its method.
#[async_trait]
pub trait Coupons: Send + Sync {
    /// What a coupon makes of a purchase.
    async fn coupon_quote(&self, request: CouponRequest) -> Result<CouponQuoteView>;
}

#[async_trait]
impl Coupons for LocalStorefront {
    async fn coupon_quote(&self, request: CouponRequest) -> Result<CouponQuoteView> {
        self.who.with(Scope::Read)?;
        let CouponRequest { code, purpose, plan_id, pack_id, subscription_id, amount, gift } = request;
        let purchase = CheckoutRequest {
            purpose,
            plan_id,
            pack_id,
            subscription_id,
            amount,
            gift,
            ..CheckoutRequest::default()
        };
        let (before, price, made) =
            cases::coupon_quote(&self.core, &self.who, &wish(&purchase)?, &code).await?;
        Ok(CouponQuoteView { price_before: money(before), price: money(price), coupon: coupon(&made) })
    }
}
