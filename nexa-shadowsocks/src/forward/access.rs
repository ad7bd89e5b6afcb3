//! Who may open which ports, and what was opened.

use super::Forwarding;
use crate::{plane::account::Account, ports::PORTS_EACH};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use nexa_core::domain::grant::PanelId;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// SSH connections of one identity at the same time: one for each port, and those that broke without a word.
const SESSIONS: usize = 8;

fn digest(label: &str, id: PanelId) -> [u8; 32] {
    Sha256::new().chain_update(label).chain_update(id.expose()).finalize().into()
}

/// The name that an identity signs in with: tells nothing about it and opens nothing.
#[must_use]
pub fn user(id: PanelId) -> String {
    let hash = digest("nexa forward user 1|", id);
    HEXLOWER.encode(hash.first_chunk::<6>().unwrap_or(&[0; 6]))
}

/// The password that goes with it: made from the identity alone, so that it comes back even when a node lost its disk.
/// 122 random bits stand behind it. Small letters and digits, because people type it.
#[must_use]
pub fn password(id: PanelId) -> String {
    let hash = digest("nexa forward password 1|", id);
    BASE32_NOPAD.encode(hash.first_chunk::<16>().unwrap_or(&[0; 16])).to_ascii_lowercase()
}

/// What one identity may open, and what it has open.
pub struct Access {
    /// SHA-256 of the password: of one length, so that comparing takes one time.
    secret: [u8; 32],
    first: u16,
    /// Who pays for what moves.
    pub account: Arc<Account>,
    /// Places for its SSH connections.
    pub sessions: Arc<Semaphore>,
    /// Places for visitors of its ports.
    pub visitors: Arc<Semaphore>,
    /// Everything ends with it.
    end: CancellationToken,
    /// Ports that are or were open, and what closes each.
    ports: Mutex<BTreeMap<u16, CancellationToken>>,
}

impl Access {
    fn ports(&self) -> MutexGuard<'_, BTreeMap<u16, CancellationToken>> {
        self.ports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The port that is meant by a wish: one of its own, or, for 0, the first of these that is not open.
    pub fn choose(&self, wish: u32) -> Option<u16> {
        let last = self.first.saturating_add(PORTS_EACH - 1);
        if wish == 0 {
            let ports = self.ports();
            return (self.first..=last)
                .find(|port| ports.get(port).is_none_or(CancellationToken::is_cancelled));
        }
        u16::try_from(wish).ok().filter(|port| (self.first..=last).contains(port))
    }

    /// Takes a port of its own; what is given closes it. An older connection that has it open loses it: after a line
    /// broke, the customer's new connection must not wait until the old one is found dead.
    pub fn take(&self, port: u16) -> CancellationToken {
        let closes = self.end.child_token();
        if let Some(older) = self.ports().insert(port, closes.clone()) {
            older.cancel();
        }
        closes
    }

    /// Returns when nothing may be open any more.
    pub async fn over(&self) {
        tokio::select! {
            () = self.end.cancelled() => {}
            () = self.account.meter.exhausted() => {}
        }
    }
}

/// All accesses, by the names that they sign in with.
#[derive(Default)]
pub struct Accesses {
    by_user: Mutex<HashMap<String, Arc<Access>>>,
}

impl Accesses {
    fn by_user(&self) -> MutexGuard<'_, HashMap<String, Arc<Access>>> {
        self.by_user.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access that these words open. A name that nobody has costs as much as one that somebody has.
    pub fn find(&self, user: &str, password: &str) -> Option<Arc<Access>> {
        let given: [u8; 32] = Sha256::digest(password).into();
        let access = self.by_user().get(user).map(Arc::clone);
        let secret = access.as_ref().map_or([0; 32], |access| access.secret);
        let fits = bool::from(given.ct_eq(&secret));
        access.filter(|access| fits && access.account.meter.has_left())
    }
}

/// An access that is open. Closed when it is dropped, with every connection that came through it.
pub struct Open {
    forwarding: Arc<Forwarding>,
    user: String,
    access: Arc<Access>,
}

impl Open {
    pub(super) fn new(
        forwarding: Arc<Forwarding>,
        id: PanelId,
        first: u16,
        account: Arc<Account>,
        visitors: usize,
    ) -> Self {
        let access = Arc::new(Access {
            secret: Sha256::digest(password(id)).into(),
            first,
            account,
            sessions: Arc::new(Semaphore::new(SESSIONS)),
            visitors: Arc::new(Semaphore::new(visitors)),
            end: CancellationToken::new(),
            ports: Mutex::default(),
        });
        let user = user(id);
        forwarding.accesses.by_user().insert(user.clone(), Arc::clone(&access));
        Self { forwarding, user, access }
    }

    /// The first port of its block.
    pub fn first(&self) -> u16 {
        self.access.first
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.forwarding.accesses.by_user().remove(&self.user);
        self.access.end.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_made_from_the_identity_and_do_not_show_it() {
        let id: PanelId = "0badc0de-0000-4000-8000-000000000000".parse().unwrap();
        let other: PanelId = "0badc0de-0000-4000-8000-000000000001".parse().unwrap();
        assert_eq!((user(id).len(), password(id).len()), (12, 26));
        assert_eq!((user(id), password(id)), (user(id), password(id)));
        assert_ne!(user(id), user(other));
        assert_ne!(password(id), password(other));
        assert!(!password(id).contains(&user(id)) && !user(id).contains("0badc0de"));
    }
}
