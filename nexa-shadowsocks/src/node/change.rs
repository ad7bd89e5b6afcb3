//! What the node is told: to hold an identity like this, or to forget it.

use super::{Identity, Node, State};
use crate::{
    plane::{account::Account, door::Door, outbound::Route},
    pool, ports,
    store::{Change, Held, Lease},
};
use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen, SeenEnd},
        measure::Traffic,
        time::from_millis,
    },
    error::{Failure, Part, Retry},
    ports::outcome::Outcome,
};
use std::{io::ErrorKind, net::IpAddr, sync::Arc};

/// Ports that are tried for one identity when other programs sit on them.
const TRIES: usize = 32;
/// The longest label; it is ours, and short.
const LABEL: usize = 500;

/// What will be, once it is written.
struct Plan {
    held: Held,
    counter: u64,
    leases: Vec<(IpAddr, Option<Lease>)>,
    /// The way out, if it is to be served now.
    route: Option<Route>,
    /// Whether a door that is open can stay open.
    keeps_door: bool,
}

impl Node {
    /// Makes the node hold exactly this.
    pub async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        let (node, grant) = (self.clone(), grant.clone());
        to_its_end(async move { node.apply_now(&grant).await }).await
    }

    async fn apply_now(&self, grant: &Grant) -> Outcome<Seen> {
        let _turn = self.inner.changing.lock().await;
        let plan = match self.plan(grant) {
            Ok(Some(plan)) => plan,
            Ok(None) => return self.find(grant.panel_id),
            Err(why) => return Outcome::Rejected(why),
        };
        match self.carry_out(grant.panel_id, plan).await {
            Ok(()) => self.find(grant.panel_id),
            Err(failure) => Outcome::Unreachable(failure.what),
        }
    }

    /// What is to be changed; `None` when everything is as it should be.
    fn plan(&self, grant: &Grant) -> Result<Option<Plan>, String> {
        let id = grant.panel_id;
        if grant.label.len() > LABEL {
            return Err("the label is too long".to_owned());
        }
        let lacks = self.can_give().missing(grant.extras);
        // Whoever is to be stopped is stopped, whatever this node can give by now.
        if grant.enabled && !lacks.is_none() {
            return Err(format!("this node cannot give: {}", lacks.names().join(", ")));
        }
        if grant.enabled && grant.extras.dedicated_ip && grant.extras.multi_hop {
            return Err("dedicated_ip and multi_hop exclude each other".to_owned());
        }
        let now = self.now();
        let state = self.state();
        let before = state.identities.get(&id);
        let used = before.map_or(0, |identity| identity.account.meter.used());
        let counter = used.max(grant.counted.as_bytes());
        let ends_at = grant.ends_at.as_millisecond();
        let served = grant.enabled && now < ends_at && counter < grant.limit.as_bytes();
        // Only who is served must have ports; who was stopped for long has lost them to others.
        let port = match before.map_or(0, |identity| identity.held.port) {
            0 if served => {
                ports::choose(&self.settings().ports, &state.ports, id).ok_or("all ports are in use")?
            }
            0 if before.is_none() => ports::choose(&self.settings().ports, &state.ports, id).unwrap_or(0),
            own => own,
        };
        let forward = self.block_for(id, grant.extras, served, &state)?;
        let held = Held {
            label: grant.label.clone(),
            enabled: grant.enabled,
            starts_at: grant.starts_at.as_millisecond(),
            ends_at,
            limit: grant.limit.as_bytes(),
            devices: grant.devices,
            extras: grant.extras,
            port,
            forward,
            stopped_at: None,
        };
        let stopped_at = before.and_then(|identity| identity.held.stopped_at).unwrap_or(now);
        let held = Held { stopped_at: (!served).then_some(stopped_at), ..held };
        let leases = self.leases_for(&held, served, &state, now)?;
        if before.is_some_and(|b| b.held == held && b.door.is_some() == served)
            && counter == used
            && leases.is_empty()
        {
            return Ok(None);
        }
        let mut after = state.leases.clone();
        apply_leases(&mut after, &leases);
        let route = if served { self.route(&held, &after) } else { None };
        let same_way = before.is_some_and(|b| same_way(b.held.extras, held.extras)) && leases.is_empty();
        Ok(Some(Plan { held, counter, leases, route, keeps_door: same_way && served }))
    }

    /// What changes among the leased addresses. A stopped identity keeps its address for a while; the rounds see to it.
    fn leases_for(
        &self,
        held: &Held,
        served: bool,
        state: &State,
        now: i64,
    ) -> Result<Vec<(IpAddr, Option<Lease>)>, String> {
        let holder = held.label.clone();
        let own = pool::of(&state.leases, &holder);
        if !held.extras.dedicated_ip {
            return Ok(own.map(|at| (at, Some(released(holder, now)))).into_iter().collect());
        }
        if !served {
            return Ok(Vec::new());
        }
        let rest = self.settings().cool_down;
        let at = pool::choose(&self.inner.pool, &state.leases, &holder, now, rest)
            .ok_or("no address of this node is free")?;
        if own == Some(at) {
            return Ok(Vec::new());
        }
        let given_up = own.map(|old| (old, Some(released(holder.clone(), now))));
        Ok(given_up.into_iter().chain([(at, Some(Lease { holder, released_at: None }))]).collect())
    }

    /// Opens the port first, so that what is written down is a port that works; then the disk, then the memory.
    async fn carry_out(&self, id: PanelId, mut plan: Plan) -> Result<(), Failure> {
        let (account, old_door) = self.account_for(id, &mut plan);
        if let Some(door) = old_door {
            door.close().await;
        }
        // In this order: the new count may lie above the old limit.
        account.meter.set_limit(plan.held.limit);
        account.meter.raise(plan.counter);
        let served = plan.held.stopped_at.is_none();
        let door = match plan.route.take() {
            Some(route) => self.open_somewhere(id, &mut plan.held, route, &account).await,
            None => None,
        };
        let portless = served && door.is_none() && !self.state().identities.contains_key(&id);
        self.state().portless = portless;
        if portless {
            let what = "no port can be opened for it".to_owned();
            return Err(Failure { part: Part::Panel, retry: Retry::Later, what });
        }
        let counter = account.meter.used();
        let change = Change {
            held: vec![(id, plan.held.clone())],
            counters: vec![(id, counter)],
            leases: plan.leases.clone(),
            ..Change::default()
        };
        let kept = self.keep(change).await;
        let mut state = self.state();
        if let Err(failure) = kept {
            // Nothing was changed; the rounds open again what was open.
            if let Some(identity) = state.identities.get(&id) {
                account.meter.set_limit(identity.held.limit);
            }
            return Err(failure);
        }
        apply_leases(&mut state.leases, &plan.leases);
        account.devices.set_most(plan.held.devices);
        let before = state.identities.remove(&id);
        if let Some(before) = &before {
            state.ports.remove(&before.held.port);
        }
        if plan.held.port != 0 {
            state.ports.insert(plan.held.port);
        }
        let (old_door, forwards) = before.map_or((None, None), |before| (before.door, before.forwards));
        let door = door.or(old_door);
        let mut identity =
            Identity { held: plan.held, account, kept: counter, door, shut_out: 0, dirty: false, forwards };
        identity.settle_forwards(id, self.inner.forwarding.as_ref(), self.now());
        state.identities.insert(id, identity);
        Ok(())
    }

    /// The account of an identity, and its door if that must be closed.
    fn account_for(&self, id: PanelId, plan: &mut Plan) -> (Arc<Account>, Option<Door>) {
        let mut state = self.state();
        let Some(identity) = state.identities.get_mut(&id) else {
            let fresh = Identity::new(plan.held.clone(), plan.counter, self.settings().mbit);
            return (fresh.account, None);
        };
        let open = identity.door.as_mut().is_some_and(Door::is_open);
        let account = Arc::clone(&identity.account);
        if plan.keeps_door && open {
            plan.route = None;
            return (account, None);
        }
        (account, identity.door.take())
    }

    /// Opens an identity's port; another one when a stranger sits on it. `None` when no port could be opened: the
    /// rounds try again, and `health` tells.
    pub(super) async fn open_somewhere(
        &self,
        id: PanelId,
        held: &mut Held,
        route: Route,
        account: &Arc<Account>,
    ) -> Option<Door> {
        let mut busy = self.state().ports.clone();
        for _ in 0..TRIES {
            match self.open_door(id, held.port, route.clone(), account).await {
                Ok(door) => return Some(door),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {
                    busy.insert(held.port);
                    held.port = ports::choose(&self.settings().ports, &busy, id)?;
                }
                Err(_) => return None,
            }
        }
        None
    }

    /// Forgets an identity for ever.
    pub async fn remove(&self, id: PanelId) -> Outcome<()> {
        let node = self.clone();
        to_its_end(async move { node.remove_now(id).await }).await
    }

    async fn remove_now(&self, id: PanelId) -> Outcome<()> {
        let _turn = self.inner.changing.lock().await;
        let lease = {
            let state = self.state();
            let Some(identity) = state.identities.get(&id) else { return Outcome::NotFound };
            let label = &identity.held.label;
            // After a link reset the new identity has the old one's address.
            let heir = state.identities.iter().any(|(other, i)| *other != id && i.held.label == *label);
            let own = pool::of(&state.leases, label).filter(|_| !heir);
            own.map(|at| (at, Some(released(label.clone(), self.now()))))
        };
        let leases: Vec<_> = lease.into_iter().collect();
        let change = Change { forgotten: vec![id], leases: leases.clone(), ..Change::default() };
        if let Err(failure) = self.keep(change).await {
            return Outcome::Unreachable(failure.what);
        }
        let gone = {
            let mut state = self.state();
            apply_leases(&mut state.leases, &leases);
            let gone = state.identities.remove(&id);
            if let Some(identity) = &gone {
                state.ports.remove(&identity.held.port);
            }
            gone
        };
        if let Some(door) = gone.and_then(|identity| identity.door) {
            door.close().await;
        }
        Outcome::Done(())
    }

    /// What this node could give, whether or not an address or a port is free.
    pub(super) fn can_give(&self) -> Extras {
        Extras {
            dedicated_ip: !self.inner.pool.is_empty(),
            multi_hop: self.inner.exit.is_some(),
            port_forward: self.inner.forwarding.is_some(),
        }
    }
}

