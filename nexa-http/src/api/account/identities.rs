//! The ways into the caller's account.

use super::super::{Answer, Area, Done, Made, made, sign_in::count};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{AccountNumberView, CodeView, IdentityView, TelegramProof};
use poem::Request;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Identities;

/// To add an e-mail address.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct EmailRequest {
    /// The address.
    email: String,
}

/// To prove that one reads an address.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ConfirmEmailRequest {
    /// The address.
    email: String,
    /// The 8 digits that were mailed to it.
    code: String,
}

/// To set a password.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct PasswordRequest {
    /// The one so far, if there is one.
    current: Option<String>,
    /// The new one, 8 to 128 characters.
    new: String,
}

#[OpenApi(tag = "Area::Identities")]
impl Identities {
    /// List the ways into my account
    ///
    /// Oldest first, each with enough of its value to know it by.
    #[oai(path = "/me/identities", method = "get", operation_id = "listIdentities")]
    async fn identities(&self, caller: SignedIn) -> Answer<Vec<IdentityView>> {
        Ok(Json(caller.store().identities().await?))
    }

    /// Remove a way into my account
    ///
    /// Needs a fresh proof (`prove_again`). The last one stays (`last_identity`).
    #[oai(path = "/me/identities/:kind", method = "delete", operation_id = "removeIdentity")]
    async fn remove(
        &self,
        caller: SignedIn,
        /// `account_number`, `email` or `telegram`.
        kind: Path<String>,
    ) -> Answer<Vec<IdentityView>> {
        Ok(Json(caller.store().remove_identity(&kind.0).await?))
    }

    /// Mail a code to an address that I want to add
    ///
    /// Needs a fresh proof (`prove_again`). A mailbox gets at most one mail a minute and five an hour. 20 tries in 10
    /// minutes per address of the network.
    #[oai(path = "/me/email", method = "post", operation_id = "addEmail")]
    async fn add_email(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<EmailRequest>,
    ) -> Answer<CodeView> {
        count(request).await?;
        Ok(Json(caller.store().add_email(&body.0.email).await?))
    }

    /// Add the address
    ///
    /// With the code that was mailed to it, in place of an address that the account had. After 5 wrong tries the code is
    /// burnt. An address of another account is refused (`identity_taken`).
    #[oai(path = "/me/email/confirm", method = "post", operation_id = "confirmEmail")]
    async fn confirm_email(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<ConfirmEmailRequest>,
    ) -> Answer<Vec<IdentityView>> {
        count(request).await?;
        Ok(Json(caller.store().confirm_email(&body.0.email, &body.0.code).await?))
    }

    /// Add my Telegram account
    ///
    /// With what Telegram gave at most 5 minutes ago, in place of one that the account had. Needs a fresh proof of the
    /// account too (`prove_again`).
    #[oai(path = "/me/telegram", method = "post", operation_id = "addTelegram")]
    async fn add_telegram(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<TelegramProof>,
    ) -> Answer<Vec<IdentityView>> {
        count(request).await?;
        Ok(Json(caller.store().add_telegram(body.0).await?))
    }

    /// Get an account number, or another one
    ///
    /// Shown this once. The old number is dead at once. Needs a fresh proof (`prove_again`).
    #[oai(path = "/me/account-number", method = "post", operation_id = "newAccountNumber")]
    async fn new_account_number(&self, caller: SignedIn) -> Result<Made<AccountNumberView>, Said> {
        Ok(made(caller.store().new_account_number().await?))
    }

    /// Set the password of my address
    ///
    /// With the current one, or, if there is none, with a fresh proof (`prove_again`). Ends all other sessions.
    #[oai(path = "/me/password", method = "put", operation_id = "setPassword")]
    async fn set_password(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<PasswordRequest>,
    ) -> Result<Done, Said> {
        count(request).await?;
        caller.store().set_password(body.0.current, body.0.new).await?;
        Ok(Done::Done)
    }
}
