//! Whose session a token is, and which are over, as far as it is known.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

/// Most sessions that are remembered; one that is forgotten is asked for again.
const MOST: usize = 10_000;

/// By digests of tokens.
#[derive(Default)]
pub(super) struct Accounts(Mutex<HashMap<String, String>>);

impl Accounts {
    pub fn known(&self, session: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }

    pub fn learn(&self, session: &str, account: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(session.to_owned(), account.to_owned());
    }
}

/// Drawers of sessions that are over: an answer that was on its way meanwhile is not kept in them.
#[derive(Default)]
pub(super) struct Ended(Mutex<HashSet<String>>);

impl Ended {
    pub fn has(&self, drawer: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(drawer)
    }

    pub fn add(&self, drawer: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(drawer.to_owned());
    }
}
