//! How the bot learns what happened: by asking, or by being called.

use super::{
    answer::Fault,
    params::Params,
    server::Shared,
    state::{State, Webhook},
};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, timeout_at};

/// Gives the updates from an offset on; all before it are forgotten. Waits for the first one.
pub async fn get(shared: &Shared, params: &Params) -> Result<Value, Fault> {
    let offset = params.int("offset").unwrap_or(0);
    let limit = params.int("limit").unwrap_or(100).clamp(1, 100);
    let seconds = u64::try_from(params.int("timeout").unwrap_or(0)).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    let turn = shared.change(|state| {
        state.polls += 1;
        state.updates.retain(|update| update.id >= offset);
        state.polls
    });
    loop {
        let changed = shared.changed.notified();
        {
            let state = shared.lock();
            if state.webhook.is_some() {
                return Err(Fault::conflict("can't use getUpdates method while webhook is active"));
            }
            if state.polls != turn {
                return Err(Fault::conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            let found: Vec<Value> = state
                .updates
                .iter()
                .take(usize::try_from(limit).unwrap_or(100))
                .map(|u| u.body.clone())
                .collect();
            if !found.is_empty() || state.down || Instant::now() >= until {
                return Ok(json!(found));
            }
        }
        // Looked at again every now and then: a change may have come between the look and the wait.
        let soon = until.min(Instant::now() + Duration::from_millis(100));
        drop(timeout_at(soon, changed).await);
    }
}

impl State {
    pub(super) fn set_webhook(&mut self, params: &Params) -> Result<Value, Fault> {
        let url = params.text("url").unwrap_or_default();
        if url.is_empty() {
            self.webhook = None;
            return Ok(json!(true));
        }
        if !url.starts_with("https://") {
            return Err(Fault::bad("bad webhook: An HTTPS URL must be provided for webhook"));
        }
        let secret = params.text("secret_token");
        let plain = |secret: &String| {
            let letters = secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            letters && (1..=256).contains(&secret.len())
        };
        if secret.as_ref().is_some_and(|secret| !plain(secret)) {
            return Err(Fault::bad("secret token contains unallowed characters"));
        }
        if !(1..=100).contains(&params.int("max_connections").unwrap_or(40)) {
            return Err(Fault::bad("max_connections is invalid"));
        }
        self.webhook = Some(Webhook { url, secret });
        Ok(json!(true))
    }
}
