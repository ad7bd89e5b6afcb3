//! The right to use: a window of time, traffic, devices, and one link.
//!
//! `Pending → Active → (Exhausted | Ended | Suspended | Frozen) → Active` by renewal, the operator or the end of a dispute;
//! `Revoked` is final.

mod extend;
mod freeze;
mod grace;
mod moves;
mod reset;

pub use extend::More;
pub use grace::{Grace, GraceTerms};

use super::{
    extras::Extras,
    grant::PanelId,
    measure::Traffic,
    money::Money,
    order::Sale,
    pack::PackKind,
    period::{Period, Told},
    plan::{Plan, Terms},
    proration::{self, Share},
    refusal::Refusal,
    time::{after, days},
};
use crate::{
    ids::{GroupId, PlanId, ShopId, SubscriptionId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The right to use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// The plan bought last.
    pub plan_id: PlanId,
    /// That plan's name.
    pub plan_name: String,
    /// What its owner calls it, 1 to 40 characters.
    pub name: Option<String>,
    /// Which servers serve it.
    pub group_id: GroupId,
    /// What it is.
    pub state: SubscriptionState,
    /// Since when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Traffic allowed in all, ever.
    pub limit: Traffic,
    /// Traffic used in all, ever, on all servers.
    pub used: Traffic,
    /// Devices at the same time.
    pub devices: u32,
    /// What it has beyond that; a renewal never changes it.
    pub extras: Extras,
    /// The period that it is in.
    pub period: Period,
    /// Whether it is renewed from the wallet when its time is over.
    pub auto_renew: bool,
    /// Its identity on every panel. A link reset gives a new one.
    pub panel_id: PanelId,
    /// Rises with each change of what the panels should hold.
    pub generation: u32,
    /// Keyed hash of the link token.
    pub link_lookup: Fingerprint,
    /// The link token, sealed, so that link and QR can be shown again.
    pub link_sealed: String,
    /// When its owner took a new link within the last day, oldest first.
    pub resets: Vec<Timestamp>,
    /// When its owner moved it within the last day, oldest first.
    pub moves: Vec<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a subscription is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// Paid, not yet on any server.
    Pending,
    /// In use.
    Active,
    /// All traffic used.
    Exhausted,
    /// Its time is over.
    Ended,
    /// Stopped by the operator.
    Suspended,
    /// Stands still while a payment for it is contested.
    Frozen,
    /// Taken back for ever.
    Revoked,
}

impl Subscription {
    /// Whether the panels should let it connect.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        matches!(self.state, SubscriptionState::Pending | SubscriptionState::Active)
    }

    /// Traffic that is left.
    #[must_use]
    pub const fn remaining(&self) -> Traffic {
        self.limit.minus(self.used)
    }

    /// On at least one server, in use from now on.
    pub fn activate(self) -> Result<Self, Refusal> {
        match self.state {
            SubscriptionState::Pending => Ok(Self { state: SubscriptionState::Active, ..self }),
            SubscriptionState::Revoked => Err(Refusal::SubscriptionClosed),
            _ => Ok(self),
        }
    }

    /// The same window, begun at `now`: for a delivery that came late.
    #[must_use]
    pub fn begin_at(self, now: Timestamp) -> Self {
        let ends_at = after(now, self.ends_at.duration_since(self.starts_at));
        let period = Period { starts_at: now, ..self.period.clone() };
        Self { starts_at: now, ends_at, period, ..self.changed() }
    }

    /// Refuses a plan that cannot renew it: one of other servers, or with other extras, because a cheap plan would
    /// keep a dear extra alive. One that a dispute has stopped is left alone until that is decided.
    pub fn renewable_by(&self, plan: &Plan) -> Result<(), Refusal> {
        if self.state == SubscriptionState::Frozen {
            return Err(Refusal::PaymentDisputed);
        }
        if self.state == SubscriptionState::Revoked || self.group_id != plan.group_id {
            return Err(Refusal::SubscriptionClosed);
        }
        if self.extras == plan.terms.extras { Ok(()) } else { Err(Refusal::ExtrasDiffer) }
    }

    /// More time and traffic for `price`; what is left is kept, but for what packs added.
    pub fn renew(self, terms: Terms, price: Money, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        let of = self.out_of_grace();
        let paid = of.credit(now)?.plus(price)?;
        let own = of.devices.saturating_sub(of.period.pack_devices);
        Ok(Self {
            state: of.revived(),
            ends_at: after(of.ends_at.max(now), days(terms.days)),
            limit: of.used.plus(of.plan_traffic_left()).plus(terms.traffic),
            devices: own.max(terms.devices),
            period: of.period.next(now, of.used, paid),
            ..of.changed()
        })
    }

    /// Another plan from now on, for `paid` in all; nothing of the old one is left. What was `used` since the old one was
    /// credited counts as used of the new one.
    pub fn change(self, terms: Terms, paid: Money, used: Traffic, now: Timestamp) -> Result<Self, Refusal> {
        if matches!(self.state, SubscriptionState::Revoked | SubscriptionState::Pending) {
            return Err(Refusal::SubscriptionClosed);
        }
        let used_before = self.used.minus(used);
        Ok(Self {
            state: self.revived(),
            starts_at: now,
            ends_at: after(now, days(terms.days)),
            limit: used_before.plus(terms.traffic),
            devices: terms.devices,
            period: self.period.next(now, used_before, paid),
            ..self.changed()
        })
    }

    /// What is left of the price that was paid for the current period.
    pub fn credit(&self, now: Timestamp) -> Result<Money, Refusal> {
        self.credit_of(self.plan_traffic_left(), now)
    }

    /// What would be left of that price if `left` of the plan's traffic were.
    pub fn credit_of(&self, left: Traffic, now: Timestamp) -> Result<Money, Refusal> {
        let end = self.period.paid_until(self.paid_end()).as_millisecond();
        let millis = |from: Timestamp| u64::try_from(end.saturating_sub(from.as_millisecond())).unwrap_or(0);
        let time = Share { left: millis(now), all: millis(self.period.starts_at) };
        let all = self.paid_limit().minus(self.period.used_before).minus(self.period.pack_traffic);
        let traffic = Share { left: left.as_bytes(), all: all.as_bytes() };
        proration::credit(self.period.paid, time, traffic)
    }

    /// Traffic that is left of the plan's: what a pack added is used last.
    #[must_use]
    pub const fn plan_traffic_left(&self) -> Traffic {
        self.paid_limit().minus(self.used).minus(self.period.pack_traffic)
    }

    const fn revived(&self) -> SubscriptionState {
        match self.state {
            SubscriptionState::Exhausted | SubscriptionState::Ended => SubscriptionState::Active,
            other => other,
        }
    }

    /// Refuses packs for one whose time is over or that was stopped.
    pub fn takes_packs(&self, now: Timestamp) -> Result<(), Refusal> {
        let running = matches!(self.state, SubscriptionState::Active | SubscriptionState::Exhausted);
        if running && now < self.paid_end() { Ok(()) } else { Err(Refusal::SubscriptionClosed) }
    }

    /// More traffic (in bytes) or devices until the period ends. Traffic brings it back when all was used.
    #[must_use]
    pub fn add(self, what: PackKind, amount: u64) -> Self {
        let mut more = self.changed();
        match what {
            PackKind::Traffic => {
                more = more.out_of_grace();
                let amount = Traffic::bytes(amount);
                // What ran over the limit was not paid for, and is not taken out of the pack.
                more.limit = more.used.plus(more.remaining()).plus(amount);
                more.period.pack_traffic = more.period.pack_traffic.plus(amount);
                if more.state == SubscriptionState::Exhausted {
                    more.state = SubscriptionState::Active;
                }
                more.period.told.remove(&Told::MostTraffic);
                more.period.told.remove(&Told::NearlyAllTraffic);
            }
            PackKind::Devices => {
                let amount = u32::try_from(amount).unwrap_or(u32::MAX);
                more.devices = more.devices.saturating_add(amount);
                more.period.pack_devices = more.period.pack_devices.saturating_add(amount);
            }
        }
        more
    }

    /// Takes back what a pack of the current period added. What was used stays used.
    #[must_use]
    pub fn take(self, what: PackKind, amount: u64, now: Timestamp) -> Self {
        let mut less = self.out_of_grace().changed();
        match what {
            PackKind::Traffic => {
                let amount = Traffic::bytes(amount).min(less.period.pack_traffic);
                less.limit = less.limit.minus(amount).max(Traffic::bytes(1));
                less.period.pack_traffic = less.period.pack_traffic.minus(amount);
            }
            PackKind::Devices => {
                let amount = u32::try_from(amount).unwrap_or(u32::MAX).min(less.period.pack_devices);
                less.devices = less.devices.saturating_sub(amount).max(1);
                less.period.pack_devices = less.period.pack_devices.saturating_sub(amount);
            }
        }
        less.enforce(now)
    }

    /// Takes back what a renewal for `price` gave. What was used stays used, so it may end the subscription at once.
    /// `kept` is what the orders that stay gave, newest first: devices and plan are theirs again. It is not renewed by
    /// itself any more: what was just taken back would be charged again.
    pub fn undo_renewal(
        self,
        terms: Terms,
        price: Money,
        kept: &[Sale],
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        let of = self.out_of_grace();
        let ends_at = after(of.ends_at, -days(terms.days));
        let limit = of.limit.minus(terms.traffic).max(Traffic::bytes(1));
        let own = kept.iter().map(|sale| sale.terms.devices).max();
        let devices = own.map_or(of.devices, |own| own.saturating_add(of.period.pack_devices));
        let (plan_id, plan_name) = match kept.first() {
            Some(sale) => (sale.plan_id, sale.plan_name.clone()),
            None => (of.plan_id, of.plan_name.clone()),
        };
        let paid = of.period.paid.minus(price)?;
        let paid = if paid.is_positive() { paid } else { Money::zero(paid.currency) };
        let period = Period { number: of.period.number.saturating_add(1), paid, ..of.period.clone() };
        let undone =
            Self { plan_id, plan_name, ends_at, limit, devices, period, auto_renew: false, ..of.changed() };
        Ok(undone.enforce(now))
    }

    /// What its owner calls it from now on.
    pub fn rename(self, name: &str) -> Result<Self, Refusal> {
        let name = name.trim();
        // Marks that turn the direction of writing would turn the page around the name.
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        let length_ok = (1..=40).contains(&name.chars().count());
        if !length_ok || name.chars().any(|c| turns(c) || breaks(c)) {
            return Err(Refusal::bad_input("name", "1 to 40 characters, no control characters"));
        }
        Ok(Self { name: Some(name.to_owned()), ..self })
    }

    /// Notes that something was told or tried in this period.
    #[must_use]
    pub fn tell(self, what: Told) -> Self {
        Self { period: self.period.clone().tell(what), ..self }
    }

    /// Taken back for ever.
    #[must_use]
    pub fn revoke(self) -> Self {
        if self.state == SubscriptionState::Revoked {
            return self;
        }
        Self { state: SubscriptionState::Revoked, ..self.out_of_grace().changed() }
    }

    /// Stopped by the operator.
    pub fn suspend(self) -> Result<Self, Refusal> {
        match self.state {
            SubscriptionState::Revoked => Err(Refusal::SubscriptionClosed),
            SubscriptionState::Suspended => Ok(self),
            _ => Ok(Self { state: SubscriptionState::Suspended, ..self.out_of_grace().changed() }),
        }
    }

    /// Let go by the operator.
    pub fn resume(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            SubscriptionState::Suspended | SubscriptionState::Frozen => {
                Ok(Self { state: SubscriptionState::Active, ..self.changed() }.enforce(now))
            }
            _ => Err(Refusal::SubscriptionClosed),
        }
    }

    /// Adds what was used since the last look, and stops the subscription when nothing is left.
    #[must_use]
    pub fn consume(self, delta: Traffic, now: Timestamp) -> Self {
        Self { used: self.used.plus(delta), ..self }.enforce(now)
    }

    /// Ends or exhausts an active subscription whose time or traffic is over.
    #[must_use]
    pub fn enforce(self, now: Timestamp) -> Self {
        if self.state != SubscriptionState::Active {
            return self;
        }
        let state = if now >= self.ends_at {
            SubscriptionState::Ended
        } else if self.used >= self.limit {
            SubscriptionState::Exhausted
        } else {
            return self;
        };
        if self.in_grace() {
            return self.out_of_grace().enforce(now);
        }
        Self { state, ..self.changed() }
    }

    fn changed(self) -> Self {
        Self { generation: self.generation.saturating_add(1), ..self }
    }
}

impl SubscriptionState {
    /// In snake case, for interfaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Exhausted => "exhausted",
            Self::Ended => "ended",
            Self::Suspended => "suspended",
            Self::Frozen => "frozen",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
pub(crate) use tests::example;

#[cfg(test)]
mod tests;
