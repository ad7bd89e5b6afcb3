//! Another server for a subscription: which country?

use super::subscription::flagged;
use crate::{
    action::{Action, Region},
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{ids::SubscriptionId, storefront::model::RegionView, text::Arg};

/// The countries to choose from.
pub async fn ask(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let regions = talk.front().regions(&subscription.to_string()).await?;
    let (here, elsewhere): (Vec<_>, Vec<_>) = regions.iter().partition(|region| region.here);
    let mut screen = Screen::titled(&talk.say("bot-move"));
    if !here.is_empty() {
        let names: Vec<String> = here.iter().map(|region| place(&talk, &region.region)).collect();
        let names = names.join(" · ");
        screen = screen.line(&talk.tell("bot-move-now-in", &[("place", Arg::Text(&names))]));
    }
    screen = screen.line(&talk.say(if elsewhere.is_empty() { "bot-move-nowhere" } else { "bot-move-hint" }));
    let key = |of: &&RegionView| {
        Key::tap(&place(&talk, &of.region), Action::MoveTo(subscription, Region(Some(of.region.clone()))))
    };
    for pair in elsewhere.chunks(2) {
        screen = screen.row(pair.iter().map(key));
    }
    talk.show(screen.row([talk.key("bot-back", Action::Subscription(subscription))])).await
}

/// Moves it there. A second tap says the same and moves nothing, because it is there already.
pub async fn go(talk: Talk, (subscription, region): (SubscriptionId, Region)) -> Outcome {
    let Some(region) = region.0 else { return ask(talk, subscription).await };
    let (front, id) = (talk.front(), subscription.to_string());
    let regions = front.regions(&id).await?;
    if !regions.iter().any(|of| of.here && of.region == region) {
        front.move_subscription(&id, &region).await?;
    }
    let place = place(&talk, &region);
    let screen = Screen::says(&talk.tell("bot-move-begun", &[("place", Arg::Text(&place))]))
        .row([talk.key("bot-back", Action::Subscription(subscription))]);
    talk.show(screen).await
}

fn place(talk: &Talk, region: &str) -> String {
    let key = format!("country-{}", region.to_lowercase());
    let name = Some(talk.say(&key)).filter(|name| *name != key);
    flagged(Some(region), &name.unwrap_or_else(|| region.to_owned()))
}
