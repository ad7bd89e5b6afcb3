//! The relying party of `WebAuthn` (<https://www.w3.org/TR/webauthn-3/>): what authenticators are asked, and whether
//! their answers are right. States and credentials are handed out and taken back as JSON, for the caller to seal.
//!
//! The challenges come from the operating system's randomness, not from [`crate::world::World`]: the library takes
//! none from outside. No attestation is asked for, so no certificate and no clock of the library's counts.

use crate::{
    domain::{passkey::ANSWER_TIME, refusal::Refusal},
    error::{Failure, Result},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// The shop as authenticators know it.
pub(super) struct Party(Webauthn);

/// What a new passkey is.
pub(super) struct Made {
    /// The id that the authenticator gave to it.
    pub(super) id: Vec<u8>,
    /// The credential.
    pub(super) credential: String,
}

/// Whom an answer names, before it is believed: a user, and a credential's id.
pub(super) fn named(response: &Value) -> Result<(Uuid, Vec<u8>), Refusal> {
    let answer: PublicKeyCredential = answer(response.clone())?;
    let user = answer.get_user_unique_id().and_then(|bytes| Uuid::from_slice(bytes).ok());
    Ok((user.ok_or(Refusal::BadPasskey)?, answer.get_credential_id().to_vec()))
}

impl Party {
    /// The party at this address, scheme and host. Only a name can be one, not a bare number.
    pub(super) fn new(address: &str, name: &str) -> Result<Self, Refusal> {
        let origin = Url::parse(address).map_err(|_| Refusal::PasskeyUnavailable)?;
        let host = origin.domain().ok_or(Refusal::PasskeyUnavailable)?.to_owned();
        let timeout = std::time::Duration::try_from(ANSWER_TIME).map_err(|_| Refusal::PasskeyUnavailable)?;
        let builder = WebauthnBuilder::new(&host, &origin).map(|party| party.rp_name(name).timeout(timeout));
        Ok(Self(builder.and_then(WebauthnBuilder::build).map_err(|_| Refusal::PasskeyUnavailable)?))
    }

    /// Asks for a new passkey of this user, known to its device by `account`; not from an authenticator that has one of
    /// these `held` credentials. Gives the options for the browser, and the state.
    pub(super) fn begin(&self, user: Uuid, account: &str, held: &[String]) -> Result<(Value, String)> {
        let held: Vec<Passkey> = held.iter().map(|text| kept(text)).collect::<Result<_>>()?;
        let held = held.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(user, account, account, Some(held));
        let (options, state) = begun.map_err(|e| odd(&e))?;
        let mut options = json!(options);
        // The library leaves it to the authenticator; we sign people in without asking who they are, so it must be able to
        // find the passkey by itself.
        let choice = &mut options["publicKey"]["authenticatorSelection"];
        choice["residentKey"] = json!("required");
        choice["requireResidentKey"] = json!(true);
        Ok((options, text(&state)?))
    }

    /// The passkey that was made, if the answer is right.
    pub(super) fn made(&self, response: Value, state: &str) -> Result<Made> {
        let answer: RegisterPublicKeyCredential = answer(response)?;
        let state: PasskeyRegistration = kept(state)?;
        let made = self.0.finish_passkey_registration(&answer, &state).map_err(|e| no(&e))?;
        Ok(Made { id: made.cred_id().clone(), credential: text(&made)? })
    }

    /// Asks whoever is there for a passkey of this shop. Gives the options for the browser, and the state.
    pub(super) fn ask(&self) -> Result<(Value, String)> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(|e| odd(&e))?;
        let mut options = json!(options);
        if let Some(fields) = options.as_object_mut() {
            // Ours is a button, not a field that is filled in.
            fields.remove("mediation");
        }
        Ok((options, text(&state)?))
    }

    /// Whether the answer is right for this credential; gives the credential when it changed, e.g. its counter.
    pub(super) fn shown(&self, response: Value, state: &str, credential: &str) -> Result<Option<String>> {
        let answer: PublicKeyCredential = answer(response)?;
        let state: DiscoverableAuthentication = kept(state)?;
        let mut passkey: Passkey = kept(credential)?;
        let key = DiscoverableKey::from(&passkey);
        let seen = self.0.finish_discoverable_authentication_v2(&answer, state, &key).map_err(|e| no(&e))?;
        if !seen.user_verified() {
            return Err(Refusal::BadPasskey.into());
        }
        let changed = passkey.update_credential(&seen).unwrap_or(false);
        if changed { text(&passkey).map(Some) } else { Ok(None) }
    }
}

/// What came from outside.
fn answer<T: DeserializeOwned>(response: Value) -> Result<T, Refusal> {
    serde_json::from_value(response).map_err(|_| Refusal::BadPasskey)
}

/// What we sealed ourselves.
fn kept<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text).map_err(|_| Failure::core("a kept passkey cannot be read"))?)
}

fn text<T: Serialize>(of: &T) -> Result<String> {
    Ok(serde_json::to_string(of).map_err(|_| Failure::core("a passkey cannot be written down"))?)
}

/// A wrong answer. Its kind is for whoever looks for a fault; it names nobody.
fn no(error: &WebauthnError) -> Refusal {
    tracing::debug!(%error, "an answer of a passkey was refused");
    Refusal::BadPasskey
}

fn odd(error: &WebauthnError) -> Failure {
    Failure::core(&format!("webauthn: {error}"))
}
