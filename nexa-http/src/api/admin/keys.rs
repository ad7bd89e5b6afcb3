//! Keys for programs.

use super::super::{Answer, Area, Done, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{ApiKeyRequest, ApiKeyView};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Keys;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminKeys")]
impl Keys {
    /// List my keys
    ///
    /// Newest first, without the keys themselves, which nobody can show again.
    #[oai(path = "/keys", method = "get", operation_id = "adminListKeys")]
    async fn keys(&self, caller: SignedIn) -> Answer<Vec<ApiKeyView>> {
        Ok(Json(caller.office().api_keys().await?))
    }

    /// Make a key
    ///
    /// It is shown this once.
    #[oai(path = "/keys", method = "post", operation_id = "adminAddKey")]
    async fn add_key(&self, caller: SignedIn, body: Json<ApiKeyRequest>) -> Result<Made<ApiKeyView>, Said> {
        Ok(made(caller.office().add_api_key(body.0).await?))
    }

    /// Take a key away
    ///
    /// From then on its holder is answered `not_signed_in`.
    #[oai(path = "/keys/:key_id", method = "delete", operation_id = "adminRemoveKey")]
    async fn remove_key(&self, caller: SignedIn, key_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_api_key(&key_id.0).await?;
        Ok(Done::Done)
    }
}
