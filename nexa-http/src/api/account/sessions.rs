//! The caller's sessions, and proving once more who one is.

use super::super::{Answer, Area, Done, sign_in::count};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{MeView, SessionEntryView, SignInRequest};
use poem::Request;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Sessions;

/// To change what is kept about me.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct MeRequest {
    /// Language of messages: `fa` or `en`.
    locale: String,
}

#[OpenApi(tag = "Area::Sessions")]
impl Sessions {
    /// Choose my language
    ///
    /// Messages and answers are in it from then on.
    #[oai(path = "/me", method = "patch", operation_id = "updateMe")]
    async fn update_me(&self, caller: SignedIn, body: Json<MeRequest>) -> Answer<MeView> {
        Ok(Json(caller.store().set_locale(&body.0.locale).await?))
    }

    /// List my sessions
    ///
    /// Newest first. When each was last used is known to the hour.
    #[oai(path = "/sessions", method = "get", operation_id = "listSessions")]
    async fn sessions(&self, caller: SignedIn) -> Answer<Vec<SessionEntryView>> {
        Ok(Json(caller.store().sessions().await?))
    }

    /// End one of my sessions
    ///
    /// Its token is good for nothing any more. A session of somebody else is `not_found`.
    #[oai(path = "/sessions/:session_id", method = "delete", operation_id = "revokeSession")]
    async fn revoke(
        &self,
        caller: SignedIn,
        /// The session's id.
        session_id: Path<String>,
    ) -> Result<Done, Said> {
        caller.store().revoke_session(&session_id.0).await?;
        Ok(Done::Done)
    }

    /// End all my other sessions
    ///
    /// Keys for programs stay.
    #[oai(path = "/sessions/others", method = "delete", operation_id = "revokeOtherSessions")]
    async fn revoke_others(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.store().revoke_other_sessions().await?;
        Ok(Done::Done)
    }

    /// Prove again who I am
    ///
    /// What changes how one comes into the account answers `prove_again` when the last proof is older than 15 minutes.
    /// Takes the same as opening a session, and a second factor where one is set. 20 tries in 10 minutes per address.
    #[oai(path = "/sessions/current/proof", method = "post", operation_id = "prove")]
    async fn prove(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<SignInRequest>,
    ) -> Result<Done, Said> {
        count(request).await?;
        caller.store().prove(body.0).await?;
        Ok(Done::Done)
    }
}
