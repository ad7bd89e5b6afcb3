//! The customer's port: what a web page, a bot, an app or a program can do on behalf of one customer.

mod account;
mod adoption;
mod coupons;
mod earnings;
mod export;
mod gifts;
mod help;
mod invites;
mod local;
pub mod model;
mod moves;
mod preferences;
mod request;
pub(crate) mod support;
pub(crate) mod view;

pub use adoption::Adoption;
pub use coupons::Coupons;
pub use earnings::Earnings;
pub use gifts::Gifts;
pub use help::Help;
pub use invites::Invites;
pub(crate) use local::LocalStorefront;
pub use moves::Moves;

pub use preferences::Preferences;
pub use support::Support;

use crate::error::Result;
use async_trait::async_trait;
use model::{
    AccountNumberView, ChangeQuoteView, CheckoutRequest, CodeView, DeviceRequest, DeviceView, GuideView,
    IdentityView, MeView, MethodView, NoticePage, OfferView, OrderPage, OrderView, PackView, PageRequest,
    PasskeyChallengeView, PasskeyProof, PasskeyView, PlanView, PushKeyView, PushRequest, QrFormat,
    QuoteRequest, QuoteView, ReceiptView, RecoveryCodesView, SessionEntryView, SessionView, SignInRequest,
    SignUpRequest, SignUpView, SubscriptionView, TelegramProof, TotpView, UsageView, WalletView,
};

