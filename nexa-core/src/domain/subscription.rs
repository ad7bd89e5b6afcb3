//! The right to use: a window of time, traffic, devices, and one link.
//!
//! `Pending → Active → (Exhausted | Ended | Suspended) → Active` by renewal or the operator; `Revoked` is final.

use super::{
    extras::Extras,
    grant::PanelId,
    measure::Traffic,
    order::Sale,
    plan::{Plan, Terms},
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
    /// Its identity on every panel. A link reset gives a new one.
    pub panel_id: PanelId,
    /// Rises with each change of what the panels should hold.
    pub generation: u32,
    /// Keyed hash of the link token.
    pub link_lookup: Fingerprint,
    /// The link token, sealed, so that link and QR can be shown again.
    pub link_sealed: String,
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
        Self { starts_at: now, ends_at, ..self.changed() }
    }

    /// Refuses a plan that cannot renew it: one of other servers, or with other extras, because a cheap plan would
    /// keep a dear extra alive.
    pub fn renewable_by(&self, plan: &Plan) -> Result<(), Refusal> {
        if self.state == SubscriptionState::Revoked || self.group_id != plan.group_id {
            return Err(Refusal::SubscriptionClosed);
        }
        if self.extras == plan.terms.extras { Ok(()) } else { Err(Refusal::ExtrasDiffer) }
    }

    /// More time and traffic; what is left is kept.
    pub fn renew(self, terms: Terms, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        let state = match self.state {
            SubscriptionState::Exhausted | SubscriptionState::Ended => SubscriptionState::Active,
            other => other,
        };
        Ok(Self {
            state,
            ends_at: after(self.ends_at.max(now), days(terms.days)),
            limit: self.used.plus(self.remaining()).plus(terms.traffic),
            devices: self.devices.max(terms.devices),
            ..self.changed()
        })
    }

    /// Takes back what a renewal gave. What was used stays used, so it may end the subscription at once. `kept` is what
    /// the orders that stay gave, newest first: devices and plan are theirs again.
    pub fn undo_renewal(self, terms: Terms, kept: &[Sale], now: Timestamp) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        let ends_at = after(self.ends_at, -days(terms.days));
        let limit = self.limit.minus(terms.traffic).max(Traffic::bytes(1));
        let devices = kept.iter().map(|sale| sale.terms.devices).max().unwrap_or(self.devices);
        let (plan_id, plan_name) = match kept.first() {
            Some(sale) => (sale.plan_id, sale.plan_name.clone()),
            None => (self.plan_id, self.plan_name.clone()),
        };
        Ok(Self { plan_id, plan_name, ends_at, limit, devices, ..self.changed() }.enforce(now))
    }

    /// Taken back for ever.
    #[must_use]
    pub fn revoke(self) -> Self {
        if self.state == SubscriptionState::Revoked {
            return self;
        }
        Self { state: SubscriptionState::Revoked, ..self.changed() }
    }

    /// Stopped by the operator.
    pub fn suspend(self) -> Result<Self, Refusal> {
        match self.state {
            SubscriptionState::Revoked => Err(Refusal::SubscriptionClosed),
            SubscriptionState::Suspended => Ok(self),
            _ => Ok(Self { state: SubscriptionState::Suspended, ..self.changed() }),
        }
    }

    /// Let go by the operator.
    pub fn resume(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            SubscriptionState::Suspended => {
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
        Self { state, ..self.changed() }
    }

    /// A new link and a new identity on the panels; the old ones die.
    pub fn reset_link(self, panel_id: PanelId, lookup: Fingerprint, sealed: String) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        Ok(Self { panel_id, link_lookup: lookup, link_sealed: sealed, ..self.changed() })
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
            Self::Revoked => "revoked",
        }
    }
}
/// A subscription in use: 50 GiB for 30 days from 1970.
#[cfg(test)]
pub(crate) fn example() -> Subscription {
    let nil = uuid::Uuid::nil();
    Subscription {
        id: nil.into(),
        shop_id: nil.into(),
        user_id: nil.into(),
        plan_id: nil.into(),
        plan_name: "Gold".to_owned(),
        group_id: nil.into(),
        state: SubscriptionState::Active,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: after(Timestamp::UNIX_EPOCH, days(30)),
        limit: Traffic::gib(50),
        used: Traffic::ZERO,
        devices: 2,
        extras: Extras::NONE,
        panel_id: PanelId::new(nil),
        generation: 1,
        link_lookup: Fingerprint(String::new()),
        link_sealed: String::new(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

#[cfg(test)]
mod tests;
