//! Coupons.

use super::{CheckoutRequest, MoneyView, Purpose};
use serde::{Deserialize, Serialize};

/// What a coupon makes of a purchase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CouponRequest {
    /// Its code, in any case and with the digits of any language.
    pub code: String,
    /// What is wanted.
    pub purpose: Purpose,
    /// Which plan.
    #[serde(default)]
    pub plan_id: Option<String>,
    /// Which pack.
    #[serde(default)]
    pub pack_id: Option<String>,
    /// Which subscription to renew, to change or to add to.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// How much to top up.
    #[serde(default)]
    pub amount: Option<MoneyView>,
    /// With the purpose `new`: whether the plan is for somebody else.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub gift: bool,
}

impl CouponRequest {
    /// To ask about this purchase, with its own code.
    #[must_use]
    pub fn about(purchase: &CheckoutRequest) -> Self {
        Self {
            code: purchase.coupon.clone().unwrap_or_default(),
            purpose: purchase.purpose,
            plan_id: purchase.plan_id.clone(),
            pack_id: purchase.pack_id.clone(),
            subscription_id: purchase.subscription_id.clone(),
            amount: purchase.amount.clone(),
            gift: purchase.gift,
        }
    }
}

/// A purchase with and without a coupon.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct CouponQuoteView {
    /// What it costs without.
    pub price_before: MoneyView,
    /// What is charged with it.
    pub price: MoneyView,
    /// What it does.
    pub coupon: CouponView,
}
