//! Invitations.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Invites,
        model::{AcceptInvitationRequest, InvitationView},
    },
};

#[async_trait]
impl Invites for Remote {
    async fn invitation(&self) -> Result<InvitationView> {
        self.view(Call::new(api::INVITATION, &[])).await
    }
    async fn accept_invitation(&self, code: &str) -> Result<()> {
        let request = AcceptInvitationRequest { code: code.to_owned() };
        self.tell(Call::new(api::ACCEPT_INVITATION, &[]).json(&request)?).await
    }
}
