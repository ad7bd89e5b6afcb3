//! Coupons.

use crate::storefront::model::{CouponView, MoneyView, Purpose};
use serde::{Deserialize, Serialize};

/// What a coupon does and for whom: exactly one of `percent`, `amount`, `days` and `traffic_bytes`, and any limits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CouponTerms {
    /// So many hundredths of the price less, 1 to 100.
    #[serde(default)]
    pub percent: Option<u32>,
    /// So much less, in the shop's currency; never more than the price.
    #[serde(default)]
    pub amount: Option<MoneyView>,
    /// So many days more of the plan, 1 to 365.
    #[serde(default)]
    pub days: Option<u32>,
    /// So much more traffic of the plan, in bytes.
    #[serde(default)]
    pub traffic_bytes: Option<u64>,
    /// Uses by all together.
    #[serde(default)]
    pub total: Option<u32>,
    /// Uses by each customer.
    #[serde(default)]
    pub per_user: Option<u32>,
    /// Only for customers who have never paid for a plan and have used no other coupon.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub first_only: bool,
    /// Not before this moment.
    #[serde(default)]
    pub from: Option<String>,
    /// Not at this moment and later.
    #[serde(default)]
    pub until: Option<String>,
    /// The least price without the coupon.
    #[serde(default)]
    pub at_least: Option<MoneyView>,
    /// Only for these plans; empty for all, and for what is no plan. At most 50.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub plan_ids: Vec<String>,
    /// Only for these purposes; empty for all but `top_up`. For a top-up the coupon adds to the wallet, and costs the shop
    /// what it adds.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub purposes: Vec<Purpose>,
}

request! {
    /// A new coupon.
    pub struct AddCouponRequest {
        /// Its code: 3 to 32 of `A-Z`, `0-9`, `_` and `-`. Case and the digits' language make no difference.
        pub code: String,
        /// What it does and for whom.
        pub terms: CouponTerms,
        /// Whether it works.
        pub enabled: bool,
    }

    /// To change a coupon; what was ordered with it stays as it was.
    pub struct UpdateCouponRequest {
        /// What it does and for whom, in place of what was said before.
        pub terms: CouponTerms,
        /// Whether it works.
        pub enabled: bool,
    }
}

view! {
    /// A coupon.
    pub struct OperatorCouponView {
        /// Its id.
        pub coupon_id: String,
        /// Its code.
        pub code: String,
        /// What it does and for whom.
        pub terms: CouponTerms,
        /// Whether it works.
        pub enabled: bool,
        /// Uses that are spent, or held by orders that wait to be paid.
        pub taken: u32,
        /// The link to the shop's pages that carries it.
        pub web_link: String,
        /// The link to the shop's Telegram bot that carries it, if there is a bot.
        pub bot_link: Option<String>,
        /// When it was made.
        pub created_at: String,
    }

    /// A slice of coupons.
    pub struct OperatorCouponPage {
        /// The coupons.
        pub items: Vec<OperatorCouponView>,
        /// Where the next slice begins; nothing at the end.
        pub next: Option<String>,
    }

    /// One use of a coupon.
    pub struct CouponUseView {
        /// By which order.
        pub order_id: String,
        /// By whom.
        pub user_id: String,
        /// `held`, `used` or `released`.
        pub state: String,
        /// What was charged, or would have been.
        pub price: MoneyView,
        /// What it made of the order.
        pub coupon: Option<CouponView>,
        /// When the order was placed.
        pub at: String,
    }

    /// A slice of uses.
    pub struct CouponUsePage {
        /// The uses.
        pub items: Vec<CouponUseView>,
        /// Where the next slice begins; nothing at the end.
        pub next: Option<String>,
    }
}
