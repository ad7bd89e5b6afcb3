//! Accounts: how people prove who they are, the sessions they get for it, and what they do to their own account.

mod codes;
mod hand_over;
mod identities;
mod leave;
mod letter;
#[cfg_attr(not(feature = "passkeys"), path = "no_party.rs")]
mod party;
mod passkeys;
mod password;
mod prove;
mod second_factor;
mod sessions;
pub(super) mod sign_in;
pub(super) mod standing;

pub(crate) use codes::*;
pub(crate) use identities::*;
pub(crate) use leave::*;
pub(in crate::engine) use letter::html;
pub(crate) use passkeys::*;
pub(crate) use password::set_password;
pub(crate) use prove::*;
pub(in crate::engine) use second_factor::demand;
pub(crate) use second_factor::{totp_begin, totp_confirm, totp_disable};
pub(crate) use sessions::*;
pub(crate) use sign_in::*;
