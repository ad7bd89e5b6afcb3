//! Who is who on the panel: it knows its users by names, we know them by identities.

use crate::{api::Api, wire::User};
use data_encoding::HEXLOWER;
use nexa_core::domain::grant::PanelId;
use nexa_panel_http::answer::Answer;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The name of a user that we make: 32 letters and digits, which every version takes (`USERNAME_REGEXP` in
/// `app/models/user.py`). The identity, a credential, cannot be told from it: names stand in addresses, logs and messages.
#[must_use]
pub fn username(panel_id: PanelId) -> String {
    let digest = Sha256::digest(format!("nexa: user of {}", panel_id.expose()));
    let hash = HEXLOWER.encode(&digest);
    format!("nx{}", hash.get(..30).unwrap_or(&hash))
}

/// The names of users that somebody made by hand, as the list told them last.
#[derive(Default)]
pub struct Names {
    known: Mutex<Known>,
    /// Held by the one search that reads the list: whoever brings services along may ask for many at once.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    names: BTreeMap<PanelId, String>,
    read: Option<Instant>,
}

impl Names {
    /// The user with this identity: under our name, else under the name that the list told. Its absence is believed only if the
    /// list was read no longer ago than `age`; else it is read again.
    pub async fn find(&self, api: &Api, panel_id: PanelId, age: Duration) -> Answer<User> {
        match api.user(&username(panel_id)).await {
            Answer::Absent => {}
            other => return other,
        }
        match self.by_hand(api, panel_id).await {
            Answer::Absent => {}
            other => return other,
        }
        let _turn = self.reading.lock().await;
        if self.lock().read.is_some_and(|read| read.elapsed() < age) {
            // Perhaps read while this one waited.
            return self.by_hand(api, panel_id).await;
        }
        self.list(api).await.and_then(|users| {
            let found = users.into_iter().find(|(known, _)| *known == panel_id);
            found.map_or(Answer::Absent, |(_, user)| Answer::Fine(user))
        })
    }

    /// The user under the name that the list told, if it is still there and the same.
    async fn by_hand(&self, api: &Api, panel_id: PanelId) -> Answer<User> {
        let known = self.lock().names.get(&panel_id).cloned();
        let Some(name) = known else { return Answer::Absent };
        match api.user(&name).await {
            Answer::Fine(user) if user.carries(panel_id) => Answer::Fine(user),
            // Deleted, or given another identity.
            Answer::Fine(_) | Answer::Absent => {
                self.lock().names.remove(&panel_id);
                Answer::Absent
            }
            other => other,
        }
    }

    /// All users by their identities, each once. Who has none of its own is left out.
    pub async fn list(&self, api: &Api) -> Answer<BTreeMap<PanelId, User>> {
        api.users().await.and_then(|users| {
            let mut all = BTreeMap::<PanelId, User>::new();
            for user in users {
                let Some(panel_id) = user.panel_id() else { continue };
                // Of several with one identity, the one that we made is ours.
                if user.username == username(panel_id) || !all.contains_key(&panel_id) {
                    all.insert(panel_id, user);
                }
            }
            let by_hand = all.iter().filter(|(id, user)| user.username != username(**id));
            let names = by_hand.map(|(id, user)| (*id, user.username.clone())).collect();
            *self.lock() = Known { names, read: Some(Instant::now()) };
            Answer::Fine(all)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_always_the_same_and_tells_nothing() {
        let id: PanelId = "a59e4807-8100-45d7-83b6-f2248e3475f8".parse().unwrap();
        let name = username(id);
        assert_eq!(name, username(id));
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
        assert!(!name.contains("a59e4807") && !name.contains("f2248e3475f8"));
    }
}
