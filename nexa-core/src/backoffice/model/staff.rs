//! The staff and the record of what it did.

use serde::{Deserialize, Serialize};

view! {
    /// Everybody who comes into the office.
    pub struct StaffView {
        /// Owners first, then in the order in which they were invited.
        pub members: Vec<MemberView>,
        /// Whether the office is shut for whoever has no second factor; for owners a day after they came.
        pub second_factor: bool,
        /// Usual sets of permissions, as a suggestion.
        pub presets: Vec<PresetView>,
    }
    /// Somebody of the staff.
    pub struct MemberView {
        /// Who.
        pub user_id: String,
        /// What the colleagues call them.
        pub name: Option<String>,
        /// Whether the shop is theirs: they may do everything.
        pub owner: bool,
        /// What they may do.
        pub permissions: Vec<String>,
        /// Whether they came already; until then their invitation may be open.
        pub joined: bool,
        /// Whether they have a second factor.
        pub second_factor: bool,
        /// Whether it is the caller.
        pub me: bool,
        /// Since when.
        pub since: String,
    }
    /// A usual set of permissions.
    pub struct PresetView {
        /// `manager`, `support`, `accountant`.
        pub name: String,
        /// What it holds.
        pub permissions: Vec<String>,
    }
    /// Something that was done in the office.
    pub struct AuditEntryView {
        /// Its place in the record of the shop, from 1.
        pub number: u64,
        /// Its id.
        pub action_id: String,
        /// Who did it.
        pub operator_id: String,
        /// What they are called, if they have a name.
        pub operator: Option<String>,
        /// What was done, e.g. `gateway_changed`.
        pub deed: String,
        /// What it was about.
        pub about: Vec<AboutView>,
        /// Why, where a reason was asked for.
        pub reason: String,
        /// When.
        pub at: String,
    }
    /// One thing that something was about.
    pub struct AboutView {
        /// What kind of thing, e.g. `gateway`.
        pub what: String,
        /// Its id, or an amount.
        pub value: String,
    }
    /// A slice of the record.
    pub struct AuditPage {
        /// The last first.
        pub items: Vec<AuditEntryView>,
        /// The cursor of the next slice; none after the last.
        pub next: Option<String>,
    }
    /// Whether the record is as it was written.
    pub struct AuditChainView {
        /// How many entries it has.
        pub deeds: u64,
        /// Whether all of them are as they were written.
        pub intact: bool,
        /// The number of the first one that is not.
        pub broken_at: Option<u64>,
        /// What stands there now.
        pub broken_action_id: Option<String>,
    }
}

request! {
    /// To invite somebody into the office.
    pub struct InviteMemberRequest {
        /// What the colleagues call them, 1 to 60 characters.
        pub name: String,
        /// What they may do.
        pub permissions: Vec<String>,
        /// Whether they become an owner, who may do everything.
        pub owner: bool,
    }
    /// To change somebody of the staff; what is left out stays.
    pub struct ChangeMemberRequest {
        /// What the colleagues call them.
        pub name: Option<String>,
        /// What they may do, all of it.
        pub permissions: Option<Vec<String>>,
        /// Whether the shop is theirs. Who ceases to be an owner may do what `permissions` says.
        pub owner: Option<bool>,
    }
    /// To decide whether the staff must have a second factor.
    pub struct SecondFactorRequest {
        /// Whether it must.
        pub required: bool,
    }
}

/// Which entries of the record somebody wants to see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditRequest {
    /// Only of this member of the staff.
    pub operator_id: Option<String>,
    /// Only deeds of this name.
    pub deed: Option<String>,
    /// Only what is about the thing with this id.
    pub about: Option<String>,
}

/// An invitation into the office.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct StaffInvitationView {
    /// Who was invited.
    pub member: MemberView,
    /// The address that lets them in, once; it is shown this once.
    pub link: String,
    /// Until when.
    pub expires_at: String,
}