/// A shop as one customer sees it. Made for one caller: a guest, or somebody signed in.
///
/// # Behaviour
/// - Everything of another customer or another shop is `not_found`, exactly as if it did not exist.
/// - A guest can sign up, sign in, ask for a code and see plans and methods; everything else answers `not_signed_in`.
/// - `checkout` with the same key and the same wish gives the same order; it is placed once.
/// - What `quote` shows is what `checkout` charges, while plan and rate stay the same.
/// - An order paid from the wallet is paid when `checkout` returns.
/// - With `use_wallet` the gateway is asked for what the wallet lacks, and when that is in, wallet and money pay together.
/// - What the wallet pays of such an order is set aside until it is paid, given up, or to be paid in another way.
/// - An order kept for the wallet is paid by the next money that makes the wallet suffice.
/// - A pack adds to the current period and leaves time alone; a renewal sets the limits back.
/// - A change of plan costs what `change_quote` shows, and what is left above the price goes to the wallet.
/// - `set_auto_renew` on means one renewal from the wallet per period.
/// - `rename_subscription` refuses names that are empty, too long, or hold control characters.
/// - A failed gateway leaves the order open, to be paid another way.
/// - `trial` gives one subscription per identity, ever.
/// - `reset_link` makes the old link dead before it returns, and frees the places of all devices.
/// - `remove_device` frees a device's place, and refuses the sixth within a day.
/// - `rename_device` keeps the name whatever the device says of itself later.
/// - `usage` has an entry for every day, in order, today the last; together they are its total.
/// - A revoked session is dead before `revoke_session` and `revoke_other_sessions` return.
/// - What changes who can come into the account answers `prove_again` when the session was opened, or `prove` was called
///   with it, 15 minutes ago or longer.
/// - The last identity is never removed, and an identity of another account is never added.
/// - With a second factor every way of signing in but a passkey answers `second_factor_needed` without one, and uses
///   nothing up. Somebody of the staff whose only second factor is a passkey is answered so to every proof but that.
/// - A passkey opens a session without a second factor, only for an answer to a question of this shop, at its address,
///   that is five minutes old at most and was not used before.
/// - A passkey never counts as the last way in: it can always be removed, and the last identity cannot.
/// - After `delete_account` nothing of the session, the identities and the links works any more.
#[async_trait]
pub trait Storefront:
    Support + Help + Gifts + Moves + Adoption + Coupons + Preferences + Invites + Earnings + Send + Sync
{
    /// Makes an account: with e-mail and password, or an anonymous one whose number is shown this once.
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpView>;
    /// Mails a code and a link to sign in with. The answer is the same whether somebody has the address or not.
    async fn request_code(&self, email: &str, locale: Option<String>) -> Result<CodeView>;
    /// Opens a session. Who proves an e-mail address or a Telegram account that nobody has gets a new account.
    async fn sign_in(&self, request: SignInRequest) -> Result<SessionView>;
    /// Ends this session.
    async fn sign_out(&self) -> Result<()>;
    /// Who am I.
    async fn me(&self) -> Result<MeView>;
    /// The shop at a glance: what is on sale, what can be tried, and where its servers stand.
    async fn offer(&self) -> Result<OfferView>;
    /// Chooses the language of what I am told: `fa` or `en`.
    async fn set_locale(&self, tag: &str) -> Result<MeView>;
    /// My sessions, newest first.
    async fn sessions(&self) -> Result<Vec<SessionEntryView>>;
    /// Ends one of my sessions.
    async fn revoke_session(&self, session_id: &str) -> Result<()>;
    /// Ends all of my sessions but this one.
    async fn revoke_other_sessions(&self) -> Result<()>;
    /// Proves once more who I am; for 15 minutes this session may change how one comes into the account.
    async fn prove(&self, request: SignInRequest) -> Result<()>;
    /// The ways into my account, oldest first.
    async fn identities(&self) -> Result<Vec<IdentityView>>;
    /// Mails a code to an address that I want to add.
    async fn add_email(&self, email: &str) -> Result<CodeView>;
    /// Adds the address with that code, in place of one that I had.
    async fn confirm_email(&self, email: &str, code: &str) -> Result<Vec<IdentityView>>;
    /// Adds my Telegram account, in place of one that I had.
    async fn add_telegram(&self, proof: TelegramProof) -> Result<Vec<IdentityView>>;
    /// Takes a way into my account away: `account_number`, `email` or `telegram`.
    async fn remove_identity(&self, kind: &str) -> Result<Vec<IdentityView>>;
    /// Gives me an account number, or another one; the old one is dead at once.
    async fn new_account_number(&self) -> Result<AccountNumberView>;
    /// Sets the password of my address and ends my other sessions. Takes the current one, if there is one, else a fresh
    /// proof.
    async fn set_password(&self, current: Option<String>, new: String) -> Result<()>;
    /// Begins a second factor.
    async fn totp_begin(&self) -> Result<TotpView>;
    /// Sets it, with a code of the app.
    async fn totp_confirm(&self, code: &str) -> Result<RecoveryCodesView>;
    /// Takes it off, with a code of the app or a recovery code.
    async fn totp_disable(&self, code: &str) -> Result<()>;
    /// Asks my device for a new passkey. Takes a fresh proof.
    async fn passkey_begin(&self) -> Result<PasskeyChallengeView>;
    /// Adds the passkey that it made; `client` is the client's name, at most 60 characters. Ten are the most.
    async fn passkey_add(&self, made: PasskeyProof, client: Option<String>) -> Result<Vec<PasskeyView>>;
    /// My passkeys, oldest first.
    async fn passkeys(&self) -> Result<Vec<PasskeyView>>;
    /// Takes a passkey away. Takes a fresh proof.
    async fn passkey_remove(&self, passkey_id: &str) -> Result<Vec<PasskeyView>>;
    /// Asks whoever is there for a passkey of this shop, to sign in or to prove something with.
    async fn passkey_ask(&self) -> Result<PasskeyChallengeView>;
    /// Everything that the shop keeps about me, as one JSON text. Takes a fresh proof.
    async fn export(&self) -> Result<String>;
    /// Deletes my account. With money in it only when `forfeit` says that it may be lost.
    async fn delete_account(&self, forfeit: bool) -> Result<()>;
    /// What is on sale.
    async fn plans(&self) -> Result<Vec<PlanView>>;
    /// What is on sale beside plans: more traffic or devices for the current period.
    async fn packs(&self) -> Result<Vec<PackView>>;
    /// How one can pay; the wallet is always the first.
    async fn methods(&self) -> Result<Vec<MethodView>>;
    /// What a purchase costs.
    async fn quote(&self, request: QuoteRequest) -> Result<QuoteView>;
    /// Places an order and opens its first payment. `key` is the caller's Idempotency-Key, 1 to 100 characters.
    async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Result<OrderView>;
    /// What it would cost to give a subscription another plan now.
    async fn change_quote(&self, subscription_id: &str, plan_id: &str) -> Result<ChangeQuoteView>;
    /// Opens another payment for an unpaid order. With `use_wallet` the method is only asked for what the wallet lacks,
    /// and the rest is set aside; without it, what was set aside comes back.
    async fn pay(&self, order_id: &str, method: &str, use_wallet: bool) -> Result<OrderView>;
    /// One order with the payment that was asked for last.
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
    /// What was used of a subscription on each of the last `days` days, 1 to 90, today included; days of UTC.
    async fn usage(&self, subscription_id: &str, days: u32) -> Result<UsageView>;
    /// A new link; the old one is dead at once, and devices that used it must import the new one.
    async fn reset_link(&self, subscription_id: &str) -> Result<SubscriptionView>;
    /// Whether a subscription is renewed from the wallet, by its own plan at the price of that day. It is announced two
    /// days before the end, tried an hour before, at the end and a day after, and then switched off.
    async fn set_auto_renew(&self, subscription_id: &str, on: bool) -> Result<SubscriptionView>;
    /// Gives a subscription a name of one's own, 1 to 40 characters.
    async fn rename_subscription(&self, subscription_id: &str, name: &str) -> Result<SubscriptionView>;
    /// The link as a QR code: SVG text or PNG bytes.
    async fn link_qr(&self, subscription_id: &str, format: QrFormat) -> Result<Vec<u8>>;
    /// The devices that hold a place of a subscription, oldest first.
    async fn devices(&self, subscription_id: &str) -> Result<Vec<DeviceView>>;
    /// Calls a device by a name.
    async fn rename_device(
        &self,
        subscription_id: &str,
        device_id: &str,
        request: DeviceRequest,
    ) -> Result<DeviceView>;
    /// Takes a device off, at most five a day.
    async fn remove_device(&self, subscription_id: &str, device_id: &str) -> Result<()>;
    /// A public page, good for seven days, by which somebody else sets up a device with this subscription.
    async fn guide_link(&self, subscription_id: &str) -> Result<GuideView>;
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
