//! Passkeys. What goes to an authenticator and what it answers are JSON texts.

use super::{Answer, Shop};
use nexa_core::storefront::model::{PasskeyChallengeView, PasskeyProof, PasskeyView};

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// Asks my device for a new passkey. Takes a fresh proof.
    pub async fn passkey_begin(&self) -> Answer<PasskeyChallengeView> {
        self.told(self.desk().await?.passkey_begin().await)
    }

    /// Adds the passkey that it made; `client` is its name, at most 60 characters.
    pub async fn passkey_add(&self, made: PasskeyProof, client: Option<String>) -> Answer<Vec<PasskeyView>> {
        self.told(self.desk().await?.passkey_add(made, client).await)
    }

    /// My passkeys, oldest first.
    pub async fn passkeys(&self) -> Answer<Vec<PasskeyView>> {
        self.told(self.desk().await?.passkeys().await)
    }

    /// Takes a passkey away. Takes a fresh proof.
    pub async fn passkey_remove(&self, passkey_id: String) -> Answer<Vec<PasskeyView>> {
        self.told(self.desk().await?.passkey_remove(&passkey_id).await)
    }

    /// Asks whoever is there for a passkey of this shop, to sign in or to prove something with.
    pub async fn passkey_ask(&self) -> Answer<PasskeyChallengeView> {
        self.told(self.desk().await?.passkey_ask().await)
    }
}
