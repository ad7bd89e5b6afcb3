//! Calls the bot's address with every update, and again until it is taken.

use super::{server::Shared, state::Webhook};
use serde_json::Value;
use std::sync::Arc;
use tokio::{
    runtime::Handle,
    time::{Duration, sleep, timeout},
};

/// Between two tries. Telegram waits longer.
const AGAIN: Duration = Duration::from_millis(100);

/// The longest that a call waits for its answer.
const DEADLINE: Duration = Duration::from_mins(1);

/// Goes on for as long as the server runs.
pub async fn deliver(shared: Arc<Shared>) {
    let client = reqwest_teloxide::Client::builder().timeout(DEADLINE).build().expect("a client");
    let here = Handle::current();
    loop {
        let changed = shared.changed.notified();
        while let Some((id, body, hook, address)) = next(&shared) {
            let (shared, client) = (Arc::clone(&shared), client.clone());
            here.spawn(async move {
                let taken = call(&client, &hook, &address, &body).await;
                if !taken {
                    sleep(AGAIN).await;
                }
                shared.change(|state| {
                    if taken {
                        state.updates.retain(|update| update.id != id);
                    } else if let Some(update) = state.updates.iter_mut().find(|update| update.id == id) {
                        update.flying = false;
                    }
                });
            });
        }
        drop(timeout(AGAIN, changed).await);
    }
}

fn next(shared: &Shared) -> Option<(i64, Value, Webhook, String)> {
    let mut state = shared.lock();
    let hook = state.webhook.clone().filter(|_| !state.down)?;
    let moved =
        state.hosts.iter().find_map(|(host, at)| Some(format!("{at}{}", hook.url.strip_prefix(host)?)));
    let address = moved.unwrap_or_else(|| hook.url.clone());
    let update = state.updates.iter_mut().find(|update| !update.flying)?;
    update.flying = true;
    Some((update.id, update.body.clone(), hook, address))
}

async fn call(client: &reqwest_teloxide::Client, hook: &Webhook, address: &str, body: &Value) -> bool {
    let mut request = client.post(address).header("content-type", "application/json").body(body.to_string());
    if let Some(secret) = &hook.secret {
        request = request.header("x-telegram-bot-api-secret-token", secret);
    }
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}
