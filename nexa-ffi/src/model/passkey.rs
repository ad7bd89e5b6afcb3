//! Passkeys.

use super::Json;
use nexa_core::storefront::model::{PasskeyChallengeView, PasskeyProof, PasskeyView};

/// A question for the customer's authenticator.
#[uniffi::remote(Record)]
pub struct PasskeyChallengeView {
    /// For `navigator.credentials.create` or `.get`, as JSON: binary values in base64url, to be read with
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` or `.parseRequestOptionsFromJSON` (the member `publicKey`).
    pub options: Json,
    /// To be given back with the answer, unread. Good for five minutes and once.
    pub state: String,
}

/// What an authenticator answered.
#[uniffi::remote(Record)]
pub struct PasskeyProof {
    /// The state that came with the question.
    pub state: String,
    /// The credential as JSON, as `PublicKeyCredential.toJSON()` gives it.
    pub response: Json,
}

/// One of the caller's passkeys.
#[uniffi::remote(Record)]
pub struct PasskeyView {
    /// Its id.
    pub passkey_id: String,
    /// The client that it was made with; may be empty.
    pub name: String,
    /// When it was added.
    pub created_at: String,
    /// When it was last used; none when it never was.
    pub last_used: Option<String>,
}
