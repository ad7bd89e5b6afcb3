//! What can go wrong, as an app sees it.

use nexa_core::{
    domain::{
        refusal::{Parameters, Refusal},
        shop::Locale,
    },
    error::Error,
    storefront::model::MoneyView,
    text,
};

/// Why a call gave nothing. No field is called `message`: Kotlin's exceptions have one already.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum ShopError {
    /// The answer is no. Asking again gives the same.
    #[error("refused: {code}")]
    Refused {
        /// The stable code, e.g. `not_enough_funds`.
        code: String,
        /// The sentence for the customer, in the language of the shop object.
        text: String,
        /// The field of the request that is wrong, with `bad_input`.
        field: Option<String>,
        /// The amount that the sentence is about: what is missing, the least, the most, the new price.
        amount: Option<MoneyView>,
        /// Seconds to wait, with `too_many_attempts` and what may be done so often within a day.
        wait_seconds: Option<u32>,
        /// The bound that was crossed: bytes of a picture at most, characters of a password at least.
        limit: Option<u32>,
    },
    /// No server of the shop can be reached. What was ordered is not lost: ask again.
    #[error("offline")]
    Offline {
        /// When another try is worth it, in seconds.
        retry_after_seconds: u32,
        /// The sentence for the customer, in the language of the shop object.
        text: String,
    },
    /// Nobody is signed in, or the session has ended.
    #[error("signed out")]
    SignedOut,
    /// The app's own store of secrets does not work.
    #[error("the store of secrets failed: {reason}")]
    Secrets {
        /// What it said; for the log.
        reason: String,
    },
    /// An accident that is not the customer's. Never to be shown.
    #[error("failed: {reason}")]
    Failed {
        /// For the log.
        reason: String,
    },
}

impl ShopError {
    /// The error in this language.
    pub(crate) fn of(error: Error, locale: Locale) -> Self {
        match error {
            Error::Refused(Refusal::NotSignedIn) => Self::SignedOut,
            Error::Refused(refusal) => Self::refused(&refusal, locale),
            Error::Offline { wait_seconds } => {
                Self::Offline { retry_after_seconds: wait_seconds, text: text::offline(locale, wait_seconds) }
            }
            Error::Failed(failure) => Self::Failed { reason: failure.to_string() },
        }
    }

    /// A refusal in this language.
    pub(crate) fn refused(refusal: &Refusal, locale: Locale) -> Self {
        let Parameters { field, wait_seconds, limit, amount, .. } = refusal.parameters();
        let amount = amount.map(|of| MoneyView { minor: of.minor, currency: of.currency.code().to_owned() });
        let text = text::refusal(locale, refusal);
        Self::Refused { code: refusal.code().to_owned(), text, field, amount, wait_seconds, limit }
    }
}
