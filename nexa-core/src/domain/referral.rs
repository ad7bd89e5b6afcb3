//! Invitations: who brought whom, and what a shop gives to both for it. Campaigns: by which of the operator's links
//! somebody came.

use super::{
    money::{Currency, Money, Round},
    order::{Order, OrderKind, OrderState},
    refusal::Refusal,
    user::User,
};
use crate::{
    ids::{OrderId, ShopId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The greatest reward: half of an order.
pub const MOST_REWARD_BP: u32 = 5000;
/// The greatest welcome credit, in minor units: beyond it something is wrong.
const MOST_WELCOME: i64 = 1_000_000_000_000;
/// Characters of a code: 130 random bits in base32.
pub const CODE_LENGTH: usize = 26;

/// What a shop gives for invitations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralTerms {
    /// Whether anything is given.
    pub on: bool,
    /// What whoever invited gets, in basis points (hundredths of a percent) of the first paid order of a plan of the
    /// invited.
    pub reward_bp: u32,
    /// What the invited get when they have paid their first order, in the shop's currency; never so much that the two
    /// rewards come to more than was paid.
    pub welcome: Option<Money>,
}

impl Default for ReferralTerms {
    fn default() -> Self {
        Self { on: false, reward_bp: 1000, welcome: None }
    }
}

impl ReferralTerms {
    /// Refuses terms that a shop with this currency could not keep.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if !(1..=MOST_REWARD_BP).contains(&self.reward_bp) {
            return Err(Refusal::bad_input("reward_bp", "1 to 5000"));
        }
        match self.welcome {
            Some(welcome) if welcome.currency != currency => {
                Err(Refusal::WrongCurrency { expected: currency })
            }
            Some(welcome) if !(1..=MOST_WELCOME).contains(&welcome.minor) => Err(Refusal::AmountOutOfRange),
            _ => Ok(self),
        }
    }
}

/// A user's own invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// Keyed hash of its code; unique in the shop.
    pub lookup: Fingerprint,
    /// The code, sealed.
    pub sealed: String,
}

/// That one user invited another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Referral {
    /// In which shop.
    pub shop_id: ShopId,
    /// Who was invited; everybody at most once.
    pub user_id: UserId,
    /// By whom.
    pub referrer_id: UserId,
    /// Since when.
    pub accepted_at: Timestamp,
    /// What the first paid order of the invited brought; none until there is one.
    pub payout: Option<Payout>,
}

/// What a first paid order brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payout {
    /// Which order.
    pub order_id: OrderId,
    /// What whoever invited got; may be nothing.
    pub reward: Money,
    /// What the invited got; may be nothing.
    pub welcome: Money,
    /// How much of the reward was taken back.
    pub reward_back: Money,
    /// How much of the welcome credit was taken back.
    pub welcome_back: Money,
}

/// What one user's invitations came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReferralCount {
    /// How many came.
    pub invited: u32,
    /// How many of them have paid an order.
    pub paying: u32,
    /// What was given for them, less what was taken back, in minor units of the shop's currency.
    pub earned: i64,
}

/// A code as it was typed, in the form it is looked up by: base32 without regard to case.
#[must_use]
pub fn code(text: &str) -> Option<String> {
    let code = text.trim().to_lowercase();
    let known = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    (code.len() == CODE_LENGTH && code.bytes().all(known)).then_some(code)
}

/// What is known when somebody wants to accept an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who wants to.
    pub user: UserId,
    /// Whose invitation it is.
    pub referrer: &'a User,
    /// By whom the user was invited before.
    pub before: Option<&'a Referral>,
    /// By whom whoever invites was invited.
    pub above: Option<&'a Referral>,
    /// Whether the user has paid an order.
    pub has_paid: bool,
}

/// Whether the invitation is to be written down; not when it is already. Refuses all that would pay for nobody new.
pub fn accept(asked: Asked<'_>) -> Result<bool, Refusal> {
    let Asked { user, referrer, before, above, has_paid } = asked;
    if referrer.blocked {
        return Err(Refusal::InvitationUnknown);
    }
    if referrer.id == user {
        return Err(Refusal::OwnInvitation);
    }
    match before {
        Some(before) if before.referrer_id == referrer.id => return Ok(false),
        Some(_) => return Err(Refusal::AlreadyInvited),
        None => {}
    }
    if has_paid {
        return Err(Refusal::InvitationTooLate);
    }
    if above.is_some_and(|above| above.referrer_id == user) {
        return Err(Refusal::OwnInvitation);
    }
    Ok(true)
}

