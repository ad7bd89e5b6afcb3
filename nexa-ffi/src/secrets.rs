//! Where the app keeps what must not be read by others: the Keychain, the Keystore, a keyring.

/// A store of the app's own. It is called on the thread of the call that needs it, and must not call back.
///
/// # Behaviour
/// - `save` has kept the session before the call that signed in returns; when it fails, the session is ended again.
/// - `erase` has forgotten it before `sign_out` and `delete_account` return, also without a connection.
/// - `load` is asked once, when the shop object is made without a token.
#[uniffi::export(foreign)]
pub trait SecretStore: Send + Sync {
    /// The secret of this name, if there is one.
    fn load(&self, name: String) -> Result<Option<String>, SecretStoreError>;
    /// Keeps a secret in place of the one before.
    fn save(&self, name: String, secret: String) -> Result<(), SecretStoreError>;
    /// Forgets it; harmless when there is none.
    fn erase(&self, name: String) -> Result<(), SecretStoreError>;
}

/// What a store throws. Whatever else it throws becomes this too.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, uniffi::Error)]
pub enum SecretStoreError {
    /// It cannot be used now, e.g. because the device is locked.
    #[error("{reason}")]
    Unavailable {
        /// Why; for the log, so without the secret.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SecretStoreError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { reason: error.reason }
    }
}

impl From<SecretStoreError> for crate::ShopError {
    fn from(error: SecretStoreError) -> Self {
        let SecretStoreError::Unavailable { reason } = error;
        Self::Secrets { reason }
    }
}
