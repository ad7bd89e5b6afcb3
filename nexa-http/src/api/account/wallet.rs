//! Wallet and notices.

use super::super::{Answer, Area, page};
use crate::caller::SignedIn;
use nexa_core::storefront::model::{NoticePage, WalletView};
use poem_openapi::{OpenApi, param::Query, payload::Json};

/// See the module.
pub struct Account;

#[OpenApi(tag = "Area::Account")]
impl Account {
    /// See my wallet
    ///
    /// The balance and its history, newest first.
    #[oai(path = "/wallet", method = "get", operation_id = "wallet")]
    async fn wallet(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<WalletView> {
        Ok(Json(caller.store().wallet(page(cursor.0, limit.0)).await?))
    }

    /// Read what was told to me
    ///
    /// Newest first, in my language.
    #[oai(path = "/notices", method = "get", operation_id = "listNotices")]
    async fn notices(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<NoticePage> {
        Ok(Json(caller.store().notices(page(cursor.0, limit.0)).await?))
    }
}
