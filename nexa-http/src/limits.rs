//! How often one address may try what is worth trying: signing in, guessing links, handing in receipts.
//!
//! Each process counts in memory, so a restart forgets; the lasting counters are the core's. Where somebody counts for all
//! processes of the installation ([`Config::limiter`](crate::Config::limiter)), a try needs the leave of both: so all
//! together let through what one would alone, and whatever becomes of the common counters, each of them never more.

mod far;
mod near;

use crate::address;
use far::Far;
use moka::sync::Cache;
use near::Near;
use nexa_core::{
    domain::refusal::Refusal,
    ids::GatewayId,
    ports::limiter::{Limiter, Pace, Taken},
};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Signing up, signing in, claiming a shop: 20 in 10 minutes.
    Account,
    /// Handing in pictures, of receipts and in tickets: 20 in 10 minutes.
    Receipt,
    /// Saying whether articles helped: 20 in 10 minutes.
    Judgement,
}

impl Gate {
    /// Tries in a window, at each of them.
    pub const QUOTA: u32 = 20;
    /// The window.
    pub const WINDOW_SECONDS: u32 = 600;

    /// As a pace.
    const fn pace(self) -> Pace {
        Pace { name: self.name(), burst: Self::QUOTA, window_seconds: Self::WINDOW_SECONDS }
    }

    /// Its name, as programs see it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Receipt => "receipt",
            Self::Judgement => "judgement",
        }
    }
}

/// What one address has used of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spent {
    /// Of which.
    pub gate: Gate,
    /// Tries that are left now.
    pub left: u32,
    /// Seconds until all of them are there again, if nothing is tried meanwhile.
    pub whole_in_seconds: u32,
}

/// The counters.
pub struct Limits {
    near: Near,
    far: Far,
    links: Misses,
    /// Forgeries, by what they were sent to: a processor calls many shops from one address, and the wrong secret of one
    /// must not keep it from the others.
    forged: Misses,
    /// Callbacks for no gateway.
    hooks: Misses,
}

/// Look-ups in a second for addresses that guess, all together: an indexed read each.
const PATIENCE: Pace = Pace { name: "patience", burst: 50, window_seconds: 1 };
const PENALTY: Duration = Duration::from_mins(1);
const TOO_MANY: Refusal = Refusal::TooManyAttempts { wait_seconds: 60 };

/// Who was wrong too often is shut out for a while.
struct Misses {
    /// So many wrong ones a minute are an accident.
    accident: Pace,
    shut: Cache<String, ()>,
}

impl Misses {
    fn beyond(name: &'static str, count: u32) -> Self {
        let shut = Cache::builder().max_capacity(10_000).time_to_live(PENALTY).build();
        Self { accident: Pace { name, burst: count, window_seconds: 60 }, shut }
    }

