//! Passkeys (`WebAuthn`).

use super::super::{Answer, Area, Made, made, sign_in::count};
use crate::{
    caller::{Anybody, SignedIn},
    problem::Said,
};
use nexa_core::storefront::model::{PasskeyChallengeView, PasskeyProof, PasskeyView};
use poem::Request;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Passkeys;

/// A new passkey.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct AddPasskeyRequest {
    /// What the device answered to `beginPasskey`.
    passkey: PasskeyProof,
    /// The client, to tell passkeys apart, e.g. `Chrome, Android`; at most 60 characters.
    client: Option<String>,
}

#[OpenApi(tag = "Area::Passkeys")]
impl Passkeys {
    /// Ask for a passkey
    ///
    /// Gives what to ask the device with `navigator.credentials.get`; the answer goes into `passkey` of `signIn` or `prove`
    /// within 5 minutes. Nobody has to say who they are. A passkey belongs to the host name of the shop's public address:
    /// elsewhere browsers refuse it. `passkey_unavailable` where the shop has no passkeys.
    #[oai(path = "/passkeys/ask", method = "post", operation_id = "askPasskey")]
    async fn ask(&self, guest: Anybody) -> Answer<PasskeyChallengeView> {
        Ok(Json(guest.0.store().passkey_ask().await?))
    }

    /// List my passkeys
    ///
    /// Oldest first.
    #[oai(path = "/me/passkeys", method = "get", operation_id = "listPasskeys")]
    async fn list(&self, caller: SignedIn) -> Answer<Vec<PasskeyView>> {
        Ok(Json(caller.store().passkeys().await?))
    }

    /// Begin a passkey
    ///
    /// Gives what to ask the device with `navigator.credentials.create`; the answer goes to `addPasskey` within 5 minutes.
    /// Needs a fresh proof (`prove_again`). Ten passkeys are the most (`too_many_passkeys`).
    #[oai(path = "/me/passkeys/begin", method = "post", operation_id = "beginPasskey")]
    async fn begin(&self, caller: SignedIn) -> Answer<PasskeyChallengeView> {
        Ok(Json(caller.store().passkey_begin().await?))
    }

    /// Add a passkey
    ///
    /// With what the device made. From now on it opens sessions by itself, also where a second factor is set: who uses it
    /// holds the device and has unlocked it. Needs a fresh proof (`prove_again`). A wrong, late or repeated answer is
    /// `bad_passkey`. 20 tries in 10 minutes per address.
    #[oai(path = "/me/passkeys", method = "post", operation_id = "addPasskey")]
    async fn add(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<AddPasskeyRequest>,
    ) -> Result<Made<Vec<PasskeyView>>, Said> {
        count(request).await?;
        Ok(made(caller.store().passkey_add(body.0.passkey, body.0.client).await?))
    }

    /// Remove a passkey
    ///
    /// Needs a fresh proof (`prove_again`). The last one may go, too: there is always another way into the account.
    #[oai(path = "/me/passkeys/:passkey_id", method = "delete", operation_id = "removePasskey")]
    async fn remove(
        &self,
        caller: SignedIn,
        /// The passkey's id.
        passkey_id: Path<String>,
    ) -> Answer<Vec<PasskeyView>> {
        Ok(Json(caller.store().passkey_remove(&passkey_id.0).await?))
    }
}
