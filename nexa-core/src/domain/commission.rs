//! Commissions: what an order brings to those who brought its user.
//!
//! What an order pays is pinned when it is placed: whoever shares a link knows what it pays, and a change of the terms
//! touches nothing that is under way. It is counted from what was paid in money that was not a commission itself, so that
//! no money brings a commission twice. It becomes money of the wallet when its hold is over, and not before: until then
//! the order may be taken back.

use super::{
    money::{Money, Round},
    order::Order,
    referral::{Counted, MOST_REWARD_BP, Referral, ReferralTerms, counts},
    refusal::Refusal,
    time::{after, days},
    user::User,
};
use crate::ids::{CommissionId, OrderId, ShopId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

mod days;

pub use days::RewardDays;
use days::{part_of, reward_days};

/// Letters that the reason of a refusal may have.
const REASON_LENGTH: usize = 300;
/// So many who were brought by the same user and pay within [`CROWD_WITHIN`] are no coincidence.
pub const CROWD: u32 = 5;
/// See [`CROWD`].
pub const CROWD_WITHIN: SignedDuration = SignedDuration::from_mins(30);
/// So many of those whom a user brought, who bought once and are gone, are no coincidence either.
pub const GONE: u32 = 3;
/// How far up it is looked who invited whoever invited.
pub const FAR: usize = 8;

/// What an order pays; written when it is placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pinned {
    /// In which shop.
    pub shop_id: ShopId,
    /// Which order.
    pub order_id: OrderId,
    /// What the terms were then.
    pub terms: ReferralTerms,
    /// What was paid for it in money that was no commission; none until it was paid.
    pub base: Option<Money>,
}

impl Pinned {
    /// So much of what the order was paid with is gone before anybody got a share of it: shares are counted from the rest.
    pub fn lose(self, lost: Money, price: Money) -> Result<Self, Refusal> {
        let Some(base) = self.base.filter(|_| lost.is_positive() && price.is_positive()) else {
            return Ok(self);
        };
        let stays = price.minus(lost)?.minor.max(0);
        let base = Some(base.scaled(stays, price.minor, base.currency, Round::Down)?);
        Ok(Self { base, ..self })
    }
}

/// How far away whoever gets it is from whoever paid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Invited whoever paid.
    First,
    /// Invited whoever invited.
    Second,
}

impl Level {
    /// 1 or 2.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// The level of this number.
    pub fn from_number(number: u32) -> Result<Self, Refusal> {
        match number {
            1 => Ok(Self::First),
            2 => Ok(Self::Second),
            _ => Err(Refusal::bad_input("level", "1 or 2")),
        }
    }
}

/// How far a commission has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommissionState {
    /// Waits for the end of its hold.
    Pending,
    /// Waits for a person, because something about it is odd.
    Held,
    /// In the wallet.
    Matured,
    /// A person said no.
    Refused,
    /// The order's money went back.
    Reversed,
}

/// What is odd about a commission. A sign of fraud, never a proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Both get their mail in the same box.
    SameMailbox,
    /// Whoever paid brought, over others, whoever gets it.
    Circle,
    /// Many whom the same user brought paid within minutes.
    Crowd,
    /// Many whom the same user brought bought once and are gone.
    Gone,
    /// Money that whoever paid had paid before was taken back.
    LostMoney,
}

impl Sign {
    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SameMailbox => "same_mailbox",
            Self::Circle => "circle",
            Self::Crowd => "crowd",
            Self::Gone => "gone",
            Self::LostMoney => "lost_money",
        }
    }
}

/// What one order brings to one user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commission {
    /// Its id.
    pub id: CommissionId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Of which order; it brings one for each level at most.
    pub order_id: OrderId,
    /// On which level.
    pub level: Level,
    /// Who gets it.
    pub user_id: UserId,
    /// Who paid the order.
    pub invited_id: UserId,
    /// What the share was taken of.
    pub base: Money,
    /// The share.
    pub amount: Money,
    /// How much of the share is void, because the order's money went back.
    pub reversed: Money,
    /// How much was put into the wallet.
    pub paid: Money,
    /// How much of that was taken out again.
    pub back: Money,
    /// What is given in place of money; then the amounts above are nothing.
    pub days: Option<RewardDays>,
    /// How far it has come.
    pub state: CommissionState,
    /// What is odd about it.
    pub signs: Vec<Sign>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When it was earned.
    pub made_at: Timestamp,
    /// When its hold is over.
    pub matures_at: Timestamp,
}

