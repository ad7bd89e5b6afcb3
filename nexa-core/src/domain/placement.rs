//! Which servers a subscription is placed on, and in which order a link shows them. Pure: the caller brings the load.

use super::server::{Group, Server, ServerState};
use crate::ids::ServerId;

/// A server and how many subscriptions it holds.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The server.
    pub server: &'a Server,
    /// Subscriptions on it.
    pub load: u32,
}

/// The servers for a new subscription, best first: open ones with room, healthy before unhealthy, the wished region
/// before others, the emptiest (by share of capacity) first. As many as the group spreads to.
#[must_use]
pub fn place(group: &Group, candidates: &[Candidate<'_>], region: Option<&str>) -> Vec<ServerId> {
    let room = |c: &&Candidate<'_>| c.server.capacity == 0 || c.load < c.server.capacity;
    let mut open: Vec<&Candidate<'_>> =
        candidates.iter().filter(|c| c.server.state == ServerState::Open).filter(room).collect();
    open.sort_by_key(|c| (!c.server.health.up, !wished(c.server, region), fill(c), c.server.id));
    let wanted =
        if group.spread == 0 { open.len() } else { usize::try_from(group.spread).unwrap_or(usize::MAX) };
    open.into_iter().take(wanted).map(|c| c.server.id).collect()
}

/// The order in which a link shows servers: healthy first, then by name.
#[must_use]
pub fn display_order(mut servers: Vec<&Server>) -> Vec<&Server> {
    servers.sort_by(|a, b| (!a.health.up, &a.name, a.id).cmp(&(!b.health.up, &b.name, b.id)));
    servers
}

fn wished(server: &Server, region: Option<&str>) -> bool {
    region.is_none() || server.region.as_deref() == region
}

/// Load in thousandths of the capacity; without a capacity, of 1000 subscriptions.
fn fill(candidate: &Candidate<'_>) -> u64 {
    let capacity = if candidate.server.capacity == 0 { 1000 } else { candidate.server.capacity };
    u64::from(candidate.load) * 1000 / u64::from(capacity)
}
