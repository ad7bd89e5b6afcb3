//! The part of the customer's port that is about invitations.

use super::{
    LocalStorefront,
    model::{InvitationView, ReferralTermsView},
    view::money,
};
use crate::{
    domain::{money::Money, referral::ReferralTerms},
    engine::cases::{self, OwnInvitation},
    error::Result,
};
use async_trait::async_trait;

/// Invitations, as one customer sees them.
///
/// # Behaviour
/// - Everybody has one invitation, and its code stays the same.
/// - `accept_invitation` counts once, before the first paid order, and never for oneself or for whom one invited.
/// - The first plan that the invited pay for brings what the terms say, once, and never more than its price; free orders,
///   trials, packs and top-ups bring nothing.
/// - When that order is refunded, what it brought is taken back as far as the wallets hold it.
#[async_trait]
pub trait Invites: Send + Sync {
    /// My invitation: its code and links, what it came to, and what the shop gives for it.
    async fn invitation(&self) -> Result<InvitationView>;
    /// Says that I came by somebody's invitation. The same one again is harmless.
    async fn accept_invitation(&self, code: &str) -> Result<()>;
}

#[async_trait]
impl Invites for LocalStorefront {
    async fn invitation(&self) -> Result<InvitationView> {
        Ok(invitation(&cases::own_invitation(&self.core, &self.who).await?))
    }

    async fn accept_invitation(&self, code: &str) -> Result<()> {
        cases::accept_invitation(&self.core, &self.who, code).await
    }
}

fn invitation(of: &OwnInvitation) -> InvitationView {
    let OwnInvitation { code, shop, home, count, terms: given, accepted } = of;
    InvitationView {
        code: code.clone(),
        web_link: format!("{home}/?i={code}"),
        bot_link: bot_link(shop.telegram.as_ref().map(|bot| bot.username.as_str()), "i", code),
        invited: count.invited,
        paying: count.paying,
        earned: money(Money::new(count.earned, shop.currency)),
        accepted: *accepted,
        terms: terms(given),
    }
}

/// What opens the shop's bot with a code of this kind.
pub(crate) fn bot_link(bot: Option<&str>, kind: &str, code: &str) -> Option<String> {
    bot.map(|name| format!("https://t.me/{name}?start={kind}_{code}"))
}

pub(crate) fn terms(of: &ReferralTerms) -> ReferralTermsView {
    ReferralTermsView { on: of.on, reward_bp: of.reward_bp, welcome: of.welcome.map(money) }
}