impl Commission {
    /// What of it is not void.
    pub fn due(&self) -> Result<Money, Refusal> {
        self.amount.minus(self.reversed)
    }

    /// What has to be taken out of the wallet, because it was paid out and is void now.
    pub fn to_take_back(&self) -> Result<Money, Refusal> {
        let over = self.paid.minus(self.back)?.minus(self.due()?)?;
        Ok(Money::new(over.minor.max(0), over.currency))
    }

    /// It is money now.
    pub fn mature(self, now: Timestamp) -> Result<Self, Refusal> {
        if self.state != CommissionState::Pending || now < self.matures_at {
            return Err(Refusal::AlreadyDecided);
        }
        Ok(Self { paid: self.due()?, state: CommissionState::Matured, ..self })
    }

    /// So much of what the order was paid with went back: the same share of the commission is void, and the part that stays
    /// is rounded down. Days that were given stay, as money does that was spent.
    pub fn lose(self, lost: Money, price: Money) -> Result<Self, Refusal> {
        if !lost.is_positive() || !price.is_positive() {
            return Ok(self);
        }
        let stays = price.minus(lost)?.minor.max(0);
        if let Some(days) = self.days {
            return Ok(self.lose_days(days, part_of(days.days, stays, price.minor)));
        }
        let left = self.amount.scaled(stays, price.minor, self.amount.currency, Round::Down)?;
        let void = self.reversed.plus(self.amount.minus(left)?)?;
        let reversed = Money::new(void.minor.min(self.amount.minor), void.currency);
        let over = reversed == self.amount && self.state != CommissionState::Refused;
        let state = if over { CommissionState::Reversed } else { self.state };
        Ok(Self { reversed, state, ..self })
    }

    /// It turned out odd while it waited, so a person looks at it; once for each sign.
    #[must_use]
    pub fn doubt(mut self, sign: Sign) -> Self {
        if self.state == CommissionState::Pending && !self.signs.contains(&sign) {
            self.signs.push(sign);
            self.state = CommissionState::Held;
        }
        self
    }

    /// A person looked at it, and it is as good as any other.
    pub fn approve(self) -> Result<Self, Refusal> {
        match self.state {
            CommissionState::Held => Ok(Self { state: CommissionState::Pending, ..self }),
            _ => Err(Refusal::AlreadyDecided),
        }
    }

    /// A person says no, and why. What was paid out already stays.
    pub fn refuse(self, reason: &str) -> Result<Self, Refusal> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_LENGTH {
            return Err(Refusal::bad_input("reason", "1 to 300 characters"));
        }
        match self.state {
            CommissionState::Held | CommissionState::Pending => {
                Ok(Self { state: CommissionState::Refused, reason: Some(reason.to_owned()), ..self })
            }
            _ => Err(Refusal::AlreadyDecided),
        }
    }
}

/// What is known when an order of somebody who was invited has been paid.
#[derive(Clone, Copy, Debug)]
pub struct Sold<'a> {
    /// The order.
    pub order: &'a Order,
    /// What it pays.
    pub pinned: &'a Pinned,
    /// Who invited whoever paid.
    pub known: &'a Referral,
    /// Who invited whoever invited.
    pub above: Option<&'a Referral>,
    /// Whether it is the first order that counts.
    pub is_first: bool,
}

/// One user's share of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// On which level.
    pub level: Level,
    /// Whose.
    pub user: UserId,
    /// How much money.
    pub amount: Money,
    /// How many days, in place of money.
    pub days: Option<u32>,
}

