//! Coupons.

use super::{Answer, Area, sign_in::count};
use crate::caller::SignedIn;
use nexa_core::storefront::model::{CouponQuoteView, CouponRequest};
use poem::Request;
use poem_openapi::{OpenApi, payload::Json};

pub struct Coupons;

#[OpenApi(tag = "Area::Orders")]
impl Coupons {
    /// See what a coupon makes of a purchase
    ///
    /// What this shows is what `POST /v1/orders` charges with the same `coupon`, while plan and coupon stay the same.
    /// `coupon_unknown`, `coupon_expired`, `coupon_used_up` or `coupon_not_for_this` when it cannot be used;
    /// `too_many_attempts` after five codes that nobody knows.
    #[oai(path = "/coupons/quote", method = "post", operation_id = "quoteCoupon")]
    async fn quote(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<CouponRequest>,
    ) -> Answer<CouponQuoteView> {
        count(request).await?;
        Ok(Json(caller.store().coupon_quote(body.0).await?))
    }
}
