//! The part of the customer's port that is about invitations.

use super::{
    LocalStorefront,
    model::{InvitationView, ReferralTermsView, WithdrawalTermsView},
    view::{amount, money},
};
use crate::{
    domain::{
        money::Money,
        referral::{Counted, DayTerms, ReferralTerms, USUAL_HOLD},
        refusal::Refusal,
        withdrawal::{WithdrawalTerms, WithdrawalWay},
    },
    engine::cases::{self, OwnInvitation},
    error::Result,
};
use async_trait::async_trait;

/// Invitations, as one customer sees them.
///
/// # Behaviour
/// - Everybody has one invitation, and its code stays the same.
/// - `accept_invitation` counts once, before the first paid order, and never for oneself or for whom one invited.
/// - A plan that the invited pay for brings what the terms said when it was ordered, once, and never more than its price;
///   free orders, trials, packs and top-ups bring nothing.
/// - When that order is refunded, what it brought is void: never paid, or taken back as far as the wallets hold it.
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
    let OwnInvitation { code, shop, home, count, earned, withdrawable, terms: given, accepted } = of;
    let sum = |minor| money(Money::new(minor, shop.currency));
    InvitationView {
        code: code.clone(),
        web_link: format!("{home}/?i={code}"),
        bot_link: bot_link(shop.telegram.as_ref().map(|bot| bot.username.as_str()), "i", code),
        invited: count.invited,
        paying: count.paying,
        earned: sum(earned.matured),
        pending: sum(earned.pending),
        reversed: sum(earned.reversed),
        withdrawable: money(*withdrawable),
        days_earned: earned.days_given,
        days_pending: earned.days_pending,
        accepted: *accepted,
        terms: terms(given),
    }
}

/// What opens the shop's bot with a code of this kind.
pub(crate) fn bot_link(bot: Option<&str>, kind: &str, code: &str) -> Option<String> {
    bot.map(|name| format!("https://t.me/{name}?start={kind}_{code}"))
}

pub(crate) fn terms(of: &ReferralTerms) -> ReferralTermsView {
    let (orders, order_days) = match of.orders {
        Counted::First => ("first", None),
        Counted::Every => ("every", None),
        Counted::Within { days } => ("within", Some(days)),
    };
    ReferralTermsView {
        on: of.on,
        reward_bp: of.reward_bp,
        second_bp: Some(of.second_bp),
        reward_days: of.days.map(|days| days.first),
        second_days: of.days.map(|days| days.second),
        orders: Some(orders.to_owned()),
        order_days,
        hold_days: Some(of.hold_days),
        welcome: of.welcome.map(money),
        withdrawal: of.withdrawal.as_ref().map(withdrawal_terms),
    }
}

fn withdrawal_terms(of: &WithdrawalTerms) -> WithdrawalTermsView {
    let ways = WithdrawalWay::ALL.into_iter().filter(|way| of.offers(*way));
    WithdrawalTermsView { least: money(of.least), ways: ways.map(|way| way.name().to_owned()).collect() }
}

/// The terms that an operator wishes.
pub(crate) fn wished(of: &ReferralTermsView) -> Result<ReferralTerms, Refusal> {
    let orders = match (of.orders.as_deref().unwrap_or("first"), of.order_days) {
        ("first", None) => Counted::First,
        ("every", None) => Counted::Every,
        ("within", Some(days)) => Counted::Within { days },
        ("within", None) => return Err(Refusal::bad_input("order_days", "is needed")),
        ("first" | "every", Some(_)) => return Err(Refusal::bad_input("order_days", "only with within")),
        _ => return Err(Refusal::bad_input("orders", "first, every or within")),
    };
    let withdrawal = of.withdrawal.as_ref().map(wished_withdrawal).transpose()?;
    let days = of.reward_days.map(|first| DayTerms { first, second: of.second_days.unwrap_or(0) });
    if days.is_none() && of.second_days.is_some() {
        return Err(Refusal::bad_input("second_days", "only with reward_days"));
    }
    Ok(ReferralTerms {
        on: of.on,
        reward_bp: of.reward_bp,
        second_bp: of.second_bp.unwrap_or(0),
        days,
        orders,
        hold_days: of.hold_days.unwrap_or(USUAL_HOLD),
        welcome: of.welcome.as_ref().map(amount).transpose()?,
        withdrawal,
    })
}

fn wished_withdrawal(of: &WithdrawalTermsView) -> Result<WithdrawalTerms, Refusal> {
    let mut wished = WithdrawalTerms { least: amount(&of.least)?, chain: false, card: false, other: false };
    for way in &of.ways {
        match WithdrawalWay::from_name(way)? {
            WithdrawalWay::Chain => wished.chain = true,
            WithdrawalWay::Card => wished.card = true,
            WithdrawalWay::Other => wished.other = true,
        }
    }
    Ok(wished)
}
