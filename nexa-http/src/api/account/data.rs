//! Taking one's data along, and leaving.

use super::super::{Answer, Area, Done};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::error::Failure;
use poem_openapi::{OpenApi, param::Query, payload::Json};
use serde_json::Value;

/// See the module.
pub struct Data;

#[OpenApi(tag = "Area::Data")]
impl Data {
    /// Export what is kept about me
    ///
    /// Identities in clear, sessions, wallet, orders with their payments, subscriptions without links and keys, notices.
    /// Needs a fresh proof (`prove_again`).
    #[oai(path = "/me/export", method = "get", operation_id = "exportMe")]
    async fn export(&self, caller: SignedIn) -> Answer<Value> {
        let text = caller.store().export().await?;
        let document = serde_json::from_str(&text).map_err(|e| Failure::core(&format!("an export: {e}")));
        Ok(Json(document.map_err(nexa_core::error::Error::from)?))
    }

    /// Delete my account
    ///
    /// Identities, sessions, notices and pictures go, subscriptions are revoked, unpaid orders cancelled. With money in
    /// the account, or on its way, the answer is `wallet_not_empty`, unless `forfeit` says that it may be lost. The books
    /// keep their rows under an id that leads to nobody. Needs a fresh proof (`prove_again`).
    #[oai(path = "/me", method = "delete", operation_id = "deleteMe")]
    async fn delete(
        &self,
        caller: SignedIn,
        /// Whether money in the account may be lost; `false` when not given.
        forfeit: Query<Option<bool>>,
    ) -> Result<Done, Said> {
        caller.store().delete_account(forfeit.0.unwrap_or(false)).await?;
        Ok(Done::Done)
    }
}
