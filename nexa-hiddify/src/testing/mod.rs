//! [`FakeHiddify`]: an HTTP server that answers, and fails, like a real HiddifyPanel 10, 12, 13 or 14, and tells the
//! truth to tests. For tests only: its secrets are constants.

pub mod fault;
mod serve;
pub mod state;

pub use fault::Fault;
pub use state::{FakeUser, Release};

use nexa_panel_http::testing::Listening;
use serde_json::{Value, json};
use state::State;
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The secret part of its admin addresses.
pub const ADMIN_PATH: &str = "RRpzddQKtw8oVynG";
/// The secret part of its customers' addresses.
pub const CLIENT_PATH: &str = "6VN0TRy7qPiohRnT";
/// Its admin's uuid.
pub const ADMIN_KEY: &str = "58b4cd88-d97e-4071-ab2c-68c2d65a48ef";

/// What requests share.
pub struct Shared {
    admin_path: String,
    client_path: String,
    key: String,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The panel. Stops when dropped.
pub struct FakeHiddify {
    shared: Arc<Shared>,
    listening: Listening,
}

impl FakeHiddify {
    /// Starts an empty panel on a free port of 127.0.0.1.
    pub async fn start(release: Release) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            admin_path: ADMIN_PATH.into(),
            client_path: CLIENT_PATH.into(),
            key: ADMIN_KEY.into(),
            state: Mutex::new(State::new(release)),
        });
        let behind = Arc::clone(&shared);
        let listening = Listening::start(move |request| serve::answer(Arc::clone(&behind), request)).await?;
        Ok(Self { shared, listening })
    }

    /// The link that a real panel shows its admin.
    #[must_use]
    pub fn admin_link(&self) -> String {
        format!("http://127.0.0.1:{}/{ADMIN_PATH}/{ADMIN_KEY}/", self.listening.port())
    }

    /// The adapter's configuration for it, with a deadline fit for tests.
    #[must_use]
    pub fn config(&self) -> Value {
        json!({"admin_link": self.admin_link(), "allow_private": true, "deadline_seconds": 6})
    }

    /// All users.
    #[must_use]
    pub fn users(&self) -> Vec<FakeUser> {
        self.shared.state().users.values().cloned().collect()
    }

    /// One user.
    #[must_use]
    pub fn user(&self, uuid: &str) -> Option<FakeUser> {
        self.shared.state().users.get(uuid).cloned()
    }

    /// How often a user of this uuid was made.
    #[must_use]
    pub fn creates_of(&self, uuid: &str) -> u32 {
        self.shared.state().creates.get(uuid).copied().unwrap_or(0)
    }

    /// Users that were deleted and made again, which must never happen.
    #[must_use]
    pub fn resurrected(&self) -> Vec<String> {
        let state = self.shared.state();
        let again = |uuid: &&String| state.creates.get(*uuid).is_some_and(|creates| *creates > 1);
        state.deleted.iter().filter(again).cloned().collect()
    }

    /// How many sessions it had to make: one for every call without a cookie.
    #[must_use]
    pub fn sessions(&self) -> u64 {
        self.shared.state().sessions
    }

    /// How many writes were under way at the same time, at most. Calls that were given up count for ever.
    #[must_use]
    pub fn most_writes_at_once(&self) -> u64 {
        self.shared.state().most_writing
    }

    /// How many calls came.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }

    /// Counts traffic, as the panel's minutely job does. Whether the user was there and could connect.
    #[must_use]
    pub fn consume(&self, uuid: &str, bytes: u64) -> bool {
        let mut state = self.shared.state();
        let Some(user) = state.users.get_mut(uuid).filter(|user| user.connects()) else { return false };
        user.used = user.used.saturating_add(bytes);
        true
    }

    /// Sets a user's counter to zero, as a restored node does.
    pub fn reset_usage(&self, uuid: &str) {
        if let Some(user) = self.shared.state().users.get_mut(uuid) {
            user.used = 0;
        }
    }

    /// Deletes a user behind everyone's back, as an operator does.
    pub fn lose(&self, uuid: &str) {
        self.shared.state().users.remove(uuid);
    }

    /// Lets the next call that it fits meet this fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.state().faults.push(fault);
    }

    /// Lets `per_mille` of all writes meet a passing fault; 0 ends it.
    pub fn set_storm(&self, seed: u64, per_mille: u64) {
        self.shared.state().faults.set_storm(seed, per_mille);
    }

    /// Whether the key is a super admin's, which may read all settings.
    pub fn set_super_admin(&self, yes: bool) {
        self.shared.state().super_admin = yes;
    }

    /// Whether it takes calls and does not answer. Calls that are given up meanwhile take no effect.
    pub fn set_frozen(&self, frozen: bool) {
        self.shared.state().frozen = frozen;
    }

    /// Whether nothing listens. Open connections break.
    pub async fn set_down(&self, down: bool) -> io::Result<()> {
        self.listening.set_down(down).await
    }
}

impl Drop for FakeHiddify {
    fn drop(&mut self) {
        self.shared.state().frozen = false;
    }
}
