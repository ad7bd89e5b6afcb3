//! What can be seen of a node: its identities, and how it fares.

use super::{Node, State, change::seen};
use crate::pool;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
    },
    ports::{outcome::Outcome, panel::PanelHealth},
};

/// SIP022 refuses clients whose clock differs by more than 30 seconds; theirs are off too.
const CLOCK_OFF: SignedDuration = SignedDuration::from_secs(15);

impl Node {
    /// One identity.
    #[must_use]
    pub fn find(&self, id: PanelId) -> Outcome<Seen> {
        match self.state().identities.get(&id) {
            Some(identity) => Outcome::Done(seen(id, identity)),
            None => Outcome::NotFound,
        }
    }

    /// Whether the node holds exactly this.
    #[must_use]
    pub fn holds(&self, grant: &Grant) -> Outcome<bool> {
        let state = self.state();
        let Some(identity) = state.identities.get(&grant.panel_id) else { return Outcome::NotFound };
        let held = &identity.held;
        Outcome::Done(
            held.enabled == grant.enabled
                && held.limit == grant.limit.as_bytes()
                && held.ends_at == grant.ends_at.as_millisecond()
                && held.devices == grant.devices
                && held.extras == grant.extras
                && self.has_block(held)
                && identity.account.meter.used() >= grant.counted.as_bytes(),
        )
    }

    /// Up to `most` identities behind `after`, in their order.
    #[must_use]
    pub fn list(&self, after: Option<PanelId>, most: usize) -> Vec<Seen> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        let state = self.state();
        state
            .identities
            .range((from, Unbounded))
            .take(most)
            .map(|(id, identity)| seen(*id, identity))
            .collect()
    }

    /// How it fares.
    #[must_use]
    pub fn health(&self) -> PanelHealth {
        let state = self.state();
        let can = self.can_give();
        let free = pool::free(&self.inner.pool, &state.leases, self.now(), self.settings().cool_down);
        let sold_out = Extras {
            dedicated_ip: can.dedicated_ip && free == 0,
            port_forward: can.port_forward && self.free_blocks(&state) == 0,
            ..Extras::NONE
        };
        let told = self.troubles(&state, free);
        PanelHealth {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            warning: (!told.is_empty()).then(|| told.join("; ")),
            offers: can,
            sold_out,
        }
    }

    /// What the operator should know, `free` addresses included.
    fn troubles(&self, state: &State, free: usize) -> Vec<String> {
        let settings = self.settings();
        let shut_out = state.identities.values().filter(|identity| identity.shut_out > 0).count();
        let mut told = Vec::new();
        if settings.public_host.is_none() {
            told.push("serves this machine only; set public_host to serve customers".to_owned());
        }
        if shut_out > 0 {
            told.push(format!("{shut_out} accesses are not served: their ports cannot be opened"));
        }
        if state.portless {
            told.push("takes nobody in: no port of node_ports can be opened".to_owned());
        }
        if let Some(why) = &state.disk {
            told.push(format!("cannot write: {why}"));
        }
        if let Some(by) = self.clock().jumped() {
            told.push(format!("the shop's clock and the node's differ by {} minutes", by.as_mins()));
        }
        let off = self.world().now().duration_since(self.clock().now()).abs();
        if settings.method.is_of_2022() && off > CLOCK_OFF {
            told.push(format!(
                "this machine's clock is off by {} seconds: apps may not connect",
                off.as_secs()
            ));
        }
        if !self.inner.strange.is_empty() {
            let list: Vec<String> = self.inner.strange.iter().map(ToString::to_string).collect();
            told.push(format!("not addresses of this machine: {}", list.join(", ")));
        }
        if !self.inner.pool.is_empty() {
            told.push(format!("{free} of {} addresses are free", self.inner.pool.len()));
        }
        let left = settings.ports.len().saturating_sub(state.ports.len());
        if left * 10 < settings.ports.len() {
            told.push(format!("{left} ports are left"));
        }
        told.extend(self.forwarding_troubles(state));
        told
    }
}
