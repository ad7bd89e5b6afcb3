//! The customer's port: what a web page, a bot, an app or a program can do on behalf of one customer.

mod local;
pub mod model;
pub(crate) mod view;

pub(crate) use local::LocalStorefront;

use crate::error::Result;
use async_trait::async_trait;
use model::{
    CheckoutRequest, MeView, MethodView, NoticePage, OfferView, OrderPage, OrderView, PageRequest, PlanView,
    PushKeyView, PushRequest, QrFormat, QuoteRequest, QuoteView, ReceiptView, SessionView, SignInRequest,
    SignUpRequest, SignUpView, SubscriptionView, WalletView,
};

/// A shop as one customer sees it. Made for one caller: a guest, or somebody signed in.
///
/// # Behaviour
/// - Everything of another customer or another shop is `not_found`, exactly as if it did not exist.
/// - A guest can sign up, sign in and see plans and methods; everything else answers `not_signed_in`.
/// - `checkout` with the same key and the same wish gives the same order; it is placed once.
/// - What `quote` shows is what `checkout` charges, while plan and rate stay the same.
/// - An order paid from the wallet is paid when `checkout` returns.
/// - A failed gateway leaves the order open, to be paid another way.
/// - `trial` gives one subscription per identity, ever.
/// - `reset_link` makes the old link dead before it returns.
#[async_trait]
pub trait Storefront: Send + Sync {
    /// Makes an account: with e-mail and password, or an anonymous one whose number is shown this once.
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpView>;
    /// Opens a session.
    async fn sign_in(&self, request: SignInRequest) -> Result<SessionView>;
    /// Ends this session.
    async fn sign_out(&self) -> Result<()>;
    /// Who am I.
    async fn me(&self) -> Result<MeView>;
    /// The shop at a glance: what is on sale, what can be tried, and where its servers stand.
    async fn offer(&self) -> Result<OfferView>;
    /// What is on sale.
    async fn plans(&self) -> Result<Vec<PlanView>>;
    /// How one can pay; the wallet is always the first.
    async fn methods(&self) -> Result<Vec<MethodView>>;
    /// What a purchase costs.
    async fn quote(&self, request: QuoteRequest) -> Result<QuoteView>;
    /// Places an order and opens its first payment. `key` is the caller's Idempotency-Key, 1 to 100 characters.
    async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Result<OrderView>;
    /// Opens another payment for an unpaid order.
    async fn pay(&self, order_id: &str, method: &str) -> Result<OrderView>;
    /// One order with its newest payment.
    async fn order(&self, order_id: &str) -> Result<OrderView>;
    /// My orders, newest first.
    async fn orders(&self, page: PageRequest) -> Result<OrderPage>;
    /// Gives an unpaid order up.
    async fn cancel_order(&self, order_id: &str) -> Result<OrderView>;
    /// Hands in the picture of a bank receipt (JPEG, PNG or WebP, at most 5 MiB) for a card payment.
    async fn upload_receipt(&self, payment_id: &str, picture: Vec<u8>, note: String) -> Result<ReceiptView>;
    /// Takes the free trial.
    async fn trial(&self) -> Result<OrderView>;
    /// My wallet.
    async fn wallet(&self, page: PageRequest) -> Result<WalletView>;
    /// My subscriptions, newest first.
    async fn subscriptions(&self) -> Result<Vec<SubscriptionView>>;
    /// One subscription.
    async fn subscription(&self, subscription_id: &str) -> Result<SubscriptionView>;
    /// A new link; the old one is dead at once, and devices that used it must import the new one.
    async fn reset_link(&self, subscription_id: &str) -> Result<SubscriptionView>;
    /// The link as a QR code: SVG text or PNG bytes.
    async fn link_qr(&self, subscription_id: &str, format: QrFormat) -> Result<Vec<u8>>;
    /// What was told to me, newest first, in my language.
    async fn notices(&self, page: PageRequest) -> Result<NoticePage>;
    /// The key that a browser subscribes with to be sent messages.
    async fn push_key(&self) -> Result<PushKeyView>;
    /// Sends my messages to this browser too while this session lasts, and to nobody else's any more. Of more than ten
    /// the oldest goes.
    async fn push_on(&self, request: PushRequest) -> Result<()>;
    /// Sends no more messages to this browser of mine. Harmless where there is none.
    async fn push_off(&self, endpoint: &str) -> Result<()>;
}
