//! What is on sale, and how it is paid.

use nexa_core::storefront::model::{
    CardView, LocationView, MethodView, MoneyView, OfferView, OrderPage, OrderView, PageRequest, PaymentView,
    PlanView, ReceiptView, WalletEntryView, WalletView,
};

/// An amount of money.
#[uniffi::remote(Record)]
pub struct MoneyView {
    /// Whole minor units, e.g. 499 for 4.99 USD, 100000 for 0.001 LTC.
    pub minor: i64,
    /// Currency code, e.g. `USD`, `IRR`, `LTC`.
    pub currency: String,
}

/// One slice of a list.
#[uniffi::remote(Record)]
pub struct PageRequest {
    /// The `next` of the slice before.
    #[uniffi(default = None)]
    pub cursor: Option<String>,
    /// At most so many, 1 to 100; 50 when not given.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
}

/// Something on sale.
#[uniffi::remote(Record)]
pub struct PlanView {
    /// Its id.
    pub plan_id: String,
    /// Its name.
    pub name: String,
    /// Days of 24 hours.
    pub days: u32,
    /// Traffic in bytes.
    pub traffic_bytes: u64,
    /// Devices at the same time.
    pub devices: u32,
    /// What it has beyond that: `dedicated_ip`, `multi_hop`, `port_forward`.
    pub extras: Vec<String>,
    /// Price in the shop's currency.
    pub price: MoneyView,
}

/// A shop at a glance, for everybody.
#[uniffi::remote(Record)]
pub struct OfferView {
    /// What is on sale: as the shop arranged it, then the cheapest first.
    pub plans: Vec<PlanView>,
    /// What the free trial gives, if there is one. Its price is 0.
    pub trial: Option<PlanView>,
    /// Whether services that were made elsewhere can be brought along.
    pub adopts: bool,
    /// Where servers stand.
    pub locations: Vec<LocationView>,
    /// Set while nothing can be bought: what the shop says about it, which may be nothing.
    pub maintenance: Option<String>,
}

/// A place where servers stand.
#[uniffi::remote(Record)]
pub struct LocationView {
    /// The country, ISO 3166-1 alpha-2.
    pub region: String,
    /// How many servers stand there.
    pub servers: u32,
    /// Whether one of them answered lately.
    pub up: bool,
    /// Whether one of them has room for another subscription.
    pub room: bool,
}

/// A way to pay.
#[uniffi::remote(Record)]
pub struct MethodView {
    /// What to give as `method`: `wallet` or a gateway's id.
    pub method: String,
    /// Its kind: `wallet`, `card`, `litecoin`, `bitcoin`, `stars`, ...
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is paid in.
    pub currency: String,
}

/// One attempt to pay.
#[uniffi::remote(Record)]
pub struct PaymentView {
    /// Its id.
    pub payment_id: String,
    /// Through which gateway.
    pub method: String,
    /// `created`, `open`, `seen`, `underpaid`, `paid`, `overpaid`, `expired`, `failed`, `disputed`, `refunding`,
    /// `refunded` or `needs_review`.
    pub state: String,
    /// What is to be paid, exactly.
    pub due: MoneyView,
    /// The same as a decimal text to copy, e.g. `0.00100000`.
    pub due_text: String,
    /// Final money so far.
    pub received: MoneyView,
    /// What is still missing.
    pub missing: MoneyView,
    /// Where to send it, for transfers on a chain.
    pub address: Option<String>,
    /// The comment (memo) that must go with the transfer, exactly so: without it, it is not recognised.
    pub memo: Option<String>,
    /// What a wallet app opens.
    pub uri: Option<String>,
    /// The card to transfer to.
    pub card: Option<CardView>,
    /// The page to go to.
    pub redirect_url: Option<String>,
    /// Opens the invoice in Telegram, for Telegram Stars.
    pub telegram_url: Option<String>,
    /// Whether a receipt is wanted, and what became of the last one: `wanted`, `waiting`, `accepted` or `rejected`.
    pub receipt: Option<String>,
    /// Until when the price is held.
    pub expires_at: String,
    /// Raises with every decision of the operator.
    pub version: u32,
}

/// A bank card to transfer to.
#[uniffi::remote(Record)]
pub struct CardView {
    /// 16 digits.
    pub number: String,
    /// Its holder.
    pub holder: String,
    /// Its bank.
    pub bank: String,
}

/// A slice of orders.
#[uniffi::remote(Record)]
pub struct OrderPage {
    /// Newest first.
    pub items: Vec<OrderView>,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

/// A receipt that was handed in.
#[uniffi::remote(Record)]
pub struct ReceiptView {
    /// Its id.
    pub receipt_id: String,
    /// For which payment.
    pub payment_id: String,
    /// `waiting`, `accepted` or `rejected`.
    pub decision: String,
    /// Why it was rejected: `not_received`, `unreadable`, `used_before`, `forged`, `timed_out`.
    pub reason: Option<String>,
    /// When it was handed in.
    pub created_at: String,
}

/// A wallet.
#[uniffi::remote(Record)]
pub struct WalletView {
    /// What is in it and can be spent.
    pub balance: MoneyView,
    /// What is set aside for unpaid orders, while other ways of payment are asked for the rest of their price. It pays these
    /// orders, or comes back when they are given up, expire or are paid in another way.
    pub held: MoneyView,
    /// Its history, newest first.
    pub items: Vec<WalletEntryView>,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

/// One line of a wallet's history.
#[uniffi::remote(Record)]
pub struct WalletEntryView {
    /// Why: `payment`, `purchase`, `refund`, `correction`, `credit` (what was left of a plan that was changed), `referral`
    /// (for an invitation; negative when it was taken back), `bonus` (what a coupon added), `hold` (set aside for an order),
    /// `release` (set aside no more).
    pub reason: String,
    /// How much; negative for money out.
    pub amount: MoneyView,
    /// When.
    pub at: String,
}
