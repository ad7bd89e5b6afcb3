//! The devices that hold a place of a subscription.

use crate::{
    action::{Action, Bare},
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{ids::SubscriptionId, text::Arg};

/// All of them, each with a button that takes it off.
pub async fn list(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let id = subscription.to_string();
    let front = talk.front();
    let (view, devices) = (front.subscription(&id).await?, front.devices(&id).await?);
    let used = Arg::Number(i64::try_from(devices.len()).unwrap_or(i64::MAX));
    let places = Arg::Number(i64::from(view.devices));
    let mut screen = Screen::titled(&talk.say("bot-devices"))
        .line(&talk.tell("bot-devices-used", &[("used", used), ("places", places)]));
    if devices.is_empty() {
        screen = screen.line(&talk.say("bot-devices-none"));
    }
    for device in &devices {
        let seen = talk.date(&device.last_seen);
        let args = [("name", Arg::Text(&device.name)), ("seen", Arg::Text(&seen))];
        screen = screen.line(&talk.tell("bot-device", &args));
        if let Some(id) = Bare::of(&device.device_id) {
            let label = talk.tell("bot-device-remove", &[("name", Arg::Text(&device.name))]);
            screen = screen.tap(&label, Action::RemoveDevice(subscription, id));
        }
    }
    let screen = screen
        .row([talk.key("bot-packs", Action::Packs(subscription))])
        .row([talk.key("bot-back", Action::Subscription(subscription))]);
    talk.show(screen).await
}

/// Takes one off.
pub async fn remove(talk: Talk, (subscription, device): (SubscriptionId, Bare)) -> Outcome {
    talk.front().remove_device(&subscription.to_string(), &device.to_string()).await?;
    talk.toast(&talk.say("bot-device-removed")).await?;
    list(talk, subscription).await
}
