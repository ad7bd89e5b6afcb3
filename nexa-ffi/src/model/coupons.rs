//! Coupons.

use nexa_core::storefront::model::{CouponQuoteView, CouponRequest, CouponView, MoneyView, Purpose};

/// What a coupon makes of a purchase.
#[uniffi::remote(Record)]
pub struct CouponView {
    /// Its code.
    pub code: String,
    /// How much less is charged.
    pub saving: MoneyView,
    /// How many days more there are.
    pub extra_days: u32,
    /// How much more traffic there is, in bytes.
    pub extra_traffic_bytes: u64,
    /// What is put into the wallet beside a top-up.
    pub bonus: MoneyView,
}

/// To see what a coupon makes of a purchase; what is needed beside the code is what `checkout` needs.
#[uniffi::remote(Record)]
pub struct CouponRequest {
    /// Its code, in any case and with the digits of any language.
    pub code: String,
    /// What is wanted.
    pub purpose: Purpose,
    /// Which plan.
    #[uniffi(default = None)]
    pub plan_id: Option<String>,
    /// Which pack.
    #[uniffi(default = None)]
    pub pack_id: Option<String>,
    /// Which subscription to renew, to change or to add to.
    #[uniffi(default = None)]
    pub subscription_id: Option<String>,
    /// How much to top up.
    #[uniffi(default = None)]
    pub amount: Option<MoneyView>,
    /// With the purpose `new`: whether the plan is for somebody else.
    #[uniffi(default = false)]
    pub gift: bool,
}

/// A purchase with and without a coupon.
#[uniffi::remote(Record)]
pub struct CouponQuoteView {
    /// What it costs without.
    pub price_before: MoneyView,
    /// What is charged with it.
    pub price: MoneyView,
    /// What it does.
    pub coupon: CouponView,
}
