//! How updates come from Telegram: we ask and wait, or it calls.

use crate::{bots::Bots, talk::Running};
use nexa_core::{domain::shop::Locale, ids::ShopId, text};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use teloxide::{
    Bot, RequestError,
    payloads::{GetUpdatesSetters, SetMyCommandsSetters, SetWebhookSetters},
    prelude::Requester,
    types::{AllowedUpdate, BotCommand, Update, UpdateKind},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use url::Url;

/// What Telegram shall tell us. Without the pre-checkout query no payment with Stars would go through.
const WANTED: [AllowedUpdate; 5] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::PreCheckoutQuery,
    AllowedUpdate::MyChatMember,
];
/// After Telegram could not be asked.
const PAUSE: Duration = Duration::from_secs(3);
/// When somebody else asks for the same bot's updates.
const PAUSE_OF_TWO: Duration = Duration::from_secs(30);
/// How long the next question waits for the answers to the last ones. It tells Telegram to forget them, so those that
/// take longer would be lost by a crash; and a payment that waits for its word of consent must not wait for them.
const PATIENCE: Duration = Duration::from_secs(3);
/// The commands in the bot's menu.
const COMMANDS: [&str; 6] = ["start", "buy", "services", "wallet", "settings", "help"];

/// Sets the bot's menu, in every language. Without it everything still works.
pub async fn introduce(running: &Running) {
    for locale in Locale::ALL {
        let commands =
            COMMANDS.map(|name| BotCommand::new(name, text::get(locale, &format!("bot-command-{name}"))));
        let request = running.post.bot().set_my_commands(commands);
        let request =
            if locale == running.view.shop.locale { request } else { request.language_code(locale.tag()) };
        if request.await.is_err() {
            tracing::warn!(shop = %running.view.shop.id, "the bot's menu could not be set");
            return;
        }
    }
}

/// Lets Telegram call.
pub async fn be_called(running: &Running, address: &str, secret: &str) {
    let Ok(url) = Url::parse(address) else {
        tracing::error!("the shop has no address that Telegram could call");
        return;
    };
    loop {
        let request = running.post.bot().set_webhook(url.clone());
        let request = request.secret_token(secret).allowed_updates(WANTED).max_connections(40);
        if request.await.is_ok() {
            return;
        }
        tracing::warn!(shop = %running.view.shop.id, "Telegram does not take the address to call");
        sleep(PAUSE_OF_TWO).await;
    }
}

/// Has Telegram call no more at this address; whether that is so. A bot that does not answer for us may well answer for
/// another program, whose address stays.
pub async fn be_called_no_more(bot: &Bot, address: &str) -> bool {
    let ours = match bot.get_webhook_info().await {
        Ok(info) => info.url.is_some_and(|url| url.as_str() == address),
        Err(error) => {
            tracing::warn!(kind = kind(&error), "Telegram does not say where it calls");
            return false;
        }
    };
    !ours || bot.delete_webhook().await.is_ok()
}

/// Asks for updates and has them answered, for as long as the bot runs.
pub async fn poll(bots: &Bots, shop: ShopId, seconds: u32) {
    let mut offset = 0;
    let mut answering = JoinSet::new();
    let mut called = true;
    loop {
        let asks = !bots.is_stopping() && bots.leads();
        let Some(running) = bots.running(shop).filter(|_| asks) else {
            let _busy = bots.busy();
            while answering.join_next().await.is_some() {}
            confirm(bots, shop, offset).await;
            return;
        };
        if called {
            // A webhook of before would keep the updates from us.
            called = running.post.bot().delete_webhook().await.is_err();
        }
        let request = running.ears.get_updates().offset(offset).timeout(seconds);
        match request.limit(100).allowed_updates(WANTED).await {
            // They came while this process slept; whoever leads now is told them, too.
            Ok(_) if !bots.leads() => {}
            Ok(updates) => {
                offset = updates.last().map_or(offset, next);
                for (_, of_one) in by_chat(updates) {
                    let (bots, running) = (bots.clone(), Arc::clone(&running));
                    answering.spawn(async move { bots.answer(running, of_one).await });
                }
            }
            Err(RequestError::Api(teloxide::ApiError::TerminatedByOtherGetUpdates)) => {
                tracing::error!(%shop, "another program asks for the updates of the shop's bot");
                sleep(PAUSE_OF_TWO).await;
            }
            Err(RequestError::RetryAfter(wait)) => sleep(wait.duration()).await,
            Err(error) => {
                tracing::warn!(%shop, kind = kind(&error), "Telegram cannot be asked for updates");
                called = true;
                sleep(PAUSE).await;
            }
        }
        let all = async { while answering.join_next().await.is_some() {} };
        // Those that are not done go on beside the next ones.
        let _done_in_time = timeout(PATIENCE, all).await;
    }
}

/// Has Telegram forget what was answered last: nobody asks for what comes next here, and whoever does elsewhere would be
/// told it again.
async fn confirm(bots: &Bots, shop: ShopId, offset: i32) {
    let Some(running) = bots.running(shop).filter(|_| offset > 0 && bots.leads()) else { return };
    let request = running.ears.get_updates().offset(offset).timeout(0).limit(1);
    if let Err(error) = request.await {
        tracing::warn!(%shop, kind = kind(&error), "Telegram may say again what was answered last");
    }
}

/// What is to be asked for next: everything up to it is forgotten by Telegram.
fn next(last: &Update) -> i32 {
    i32::try_from(last.id.0).unwrap_or(i32::MAX).saturating_add(1)
}

/// Those of one sender stay in their order; one that cannot be read belongs to nobody.
fn by_chat(updates: Vec<Update>) -> BTreeMap<(i64, bool), Vec<Update>> {
    let mut all: BTreeMap<(i64, bool), Vec<Update>> = BTreeMap::new();
    for update in updates {
        if matches!(update.kind, UpdateKind::Error(_)) {
            tracing::debug!("an update of an unknown kind");
            continue;
        }
        let sender = update.from().map_or(0, |user| user.id.0.cast_signed());
        // Telegram's question before a payment waits for nothing else.
        let consent = matches!(update.kind, UpdateKind::PreCheckoutQuery(_));
        all.entry((sender, consent)).or_default().push(update);
    }
    all
}

fn kind(error: &RequestError) -> &'static str {
    match error {
        RequestError::Api(_) => "refused",
        RequestError::Network(_) => "network",
        RequestError::InvalidJson { .. } => "unreadable",
        _ => "other",
    }
}