/// Who gets how much of a paid order, rounded down; nothing when it does not count. Both together are at most
/// [`MOST_REWARD_BP`] of what was paid, or half of the days that were bought.
pub fn shares(of: Sold<'_>) -> Result<Vec<Share>, Refusal> {
    let Sold { order, pinned, known, above, is_first } = of;
    let (Some(base), Some(paid_at)) = (pinned.base, order.paid_at) else { return Ok(Vec::new()) };
    let terms = pinned.terms;
    let ours = pinned.order_id == order.id && order.user_id == known.user_id;
    if !ours || !terms.on || !counts(order) || !terms.orders.counts(is_first, known.accepted_at, paid_at) {
        return Ok(Vec::new());
    }
    let second_bp = terms.second_bp.min(MOST_REWARD_BP.saturating_sub(terms.reward_bp));
    let above = above.filter(|above| above.user_id == known.referrer_id).map(|above| above.referrer_id);
    let mut found = Vec::new();
    for (level, user, bp) in [
        (Level::First, Some(known.referrer_id), terms.reward_bp.min(MOST_REWARD_BP)),
        (Level::Second, above, second_bp),
    ] {
        let days = terms.days.map(|days| reward_days(order, base, days, level));
        let of_money = if days.is_some() { 0 } else { i64::from(bp) };
        let amount = base.scaled(of_money, 10_000, base.currency, Round::Down)?;
        let some = amount.is_positive() || days.is_some_and(|days| days > 0);
        let Some(user) = user.filter(|user| *user != order.user_id && some) else { continue };
        found.push(Share { level, user, amount, days });
    }
    Ok(found)
}

impl Counted {
    /// Whether an order that was paid then brings a commission.
    #[must_use]
    pub fn counts(self, is_first: bool, accepted_at: Timestamp, paid_at: Timestamp) -> bool {
        match self {
            Self::First => is_first,
            Self::Every => true,
            Self::Within { days: most } => paid_at < after(accepted_at, days(most)),
        }
    }
}

/// What is known about those whom a user brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Crowd {
    /// Commissions of the first level that were earned lately.
    pub lately: u32,
    /// Those who bought and are gone.
    pub gone: u32,
}

/// What is looked at before a commission is believed.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    /// Mail addresses of whoever gets it.
    pub mail: &'a [String],
    /// Mail addresses of whoever paid.
    pub their_mail: &'a [String],
    /// Whether whoever paid brought, over others, whoever gets it.
    pub circle: bool,
    /// Those whom whoever gets it brought, without this one.
    pub crowd: Crowd,
}

/// What is odd about a commission.
#[must_use]
pub fn signs(of: Looked<'_>) -> Vec<Sign> {
    let own: Vec<String> = of.mail.iter().map(|address| mailbox(address)).collect();
    let same = of.their_mail.iter().any(|theirs| own.contains(&mailbox(theirs)));
    [
        (same, Sign::SameMailbox),
        (of.circle, Sign::Circle),
        (of.crowd.lately.saturating_add(1) >= CROWD, Sign::Crowd),
        (of.crowd.gone >= GONE, Sign::Gone),
    ]
    .into_iter()
    .filter_map(|(odd, sign)| odd.then_some(sign))
    .collect()
}

/// The box that an address leads to: without what stands behind a plus, and at Google without points, which its boxes
/// ignore (<https://support.google.com/mail/answer/7436150>).
#[must_use]
pub fn mailbox(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let Some((local, host)) = address.rsplit_once('@') else { return address };
    let local = local.split('+').next().unwrap_or(local);
    match host {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
        _ => format!("{local}@{host}"),
    }
}

/// Whether a commission may be put into this wallet.
#[must_use]
pub const fn may_earn(user: &User) -> bool {
    !user.blocked
}

/// What one user's commissions come to, in minor units of the shop's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CommissionCount {
    /// What waits for the end of its hold, or for a person.
    pub pending: i64,
    /// What was put into the wallet, less what was taken out again.
    pub matured: i64,
    /// What is void or was refused.
    pub reversed: i64,
    /// Days of subscription that wait.
    pub days_pending: u32,
    /// Days that were given.
    pub days_given: u32,
}

/// Whoever brings customers, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Affiliate {
    /// Who.
    pub user_id: UserId,
    /// How many came.
    pub invited: u32,
    /// How many of them have paid an order.
    pub paying: u32,
    /// What their commissions come to.
    pub count: CommissionCount,
}

#[cfg(test)]
mod tests;
