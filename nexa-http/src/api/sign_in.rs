//! Accounts and sessions.

use super::{Answer, Area, Done, Made, made, tally};
use crate::{
    caller::{Anybody, SignedIn},
    limits::Gate,
    problem::Said,
};
use nexa_core::storefront::model::{CodeView, MeView, SessionView, SignInRequest, SignUpRequest, SignUpView};
use poem::Request;
use poem_openapi::{Object, OpenApi, payload::Json};

pub struct SignIn;

/// To be mailed a code.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct MailCodeRequest {
    /// E-mail address.
    email: String,
    /// Language of the mail: `fa`, `en` or `ru`; the shop's when not given.
    locale: Option<String>,
}

/// Counts a try of something that is worth guessing.
pub async fn count(request: &Request) -> Result<(), Said> {
    tally::count(request, Gate::Account).await
}

#[OpenApi(tag = "Area::SignIn")]
impl SignIn {
    /// Make an account
    ///
    /// Without an e-mail address the account is anonymous, and the answer shows its number this once: whoever has it
    /// owns the account. The answer opens a session. 20 tries in 10 minutes per address.
    #[oai(path = "/accounts", method = "post", operation_id = "signUp")]
    async fn sign_up(
        &self,
        guest: Anybody,
        request: &Request,
        body: Json<SignUpRequest>,
    ) -> Result<Made<SignUpView>, Said> {
        count(request).await?;
        Ok(made(guest.0.store().sign_up(body.0).await?))
    }

    /// Mail a code to sign in with
    ///
    /// The mail also holds a link; each works once, for 10 minutes, until a newer mail. The answer is the same whether
    /// somebody has the address or not. A mailbox gets at most one mail a minute and five an hour. `mail_unavailable` where
    /// no mail is set up. 20 tries in 10 minutes per address of the network.
    #[oai(path = "/codes", method = "post", operation_id = "requestCode")]
    async fn request_code(
        &self,
        guest: Anybody,
        request: &Request,
        body: Json<MailCodeRequest>,
    ) -> Answer<CodeView> {
        count(request).await?;
        Ok(Json(guest.0.store().request_code(&body.0.email, body.0.locale).await?))
    }

    /// Open a session
    ///
    /// With the account number; with e-mail and password; with e-mail and the code that was mailed, or the token of the link
    /// in that mail; with what Telegram gave; or with what a passkey answered. By mail and by Telegram an account is made
    /// where there is none. An account with a second factor answers `second_factor_needed` until `second_factor` is given
    /// too, but not to a passkey. 20 tries in 10 minutes per address.
    #[oai(path = "/sessions", method = "post", operation_id = "signIn")]
    async fn sign_in(
        &self,
        guest: Anybody,
        request: &Request,
        body: Json<SignInRequest>,
    ) -> Result<Made<SessionView>, Said> {
        count(request).await?;
        Ok(made(guest.0.store().sign_in(body.0).await?))
    }

    /// End this session
    ///
    /// Its token is good for nothing any more.
    #[oai(path = "/sessions/current", method = "delete", operation_id = "signOut")]
    async fn sign_out(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.store().sign_out().await?;
        Ok(Done::Done)
    }

    /// Who am I
    ///
    /// My role, my language, the kinds of my identities, and my wallet.
    #[oai(path = "/me", method = "get", operation_id = "me")]
    async fn me(&self, caller: SignedIn) -> Answer<MeView> {
        Ok(Json(caller.store().me().await?))
    }
}