    fn is_shut(&self, subject: &str) -> bool {
        self.shut.contains_key(subject)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Limits {
    /// Fresh counters, beside those of somebody who counts for all processes.
    pub fn new(limiter: Option<Arc<dyn Limiter>>) -> Self {
        Self {
            near: Near::default(),
            far: Far::new(limiter),
            links: Misses::beyond("links", 30),
            forged: Misses::beyond("forged", 60),
            hooks: Misses::beyond("hooks", 60),
        }
    }

    /// Counts one try; refused when there were too many.
    pub async fn take(&self, gate: Gate, client: IpAddr) -> Result<(), Refusal> {
        self.spend(gate, client).await.1
    }

    /// The same, with what is left.
    pub async fn spend(&self, gate: Gate, client: IpAddr) -> (Spent, Result<(), Refusal>) {
        let (left, outcome) = match self.both(gate.pace(), &subject(client)).await {
            Taken::Granted { left } => (left, Ok(())),
            Taken::Early { wait_millis } => {
                let wait = u32::try_from(wait_millis / 1000).unwrap_or(u32::MAX).saturating_add(1);
                (0, Err(Refusal::TooManyAttempts { wait_seconds: wait }))
            }
        };
        let each = Gate::WINDOW_SECONDS / Gate::QUOTA;
        let whole_in_seconds = Gate::QUOTA.saturating_sub(left).saturating_mul(each);
        (Spent { gate, left, whole_in_seconds }, outcome)
    }

    /// The common counters first: what they refuse uses nothing here, so that whoever waits for them waits once.
    async fn both(&self, pace: Pace, subject: &str) -> Taken {
        let far = self.far.count(pace, subject).await;
        if let Some(early @ Taken::Early { .. }) = far {
            return early;
        }
        match (far, self.near.count(pace, subject)) {
            (Some(Taken::Granted { left: far }), Taken::Granted { left: near }) => {
                Taken::Granted { left: far.min(near) }
            }
            (_, near) => near,
        }
    }

    /// Whether somebody who guesses gets one of the few look-ups. Asked here first: a flood costs the others no question.
    async fn patient(&self) -> bool {
        let granted = |taken| matches!(taken, Taken::Granted { .. });
        granted(self.near.count(PATIENCE, "")) && self.far.count(PATIENCE, "").await.is_none_or(granted)
    }

    /// Counts a wrong one; too many shut whoever tries out, here, and in each other process with the next wrong one there.
    async fn missed(&self, of: &Misses, subject: String) {
        let early = |taken| matches!(taken, Taken::Early { .. });
        let here = early(self.near.count(of.accident, &subject));
        if here || self.far.count(of.accident, &subject).await.is_some_and(early) {
            of.shut.insert(subject, ());
        }
    }

    /// Whether to look a link up. An address that guessed too many wrong ones in the last minute may belong to a carrier,
    /// with thousands of customers behind it, so valid links are still found; together such addresses get a bounded
    /// number of look-ups.
    pub async fn may_look_up_link(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.links.is_shut(&subject(client)) && !self.patient().await {
            return Err(TOO_MANY);
        }
        Ok(())
    }

    /// Counts a link that does not exist: 30 a minute are an accident, more are a search. From then on misses are
    /// refused.
    pub async fn missed_link(&self, client: IpAddr) -> Result<(), Refusal> {
        let subject = subject(client);
        let shut = self.links.is_shut(&subject);
        self.missed(&self.links, subject).await;
        if shut { Err(TOO_MANY) } else { Ok(()) }
    }

    /// Whether to read a callback at all. Whoever forged too many for this gateway in the last minute is not its
    /// provider. An address that asked for too many gateways that do not exist may still be one's: it gets a bounded
    /// number of look-ups, as with links.
    pub async fn may_call_back(&self, client: IpAddr, gateway: GatewayId) -> Result<(), Refusal> {
        let is_shut = self.forged.is_shut(&at_gateway(client, gateway));
        if is_shut || (self.hooks.is_shut(&subject(client)) && !self.patient().await) {
            return Err(TOO_MANY);
        }
        Ok(())
    }

    /// Counts a callback that was forged: 60 a minute are a wrong key, more are an attack.
    pub async fn forged_callback(&self, client: IpAddr, gateway: GatewayId) {
        self.missed(&self.forged, at_gateway(client, gateway)).await;
    }

    /// Counts a callback for no gateway, or at an endpoint that it does not have, and gives what to answer: from the 61st
    /// in a minute on, to wait.
    pub async fn missed_hook(&self, client: IpAddr) -> Refusal {
        let subject = subject(client);
        let shut = self.hooks.is_shut(&subject);
        self.missed(&self.hooks, subject).await;
        if shut { TOO_MANY } else { Refusal::NotFound }
    }
}

/// Whom an address is counted as.
fn subject(client: IpAddr) -> String {
    address::counted(client).to_string()
}

fn at_gateway(client: IpAddr, gateway: GatewayId) -> String {
    format!("{}|{gateway}", address::counted(client))
}

#[cfg(test)]
mod tests;
