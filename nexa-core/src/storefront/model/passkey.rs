//! Passkeys.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question for the customer's authenticator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct PasskeyChallengeView {
    /// For `navigator.credentials.create` or `.get`, as JSON: binary values in base64url, to be read with
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` or `.parseRequestOptionsFromJSON` (the member `publicKey`).
    pub options: Value,
    /// To be given back with the answer, unread. Good for five minutes and once.
    pub state: String,
}

/// What an authenticator answered.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct PasskeyProof {
    /// The state that came with the question.
    pub state: String,
    /// The credential as JSON, as `PublicKeyCredential.toJSON()` gives it.
    pub response: Value,
}

/// One of the caller's passkeys.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
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
