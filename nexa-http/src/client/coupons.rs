//! Coupons.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Coupons,
        model::{CouponQuoteView, CouponRequest},
    },
};

#[async_trait]
impl Coupons for Remote {
    async fn coupon_quote(&self, request: CouponRequest) -> Result<CouponQuoteView> {
        self.ask(Call::new(api::QUOTE_COUPON, &[]).json(&request)?).await
    }
}
