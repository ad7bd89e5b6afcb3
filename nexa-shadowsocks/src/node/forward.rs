//! Ports for customers' own services: who has which, and the SSH server where they are opened.

use super::{Identity, Node, State};
use crate::{
    forward::{Forwarding, SshPort, password, user},
    ports::{PORTS_EACH, blocks, choose_block, is_block},
    store::Held,
};
use nexa_core::domain::{
    extras::{Extras, ForwardAccess},
    grant::PanelId,
};
use std::{collections::BTreeSet, sync::Arc};

impl Node {
    /// The first port of the block that an identity is to have: the one it has, or a free one.
    pub(super) fn block_for(
        &self,
        id: PanelId,
        extras: Extras,
        served: bool,
        state: &State,
    ) -> Result<Option<u16>, &'static str> {
        if !extras.port_forward {
            return Ok(None);
        }
        let range = &self.settings().forward_ports;
        let own = state.identities.get(&id).and_then(|identity| identity.held.forward);
        let kept = own.filter(|first| is_block(range, *first));
        if kept.is_none() && !served {
            return Ok(None);
        }
        let block = kept.or_else(|| choose_block(range, &taken(state), id));
        block.map(Some).ok_or("all ports for customers' services are in use")
    }

    /// Whether an identity has the ports that it should have: not after the settings have moved them.
    pub(super) fn has_block(&self, held: &Held) -> bool {
        let first = held.forward.filter(|first| is_block(&self.settings().forward_ports, *first));
        !held.extras.port_forward
            || held.stopped_at.is_some()
            || self.inner.forwarding.is_none()
            || first.is_some()
    }

    /// Blocks that nobody has.
    pub(super) fn free_blocks(&self, state: &State) -> usize {
        let range = &self.settings().forward_ports;
        let taken = taken(state).into_iter().filter(|first| is_block(range, *first)).count();
        usize::from(blocks(range)).saturating_sub(taken)
    }

    /// How an identity opens its ports.
    pub(super) fn forward_access(&self, id: PanelId, held: &Held) -> Option<ForwardAccess> {
        let settings = self.settings();
        let first = held.forward.filter(|first| is_block(&settings.forward_ports, *first))?;
        self.inner.forwarding.as_ref()?;
        Some(ForwardAccess {
            host: settings.host_in_links(),
            port: settings.forward_port,
            user: user(id),
            password: password(id),
            first_port: first,
            last_port: first.saturating_add(PORTS_EACH - 1),
        })
    }

    /// Opens the SSH port, if this node has one and it is not open.
    pub(super) fn open_ssh(&self) {
        let Some(forwarding) = &self.inner.forwarding else { return };
        let mut state = self.state();
        if state.ssh.is_none() {
            state.ssh = SshPort::open(forwarding).ok();
            state.ssh_shut = state.ssh.is_none();
        }
    }

    /// What is wrong with forwarding, in words for the operator.
    pub(super) fn forwarding_troubles(&self, state: &State) -> Vec<String> {
        let mut told = Vec::new();
        let settings = self.settings();
        if self.inner.forwarding.is_none() {
            let without = state.identities.values().filter(|identity| identity.held.extras.port_forward);
            let count = without.count();
            if count > 0 {
                told.push(format!("{count} accesses cannot open their ports; set node_forward_port"));
            }
            return told;
        }
        if state.ssh_shut {
            told.push(format!(
                "customers cannot open their ports: port {} cannot be opened",
                settings.forward_port
            ));
        }
        let (left, all) = (self.free_blocks(state), usize::from(blocks(&settings.forward_ports)));
        if left * 10 < all {
            told.push(format!("{left} of {all} blocks of forwarded ports are left"));
        }
        told
    }
}

impl Identity {
    /// Lets it open its ports, or closes them with all that came through them, as it should be at `now`.
    pub(super) fn settle_forwards(&mut self, id: PanelId, forwarding: Option<&Arc<Forwarding>>, now: i64) {
        let first = self.held.forward.filter(|_| self.may_connect(now));
        if self.forwards.as_ref().map(crate::forward::Open::first) == first {
            return;
        }
        // The old leave first: it takes the name with it that the new one needs.
        self.forwards = None;
        self.forwards =
            first.zip(forwarding).and_then(|(first, forwarding)| forwarding.open(id, first, &self.account));
    }
}

fn taken(state: &State) -> BTreeSet<u16> {
    state.identities.values().filter_map(|identity| identity.held.forward).collect()
}
