//! The bots that run, known to who answers and to who tells.

use crate::{notifier::Telegram, talk::Running};
use nexa_core::{engine::Nexa, ids::ShopId, ports::notifier::Notifier};
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

/// The bots that run, and the engine that they run over. It is there before the engine is, because the engine is built
/// with the notifier that speaks through them.
#[derive(Clone, Default)]
pub struct Roster(Arc<Listed>);

#[derive(Default)]
struct Listed {
    nexa: OnceLock<Nexa>,
    running: RwLock<HashMap<ShopId, Arc<Running>>>,
}

impl Roster {
    /// What tells customers of these bots' shops, to be given to the engine.
    #[must_use]
    pub fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::new(Telegram(self.clone()))
    }

    /// Names the engine. One list serves one engine; who names a second one keeps the first.
    pub(crate) fn serve(&self, nexa: &Nexa) {
        let _served = self.0.nexa.set(nexa.clone());
    }

    /// The engine and the bot of a shop that runs.
    pub(crate) fn of(&self, shop: ShopId) -> Option<(Nexa, Arc<Running>)> {
        Some((self.0.nexa.get()?.clone(), self.running(shop)?))
    }

    pub(crate) fn running(&self, shop: ShopId) -> Option<Arc<Running>> {
        self.0.running.read().unwrap_or_else(PoisonError::into_inner).get(&shop).cloned()
    }

    pub(crate) fn shops(&self) -> Vec<ShopId> {
        self.0.running.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    pub(crate) fn write(&self, change: impl FnOnce(&mut HashMap<ShopId, Arc<Running>>)) {
        change(&mut self.0.running.write().unwrap_or_else(PoisonError::into_inner));
    }
}
