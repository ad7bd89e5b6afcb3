//! Invitations.

use super::{Answer, Area, Done, sign_in::count};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{AcceptInvitationRequest, InvitationView};
use poem::Request;
use poem_openapi::{OpenApi, payload::Json};

pub struct Invites;

#[OpenApi(tag = "Area::Invites")]
impl Invites {
    /// See my invitation
    ///
    /// Its code and links, what it came to, and what the shop gives for it.
    #[oai(path = "/invitation", method = "get", operation_id = "getInvitation")]
    async fn invitation(&self, caller: SignedIn) -> Answer<InvitationView> {
        Ok(Json(caller.store().invitation().await?))
    }

    /// Say by whose invitation I came
    ///
    /// Once, and before the first paid order; the same code again is harmless. `invitation_unknown`, `own_invitation` (also
    /// that of somebody whom I invited), `already_invited` or `invitation_too_late` say why not; `too_many_attempts` comes
    /// after five codes that nobody has.
    #[oai(path = "/invitation/accept", method = "post", operation_id = "acceptInvitation")]
    async fn accept(
        &self,
        caller: SignedIn,
        request: &Request,
        body: Json<AcceptInvitationRequest>,
    ) -> Result<Done, Said> {
        count(request).await?;
        caller.store().accept_invitation(&body.0.code).await?;
        Ok(Done::Done)
    }
}
