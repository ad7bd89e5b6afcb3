//! Keys for programs.

use super::{
    LocalBackoffice,
    model::{ApiKeyRequest, ApiKeyView},
    request, view,
};
use crate::{
    domain::permission::{Permission, Permissions},
    engine::cases,
    error::Result,
};
use async_trait::async_trait;

/// Keys by which programs come in, in the name of whoever made them.
///
/// # Behaviour
/// - A key allows no more than its maker may when it is made, nor more than its maker may when it is used.
/// - `add_api_key` shows the key this once.
/// - `api_keys` and `remove_api_key` know the caller's own keys only.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// My keys for programs.
    async fn api_keys(&self) -> Result<Vec<ApiKeyView>>;
    /// Makes a key; it is shown this once.
    async fn add_api_key(&self, request: ApiKeyRequest) -> Result<ApiKeyView>;
    /// Takes a key away.
    async fn remove_api_key(&self, key_id: &str) -> Result<()>;
}

#[async_trait]
impl ApiKeys for LocalBackoffice {
    async fn api_keys(&self) -> Result<Vec<ApiKeyView>> {
        let keys = cases::api_keys(&self.core, &self.who).await?;
        Ok(keys.iter().map(|k| view::api_key(k, None)).collect())
    }

    async fn add_api_key(&self, request: ApiKeyRequest) -> Result<ApiKeyView> {
        self.who.may(Permission::Staff)?;
        let ApiKeyRequest { label, scopes, permissions, days } = request;
        let scopes = request::scopes(&scopes)?;
        let permissions = permissions.map(|names| Permissions::from_names(&names)).transpose()?;
        let new = cases::NewKey { label, scopes, permissions, days };
        let opened = cases::add_api_key(&self.core, &self.who, new).await?;
        Ok(view::api_key(&opened.token, Some(opened.clear)))
    }

    async fn remove_api_key(&self, key_id: &str) -> Result<()> {
        cases::remove_api_key(&self.core, &self.who, self.id(Permission::Staff, key_id)?).await
    }
}
