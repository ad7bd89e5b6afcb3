//! The caller's second factor.

use super::super::{Answer, Area, Done, Made, made, sign_in::count};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{RecoveryCodesView, TotpView};
use poem::Request;
use poem_openapi::{Object, OpenApi, payload::Json};

/// See the module.
pub struct SecondFactor;

/// A code.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct TotpCodeRequest {
    /// The 6 digits of the app; to take the second factor off, a recovery code is as good.
    code: String,
}

#[OpenApi(tag = "Area::SecondFactor")]
impl SecondFactor {
    /// Begin a second factor
    ///
    /// Gives what an authenticator app needs, this once. Nobody is asked for a code until one was confirmed. Needs a fresh
    /// proof (`prove_again`).
    #[oai(path = "/me/totp", method = "post", operation_id = "beginTotp")]
    async fn begin(&self, caller: SignedIn) -> Result<Made<TotpView>, Said> {
        Ok(made(caller.store().totp_begin().await?))
    }

    /// Set the second factor
    ///
    /// With a code of the app. Gives ten recovery codes, this once. From now on every sign-in without a code answers
    /// `second_factor_needed`.
    #[oai(path = "/me/totp/confirm", method = "post", operation_id = "confirmTotp")]
    async fn confirm(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<TotpCodeRequest>,
    ) -> Answer<RecoveryCodesView> {
        count(request).await?;
        Ok(Json(caller.store().totp_confirm(&body.0.code).await?))
    }

    /// Take the second factor off
    ///
    /// With a code of the app or a recovery code.
    #[oai(path = "/me/totp/disable", method = "post", operation_id = "disableTotp")]
    async fn disable(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<TotpCodeRequest>,
    ) -> Result<Done, Said> {
        count(request).await?;
        caller.store().totp_disable(&body.0.code).await?;
        Ok(Done::Done)
    }
}
