//! Users and their wallets.

use super::super::{Answer, Area, Made, made, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::{
    backoffice::model::{GrantRequest, UserPage, UserView, WalletCorrection},
    storefront::model::{MoneyView, OrderView},
};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Users;

/// To look a user up.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct FindRequest {
    /// E-mail address, account number, Telegram id, link or user id.
    query: String,
}

/// To block or unblock a user.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct BlockRequest {
    /// Blocked users cannot sign in or buy; what they have goes on.
    blocked: bool,
}

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminUsers")]
impl Users {
    /// List users
    ///
    /// Newest first.
    #[oai(path = "/users", method = "get", operation_id = "adminListUsers")]
    async fn users(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<UserPage> {
        Ok(Json(caller.office().users(page(cursor.0, limit.0)).await?))
    }

    /// Find a user
    ///
    /// In a body, because an account number or a link in an address would be kept by logs.
    #[oai(path = "/users/find", method = "post", operation_id = "adminFindUser")]
    async fn find(&self, caller: SignedIn, body: Json<FindRequest>) -> Answer<UserView> {
        Ok(Json(caller.office().find_user(&body.0.query).await?))
    }

    /// See one user
    ///
    /// Whether it is blocked, how it can be reached, and what is in its wallet.
    #[oai(path = "/users/:user_id", method = "get", operation_id = "adminGetUser")]
    async fn user(&self, caller: SignedIn, user_id: Path<String>) -> Answer<UserView> {
        Ok(Json(caller.office().user(&user_id.0).await?))
    }

    /// Block or unblock a user
    ///
    /// A blocked user is answered `blocked` everywhere; what was bought goes on until it ends.
    #[oai(path = "/users/:user_id/block", method = "put", operation_id = "adminBlockUser")]
    async fn block(
        &self,
        caller: SignedIn,
        user_id: Path<String>,
        body: Json<BlockRequest>,
    ) -> Answer<UserView> {
        Ok(Json(caller.office().block_user(&user_id.0, body.0.blocked).await?))
    }

    /// Correct a wallet
    ///
    /// Puts money in, or takes it out when the amount is negative. Answers with the new balance.
    #[oai(
        path = "/users/:user_id/wallet/corrections",
        method = "post",
        operation_id = "adminCorrectWallet",
        transform = "once"
    )]
    async fn correct(
        &self,
        caller: SignedIn,
        user_id: Path<String>,
        /// Names this correction; required, because a repeat would move money twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
        body: Json<WalletCorrection>,
    ) -> Answer<MoneyView> {
        Ok(Json(caller.office().correct_wallet(&user_id.0, body.0, key.0).await?))
    }

    /// Give a user a subscription
    ///
    /// For nothing, of any plan, on sale or not; it is provisioned like one that was bought. Its rest is worth nothing when
    /// the plan is changed.
    #[oai(
        path = "/users/:user_id/subscriptions",
        method = "post",
        operation_id = "adminGrantSubscription",
        transform = "once"
    )]
    async fn grant(
        &self,
        caller: SignedIn,
        user_id: Path<String>,
        /// Names this gift; required, because a repeat would give twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
        body: Json<GrantRequest>,
    ) -> Result<Made<OrderView>, Said> {
        Ok(made(caller.office().grant_subscription(&user_id.0, body.0, key.0).await?))
    }
}
