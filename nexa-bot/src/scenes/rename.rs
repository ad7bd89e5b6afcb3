//! Another name for a subscription.

use crate::{
    action::Action,
    dialogue::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::ids::SubscriptionId;

/// Asks for the name.
pub async fn ask(talk: Talk, subscription: SubscriptionId) -> Outcome {
    talk.front().subscription(&subscription.to_string()).await?;
    talk.remember(|memory| memory.awaits = Some(Awaits::Name(subscription)));
    let screen = Screen::says(&talk.say("bot-rename-ask"))
        .row([talk.key("bot-never", Action::Subscription(subscription))]);
    talk.show(screen).await
}

/// Takes it.
pub async fn take(talk: Talk, subscription: SubscriptionId, name: String) -> Outcome {
    talk.front().rename_subscription(&subscription.to_string(), name.trim()).await?;
    talk.remember(|memory| memory.awaits = None);
    super::subscription::one(talk, subscription).await
}