/// Whether traffic leaves in the same way with both.
const fn same_way(one: Extras, other: Extras) -> bool {
    one.dedicated_ip == other.dedicated_ip && one.multi_hop == other.multi_hop
}

/// Does a change to its end, whether or not somebody still waits for it: half of one would leave disk and memory apart.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Outcome<T>> + Send + 'static,
) -> Outcome<T> {
    #[expect(clippy::disallowed_methods, reason = "like storage, the node owns the task of a change")]
    let change = tokio::task::spawn(work);
    let broke_off = |_| Outcome::Ambiguous("the change broke off".to_owned());
    change.await.unwrap_or_else(broke_off)
}

pub(super) fn seen(id: PanelId, identity: &Identity) -> Seen {
    Seen {
        panel_id: id,
        enabled: identity.held.enabled,
        limit: Traffic::bytes(identity.held.limit),
        counter: Traffic::bytes(identity.account.meter.used()),
        ends: SeenEnd::At(from_millis(identity.held.ends_at)),
        resets_every: None,
    }
}

pub(super) const fn released(holder: String, now: i64) -> Lease {
    Lease { holder, released_at: Some(now) }
}

pub(super) fn apply_leases(leases: &mut pool::Leases, changes: &[(IpAddr, Option<Lease>)]) {
    for (at, lease) in changes {
        match lease {
            Some(lease) => drop(leases.insert(*at, lease.clone())),
            None => drop(leases.remove(at)),
        }
    }
}