/// What is known when an order of somebody who was invited has been paid.
#[derive(Clone, Copy, Debug)]
pub struct Paid<'a> {
    /// The order.
    pub order: &'a Order,
    /// The first order of a plan that its user paid.
    pub first: Option<OrderId>,
    /// Who invited.
    pub referrer: &'a User,
    /// Who was invited.
    pub invited: &'a User,
}

/// Whether an order may bring something: a plan, paid with money. A pack does not make anybody a customer.
#[must_use]
pub fn counts(order: &Order) -> bool {
    let paid = matches!(order.state, OrderState::Paid | OrderState::Fulfilled);
    let plan = match order.kind {
        OrderKind::New(_) | OrderKind::Renewal(_) | OrderKind::Change(_) | OrderKind::Gift(_) => true,
        OrderKind::Pack(_)
        | OrderKind::TopUp
        | OrderKind::Trial(_)
        | OrderKind::Given(_)
        | OrderKind::Adopted(_) => false,
    };
    paid && order.price.is_positive() && plan
}

/// What a paid order brings; none when it is not the order that counts. Blocked users get nothing. Rounded down, and
/// together never more than was paid: both may be the same person.
pub fn payout(terms: ReferralTerms, of: &Referral, paid: Paid<'_>) -> Result<Option<Payout>, Refusal> {
    let Paid { order, first, referrer, invited } = paid;
    let theirs = order.user_id == of.user_id && invited.id == of.user_id && referrer.id == of.referrer_id;
    if of.payout.is_some() || !theirs || first != Some(order.id) || !counts(order) {
        return Ok(None);
    }
    let currency = order.price.currency;
    let none = Money::zero(currency);
    let mut payout =
        Payout { order_id: order.id, reward: none, welcome: none, reward_back: none, welcome_back: none };
    if !terms.on || of.referrer_id == of.user_id {
        return Ok(Some(payout));
    }
    if !referrer.blocked {
        let share = i64::from(terms.reward_bp.min(MOST_REWARD_BP));
        payout.reward = order.price.scaled(share, 10_000, currency, Round::Down)?;
    }
    if !invited.blocked {
        let welcome = terms.welcome.filter(|welcome| welcome.currency == currency).unwrap_or(none);
        let most = order.price.minus(payout.reward)?;
        payout.welcome = Money::new(welcome.minor.min(most.minor), currency);
    }
    Ok(Some(payout))
}

/// As much of what was given as the wallet it went to still holds.
#[must_use]
pub fn take_back(given: Money, taken: Money, held: Money) -> Money {
    let left = given.minor.saturating_sub(taken.minor).max(0);
    Money::new(left.min(held.minor.max(0)), given.currency)
}

/// A link of the operator's own, e.g. for one channel that advertises the shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// In which shop.
    pub shop_id: ShopId,
    /// What its links carry; unique in the shop.
    pub code: String,
    /// What the operator calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Campaign {
    /// Refuses codes that a link cannot carry, and names that cannot be shown.
    pub fn checked(self) -> Result<Self, Refusal> {
        if !is_campaign(&self.code) {
            return Err(Refusal::bad_input("code", "4 to 32 of A-Z, a-z, 0-9, _ and -"));
        }
        let shown = !self.name.trim().is_empty() && !self.name.chars().any(char::is_control);
        if !shown || self.name.chars().count() > 60 {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        Ok(self)
    }
}

/// Whether a text may be a campaign's code.
#[must_use]
pub fn is_campaign(code: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    (4..=32).contains(&code.len()) && code.bytes().all(plain)
}

/// A campaign, and what it brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CampaignCount {
    /// Which.
    pub campaign: Campaign,
    /// How many signed up by it.
    pub sign_ups: u32,
    /// How many of them have bought something.
    pub paying: u32,
    /// What they bought it for, in minor units of the shop's currency; without what was refunded.
    pub revenue: i64,
}

#[cfg(test)]
mod tests;
