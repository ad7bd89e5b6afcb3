//! Invitations.

use super::MoneyView;
use serde::{Deserialize, Serialize};

/// The caller's invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct InvitationView {
    /// 26 letters and digits; upper and lower case are the same.
    pub code: String,
    /// The link to the shop's pages that carries it.
    pub web_link: String,
    /// The link to the shop's Telegram bot that carries it, if there is a bot.
    pub bot_link: Option<String>,
    /// How many signed up by it.
    pub invited: u32,
    /// How many of them have paid an order.
    pub paying: u32,
    /// What was given for them, less what was taken back.
    pub earned: MoneyView,
    /// Whether the caller came by an invitation.
    pub accepted: bool,
    /// What the shop gives.
    pub terms: ReferralTermsView,
}

/// What a shop gives for invitations.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ReferralTermsView {
    /// Whether it gives anything.
    pub on: bool,
    /// What whoever invited gets, in hundredths of a percent of the first plan that the invited pay for: 1 to 5000.
    pub reward_bp: u32,
    /// What the invited get when they have paid for their first plan, at most what is left of its price after the share;
    /// nothing when it is left out.
    #[serde(default)]
    pub welcome: Option<MoneyView>,
}

/// To say by whose invitation one came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitationRequest {
    /// Its code.
    pub code: String,
}
