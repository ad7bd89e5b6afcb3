//! What is bought, what it costs, and what became of it.

use super::{CouponView, MoneyView, PaymentView};
use serde::{Deserialize, Serialize};

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
#[cfg_attr(feature = "openapi", oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A new subscription; needs `plan_id`.
    #[default]
    New,
    /// More time and traffic; needs `plan_id` and `subscription_id`.
    Renewal,
    /// Another plan from now on, at its price less what is left of the current period; needs `plan_id` and
    /// `subscription_id`.
    Change,
    /// More traffic until the current period ends; needs `pack_id` and `subscription_id`.
    TrafficPack,
    /// More devices until the current period ends; needs `pack_id` and `subscription_id`.
    DevicePack,
    /// Money into the wallet; needs `amount`.
    TopUp,
    /// The free trial; only in answers.
    Trial,
    /// A new subscription that the shop gave for nothing; only in answers.
    Given,
    /// A plan for whoever claims it; only in answers, asked for by `new` with `gift`.
    Gift,
    /// A service that was there before its user came to the shop; only in answers.
    Adopted,
    /// Something that this version does not know; only in answers of a newer shop.
    #[serde(other)]
    Other,
}

/// To see a price.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// Which plan.
    pub plan_id: String,
    /// Paid how; the wallet when not given.
    #[serde(default)]
    pub method: Option<String>,
    /// Whether the wallet pays first, and the method only what it lacks.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub use_wallet: bool,
    /// The subscription that it shall renew; without it, the price is that of a new one.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// The code of a coupon.
    #[serde(default)]
    pub coupon: Option<String>,
}

/// A price.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct QuoteView {
    /// What it costs without a coupon, in the shop's currency.
    pub price_before: MoneyView,
    /// What is charged, in the shop's currency.
    pub price: MoneyView,
    /// What the coupon makes of it.
    pub coupon: Option<CouponView>,
    /// What is to be paid with this method; nothing when the wallet pays for all. Card transfers may ask a little less, to
    /// tell customers apart.
    pub due: MoneyView,
    /// What the wallet lacks for the price.
    pub missing: MoneyView,
}

/// To buy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CheckoutRequest {
    /// What is wanted.
    pub purpose: Purpose,
    /// Paid how: `wallet` or a gateway's id.
    pub method: String,
    /// Which plan.
    #[serde(default)]
    pub plan_id: Option<String>,
    /// Which pack.
    #[serde(default)]
    pub pack_id: Option<String>,
    /// Which subscription to renew, to change or to add to.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// How much to top up, in the shop's currency.
    #[serde(default)]
    pub amount: Option<MoneyView>,
    /// Wished country, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub region: Option<String>,
    /// Whether the wallet pays first, and a gateway is only asked for what it lacks.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub use_wallet: bool,
    /// With the method `wallet`: whether an order that it holds too little for is kept for seven days, and paid as soon as
    /// enough money comes in. Not for a change of plan.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub keep: bool,
    /// With the purpose `new`: whether the plan is for somebody else, who claims it with the code that the paid order has.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub gift: bool,
    /// What the buyer writes beside a gift, at most 200 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// The price that the customer was shown, in the shop's currency. When it costs something else now, nothing is ordered
    /// and `price_changed` says the new price; the quote of a change of plan holds for about 15 minutes.
    #[serde(default)]
    pub expected: Option<MoneyView>,
    /// The code of a coupon; one at most.
    #[serde(default)]
    pub coupon: Option<String>,
}

impl CheckoutRequest {
    /// A new subscription to a plan, paid by `wallet` or a gateway's id.
    #[must_use]
    pub fn of_plan(plan_id: &str, method: &str) -> Self {
        Self { plan_id: Some(plan_id.to_owned()), method: method.to_owned(), ..Self::default() }
    }
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct OrderView {
    /// Its id.
    pub order_id: String,
    /// A short number to speak of it, e.g. `4QX7-M2KD`.
    pub number: String,
    /// What is wanted.
    pub purpose: Purpose,
    /// `placed`, `awaiting_payment`, `paid`, `fulfilled`, `cancelled`, `expired`, `refunding` or `refunded`.
    pub state: String,
    /// The plan's name then.
    pub plan_name: Option<String>,
    /// What is charged, in the shop's currency.
    pub price: MoneyView,
    /// The coupon that it was placed with.
    pub coupon: Option<CouponView>,
    /// What the price is made of; together the lines are the price, but for what a change of plan gives to the wallet.
    pub lines: Vec<OrderLineView>,
    /// The part of the price that the wallet pays or paid.
    pub wallet_part: MoneyView,
    /// The part that came, or is asked for, through a gateway.
    pub paid_part: MoneyView,
    /// The name of the way in which it was paid, or is being paid.
    pub method_name: Option<String>,
    /// Whether it waits for money in the wallet, and is paid from there as soon as there is enough.
    pub from_wallet: bool,
    /// While it is unpaid: what is set aside of the wallet for it.
    pub held: MoneyView,
    /// While it is unpaid: what the wallet lacks for the price, beside what is set aside.
    pub missing: MoneyView,
    /// For which subscription; it exists once the order is paid.
    pub subscription_id: Option<String>,
    /// The payment that was asked for last.
    pub payment: Option<PaymentView>,
    /// Whether we are looking into a problem with it.
    pub attention: bool,
    /// When it was placed.
    pub created_at: String,
    /// Unpaid at this moment, it expires.
    pub expires_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// When it was fulfilled.
    pub fulfilled_at: Option<String>,
}

/// A line of an order, as on a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct OrderLineView {
    /// `plan`, `pack`, `credit` (what was left of the plan before), `coupon` or `top_up`.
    pub kind: String,
    /// The plan's or pack's name then, or the coupon's code; empty for the others.
    pub name: String,
    /// How much; a credit and what a coupon takes off are negative.
    pub amount: MoneyView,
}
