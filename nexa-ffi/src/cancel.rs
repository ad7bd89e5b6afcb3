//! What ends a call that waits.

use futures::{
    FutureExt,
    channel::oneshot,
    future::{Either, Shared, select},
};
use std::{
    pin::pin,
    sync::{Mutex, PoisonError},
};

/// Ends all that was begun with it, once.
pub(crate) struct Cancel {
    open: Mutex<Option<oneshot::Sender<()>>>,
    ended: Shared<oneshot::Receiver<()>>,
}

impl Default for Cancel {
    fn default() -> Self {
        let (open, ended) = oneshot::channel();
        Self { open: Mutex::new(Some(open)), ended: ended.shared() }
    }
}

impl Cancel {
    pub(crate) fn end(&self) {
        drop(self.open.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// What the work gives, or nothing when it is ended before.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match select(self.ended.clone(), pin!(work)).await {
            Either::Left(_) => None,
            Either::Right((value, _)) => Some(value),
        }
    }
}
