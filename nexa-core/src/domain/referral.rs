//! Invitations: who brought whom, and what a shop gives to both for it. Campaigns: by which of the operator's links
//! somebody came.

use super::{
    money::{Currency, Money},
    order::{Order, OrderKind, OrderState},
    postback,
    refusal::Refusal,
    user::User,
    withdrawal::WithdrawalTerms,
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

/// Days for which a commission is held, unless the shop says otherwise.
pub const USUAL_HOLD: u32 = 14;
/// The longest hold, in days.
const MOST_HOLD: u32 = 180;
/// The most days of subscription that one order brings one user.
const MOST_REWARD_DAYS: u32 = 90;
/// The longest time after an invitation was accepted for which orders count, in days.
const MOST_DAYS: u32 = 3650;

/// Which orders of somebody who was invited bring a commission.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// The first one.
    #[default]
    First,
    /// Each.
    Every,
    /// Those that are paid within so many days after the invitation was accepted.
    Within {
        /// How many.
        days: u32,
    },
}

/// Days of subscription in place of a share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayTerms {
    /// For whoever invited; 1 to 90.
    pub first: u32,
    /// For whoever invited whoever invited; 0 to 90.
    pub second: u32,
}

/// What a shop gives for invitations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralTerms {
    /// Whether anything is given.
    pub on: bool,
    /// What whoever invited gets, in basis points (hundredths of a percent) of what the invited paid for a plan.
    pub reward_bp: u32,
    /// What whoever invited whoever invited gets, in the same measure; both together at most [`MOST_REWARD_BP`].
    #[serde(default)]
    pub second_bp: u32,
    /// What is given in place of the shares; none: money. Both together at most half of the days that were bought.
    #[serde(default)]
    pub days: Option<DayTerms>,
    /// Which orders count.
    #[serde(default)]
    pub orders: Counted,
    /// Days until a commission is money of the wallet.
    #[serde(default)]
    pub hold_days: u32,
    /// What the invited get when they have paid their first order, in the shop's currency; never so much that all
    /// rewards come to more than was paid.
    pub welcome: Option<Money>,
    /// How commissions can be taken out of the shop; none: they are spent here.
    #[serde(default)]
    pub withdrawal: Option<WithdrawalTerms>,
}

impl Default for ReferralTerms {
    fn default() -> Self {
        Self {
            on: false,
            reward_bp: 1000,
            second_bp: 0,
            days: None,
            orders: Counted::First,
            hold_days: USUAL_HOLD,
            welcome: None,
            withdrawal: None,
        }
    }
}

impl ReferralTerms {
    /// Refuses terms that a shop with this currency could not keep.
    pub fn checked(self, currency: Currency) -> Result<Self, Refusal> {
        if !(1..=MOST_REWARD_BP).contains(&self.reward_bp) {
            return Err(Refusal::bad_input("reward_bp", "1 to 5000"));
        }
        if self.second_bp > MOST_REWARD_BP.saturating_sub(self.reward_bp) {
            return Err(Refusal::bad_input("second_bp", "at most 5000 together with reward_bp"));
        }
        if let Some(days) = self.days {
            if !(1..=MOST_REWARD_DAYS).contains(&days.first) {
                return Err(Refusal::bad_input("reward_days", "1 to 90"));
            }
            if days.second > MOST_REWARD_DAYS {
                return Err(Refusal::bad_input("second_days", "0 to 90"));
            }
        }
        if self.hold_days > MOST_HOLD {
            return Err(Refusal::bad_input("hold_days", "0 to 180"));
        }
        if matches!(self.orders, Counted::Within { days } if !(1..=MOST_DAYS).contains(&days)) {
            return Err(Refusal::bad_input("order_days", "1 to 3650"));
        }
        if let Some(withdrawal) = self.withdrawal {
            withdrawal.checked(currency)?;
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
    /// What the first paid order of the invited brought them; none until there is one.
    pub payout: Option<Payout>,
}

/// What a first paid order brought the invited; what it brought others are commissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payout {
    /// Which order.
    pub order_id: OrderId,
    /// What the invited got; may be nothing.
    pub welcome: Money,
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
    /// What was given for invitations when it was placed; none: nothing.
    pub terms: Option<ReferralTerms>,
    /// The first order of a plan that its user paid.
    pub first: Option<OrderId>,
    /// Who was invited.
    pub invited: &'a User,
    /// What others get for it.
    pub shares: Money,
}

/// Whether an order may bring something: a plan, paid with money. A pack does not make anybody a customer.
#[must_use]
pub fn counts(order: &Order) -> bool {
    let paid = matches!(order.state, OrderState::Paid | OrderState::Fulfilled);
    paid && order.price.is_positive() && is_plan(&order.kind)
}

/// Whether a plan is bought.
#[must_use]
pub const fn is_plan(kind: &OrderKind) -> bool {
    match kind {
        OrderKind::New(_) | OrderKind::Renewal(_) | OrderKind::Change(_) | OrderKind::Gift(_) => true,
        OrderKind::Pack(_)
        | OrderKind::TopUp
        | OrderKind::Trial(_)
        | OrderKind::Given(_)
        | OrderKind::Adopted(_) => false,
    }
}

/// What a paid order brings the invited; none when it is not the order that counts. Blocked users get nothing. Together
/// with what others get it is never more than was paid: all may be the same person.
pub fn payout(of: &Referral, paid: Paid<'_>) -> Result<Option<Payout>, Refusal> {
    let Paid { order, terms, first, invited, shares } = paid;
    let theirs = order.user_id == of.user_id && invited.id == of.user_id;
    if of.payout.is_some() || !theirs || first != Some(order.id) || !counts(order) {
        return Ok(None);
    }
    let currency = order.price.currency;
    let none = Money::zero(currency);
    let terms = terms.filter(|terms| terms.on && !invited.blocked && of.referrer_id != of.user_id);
    let welcome = terms.and_then(|terms| terms.welcome).filter(|welcome| welcome.currency == currency);
    let most = order.price.minus(shares)?;
    let welcome = Money::new(welcome.unwrap_or(none).minor.min(most.minor).max(0), currency);
    Ok(Some(Payout { order_id: order.id, welcome, welcome_back: none }))
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
    /// Where whoever advertises wants to hear what came of a click, sealed, because it may carry their key; see
    /// [`super::postback`].
    pub postback_sealed: Option<String>,
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

/// By which campaign somebody came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CameBy {
    /// Its code.
    pub code: String,
    /// What whoever advertises calls the click.
    pub click: Option<String>,
}

impl CameBy {
    /// As a frontend carries it: the code, and behind a colon the click. A click that cannot be one is left out.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (code, click) = text.split_once(':').map_or((text, None), |(code, click)| (code, Some(click)));
        let click = click.filter(|click| postback::is_click(click)).map(str::to_owned);
        is_campaign(code).then(|| Self { code: code.to_owned(), click })
    }
}

/// A campaign, and what it brought. Visits are not counted: nothing is kept of who only looks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CampaignCount {
    /// Which.
    pub campaign: Campaign,
    /// How many signed up by it.
    pub sign_ups: u32,
    /// How many of them tried a plan for nothing.
    pub trials: u32,
    /// How many of them have bought something.
    pub paying: u32,
    /// What they bought it for, in minor units of the shop's currency; without what was refunded.
    pub revenue: i64,
    /// What others get for them, in minor units of the shop's currency; without what is void or was refused.
    pub commission: i64,
}

#[cfg(test)]
mod tests;
