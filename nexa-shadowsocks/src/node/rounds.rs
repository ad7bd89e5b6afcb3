//! What a node does by itself, each second: closes what is over, opens what may be open, and writes counters down.

use super::{
    Node,
    change::{apply_leases, released},
};
use crate::{
    plane::{
        account::Account,
        devices::Devices,
        door::{Door, For},
        meter::Meter,
        outbound::Route,
    },
    pool::{self, Leases},
    store::{Change, Held, Lease},
};
use nexa_core::{domain::grant::PanelId, error::Failure};
use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// How often, and so the most traffic-seconds that a crash leaves uncounted.
const EVERY: Duration = Duration::from_secs(1);
/// Seconds for which a port that another program sits on is waited for, before the identity moves to another one.
const WAIT_FOR_PORT: u32 = 30;
/// Rounds after which the machine is asked for its addresses again.
const LOOK_AROUND: u64 = 60;
/// The name of the fact that holds the trunk's secret.
const TRUNK: &str = "trunk";

/// What one round found to do.
#[derive(Default)]
struct Work {
    close: Vec<Door>,
    open: Vec<(PanelId, Route)>,
    change: Change,
}

impl Node {
    /// Serves until `stop` is ready; then closes every port and writes the last counters down.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut rounds = 0_u64;
        let mut beat = interval(EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = beat.tick() => self.round().await,
            }
            rounds += 1;
            if rounds.is_multiple_of(LOOK_AROUND) {
                self.inner.plane.look_around();
            }
        }
        let (doors, ssh): (Vec<Door>, _) = {
            let mut state = self.state();
            let trunk = state.trunk.take();
            let ssh = state.ssh.take();
            let all = state.identities.values_mut().filter_map(|identity| identity.door.take());
            (all.chain(trunk).collect(), ssh)
        };
        if let Some(ssh) = ssh {
            ssh.close().await;
        }
        for door in doors {
            door.close().await;
        }
        let change = self.survey().change;
        // What could not be written is told; there is nobody left to try again.
        drop(self.keep(change).await);
    }

    /// One round.
    pub async fn round(&self) {
        let _turn = self.inner.changing.lock().await;
        let mut work = self.survey();
        for door in work.close {
            door.close().await;
        }
        for (id, route) in work.open {
            self.reopen(id, route, &mut work.change).await;
        }
        self.open_trunk().await;
        self.open_ssh();
        let change = work.change;
        if change.held.is_empty() && change.counters.is_empty() && change.leases.is_empty() {
            return;
        }
        let counters = change.counters.clone();
        let leases = change.leases.clone();
        let held: Vec<PanelId> = change.held.iter().map(|(id, _)| *id).collect();
        match self.keep(change).await {
            Ok(()) => {
                let mut state = self.state();
                apply_leases(&mut state.leases, &leases);
                for id in held {
                    if let Some(identity) = state.identities.get_mut(&id) {
                        identity.dirty = false;
                    }
                }
                for (id, counter) in counters {
                    if let Some(identity) = state.identities.get_mut(&id) {
                        identity.kept = counter;
                    }
                }
            }
            Err(failure) => tracing::error!(error = failure.what, "the node cannot write its counters"),
        }
    }

    /// Looks at every identity.
    fn survey(&self) -> Work {
        let now = self.now();
        let keep = i64::try_from(self.settings().keep.as_millis()).unwrap_or(i64::MAX);
        let mut work = Work::default();
        let mut state = self.state();
        let state = &mut *state;
        let mut leases = state.leases.clone();
        for (id, identity) in &mut state.identities {
            let counter = identity.account.meter.used();
            if counter != identity.kept {
                work.change.counters.push((*id, counter));
            }
            identity.settle_forwards(*id, self.inner.forwarding.as_ref(), now);
            let may = identity.may_connect(now);
            if may != identity.held.stopped_at.is_none() {
                identity.held.stopped_at = (!may).then_some(now);
                identity.dirty = true;
            }
            let long_gone = identity.held.stopped_at.is_some_and(|since| now.saturating_sub(since) >= keep);
            if long_gone && (identity.held.port != 0 || identity.held.forward.is_some()) {
                // Its ports are others' from now on; it gets new ones when it comes back.
                state.ports.remove(&identity.held.port);
                (identity.held.port, identity.held.forward) = (0, None);
                identity.dirty = true;
            }
            if identity.dirty {
                work.change.held.push((*id, identity.held.clone()));
            }
            let moved = may && self.moved(&identity.held, &mut leases, &mut work.change.leases, now);
            let open = identity.door.as_mut().is_some_and(Door::is_open);
            if !may || !open || moved {
                work.close.extend(identity.door.take());
            }
            if may && !open && !moved && identity.held.port != 0 {
                match self.route(&identity.held, &state.leases) {
                    Some(route) => work.open.push((*id, route)),
                    None => identity.shut_out = identity.shut_out.saturating_add(1),
                }
            }
        }
        // Who may come back soon keeps its address.
        let needs = |held: &Held| held.stopped_at.is_none_or(|since| now.saturating_sub(since) < keep);
        let holders: BTreeSet<&str> = state
            .identities
            .values()
            .map(|i| &i.held)
            .filter(|held| needs(held))
            .map(|h| h.label.as_str())
            .collect();
        for (at, lease) in &state.leases {
            if lease.released_at.is_none() && !holders.contains(lease.holder.as_str()) {
                work.change.leases.push((*at, Some(released(lease.holder.clone(), now))));
            }
        }
        work
    }

    /// Gives an identity another address when the settings have taken its own away. Its port is opened again in the next
    /// round, when that is written down.
    fn moved(
        &self,
        held: &Held,
        leases: &mut Leases,
        changes: &mut Vec<(IpAddr, Option<Lease>)>,
        now: i64,
    ) -> bool {
        let own = pool::of(leases, &held.label);
        if !held.extras.dedicated_ip || own.is_some_and(|own| self.inner.pool.contains(&own)) {
            return false;
        }
        let rest = self.settings().cool_down;
        let Some(at) = pool::choose(&self.inner.pool, leases, &held.label, now, rest) else { return false };
        let taken = Lease { holder: held.label.clone(), released_at: None };
        let given_up = own.map(|old| (old, Some(released(held.label.clone(), now))));
        let change: Vec<_> = given_up.into_iter().chain([(at, Some(taken))]).collect();
        apply_leases(leases, &change);
        changes.extend(change);
        true
    }

    async fn reopen(&self, id: PanelId, route: Route, change: &mut Change) {
        let Some((mut held, account, shut_out)) = self
            .state()
            .identities
            .get(&id)
            .map(|identity| (identity.held.clone(), Arc::clone(&identity.account), identity.shut_out))
        else {
            return;
        };
        let port = held.port;
        let door = if shut_out < WAIT_FOR_PORT {
            self.open_door(id, port, route, &account).await.ok()
        } else {
            self.open_somewhere(id, &mut held, route, &account).await
        };
        let mut state = self.state();
        if door.is_some() && held.port != port {
            tracing::warn!(from = port, to = held.port, "another program took a port; the access moved");
            state.ports.remove(&port);
            state.ports.insert(held.port);
            change.held.push((id, held.clone()));
        }
        if let Some(identity) = state.identities.get_mut(&id) {
            identity.shut_out = if door.is_some() { 0 } else { shut_out.saturating_add(1) };
            identity.dirty |= identity.held.port != held.port;
            identity.held.port = held.port;
            identity.door = door;
        }
    }

    /// Opens the port where other nodes hand over traffic, if this node is an exit.
    async fn open_trunk(&self) {
        let port = self.settings().trunk_port;
        if port == 0 || self.state().trunk.as_mut().is_some_and(Door::is_open) {
            return;
        }
        let account = Account { meter: Meter::new(0, u64::MAX), devices: Devices::new(u32::MAX), pace: None };
        let opened = match self.trunk_password() {
            Ok(password) => {
                let route = Route::Direct(None);
                Door::open(&self.inner.plane, port, &password, route, Arc::new(account), For::Nodes)
                    .await
                    .ok()
            }
            Err(failure) => {
                tracing::error!(error = failure.what, "the trunk has no key");
                None
            }
        };
        self.state().trunk = opened;
    }

    fn trunk_password(&self) -> Result<String, Failure> {
        let secret = self.inner.store.secret(TRUNK, &self.inner.world)?;
        Ok(self.settings().method.password_from(&secret))
    }

    /// The link for `node_exit` of the nodes that leave through this one; a secret. `None` when it is no exit.
    pub fn trunk_link(&self) -> Result<Option<String>, Failure> {
        let port = self.settings().trunk_port;
        if port == 0 {
            return Ok(None);
        }
        Ok(Some(self.share_link(port, &self.trunk_password()?, "trunk")))
    }
}
