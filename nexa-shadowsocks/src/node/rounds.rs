//! What a node does by itself, each second: closes what is over, opens what may be open, and writes counters down.

use super::{
    Node,
    change::{apply_leases, released},
};
use crate::{
    plane::{account::Account, devices::Devices, door::Door, meter::Meter, outbound::Route},
    store::Change,
};
use nexa_core::{domain::grant::PanelId, error::Failure};
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// How often, and so the most traffic-seconds that a crash leaves uncounted.
const EVERY: Duration = Duration::from_secs(1);
/// Seconds for which a port that another program sits on is waited for, before the identity moves to another one.
const WAIT_FOR_PORT: u32 = 30;
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
        let mut beat = interval(EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = beat.tick() => self.round().await,
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
        match self.keep(change).await {
            Ok(()) => {
                let mut state = self.state();
                apply_leases(&mut state.leases, &leases);
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
        for (id, identity) in &mut state.identities {
            let counter = identity.account.meter.used();
            if counter != identity.kept {
                work.change.counters.push((*id, counter));
            }
            identity.settle_forwards(*id, self.inner.forwarding.as_ref(), now);
            let may = identity.may_connect(now);
            if may != identity.held.stopped_at.is_none() {
                identity.held.stopped_at = (!may).then_some(now);
                work.change.held.push((*id, identity.held.clone()));
            }
            let open = identity.door.as_mut().is_some_and(Door::is_open);
            if !may || !open {
                work.close.extend(identity.door.take());
            }
            if may && !open {
                match self.route(*id, &identity.held, &state.leases) {
                    Some(route) => work.open.push((*id, route)),
                    None => identity.shut_out = identity.shut_out.saturating_add(1),
                }
            }
        }
        for (at, lease) in &state.leases {
            let stopped = lease
                .holder
                .parse()
                .ok()
                .and_then(|id: PanelId| state.identities.get(&id))
                .is_none_or(|i| i.held.stopped_at.is_some_and(|since| now.saturating_sub(since) >= keep));
            if lease.released_at.is_none() && stopped {
                work.change.leases.push((*at, Some(released(lease.holder.clone(), now))));
            }
        }
        work
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
                Door::open(&self.inner.plane, port, &password, route, Arc::new(account)).await.ok()
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
