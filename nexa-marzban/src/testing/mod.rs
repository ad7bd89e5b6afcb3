//! [`FakeMarzban`]: an HTTP server that answers, refuses and fails as a Marzban 0.8.4 does by its source, and tells the truth
//! to tests. For tests only: its secrets are constants.

mod check;
pub mod fault;
mod serve;
pub mod state;

pub use fault::Fault;
pub use state::{FakeUser, Release};

use crate::names::username;
use nexa_core::domain::grant::PanelId;
use nexa_panel_http::testing::Listening;
use serde_json::{Value, json};
use state::State;
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Its admin's name.
pub const USERNAME: &str = "shop";
/// Its admin's password.
pub const PASSWORD: &str = "PIvqFsNe3mcCGn0z";

/// What requests share.
struct Shared {
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The panel. Stops when dropped.
pub struct FakeMarzban {
    shared: Arc<Shared>,
    listening: Listening,
}

impl FakeMarzban {
    /// Starts an empty panel on a free port of 127.0.0.1.
    pub async fn start(release: Release) -> io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::new(State::new(release)) });
        let behind = Arc::clone(&shared);
        let listening = Listening::start(move |request| serve::answer(Arc::clone(&behind), request)).await?;
        Ok(Self { shared, listening })
    }

    /// Where it listens, with a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.listening.port())
    }

    /// The adapter's configuration for it, with a deadline fit for tests.
    #[must_use]
    pub fn config(&self) -> Value {
        json!({
            "base_url": self.base_url(), "username": USERNAME, "password": PASSWORD,
            "allow_private": true, "deadline_seconds": 6,
        })
    }

    /// A token of its admin's.
    #[must_use]
    pub fn token(&self) -> String {
        self.shared.state().token()
    }

    /// All users.
    #[must_use]
    pub fn users(&self) -> Vec<FakeUser> {
        self.shared.state().users.values().cloned().collect()
    }

    /// The user with this name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<FakeUser> {
        self.shared.state().users.get(name).cloned()
    }

    /// The user that the adapter made for an identity.
    #[must_use]
    pub fn made(&self, panel_id: PanelId) -> Option<FakeUser> {
        self.user(&username(panel_id))
    }

    /// How often a user was made for an identity.
    #[must_use]
    pub fn creates_of(&self, panel_id: PanelId) -> u32 {
        self.shared.state().creates.get(&username(panel_id)).copied().unwrap_or(0)
    }

    /// Users that were deleted and made again, which must never happen.
    #[must_use]
    pub fn resurrected(&self) -> Vec<String> {
        let state = self.shared.state();
        let again = |name: &&String| state.creates.get(*name).is_some_and(|creates| *creates > 1);
        state.deleted.iter().filter(again).cloned().collect()
    }

    /// How often somebody signed in, or tried to.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.shared.state().sign_ins
    }

    /// How often it was asked for a page of its list.
    #[must_use]
    pub fn lists(&self) -> u64 {
        self.shared.state().lists
    }

    /// How many calls came.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }

    /// How many writes were under way at the same time, at most. Calls that were given up count for ever.
    #[must_use]
    pub fn most_writes_at_once(&self) -> u64 {
        self.shared.state().most_writing
    }

    /// Whether an app with this identity can connect.
    #[must_use]
    pub fn connects(&self, panel_id: PanelId) -> bool {
        self.shared.state().users.values().any(|user| user.connects(&panel_id.expose()))
    }

    /// Counts traffic of whoever has this identity. Whether somebody could connect with it.
    #[must_use]
    pub fn consume(&self, panel_id: PanelId, bytes: i64) -> bool {
        let mut state = self.shared.state();
        let user = state.users.values_mut().find(|user| user.connects(&panel_id.expose()));
        let Some(user) = user else { return false };
        user.used = user.used.saturating_add(bytes);
        true
    }

    /// Makes so many users with an identity each, as by hand.
    pub fn fill(&self, count: u32) {
        let mut state = self.shared.state();
        for number in 0..count {
            let id = format!("{number:08x}-0000-4000-8000-000000000000");
            let user = json!({"username": format!("hand{number:05}"), "proxies": {"vless": {"id": id}}});
            state.create(user.as_object().unwrap_or(&serde_json::Map::new()));
        }
    }

    /// It is updated to another release, or replaced by it.
    pub fn becomes(&self, release: Release) {
        self.shared.state().release = release;
    }

    /// Deletes a user behind everyone's back.
    pub fn lose(&self, name: &str) {
        self.shared.state().users.remove(name);
    }

    /// Lets the next call that it fits meet this fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.state().faults.push(fault);
    }

    /// Lets `per_mille` of all calls meet a passing fault; 0 ends it.
    pub fn set_storm(&self, seed: u64, per_mille: u64) {
        self.shared.state().faults.set_storm(seed, per_mille);
    }

    /// Whether all users belong to another admin.
    pub fn set_foreign(&self, foreign: bool) {
        self.shared.state().foreign = foreign;
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

impl Drop for FakeMarzban {
    fn drop(&mut self) {
        self.shared.state().frozen = false;
    }
}
