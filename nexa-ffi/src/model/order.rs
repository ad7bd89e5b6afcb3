//! What is bought, what it costs, and what became of it.

use nexa_core::storefront::model::{
    CheckoutRequest, CouponView, MoneyView, OrderLineView, OrderView, PaymentView, Purpose, QuoteRequest,
    QuoteView,
};

/// What is wanted.
#[uniffi::remote(Enum)]
pub enum Purpose {
    /// A new subscription; needs `plan_id`.
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
    /// Something that this version does not know; only in answers of a shop with a newer one.
    Other,
}

/// To see a price.
#[uniffi::remote(Record)]
pub struct QuoteRequest {
    /// Which plan.
    pub plan_id: String,
    /// Paid how; the wallet when not given.
    #[uniffi(default = None)]
    pub method: Option<String>,
    /// Whether the wallet pays first, and the method only what it lacks.
    #[uniffi(default = false)]
    pub use_wallet: bool,
    /// The subscription that it shall renew; without it, the price is that of a new one.
    #[uniffi(default = None)]
    pub subscription_id: Option<String>,
    /// The code of a coupon.
    #[uniffi(default = None)]
    pub coupon: Option<String>,
}

/// A price.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct CheckoutRequest {
    /// What is wanted.
    pub purpose: Purpose,
    /// Paid how: `wallet` or a gateway's id.
    pub method: String,
    /// Which plan.
    #[uniffi(default = None)]
    pub plan_id: Option<String>,
    /// Which pack.
    #[uniffi(default = None)]
    pub pack_id: Option<String>,
    /// Which subscription to renew, to change or to add to.
    #[uniffi(default = None)]
    pub subscription_id: Option<String>,
    /// How much to top up, in the shop's currency.
    #[uniffi(default = None)]
    pub amount: Option<MoneyView>,
    /// Wished country, ISO 3166-1 alpha-2.
    #[uniffi(default = None)]
    pub region: Option<String>,
    /// Whether the wallet pays first, and a gateway is only asked for what it lacks.
    #[uniffi(default = false)]
    pub use_wallet: bool,
    /// With the method `wallet`: whether an order that it holds too little for is kept for seven days, and paid as soon as
    /// enough money comes in. Not for a change of plan.
    #[uniffi(default = false)]
    pub keep: bool,
    /// With the purpose `new`: whether the plan is for somebody else, who claims it with the code that the paid order has.
    #[uniffi(default = false)]
    pub gift: bool,
    /// What the buyer writes beside a gift, at most 200 characters.
    #[uniffi(default = None)]
    pub note: Option<String>,
    /// The price that the customer was shown, in the shop's currency. When it costs something else now, nothing is ordered
    /// and `price_changed` says the new price; the quote of a change of plan holds for about 15 minutes.
    #[uniffi(default = None)]
    pub expected: Option<MoneyView>,
    /// The code of a coupon; one at most.
    #[uniffi(default = None)]
    pub coupon: Option<String>,
}

/// An order.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct OrderLineView {
    /// `plan`, `pack`, `credit` (what was left of the plan before), `coupon` or `top_up`.
    pub kind: String,
    /// The plan's or pack's name then, or the coupon's code; empty for the others.
    pub name: String,
    /// How much; a credit and what a coupon takes off are negative.
    pub amount: MoneyView,
}
