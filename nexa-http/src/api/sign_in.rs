//! Accounts and sessions.

use super::{Answer, Area, Done, Made, made};
use crate::{
    caller::{Anybody, SignedIn, desk_of},
    limits::Gate,
    problem::Said,
};
use nexa_core::storefront::model::{MeView, SessionView, SignInRequest, SignUpRequest, SignUpView};
use poem::Request;
use poem_openapi::{OpenApi, payload::Json};

pub struct SignIn;

fn count(request: &Request) -> Result<(), Said> {
    let desk = desk_of(request)?;
    Ok(desk.limits.take(Gate::Account, desk.client(request))?)
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
        count(request)?;
        Ok(made(guest.0.store().sign_up(body.0).await?))
    }

    /// Open a session
    ///
    /// With the account number, or with e-mail and password. 20 tries in 10 minutes per address.
    #[oai(path = "/sessions", method = "post", operation_id = "signIn")]
    async fn sign_in(
        &self,
        guest: Anybody,
        request: &Request,
        body: Json<SignInRequest>,
    ) -> Result<Made<SessionView>, Said> {
        count(request)?;
        Ok(made(guest.0.store().sign_in(body.0).await?))
    }

    /// End this session
    #[oai(path = "/sessions/current", method = "delete", operation_id = "signOut")]
    async fn sign_out(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.store().sign_out().await?;
        Ok(Done::Done)
    }

    /// Who am I
    #[oai(path = "/me", method = "get", operation_id = "me")]
    async fn me(&self, caller: SignedIn) -> Answer<MeView> {
        Ok(Json(caller.store().me().await?))
    }
}
