//! Who works in the office.

use super::{
    LocalBackoffice,
    model::{
        ChangeMemberRequest, InviteMemberRequest, MemberView, PresetView, SecondFactorRequest,
        StaffInvitationView, StaffView,
    },
};
use crate::{
    domain::{
        permission::{Permission, Permissions},
        staff::{Preset, Rank, StaffRules},
    },
    engine::cases::{self, Colleague},
    error::Result,
    storefront::view::moment,
};
use async_trait::async_trait;

/// The staff of a shop: owners, who may do everything, and members, who may do what they were given.
///
/// # Behaviour
/// - Nobody gives or takes what they do not hold themselves, and nobody changes themselves: `not_allowed`.
/// - Only an owner makes or unmakes an owner, and decides on `set_second_factor_rule`.
/// - An invitation lets one person in, once, within 24 hours; its link is shown this once.
/// - What is changed holds from the next request on, also for keys that were made before.
/// - `remove_member` ends the sessions and keys of somebody, who is a customer from then on.
#[async_trait]
pub trait Staff: Send + Sync {
    /// Everybody who comes into the office.
    async fn staff(&self) -> Result<StaffView>;
    /// Invites somebody.
    async fn invite_member(&self, request: InviteMemberRequest) -> Result<StaffInvitationView>;
    /// Changes what somebody is called or may do; what is left out stays.
    async fn change_member(&self, user_id: &str, request: ChangeMemberRequest) -> Result<MemberView>;
    /// Takes the office away from somebody.
    async fn remove_member(&self, user_id: &str) -> Result<()>;
    /// Decides whether the office is shut for whoever has no second factor.
    async fn set_second_factor_rule(&self, request: SecondFactorRequest) -> Result<StaffView>;
    /// What the caller may do, by the names of permissions.
    fn permissions(&self) -> Permissions;
}

#[async_trait]
impl Staff for LocalBackoffice {
    async fn staff(&self) -> Result<StaffView> {
        let (all, rules) = cases::colleagues(&self.core, &self.who).await?;
        let preset =
            |one: Preset| PresetView { name: one.name().to_owned(), permissions: one.permissions().names() };
        Ok(StaffView {
            members: all.iter().map(|one| self.member_view(one)).collect(),
            second_factor: rules.second_factor,
            presets: Preset::ALL.into_iter().map(preset).collect(),
        })
    }

    async fn invite_member(&self, request: InviteMemberRequest) -> Result<StaffInvitationView> {
        self.who.may(Permission::Staff)?;
        let wish = if request.owner {
            Rank::owner()
        } else {
            Rank { owner: false, permissions: Permissions::from_names(&request.permissions)? }
        };
        let invited = cases::invite(&self.core, &self.who, &request.name, wish).await?;
        Ok(StaffInvitationView {
            member: self.member_view(&invited.colleague),
            link: invited.link,
            expires_at: moment(invited.until),
        })
    }

    async fn change_member(&self, user_id: &str, request: ChangeMemberRequest) -> Result<MemberView> {
        let id = self.id(Permission::Staff, user_id)?;
        let ChangeMemberRequest { name, permissions, owner } = request;
        let permissions = permissions.map(|names| Permissions::from_names(&names)).transpose()?;
        let wish = move |was: Rank| {
            if owner.unwrap_or(was.owner) {
                return Rank::owner();
            }
            // Who ceases to be an owner keeps nothing that was not named.
            let kept = if was.owner { Permissions::NONE } else { was.permissions };
            Rank { owner: false, permissions: permissions.unwrap_or(kept) }
        };
        let changed = cases::change_member(&self.core, &self.who, id, name.as_deref(), wish).await?;
        Ok(self.member_view(&changed))
    }

    async fn remove_member(&self, user_id: &str) -> Result<()> {
        cases::remove_member(&self.core, &self.who, self.id(Permission::Staff, user_id)?).await
    }

    async fn set_second_factor_rule(&self, request: SecondFactorRequest) -> Result<StaffView> {
        let rules = StaffRules { second_factor: request.required };
        cases::set_staff_rules(&self.core, &self.who, rules).await?;
        self.staff().await
    }

    fn permissions(&self) -> Permissions {
        if self.who.staff().is_ok() { self.who.permissions } else { Permissions::NONE }
    }
}

impl LocalBackoffice {
    fn member_view(&self, of: &Colleague) -> MemberView {
        MemberView {
            user_id: of.user.id.to_string(),
            name: of.member.as_ref().map(|member| member.name.clone()).filter(|name| !name.is_empty()),
            owner: of.rank.owner,
            permissions: of.rank.permissions.names(),
            joined: of.joined,
            second_factor: of.guarded,
            me: self.who.user_id == Some(of.user.id),
            since: moment(of.member.as_ref().map_or(of.user.created_at, |member| member.since)),
        }
    }
}
