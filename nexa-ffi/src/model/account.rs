//! Accounts: how one proves who one is, and what an account shows of itself.

use nexa_core::storefront::model::{
    AccountNumberView, CodeView, IdentityView, MeView, MoneyView, PasskeyProof, RecoveryCodesView,
    SessionEntryView, SignInRequest, SignUpRequest, TelegramProof, TotpView,
};

/// To make an account. Without an e-mail it is anonymous.
#[uniffi::remote(Record)]
pub struct SignUpRequest {
    /// E-mail address, for an account with a password.
    #[uniffi(default = None)]
    pub email: Option<String>,
    /// Password of 8 to 128 characters.
    #[uniffi(default = None)]
    pub password: Option<String>,
    /// Language of messages: `fa` or `en`.
    #[uniffi(default = None)]
    pub locale: Option<String>,
    /// The client, to tell sessions apart, e.g. `Chrome, Android`; at most 60 characters.
    #[uniffi(default = None)]
    pub client: Option<String>,
    /// The code of the invitation by which an account that is made came; one that is not there is left out.
    #[uniffi(default = None)]
    pub invitation: Option<String>,
    /// The code of the campaign by which it came, and behind a colon what whoever advertises calls the click, e.g.
    /// `spring:a1b2`; one that is not there is left out.
    #[uniffi(default = None)]
    pub campaign: Option<String>,
}

/// To open a session, or to prove once more who one is, with one of: the account number; e-mail and password; e-mail and
/// the code that was mailed; the token of the mailed link; what Telegram gave; what a passkey answered.
#[uniffi::remote(Record)]
pub struct SignInRequest {
    /// 25 digits; spaces, dashes and Persian digits are understood.
    #[uniffi(default = None)]
    pub account_number: Option<String>,
    /// E-mail address.
    #[uniffi(default = None)]
    pub email: Option<String>,
    /// Its password.
    #[uniffi(default = None)]
    pub password: Option<String>,
    /// Instead of the password: the 8 digits that were mailed to the address. An address that nobody has makes an account.
    #[uniffi(default = None)]
    pub code: Option<String>,
    /// The token of the link in that mail.
    #[uniffi(default = None)]
    pub mail_token: Option<String>,
    /// What Telegram gave. A Telegram user whom nobody has makes an account.
    #[uniffi(default = None)]
    pub telegram: Option<TelegramProof>,
    /// What a passkey answered to `askPasskey`. Needs no second factor.
    #[uniffi(default = None)]
    pub passkey: Option<PasskeyProof>,
    /// Of an account with a second factor: the 6 digits of the app, or a recovery code.
    #[uniffi(default = None)]
    pub second_factor: Option<String>,
    /// Language of messages for an account that is made: `fa` or `en`.
    #[uniffi(default = None)]
    pub locale: Option<String>,
    /// The client, to tell sessions apart, e.g. `Chrome, Android`; at most 60 characters.
    #[uniffi(default = None)]
    pub client: Option<String>,
    /// The code of the invitation by which an account that is made came; one that is not there is left out.
    #[uniffi(default = None)]
    pub invitation: Option<String>,
    /// The code of the campaign by which it came, and behind a colon what whoever advertises calls the click, e.g.
    /// `spring:a1b2`; one that is not there is left out.
    #[uniffi(default = None)]
    pub campaign: Option<String>,
}

/// What Telegram gave to the customer's client: one of the two.
#[uniffi::remote(Record)]
pub struct TelegramProof {
    /// A Mini App's `initData`, as it came. To sign in it may be a day old, for everything else 5 minutes.
    #[uniffi(default = None)]
    pub init_data: Option<String>,
    /// The Login Widget's fields as a query string. At most 5 minutes old; each works once.
    #[uniffi(default = None)]
    pub widget: Option<String>,
}

/// One of the caller's sessions.
#[uniffi::remote(Record)]
pub struct SessionEntryView {
    /// Its id.
    pub session_id: String,
    /// The client, as it named itself; may be empty.
    pub client: String,
    /// When it was opened.
    pub created_at: String,
    /// When it was last used, to the hour.
    pub last_seen: String,
    /// When it ends unless it is used before.
    pub expires_at: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The signed-in user.
#[uniffi::remote(Record)]
pub struct MeView {
    /// The user's id.
    pub user_id: String,
    /// `customer` or `operator`.
    pub role: String,
    /// Chosen language, if one was chosen.
    pub locale: Option<String>,
    /// What it can sign in with: `account_number`, `email`, `telegram`.
    pub identities: Vec<String>,
    /// Whether signing in also takes a code of an authenticator app.
    pub second_factor: bool,
    /// Money in the wallet that can be spent.
    pub wallet: MoneyView,
    /// What is set aside of it for unpaid orders.
    pub held: MoneyView,
}

/// A way into the caller's account.
#[uniffi::remote(Record)]
pub struct IdentityView {
    /// `account_number`, `email` or `telegram`.
    pub kind: String,
    /// Enough to know it by, e.g. `a***@example.org` or `***397`; nothing of an account number.
    pub value: Option<String>,
    /// Whether its holder was proved; false for an e-mail address that was only typed in.
    pub verified: bool,
    /// Whether it has a password.
    pub has_password: bool,
    /// When it was added.
    pub created_at: String,
}

/// A code was mailed, if the address can be mailed to.
#[uniffi::remote(Record)]
pub struct CodeView {
    /// For how many seconds it is good. A newer code ends it.
    pub ttl_seconds: u32,
}

/// A new account number.
#[uniffi::remote(Record)]
pub struct AccountNumberView {
    /// 25 digits; shown this once: whoever has it owns the account.
    pub account_number: String,
}

/// What to give to an authenticator app; shown this once.
#[uniffi::remote(Record)]
pub struct TotpView {
    /// The seed in base32, to be typed in.
    pub secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    pub uri: String,
}

/// Codes for the day on which the app is lost; shown this once.
#[uniffi::remote(Record)]
pub struct RecoveryCodesView {
    /// Each works once.
    pub codes: Vec<String>,
}
