//! The lists of a shop that can be taken along.

use super::refusal::Refusal;

/// One list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// Customers and operators, without how they can be reached.
    Users,
    /// Orders.
    Orders,
    /// Tries to pay.
    Payments,
    /// Every line of the books.
    Ledger,
    /// Subscriptions.
    Subscriptions,
    /// Commission money that was wanted out of the shop, without where to.
    Withdrawals,
    /// Coupons of one customer's own, with their codes.
    Coupons,
    /// What was sold, day by day.
    Sales,
}

/// The longest span of days at once: ten years.
pub const MOST_DAYS: i32 = 3660;

/// Columns of a list of payments.
const PAYMENTS: &[&str] = &[
    "payment_id",
    "order_id",
    "user_id",
    "method",
    "state",
    "due",
    "received",
    "currency",
    "credited",
    "shop_currency",
    "test",
    "created_at",
];

impl Export {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Users,
        Self::Orders,
        Self::Payments,
        Self::Ledger,
        Self::Subscriptions,
        Self::Withdrawals,
        Self::Coupons,
        Self::Sales,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Ledger => "ledger",
            Self::Subscriptions => "subscriptions",
            Self::Withdrawals => "withdrawals",
            Self::Coupons => "coupons",
            Self::Sales => "sales",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|one| one.name() == name).ok_or(Refusal::NotFound)
    }

    /// The stable names of its columns.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Users => &[
                "user_id",
                "customer",
                "role",
                "blocked",
                "language",
                "wallet",
                "held",
                "currency",
                "created_at",
            ],
            Self::Orders => &[
                "order_id",
                "number",
                "user_id",
                "purpose",
                "plan",
                "price",
                "saving",
                "currency",
                "state",
                "attention",
                "created_at",
                "paid_at",
                "fulfilled_at",
            ],
            Self::Payments => PAYMENTS,
            Self::Ledger => &["journal_id", "posted_at", "cause", "account", "amount", "currency"],
            Self::Subscriptions => &[
                "subscription_id",
                "user_id",
                "plan",
                "state",
                "starts_at",
                "ends_at",
                "limit_bytes",
                "used_bytes",
                "devices",
                "auto_renew",
                "created_at",
            ],
            Self::Withdrawals => &[
                "withdrawal_id",
                "user_id",
                "amount",
                "currency",
                "way",
                "state",
                "note",
                "asked_at",
                "decided_at",
            ],
            Self::Coupons => &["coupon_id", "code", "user_id", "benefit", "until", "uses", "created_at"],
            Self::Sales => &[
                "day",
                "orders",
                "revenue",
                "refunds",
                "refunded",
                "top_ups",
                "topped_up",
                "currency",
                "new_users",
                "trials",
                "renewals",
                "given",
            ],
        }
    }
}
